"""Pages of passwords and one-time codes: change, reset by a code, and the links of SMS. Part of the routes
that routes.py hands to the application.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from market.accounts import codes, contexts, entering, sessions
from market.accounts.current import Anyone, Who
from market.accounts.devices import device_of
from market.accounts.forms import CodeForm, PasswordForm, ResetForm
from market.errors import NotFound, NotSignedIn
from market.web import forms
from market.web.forms import Filled, blank, refusals
from market.web.inputs import PathCode, Posted
from market.web.pages import page, redirect
from market.web.session import Db, after_refusal
from market.words import Words, t

router = APIRouter()

HALF_IN = t("You have a new password. Now the code of your app is needed.")


def _somebody(who: Who) -> int:
    # Not ``SignedIn``: who must choose a new password first may come here, and nowhere else.
    if who.user_id is None:
        raise NotSignedIn
    return who.user_id


@router.get("/account/password", name="accounts:password_form")
def password_form(request: Request, session: Db, who: Anyone) -> Response:
    """The form to change the password."""
    _somebody(who)
    return _password_page(request, who, blank(PasswordForm))


@router.post("/account/password", name="accounts:change_password")
def change_password(request: Request, session: Db, who: Anyone, raw: Posted) -> Response:
    """Change the password; all other devices are signed out."""
    user_id = _somebody(who)
    form = forms.fill(PasswordForm, raw)
    if form.ok:
        with refusals(session, form):
            opened = sessions.change_password(
                session,
                user_id=user_id,
                sign_in_id=who.sign_in_id,
                present=form.valid.present,
                new=form.valid.new,
                device=device_of(request),
            )
            return _in(
                request,
                opened,
                "/account",
                saying=t("The password has been changed. All other devices are signed out."),
            )
        if "present" in form.errors:
            after_refusal(request, lambda late: sessions.note_wrong_password(late, user_id=user_id))
    return _password_page(request, who, form)


def _password_page(request: Request, who: Who, form: Filled[PasswordForm]) -> Response:
    return page(
        request,
        contexts.Password(form=form, must=who.must_change_password),
        status=form.status,
    )


def _in(
    request: Request, opened: sessions.Opened | sessions.Half, to: str, *, saying: Words | None = None
) -> Response:
    if isinstance(opened, sessions.Half):
        return entering.half_way(request, opened, saying=HALF_IN if saying else None)
    response = redirect(request, to, saying=saying)
    entering.keep(request, response, opened.token, seconds=opened.life.total_seconds())
    return response


@router.get("/account/reset", name="accounts:reset_form")
def reset_form(request: Request, session: Db, who: Anyone) -> Response:
    """The form to ask for a code."""
    return page(request, contexts.Reset(form=blank(ResetForm)))


@router.post("/account/reset", name="accounts:reset")
def reset(request: Request, session: Db, who: Anyone, raw: Posted) -> Response:
    """Send a code to whoever has this login; the answer is the same when nobody has."""
    form = forms.fill(ResetForm, raw)
    if not form.ok:
        return page(request, contexts.Reset(form=form), status=form.status)
    codes.ask_reset(session, login=form.valid.login)
    return _code_page(request, blank(CodeForm, login=form.valid.login), sent=True)


@router.get("/account/reset/code", name="accounts:code_form")
def code_form(request: Request, session: Db, who: Anyone) -> Response:
    """The form for a code, sent or handed over."""
    return _code_page(request, blank(CodeForm))


@router.post("/account/reset/code", name="accounts:redeem")
def redeem(request: Request, session: Db, who: Anyone, raw: Posted) -> Response:
    """Choose a new password by the code; signs in."""
    form = forms.fill(CodeForm, raw)
    if form.ok:
        value = form.valid
        with refusals(session, form):
            opened = sessions.reset_password(
                session, login=value.login, code=value.code, new=value.new, device=device_of(request)
            )
            return _in(request, opened, "/account", saying=t("You have a new password and are signed in."))
        if "code" in form.errors:
            after_refusal(request, lambda late: codes.note_wrong(late, login=value.login))
    return _code_page(request, form)


def _code_page(request: Request, form: Filled[CodeForm], *, sent: bool = False) -> Response:
    return page(request, contexts.ResetCode(form=form, sent=sent), status=form.status)


@router.get("/account/open/{token}", name="accounts:opening")
def opening(request: Request, session: Db, who: Anyone, token: PathCode) -> Response:
    """The link of an SMS. Looking uses nothing up: programs that preview links look too."""
    found = codes.find_opening(session, token=token)
    if found is not None and found.user_id == who.user_id:
        return redirect(request, found.path)
    if found is None or not found.usable:
        raise NotFound(codes.SERVED)
    return page(request, contexts.OpenLink(token=token))


@router.post("/account/open/{token}", name="accounts:open")
def open_(request: Request, session: Db, who: Anyone, token: PathCode, raw: Posted) -> Response:
    """Open the page behind the link, signed in for two hours; the link has served."""
    opened, path = sessions.open_by_link(
        session, token=token, device=device_of(request), replaces=who.sign_in_id
    )
    return _in(request, opened, path)
