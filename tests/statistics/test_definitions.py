"""Every indicator says in both languages what it is and what it counts, and keeps to the closed lists."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest
from sqlalchemy.orm import Session

from market.errors import Invalid
from market.statistics import figures, indicators, periods
from market.statistics.aggregates import COLUMNS, DIMENSIONS, columns_of
from market.statistics.definition import GOODS, Access, Count, Indicator, Median, Ratio, Sum
from market.web import language
from market.web.context import speaking
from tests.statistics import recount

ALL = pytest.mark.parametrize("indicator", indicators.ALL, ids=lambda indicator: indicator.code)


@ALL
def test_an_indicator_has_a_name_and_a_meaning_in_both_languages(indicator: Indicator) -> None:
    for one in {indicator, *indicator.parts}:
        said = {}
        for spoken in ("vi", "en"):
            with speaking(spoken):
                said[spoken] = (language.say(one.name), language.say(one.meaning))
        assert all(text.strip() for pair in said.values() for text in pair), one.code
        assert said["vi"][0] != said["en"][0], one.code
        assert said["vi"][1] != said["en"][1], f"{one.code}: its meaning is not translated"
        assert said["en"][1].endswith("."), one.code


@ALL
def test_an_indicator_keeps_to_the_closed_lists(indicator: Indicator) -> None:
    assert indicator.kind in ("stock", "flow")
    assert indicator.access in get_args(Access)
    assert indicator.unit
    if isinstance(indicator.measure, Ratio):
        # A mean has the unit of what stands above its line, over those who say it.
        mean = isinstance(indicator.parts[1].measure, Count)
        assert indicator.unit == ("share" if indicator.parts[0].unit != "VND" or not mean else "VND")
        assert {part.access for part in indicator.parts} == {indicator.access}
        # By what others have published of a year, what stood in it is divided.
        exact = any(part.exact for part in indicator.parts)
        assert exact or {part.kind for part in indicator.parts} == {indicator.kind}
    for part in indicator.parts:
        columns = columns_of(part.rows)
        assert {"key", "party_id", "place_id", "former_place_id"} <= columns
        assert {column for column, _ in part.where} <= columns
        if isinstance(part.measure, Sum | Median):
            assert part.measure.column in columns
        assert part.unit != "kg" or part.apart is GOODS
        # Whatever may be hidden below three buyers has to know its buyers.
        named = part.access not in ("register", "books", "searches") and not part.exact
        assert not named or "buyer_id" in columns
        assert part.apart is None or part.apart.column in columns
    assert len({part.apart for part in indicator.parts}) == 1


def test_codes_are_told_apart_and_each_is_recounted() -> None:
    codes = [indicator.code for indicator in indicators.ALL]
    assert len(set(codes)) == len(codes)
    assert set(codes) == set(recount.COUNTS)
    assert {one.code for one in indicators.ALL if one.kind == "flow"} == set(recount.FLOWS)
    assert all(indicators.get(code).code == code for code in codes)


def test_an_unknown_code_is_refused_with_those_there_are() -> None:
    assert indicators.find("cooperative") is None
    with pytest.raises(Invalid, match=r"“cooperative” is no figure.*linked_cooperatives") as refused:
        indicators.get("cooperative")
    assert refused.value.field == "indicator"


@ALL
def test_a_filter_or_breakdown_that_an_indicator_is_not_kept_by_is_refused(
    session: Session, indicator: Indicator
) -> None:
    kept = figures.dimensions_of(indicator)
    assert "place" in kept
    for dimension in DIMENSIONS:
        shared = all(COLUMNS.get(dimension, dimension) in columns_of(part.rows) for part in indicator.parts)
        assert (dimension in kept) == (shared or dimension == "place")
        if dimension not in kept:
            with pytest.raises(Invalid, match="is not kept by") as refused:
                figures.compute(
                    session,
                    indicators=[indicator],
                    period=periods.parse("2025"),
                    place=None,
                    as_of=date(2026, 1, 31),
                    by=dimension,
                )
            assert refused.value.field == dimension
