"""The officers' pages of what authorities want taken down. Part of what routes.py hands on."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts import current
from market.accounts.current import Officer, Who
from market.moderation import contexts, present, queries, takedowns
from market.moderation.forms import CarryOutForm, TakedownForm
from market.moderation.present import DUTY, HOME
from market.settings import Settings
from market.web import forms, sending
from market.web.forms import Filled, blank, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()

PATH = f"{HOME}/takedowns"


@router.get(PATH + "/new", name="moderation:takedown_form")
def new(request: Request, session: Db, who: Officer) -> Response:
    """The form to write an authority's request down."""
    current.need_duty(who, DUTY)
    settings: Settings = request.app.state.settings
    return _form_page(request, blank(TakedownForm, hours=settings.takedown_hours))


@router.post(PATH, name="moderation:takedown")
def enter(request: Request, session: Db, who: Officer, raw: Posted) -> Response:
    """Write it down; sent twice it is one."""
    current.need_duty(who, DUTY)
    settings: Settings = request.app.state.settings
    form = forms.fill(TakedownForm, raw)
    if form.ok:
        with refusals(session, form):
            value = form.valid
            sent = sending.take(session, who.user_id, "takedown", raw)
            if sent.led:
                return redirect(request, sent.led)
            about = present.subject_named(session, who, listing=value.listing, unit=value.unit)
            made = takedowns.enter(
                session,
                actor=who.actor,
                party_id=about.party_id,
                listing_id=about.listing_id,
                authority=value.authority,
                number=value.number,
                words=value.words,
                hours=value.hours or settings.takedown_hours,
            )
            sent.leads(f"{PATH}/{made.id}")
            return redirect(request, f"{PATH}/{made.id}", saying=t("Written down."))
    return _form_page(request, form)


def _form_page(request: Request, form: Filled[Any]) -> Response:
    return page(request, contexts.TakedownNew(form=form), status=form.status)


@router.get(PATH + "/{takedown_id}", name="moderation:desk_takedown")
def show(request: Request, session: Db, who: Officer, takedown_id: PathId) -> Response:
    """A request, until when, and carrying it out."""
    return _show_page(request, session, who, takedown_id, blank(CarryOutForm, reason="unlawful"))


@router.post(PATH + "/{takedown_id}/done", name="moderation:carry_out")
def carry_out(request: Request, session: Db, who: Officer, takedown_id: PathId, raw: Posted) -> Response:
    """Hide what it names."""
    _hers(session, who, takedown_id)
    form = forms.fill(CarryOutForm, raw)
    if form.ok:
        with refusals(session, form):
            takedowns.carry_out(session, actor=who.actor, takedown_id=takedown_id, reason=form.valid.reason)
            return redirect(request, HOME, saying=t("Carried out; the owner has been told why."))
    return _show_page(request, session, who, takedown_id, form)


def _hers(session: Session, who: Who, takedown_id: int) -> queries.TakedownPage:
    current.need_duty(who, DUTY)
    return queries.get_takedown(session, places=who.duty_places(DUTY), takedown_id=takedown_id)


def _show_page(request: Request, session: Session, who: Who, takedown_id: int, form: Filled[Any]) -> Response:
    context = contexts.DeskTakedown(
        one=_hers(session, who, takedown_id),
        form=form,
        reasons=present.reasons(),
    )
    return page(request, context, status=form.status)
