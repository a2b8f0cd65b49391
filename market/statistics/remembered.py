"""Figures as they were known before a moment that has passed: whoever asks again is told the same, so a
process counts them once a day. What the public is shown of trade is of this kind (seen.py), and takes a page
of statistics longest. What is known now is counted each time.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence

from sqlalchemy.orm import Session

from market import clock
from market.statistics import figures
from market.statistics.figures import Figure, Wish
from market.statistics.publication import SETTLED

#: So many questions are kept by a process, each of some tens of figures.
MOST = 500


class Remembered:
    """Figures that a process has counted, by what was asked. Any thread may use it at any time."""

    def __init__(self, *, most: int = MOST) -> None:
        self._most = most
        self._held: OrderedDict[Hashable, list[Figure]] = OrderedDict()
        self._lock = threading.Lock()

    def compute_all(self, session: Session, wishes: Sequence[Wish]) -> list[list[Figure]]:
        """The figures of each wish. What may change and what may not are counted apart: the statement of the
        former stays the same whatever is remembered, and to put a new one together takes long.
        """
        keys = [_key(wish) for wish in wishes]
        found = [self._get(key) for key in keys]
        for settled in (True, False):
            missing = [n for n, key in enumerate(keys) if found[n] is None and (key is not None) is settled]
            fresh = figures.compute_all(session, [wishes[n] for n in missing]) if missing else []
            for number, counted in zip(missing, fresh, strict=True):
                found[number] = counted
                self._keep(keys[number], counted)
        return [counted or [] for counted in found]

    def _get(self, key: Hashable | None) -> list[Figure] | None:
        if key is None:
            return None
        with self._lock:
            held = self._held.get(key)
            if held is not None:
                self._held.move_to_end(key)
            return held

    def _keep(self, key: Hashable | None, fresh: list[Figure]) -> None:
        if key is not None:
            with self._lock:
                self._held[key] = fresh
                if len(self._held) > self._most:
                    self._held.popitem(last=False)


def _key(wish: Wish) -> Hashable | None:
    """What tells a question from others; None where its answer may change."""
    asked = wish.asked
    # Whoever was writing at a moment may be writing yet.
    if asked.known_before is None or asked.known_before > clock.now() - SETTLED:
        return None
    codes = tuple(one.code for one in wish.indicators)
    place = (asked.place.id, asked.as_of, asked.sector, asked.product_id, asked.known_before)
    return codes, wish.period, place, wish.split
