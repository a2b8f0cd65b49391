"""Which connections of an engine are in use, so that what they run can be ended when the process has to go: a
statement that counts for minutes would keep it, and PostgreSQL would count on after it.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import event

#: Seconds for telling PostgreSQL, which takes a connection of its own.
TELLING = 2.0


class _InUse:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connections: dict[int, Any] = {}

    def taken(self, connection: Any, record: Any, _proxy: Any) -> None:
        with self._lock:
            self._connections[id(record)] = connection

    def given_back(self, _connection: Any, record: Any) -> None:
        # By the pool's record: a connection that broke is given back as None.
        with self._lock:
            self._connections.pop(id(record), None)

    def all(self) -> list[Any]:
        with self._lock:
            return list(self._connections.values())


_watched: WeakKeyDictionary[sa.Engine, _InUse] = WeakKeyDictionary()


def watch(engine: sa.Engine) -> None:
    """Note from now on what of the engine is in use."""
    found = _watched[engine] = _InUse()
    event.listen(engine, "checkout", found.taken)
    event.listen(engine, "checkin", found.given_back)


def end_statements(engine: sa.Engine) -> None:
    """End whatever runs on the engine's connections at this moment; their transactions are rolled back by
    whoever waits for them. From any thread; nothing is raised.
    """
    for connection in _watched[engine].all():
        with suppress(Exception):  # it may have ended by itself, or be gone
            if engine.dialect.name == "sqlite":
                connection.interrupt()
            else:
                connection.cancel_safe(timeout=TELLING)
