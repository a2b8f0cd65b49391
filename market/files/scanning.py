"""Whatever people send is received here and, where the settings name a virus scanner, looked through by it
(market/scanner.py) before anybody reads or keeps it. What it finds something in is refused, and the log of
events says so; while it gives no word, no file is taken.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

import anyio
from fastapi import Request

from market import events, scanner
from market.errors import Conflict, Invalid, MarketError
from market.events import Actor, Event
from market.files.reading import Upload, called
from market.web import uploads
from market.web.session import after_refusal
from market.web.uploads import Sent
from market.words import t

log = logging.getLogger("market")

#: So many requests of a process have their files looked through at a time. The others wait, in no thread that
#: pages wait for.
AT_ONCE = 4


class _Found(Exception):
    """Something was found in a file."""

    def __init__(self, upload: Upload, virus: str) -> None:
        super().__init__(virus)
        self.upload, self.virus = upload, virus


@asynccontextmanager
async def receive(
    request: Request,
    *,
    name: str,
    most_bytes: int,
    most_of_one: int,
    sender: Actor,
    by_program: bool = False,
) -> AsyncIterator[Sent]:
    """A form with files as ``uploads.receive`` reads it. A file of more than ``most_of_one`` bytes is not
    looked through: whoever reads it refuses it for its size.
    """
    coming = uploads.receive(request, name=name, most_bytes=most_bytes, by_program=by_program)
    async with coming as sent:
        yield await _looked_through(request, sent, name, most_of_one, sender)


@asynccontextmanager
async def receive_one(request: Request, *, name: str, most_bytes: int, sender: Actor) -> AsyncIterator[Sent]:
    """A body that is itself one file, as ``uploads.receive_one`` reads it."""
    async with uploads.receive_one(request, name=name, most_bytes=most_bytes) as sent:
        yield await _looked_through(request, sent, name, most_bytes, sender)


async def _looked_through(request: Request, sent: Sent, field: str, most_of_one: int, sender: Actor) -> Sent:
    state = request.app.state
    files = [one for one in sent.files if (one.size or 0) <= most_of_one]
    if not state.settings.scanner_url or not files:
        return sent
    if not hasattr(state, "file_scanner"):
        state.file_scanner = anyio.CapacityLimiter(AT_ONCE)
    try:
        look = partial(_look, state.settings.scanner_url, files, field)
        await anyio.to_thread.run_sync(look, limiter=state.file_scanner)
    except _Found as found:
        log.warning("a file was refused: %s", found.virus)
        data = {"virus": found.virus, "bytes": found.upload.size or 0}
        assert sender.user_id is not None  # whoever may send files is signed in
        event = Event("account.virus_refused", sender.user_id, sender, data)
        after_refusal(request, partial(events.record, event=event))
        words = t(
            "A virus was found in {name} ({virus}). Nothing was kept. "
            "Have the device looked through that it comes from, and send the file anew from a clean one.",
            name=called(found.upload),
            virus=found.virus,
        )
        return Sent(sent.raw, refusal=Invalid(words, field=field))
    except MarketError as refusal:
        return Sent(sent.raw, refusal=refusal)
    return sent


def _look(url: str, files: Sequence[Upload], field: str) -> None:
    for one in files:
        try:
            if virus := scanner.scan(url, one.file):
                raise _Found(one, virus)
        except scanner.NotLookedThrough as why:
            log.warning("a file is too much for the virus scanner: %s", why)
            words = t(
                "{name} is too much for the virus scanner: too large, or too much packed into it. "
                "Send it in smaller parts.",
                name=called(one),
            )
            raise Invalid(words, field=field) from None
        except scanner.ScannerUnavailable as why:
            log.error("the virus scanner gives no word: %s", why)
            words = t(
                "Files cannot be looked through for viruses just now, so none is taken. "
                "Please try again later; nothing else is lost."
            )
            raise Conflict(words, field=field) from None
