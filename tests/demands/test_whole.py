"""Lots that are sold only whole: the table of every volume finds what looking at every plan finds, and stands
aside where something else is asked.
"""

from __future__ import annotations

import random
import tracemalloc

import pytest

from market.demands import pooling, whole
from market.demands.plans import Supply, Wish
from tests.demands import brute
from tests.demands.test_pooling import lot, plan_of, taken, wish


def some(rng: random.Random) -> tuple[Wish, list[Supply]]:
    """A line and up to nine lots, each sold whole, of few units, prices and days, so that much is equal."""
    lots = []
    for number in range(1, rng.randint(2, 10)):
        volume = rng.randint(1, 6)
        begin = rng.randint(0, 6)
        days = (begin, begin + rng.randint(0, 5))
        price = rng.randint(0, 3)
        lots.append(lot(number, volume, price, volume, unit=rng.randint(1, 4), days=days))
    return wish(rng.randint(1, 20), part=rng.random() < 0.8), lots


def test_the_table_finds_what_looking_at_every_plan_finds() -> None:
    for seed in range(600):
        asked, lots = some(random.Random(seed))
        plan = plan_of(asked, lots)
        assert (plan.volume, plan.objective or 0, plan.units) == brute.best(asked, lots), seed
        assert plan.status == ("optimal" if plan.shares else "infeasible"), seed


def test_both_ways_agree_where_lots_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(7)
    lots = []
    for number in range(1, 25):
        volume = rng.randrange(300, 3000, 50)
        price = rng.randrange(8000, 9000, 50)
        lots.append(lot(number, volume, price, volume, unit=rng.randint(1, 12)))
    asked = wish(sum(one.available for one in lots) // 150 * 50)
    by_table = plan_of(asked, lots)
    monkeypatch.setattr(whole, "MOST_CELLS", 0)  # too large for a table: HiGHS chooses
    by_search = plan_of(asked, lots)
    assert by_table.status == by_search.status == "optimal"
    assert (by_table.volume, by_table.objective, by_table.units) == (
        by_search.volume,
        by_search.objective,
        by_search.units,
    )


@pytest.mark.parametrize("kept", [0, 60])
def test_what_is_too_large_for_a_table_is_chosen_otherwise(
    monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    monkeypatch.setattr(whole, "MOST_KEPT", kept)
    lots = [lot(1, 6, 3, 6), lot(2, 5, 1, 5), lot(3, 5, 2, 5), lot(4, 4, 1, 4)]
    plan = plan_of(wish(10), lots)
    assert (plan.status, plan.volume, plan.objective) == ("optimal", 10, 15.0)
    assert taken(plan) == {2: 5, 3: 5}


def test_a_volume_with_an_odd_gram_takes_no_table_of_gigabytes() -> None:
    lots = [lot(1, 60_000_000, 2, 60_000_000), lot(2, 40_000_000, 1, 40_000_000, unit=2)]
    asked = wish(100_000_001)
    tracemalloc.start()
    try:
        plan = plan_of(asked, lots)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (plan.status, plan.volume, plan.units) == ("optimal", 100_000_000, 2)
    assert peak < 100 * 2**20


@pytest.mark.parametrize(
    ("asked", "lots"),
    [
        (wish(10, 10), [lot(1, 6, 1, 6, days=(0, 19)), lot(2, 9, 1, 9)]),
        (wish(10, max_units=1), [lot(1, 6, 1, 6), lot(2, 4, 1, 4)]),
        (wish(10, intake=1), [lot(1, 6, 1, 6), lot(2, 4, 1, 4, days=(0, 1))]),
        (wish(10, intake=3), [lot(1, 5, 1, 5, days=(0, 1)), lot(2, 4, 1, 4, days=(0, 1))]),
        (wish(10), [lot(1, 6, 1, 6), lot(2, 8, 1, 3)]),
    ],
)
def test_other_questions_are_not_its_own(asked: Wish, lots: list[Supply]) -> None:
    _, [problem] = pooling._problems(asked, lots)
    assert whole.best(problem) is None
    plan = plan_of(asked, lots)
    assert (plan.volume, plan.objective or 0, plan.units) == brute.best(asked, lots)
