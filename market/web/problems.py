"""Refusals and faults as answers: a page for people, a problem document (RFC 9457) for machines. The handler
opens its own read-only session for what every page shows; the request's own is rolled back by then.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from market.db import is_full, is_too_long
from market.errors import MarketError, MustChangePassword, MustEnrol, NotFound, TooMany
from market.web import contexts
from market.web.context import current, for_machine
from market.web.forms import words_for
from market.web.language import say
from market.web.pages import address, page, redirect
from market.web.session import SAFE_METHODS
from market.words import Words, t

log = logging.getLogger("market")

#: What is said of a database that does not answer, and of one that takes too long: to whoever asked for
#: something, and to whoever sent something.
AWAY = (
    t("The database does not answer just now. Please try again in a moment."),
    t(
        "The database does not answer just now. What you typed is still on the page before this one: "
        "go back and send it again in a moment."
    ),
)
TOO_LONG = (
    t("This takes too long to work out. Please ask for less of it, or again later."),
    t(
        "This takes too long, and nothing of it was kept. What you typed is still on the page "
        "before this one: go back and send it again later."
    ),
)

TITLES = {
    400: t("This request could not be read"),
    401: t("Please sign in"),
    403: t("Not allowed"),
    404: t("Not found"),
    405: t("Not possible here"),
    408: t("Too slow"),
    409: t("Something has changed meanwhile"),
    413: t("Too large"),
    422: t("Something is not right yet"),
    429: t("Too many tries"),
    500: t("Something went wrong on our side"),
    503: t("Not available just now"),
}

#: What a disk says that takes no more.
FULL = (errno.ENOSPC, errno.EDQUOT)

#: Fills ``request.state.who`` from a read-only session; handed in by app.py.
Shell = Callable[[Request, Session], Any]


def install(app: FastAPI, shell: Shell) -> None:
    """Answer every refusal and every fault of this application."""

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, MarketError)
        if error.status == 401 and request.method == "GET" and not for_machine(request.url.path):
            here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return redirect(request, address("/account/sign-in", {"next": here}))
        if (
            isinstance(error, MustChangePassword)
            and request.method == "GET"
            and not for_machine(request.url.path)
        ):
            return redirect(request, "/account/password")
        if isinstance(error, MustEnrol) and request.method == "GET" and not for_machine(request.url.path):
            return redirect(request, "/account/second-step")
        headers = {}
        if error.status == 401 and for_machine(request.url.path):
            headers["WWW-Authenticate"] = 'Bearer realm="api"'
        if isinstance(error, TooMany) and error.seconds is not None:
            headers["Retry-After"] = str(error.seconds)
        return await _answer(request, shell, error.status, error.words, _wrong(error.by_field), headers)

    async def unreadable(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        in_path = any(found["loc"] and found["loc"][0] == "path" for found in error.errors())
        if in_path:
            return await _answer(request, shell, 404, NotFound().words)
        wrong = _wrong(
            {".".join(str(part) for part in found["loc"][1:]): words_for(found) for found in error.errors()}
        )
        return await _answer(request, shell, 422, t("This cannot be read. Please look at it again."), wrong)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        status = error.status_code
        words = NotFound().words if status == 404 else TITLES.get(status, TITLES[400])
        return await _answer(request, shell, status, words, headers=dict(error.headers or {}))

    async def away(request: Request, error: Exception) -> Response:
        # The database does not answer, or two transactions stood in each other's way: no fault of a page.
        assert isinstance(error, OperationalError)
        log.error("the database fails: %s", error.orig)
        if is_full(error):
            return await no_room(request)
        too_long = is_too_long(error)
        asked, sent = TOO_LONG if too_long else AWAY
        words = asked if request.method in SAFE_METHODS else sent
        return await _answer(request, shell, 503, words, headers={"Retry-After": "60" if too_long else "5"})

    async def on_disk(request: Request, error: Exception) -> Response:
        if not isinstance(error, OSError) or error.errno not in FULL:
            raise error  # a fault
        log.error("a disk is full: %s", error)
        return await no_room(request)

    async def no_room(request: Request) -> Response:
        words = t(
            "The server has no room left to store anything. Everything can still be read. What you typed is "
            "still on the page before this one: go back and send it again later."
        )
        return await _answer(request, shell, 503, words, headers={"Retry-After": "60"})

    async def fault(request: Request, error: Exception) -> Response:
        context = current()
        log.error("fault in request %s", context.request_id if context else "-", exc_info=error)
        words = t("The fault has been noted. Please try again in a moment.")
        return await _answer(request, shell, 500, words)

    app.add_exception_handler(MarketError, refused)
    app.add_exception_handler(RequestValidationError, unreadable)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(OperationalError, away)
    app.add_exception_handler(OSError, on_disk)
    app.add_exception_handler(Exception, fault)


def _wrong(by_field: Mapping[str, Words]) -> list[dict[str, str]]:
    return [{"field": name, "detail": say(words)} for name, words in by_field.items()]


async def _answer(
    request: Request,
    shell: Shell,
    status: int,
    words: Words,
    wrong: list[dict[str, str]] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    if for_machine(request.url.path):
        return problem(status, words, wrong, headers)
    async with request.app.state.gate.pass_through(write=False):
        response = await run_in_threadpool(_error_page, request, shell, status, words)
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response


def _error_page(request: Request, shell: Shell, status: int, words: Words) -> Response:
    if not hasattr(request.state, "who"):
        try:
            with request.app.state.database.reading() as session:
                shell(request, session)
        except Exception:
            log.exception("no header for the error page")
            request.state.who = None
    context = current()
    shown = contexts.Error(
        title=TITLES.get(status, TITLES[400]),
        words=words,
        status=status,
        request_id=context.request_id if context else "",
    )
    return page(request, shown, status=status)


def problem(
    status: int,
    words: Words,
    wrong: list[dict[str, str]] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """A problem document: type, title, status, detail, and the wrong fields."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": say(TITLES.get(status, TITLES[400])),
        "status": status,
        "detail": say(words),
    }
    if wrong:
        body["errors"] = wrong
    # In which language it speaks was chosen by what was asked.
    return JSONResponse(
        body,
        status_code=status,
        media_type="application/problem+json",
        headers={"Vary": "Accept-Language", **(headers or {})},
    )
