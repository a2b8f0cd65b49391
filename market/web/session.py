"""One request is one transaction. A request passes an async gate before it touches a thread or a
connection, works in one session, and is committed before its reply leaves; what is refused is rolled back.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Annotated

from anyio import CancelScope
from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from market.db import Database
from market.replica import Replica
from market.web import cookies, incoming
from market.web.context import WROTE_COOKIE

log = logging.getLogger("market")

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

#: Pages that may show what stood a few seconds ago, to whoever has not just written something.
MAY_BE_BEHIND = re.compile(
    r"/|/listings|/statistics(/.*)?|/open-data(/.*)?|/api/v1/(listings|figures|products|places)"
)


class Gate:
    """As many places as the pool has connections and, on SQLite, the one writer's lock.

    Without it 200 simultaneous requests hold all threads waiting for connections, and all
    connections waiting for threads.
    """

    def __init__(self, *, places: int, one_writer: bool) -> None:
        self._places = asyncio.Semaphore(places)
        self._writer = asyncio.Lock() if one_writer else None

    @asynccontextmanager
    async def pass_through(self, *, write: bool) -> AsyncIterator[None]:
        async with AsyncExitStack() as held:
            # The lock first: whoever waits for it must not keep a place from readers.
            if write and self._writer is not None:
                await held.enter_async_context(self._writer)
            await held.enter_async_context(self._places)
            yield


async def _place(request: Request) -> AsyncIterator[None]:
    incoming.check(request)
    gate: Gate = request.app.state.gate
    async with gate.pass_through(write=request.method not in SAFE_METHODS):
        yield


async def _get_session(
    request: Request, _held: Annotated[None, Depends(_place, scope="function")]
) -> AsyncIterator[Session]:
    database: Database = request.app.state.database
    # It connects when it is first used, so this waits for nobody; what may write is ended in a thread.
    safe = request.method in SAFE_METHODS
    replica: Replica | None = request.app.state.replica
    if not safe:
        session = database.session(write=True)
    elif replica is not None and _may_be_behind(request) and replica.is_fresh():
        session = replica.looking()
    else:
        session = database.looking()
    commit = False
    try:
        yield session
        commit = not safe and not getattr(request.state, "refused", False)
    finally:
        if safe and not getattr(request.state, "after_refusal", ()):
            session.close()  # waits for nobody: there is nothing to undo
        else:
            # Shielded: a request that is given up must not keep its connection.
            with CancelScope(shield=True):
                await run_in_threadpool(_end, request, session, commit=commit)


def _may_be_behind(request: Request) -> bool:
    if cookies.read(request, WROTE_COOKIE) or "authorization" in request.headers:
        return False
    return MAY_BE_BEHIND.fullmatch(request.url.path) is not None


def _end(request: Request, session: Session, *, commit: bool) -> None:
    try:
        try:
            if commit:
                session.commit()
                request.state.after_refusal = []
            else:
                session.rollback()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()
    finally:
        _run_after_refusal(request, request.app.state.database)


def _run_after_refusal(request: Request, database: Database) -> None:
    for work in getattr(request.state, "after_refusal", ()):
        try:
            with database.writing() as session:
                work(session)
        except OperationalError as failure:
            if request.method not in SAFE_METHODS:
                raise
            # A full disk takes no notes; what was asked for can be read all the same.
            log.warning("a look is not noted: %s", failure.orig)
    request.state.after_refusal = []


def after_refusal(request: Request, work: Callable[[Session], None]) -> None:
    """Have ``work`` done in a transaction of its own once this request's has been rolled back.

    For what must survive a refusal: a failed sign-in, a denied look. It is not done if the request commits.
    """
    kept: list[Callable[[Session], None]] = getattr(request.state, "after_refusal", [])
    request.state.after_refusal = [*kept, work]


#: The only way to a session in a route.
Db = Annotated[Session, Depends(_get_session, scope="function")]
