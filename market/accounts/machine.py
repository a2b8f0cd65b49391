"""Who asks through the JSON API: a program that says its token. A cookie lets nobody in here, so no other
site can write through somebody's browser. A token acts as its person does, for the first party that the
person may act for; what it may do to one thing is decided by the owning feature, as everywhere.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, TypeVar

import sqlalchemy as sa
from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from market import clock
from market.accounts import current
from market.accounts.current import Who
from market.accounts.models import ApiToken
from market.accounts.tokens import hash_token
from market.errors import MustChangePassword, NotAllowed, NotSignedIn, TooMany
from market.web import sent
from market.web.sent import Made
from market.web.session import SAFE_METHODS, Db, after_refusal
from market.words import t

WRITES = 300
WITHIN = timedelta(minutes=1)
#: So many tokens are remembered before those that have been still for a while are forgotten.
REMEMBERED = 1000

NO_TOKEN = t("This needs a token: send it in the header Authorization, after the word Bearer.")
NOT_KNOWN = t("This token is not known, or has been revoked.")


class Limit:
    """How often each token has written of late, as this one process knows it."""

    def __init__(self, *, most: int = WRITES, within: timedelta = WITHIN) -> None:
        self.most, self.within = most, within
        self._lock = threading.Lock()
        self._writes: dict[str, deque[float]] = {}

    def note(self, key: str) -> None:
        """Count a write; refuses (TooMany) one above the limit, which is not counted."""
        now, span = clock.now().timestamp(), self.within.total_seconds()
        with self._lock:
            if len(self._writes) > REMEMBERED:
                self._writes = {one: held for one, held in self._writes.items() if held[-1] > now - span}
            held = self._writes.setdefault(key, deque())
            # A clock that was put back must not count against anybody.
            while held and not now - span < held[0] <= now:
                held.popleft()
            if len(held) >= self.most:
                raise TooMany(
                    t("Too many changes at once: at most {n} in a minute.", n=self.most),
                    seconds=max(1, round(held[0] + span - now)),
                )
            held.append(now)


async def _caller(request: Request, session: Db) -> Who:
    token = current.bearer(request)
    if token is None:
        raise NotSignedIn(NO_TOKEN)
    return await run_in_threadpool(_let_in, request, session, token)


def _let_in(request: Request, session: Session, token: str) -> Who:
    who = current.of_token(session, token)
    if not who.signed_in:
        raise NotSignedIn(NOT_KNOWN)
    if who.must_change_password:
        raise MustChangePassword
    if who.party_id is None:
        raise NotAllowed(t("This is for people who act for a cooperative, a group or a buyer."))
    request.state.who = who
    _note_use(request, session, token)
    if request.method not in SAFE_METHODS:
        limit: Limit = request.app.state.write_limit
        limit.note(hash_token(token))
    return who


def _note_use(request: Request, session: Session, token: str) -> None:
    """Once a day it is noted that the token is in use, whatever comes of this request."""
    today, mine = clock.today(), ApiToken.token_hash == hash_token(token)
    if session.scalar(sa.select(ApiToken.last_used_on).where(mine)) == today:
        return

    def note(writing: Session) -> None:
        unnoted = sa.or_(ApiToken.last_used_on.is_(None), ApiToken.last_used_on != today)
        writing.execute(sa.update(ApiToken).where(mine, unnoted).values(last_used_on=today))

    after_refusal(request, note)
    if request.method not in SAFE_METHODS:
        note(session)


#: Whoever the token says, acting for a party, whatever the powers.
Caller = Annotated[Who, Depends(_caller)]


async def _unit(who: Caller) -> Who:
    if not who.is_unit:
        raise NotAllowed(t("This is for cooperatives and cooperative groups."))
    return who


#: A token's person who acts for a collective unit, whatever the powers.
UnitCaller = Annotated[Who, Depends(_unit)]


async def _body(request: Request) -> bytes:
    # Before anybody's place in the gate is taken: whoever sends slowly keeps nobody waiting.
    if current.bearer(request) is None:
        raise NotSignedIn(NO_TOKEN)
    return await sent.receive(request)


#: The body as it came. It stands before ``session`` in a route, so that it is there before a connection is.
Sent = Annotated[bytes, Depends(_body)]

B = TypeVar("B", bound=BaseModel)


def do_once(
    request: Request,
    session: Session,
    who: Who,
    *,
    power: str,
    raw: bytes,
    model: type[B],
    work: Callable[[B], Made],
) -> Response:
    """Do the work once, as ``sent.do_once``, for a person who has the power; refuses NotAllowed others."""
    current.need_power(who, power)
    return sent.do_once(request, session, user_id=who.user_id, raw=raw, model=model, work=work)
