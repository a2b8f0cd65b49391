"""Counting rows in SQL: how many different keys, sellers and buyers stand behind each of many measures, and
what the measures come to, in one pass over the rows.

Each row is marked with a number whose bits say which measures it counts for; rows with the same mark are
gathered in SQL, and the few marks there are, taken apart here. To ask for each measure by itself would sort
the rows once a measure and column.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.util import LRUCache

from market.db import joining_many
from market.statistics.definition import Count, CountDistinct, Measure, Median, Rows, Sum, has_own_keys

#: What is counted of each measure's rows, by the field of a cell.
COUNTED = {"rows": "key", "sellers": "party_id", "buyers": "buyer_id"}
#: A mark is a number of 64 bits with a sign.
MOST_MEASURES = 62
#: A statement that counts takes up to megabytes as SQLAlchemy keeps it, put into SQL: few are kept, where of
#: other statements five hundred are.
_FEW = {"compiled_cache": LRUCache[Any, Any](30)}
#: All rows with one mark: each with a key of its own, or not.
_KEYED, _WHOLE = "keyed", "whole"


@dataclass(frozen=True, slots=True)
class Cell:
    """What a measure comes to in one group, and how many rows, sellers and buyers stand behind it."""

    rows: int = 0
    sellers: int = 0
    buyers: int = 0
    value: int | float | None = 0


NOTHING = Cell()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows a measure counts, and how."""

    condition: sa.ColumnElement[bool]
    measure: Measure


@dataclass(frozen=True, slots=True)
class View:
    """How rows are broken down; ``only``: of those alone that have this value in this column."""

    by: Sequence[sa.ColumnElement[Any]]
    only: tuple[sa.ColumnElement[Any], Any] | None = None

    @property
    def columns(self) -> list[sa.ColumnElement[Any]]:
        """The columns that it reads, besides those that are counted."""
        return [*self.by, *([self.only[0]] if self.only is not None else [])]


@dataclass(frozen=True, slots=True)
class Tally:
    """What is to be counted of some rows: from a source that holds them, under conditions, in one or more
    views. The rows are gone through once for all of them.
    """

    rows_of: Rows
    rows: sa.FromClause
    source: sa.FromClause
    where: Sequence[sa.ColumnElement[bool]]
    views: Sequence[View]
    wanted: Sequence[Wanted]

    @property
    def summed(self) -> list[str]:
        """The columns that are added up, each once."""
        return list(dict.fromkeys(one.measure.column for one in self.wanted if isinstance(one.measure, Sum)))

    def selects(self, first: int, width: int) -> list[sa.Select[Any]]:
        """The SELECTs that count, with ``width`` sums each; their first column numbers the views, from
        ``first`` on.
        """
        assert len(self.wanted) <= MOST_MEASURES
        own, rows, summed = has_own_keys(self.rows_of), self.rows, self.summed
        gathered = [
            column for column in COUNTED.values() if column in rows.c and not (own and column == "key")
        ]
        gathered += [one.measure.column for one in self.wanted if isinstance(one.measure, Median)]
        mark: sa.ColumnElement[int] = sa.literal(0, sa.BigInteger)
        for bit, one in enumerate(self.wanted):
            mark = mark + sa.case((one.condition, sa.literal(1 << bit, sa.BigInteger)), else_=0)
        # By object: what compares equal to a column of SQL is another piece of SQL.
        told = {id(one): one for view in self.views for one in view.columns}
        marked = (
            sa.select(
                *(one.label(f"by{place}") for place, one in enumerate(told.values())),
                mark.label("mark"),
                *(rows.c[column] for column in dict.fromkeys([*gathered, *summed])),
            )
            .select_from(self.source)
            .where(*self.where)
            .cte()
        )
        place_of = {one: marked.c[f"by{place}"] for place, one in enumerate(told)}
        sums = [sa.func.sum(marked.c[column]) for column in summed]
        found = []
        for number, view in enumerate(self.views, first):
            groups = [*(place_of[id(one)] for one in view.by), marked.c.mark]
            where = [marked.c.mark != 0]
            if view.only is not None:
                column, value = view.only
                where.append(place_of[id(column)] == value)
            about = (sa.literal(number), groups, where)
            found.append(_select(*about, _KEYED if own else _WHOLE, None, sums, width))
            found += [
                _select(*about, column, marked.c[column], (), width) for column in dict.fromkeys(gathered)
            ]
        return found


