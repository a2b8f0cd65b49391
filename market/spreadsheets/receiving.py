"""Receiving a file before the request asks for a session: whoever sends for minutes over a weak line holds no
connection meanwhile, nor the one writer's lock.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from market.accounts import current
from market.accounts.current import Who
from market.errors import MustChangePassword, NotAllowed, NotSignedIn
from market.spreadsheets import present, reading
from market.web import uploads
from market.web.session import Gate
from market.web.uploads import Sent
from market.words import t

FIELD = "file"
#: A form with a file that is a little too large is still read, so that it is refused in words.
MOST_BYTES = reading.MOST_BYTES + 2**20


def kinds_of(who: Who) -> list[str]:
    """The kinds of files that somebody may send; refuses who may send none."""
    kinds = present.kinds_for(who)
    if not kinds:
        raise NotAllowed(t("Files are for those who keep listings or the register."))
    return kinds


def _check_right(request: Request) -> None:
    """Before anything is read of what is sent: may the asker send anything at all?"""
    with request.app.state.database.reading() as session:
        who = current.load(request, session)
        if not who.signed_in:
            raise NotSignedIn
        if who.must_change_password:
            raise MustChangePassword
        kinds_of(who)


async def receive(request: Request) -> AsyncIterator[Sent]:
    """The form with its file, read to its end."""
    gate: Gate = request.app.state.gate
    async with gate.pass_through(write=False):
        await run_in_threadpool(_check_right, request)
    # Who asks is looked at again when the file is kept: that may be minutes from now.
    del request.state.who
    async with uploads.receive(request, name=FIELD, most_bytes=MOST_BYTES) as sent:
        yield sent
