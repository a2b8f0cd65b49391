"""The ledger of searches: what people look for and do not find, for the figure ``unmet_searches``. An entry
is kept in memory until its text has stood still; then a thread writes it. A search never waits for any of
this, and never fails by it. What is written of an entry, and what is read of them, is in ledger_rows.py.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Self

from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection

from market.db import Database
from market.listings import ledger_rows
from market.listings.ledger_rows import Entry, KnownNames, unmet
from search import vietnamese

__all__ = ["Entry", "Ledger", "unmet"]

log = logging.getLogger("market.ledger")

#: A text that goes on growing within so many seconds is being typed: its last state counts.
STILL = 10.0
#: Seconds between two writes, and entries written in one transaction.
PAUSE = 3.0
BATCH = 200
#: Entries kept while the database is away; beyond them the newest are dropped, and counted.
MOST = 5_000
#: Names of products and places are read anew after so many seconds.
NAMES_LIFE = 600.0


@dataclass(frozen=True, slots=True)
class _Held:
    """The last entry of a client, still open to be replaced by what is typed next."""

    entry: Entry
    text: str
    since: float


class Ledger:
    """The entries of one process on their way to the database. Any thread may ``note``; without ``start``
    they are written by ``flush`` and at the end (``stop``, or leaving the block) alone.
    """

    def __init__(
        self, database: Database, *, most: int = MOST, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self.dropped = 0
        self._database = database
        self._most = most
        self._ticks = ticks
        self._salt = secrets.token_bytes(16)
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._held: OrderedDict[bytes, _Held] = OrderedDict()
        self._queue: deque[Entry] = deque()
        self._names: tuple[float, KnownNames] | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def note(self, entry: Entry, *, client: str = "") -> None:
        """Keep an entry. ``client`` tells who types from who else types (an address and a browser, say): it
        is hashed with a salt of this process at once and kept for seconds, never written.
        """
        try:
            self._note(entry, client)
        except Exception:
            log.exception("a search is missing in the ledger")

    def _note(self, entry: Entry, client: str) -> None:
        if not entry.counts:
            return
        with self._lock:
            if not client:
                self._add(entry)
                return
            key = hashlib.blake2b(client.encode("utf-8", "surrogatepass"), key=self._salt).digest()
            text, now = vietnamese.fold(entry.query.text[:1000]), self._ticks()
            before = self._held.pop(key, None)
            if before is not None and not _goes_on(before, text, now):
                self._add(before.entry)
            if len(self._queue) + len(self._held) >= self._most:
                self.dropped += 1
                return
            self._held[key] = _Held(entry, text, now)

    def _add(self, entry: Entry) -> None:
        if len(self._queue) + len(self._held) >= self._most:
            self.dropped += 1
        else:
            self._queue.append(entry)

    def _settle(self, *, all_of_them: bool) -> None:
        """Take over the texts that have stood still: the held ones are in order of their last keystroke."""
        with self._lock:
            until = self._ticks() - STILL
            while self._held and (all_of_them or next(iter(self._held.values())).since <= until):
                _, held = self._held.popitem(last=False)
                self._queue.append(held.entry)

    def flush(self, *, everything: bool = True) -> int:
        """Write what there is (or what has stood still); says how many entries were written. What could not
        be written is kept for the next time.
        """
        self._settle(all_of_them=everything)
        written = 0
        with self._writing:
            while batch := self._take():
                try:
                    self._write(batch)
                except (OperationalError, InterfaceError, NoConnection) as away:
                    log.warning("the ledger waits: %s", getattr(away, "orig", away))
                    with self._lock:
                        self._queue.extendleft(reversed(batch))
                    break
                except SQLAlchemyError:
                    # A fault of ours: these rows must not hold up all others.
                    log.exception("%d searches are missing in the ledger", len(batch))
                    self.dropped += len(batch)
                    continue
                written += len(batch)
        return written

    def _take(self) -> list[Entry]:
        with self._lock:
            return [self._queue.popleft() for _ in range(min(BATCH, len(self._queue)))]

    def _write(self, batch: Iterable[Entry]) -> None:
        names = self._known()
        with self._database.writing() as session:
            ledger_rows.insert(session, batch, names)

    def _known(self) -> KnownNames:
        if self._names is None or self._ticks() - self._names[0] > NAMES_LIFE:
            with self._database.reading() as session:
                self._names = self._ticks(), KnownNames.read(session)
        return self._names[1]

    def start(self) -> None:
        """Write every few seconds, in a thread of its own."""
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        told = 0
        while not self._stop.wait(PAUSE):
            try:
                self.flush(everything=False)
                if self.dropped > told:
                    log.warning("the ledger has dropped %d searches so far", self.dropped)
                    told = self.dropped
            except Exception:
                log.exception("the ledger failed")

    def stop(self) -> None:
        """End the thread and write what is left, if the database takes it."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
        try:
            self.flush()
        except Exception:
            log.exception("the ledger failed")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _goes_on(before: _Held, text: str, now: float) -> bool:
    """Whether a text is the one before it with more typed, or some of it taken back, a moment later."""
    same = text.startswith(before.text) or before.text.startswith(text)
    return same and now - before.since <= STILL
