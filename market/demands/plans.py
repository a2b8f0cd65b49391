"""The terms of pooling: a wish with its schedule lines, the lots that could serve it, the plan that comes
out, and the check that a plan keeps what it promises. Plans are made in pooling.py; nothing of that is used
here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Line:
    """A schedule line of a demand; days inclusive, volume in base units (gram or piece)."""

    from_date: date
    to_date: date
    volume: int


@dataclass(frozen=True, slots=True)
class Supply:
    """A lot that meets what the demand asks of quality, standard and price.

    Base units; ``minimum`` is the least that is sold of it over all lines (0: anything); ``price`` and
    ``carriage`` in đồng per kg or piece. Goods of different ``state`` are never in one plan.
    """

    lot_id: int
    unit_id: int
    from_date: date
    to_date: date
    available: int
    minimum: int
    price: int
    carriage: int = 0
    state: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be filled. ``per_unit``: base units that a price is for, 1000 (a kg) or 1 (a piece);
    ``daily_intake``: base units that the buyer can take in a day. Of what is agreed already: ``standing``,
    its units, do not count among the ``max_units``; ``coming``, its deliveries, take from the intake.
    """

    lines: tuple[Line, ...]
    per_unit: int
    max_units: int | None = None
    daily_intake: int | None = None
    part_will_do: bool = True
    standing: frozenset[int] = frozenset()
    coming: tuple[Line, ...] = ()

    def a_day(self, line: Line) -> int:
        """What comes a day of a delivery: spread evenly over its days, in whole kg or pieces, rounded up."""
        days = (line.to_date - line.from_date).days + 1
        return -(-line.volume // (days * self.per_unit)) * self.per_unit


@dataclass(frozen=True, slots=True)
class Share:
    """What one lot brings to one line: base units in days that both have; đồng, rounded half up once."""

    lot_id: int
    unit_id: int
    line: int
    from_date: date
    to_date: date
    volume: int
    cost: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Shares and the proof. ``status``: "optimal"; "feasible" (the best found in the time); "infeasible"
    (nothing, or not all where all is wanted: no shares, but ``missing`` is that of the best part plan).

    ``objective`` is the cost before rounding and ``bound`` what no plan of this volume undercuts, in đồng.
    Without shares both are None; a ``bound`` alone says that the time was too short to be sure.
    """

    shares: tuple[Share, ...]
    status: str
    volume: int
    wanted: int
    cost: int
    units: int
    objective: float | None
    bound: float | None
    missing: tuple[int, ...]
    seconds: float


def check(wish: Wish, supplies: Sequence[Supply], plan: Plan) -> None:
    """Refuse ValueError where a plan breaks a term of the wish or of a lot, or its sums are wrong.

    Reads only what went in and what came out; shares nothing with the solving.
    """
    lots = {supply.lot_id: supply for supply in supplies}
    taken: dict[int, int] = {}
    seen: set[tuple[int, int]] = set()
    missing = [line.volume for line in wish.lines]
    for share in plan.shares:
        lot, line = lots[share.lot_id], wish.lines[share.line]
        taken[share.lot_id] = taken.get(share.lot_id, 0) + share.volume
        missing[share.line] -= share.volume
        days = max(lot.from_date, line.from_date), min(lot.to_date, line.to_date)
        _must((share.lot_id, share.line) not in seen, "a lot has two shares of a line")
        seen.add((share.lot_id, share.line))
        _must(share.volume > 0, "a share is empty")
        _must(share.unit_id == lot.unit_id, "a share names another unit")
        _must(days == (share.from_date, share.to_date) and days[0] <= days[1], "a share has other days")
        price = lot.price + lot.carriage
        _must(
            share.cost == (2 * share.volume * price + wish.per_unit) // (2 * wish.per_unit), "a cost is wrong"
        )
    for lot_id, volume in taken.items():
        _must(lots[lot_id].minimum <= volume <= lots[lot_id].available, "a lot gives too little or too much")
    _must(all(left >= 0 for left in missing), "a line gets too much")
    _must(len({lots[lot_id].state for lot_id in taken}) <= 1, "states are mixed")
    units = {lots[lot_id].unit_id for lot_id in taken}
    _must(wish.max_units is None or len(units - wish.standing) <= wish.max_units, "there are too many units")
    if wish.daily_intake is not None:
        for begin in {share.from_date for share in plan.shares}:
            for end in {share.to_date for share in plan.shares}:
                inside = [s.volume for s in plan.shares if begin <= s.from_date and s.to_date <= end]
                _must(not inside or sum(inside) <= intake(wish, begin, end), "more comes than is taken in")
    _must(plan.wanted == sum(line.volume for line in wish.lines), "what is wanted is wrong")
    _must(plan.volume == sum(taken.values()), "the volume is wrong")
    _must(plan.cost == sum(share.cost for share in plan.shares), "the cost is wrong")
    _must(plan.units == len(units), "the units are wrong")
    _must(not plan.shares or plan.missing == tuple(missing), "what is missing is wrong")
    _must(bool(plan.shares) == (plan.status != "infeasible"), "the status is wrong")
    _must(wish.part_will_do or not plan.shares or plan.volume == plan.wanted, "a part will not do")


def intake(wish: Wish, first: date, last: date) -> int:
    """What the buyer can still take in from a day to another, day by day; of wishes that limit it."""
    days = (first + timedelta(number) for number in range((last - first).days + 1))
    coming = (
        sum(wish.a_day(line) for line in wish.coming if line.from_date <= day <= line.to_date) for day in days
    )
    return sum(max((wish.daily_intake or 0) - had, 0) for had in coming)


def _must(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)
