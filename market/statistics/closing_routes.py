"""The department's pages of reporting periods: which there are and where each stands; one of them with what
communes say, the steps of closing, and what was learned since. Part of the routes that routes.py hands to the
application.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market import clock
from market.accounts import current
from market.accounts import queries as accounts
from market.accounts.current import Officer, Who
from market.errors import Invalid, NotFound
from market.places import queries as places
from market.places.models import Place
from market.statistics import calendar, closing, contexts, frozen, indicators, periods, present
from market.statistics.calendar import Known
from market.statistics.closing_forms import CalendarForm, ReasonForm
from market.web import forms, language
from market.web.forms import Filled, blank, refusals
from market.web.inputs import PathCode, PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import Words, t

router = APIRouter()


async def _read_code(period: PathCode) -> str:
    """The period that an address names, as it is written; NotFound where it names none."""
    try:
        return periods.parse(period).code
    except Invalid as wrong:
        raise NotFound from wrong


Code = Annotated[str, Depends(_read_code)]

DUTY = "figures"
HOME = "/department/periods"
STATES = {"open": t("open"), "prepared": t("prepared, waits for a second officer"), "closed": t("closed")}
TONES = {"open": "off", "prepared": "wait", "closed": "good"}
STEPS = {
    "scheduled": t("days set"),
    "prepared": t("prepared"),
    "returned": t("given back"),
    "closed": t("closed"),
    "reopened": t("reopened"),
    "revised": t("revised"),
}
WORDS = {"": t("nothing yet"), "submitted": t("submitted"), "taken": t("taken"), "returned": t("returned")}
#: How many ended periods of each kind the list begins with.
LISTED: tuple[tuple[periods.Kind, int], ...] = (("year", 3), ("half", 3), ("quarter", 4), ("month", 4))
#: Changed figures and rows that are shown; all are in the revision.
MOST_SHOWN = 100


@router.get("/department/periods", name="statistics:periods")
def index(request: Request, session: Db, who: Officer) -> Response:
    """The last ended periods and all that were begun, with where each stands."""
    current.need_reading(who, DUTY)
    return _index(request, session, who, blank(CalendarForm))


def _index(request: Request, session: Session, who: Who, form: Filled[Any]) -> Response:
    today = clock.today()
    begun = {row.code: row for row in closing.list_periods(session)}
    ended = [one.code for kind, count in LISTED for one in periods.ended(kind, today=today, count=count)]
    lines = [
        {
            "code": code,
            "name": language.say(periods.parse(code).words),
            "row": begun.get(code),
            "state": begun[code].state if code in begun else "open",
        }
        for code in dict.fromkeys((*begun, *ended))
    ]
    context = contexts.Periods(
        lines=lines, states=_said(STATES), tones=TONES, form=form, acts=who.has_duty(DUTY)
    )
    return page(request, context, status=form.status)


@router.post("/department/periods", name="statistics:schedule")
def schedule(request: Request, session: Db, who: Officer, raw: Posted) -> Response:
    """Give a named period other days."""
    current.need_duty(who, DUTY)
    form = forms.fill(CalendarForm, raw)
    if form.ok:
        with refusals(session, form):
            row = closing.schedule(
                session, actor=who.actor, over=who.duty_places(DUTY), **form.valid.model_dump()
            )
            return redirect(request, f"{HOME}/{row.code}", saying=t("The days of this period are set."))
    return _index(request, session, who, form)


@router.get("/department/periods/{period}", name="statistics:period")
def show(request: Request, session: Db, who: Officer, period: Code) -> Response:
    """One period: its days, what communes say, the next step, and what was learned since it was closed."""
    return _show(request, session, who, period)


@router.post("/department/periods/{period}/prepare", name="statistics:prepare")
def prepare(request: Request, session: Db, who: Officer, period: Code, raw: Posted) -> Response:
    """Put it before a second officer."""
    return _step(request, session, who, period, raw, closing.prepare, t("Prepared. A colleague closes it."))


@router.post("/department/periods/{period}/return", name="statistics:give_back")
def give_back(request: Request, session: Db, who: Officer, period: Code, raw: Posted) -> Response:
    """Let it be prepared anew."""
    return _step(request, session, who, period, raw, closing.give_back, t("Given back to be prepared anew."))


@router.post("/department/periods/{period}/close", name="statistics:close")
def close(request: Request, session: Db, who: Officer, period: Code, raw: Posted) -> Response:
    """Freeze it."""
    return _step(request, session, who, period, raw, closing.close, t("Closed. Its figures stand."))


@router.post("/department/periods/{period}/revise", name="statistics:revise")
def revise(request: Request, session: Db, who: Officer, period: Code, raw: Posted) -> Response:
    """Take in what was learned since."""
    return _step(request, session, who, period, raw, closing.revise, t("The revision is recorded."))


@router.post("/department/periods/{period}/reopen", name="statistics:reopen")
def reopen(request: Request, session: Db, who: Officer, period: Code, raw: Posted) -> Response:
    """Open it again."""
    return _step(request, session, who, period, raw, closing.reopen, t("Open again."))


@router.post("/department/periods/{period}/communes/{place_id}/submit", name="statistics:submit")
def submit(request: Request, session: Db, who: Officer, period: Code, place_id: PathId) -> Response:
    """A commune says that its figures are right."""
    current.need_duty(who, DUTY)
    form: Filled[Any] = Filled(raw={})
    with refusals(session, form):
        closing.submit(session, actor=who.actor, over=who.duty_places(DUTY), code=period, place_id=place_id)
        return redirect(request, f"{HOME}/{period}", saying=t("Submitted to the department."))
    return _show(request, session, who, period, form=form)


@router.post("/department/periods/{period}/communes/{place_id}/answer", name="statistics:answer")
def answer(
    request: Request, session: Db, who: Officer, period: Code, place_id: PathId, raw: Posted
) -> Response:
    """The department takes a commune's word or returns it."""
    current.need_duty(who, DUTY)
    form = forms.fill(ReasonForm, raw)
    if form.ok:
        with refusals(session, form):
            closing.answer(
                session,
                actor=who.actor,
                over=who.duty_places(DUTY),
                code=period,
                place_id=place_id,
                take=str(raw.get("take", "")) == "1",
                reason=form.valid.reason,
            )
            return redirect(request, f"{HOME}/{period}", saying=t("Noted."))
    return _show(request, session, who, period, form=form)


