"""The best plan by looking at every one: small whole numbers only; nothing of the solving is used."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from datetime import date

from market.demands.plans import Line, Supply, Wish, intake

#: Volume, cost in đồng times per_unit, units.
Best = tuple[int, int, int]


def best(wish: Wish, supplies: Sequence[Supply]) -> Best:
    """What the best plan reaches; zeros where there is none."""
    found = (0, 0, 0)
    for state in {supply.state for supply in supplies}:
        lots = [supply for supply in supplies if supply.state == state]
        found = min(found, _of_state(wish, lots), key=_rank)
    if not wish.part_will_do and found[0] < sum(line.volume for line in wish.lines):
        return (0, 0, 0)
    return found


def of_one_line(volume: int, lots: Sequence[Supply]) -> Best:
    """The same for one line and many lots, all days in common: best for each volume, unit after unit."""
    ways: list[tuple[int, int] | None] = [(0, 0)] + [None] * volume
    for _, own in itertools.groupby(sorted(lots, key=lambda lot: lot.unit_id), key=lambda lot: lot.unit_id):
        used: list[tuple[int, int] | None] = [None] * (volume + 1)
        for lot in own:
            price, before = lot.price + lot.carriage, list(used)
            for had in range(volume + 1):
                for way, more in ((before[had], 0), (ways[had], 1)):
                    if way is None:
                        continue
                    for amount in range(max(lot.minimum, 1), min(lot.available, volume - had) + 1):
                        new, old = (way[0] + amount * price, way[1] + more), used[had + amount]
                        used[had + amount] = new if old is None else min(old, new)
        ways = [_less(without, with_it) for without, with_it in zip(ways, used, strict=True)]
    most = max(reached for reached, way in enumerate(ways) if way is not None)
    cost, units = ways[most] or (0, 0)
    return (most, cost, units)


def _less(one: tuple[int, int] | None, other: tuple[int, int] | None) -> tuple[int, int] | None:
    return min((way for way in (one, other) if way is not None), default=None)


def _rank(one: Best) -> Best:
    return (-one[0], one[1], one[2])


def _of_state(wish: Wish, lots: Sequence[Supply]) -> Best:
    """Lot by lot, unit by unit: the cheapest way to each state of the lines, the days and the units."""
    lots = sorted(lots, key=lambda lot: lot.unit_id)
    days = _stretches(wish, lots)
    start = (tuple(line.volume for line in wish.lines), tuple(most for _, _, most in days), 0, 0, -1)
    ways = {start: 0}
    for lot in lots:
        after: dict[tuple[tuple[int, ...], tuple[int, ...], int, int, int], int] = {}
        for (lines, stretches, units, new, last), cost in ways.items():
            for amounts in _offers(wish, lot, lines):
                whole = sum(amounts)
                one_more = whole > 0 and last != lot.unit_id
                counted = new + (one_more and lot.unit_id not in wish.standing)
                if wish.max_units is not None and counted > wish.max_units:
                    continue
                left = tuple(
                    most
                    - sum(x for x, line in zip(amounts, wish.lines, strict=True) if _within(lot, line, day))
                    for most, day in zip(stretches, days, strict=True)
                )
                if min(left, default=0) < 0:
                    continue
                lines_left = tuple(a - b for a, b in zip(lines, amounts, strict=True))
                key = (lines_left, left, units + one_more, counted, lot.unit_id if whole else last)
                dearer = cost + whole * (lot.price + lot.carriage)
                if dearer < after.get(key, dearer + 1):
                    after[key] = dearer
        ways = after
    wanted = sum(line.volume for line in wish.lines)
    return min(((wanted - sum(key[0]), cost, key[2]) for key, cost in ways.items()), key=_rank)


def _offers(wish: Wish, lot: Supply, lines: Sequence[int]) -> Iterator[tuple[int, ...]]:
    spans = [
        range(min(left, lot.available) + 1 if _meeting(lot, line) else 1)
        for left, line in zip(lines, wish.lines, strict=True)
    ]
    for amounts in itertools.product(*spans):
        if sum(amounts) == 0 or lot.minimum <= sum(amounts) <= lot.available:
            yield amounts


def _meeting(lot: Supply, line: Line) -> tuple[date, date] | None:
    begin, end = max(lot.from_date, line.from_date), min(lot.to_date, line.to_date)
    return (begin, end) if begin <= end else None


def _within(lot: Supply, line: Line, day: tuple[date, date, int]) -> bool:
    both = _meeting(lot, line)
    return both is not None and day[0] <= both[0] and both[1] <= day[1]


def _stretches(wish: Wish, lots: Sequence[Supply]) -> list[tuple[date, date, int]]:
    if wish.daily_intake is None:
        return []
    both = [met for lot in lots for line in wish.lines if (met := _meeting(lot, line))]
    return [
        (begin, end, intake(wish, begin, end))
        for begin in sorted({one[0] for one in both})
        for end in sorted({one[1] for one in both})
        if begin <= end
    ]
