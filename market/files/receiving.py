"""Receiving papers before a request asks for a session: whoever sends for minutes over a weak line holds no
connection meanwhile, nor the one writer's lock. A form that may carry files is read here, with them or
without; so is what programs send.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import anyio
from fastapi import Request
from sqlalchemy.orm import Session

from market.accounts import current
from market.accounts.current import Who
from market.accounts.machine import NO_TOKEN, NOT_KNOWN
from market.errors import Invalid, MarketError, NotSignedIn
from market.files import scanning
from market.files.models import MOST_FILES
from market.files.papers import FIELD, Paper, Papers
from market.web import inputs, uploads
from market.words import t

#: As a program names the kind of a body that is itself a file.
KINDS = ("image/jpeg", "image/png", "image/webp", "image/heic", "application/pdf")
MULTIPART = "multipart/form-data"

Allowed = Callable[[Session, Who], object]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Received:
    """The fields of a form and the papers beside them, read; or why the papers are refused."""

    raw: dict[str, Any]
    papers: list[Paper] = field(default_factory=list)
    refusal: MarketError | None = None

    def check(self, *, needed: bool = False) -> None:
        """Refuse what was refused, and where they are ``needed`` no paper at all."""
        if self.refusal is not None:
            raise self.refusal
        if needed and not self.papers:
            raise Invalid(t("Please choose at least one file."), field=FIELD)

    @property
    def names(self) -> list[str]:
        """The papers by what they hold: the same form sent again has the same."""
        return [one.name for one in self.papers]


def store_of(request: Request) -> Papers:
    """Where papers lie."""
    settings = request.app.state.settings
    return Papers(settings.files, most_bytes=settings.file_bytes)


@asynccontextmanager
async def form_with_files(request: Request, allowed: Allowed) -> AsyncIterator[Received]:
    """A form of ours. Before files are read ``allowed`` refuses whoever may not send it; a form without any
    is small, and its route asks that by itself.
    """
    if _kind(request) != MULTIPART:
        async with asynccontextmanager(inputs.read_form)(request) as raw:
            yield Received(raw)
        return
    sender = await current.before_reading(request, allowed)
    coming = scanning.receive(
        request,
        name=FIELD,
        most_bytes=_most_at_once(request),
        most_of_one=store_of(request).most_bytes,
        sender=sender,
    )
    async with coming as sent:
        with ExitStack() as held:
            yield await _read(request, sent, held)


@asynccontextmanager
async def from_program(request: Request, allowed: Allowed) -> AsyncIterator[Received]:
    """What a program sends with its token: a file as the body, or several in a form."""
    bounds = {"most_bytes": _most_at_once(request), "most_of_one": store_of(request).most_bytes}
    async with sent_by_program(request, allowed, name=FIELD, kinds=KINDS, **bounds) as sent:
        if sent is None:
            words = t("Send a photo or a PDF as the body, or several in a form.")
            yield Received({}, refusal=Invalid(words, field=FIELD))
            return
        with ExitStack() as held:
            yield await _read(request, sent, held)


@asynccontextmanager
async def sent_by_program(
    request: Request,
    allowed: Allowed,
    *,
    name: str,
    kinds: Collection[str],
    most_bytes: int,
    most_of_one: int,
) -> AsyncIterator[uploads.Sent | None]:
    """A file as the body, of one of these kinds, or several in the field of a form; None where it is neither.
    Refuses who has no token, and before anything is read whoever ``allowed`` refuses.
    """
    if current.bearer(request) is None:
        raise NotSignedIn(NO_TOKEN)
    sender = await current.before_reading(request, allowed, stranger=NotSignedIn(NOT_KNOWN))
    kind = _kind(request)
    if kind == MULTIPART:
        coming = scanning.receive(
            request,
            name=name,
            most_bytes=most_bytes,
            most_of_one=most_of_one,
            sender=sender,
            by_program=True,
        )
    elif kind in kinds:
        coming = scanning.receive_one(request, name=name, most_bytes=most_of_one, sender=sender)
    else:
        yield None
        return
    async with coming as sent:
        yield sent


def _kind(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _most_at_once(request: Request) -> int:
    return MOST_FILES * store_of(request).most_bytes + 2**20


async def _read(request: Request, sent: uploads.Sent, held: ExitStack) -> Received:
    try:
        if isinstance(sent.refusal, uploads.TooLarge):
            words = t(
                "This is too large: {n} MB at most a file. Take a photo of each page, or save it smaller.",
                n=store_of(request).most_bytes // 2**20,
            )
            raise Invalid(words, field=FIELD)
        if sent.refusal is not None:
            raise sent.refusal
        if len(sent.files) > MOST_FILES:
            raise Invalid(t("Please send at most {most} files at once.", most=MOST_FILES), field=FIELD)
        if not sent.files:
            return Received(sent.raw)
        store = store_of(request)
        folder = held.enter_context(store.coming())
        return Received(sent.raw, await one_at_a_time(request, partial(store.read, sent.files, folder)))
    except MarketError as refusal:
        return Received(sent.raw, refusal=refusal)


async def one_at_a_time(request: Request, read: Callable[[], T]) -> T:
    """Read what was sent, papers as well as photos of listings: one at a time in a process, and in no thread
    that pages wait for, since a photo takes much memory.
    """
    state = request.app.state
    if not hasattr(state, "file_reader"):
        state.file_reader = anyio.CapacityLimiter(1)
    limiter: anyio.CapacityLimiter = state.file_reader
    return await anyio.to_thread.run_sync(read, limiter=limiter)