def _step(
    request: Request,
    session: Session,
    who: Who,
    code: str,
    raw: dict[str, Any],
    act: Any,
    saying: Words,
) -> Response:
    current.need_duty(who, DUTY)
    form = forms.fill(ReasonForm, raw)
    if form.ok:
        given = {"reason": form.valid.reason} if act is not closing.close else {}
        with refusals(session, form):
            act(
                session,
                actor=who.actor,
                over=who.duty_places(DUTY),
                code=code,
                version=form.valid.version,
                **given,
            )
            return redirect(request, f"{HOME}/{code}", saying=saying)
    return _show(request, session, who, code, form=form)


def _show(
    request: Request, session: Session, who: Who, code: str, *, form: Filled[Any] | None = None
) -> Response:
    current.need_reading(who, DUTY)
    known = calendar.read(session, code, as_of=clock.today())
    province = places.province_on(session, day=known.period.end)
    mine = who.read_places(DUTY)
    whole = places.is_held(session, mine, province.id)
    communes = closing.communes(session, known.row) if known.row is not None else []
    if known.row is None:
        communes = [
            closing.Commune(one.id, one.name, "", None)
            for one in places.list_communes(session, on=known.period.end)
        ]
    acts = places.is_held(session, who.duty_places(DUTY), province.id)
    asks = acts and known.revision is not None and (form is not None or "since" in request.query_params)
    steps = closing.steps(session, known.row.id) if known.row is not None else []
    context = contexts.PeriodPage(
        known=known,
        row=known.row,
        state=known.row.state if known.row else "open",
        province=province,
        ended=known.period.has_ended(clock.today()),
        acts=acts,
        submits=who.has_duty(DUTY),
        may_close=known.row is None or known.row.prepared_by != who.user_id,
        communes=[one for one in communes if whole or places.is_held(session, mine, one.place_id)],
        taken=sum(one.step == "taken" for one in communes),
        asked=len(communes),
        steps=steps,
        names=accounts.names_of(session, {one.by for one in steps if one.by}),
        states=_said(STATES),
        tones=TONES,
        step_words=_said(STEPS),
        commune_words=_said(WORDS),
        form=form or blank(ReasonForm),
        # To count a closed period anew takes a while: it is done for whoever asks.
        since=_since(session, known, province) if asks else None,
    )
    return page(request, context, status=form.status if form else 200)


def _since(session: Session, known: Known, province: Place) -> dict[str, Any]:
    """What was learned since a period was closed: the figures of the province that would change, and the rows
    why.
    """
    assert known.row is not None
    now = clock.now()
    found = frozen.count_whole(session, known.period, province, known_before=now)
    changes = [one for one in frozen.changes(session, known.row, found) if not one.name[3]]
    causes = (
        frozen.causes(session, known.row, province, known.period, known_before=now, limit=MOST_SHOWN)
        if changes
        else []
    )
    return {
        "changed": [
            {
                "name": language.say(indicators.get(one.name[0]).name),
                "code": one.name[0],
                "was": present.plain(one.was, one.name[5]),
                "now": present.plain(one.now, one.name[5]),
            }
            for one in changes[:MOST_SHOWN]
        ],
        "causes": [
            {
                "name": language.say(indicators.get(one.indicator).name),
                "key": one.key,
                "was": one.was,
                "now": one.now,
            }
            for one in causes
        ],
        "more": len(changes) > MOST_SHOWN or len(causes) >= MOST_SHOWN,
    }


def _said(table: dict[str, Words]) -> dict[str, str]:
    return {code: language.say(words) for code, words in table.items()}
