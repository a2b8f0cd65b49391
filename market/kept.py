"""What is read from the database once and kept by the process for a while: names of products and places, the
lexicon, whatever only migrations and imports change. Never what people trade with.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary, WeakSet

import sqlalchemy as sa
from sqlalchemy.orm import Session

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Value(Generic[T]):
    made_at: float
    on: date
    value: T


_all: WeakSet[Kept[Any]] = WeakSet()


class Kept(Generic[T]):
    """A value by database and day, made when it is first asked for and anew after so many seconds. Meanwhile
    everybody but the one who makes it goes on with the old one.
    """

    def __init__(self, make: Callable[[Session, date], T], *, seconds: float) -> None:
        self._make, self._seconds = make, seconds
        self._held: WeakKeyDictionary[sa.Engine, _Value[T]] = WeakKeyDictionary()
        self._making = threading.Lock()
        _all.add(self)

    def __call__(self, session: Session, on: date) -> T:
        engine = session.get_bind().engine
        held = self._held.get(engine)
        if held is None or held.on != on:
            with self._making:
                held = self._held.get(engine)
                if held is None or held.on != on:
                    return self._keep(session, engine, on)
        elif time.monotonic() - held.made_at > self._seconds and self._making.acquire(blocking=False):
            try:
                return self._keep(session, engine, on)
            finally:
                self._making.release()
        return held.value

    def _keep(self, session: Session, engine: sa.Engine, on: date) -> T:
        value = self._make(session, on)
        self._held[engine] = _Value(time.monotonic(), on, value)
        return value

    def forget(self) -> None:
        """Make it anew when it is next asked for."""
        self._held.clear()


def forget_all() -> None:
    """Let go of everything, in tests that write what is kept."""
    for one in list(_all):
        one.forget()
