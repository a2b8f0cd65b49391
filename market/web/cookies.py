"""Cookies: how they are named, given and taken back. In production each has a name that begins with
``__Host-``, which a browser takes only over TLS, for the whole host and from nobody but this host: neither a
neighbouring name nor a network without TLS can put one there. Values are their owners' matter.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

PREFIX = "__Host-"


def name_of(base: str, *, secure: bool) -> str:
    """How a cookie is named; without TLS (in development) a browser would not take the prefix."""
    return PREFIX + base if secure else base


def read(request: Request, base: str) -> str:
    """What the browser holds under this name, "" for nothing."""
    return request.cookies.get(name_of(base, secure=_is_secure(request)), "")


def keep(request: Request, response: Response, base: str, value: str, *, seconds: float) -> None:
    """Give the browser a cookie: out of reach of scripts, and not sent along by what other sites post."""
    secure = _is_secure(request)
    response.set_cookie(
        name_of(base, secure=secure),
        value,
        max_age=int(seconds),
        path="/",
        httponly=True,
        samesite="lax",
        secure=secure,
    )


def drop(request: Request, response: Response, base: str) -> None:
    """Take a cookie back."""
    keep(request, response, base, "", seconds=0)


def _is_secure(request: Request) -> bool:
    return bool(request.app.state.settings.production)
