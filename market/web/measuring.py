"""How long a request took and what it asked of the database: measured, and a line of the log each. Routes are
named by their template: what stands in an address may open something, or name somebody.
"""

from __future__ import annotations

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from market import measures

log = logging.getLogger("market.request")

METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
#: Where no route was found.
NOWHERE = "-"


class MeasuringMiddleware:
    """Measures what the application answers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, begun = 500, time.perf_counter()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with measures.tallied() as tally:
            try:
                await self.app(scope, receive, noting)
            finally:
                seconds = time.perf_counter() - begun
                method = scope["method"] if scope["method"] in METHODS else "OTHER"
                route = _template(scope)
                measures.request(method, route, status, seconds)
                log.info(
                    "%s %s %d",
                    method,
                    route,
                    status,
                    extra={
                        "method": method,
                        "route": route,
                        "status": status,
                        "ms": round(seconds * 1000, 1),
                        "statements": tally.statements,
                        "sql_ms": round(tally.seconds * 1000, 1),
                    },
                )


def _template(scope: Scope) -> str:
    if scope["path"].startswith("/static/"):
        return "/static/*"
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) else NOWHERE
