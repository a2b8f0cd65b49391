"""Pages of what officers entered by phone or from files: the list of an officer with the duty trade data, and
what waits for a unit's own word. Entering is in calls/routes.py and spreadsheets/.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts import current
from market.accounts.current import Acting, Officer, Who
from market.assisted import contexts, labels, queries
from market.assisted import service as assisted
from market.assisted.forms import DenyForm, SettleForm
from market.parties import desk
from market.web import forms, language
from market.web.forms import Filled, blank, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()

DUTY = "trade_data"
DESK = "/department/assisted"
STATES = ("waiting", "denied", "settled", "confirmed", "all")
#: So many units a search for one shows.
MOST_UNITS = 10


@router.get("/department/assisted", name="assisted:desk")
def index(request: Request, session: Db, who: Officer) -> Response:
    """What was entered by phone in the officer's places, and the way to a unit."""
    return _desk(request, session, who)


@router.post("/department/assisted/{entry_id}/remind", name="assisted:remind")
def remind(request: Request, session: Db, who: Officer, entry_id: PathId, raw: Posted) -> Response:
    """Ask the unit again."""
    current.need_duty(who, DUTY)
    entry = queries.for_officer(session, places=who.duty_places(DUTY), entry_id=entry_id)
    form: Filled[Any] = Filled(raw={})
    with refusals(session, form):
        assisted.remind(session, actor=who.actor, entry=entry)
        return redirect(request, DESK, saying=t("The unit has been asked again."))
    return _desk(request, session, who, refused=form)


@router.get("/department/assisted/{entry_id}/settle", name="assisted:settle_form")
def settle_form(request: Request, session: Db, who: Officer, entry_id: PathId) -> Response:
    """What a unit denies, and the form to say what was done about it."""
    return _settle_page(request, session, who, entry_id, blank(SettleForm))


@router.post("/department/assisted/{entry_id}/settle", name="assisted:settle")
def settle(request: Request, session: Db, who: Officer, entry_id: PathId, raw: Posted) -> Response:
    """The department is done with it."""
    current.need_duty(who, DUTY)
    entry = queries.for_officer(session, places=who.duty_places(DUTY), entry_id=entry_id)
    form = forms.fill(SettleForm, raw)
    if form.ok:
        with refusals(session, form):
            assisted.settle(session, actor=who.actor, entry=entry, note=form.valid.note)
            return redirect(
                request, f"{DESK}?state=denied", saying=t("Noted as settled. It stands under “Settled”.")
            )
    return _settle_page(request, session, who, entry_id, form)


def _settle_page(
    request: Request, session: Session, who: Who, entry_id: int, form: Filled[SettleForm]
) -> Response:
    current.need_duty(who, DUTY)
    entry = queries.shown_to_officer(session, places=who.duty_places(DUTY), entry_id=entry_id)
    return page(request, contexts.Settle(entry=entry, form=form), status=form.status)


