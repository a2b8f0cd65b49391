"""How the installation is, for officers as a page and for Prometheus as text. Part of the routes that
routes.py hands to the application.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST

from market import clock
from market.accounts.current import Anyone, Officer, Who
from market.errors import NotAllowed, NotSignedIn
from market.home import contexts, status
from market.moderation import deadlines
from market.web.pages import page
from market.web.session import Db
from market.words import t

router = APIRouter()

LOOPBACK = frozenset(("127.0.0.1", "::1"))
#: Written by a proxy on the same machine: who asks it is not here.
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


@router.get("/department/status", name="home:status")
def show(request: Request, session: Db, who: Officer) -> Response:
    """Whether search follows, what waits to be sent, and of which years the holidays are known."""
    known, year = deadlines.named().years, clock.today().year
    context = contexts.StatusPage(
        s=status.read(session, request.app.state.runtime),
        known_years=known,
        unknown_years=[one for one in (year, year + 1) if one not in known],
    )
    return page(request, context)


@router.get("/metrics", name="home:metrics")
def metrics(request: Request, session: Db, who: Anyone) -> Response:
    """The same for Prometheus: for this machine itself, and with an administrator's token."""
    if not (who.is_admin or _is_here(request)):
        _refuse(who)
    found = status.read(session, request.app.state.runtime)
    return Response(status.as_metrics(found), media_type=CONTENT_TYPE_LATEST)


def _is_here(request: Request) -> bool:
    local = request.client is not None and request.client.host in LOOPBACK
    return local and not any(name in request.headers for name in FORWARDED)


def _refuse(who: Who) -> None:
    raise NotAllowed(t("This is for the administrator.")) if who.signed_in else NotSignedIn
