"""Figures broken down by two things at once: from which places goods go where, what is missing in which
month. The rows and conditions are those of aggregates.py; each line adds up to the breakdown by one.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.statistics.aggregates import (
    COLUMNS,
    Dimension,
    Part,
    Question,
    Split,
    children_of,
    columns_of,
    distinct_of,
    group_of,
    inside,
    measure_of,
    parts_of,
    picked,
    rows_for,
)
from market.statistics.definition import Indicator
from market.statistics.figures import Figure
from market.statistics.periods import Period


def count(
    session: Session,
    indicator: Indicator,
    period: Period,
    asked: Question,
    by: tuple[Dimension, Dimension],
) -> list[Figure]:
    """The figure by two dimensions, ``group`` a pair; cells without rows are left out. For counts and sums of
    an indicator with rows of its own, and a second dimension that is no place.
    """
    first, second = by
    split = Split(first)
    if first == "place":
        split = Split(first, children_of(session, asked.place, day=min(period.end, asked.as_of)))
    found = []
    for part in parts_of(indicator, period, asked):
        for group, cells in _cells(session, part, asked, split, second):
            rows, sellers, buyers, value = cells
            apart = part.indicator.apart
            unit = indicator.unit if part.kept is None or apart is None else apart.units[part.kept]
            found.append(
                Figure(
                    indicator=indicator,
                    place_id=asked.place.id,
                    period=period,
                    sector=None,
                    product=None,
                    group=group,
                    value=value,
                    unit=unit,
                    rows=rows,
                    backing=((rows, sellers, buyers),),
                    status="final",
                )
            )
    return sorted(found, key=lambda one: (one.unit, str(one.group)))


def _cells(
    session: Session, part: Part, asked: Question, split: Split, second: Dimension
) -> list[tuple[tuple[Any, Any], tuple[int, int, int, int]]]:
    rows = rows_for(part.indicator.rows, part.ask)
    source, one = group_of(rows, split, part.indicator)
    other = rows.c[COLUMNS.get(second, second)]
    has_buyers = "buyer_id" in columns_of(part.indicator.rows)
    everything = sa.true()
    found = session.execute(
        sa.select(
            one.label("one"),
            other.label("other"),
            distinct_of(everything, rows.c.key).label("n"),
            distinct_of(everything, rows.c.party_id).label("sellers"),
            (distinct_of(everything, rows.c.buyer_id) if has_buyers else sa.literal(0)).label("buyers"),
            measure_of(everything, rows, part.indicator).label("value"),
        )
        .select_from(source)
        .where(*inside(rows, asked, part.indicator, split), picked(rows, part))
        .group_by(one, other)
    )
    return [((row.one, row.other), (row.n, row.sellers, row.buyers, int(row.value or 0))) for row in found]
