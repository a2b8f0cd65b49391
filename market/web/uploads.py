"""Forms with files: read as they come and kept on the disk from a size on, the whole bounded. Used by a route
before it asks for a session: whoever sends for minutes over a weak line holds no connection meanwhile, nor
the one writer's lock. Forms of text alone are read in forms.py.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from market.errors import Conflict, Invalid, MarketError
from market.web import csrf
from market.web.forms import raw_of
from market.words import t

log = logging.getLogger("market")

#: More files than anybody picks at once. How many are wanted is for the service to say, in words.
MOST_FILES = 100
#: As many as a form without files has: a claim may tick every product.
MOST_FIELDS = 300
#: Of a form that says it is too large, so many bytes are read for its fields.
BEGINNING = 128 * 1024


@dataclass(slots=True)
class Sent:
    """What a form with files held; ``refusal``: it was too large to be read, or the disk took no more, and
    the rest is empty.
    """

    raw: dict[str, Any] = field(default_factory=dict)
    files: list[UploadFile] = field(default_factory=list)
    refusal: MarketError | None = None


class TooLarge(Invalid):
    """Why a form that is larger than is taken is refused."""


class _Broken(Exception):
    """It was read no further; ``raw``: the fields that came before."""

    def __init__(self, raw: dict[str, Any] | None = None) -> None:
        super().__init__()
        self.raw = raw or {}


class _Longer(_Broken):
    """It is larger than is taken."""


class _NoRoom(_Broken):
    """The disk, where what is sent lies until all of it is there, takes no more."""


@asynccontextmanager
async def receive(
    request: Request, *, name: str, most_bytes: int, by_program: bool = False
) -> AsyncIterator[Sent]:
    """Read the form, checked to come from our own page unless it is sent ``by_program``, with a token; its
    files, all of this field, are closed at the end.

    Of what says beforehand that it is larger the beginning is read, what turns out to be is read no further:
    fields that stand before the files are kept, to be shown again.
    """
    try:
        data = await _parse(request, BEGINNING if _says_longer(request, most_bytes) else most_bytes)
    except _Broken as broken:
        yield Sent(broken.raw, refusal=_refusal(broken, name, most_bytes))
        return
    try:
        sent = data.get(csrf.FIELD)
        if not by_program:
            csrf.check(request, sent if isinstance(sent, str) else "")
        found = [(key, one) for key, one in data.multi_items() if isinstance(one, UploadFile)]
        if any(key != name for key, _ in found):
            raise HTTPException(400)  # no form of ours has files there
        # A field of files that was left empty is sent as one without a name.
        yield Sent(raw_of(data), [one for _, one in found if one.filename or one.size])
    finally:
        await data.close()


@asynccontextmanager
async def receive_one(request: Request, *, name: str, most_bytes: int) -> AsyncIterator[Sent]:
    """Read a body that is itself one file, as ``receive`` reads a form; for programs alone."""
    with SpooledTemporaryFile(max_size=2**20) as file:
        size = 0
        try:
            if _says_longer(request, most_bytes):
                raise _Longer
            async for part in _bounded(request, most_bytes):
                size += len(part)
                await run_in_threadpool(_write, file, part)
        except _Broken as broken:
            yield Sent(refusal=_refusal(broken, name, most_bytes))
            return
        except ClientDisconnect as gone:
            raise HTTPException(400) from gone
        file.seek(0)
        yield Sent(files=[UploadFile(cast(BinaryIO, file), size=size, filename=name)] if size else [])


def _says_longer(request: Request, most_bytes: int) -> bool:
    said = request.headers.get("content-length", "")
    return said.isascii() and said.isdigit() and int(said[:20]) > most_bytes


def _write(file: SpooledTemporaryFile[bytes], part: bytes) -> None:
    try:
        file.write(part)
    except OSError as full:
        log.exception("what is sent cannot be kept")
        raise _NoRoom from full


def _refusal(broken: _Broken, name: str, most_bytes: int) -> MarketError:
    if isinstance(broken, _NoRoom):
        return Conflict(t("There is no room for files at the moment. Please try again later."), field=name)
    words = t(
        "Together these files are too large. Send {n} MB at most at once, the others after them.",
        n=most_bytes // 2**20,
    )
    return TooLarge(words, field=name)


async def _parse(request: Request, most_bytes: int) -> Any:
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise HTTPException(400)
    parser = MultiPartParser(
        request.headers,
        _bounded(request, most_bytes),
        max_files=MOST_FILES,
        max_fields=MOST_FIELDS,
        max_part_size=64 * 1024,
    )
    try:
        return await parser.parse()
    except (_Longer, OSError) as broken:
        for _, one in parser.items:
            if isinstance(one, UploadFile):
                with suppress(OSError):  # it may try once more to write what it holds
                    await one.close()
        fields: list[tuple[str, str | UploadFile]] = [
            (name, one) for name, one in parser.items if isinstance(one, str)
        ]
        if isinstance(broken, OSError):
            log.exception("what is sent cannot be kept")
            raise _NoRoom(raw_of(FormData(fields))) from broken
        raise _Longer(raw_of(FormData(fields))) from broken
    except (MultiPartException, UnicodeError, ClientDisconnect) as wrong:
        # As in forms.py: not readable, in an encoding that reads no text, or given up by whoever sent it.
        raise HTTPException(400) from wrong


async def _bounded(request: Request, most_bytes: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most_bytes:
            yield part[: most_bytes - size]  # its beginning may hold fields
            raise _Longer
        yield part
