"""Letting a browser in: the cookie of its session, or of the first half of one, and where it goes on."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts import queries
from market.accounts.current import COOKIE
from market.accounts.sessions import Half, Opened
from market.web import cookies
from market.web.pages import address, redirect
from market.words import Words

#: Holds the first half of a session until the second step is done.
HALF = "half"


def keep(request: Request, response: Response, token: str, *, seconds: float) -> None:
    """Give the browser the cookie of its session."""
    cookies.keep(request, response, COOKIE, token, seconds=seconds)


def half_way(request: Request, half: Half, *, shared: bool = False, saying: Words | None = None) -> Response:
    """Send whoever has done the first step of signing in to the second."""
    to = address("/account/sign-in/code", {"shared": "1"} if shared else {})
    response = redirect(request, to, saying=saying)
    cookies.keep(request, response, HALF, half.token, seconds=half.life.total_seconds())
    return response


def let_in(request: Request, session: Session, opened: Opened, to: str) -> Response:
    """Give the browser its session and send it where the person wanted to be, or has to go first."""
    if opened.must_change_password:
        to = "/account/password"
    elif opened.must_choose_party:
        to = address("/account/party", {"next": to})
    response = redirect(request, to or start_of(session, opened.user_id))
    keep(request, response, opened.token, seconds=opened.life.total_seconds())
    return response


def let_in_by_second_step(request: Request, session: Session, opened: Opened, to: str) -> Response:
    """The same once the second step is done: the half of a session has served."""
    response = let_in(request, session, opened, to)
    cookies.drop(request, response, HALF)
    return response


def start_of(session: Session, user_id: int) -> str:
    """Where a person's work begins: the department, their inquiries, or their own page."""
    if queries.is_officer(session, user_id=user_id):
        return "/department"
    return "/inquiries" if queries.list_roles(session, user_id=user_id) else "/account"
