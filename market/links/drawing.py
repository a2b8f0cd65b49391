"""Which lots serve which lines of a schedule, as much of it as can be. Lots of one listing have days of their
own; of several listings they may overlap. Reads and writes nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Stock:
    """A lot with what is ``left`` of it, in base units; days inclusive."""

    lot_id: int
    listing_id: int
    from_date: date
    to_date: date
    left: int


@dataclass(frozen=True, slots=True)
class Take:
    """This much of a lot for the line at this index."""

    lot_id: int
    line: int
    volume: int


#: A line of a schedule: first day, last day, volume.
Line = tuple[date, date, int]


def draw(
    stocks: Sequence[Stock], lines: Sequence[Line], shares: Mapping[int, int] | None = None
) -> list[Take]:
    """As much of the lines as lots of overlapping days can bring; where that is less, so does any other way.

    Lots are drawn on earliest window first, in ascending id, by lines that end first first. With ``shares``
    (base units by listing) of each listing first what it was asked for, then what there is.
    """
    drawn = _Drawn(stocks, lines)
    if shares:
        drawn.in_order(dict(shares))
    drawn.in_order(None)
    drawn.around()
    return [Take(lot_id, line, volume) for (lot_id, line), volume in sorted(drawn.taken.items()) if volume]


class _Drawn:
    """What was drawn so far, by lot and line."""

    def __init__(self, stocks: Sequence[Stock], lines: Sequence[Line]) -> None:
        by_window = sorted(stocks, key=lambda one: (one.from_date, one.lot_id))
        self.left = {one.lot_id: one.left for one in by_window}
        self.lacks = [volume for _, _, volume in lines]
        self.order = sorted(range(len(lines)), key=lambda i: (lines[i][1], lines[i][0], i))
        self.serving = [
            [one for one in by_window if one.from_date <= last and one.to_date >= first]
            for first, last, _ in lines
        ]
        self.taken: dict[tuple[int, int], int] = {}

    def in_order(self, shares: dict[int, int] | None) -> None:
        """Lines that end first choose first: a later line has the later lots still open to it."""
        for line in self.order:
            for lot in self.serving[line]:
                part = min(self.lacks[line], self.left[lot.lot_id])
                if shares is not None:
                    part = min(part, shares.get(lot.listing_id, 0))
                    shares[lot.listing_id] = shares.get(lot.listing_id, 0) - part
                self._move(lot.lot_id, line, part)

    def around(self) -> None:
        """Let lines that lack something have lots which others can do without."""
        for line in self.order:
            while self.lacks[line] and (path := self._path(line)):
                part = min(self.lacks[line], self.left[path[-1][1]], *self._given_up(path))
                for (at, lot_id), after in zip(path, [*path[1:], None], strict=True):
                    self._move(lot_id, at, part)
                    if after is not None:
                        self._move(lot_id, after[0], -part)

    def _given_up(self, path: Sequence[tuple[int, int]]) -> list[int]:
        pairs = itertools.pairwise(path)
        return [self.taken[lot_id, line] for (_, lot_id), (line, _) in pairs]

    def _path(self, line: int) -> list[tuple[int, int]]:
        """Lines each with a lot that it takes, the last one from what is left, every other one from what the
        next line gives up; empty where there is none.
        """
        came: dict[int, tuple[int, int] | None] = {line: None}
        queue, seen = [line], set[int]()
        for at in queue:
            for lot in self.serving[at]:
                if lot.lot_id in seen:
                    continue
                seen.add(lot.lot_id)
                if self.left[lot.lot_id]:
                    return self._back(came, at, lot.lot_id)
                for other in self.order:
                    if other not in came and self.taken.get((lot.lot_id, other)):
                        came[other] = (at, lot.lot_id)
                        queue.append(other)
        return []

    def _back(
        self, came: Mapping[int, tuple[int, int] | None], line: int, lot_id: int
    ) -> list[tuple[int, int]]:
        path = [(line, lot_id)]
        while (before := came[path[0][0]]) is not None:
            path.insert(0, before)
        return path

    def _move(self, lot_id: int, line: int, part: int) -> None:
        self.left[lot_id] -= part
        self.lacks[line] -= part
        self.taken[lot_id, line] = self.taken.get((lot_id, line), 0) + part
