"""The administrator's pages of the department's people: who is an officer, for which place, with which duties
and since when; adding one, giving and ending duties, closing an account. Part of what routes.py hands on.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market import clock
from market.accounts import contexts, factors, labels, officer_lists, officers
from market.accounts.current import Administrator
from market.accounts.forms import DutiesForm, EndForm, FactorRuleForm, OfficerForm, SwitchForm
from market.errors import Invalid, MarketError
from market.places import queries as places
from market.web import forms, language, sending
from market.web.forms import Filled, blank, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()

HOME = "/department/officers"


@router.get("/department/officers", name="accounts:officers")
def index(request: Request, session: Db, who: Administrator) -> Response:
    """Everybody who works for the department, or did."""
    return _index_page(request, session)


def _index_page(request: Request, session: Session, rule: Filled[FactorRuleForm] | None = None) -> Response:
    found = officer_lists.list_officers(session)
    day = factors.required_from(session)
    context = contexts.Officers(
        inside=[one for one in found if one.is_active],
        closed=[one for one in found if not one.is_active],
        labels=labels,
        required_from=day,
        rule=rule or blank(FactorRuleForm, required_from=(day or clock.today()).isoformat()),
    )
    return page(request, context, status=rule.status if rule else 200)


@router.post("/department/officers/second-step", name="accounts:require_factor")
def require_factor(request: Request, session: Db, who: Administrator, raw: Posted) -> Response:
    """Want a second step of every officer from a day on, or of nobody any more."""
    form = forms.fill(FactorRuleForm, raw)
    if form.ok:
        day = form.valid.required_from
        with refusals(session, form):
            inside = [one.user_id for one in officer_lists.list_officers(session) if one.is_active]
            factors.require(session, actor=who.actor, officers=inside, day=day)
            if day is None:
                return redirect(request, HOME, saying=t("The second step is left to everybody's choice."))
            return redirect(request, HOME, saying=t("Noted. Whoever has no second step yet has been told."))
    return _index_page(request, session, form)


@router.get("/department/officers/new", name="accounts:new_officer")
def new(request: Request, session: Db, who: Administrator) -> Response:
    """The form to add an officer."""
    return _new_page(request, session, blank(OfficerForm, **_begun(session)))


@router.post("/department/officers", name="accounts:add_officer")
def add(request: Request, session: Db, who: Administrator, raw: Posted) -> Response:
    """Add an officer; sent twice it is one."""
    form = forms.fill(OfficerForm, raw)
    if form.ok:
        of = form.valid
        with refusals(session, form):
            sent = sending.take(session, who.user_id, "officer", raw)
            if sent.led:
                return redirect(request, sent.led)
            user = officers.add_officer(
                session,
                actor=who.actor,
                name=of.name,
                login=of.login,
                place_id=_place(session, of.place),
                duties=dict.fromkeys(of.duties),
                valid_from=of.valid_from,
            )
            sent.leads(f"{HOME}/{user.id}")
            saying = t("Added. Make a code now, by which {person} chooses a password.", person=of.name)
            return redirect(request, f"{HOME}/{user.id}", saying=saying)
    return _new_page(request, session, form)


@router.get("/department/officers/{user_id}", name="accounts:officer")
def show(request: Request, session: Db, who: Administrator, user_id: PathId) -> Response:
    """One officer: what is held, what was, and what may be done."""
    return _show_page(request, session, user_id)


@router.post("/department/officers/{user_id}/duties", name="accounts:give_duties")
def give(request: Request, session: Db, who: Administrator, user_id: PathId, raw: Posted) -> Response:
    """Give duties for a place; sent twice they are given once."""
    form = forms.fill(DutiesForm, raw)
    if form.ok:
        of = form.valid
        with refusals(session, form):
            sent = sending.take(session, who.user_id, "duties", raw, user_id)
            if sent.led:
                return redirect(request, sent.led)
            officers.give_duties(
                session,
                actor=who.actor,
                user_id=user_id,
                place_id=_place(session, of.place),
                duties=dict.fromkeys(of.duties),
                valid_from=of.valid_from,
            )
            sent.leads(f"{HOME}/{user_id}")
            return redirect(request, f"{HOME}/{user_id}", saying=t("Given."))
    return _show_page(request, session, user_id, give=form)


@router.post("/department/officers/{user_id}/duties/{duty_id}/end", name="accounts:end_duty")
def end(
    request: Request, session: Db, who: Administrator, user_id: PathId, duty_id: PathId, raw: Posted
) -> Response:
    """Let a duty hold no more from a day on."""
    form = forms.fill(EndForm, raw)
    if form.ok:
        with refusals(session, form):
            officers.end_duty(
                session, actor=who.actor, user_id=user_id, duty_id=duty_id, valid_to=form.valid.valid_to
            )
            return redirect(request, f"{HOME}/{user_id}", saying=t("The end is noted."))
    return _show_page(request, session, user_id, end=form, end_at=duty_id)


@router.post("/department/officers/{user_id}/code", name="accounts:officer_code")
def code(request: Request, session: Db, who: Administrator, user_id: PathId, raw: Posted) -> Response:
    """Make a one-time code to choose a password with; it is shown this once."""
    made = officers.hand_over_code(session, actor=who.actor, user_id=user_id)
    return _show_page(request, session, user_id, code=made)


@router.post("/department/officers/{user_id}/administrator", name="accounts:set_administrator")
def administrator(
    request: Request, session: Db, who: Administrator, user_id: PathId, raw: Posted
) -> Response:
    """Give the administrator's rights, or take them."""
    form = forms.fill(SwitchForm, raw)
    holds = form.valid.holds
    with refusals(session, form):
        officers.set_administrator(session, actor=who.actor, user_id=user_id, holds=holds)
        given, taken = (
            t("The administrator's rights are given."),
            t("The administrator's rights are taken away."),
        )
        return redirect(request, _home(who.person, user_id), saying=given if holds else taken)
    return _show_page(request, session, user_id, switch=form)


