"""As much of a schedule is drawn as any way of drawing could bring; each listing gives first what it was
asked for; a single listing is drawn on by window and id.
"""

from __future__ import annotations

import itertools
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from market.links.drawing import Line, Stock, Take, draw

FIRST = date(2027, 3, 1)


def day(number: int) -> date:
    return FIRST + timedelta(number)


def lot(number: int, days: tuple[int, int], left: int, listing: int = 1) -> Stock:
    return Stock(number, listing, day(days[0]), day(days[1]), left)


def line(days: tuple[int, int], volume: int) -> Line:
    return day(days[0]), day(days[1]), volume


days = st.tuples(st.integers(0, 8), st.integers(0, 4)).map(lambda pair: (pair[0], pair[0] + pair[1]))
stocks = st.lists(st.tuples(days, st.integers(0, 9), st.integers(1, 3)), max_size=6).map(
    lambda made: [lot(number, *one) for number, one in enumerate(made, start=1)]
)
schedules = st.lists(st.tuples(days, st.integers(1, 9)), min_size=1, max_size=4).map(
    lambda made: [line(*one) for one in made]
)
shares = st.dictionaries(st.integers(1, 3), st.integers(0, 9))


def meets(one: Stock, wanted: Line) -> bool:
    return one.from_date <= wanted[1] and one.to_date >= wanted[0]


def most(held: list[Stock], lines: list[Line]) -> int:
    """By the theorem of flows and cuts: whichever lines are given up, the others get what their lots have."""
    return min(
        sum(volume for at, (_, _, volume) in enumerate(lines) if at not in kept)
        + sum(one.left for one in held if any(meets(one, lines[at]) for at in kept))
        for count in range(len(lines) + 1)
        for kept in itertools.combinations(range(len(lines)), count)
    )


@given(stocks, schedules, st.none() | shares)
def test_no_other_way_brings_more(held: list[Stock], lines: list[Line], asked: dict[int, int] | None) -> None:
    takes = draw(held, lines, asked)
    by_id = {one.lot_id: one for one in held}
    for take in takes:
        assert take.volume > 0
        assert meets(by_id[take.lot_id], lines[take.line])
    for one in held:
        assert sum(take.volume for take in takes if take.lot_id == one.lot_id) <= one.left
    for at, (_, _, volume) in enumerate(lines):
        assert sum(take.volume for take in takes if take.line == at) <= volume
    assert len({(take.lot_id, take.line) for take in takes}) == len(takes)
    assert sum(take.volume for take in takes) == most(held, lines)


def test_a_listing_gives_first_what_it_was_asked_for() -> None:
    held = [lot(1, (0, 9), 50, listing=1), lot(2, (0, 9), 50, listing=2)]
    wanted = [line((0, 9), 30)]
    assert draw(held, wanted) == [Take(1, 0, 30)]
    assert draw(held, wanted, {1: 10, 2: 20}) == [Take(1, 0, 10), Take(2, 0, 20)]
    assert draw([lot(1, (0, 9), 4, listing=1), held[1]], wanted, {1: 10, 2: 20}) == [
        Take(1, 0, 4),
        Take(2, 0, 26),
    ]


def test_the_earliest_window_is_drawn_on_first() -> None:
    held = [lot(1, (5, 9), 10), lot(2, (0, 4), 10)]
    assert draw(held, [line((0, 9), 15)]) == [Take(1, 0, 5), Take(2, 0, 10)]


def test_a_line_gives_way_to_one_that_has_no_other_lot() -> None:
    held = [lot(1, (0, 30), 20, listing=1), lot(2, (10, 14), 20, listing=2)]
    assert draw(held, [line((10, 15), 20), line((16, 30), 20)]) == [Take(1, 1, 20), Take(2, 0, 20)]
