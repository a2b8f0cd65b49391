"""What the index answered, kept until the index changes: people ask the same again, leaf to and fro, and go
on typing what others have typed. Which state of the index an answer is of says ``freshness.stamp``, read from
the database in the SELECT that reads the hits' rows, so that no process answers from before a change that
another has made findable. So are the rows themselves with SQLite, which says whether anything at all was
committed since.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from weakref import WeakKeyDictionary

from market.listings.cards import Card
from market.listings.freshness import Stamp
from market.unchanged import Mark
from search.index import Index
from search.query import Page, Query

#: So many answers are kept by a process, each of a few kilobytes.
MOST = 2_000


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a page's hits, as of a day, and the database's mark of before they were read."""

    cards: tuple[Card, ...]
    on: date
    mark: Mark

    def stand(self, mark: Mark | None, on: date) -> bool:
        """Whether they would be read again the same."""
        return (self.mark, self.on) == (mark, on)


def rows(cards: Sequence[Card], mark: Mark | None, on: date) -> Rows | None:
    """Rows to be kept, if there is a mark to know them by."""
    return Rows(tuple(cards), on, mark) if mark is not None else None


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of hits and the state of the index that it is of."""

    page: Page
    stamp: Stamp
    rows: Rows | None = None


class Answers:
    """The answers of one index. Any thread may use it at any time.

    ``seen`` is the newest state that this process knows of. An answer is kept under the state seen before the
    index was asked: it may hold a later change already, never lack an earlier one.
    """

    def __init__(self, *, most: int = MOST) -> None:
        self.seen: Stamp = None
        self._most = most
        self._held: OrderedDict[Query, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, query: Query) -> Answer | None:
        """The answer to this query, if it is of the newest state known; that may have passed since."""
        with self._lock:
            held = self._held.get(query)
            if held is None or held.stamp is None or held.stamp != self.seen:
                return None
            self._held.move_to_end(query)
            return held

    def keep(self, query: Query, answer: Answer) -> None:
        """Keep an answer; the one unused for longest is let go."""
        with self._lock:
            self._held[query] = answer
            self._held.move_to_end(query)
            if len(self._held) > self._most:
                self._held.popitem(last=False)


_all: WeakKeyDictionary[Index, Answers] = WeakKeyDictionary()
_making = threading.Lock()


def of(index: Index) -> Answers:
    """The answers kept of an index."""
    with _making:
        return _all.setdefault(index, Answers())
