"""A streaming replica of PostgreSQL, for pages that may show what stood a few seconds ago: the search page
and the figures. It is asked only while it is known to hold all that the primary held ``BOUND`` seconds ago,
and never by whoever has just written something; otherwise, and whenever it is gone, the primary answers.
Which pages they are is decided in web/session.py.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from market.engine import LONGEST, make_engine
from market.errors import Misconfigured
from market.settings import Settings

log = logging.getLogger("market.replica")

#: Seconds by which what is shown may be behind, if the settings do not say so.
BOUND = 5
#: Seconds from one look at the replica to the next, as a part of the bound.
PART = 5

_WRITTEN = sa.text("SELECT pg_current_wal_insert_lsn()::text")
_REPLAYED = sa.text("SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= CAST(:written AS pg_lsn)")


class Replica:
    """The replica beside its primary, and as of when it holds all of it."""

    def __init__(self, primary: sa.Engine, engine: sa.Engine, *, bound: float = BOUND) -> None:
        self.bound = bound
        self.engine = engine
        self._primary = primary
        self._holds_all_of = -math.inf
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        alone = engine.execution_options(isolation_level="AUTOCOMMIT")
        first = primary.execution_options(isolation_level="AUTOCOMMIT")
        self._looking = sessionmaker(
            class_=_Looking, replica=self, engines=(alone, first), expire_on_commit=False
        )

    def is_fresh(self) -> bool:
        """Whether all that the primary held ``bound`` seconds ago is there."""
        return time.monotonic() - self._holds_all_of < self.bound

    def looking(self) -> Session:
        """A session that looks something up on the replica; on the primary, should that be gone."""
        return self._looking()

    def lost(self) -> None:
        """It does not answer: nobody asks it before it was looked at again."""
        self._holds_all_of = -math.inf

    def look(self) -> bool:
        """See how far the primary is, and wait until the replica is as far, no longer than a part of the
        bound. Says whether it came so far.
        """
        began = time.monotonic()
        with self._primary.connect() as connection:
            written = connection.scalar(_WRITTEN)
        with self.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            while not connection.scalar(_REPLAYED, {"written": written}):
                if time.monotonic() - began > self.bound / PART or self._stop.wait(0.02):
                    return False
        self._holds_all_of = began
        return True

    def start(self) -> None:
        """Look at it again and again."""
        self._thread = threading.Thread(target=self._run, name="replica", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
        self.engine.dispose()

    def _run(self) -> None:
        said = True
        while not self._stop.is_set():
            try:
                found, why = self.look(), "it is behind"
            except sa.exc.SQLAlchemyError as failure:  # the pool's own as well, when all is busy
                found, why = False, str(getattr(failure, "orig", failure)).partition("\n")[0]
            if said != found:
                log.warning("the replica %s", "is asked again" if found else f"is not asked: {why}")
            said = found
            self._stop.wait(self.bound / PART)


class _Looking(Session):
    """A session whose first statement decides whom it asks."""

    def __init__(self, *, replica: Replica, engines: tuple[sa.Engine, sa.Engine], **more: Any) -> None:
        super().__init__(**more)
        self._replica, self._engines = replica, engines
        self._chosen: sa.Engine | None = None

    def get_bind(self, *_args: Any, **_more: Any) -> sa.Engine:
        if self._chosen is None:
            self._chosen, instead = self._engines
            try:
                self._chosen.connect().close()
            except sa.exc.SQLAlchemyError:
                self._replica.lost()
                self._chosen = instead
        return self._chosen


def from_settings(settings: Settings, primary: sa.Engine, *, pool_size: int) -> Replica | None:
    """The replica that the settings name, if any; it is yet to be started."""
    if not settings.replica_url:
        return None
    if "postgresql" not in settings.replica_url.partition("://")[0] or primary.dialect.name != "postgresql":
        raise Misconfigured(
            "MARKET_REPLICA_URL: write it as postgresql://user:password@host/database, beside a "
            "MARKET_DATABASE_URL that is one too"
        )
    engine = make_engine(
        settings.replica_url, pool_size=pool_size, slow_ms=settings.slow_sql_ms, longest=LONGEST
    )
    return Replica(primary, engine, bound=settings.replica_seconds)
