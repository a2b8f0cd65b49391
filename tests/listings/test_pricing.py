"""How a price is made: what a table gives for a size, what goods count at, and what a reference allows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.catalogue import amounts
from market.errors import Invalid
from market.listings import pricing
from market.listings.pricing import PriceLine, Reference


@st.composite
def tables(draw: st.DrawFn) -> tuple[PriceLine, ...]:
    """Lines of sizes that do not overlap, with gaps between some of them, in any order."""
    ends = sorted(draw(st.sets(st.integers(1, 400), min_size=2, max_size=16)))
    spans = [(low, high) for low, high in zip(ends[::2], ends[1::2], strict=False)]
    lines = [PriceLine(low, high, draw(st.integers(1, 10**6))) for low, high in spans]
    return tuple(draw(st.permutations(lines)))


sizes = st.tuples(st.integers(1, 400), st.integers(0, 30)).map(lambda one: (one[0], one[0] + one[1]))


@given(tables(), sizes)
def test_a_size_found_has_the_price_of_the_line_that_holds_all_of_it(
    lines: tuple[PriceLine, ...], size: tuple[int, int]
) -> None:
    held = pricing.check_table(lines, field="prices")
    assert sorted(held, key=lambda line: line.size_from or 0) == list(held)
    each = [
        next((line for line in lines if (line.size_from or 0) <= point <= (line.size_to or 0)), None)
        for point in range(size[0], size[1] + 1)
    ]
    wanted = each[0] if all(one is each[0] for one in each) else None
    assert pricing.line_of(held, size) == wanted


@given(tables(), sizes, st.integers(1, 10**9))
def test_goods_count_at_the_dearest_line_of_their_size_and_never_below_what_is_delivered(
    lines: tuple[PriceLine, ...], size: tuple[int, int], grams: int
) -> None:
    counted = pricing.counted_at(lines, size)
    touched = [
        line.price
        for line in lines
        if any((line.size_from or 0) <= point <= (line.size_to or 0) for point in range(size[0], size[1] + 1))
    ]
    assert counted == max(touched, default=None)
    assert pricing.counted_at(lines, None) == max(line.price for line in lines)
    found = pricing.line_of(lines, (size[0], size[0]))
    if counted is not None and found is not None:
        most, real = (amounts.value(grams, price, "gram") for price in (counted, found.price))
        assert real <= most
        # Rounded half up to a whole đồng, once.
        assert abs(most * 1000 - grams * counted) <= 500


def test_an_open_end_reaches_as_far_as_sizes_go() -> None:
    lines = (PriceLine(None, 30, 200_000), PriceLine(31, None, 150_000))
    assert pricing.line_of(lines, (1, 30)) == lines[0]
    assert pricing.line_of(lines, (31, 9_000)) == lines[1]
    assert pricing.line_of(lines, (30, 31)) is None
    assert pricing.counted_at(lines, (30, 31)) == 200_000


@pytest.mark.parametrize(
    "lines",
    [
        [PriceLine(40, 50, 1), PriceLine(50, 60, 2)],
        [PriceLine(50, 40, 1)],
        [PriceLine(None, None, 1), PriceLine(10, 20, 2)],
        [PriceLine(10, 20, 0)],
        [PriceLine(10 * n, 10 * n + 5, 1) for n in range(1, pricing.MOST_LINES + 2)],
    ],
)
def test_a_table_that_cannot_be_meant_is_refused(lines: list[PriceLine]) -> None:
    with pytest.raises(Invalid) as refused:
        pricing.check_table(lines, field="prices")
    assert refused.value.field == "prices"


limits = st.one_of(st.none(), st.integers(1, 10**6))


@given(limits, limits, st.integers(1, 10**6))
def test_an_estimate_lies_between_floor_and_ceiling(
    floor: int | None, ceiling: int | None, estimate: int
) -> None:
    made = Reference("Nhà máy", plus=-200, floor=floor, ceiling=ceiling)
    holds = (floor is None or floor <= estimate) and (ceiling is None or estimate <= ceiling)
    try:
        pricing.check_reference(made, estimate)
    except Invalid:
        assert not holds
    else:
        assert holds
    assert pricing.reference_of(made.kept()) == made


def test_a_reference_names_somebody() -> None:
    with pytest.raises(Invalid) as refused:
        pricing.check_reference(Reference("  "), 9_000)
    assert refused.value.field == "reference.source"
