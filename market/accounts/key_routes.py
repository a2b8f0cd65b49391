"""Pages of security keys: one is asked in place of the code, one is added, one is removed. Part of the routes
that routes.py hands to the application; the pages they stand on are in factor_routes.py.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts import contexts, entering, second_step, security_keys
from market.accounts.current import Anyone, Enrolling, Who
from market.accounts.devices import device_of
from market.accounts.factor_routes import HOME, code_page, factor_page, key_of, note_wrong, site_of
from market.accounts.forms import FactorForm, KeyForm, NewKeyForm, SecondKeyForm
from market.web import cookies, forms
from market.web.forms import Filled, blank, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db, after_refusal
from market.words import t

router = APIRouter()


@router.post("/account/sign-in/key", name="accounts:second_step_by_key")
def second_by_key(request: Request, session: Db, who: Anyone, raw: Posted) -> Response:
    """Take a security key's answer and sign in; a wrong one is counted as a wrong code is."""
    form, half = forms.fill(SecondKeyForm, raw), cookies.read(request, entering.HALF)
    if form.ok:
        with refusals(session, form):
            try:
                opened, to = second_step.finish_by_key(
                    session,
                    half=half,
                    answer=form.valid.key,
                    device=device_of(request),
                    secret_key=key_of(request),
                    site=site_of(request),
                    replaces=who.sign_in_id,
                    shared=form.valid.shared,
                )
            except security_keys.WentBack as copied:
                key_id = copied.key_id
                after_refusal(request, lambda late: security_keys.tell_copied(late, key_id=key_id))
                raise
            return entering.let_in_by_second_step(request, session, opened, to)
        if "key" in form.errors and form.status == 422:
            after_refusal(request, lambda late: second_step.note_wrong(late, half=half))
    return code_page(request, session, form)


@router.post("/account/second-step/keys", name="accounts:begin_key")
def begin(request: Request, session: Db, who: Enrolling, raw: Posted) -> Response:
    """Open the way for a new key, by the password; shows the page that asks it."""
    form = forms.fill(NewKeyForm, raw)
    if form.ok:
        with refusals(session, form):
            site = site_of(request)
            security_keys.begin(session, user_id=who.person, present=form.valid.present, site=site)
            return _asking(request, session, who, blank(KeyForm, name=form.valid.name))
        note_wrong(request, who, form)
    return factor_page(request, session, who, change=form, what="key")


@router.post("/account/second-step/keys/add", name="accounts:add_key")
def add(request: Request, session: Db, who: Enrolling, raw: Posted) -> Response:
    """Take the new key in."""
    form = forms.fill(KeyForm, raw)
    if form.ok:
        with refusals(session, form):
            security_keys.add(
                session,
                user_id=who.person,
                sign_in_id=who.sign_in_id,
                name=form.valid.name,
                answer=form.valid.key,
                site=site_of(request),
            )
            return redirect(request, HOME, saying=t("The security key is added."))
    return _asking(request, session, who, form)


@router.post("/account/second-step/keys/{key_id}/remove", name="accounts:remove_key")
def remove(request: Request, session: Db, who: Enrolling, key_id: PathId, raw: Posted) -> Response:
    """A key opens nothing any more."""
    form = forms.fill(FactorForm, raw)
    if form.ok:
        with refusals(session, form):
            security_keys.remove(
                session,
                user_id=who.person,
                sign_in_id=who.sign_in_id,
                key_id=key_id,
                present=form.valid.present,
            )
            return redirect(request, HOME, saying=t("The security key is removed."))
        note_wrong(request, who, form)
    return factor_page(request, session, who, change=form, what=f"key-{key_id}")


def _asking(request: Request, session: Session, who: Who, form: Filled[KeyForm]) -> Response:
    asked = security_keys.asked_new(
        session, user_id=who.person, secret_key=key_of(request), site=site_of(request)
    )
    response = page(request, contexts.KeyNew(form=form, asked=asked), status=form.status)
    response.headers["Cache-Control"] = "no-store"  # what the key has to sign stands in it
    return response
