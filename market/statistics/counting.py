"""Counting rows in SQL: how many different keys, sellers and buyers stand behind each of many measures, and
what the measures come to, in one pass over the rows.

To count the different values of a column for each measure by itself would sort the rows once a measure and
column. Here the rows are gathered by each column once, for all measures, and what was gathered is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.statistics.definition import Count, CountDistinct, Measure, Sum

#: What is counted of each measure's rows, by the field of a cell.
COUNTED = {"rows": "key", "sellers": "party_id", "buyers": "buyer_id"}


@dataclass(frozen=True, slots=True)
class Cell:
    """What a measure comes to in one group, and how many rows, sellers and buyers stand behind it."""

    rows: int = 0
    sellers: int = 0
    buyers: int = 0
    value: int | float | None = 0


NOTHING = Cell()


def tally(
    rows: sa.FromClause,
    source: sa.FromClause,
    where: Sequence[sa.ColumnElement[bool]],
    by: Sequence[sa.ColumnElement[Any]],
    measures: Sequence[tuple[sa.ColumnElement[bool], Measure]],
) -> list[sa.Select[Any]]:
    """The SELECTs that count rows (with ``key``, ``party_id`` and, where they have one, ``buyer_id``) from a
    source by groups, for ``read``; a measure counts the rows that meet its own condition.
    """
    kept = [column for column in COUNTED.values() if column in rows.c]
    marked = (
        sa.select(
            *(one.label(f"by{number}") for number, one in enumerate(by)),
            *(rows.c[column] for column in kept),
            *(
                sa.case((condition, 1), else_=0).label(f"n{number}")
                for number, (condition, _) in enumerate(measures)
            ),
            *(
                sa.case((condition, rows.c[measure.column]), else_=0).label(f"v{number}")
                for number, (condition, measure) in enumerate(measures)
                if isinstance(measure, Sum)
            ),
        )
        .select_from(source)
        .where(*where)
        .cte()
    )
    groups = [f"by{number}" for number in range(len(by))]
    return [
        _gathered(marked, field, column, groups, [measure for _, measure in measures])
        for field, column in COUNTED.items()
        if column in kept
    ]


def _gathered(
    marked: sa.CTE, field: str, column: str, groups: list[str], measures: Sequence[Measure]
) -> sa.Select[Any]:
    numbers = range(len(measures))
    summed = [number for number in numbers if isinstance(measures[number], Sum) and field == "rows"]
    each = (
        sa.select(
            *(marked.c[one] for one in groups),
            *(sa.func.sum(marked.c[f"n{number}"]).label(f"n{number}") for number in numbers),
            *(sa.func.sum(marked.c[f"v{number}"]).label(f"v{number}") for number in summed),
        )
        .where(marked.c[column].is_not(None))
        .group_by(*(marked.c[one] for one in groups), marked.c[column])
        .subquery()
    )

    def value(number: int) -> sa.ColumnElement[Any]:
        if number in summed:
            return sa.func.sum(each.c[f"v{number}"])
        return sa.func.sum(each.c[f"n{number}"])

    return sa.select(
        sa.literal(field).label("field"),
        *(each.c[one] for one in groups),
        *(sa.func.sum(sa.case((each.c[f"n{number}"] > 0, 1), else_=0)) for number in numbers),
        *(value(number) for number in numbers),
    ).group_by(*(each.c[one] for one in groups))


def read(
    session: Session, selects: Sequence[sa.Select[Any]], measures: Sequence[Measure]
) -> dict[tuple[Any, ...], list[Cell]]:
    """What was counted, by the groups; a median has no value yet."""
    found: dict[tuple[Any, ...], list[Cell]] = {}
    for field, *rest in session.execute(sa.union_all(*selects)):
        groups, counts = tuple(rest[: -2 * len(measures)]), rest[-2 * len(measures) :]
        cells = found.setdefault(groups, [NOTHING] * len(measures))
        for number, measure in enumerate(measures):
            count = int(counts[number])
            cells[number] = replace(cells[number], **{field: count})
            if field == "rows":
                value = _value(measure, count, counts[len(measures) + number])
                cells[number] = replace(cells[number], value=value)
    return found


def _value(measure: Measure, keys: int, total: Any) -> int:
    match measure:
        case Count() | Sum():
            return int(total or 0)
        case CountDistinct():
            return keys
    return 0
