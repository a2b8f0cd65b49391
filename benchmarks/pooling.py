"""How long an exact plan takes, and what it saves beside filling greedily: the cheapest lot first, each as
far as its minimum and the lines still allow. Random demands of a size a province could see, by a fixed seed.
`MARKET_BENCH_POOLING` (default 40) is the number of demands of each kind; of the large ones half as many.
"""

import os
import random
from dataclasses import dataclass
from datetime import date, timedelta

from benchmarks.lib.report import percentile, tell
from market.demands import pooling
from market.demands.pooling import Line, Supply, Wish

ROUNDS = int(os.environ.get("MARKET_BENCH_POOLING", "40"))
FIRST = date(2027, 1, 1)
KG = 1_000
LIMIT = 30.0


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of demand: candidate lots, schedule lines of a month each, most units, daily intake in kg,
    whether each lot is sold whole, and which part of all is wanted (a twelfth).
    """

    name: str
    lots: int
    lines: int = 1
    max_units: int | None = None
    intake: int | None = None
    whole: bool = False
    part: int = 12
    rounds: int = ROUNDS


KINDS = (
    Kind("one line, 500 lots", 500),
    Kind("one line, 500 lots, at most 7 units", 500, max_units=7),
    Kind("one line, 500 lots, each sold whole", 500, whole=True),
    Kind("three lines, 60 lots, half of all wanted", 60, lines=3, part=2),
    Kind("one line, 5000 lots", 5_000, rounds=max(ROUNDS // 2, 1)),
    Kind("twelve lines, 500 lots", 500, lines=12, rounds=max(ROUNDS // 2, 1)),
    Kind("twelve lines, 500 lots, daily intake", 500, lines=12, intake=800, rounds=max(ROUNDS // 2, 1)),
)


def main() -> None:
    """Measure and print."""
    for kind in KINDS:
        seconds, proven, dearer, short = [], 0, [], 0
        for seed in range(kind.rounds):
            wish, supplies = demand(kind, random.Random(seed))
            plan = pooling.solve(wish, supplies, seconds=LIMIT)
            pooling.check(wish, supplies, plan)
            seconds.append(plan.seconds)
            proven += plan.status == "optimal"
            volume, cost = greedy(wish, supplies)
            if volume < plan.volume:
                short += 1
            elif plan.objective:
                dearer.append(cost / wish.per_unit / plan.objective)
        _tell(kind, "p50", percentile(seconds, 0.5) * 1000, "ms")
        _tell(kind, "p95", percentile(seconds, 0.95) * 1000, "ms")
        _tell(kind, "proven optimal", 100 * proven / kind.rounds, "%")
        _tell(kind, "greedy falls short of the volume", 100 * short / kind.rounds, "%")
        if dearer:
            mean = sum(dearer) / len(dearer)
            for name, ratio in (("mean", mean), ("worst", max(dearer))):
                _tell(kind, f"greedy costs more where it fills, {name}", (ratio - 1) * 100, "%", ratio)


def _tell(kind: Kind, figure: str, value: float, unit: str, ratio: float | None = None) -> None:
    tell(
        "pooling", f"{kind.name}: {figure}", value, unit,
        against="the exact plan" if ratio is not None else "", ratio=ratio, n=kind.rounds,
    )  # fmt: skip


def demand(kind: Kind, rng: random.Random) -> tuple[Wish, list[Supply]]:
    """A wish for a part of what the lots hold, and lots of one to three by a unit."""
    supplies: list[Supply] = []
    unit = 0
    while len(supplies) < kind.lots:
        unit += 1
        level = rng.randrange(6_000, 9_000, 50)
        carriage = rng.randrange(0, 600, 10)
        for _ in range(rng.choice((1, 1, 2, 3))):
            available = rng.randrange(300, 12_000, 10)
            begin = rng.randrange(30 * kind.lines - 10)
            days = rng.randrange(10, 90)
            least = min(rng.choice((0, 50, 200, 500, 1_000, 2_000, available)), available)
            supplies.append(
                Supply(
                    len(supplies) + 1,
                    unit,
                    FIRST + timedelta(begin),
                    FIRST + timedelta(begin + days),
                    available * KG,
                    available * KG if kind.whole else least * KG,
                    level + rng.randrange(-300, 300, 50),
                    carriage,
                )
            )
    del supplies[kind.lots :]
    each = sum(supply.available for supply in supplies) // kind.part // kind.lines // (10 * KG) * 10 * KG
    each = min(each, 60_000 * KG) if kind.max_units else each
    months = [FIRST.replace(month=1 + line) for line in range(kind.lines)]
    lines = [Line(first, (first + timedelta(31)).replace(day=1) - timedelta(1), each) for first in months]
    intake = None if kind.intake is None else kind.intake * KG
    return Wish(tuple(lines), KG, kind.max_units, intake), supplies


def greedy(wish: Wish, supplies: list[Supply]) -> tuple[int, int]:
    """Volume and cost (times per unit) of the plain way: cheapest first, line by line, what still fits."""
    left = [line.volume for line in wish.lines]
    taken: list[tuple[date, date, int]] = []
    units: set[int] = set()
    volume = cost = 0
    for supply in sorted(supplies, key=lambda one: (one.price + one.carriage, one.lot_id)):
        if wish.max_units is not None and supply.unit_id not in units and len(units) >= wish.max_units:
            continue
        given: list[tuple[int, date, date, int]] = []
        had = 0
        for number, line in enumerate(wish.lines):
            begin, end = max(line.from_date, supply.from_date), min(line.to_date, supply.to_date)
            if begin > end:
                continue
            now = min(left[number], supply.available - had, _room(wish, taken, begin, end))
            if now > 0:
                given.append((number, begin, end, now))
                had += now
        if not had or had < supply.minimum:
            continue
        units.add(supply.unit_id)
        volume += had
        cost += had * (supply.price + supply.carriage)
        for number, begin, end, now in given:
            left[number] -= now
            taken.append((begin, end, now))
    return volume, cost


def _room(wish: Wish, taken: list[tuple[date, date, int]], begin: date, end: date) -> int:
    """What the buyer can still take in between two days, over every stretch around them."""
    if wish.daily_intake is None:
        return sum(line.volume for line in wish.lines)
    room = wish.daily_intake * ((end - begin).days + 1)
    for first in {begin, *(one[0] for one in taken if one[0] <= begin)}:
        for last in {end, *(one[1] for one in taken if one[1] >= end)}:
            inside = sum(one[2] for one in taken if first <= one[0] and one[1] <= last)
            room = min(room, wish.daily_intake * ((last - first).days + 1) - inside)
    return room


if __name__ == "__main__":
    main()