def _select(
    number: sa.ColumnElement[int],
    groups: Sequence[Any],
    where: Sequence[sa.ColumnElement[bool]],
    what: str,
    each: sa.ColumnElement[Any] | None,
    sums: Sequence[Any],
    width: int,
) -> sa.Select[Any]:
    """How many marked rows there are in each group, of ``each`` value of a column if there is one."""
    nothing = sa.literal(0, sa.BigInteger)
    found = sa.select(
        number,
        sa.literal(what),
        *groups,
        nothing if each is None else each,
        sa.func.count(),
        *sums,
        *[nothing] * (width - len(sums)),
    ).where(*where)
    if each is None:
        return found.group_by(*groups)
    return found.where(each.is_not(None)).group_by(*groups, each)


#: What was counted in a view, by its groups: a cell for each measure of the tally.
Counted = dict[tuple[Any, ...], list[Cell]]


def read(session: Session, tallies: Sequence[Tally]) -> list[list[Counted]]:
    """What was counted, for each tally view by view, in one statement. All have as many groups to go by."""
    width = max(len(one.summed) for one in tallies)
    selects: list[sa.Select[Any]] = []
    owners: list[Tally] = []
    for tally in tallies:
        selects += tally.selects(len(owners), width)
        owners += [tally] * len(tally.views)
    lines: list[list[_Line]] = [[] for _ in owners]
    with joining_many(session):
        counted = session.execute(sa.union_all(*selects), execution_options=_FEW).all()
    for number, what, *rest in counted:
        *by, mark, each, count = rest[: len(rest) - width]
        lines[number].append(_Line(what, tuple(by), mark, each, count, rest[len(rest) - width :]))
    counted_of = (_cells(tally, own) for tally, own in zip(owners, lines, strict=True))
    return [[next(counted_of) for _ in tally.views] for tally in tallies]


@dataclass(frozen=True, slots=True)
class _Line:
    what: str
    by: tuple[Any, ...]
    mark: int
    number: int
    count: int
    sums: Sequence[Any]


def _cells(tally: Tally, lines: Sequence[_Line]) -> Counted:
    measures, summed = [one.measure for one in tally.wanted], tally.summed
    found: Counted = {}
    met: dict[str, list[_Line]] = {}
    for line in lines:
        if line.what not in (_KEYED, _WHOLE):
            met.setdefault(line.what, []).append(line)
            continue
        cells = found.setdefault(line.by, [NOTHING] * len(measures))
        keys, named = line.count if line.what == _KEYED else 0, dict(zip(summed, line.sums, strict=False))
        for bit in _bits(line.mark):
            cell, more = cells[bit], _more(measures[bit], line.count, named)
            cells[bit] = replace(cell, rows=cell.rows + keys, value=(cell.value or 0) + more)
    for field, column in COUNTED.items():
        for by, mark, count in _different(met.get(column, ())):
            for bit in _bits(mark):
                cell = found[by][bit]
                found[by][bit] = replace(cell, **{field: getattr(cell, field) + count})
    for bit, measure in enumerate(measures):
        middles = _middles(met.get(measure.column, ()), bit) if isinstance(measure, Median) else {}
        for by, cells in found.items():
            if isinstance(measure, CountDistinct):
                cells[bit] = replace(cells[bit], value=cells[bit].rows)
            elif isinstance(measure, Median):
                cells[bit] = replace(cells[bit], value=middles.get(by))
    return found


def _different(met: Iterable[_Line]) -> Iterator[tuple[tuple[Any, ...], int, int]]:
    """Of each group, how many different numbers have which marks all together."""
    marks: dict[tuple[tuple[Any, ...], int], int] = {}
    for line in met:
        marks[line.by, line.number] = marks.get((line.by, line.number), 0) | line.mark
    for (by, mark), count in Counter((by, mark) for (by, _), mark in marks.items()).items():
        yield by, mark, count


def _middles(met: Iterable[_Line], bit: int) -> dict[tuple[Any, ...], float]:
    values: dict[tuple[Any, ...], list[int]] = {}
    for line in met:
        if line.mark >> bit & 1:
            values.setdefault(line.by, []).extend([line.number] * line.count)
    return {by: statistics.median(some) for by, some in values.items()}


def _more(measure: Measure, number: int, sums: Mapping[str, Any]) -> int:
    match measure:
        case Count():
            return number
        case Sum(column):
            return int(sums[column] or 0)
    return 0


def _bits(mark: int) -> Iterator[int]:
    return (bit for bit in range(mark.bit_length()) if mark >> bit & 1)
