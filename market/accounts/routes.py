"""Pages of a person's own account: signing in and out, choosing the party, sessions, news. Passwords and
codes are in password_routes.py, what one is told in choice_routes.py; registering makes a party too and is in
parties/register_routes.py.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts import (
    choice_routes,
    contexts,
    current,
    entering,
    factor_routes,
    key_routes,
    logins,
    officer_routes,
    password_routes,
    queries,
    sessions,
)
from market.accounts import service as accounts
from market.accounts.current import Anyone, SignedIn, Who
from market.accounts.devices import device_of
from market.accounts.forms import LanguageForm, PartyChoice, SignInForm
from market.assisted import queries as assisted
from market.errors import NotFound
from market.notices import queries as notice_queries
from market.notices import service as notices
from market.web import cookies, forms
from market.web.forms import Filled, blank, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import own_path, page, redirect, remember_language
from market.web.session import Db, after_refusal
from market.words import t

router = APIRouter()
for part in (password_routes, factor_routes, key_routes, choice_routes, officer_routes):
    router.routes.extend(part.router.routes)


@router.get("/account/sign-in", name="accounts:sign_in_form")
def sign_in_form(request: Request, session: Db, who: Anyone) -> Response:
    """The form to sign in; ``next`` is where to go afterwards."""
    to = own_path(request.query_params.get("next"), "")
    return _sign_in_page(request, blank(SignInForm, next=to))


@router.post("/account/sign-in", name="accounts:sign_in")
def sign_in(request: Request, session: Db, who: Anyone, raw: Posted) -> Response:
    """Sign in; what fails is counted, and nothing says whether there is such an account."""
    form = forms.fill(SignInForm, raw)
    if form.ok:
        value = form.valid
        with refusals(session, form):
            to = own_path(value.next, "")
            opened = sessions.sign_in(
                session,
                login=value.login,
                password=value.password,
                device=device_of(request),
                to=to,
                replaces=who.sign_in_id,
                shared=value.shared,
            )
            if isinstance(opened, sessions.Half):
                return entering.half_way(request, opened, shared=value.shared)
            return entering.let_in(request, session, opened, to)
        if form.status == 422:
            after_refusal(request, lambda late: sessions.note_failed(late, login=value.login))
    return _sign_in_page(request, form)


def _sign_in_page(request: Request, form: Filled[SignInForm]) -> Response:
    return page(request, contexts.SignIn(form=form), status=form.status)


@router.post("/account/sign-out", name="accounts:sign_out")
def sign_out(request: Request, session: Db, who: Anyone, raw: Posted) -> Response:
    """End this session."""
    if who.sign_in_id is not None:
        sessions.sign_out(session, sign_in_id=who.sign_in_id)
    response = redirect(request, "/account/sign-in", saying=t("You are signed out."))
    cookies.drop(request, response, current.COOKIE)
    return response


@router.get("/account/party", name="accounts:party")
def party(request: Request, session: Db, who: SignedIn) -> Response:
    """For which party to act."""
    to = own_path(request.query_params.get("next"), "")
    return _party_page(request, session, who, blank(PartyChoice, next=to))


@router.post("/account/party", name="accounts:choose_party")
def choose_party(request: Request, session: Db, who: SignedIn, raw: Posted) -> Response:
    """From now on act for this party."""
    form = forms.fill(PartyChoice, raw)
    if not form.ok:
        return _party_page(request, session, who, form)
    user_id, sign_in_id = _in_a_session(who)
    sessions.choose_party(
        session, user_id=user_id, sign_in_id=sign_in_id, membership_id=form.valid.membership_id
    )
    return redirect(request, own_path(form.valid.next, "") or entering.start_of(session, user_id))


def _party_page(request: Request, session: Session, who: Who, form: Filled[PartyChoice]) -> Response:
    roles = queries.list_roles(session, user_id=who.person, membership_id=who.membership_id)
    return page(request, contexts.Party(form=form, roles=roles), status=form.status)


def _in_a_session(who: Who) -> tuple[int, int]:
    """The person and the session of the browser; a machine's token has none."""
    if who.user_id is None or who.sign_in_id is None:
        raise NotFound
    return who.user_id, who.sign_in_id


@router.get("/account", name="accounts:show")
def show(request: Request, session: Db, who: SignedIn) -> Response:
    """My details, the parties I act for, and where I am signed in."""
    contact = queries.find_contact(session, user_id=who.person)
    if contact is None:
        raise NotFound
    return page(
        request,
        contexts.Show(
            contact=contact,
            phone=logins.show_phone(contact.phone),
            roles=queries.list_roles(session, user_id=who.person, membership_id=who.membership_id),
            sessions=queries.list_sessions(session, user_id=who.person, sign_in_id=who.sign_in_id),
            language_form=blank(LanguageForm, language=contact.language),
            tokens=queries.list_tokens(session, user_id=who.person),
        ),
    )


@router.post("/account/language", name="accounts:language")
def language(request: Request, session: Db, who: SignedIn, raw: Posted) -> Response:
    """In which language to write to me, and to show pages."""
    form = forms.fill(LanguageForm, raw)
    if not form.ok:
        return redirect(request, "/account")
    chosen = form.valid.language
    accounts.choose_language(session, user_id=who.person, language=chosen)
    response = redirect(request, "/account", saying=t("The language has been changed."))
    remember_language(request, response, chosen)
    return response


@router.post("/account/sessions/{sign_in_id}/revoke", name="accounts:revoke")
def revoke(request: Request, session: Db, who: SignedIn, sign_in_id: PathId, raw: Posted) -> Response:
    """End one of my sessions, from wherever I am."""
    sessions.revoke(session, user_id=who.person, sign_in_id=sign_in_id)
    return redirect(request, "/account", saying=t("That device is signed out."))


@router.post("/account/tokens/{token_id}/revoke", name="accounts:revoke_token")
def revoke_token(request: Request, session: Db, who: SignedIn, token_id: PathId, raw: Posted) -> Response:
    """A program's token opens nothing any more."""
    accounts.revoke_token(session, user_id=who.person, token_id=token_id)
    return redirect(request, "/account", saying=t("That token opens nothing any more."))


@router.get("/account/notices", name="accounts:notices")
def notice_list(request: Request, session: Db, who: SignedIn) -> Response:
    """My news, newest first."""
    number = forms.page_number(request)
    lines, total = notice_queries.list_notices(session, user_id=who.person, page=number)
    pages = -(-total // notice_queries.PAGE_SIZE)
    waiting = []
    if who.is_unit:
        waiting = assisted.list_waiting(session, party_id=who.party_id, powers=who.powers)
    context = contexts.News(lines=lines, page=number, pages=pages, waiting=waiting)
    return page(request, context)


@router.post("/account/notices/read", name="accounts:notices_read")
def all_read(request: Request, session: Db, who: SignedIn, raw: Posted) -> Response:
    """I have seen everything."""
    notices.mark_all_read(session, user_id=who.person)
    return redirect(request, "/account/notices")


@router.post("/account/notices/{notice_id}/read", name="accounts:notice_open")
def open_notice(request: Request, session: Db, who: SignedIn, notice_id: PathId, raw: Posted) -> Response:
    """Go where the news leads; it is no longer new."""
    path = notices.mark_read(session, user_id=who.person, notice_id=notice_id)
    return redirect(request, path)
