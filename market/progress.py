"""How far long work has come, for whoever watches it: a person at a terminal. Requests and jobs are watched
by nobody and pay nothing for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TextIO, TypeVar

T = TypeVar("T")

#: Gets what is being done, how much of it is done, and of how much where that is known; "" when it is over.
Watcher = Callable[[str, int, int | None], None]

_watcher: ContextVar[Watcher | None] = ContextVar("watcher", default=None)
#: Seconds between two lines.
SELDOM = 0.2


def counted(items: Iterable[T], what: str, of: int | None = None) -> Iterator[T]:
    """The items as they come, each told when it is done with."""
    tell = _watcher.get()
    if tell is None:
        yield from items
        return
    with doing(what):
        for done, item in enumerate(items, 1):
            yield item
            tell(what, done, of)


@contextmanager
def doing(what: str) -> Iterator[None]:
    """Say what is done inside, where nothing can be counted."""
    tell = _watcher.get() or _nobody
    tell(what, 0, None)
    try:
        yield
    finally:
        tell("", 0, None)


def told(what: str, done: int, of: int) -> None:
    """Say how much is done, where somebody else counts."""
    (_watcher.get() or _nobody)(what if done < of else "", done, of)


def _nobody(what: str, done: int, of: int | None) -> None:
    """Nobody watches."""


@contextmanager
def on_a_line(out: TextIO) -> Iterator[None]:
    """Let one line of a terminal say what is told inside, and be empty afterwards."""
    shown = last = ""
    at = 0.0

    def tell(what: str, done: int, of: int | None) -> None:
        nonlocal shown, last, at
        now = time.monotonic()
        if what and what == last and now - at < SELDOM:
            return
        last, at = what, now
        amount = f"{done:,} of {of:,}" if of else f"{done:,}" if done else ""
        line = " ".join(part for part in (what, amount, "…") if part) if what else ""
        # Written over with blanks, and the next words begin where it began.
        out.write("\r" + line.ljust(len(shown)) + ("" if line else "\r"))
        out.flush()
        shown = line

    token = _watcher.set(tell)
    try:
        yield
    finally:
        _watcher.reset(token)