def _desk(request: Request, session: Session, who: Who, *, refused: Filled[Any] | None = None) -> Response:
    current.need_duty(who, DUTY)
    places, params = who.duty_places(DUTY), request.query_params
    state = params.get("state", "") if params.get("state", "") in STATES else "waiting"
    text, number = params.get("q", "").strip()[:200], forms.page_number(request)
    lines, total = queries.list_for_officer(
        session, places=places, state="" if state == "all" else state, page=number
    )
    units: list[desk.DeskLine] = []
    if text:
        units, _ = desk.list_parties(session, places=places, standing="", side="unit", text=text)
    context = contexts.Desk(
        lines=lines,
        waiting=queries.count(session, places=places, state="waiting"),
        denied=queries.count(session, places=places, state="denied"),
        form=Filled({"state": state, "q": text}),
        refused=refused or Filled(raw={}),
        states=[
            ("waiting", language.say(t("Not yet confirmed"))),
            ("denied", language.say(t("Not so, says the unit"))),
            ("settled", language.say(t("Settled by the department"))),
            ("confirmed", language.say(t("Confirmed by the unit"))),
            ("all", language.say(t("All"))),
        ],
        units=units[:MOST_UNITS],
        searched=bool(text),
        page=number,
        pages=-(-total // queries.PAGE_SIZE),
    )
    status = refused.status if refused else 200
    return page(request, context, status=status)


@router.get("/assisted", name="assisted:mine")
def mine(request: Request, session: Db, who: Acting) -> Response:
    """What officers entered for the unit that one acts for."""
    return _mine_page(request, session, who, Filled(raw={}))


def _mine_page(request: Request, session: Session, who: Who, form: Filled[Any]) -> Response:
    context = contexts.Mine(
        form=form,
        waiting=queries.list_waiting(session, party_id=who.party_id, powers=who.powers),
        entries=queries.list_of(session, party_id=who.acts_for, whole=True),
    )
    return page(request, context, status=form.status)


@router.post("/assisted/confirm", name="assisted:confirm_all")
def confirm_all(request: Request, session: Db, who: Acting, raw: Posted) -> Response:
    """Yes to all that stood on the page; what has been answered since is left as it is."""
    said = set(str(raw.get("entries", "")).split())
    waiting = queries.list_waiting(session, party_id=who.acts_for, powers=who.powers)
    form: Filled[Any] = Filled(raw={})
    with refusals(session, form):
        for one in waiting:
            if str(one.id) in said:
                assisted.confirm(
                    session,
                    actor=who.actor,
                    party_id=who.acts_for,
                    entry_id=one.id,
                    sign_in_id=who.sign_in_id,
                )
        return redirect(request, "/assisted", saying=t("Thank you. They count as your own entries now."))
    return _mine_page(request, session, who, form)


@router.get("/assisted/{entry_id}", name="assisted:show")
def show(request: Request, session: Db, who: Acting, entry_id: PathId) -> Response:
    """One of them, with the two buttons while it waits; looking changes nothing."""
    return _show(request, session, who, entry_id, Filled(raw={}))


@router.post("/assisted/{entry_id}/confirm", name="assisted:confirm")
def confirm(request: Request, session: Db, who: Acting, entry_id: PathId, raw: Posted) -> Response:
    """Yes, it is so."""
    _mine(session, who, entry_id)
    form: Filled[Any] = Filled(raw={})
    with refusals(session, form):
        assisted.confirm(
            session,
            actor=who.actor,
            party_id=who.acts_for,
            entry_id=entry_id,
            sign_in_id=who.sign_in_id,
        )
        return redirect(
            request, f"/assisted/{entry_id}", saying=t("Thank you. It counts as your own entry now.")
        )
    return _show(request, session, who, entry_id, form)


@router.post("/assisted/{entry_id}/deny", name="assisted:deny")
def deny(request: Request, session: Db, who: Acting, entry_id: PathId, raw: Posted) -> Response:
    """No, it is not so: what can be taken back is."""
    _mine(session, who, entry_id)
    form = forms.fill(DenyForm, raw)
    if form.ok:
        with refusals(session, form):
            entry = assisted.deny(
                session,
                actor=who.actor,
                party_id=who.acts_for,
                entry_id=entry_id,
                sign_in_id=who.sign_in_id,
                words=form.valid.words,
            )
            became = labels.TAKEN_BACK[entry.kind] if entry.undone else labels.STANDS
            saying = t("Noted: it is not so. {became}", became=became)
            return redirect(request, f"/assisted/{entry_id}", saying=saying)
    return _show(request, session, who, entry_id, form)


def _mine(session: Session, who: Who, entry_id: int) -> queries.Shown:
    """The unit's own entry, for whoever may answer for it."""
    entry = queries.entry_for(session, party_id=who.acts_for, entry_id=entry_id)
    current.need_power(who, entry.power)
    return entry


def _show(request: Request, session: Session, who: Who, entry_id: int, form: Filled[Any]) -> Response:
    entry = queries.entry_for(session, party_id=who.acts_for, entry_id=entry_id)
    context = contexts.Show(entry=entry, form=form, may=who.can(entry.power))
    return page(request, context, status=form.status)
