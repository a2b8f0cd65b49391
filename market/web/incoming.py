"""What is sent is here before anything waits for it: the fields of a form are received whole, bounded in size
and time, before the request asks for a place or the one writer's lock. Whoever sends a byte a minute keeps
nobody waiting. Files and what programs send are received by their routes, likewise before a session
(uploads.py, sent.py).
"""

from __future__ import annotations

import asyncio

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: The longest form of text fields is some ten thousand signs; each may take nine bytes.
MOST_BYTES = 2**20
#: Seconds for all of it: a weak line sends a long form in a few.
PATIENCE = 60.0
FORM = b"application/x-www-form-urlencoded"
STATE = "incoming"


class IncomingMiddleware:
    """Receives a form before the application is asked; ``check`` refuses what is too large or too slow."""

    def __init__(self, app: ASGIApp, *, patience: float = PATIENCE) -> None:
        self.app = app
        self.patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _is_form(scope):
            await self.app(scope, receive, send)
            return
        body, refusal = b"", 0
        try:
            async with asyncio.timeout(self.patience):
                body = await _whole(receive)
        except TimeoutError:
            refusal = 408
        except OverflowError:
            refusal = 413
        except ConnectionError:
            refusal = 400
        state = scope.setdefault("state", {})
        state[STATE] = state.get(STATE) or refusal
        told = False

        async def replay() -> Message:
            nonlocal told
            if told:
                return await receive()
            told = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, replay, send)


def _is_form(scope: Scope) -> bool:
    return any(name == b"content-type" and value.lower().startswith(FORM) for name, value in scope["headers"])


async def _whole(receive: Receive) -> bytes:
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise ConnectionError  # gone: nobody reads the answer
        part = message.get("body", b"")
        size += len(part)
        if size > MOST_BYTES:
            raise OverflowError
        parts.append(part)
        more = message.get("more_body", False)
    return b"".join(parts)


def check(request: Request) -> None:
    """Refuse what was too large or came too slowly; before anything is asked of the database."""
    refusal = getattr(request.state, STATE, 0)
    if refusal:
        raise HTTPException(refusal, headers={"Connection": "close"})
