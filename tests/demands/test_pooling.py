"""Plans are as good as the best of all that are possible, exact in whole numbers, and honest about time."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import date, timedelta

import pytest

from market.demands import pooling
from market.demands.pooling import Line, Plan, Supply, Wish
from tests.demands import brute

FIRST = date(2027, 3, 1)
PART = 250  # demands a case; eight cases
SOAK = 20_000


def day(number: int) -> date:
    return FIRST + timedelta(number)


def lot(number: int, available: int, price: int, minimum: int = 0, *, unit: int = 0, state: str = "",
        days: tuple[int, int] = (0, 9), carriage: int = 0) -> Supply:  # fmt: skip
    return Supply(
        number, unit or number, day(days[0]), day(days[1]), available, minimum, price, carriage, state
    )


def wish(*volumes: int, max_units: int | None = None, intake: int | None = None, part: bool = True) -> Wish:
    """Lines of ten days, one after the other, in pieces."""
    lines = tuple(Line(day(10 * at), day(10 * at + 9), volume) for at, volume in enumerate(volumes))
    return Wish(lines, 1, max_units, intake, part)


def plan_of(asked: Wish, lots: list[Supply]) -> Plan:
    plan = pooling.solve(asked, lots)
    pooling.check(asked, lots, plan)
    return plan


def taken(plan: Plan) -> dict[int, int]:
    sums: dict[int, int] = {}
    for share in plan.shares:
        sums[share.lot_id] = sums.get(share.lot_id, 0) + share.volume
    return sums


def small(rng: random.Random) -> tuple[Wish, list[Supply]]:
    """A demand small enough to look at every plan, with every term that there is, often several at once."""
    count, apart, begin = rng.choice((1, 2, 2, 3)), rng.random() < 0.6, 0
    lines = []
    for _ in range(count):
        begin = begin if apart else rng.randint(0, 5)
        length = rng.randint(1, 4)
        volume = rng.randint(0 if rng.random() < 0.1 else 1, {1: 9, 2: 5, 3: 3}[count])
        lines.append(Line(day(begin), day(begin + length - 1), volume))
        begin += length + rng.randint(0, 1)
    states = rng.choice((("",), ("",), ("fresh", "dry")))
    lots = []
    for number in range(1, rng.randint(2, 6) + 1):
        available, first = rng.randint(0 if rng.random() < 0.1 else 1, 5), rng.randint(0, 4)
        minimum = rng.choice((0, 0, 1, rng.randint(0, available), available, available + rng.randint(0, 1)))
        lots.append(
            lot(
                number,
                available,
                rng.choice((3, 4, 5, 7, rng.randint(0, 9))),
                minimum,
                unit=rng.randint(1, 4),
                state=rng.choice(states),
                days=(first, first + rng.randint(0, 7)),
                carriage=rng.choice((0, 0, 1)),
            )
        )
    terms = rng.choice((None, None, 0, 1, 2)), rng.choice((None, None, 1, 2, 3)), rng.random() < 0.7
    standing = frozenset(rng.choice(((), (), (1,), (1, 3))))
    coming = [Line(day(first), day(first + rng.randint(0, 3)), rng.randint(1, 4)) for first in range(2)]
    return Wish(
        tuple(lines), rng.choice((1, 1, 4)), *terms, standing, tuple(coming[: rng.choice((0, 0, 1, 2))])
    ), lots


def agree(seed: int) -> None:
    """The plan reaches exactly what the best of all plans reaches."""
    asked, lots = small(random.Random(seed))
    plan = plan_of(asked, lots)
    volume, cost, units = brute.best(asked, lots)
    by_id = {one.lot_id: one for one in lots}
    exact = sum(share.volume * by_id[share.lot_id].price for share in plan.shares)
    exact += sum(share.volume * by_id[share.lot_id].carriage for share in plan.shares)
    assert (plan.volume, exact, plan.units) == (volume, cost, units), (seed, asked, lots, plan)
    assert plan.status == ("optimal" if volume else "infeasible"), seed
    if volume:
        assert plan.objective == plan.bound == cost / asked.per_unit
        assert len({by_id[share.lot_id].state for share in plan.shares}) == 1


@pytest.mark.parametrize("part", range(8))
def test_no_plan_is_better(part: int) -> None:
    for seed in range(part * PART, (part + 1) * PART):
        agree(seed)


@pytest.mark.parametrize("seed", range(12))
def test_no_plan_of_many_lots_is_better(seed: int) -> None:
    rng = random.Random(seed)
    lots = []
    for number in range(1, 201):
        available = rng.randint(3, 9)
        least = (0, 1, available, rng.randint(0, available))[rng.randrange(4) if seed % 3 else 2]
        lots.append(lot(number, available, rng.choice((50, 51, 52, 53, rng.randint(50, 90))), least,
                        unit=rng.randint(1, 90)))  # fmt: skip
    asked = wish(rng.randint(100, 150))
    plan = plan_of(asked, lots)
    assert (plan.volume, plan.cost, plan.units) == brute.of_one_line(asked.lines[0].volume, lots)
    assert plan.status == "optimal"


@pytest.mark.soak
def test_no_plan_is_better_at_length() -> None:
    began = time.time_ns()
    for seed in range(began, began + SOAK):
        agree(seed)


@pytest.mark.parametrize("times", [1_000, 1_000_003, 100_000_000_003])
def test_large_amounts_are_planned_as_exactly_as_small_ones(times: int) -> None:
    for seed in range(100):
        asked, lots = small(random.Random(seed))
        # One lot too small to matter keeps the amounts from having a common divisor.
        odd = lot(99, 1, 10**6, days=(0, 20), unit=99)
        lots = [replace(one, state="") for one in lots]
        asked = replace(asked, daily_intake=None, max_units=None, part_will_do=True)
        volume, cost, _ = brute.best(asked, lots)
        large = replace(
            asked,
            lines=tuple(replace(line, volume=line.volume * times) for line in asked.lines),
        )
        more = [replace(o, available=o.available * times, minimum=o.minimum * times) for o in lots]
        plan = plan_of(large, [*more, odd])
        extra = taken(plan).get(99, 0)
        assert plan.status in ("optimal", "infeasible")
        assert plan.volume - extra == volume * times
        assert plan.objective is None or plan.objective * asked.per_unit == pytest.approx(
            cost * times + extra * 10**6, rel=1e-15
        )


def test_a_minimum_pushes_another_lot_back() -> None:
    plan = plan_of(wish(100), [lot(1, 60, 10), lot(2, 50, 12, 50), lot(3, 60, 20)])
    assert taken(plan) == {1: 50, 2: 50}
    assert (plan.status, plan.cost, plan.units, plan.missing) == ("optimal", 1_100, 2, (0,))


def test_a_minimum_above_what_is_still_wanted_leaves_the_lot_out() -> None:
    plan = plan_of(wish(100), [lot(1, 90, 10, 90), lot(2, 80, 11, 80)])
    assert taken(plan) == {1: 90}
    assert (plan.status, plan.missing) == ("optimal", (10,))


def test_a_lot_that_holds_less_than_its_minimum_is_left_out() -> None:
    assert plan_of(wish(10), [lot(1, 5, 1, 6)]).status == "infeasible"


def test_a_minimum_may_be_met_over_several_lines() -> None:
    plan = plan_of(wish(30, 30), [lot(1, 60, 10, 50, days=(5, 15)), lot(2, 60, 5, days=(0, 9))])
    assert taken(plan) == {1: 50, 2: 10}


def test_volume_comes_before_cost_and_cost_before_units() -> None:
    dear_but_whole = plan_of(wish(10), [lot(1, 9, 1, 9), lot(2, 10, 50, 10)])
    assert taken(dear_but_whole) == {2: 10}
    two_and_cheap = plan_of(wish(10), [lot(1, 5, 10), lot(2, 5, 10), lot(3, 10, 11)])
    assert taken(two_and_cheap) == {1: 5, 2: 5}


def test_of_equal_prices_the_fewest_units() -> None:
    lots = [lot(number, 4, 10) for number in range(1, 9)]
    lots += [lot(20, 6, 10, unit=20), lot(21, 4, 10, unit=20), lot(22, 10, 10, days=(10, 19), unit=22)]
    plan = plan_of(wish(10), lots)
    assert (plan.units, plan.cost) == (1, 100)
    assert set(taken(plan)) == {20, 21}


def test_carriage_counts_as_price() -> None:
    plan = plan_of(wish(10), [lot(1, 10, 10, carriage=5), lot(2, 10, 12, carriage=1)])
    assert taken(plan) == {2: 10}
    assert plan.cost == 130


def test_intake_binds_where_windows_crowd() -> None:
    crowded = [lot(1, 50, 1, days=(0, 1)), lot(2, 50, 2, days=(1, 1)), lot(3, 90, 3, days=(0, 9))]
    plan = plan_of(wish(90, intake=10), crowded)
    assert taken(plan) == {1: 20, 3: 70}
    assert plan.status == "optimal"


def test_lines_that_overlap_share_the_intake() -> None:
    lines = (Line(day(0), day(3), 30), Line(day(2), day(5), 30))
    asked = Wish(lines, 1, daily_intake=7)
    plan = plan_of(asked, [lot(1, 100, 5), lot(2, 9, 4, days=(2, 3))])
    assert (plan.volume, plan.status) == (42, "optimal")
    assert taken(plan)[2] == 9


def test_large_amounts_of_lines_that_overlap_stay_whole() -> None:
    times = 1_000_000_007
    lines = (Line(day(0), day(3), 30 * times), Line(day(2), day(5), 30 * times))
    asked = Wish(lines, 1_000, daily_intake=7 * times)
    plan = plan_of(asked, [lot(1, 100 * times, 5), lot(2, 9 * times, 4, days=(2, 3))])
    assert (plan.volume, plan.status) == (42 * times, "optimal")


def test_states_are_never_mixed() -> None:
    lots = [lot(1, 6, 1, state="fresh"), lot(2, 7, 9, state="dry"), lot(3, 5, 2, state="")]
    assert taken(plan_of(wish(10), lots)) == {2: 7}
    assert plan_of(wish(10, part=False), lots).status == "infeasible"


def test_all_or_nothing_says_what_is_missing() -> None:
    plan = plan_of(wish(10, 10, part=False), [lot(1, 15, 1, days=(0, 19)), lot(2, 3, 1, days=(10, 19))])
    assert (plan.status, plan.shares, plan.volume, plan.wanted) == ("infeasible", (), 0, 20)
    assert (plan.cost, plan.units, plan.objective, plan.bound) == (0, 0, None, None)
    assert sum(plan.missing) == 2


def test_at_most_so_many_units() -> None:
    lots = [lot(1, 6, 1), lot(2, 6, 2), lot(3, 8, 9, unit=3), lot(4, 4, 9, unit=3)]
    assert taken(plan_of(wish(12, max_units=1), lots)) == {3: 8, 4: 4}
    assert plan_of(wish(12, max_units=0), lots).status == "infeasible"


def test_money_is_rounded_half_up_once_a_share() -> None:
    asked = replace(wish(3), per_unit=1_000)
    plan = plan_of(asked, [lot(1, 1, 1_500), lot(2, 2, 1_250)])
    assert [share.cost for share in plan.shares] == [2, 3]
    assert (plan.cost, plan.objective) == (5, 4.0)


def test_nothing_wanted_or_nothing_there_is_no_plan() -> None:
    for asked, lots in ((wish(), [lot(1, 5, 1)]), (wish(5), []), (wish(0), [lot(1, 5, 1)])):
        plan = plan_of(asked, lots)
        assert (plan.status, plan.shares, plan.objective, plan.bound) == ("infeasible", (), None, None)


def test_a_lot_given_twice_counts_once_and_must_not_differ() -> None:
    assert plan_of(wish(10), [lot(1, 6, 1), lot(1, 6, 1)]).volume == 6
    with pytest.raises(ValueError, match="twice"):
        pooling.solve(wish(10), [lot(1, 6, 1), lot(1, 7, 1)])
    with pytest.raises(ValueError, match="negative"):
        pooling.solve(wish(10), [lot(1, 6, -1)])
    with pytest.raises(ValueError, match="negative"):
        pooling.solve(wish(10, max_units=-1), [])


def test_without_time_the_best_found_comes_with_a_true_bound() -> None:
    rng = random.Random(5)
    lots = [
        lot(number, size := rng.randint(200, 900), rng.randint(90, 110), size) for number in range(1, 121)
    ]
    asked = wish(9_001, max_units=14)
    hurried, best = pooling.solve(asked, lots, seconds=0), plan_of(asked, lots)
    pooling.check(asked, lots, hurried)
    assert hurried.status == "feasible"
    assert hurried.volume <= best.volume
    assert hurried.bound is not None
    assert hurried.objective is not None
    assert hurried.bound <= hurried.objective
    whole = replace(asked, part_will_do=False)
    unsure = pooling.solve(whole, lots, seconds=0)
    pooling.check(whole, lots, unsure)
    assert unsure.shares or unsure.bound is not None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"volume": 7}, "volume"),
        ({"cost": 1}, "cost"),
        ({"units": 2}, "units"),
        ({"missing": (1,)}, "missing"),
        ({"wanted": 3}, "wanted"),
        ({"status": "infeasible"}, "status"),
    ],
)
def test_the_check_finds_wrong_sums(changes: dict[str, int], words: str) -> None:
    plan = plan_of(wish(5), [lot(1, 5, 3, 2)])
    with pytest.raises(ValueError, match=words):
        pooling.check(wish(5), [lot(1, 5, 3, 2)], replace(plan, **changes))


@pytest.mark.parametrize(
    ("asked", "lots", "words"),
    [
        (wish(5), [lot(1, 4, 3)], "too much"),
        (wish(5), [lot(1, 9, 3, 6)], "too little"),
        (wish(4), [lot(1, 5, 3)], "line gets too much"),
        (wish(5), [lot(1, 5, 4)], "cost"),
        (wish(5), [lot(1, 5, 3, unit=2)], "another unit"),
        (wish(5), [lot(1, 5, 3, days=(1, 9))], "other days"),
        (wish(5, max_units=0), [lot(1, 5, 3)], "too many units"),
        (wish(5, intake=0), [lot(1, 5, 3)], "taken in"),
        (wish(5, 1, part=False), [lot(1, 5, 3)], "part will not do|missing|wanted"),
    ],
)
def test_the_check_finds_broken_terms(asked: Wish, lots: list[Supply], words: str) -> None:
    plan = plan_of(wish(5), [lot(1, 5, 3)])
    with pytest.raises(ValueError, match=words):
        pooling.check(asked, lots, plan)
