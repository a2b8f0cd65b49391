"""Pages of the second step of signing in: the code that is asked for, and setting it up, with its recovery
codes. Part of the routes that routes.py hands to the application; security keys are in key_routes.py,
resetting another's is in officer_routes.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts import (
    contexts,
    entering,
    factors,
    queries,
    second_step,
    security_keys,
    sessions,
    totp,
    webauthn,
)
from market.accounts.current import Anyone, Enrolling, Who
from market.accounts.devices import device_of
from market.accounts.forms import FactorForm, FirstCodeForm, SecondStepForm
from market.web import cookies, forms, qr
from market.web.forms import Filled, blank, refusals
from market.web.inputs import Posted
from market.web.pages import page, redirect
from market.web.session import Db, after_refusal
from market.words import t

router = APIRouter()

HOME = "/account/second-step"


@router.get("/account/sign-in/code", name="accounts:code_asked")
def code_asked(request: Request, session: Db, who: Anyone) -> Response:
    """The form for the code of the app, after the password."""
    shared = request.query_params.get("shared") == "1"
    return code_page(request, session, blank(SecondStepForm, shared="1" if shared else ""))


@router.post("/account/sign-in/code", name="accounts:second_step")
def second(request: Request, session: Db, who: Anyone, raw: Posted) -> Response:
    """Take the code and sign in; a wrong one is counted."""
    form, half = forms.fill(SecondStepForm, raw), cookies.read(request, entering.HALF)
    if form.ok:
        with refusals(session, form):
            opened, to = second_step.finish(
                session,
                half=half,
                code=form.valid.code,
                device=device_of(request),
                secret_key=key_of(request),
                replaces=who.sign_in_id,
                shared=form.valid.shared,
            )
            return entering.let_in_by_second_step(request, session, opened, to)
        if "code" in form.errors and form.status == 422:
            after_refusal(request, lambda late: second_step.note_wrong(late, half=half))
    return code_page(request, session, form)


def code_page(request: Request, session: Session, form: Filled[Any]) -> Response:
    """The form for the code, and for a security key where the person has one."""
    half, asked = cookies.read(request, entering.HALF), ""
    waiting = second_step.find(session, half=half)
    if waiting is not None:
        asked = second_step.asked(
            session, waiting=waiting, half=half, secret_key=key_of(request), site=site_of(request)
        )
    return page(
        request, contexts.SecondStep(form=form, waits=waiting is not None, asked=asked), status=form.status
    )


@router.get("/account/second-step", name="accounts:factor")
def show(request: Request, session: Db, who: Enrolling) -> Response:
    """How far my second step is set up, and what may be done."""
    return factor_page(request, session, who)


@router.post("/account/second-step/start", name="accounts:start_factor")
def start(request: Request, session: Db, who: Enrolling, raw: Posted) -> Response:
    """Begin to set it up: a secret for the app."""
    factors.start(session, user_id=who.person)
    return redirect(request, HOME)


@router.post("/account/second-step/confirm", name="accounts:confirm_factor")
def confirm(request: Request, session: Db, who: Enrolling, raw: Posted) -> Response:
    """Switch it on by a first code; shows the recovery codes this once."""
    form = forms.fill(FirstCodeForm, raw)
    if form.ok:
        with refusals(session, form):
            made = factors.confirm(
                session,
                user_id=who.person,
                sign_in_id=who.sign_in_id,
                present=form.valid.present,
                code=form.valid.code,
                secret_key=key_of(request),
            )
            return factor_page(request, session, who, made=made)
        note_wrong(request, who, form)
    return factor_page(request, session, who, first=form)


@router.post("/account/second-step/codes", name="accounts:renew_codes")
def renew(request: Request, session: Db, who: Enrolling, raw: Posted) -> Response:
    """New recovery codes in place of the old ones, shown this once."""
    form = forms.fill(FactorForm, raw)
    if form.ok:
        with refusals(session, form):
            made = factors.renew_codes(session, user_id=who.person, present=form.valid.present)
            return factor_page(request, session, who, made=made)
        note_wrong(request, who, form)
    return factor_page(request, session, who, change=form, what="codes")


@router.post("/account/second-step/remove", name="accounts:remove_factor")
def remove(request: Request, session: Db, who: Enrolling, raw: Posted) -> Response:
    """Switch it off, to go without or to set it up on another telephone."""
    form = forms.fill(FactorForm, raw)
    if form.ok:
        with refusals(session, form):
            factors.remove(session, user_id=who.person, present=form.valid.present)
            to = HOME if who.is_officer else "/account"
            return redirect(request, to, saying=t("The second step is switched off."))
        note_wrong(request, who, form)
    return factor_page(request, session, who, change=form, what="remove")


def note_wrong(request: Request, who: Who, form: Filled[Any]) -> None:
    """Count a wrong password or code of a refused form."""
    user_id = who.person
    if form.status == 422 and "present" in form.errors:
        after_refusal(request, lambda late: sessions.note_wrong_password(late, user_id=user_id))
    if form.status == 422 and "code" in form.errors:
        after_refusal(request, lambda late: factors.note_wrong(late, user_id=user_id))


def key_of(request: Request) -> str:
    """The settings' secret key."""
    return str(request.app.state.settings.secret_key)


def site_of(request: Request) -> webauthn.Site | None:
    """For which site security keys are, if there can be any."""
    return webauthn.site_of(request.app.state.settings.base_url)


def factor_page(
    request: Request,
    session: Session,
    who: Who,
    *,
    first: Filled[FirstCodeForm] | None = None,
    change: Filled[Any] | None = None,
    what: str = "",
    made: Sequence[str] = (),
) -> Response:
    """How far a person's second step is set up; ``what`` of its changes was refused."""
    state = factors.read(session, user_id=who.person, secret_key=key_of(request))
    keys = security_keys.list_keys(session, user_id=who.person) if state.since else ()
    secret, typed = state.secret, ""
    told = ""
    if secret is not None:
        contact = queries.find_contact(session, user_id=who.person)
        login = (contact.email or contact.phone or "") if contact else ""
        typed, told = totp.typed(secret), totp.address(secret, login=login)
    context = contexts.Factor(
        state=state,
        typed=typed,
        otpauth=told,
        code=qr.svg(told) if told else "",
        first=first or blank(FirstCodeForm),
        change=change or blank(FactorForm),
        what=what,
        made=made,
        required_from=factors.required_from(session),
        keys=keys,
        with_keys=site_of(request) is not None,
        may_add=len(keys) < security_keys.MOST_KEYS,
    )
    status = max((form.status for form in (first, change) if form is not None), default=200)
    response = page(request, context, status=status)
    response.headers["Cache-Control"] = "no-store"  # the secret and the codes stand in it
    return response