@router.post("/department/officers/{user_id}/account", name="accounts:officer_account")
def account(request: Request, session: Db, who: Administrator, user_id: PathId, raw: Posted) -> Response:
    """Close the account, or let the person in again."""
    form = forms.fill(SwitchForm, raw)
    holds = form.valid.holds
    with refusals(session, form):
        if holds:
            officers.let_in(session, actor=who.actor, user_id=user_id)
            saying = t("The account is open again, without duties. Make a code for a new password.")
        else:
            officers.shut_out(session, actor=who.actor, user_id=user_id)
            saying = t("The account is closed: signed out everywhere, all duties ended.")
        return redirect(request, f"{HOME}/{user_id}", saying=saying)
    return _show_page(request, session, user_id, switch=form)


@router.post("/department/officers/{user_id}/second-step", name="accounts:reset_factor")
def reset_factor(request: Request, session: Db, who: Administrator, user_id: PathId, raw: Posted) -> Response:
    """Take the second step away from somebody who has lost the telephone."""
    form = forms.fill(SwitchForm, raw)
    officer_lists.get_officer(session, user_id=user_id)
    with refusals(session, form):
        factors.reset(session, actor=who.actor, user_id=user_id)
        saying = t("The second step is taken away. The person signs in with the password alone.")
        return redirect(request, f"{HOME}/{user_id}", saying=saying)
    return _show_page(request, session, user_id, switch=form)


def _home(own_id: int, user_id: int) -> str:
    """Where to go on: whoever has given the own rights away sees these pages no more."""
    return "/account" if own_id == user_id else f"{HOME}/{user_id}"


def _place(session: Session, key: str) -> int:
    try:
        return places.resolve(session, text=key, on=clock.today()).id
    except MarketError as wrong:
        raise Invalid(wrong.words, field="place") from wrong


def _begun(session: Session) -> dict[str, Any]:
    today = clock.today()
    return {"valid_from": today.isoformat(), "place": places.province_on(session, day=today).code}


def _choices(session: Session) -> dict[str, Any]:
    today = clock.today()
    listed = [places.province_on(session, day=today), *places.list_communes(session, on=today)]
    return {
        "places": [(places.key_of(one, today), one.name) for one in listed],
        "duties": [(duty, language.say(words)) for duty, words in labels.GIVEN.items()],
    }


def _new_page(request: Request, session: Session, form: Filled[Any]) -> Response:
    context = contexts.OfficerNew(form=form, **_choices(session))
    return page(request, context, status=form.status)


def _show_page(
    request: Request,
    session: Session,
    user_id: int,
    *,
    give: Filled[Any] | None = None,
    end: Filled[Any] | None = None,
    end_at: int = 0,
    switch: Filled[Any] | None = None,
    code: str = "",
) -> Response:
    sent = [form for form in (give, end, switch) if form is not None]
    context = contexts.Officer(
        one=officer_lists.get_officer(session, user_id=user_id),
        labels=labels,
        give=give or blank(DutiesForm, **_begun(session)),
        end=end or blank(EndForm),
        end_at=end_at,
        switch=switch or blank(SwitchForm),
        today=clock.today(),
        code=f"{code[:4]} {code[4:]}" if code else "",
        **_choices(session),
    )
    status = max((form.status for form in sent), default=200)
    return page(request, context, status=status)
