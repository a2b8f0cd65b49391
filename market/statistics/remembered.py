"""Figures that a process has counted, for whoever asks the same again. As they were known before a moment
that has passed they stay what they are: what the public is shown of trade is of this kind (seen.py). As they
are known now they hold until something is appended to what they are counted from (state.py), and a minute at
most; what takes long to count holds for a while whatever is written, or it would be counted all the time.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from market import clock
from market.links.models import LinkState
from market.statistics import figures, state
from market.statistics.aggregates import tables_of
from market.statistics.definition import Indicator
from market.statistics.figures import Figure, Wish
from market.statistics.publication import SETTLED

#: So many questions are kept by a process, each of some tens of figures.
MOST = 500
#: Seconds for which figures as known now are kept though nothing seems to have been written: something may
#: be changed that is not appended, and rows of transactions that overlap become known in another order than
#: their numbers are given.
LIFE = 60.0
#: Seconds that may go into counting each time; for each beyond them the figures hold so many seconds.
SHORT, REST = 0.5, 20.0
#: So many different questions at most are counted at once.
TURNS = 64
#: Of what can change no more.
SETTLED_STATE = ""


@dataclass(frozen=True, slots=True)
class _Held:
    state: str
    day: date
    at: float
    took: float
    figures: list[Figure]

    def holds(self, at: str, today: date) -> bool:
        """Whether these are the figures at a state of the data."""
        if at == SETTLED_STATE:
            return True
        age = time.monotonic() - self.at
        rested = self.day == today and age < REST * (self.took - SHORT)
        return age <= LIFE and (self.state == at or rested)


class Remembered:
    """Figures by what was asked. Any thread may use it at any time."""

    def __init__(self, *, most: int = MOST) -> None:
        self._most = most
        self._held: OrderedDict[Hashable, _Held] = OrderedDict()
        self._lock = threading.Lock()
        self._turns = [threading.Lock() for _ in range(TURNS)]

    def compute_all(self, session: Session, wishes: Sequence[Wish]) -> list[list[Figure]]:
        """The figures of each wish. Those that are counted from agreements, which takes long, are remembered
        apart from the others, which change with whatever else is written.
        """
        parts = [_parts(wish) for wish in wishes]
        counted = iter(self._count(session, [part for some in parts for part in some]))
        found = []
        for wish, some in zip(wishes, parts, strict=True):
            mine = [next(counted) for _ in some]
            found.append(mine[0] if len(mine) == 1 else _in_order(wish, mine))
        return found

    def _count(self, session: Session, wishes: Sequence[Wish]) -> list[list[Figure]]:
        asked = [_key(wish) for wish in wishes]
        states = _states(session, wishes)
        found = {number: self._get(asked[number], at) for number, at in enumerate(states)}
        # By a statement for each state: it stays the same whatever is remembered, and to put a new one
        # together takes long.
        for at in dict.fromkeys(states):
            missing = [number for number, held in found.items() if held is None and states[number] == at]
            if missing:
                with self._turn(tuple(asked[number] for number in missing)):
                    found |= {number: self._get(asked[number], at) for number in missing}
                    missing = [number for number in missing if found[number] is None]
                    began = time.monotonic()
                    fresh = figures.compute_all(session, [wishes[number] for number in missing])
                    took, today = time.monotonic() - began, clock.today()
                    for number, counted in zip(missing, fresh, strict=True):
                        found[number] = counted
                        self._keep(asked[number], _Held(at, today, began + took, took, counted))
        return [found[number] or [] for number in range(len(wishes))]

    def _turn(self, asked: Hashable) -> threading.Lock:
        """What whoever counts this holds: who asks the same waits, instead of counting it as well."""
        return self._turns[hash(asked) % len(self._turns)]

    def _get(self, key: Hashable, at: str) -> list[Figure] | None:
        with self._lock:
            held = self._held.get(key)
            if held is None or not held.holds(at, clock.today()):
                return None
            self._held.move_to_end(key)
            return held.figures

    def _keep(self, key: Hashable, fresh: _Held) -> None:
        with self._lock:
            self._held[key] = fresh
            self._held.move_to_end(key)
            if len(self._held) > self._most:
                self._held.popitem(last=False)


def _parts(wish: Wish) -> list[Wish]:
    if not wish.indicators or _is_settled(wish):
        return [wish]
    found = []
    for heavy in (True, False):
        mine = [one for one in wish.indicators if _reads_agreements(one) is heavy]
        if mine:
            found.append(replace(wish, indicators=mine))
    return found


def _in_order(wish: Wish, parts: Sequence[Sequence[Figure]]) -> list[Figure]:
    place = {one.code: number for number, one in enumerate(wish.indicators)}
    return sorted((one for some in parts for one in some), key=lambda one: place[one.indicator.code])


def _reads_agreements(indicator: Indicator) -> bool:
    return any(LinkState.__tablename__ in tables_of(part.rows) for part in indicator.parts)


def _states(session: Session, wishes: Sequence[Wish]) -> list[str]:
    """The state of the tables that each wish is counted from."""
    today, known = clock.today(), {}
    found = []
    for wish in wishes:
        if not wish.indicators or _is_settled(wish):
            found.append(SETTLED_STATE)
            continue
        rows = {part.rows for indicator in wish.indicators for part in indicator.parts}
        among = frozenset[str]().union(*(tables_of(one) for one in rows))
        if among not in known:
            known[among] = state.of(session, today, among=among)
        found.append(known[among])
    return found


def _is_settled(wish: Wish) -> bool:
    """Whether nothing that is counted can still be written: whoever was writing at a moment may be yet."""
    before = wish.asked.known_before
    return before is not None and before <= clock.now() - SETTLED


def _key(wish: Wish) -> Hashable:
    """What tells a question from others."""
    asked = wish.asked
    codes = tuple(one.code for one in wish.indicators)
    place = (asked.place.id, asked.as_of, asked.sector, asked.product_id, asked.known_before)
    return codes, wish.period, place, wish.split
