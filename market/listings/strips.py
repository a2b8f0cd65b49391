"""The season strip: twelve months from the current one, each with what is left and what is taken of the lots
whose windows lie there. Pure sums over lots; they stand on a page by the macro ``ui.strip``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Protocol

MONTHS = 12


class Windowed(Protocol):
    """What the strip asks of a lot: days, base units."""

    @property
    def from_date(self) -> date: ...
    @property
    def to_date(self) -> date: ...
    @property
    def volume(self) -> int: ...
    @property
    def committed(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Drawing:
    """Twelve bars 14 wide over a base line at 38 of a box of 168 by 40, as two SVG paths ("" for none), and
    the months below them.
    """

    left: str
    taken: str
    months: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """A month's sums in base units."""

    year: int
    month: int
    left: int = 0
    taken: int = 0


def months(lots: Iterable[Windowed], *, on: date) -> list[Month]:
    """Twelve months from that of ``on``; a lot is spread evenly over the days it still has."""
    sums = [[0, 0] for _ in range(MONTHS)]
    for lot in lots:
        if lot.to_date < on:
            continue
        days = _days_by_month(max(lot.from_date, on), lot.to_date, on)
        for which, whole in ((0, lot.volume - lot.committed), (1, lot.committed)):
            for index, part in zip(days, _shares(whole, list(days.values())), strict=True):
                if index < MONTHS:
                    sums[index][which] += part
    return [Month(*_month_at(on, index), *both) for index, both in enumerate(sums)]


def draw(found: Sequence[Month]) -> Drawing:
    """The months as bars, the highest over the whole height; whatever is there at all stays visible."""
    highest = max((month.left + month.taken for month in found), default=0)
    left, taken = [], []
    for at, month in enumerate(found):
        above, below = _height(month.taken, highest), _height(month.left, highest)
        if below:
            left.append(_bar(at, 37 - below, below))
        if above:
            taken.append(_bar(at, 37 - below - above, above))
    return Drawing("".join(left), "".join(taken), tuple(str(month.month) for month in found))


def _bar(at: int, top: int, height: int) -> str:
    return f"M{at * 14 + 1} {top}h12v{height}h-12z"


def _height(amount: int, highest: int) -> int:
    return max(amount * 36 // highest, 1) if amount and highest else 0


def month_keys(first: date, last: date) -> tuple[str, ...]:
    """The months from one day's to another's, as '2026-12'."""
    return _month_keys(first.year * 12 + first.month - 1, last.year * 12 + last.month - 1)


@lru_cache(maxsize=5_000)  # the windows of many thousand lots begin and end in the same few months
def _month_keys(first: int, last: int) -> tuple[str, ...]:
    return tuple(f"{count // 12:04d}-{count % 12 + 1:02d}" for count in range(first, last + 1))


def _month_at(day: date, index: int) -> tuple[int, int]:
    count = day.year * 12 + day.month - 1 + index
    return count // 12, count % 12 + 1


def _days_by_month(first: date, last: date, on: date) -> dict[int, int]:
    """How many days of a window lie in each month, counted from that of ``on``."""
    days: dict[int, int] = {}
    start = first
    while start <= last:
        index = (start.year - on.year) * 12 + start.month - on.month
        year, month = _month_at(start.replace(day=1), 1)
        following = date(year, month, 1)
        days[index] = (min(following - timedelta(days=1), last) - start).days + 1
        start = following
    return days


def _shares(whole: int, weights: Sequence[int]) -> list[int]:
    """Whole units pro rata, adding up exactly."""
    total, shares, given, seen = sum(weights), [], 0, 0
    for weight in weights:
        seen += weight
        upto = whole * seen // total
        shares.append(upto - given)
        given = upto
    return shares
