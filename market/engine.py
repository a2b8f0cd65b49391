"""How each of the two databases is connected to: what a connection is told at its start, how it is known to
be alive, and what statements took. What is asked of them is `db.py`.
"""

from __future__ import annotations

import logging
import math
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from psycopg.types.string import StrDumper
from sqlalchemy import event

from market import in_use, measures
from market.errors import Misconfigured

log = logging.getLogger("market.sql")

#: Seconds that a statement waits for a row that another transaction holds.
LOCK_WAIT = 30

#: Seconds that a statement of a page may take (PostgreSQL): the proxy gives up after sixty, and whoever asked
#: has mostly gone before.
LONGEST = 45.0

#: Seconds for which a connection that was just used is taken to be alive.
TRUSTED = 0.5


def make_engine(url: str, *, pool_size: int = 16, slow_ms: int = 0, longest: float = 0) -> sa.Engine:
    """An engine for SQLite or PostgreSQL; ``pool_size`` is also the size of the request gate. What takes
    ``slow_ms`` milliseconds or longer is told to the log, 0: nothing. PostgreSQL ends a statement after
    ``longest`` seconds, 0: never, as jobs and commands need it.
    """
    try:
        parsed = sa.make_url(url)
        kind = parsed.get_backend_name()
    except (sa.exc.ArgumentError, ValueError):
        kind = ""
    if kind == "sqlite" and parsed.drivername not in ("sqlite", "sqlite+pysqlite"):
        kind = ""
    if kind not in ("sqlite", "postgresql"):
        # Said without the value: it may hold a password.
        raise Misconfigured(
            "MARKET_DATABASE_URL: write it as postgresql://user:password@host/database (or leave it empty)"
        )
    if kind == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(
            parsed,
            hide_parameters=True,  # what a fault says goes to the log
            poolclass=sa.QueuePool,
            pool_size=pool_size,
            max_overflow=2,
            connect_args={"check_same_thread": False, "timeout": 30},
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        in_use.watch(engine)
        _measure(engine, slow_ms)
        return engine
    engine = sa.create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=2,
        connect_args={
            "connect_timeout": 5,
            "application_name": "cho-lien-ket",
            "client_encoding": "UTF8",  # whatever the database keeps, so that it can be told that it is wrong
            # A partner that is gone without a word is noticed within half a minute.
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            # To translate a long statement of many figures into machine code takes longer than to run it.
            "options": f"-c timezone=UTC -c jit=off -c lock_timeout={LOCK_WAIT * 1000} "
            f"-c statement_timeout={round(longest * 1000)}",
        },
    )
    event.listen(engine, "connect", _prepare_postgresql)
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", partial(_ask_rested, engine.dialect))
    in_use.watch(engine)
    _measure(engine, slow_ms)
    return engine


def _measure(engine: sa.Engine, slow_ms: int) -> None:
    slowest = slow_ms / 1000 if slow_ms else math.inf

    def begun(
        _connection: Any, _cursor: Any, _statement: str, _values: Any, context: Any, _many: bool
    ) -> None:
        context.begun_at = time.perf_counter()

    def done(_connection: Any, _cursor: Any, statement: str, _values: Any, context: Any, _many: bool) -> None:
        seconds = time.perf_counter() - context.begun_at
        measures.statement(seconds, slow=seconds >= slowest)
        if seconds >= slowest:
            # With its marks for values, never with the values.
            said = {"ms": round(seconds * 1000), "statement": " ".join(statement.split())[:1500]}
            log.warning("slow statement", extra=said)

    event.listen(engine, "before_cursor_execute", begun)
    event.listen(engine, "after_cursor_execute", done)


class _StrDumper(StrDumper):
    """PostgreSQL keeps no NUL and refuses even to compare with one. Forms refuse it beside the field; what
    was typed into an address is looked for, and not found, with the sign for what cannot be written instead.
    """

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}"))


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    connection.adapters.register_dumper(str, _StrDumper)


def _note_rest(_connection: Any, record: Any) -> None:
    record.info["rests_since"] = time.monotonic()


def _ask_rested(dialect: sa.Dialect, connection: Any, record: Any, _proxy: Any) -> None:
    # A database that was started anew is found without a failing request. Not asked each time, as
    # SQLAlchemy's own option would: that costs as much as a SELECT.
    if time.monotonic() - record.info.get("rests_since", math.inf) > TRUSTED:
        alive = False
        with suppress(dialect.loaded_dbapi.Error):
            alive = dialect.do_ping(connection)
        if not alive:
            raise sa.exc.DisconnectionError


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own BEGIN comes too late for savepoints; SQLAlchemy's "begin" event issues ours.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA busy_timeout = 30000")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    # A read that turns into a write in one deferred transaction fails at once as "locked", whatever
    # the busy timeout; a writing session takes the lock at its start instead.
    writes = connection.get_execution_options().get("sqlite_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
