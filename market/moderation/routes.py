"""Pages of moderation for everybody: reporting a listing or a unit, and what a unit reads of what was
hidden of it, with its one objection. The officers' pages are in desk_routes.py and takedown_routes.py.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts import current
from market.accounts.current import Acting, Anyone, Who
from market.moderation import (
    complaint_routes,
    contexts,
    data_desk_routes,
    data_routes,
    desk_routes,
    flag_routes,
    hiding,
    labels,
    log_routes,
    operator_routes,
    present,
    queries,
    retention,
    takedown_routes,
)
from market.moderation import service as moderation
from market.moderation.forms import AppealForm, ReportForm
from market.moderation.queries import Subject
from market.web import forms, sending
from market.web.forms import Filled, blank, refusals
from market.web.inputs import PathCode, PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()
for _more in (
    desk_routes,
    takedown_routes,
    data_routes,
    data_desk_routes,
    operator_routes,
    complaint_routes,
    log_routes,
    flag_routes,
):
    router.routes.extend(_more.router.routes)


@router.get("/listings/{listing_id}/report", name="moderation:report_listing_form")
def listing_form(request: Request, session: Db, who: Anyone, listing_id: PathId) -> Response:
    """The form to report a listing that everybody sees."""
    return _report_page(request, _listing(session, listing_id), who, blank(ReportForm))


@router.post("/listings/{listing_id}/report", name="moderation:report_listing")
def report_listing(request: Request, session: Db, who: Anyone, listing_id: PathId, raw: Posted) -> Response:
    """Tell the department; sent twice it is one."""
    return _report(request, session, who, _listing(session, listing_id), raw)


@router.get("/cooperatives/{code}/report", name="moderation:report_unit_form")
def unit_form(request: Request, session: Db, who: Anyone, code: PathCode) -> Response:
    """The form to report a unit."""
    return _report_page(request, _unit(session, code), who, blank(ReportForm))


@router.post("/cooperatives/{code}/report", name="moderation:report_unit")
def report_unit(request: Request, session: Db, who: Anyone, code: PathCode, raw: Posted) -> Response:
    """Tell the department of a unit."""
    return _report(request, session, who, _unit(session, code), raw)


def _listing(session: Session, listing_id: int) -> Subject:
    return queries.shown_subject(session, listing_id=listing_id)


def _unit(session: Session, code: str) -> Subject:
    return queries.shown_subject(session, code=code)


def _report(request: Request, session: Session, who: Who, about: Subject, raw: dict[str, str]) -> Response:
    form = forms.fill(ReportForm, raw)
    if form.ok:
        with refusals(session, form):
            source = moderation.source_of(who.user_id, present.address_of(request))
            sent = sending.take(session, who.user_id, f"report {source}", raw, about.path)
            if not sent.led:
                moderation.report(
                    session,
                    actor=who.actor,
                    source=source,
                    party_id=about.party_id,
                    listing_id=about.listing_id,
                    reason=form.valid.reason,
                    words=form.valid.words,
                    contact=form.valid.contact,
                )
                sent.leads(about.path)
            saying = t("Thank you. An officer of the department will look at it.")
            return redirect(request, sent.led or about.path, saying=saying)
    return _report_page(request, about, who, form)


def _report_page(request: Request, about: Subject, who: Who, form: Filled[ReportForm]) -> Response:
    context = contexts.Report(
        about=about,
        form=form,
        reasons=present.reasons(),
        known=who.signed_in,
        kept=retention.days_of("reports"),
    )
    return page(request, context, status=form.status)


@router.get("/hidings", name="moderation:own")
def own(request: Request, session: Db, who: Acting) -> Response:
    """What was hidden of the unit's that one acts for."""
    lines = queries.list_own(session, party_id=who.acts_for)
    return page(request, contexts.Own(lines=lines, labels=labels))


@router.get("/hidings/{hiding_id}", name="moderation:own_hiding")
def own_hiding(request: Request, session: Db, who: Acting, hiding_id: PathId) -> Response:
    """One decision, why it was made, and the objection."""
    return _own_page(request, session, who, hiding_id, blank(AppealForm))


@router.post("/hidings/{hiding_id}/appeal", name="moderation:appeal")
def appeal(request: Request, session: Db, who: Acting, hiding_id: PathId, raw: Posted) -> Response:
    """Object to it, once."""
    queries.hiding_for(session, party_id=who.acts_for, hiding_id=hiding_id)
    current.need_power(who, "trade")
    form = forms.fill(AppealForm, raw)
    if form.ok:
        with refusals(session, form):
            hiding.appeal(session, actor=who.actor, hiding_id=hiding_id, words=form.valid.words)
            saying = t("Your objection has been sent. Another officer decides on it.")
            return redirect(request, f"{hiding.PATH}/{hiding_id}", saying=saying)
    return _own_page(request, session, who, hiding_id, form)


def _own_page(
    request: Request, session: Session, who: Who, hiding_id: int, form: Filled[AppealForm]
) -> Response:
    one = queries.hiding_for(session, party_id=who.acts_for, hiding_id=hiding_id)
    context = contexts.OwnShow(one=one, form=form, labels=labels, may=who.can("trade"))
    return page(request, context, status=form.status)
