"""The department's pages of certificates: what waits, what ends soon, all of an officer's places; one of them
with the decision on it; and a new one that an officer enters for a unit. Part of what routes.py hands on.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts import current
from market.accounts.current import Officer, Who
from market.certificates import contexts, desk, labels, papers, present, queries, reading
from market.certificates import forms as certificate_forms
from market.certificates import service as certificates
from market.certificates.file_routes import Entered
from market.certificates.forms import ClaimForm, RefuseForm, StopForm, VerifyForm
from market.certificates.models import Certificate
from market.files import receiving
from market.web import forms, language, sending
from market.web.forms import Filled, blank, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()

DUTY = "certificates"
HOME = "/department/certificates"


@router.get("/department/certificates", name="certificates:desk")
def index(request: Request, session: Db, who: Officer) -> Response:
    """The certificates of the officer's places, those that wait first."""
    current.need_reading(who, DUTY)
    params = request.query_params
    asked = {name: params.get(name, "")[:60] for name in ("state", "standard", "place")}
    state = asked["state"] if asked["state"] in (*labels.STATES, desk.ENDING, "all") else "claimed"
    communes, standards = present.communes(session), present.standards(session)
    number = forms.page_number(request)
    lines, total = desk.list_certificates(
        session,
        places=who.read_places(DUTY),
        state="" if state == "all" else state,
        standard=asked["standard"],
        place_id=next((place_id for place_id, _ in communes if str(place_id) == asked["place"]), None),
        page=number,
    )
    context = contexts.Desk(
        lines=lines,
        total=total,
        form=Filled({**asked, "state": state}),
        states=[
            ("claimed", language.say(labels.STATES["claimed"])),
            ("verified", language.say(labels.STATES["verified"])),
            (desk.ENDING, language.say(t("Ends within 60 days"))),
            *(
                (code, language.say(labels.STATES[code]))
                for code in ("refused", "ended", "suspended", "revoked")
            ),
            ("all", language.say(t("All"))),
        ],
        standards=standards,
        communes=communes,
        acts=who.has_duty(DUTY),
        labels=labels,
        page=number,
        pages=-(-total // desk.PAGE_SIZE),
    )
    return page(request, context, block="results")


@router.get("/department/certificates/new", name="certificates:desk_new")
def new(request: Request, session: Db, who: Officer) -> Response:
    """The form by which an officer enters one for a unit."""
    current.need_duty(who, DUTY)
    unit = request.query_params.get("unit", "")[:60]
    return _new_page(request, session, blank(ClaimForm, unit=unit))


@router.post("/department/certificates", name="certificates:enter")
def enter(request: Request, got: Entered, session: Db, who: Officer) -> Response:
    """Enter one for a unit of her places; the unit is asked whether it is right. Sent twice it is one."""
    current.need_duty(who, DUTY)
    form, said = certificate_forms.read(session, got.raw)
    unit_id = certificate_forms.find_unit(session, form, str(form.get("unit")).strip())
    if form.ok and said is not None and unit_id is not None:
        with refusals(session, form):
            got.check()
            sent = sending.take(session, who.user_id, "certificate", got.raw, *got.names)
            if sent.led:
                return redirect(request, sent.led)
            actor = who.phoned_by(unit_id)
            made = certificates.enter(
                session,
                actor=actor,
                places=who.duty_places(DUTY),
                unit_id=unit_id,
                said=said,
            )
            store = receiving.store_of(request)
            papers.put(session, actor=actor, certificate=made, papers=got.papers, store=store)
            sent.leads(f"{HOME}/{made.id}")
            saying = t("Entered. A colleague has to verify it, and the unit is asked whether it is right.")
            return redirect(request, f"{HOME}/{made.id}", saying=saying)
    return _new_page(request, session, form)


@router.get("/department/certificates/{certificate_id}", name="certificates:desk_show")
def show(request: Request, session: Db, who: Officer, certificate_id: PathId) -> Response:
    """A certificate with what it covers, what became of it, and the decision."""
    return _show_page(request, session, who, certificate_id)


@router.get("/department/certificates/{certificate_id}/edit", name="certificates:desk_edit")
def edit(request: Request, session: Db, who: Officer, certificate_id: PathId) -> Response:
    """The form of one that waits."""
    _hers(session, who, certificate_id)
    [shown] = reading.read(session, [certificate_id])
    return _edit_page(request, session, certificate_forms.filled(shown), shown)


@router.post("/department/certificates/{certificate_id}/edit", name="certificates:desk_save")
def save(request: Request, session: Db, who: Officer, certificate_id: PathId, raw: Posted) -> Response:
    """Put it right; whoever does may not verify it any more."""
    certificate = _hers(session, who, certificate_id)
    form, said = certificate_forms.read(session, raw)
    if said is not None:
        with refusals(session, form):
            certificates.edit(
                session,
                actor=who.phoned_by(certificate.unit_id),
                certificate_id=certificate_id,
                said=said,
                version=form.valid.version or 0,
            )
            return redirect(request, f"{HOME}/{certificate_id}", saying=t("Changed."))
    [shown] = reading.read(session, [certificate_id])
    return _edit_page(request, session, form, shown)


@router.post("/department/certificates/{certificate_id}/verify", name="certificates:verify")
def verify(request: Request, session: Db, who: Officer, certificate_id: PathId, raw: Posted) -> Response:
    """Vouch for it."""
    _hers(session, who, certificate_id)
    form = forms.fill(VerifyForm, raw)
    if form.ok:
        with refusals(session, form):
            certificates.verify(
                session,
                actor=who.actor,
                places=who.duty_places(DUTY),
                certificate_id=certificate_id,
                version=form.valid.version,
                ground=form.valid.ground,
                reference=form.valid.reference,
            )
            return redirect(request, HOME, saying=t("Verified. Buyers see it on the listings it covers."))
    return _show_page(request, session, who, certificate_id, verify=form)


@router.post("/department/certificates/{certificate_id}/refuse", name="certificates:refuse")
def refuse(request: Request, session: Db, who: Officer, certificate_id: PathId, raw: Posted) -> Response:
    """Say that it cannot be vouched for, and why."""
    _hers(session, who, certificate_id)
    form = forms.fill(RefuseForm, raw)
    if form.ok:
        with refusals(session, form):
            certificates.refuse(
                session,
                actor=who.actor,
                places=who.duty_places(DUTY),
                certificate_id=certificate_id,
                reason=form.valid.reason,
            )
            return redirect(request, HOME, saying=t("Not verified; the unit has been told why."))
    return _show_page(request, session, who, certificate_id, refuse=form)


@router.post("/department/certificates/{certificate_id}/stop", name="certificates:stop")
def stop(request: Request, session: Db, who: Officer, certificate_id: PathId, raw: Posted) -> Response:
    """Let a verified one count no more."""
    _hers(session, who, certificate_id)
    form = forms.fill(StopForm, raw)
    if form.ok:
        with refusals(session, form):
            certificates.stop(
                session,
                actor=who.actor,
                places=who.duty_places(DUTY),
                certificate_id=certificate_id,
                state=form.valid.state,
                reason=form.valid.reason,
            )
            saying = t("It does not count any more; the units have been told why.")
            return redirect(request, f"{HOME}/{certificate_id}", saying=saying)
    return _show_page(request, session, who, certificate_id, stop=form)


def _hers(session: Session, who: Who, certificate_id: int) -> Certificate:
    current.need_duty(who, DUTY)
    return queries.certificate_within(session, places=who.duty_places(DUTY), certificate_id=certificate_id)


def _new_page(request: Request, session: Session, form: Filled[Any]) -> Response:
    context = contexts.DeskNew(form=form, **present.choices(session))
    return page(request, context, status=form.status)


def _edit_page(request: Request, session: Session, form: Filled[Any], shown: reading.Shown) -> Response:
    return present.edit_page(request, session, form, shown, back=f"{HOME}/{shown.id}", path=HOME)


def _show_page(
    request: Request,
    session: Session,
    who: Who,
    certificate_id: int,
    *,
    verify: Filled[Any] | None = None,
    refuse: Filled[Any] | None = None,
    stop: Filled[Any] | None = None,
) -> Response:
    current.need_reading(who, DUTY)
    seen, mine = who.read_places(DUTY), who.duty_places(DUTY)
    found = desk.get(session, places=seen, certificate_id=certificate_id, user_id=who.user_id)
    acts = queries.is_within(session, places=mine, unit_id=found.shown.unit_id)
    if acts and mine != seen:  # what she may do about it is said by her duty, not by what she sees besides
        found = desk.get(session, places=mine, certificate_id=certificate_id, user_id=who.user_id)
    sent = [form for form in (verify, refuse, stop) if form is not None]
    context = contexts.DeskShow(
        found=found,
        one=found.shown,
        acts=acts,
        # A scan may show more of a person than the register does.
        files=present.files_of(session, [found.shown], base=HOME)[certificate_id] if acts else [],
        labels=labels,
        hectares=certificate_forms.hectares,
        verify=verify or blank(VerifyForm),
        refuse=refuse or blank(RefuseForm),
        stop=stop or blank(StopForm),
        grounds=[(code, language.say(words)) for code, words in labels.GROUNDS.items()],
        stops=[(code, language.say(words)) for code, words in labels.STOPS.items()],
    )
    return page(
        request,
        context,
        status=max((form.status for form in sent), default=200),
    )
