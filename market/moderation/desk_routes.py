"""The officers' pages of moderation: what waits, one report with the decision on it, what is hidden and the
objections to it. Part of what routes.py hands on.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts import current
from market.accounts.current import Officer, Who
from market.moderation import contexts, hiding, labels, present, queries
from market.moderation import service as moderation
from market.moderation.forms import ActForm, AnswerForm, DecideForm, HideAnyForm, LiftForm
from market.moderation.models import REPORT_STATES
from market.moderation.present import DUTY, HOME
from market.web import forms, language
from market.web.forms import Filled, blank, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()


@router.get(HOME, name="moderation:desk")
def index(request: Request, session: Db, who: Officer) -> Response:
    """What waits for the officer: requests of authorities, objections, reports."""
    current.need_duty(who, DUTY)
    places = who.duty_places(DUTY)
    asked = request.query_params.get("state", "open")
    state = asked if asked in REPORT_STATES else "open"
    number = forms.page_number(request)
    lines, total = queries.list_reports(session, places=places, state=state, page=number)
    context = contexts.Desk(
        lines=lines,
        state=state,
        page=number,
        pages=-(-total // queries.PAGE_SIZE),
        takedowns=queries.list_takedowns(session, places=places),
        hidings=queries.list_hidings(session, places=places),
        labels=labels,
    )
    return page(request, context)


@router.get(HOME + "/reports/{report_id}", name="moderation:desk_report")
def report(request: Request, session: Db, who: Officer, report_id: PathId) -> Response:
    """A report, and the decision on it."""
    return _report_page(request, session, who, report_id)


@router.post(HOME + "/reports/{report_id}/dismiss", name="moderation:dismiss")
def dismiss(request: Request, session: Db, who: Officer, report_id: PathId, raw: Posted) -> Response:
    """No reason to act."""
    _her_report(session, who, report_id)
    form = forms.fill(AnswerForm, raw)
    if form.ok:
        with refusals(session, form):
            moderation.dismiss(session, actor=who.actor, report_id=report_id, answer=form.valid.answer)
            return redirect(request, HOME, saying=t("Noted. Who reported has been told."))
    return _report_page(request, session, who, report_id, dismissing=form)


@router.post(HOME + "/reports/{report_id}/hide", name="moderation:act")
def act(request: Request, session: Db, who: Officer, report_id: PathId, raw: Posted) -> Response:
    """Hide what it is about."""
    _her_report(session, who, report_id)
    form = forms.fill(ActForm, raw)
    if form.ok:
        with refusals(session, form):
            value = form.valid
            moderation.act(
                session,
                actor=who.actor,
                report_id=report_id,
                reason=value.reason,
                words=value.words,
                whole=value.whole,
            )
            return redirect(request, HOME, saying=t("Hidden; the owner has been told why."))
    return _report_page(request, session, who, report_id, hide=form)


def _her_report(session: Session, who: Who, report_id: int) -> queries.ReportPage:
    current.need_duty(who, DUTY)
    return queries.get_report(session, places=who.duty_places(DUTY), report_id=report_id)


def _report_page(
    request: Request,
    session: Session,
    who: Who,
    report_id: int,
    *,
    dismissing: Filled[Any] | None = None,
    hide: Filled[Any] | None = None,
) -> Response:
    one = _her_report(session, who, report_id)
    dismissing, hide = dismissing or blank(AnswerForm), hide or blank(ActForm, reason=one.reason)
    context = contexts.DeskReport(
        one=one,
        labels=labels,
        reasons=present.reasons(),
        dismissing=dismissing,
        hide=hide,
    )
    status = max(dismissing.status, hide.status)
    return page(request, context, status=status)


@router.get(HOME + "/hide", name="moderation:hide_form")
def hide_form(request: Request, session: Db, who: Officer) -> Response:
    """The form to hide something that nobody has reported."""
    current.need_duty(who, DUTY)
    params = request.query_params
    given = {name: params.get(name, "")[:60] for name in ("listing", "unit")}
    return _hide_page(request, blank(HideAnyForm, **given))


@router.post(HOME + "/hide", name="moderation:hide")
def hide(request: Request, session: Db, who: Officer, raw: Posted) -> Response:
    """Hide a listing or all listings of a unit."""
    current.need_duty(who, DUTY)
    form = forms.fill(HideAnyForm, raw)
    if form.ok:
        with refusals(session, form):
            value = form.valid
            about = present.subject_named(session, who, listing=value.listing, unit=value.unit)
            made = hiding.hide(
                session,
                actor=who.actor,
                party_id=about.party_id,
                listing_id=about.listing_id,
                reason=value.reason,
                words=value.words,
            )
            saying = t("Hidden; the owner has been told why.")
            return redirect(request, f"{HOME}/hidings/{made.id}", saying=saying)
    return _hide_page(request, form)


def _hide_page(request: Request, form: Filled[Any]) -> Response:
    context = contexts.Hide(form=form, reasons=present.reasons())
    return page(request, context, status=form.status)


@router.get(HOME + "/hidings/{hiding_id}", name="moderation:desk_hiding")
def show(request: Request, session: Db, who: Officer, hiding_id: PathId) -> Response:
    """A decision to hide, the objection and how to end it."""
    return _hiding_page(request, session, who, hiding_id)


@router.post(HOME + "/hidings/{hiding_id}/lift", name="moderation:lift")
def lift(request: Request, session: Db, who: Officer, hiding_id: PathId, raw: Posted) -> Response:
    """Let it be seen again."""
    _her_hiding(session, who, hiding_id)
    form = forms.fill(LiftForm, raw)
    if form.ok:
        with refusals(session, form):
            hiding.lift(session, actor=who.actor, hiding_id=hiding_id, note=form.valid.note)
            return redirect(request, HOME, saying=t("It is shown again; the owner has been told."))
    return _hiding_page(request, session, who, hiding_id, lifting=form)


@router.post(HOME + "/hidings/{hiding_id}/decide", name="moderation:decide")
def decide(request: Request, session: Db, who: Officer, hiding_id: PathId, raw: Posted) -> Response:
    """Decide on the objection to a colleague's decision."""
    _her_hiding(session, who, hiding_id)
    form = forms.fill(DecideForm, raw)
    if form.ok:
        with refusals(session, form):
            hiding.decide(
                session,
                actor=who.actor,
                hiding_id=hiding_id,
                outcome=form.valid.outcome,
                answer=form.valid.answer,
            )
            return redirect(request, HOME, saying=t("Decided; the owner has been told."))
    return _hiding_page(request, session, who, hiding_id, deciding=form)


def _her_hiding(session: Session, who: Who, hiding_id: int) -> queries.HidingPage:
    current.need_duty(who, DUTY)
    return queries.get_hiding(session, places=who.duty_places(DUTY), hiding_id=hiding_id)


def _hiding_page(
    request: Request,
    session: Session,
    who: Who,
    hiding_id: int,
    *,
    lifting: Filled[Any] | None = None,
    deciding: Filled[Any] | None = None,
) -> Response:
    one = _her_hiding(session, who, hiding_id)
    lifting, deciding = lifting or blank(LiftForm), deciding or blank(DecideForm)
    context = contexts.DeskHiding(
        one=one,
        labels=labels,
        lifting=lifting,
        deciding=deciding,
        outcomes=[(code, language.say(words)) for code, words in labels.APPEAL_OUTCOMES.items()],
        mine=one.hidden_by_id == who.user_id,
    )
    status = max(lifting.status, deciding.status)
    return page(request, context, status=status)
