"""Figures broken down by two things at once: from which places goods go where, what is missing in which
month. The rows and conditions are those of aggregates.py; each line adds up to the breakdown by one.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.statistics import counting
from market.statistics.aggregates import (
    COLUMNS,
    Dimension,
    Part,
    Question,
    Split,
    children_of,
    group_of,
    inside,
    parts_of,
    picked,
    rows_for,
)
from market.statistics.counting import Cell, Tally, View, Wanted
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
        for group, cell in _cells(session, part, asked, split, second):
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
                    value=cell.value,
                    unit=unit,
                    rows=cell.rows,
                    backing=((cell.rows, cell.sellers, cell.buyers),),
                    status="final",
                )
            )
    return sorted(found, key=lambda one: (one.unit, str(one.group)))


def _cells(
    session: Session, part: Part, asked: Question, split: Split, second: Dimension
) -> list[tuple[tuple[Any, Any], Cell]]:
    rows = rows_for(part.indicator.rows, part.ask)
    source, one = group_of(rows, split, part.indicator)
    other = rows.c[COLUMNS.get(second, second)]
    where = [*inside(rows, asked, part.indicator, split), picked(rows, part)]
    wanted = [Wanted(sa.true(), part.indicator.measure)]
    tally = Tally(part.indicator.rows, rows, source, where, [View((one, other))], wanted)
    ((found,),) = counting.read(session, [tally])
    return [((first, last), cell) for (first, last), (cell,) in found.items()]
