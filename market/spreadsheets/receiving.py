"""Receiving a file before the request asks for a session: whoever sends for minutes over a weak line holds no
connection meanwhile, nor the one writer's lock.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import Request

from market.accounts import current
from market.accounts.current import Who
from market.errors import NotAllowed
from market.files import scanning
from market.spreadsheets import present, reading
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


async def receive(request: Request) -> AsyncIterator[Sent]:
    """The form with its file, read to its end."""
    sender = await current.before_reading(request, lambda _, who: kinds_of(who))
    coming = scanning.receive(
        request, name=FIELD, most_bytes=MOST_BYTES, most_of_one=MOST_BYTES, sender=sender
    )
    async with coming as sent:
        yield sent
