"""What is counted: parts (one measure of one indicator, window and base unit) become cells, all parts with
the same rows in one statement, counted in counting.py. What a figure makes of its cells is in figures.py, the
rows one by one in drilldown.py.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Literal, get_args

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.places import queries as places
from market.places.models import Place, PlaceCover
from market.statistics import counting, periods, state
from market.statistics.counting import Cell, Tally, View, Wanted
from market.statistics.definition import Indicator, Rows
from market.statistics.history import Ask, shared
from market.statistics.periods import Period

#: By what a figure can be broken down; ``place`` is the units directly below the figure's own.
Dimension = Literal[
    "place",
    "sector",
    "product",
    "kind",
    "form",
    "evidence",
    "contract",
    "state",
    "price_kind",
    "buyer_kind",
    "destination",
    "month",
    "field",
    "rating",
    "standard",
]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
COLUMNS = {"product": "product_id"}
#: Each is at most five SELECTs of one UNION, of which SQLite takes 500.
MOST_VIEWS = 90


@dataclass(frozen=True, slots=True)
class Question:
    """Where, what of and as of when figures are asked; ``place`` is the row itself, ``product`` a slug.
    ``known_before``: only what was known by then counts, as of a closed period.
    """

    place: Place
    as_of: date
    sector: str | None = None
    product_id: int | None = None
    product: str | None = None
    known_before: datetime | None = None


def period_of(indicator: Indicator, period: Period | None, as_of: date) -> Period:
    """The period asked for, or the day for stocks and the year of the day for flows."""
    if period is not None:
        return period
    return periods.of_day(as_of) if indicator.kind == "stock" else periods.of_year(as_of.year)


_SOMEDAY = Ask.of(date(2000, 1, 1), date(2000, 1, 1), date(2000, 1, 1))


@cache
def columns_of(rows_of: Rows) -> frozenset[str]:
    """The columns that rows have."""
    return frozenset(rows_of(_SOMEDAY).selected_columns.keys())


@cache
def tables_of(rows_of: Rows) -> frozenset[str]:
    """The names of the tables that rows are read from."""
    return state.read_by(rows_of(_SOMEDAY))


@shared
def rows_for(rows_of: Rows, ask: Ask) -> sa.CTE:
    """The rows of a question, to be selected from; the same ones however often a statement asks for them."""
    return rows_of(ask).cte()


@dataclass(frozen=True, slots=True)
class Split:
    """By what a figure is broken down; ``children`` are the places that ``place`` means, all of them, or with
    ``met`` those alone of which there is something.
    """

    by: Dimension | None = None
    children: tuple[int, ...] = ()
    met: bool = False


WHOLE = Split()


@dataclass(frozen=True, slots=True)
class Part:
    """One aggregate: an indicator that is no ratio, of one period; ``kept`` is the value of the column that
    its rows keep apart (goods by weight or by the piece), None where they keep nothing apart.
    """

    indicator: Indicator
    ask: Ask
    kept: str | None


def ask_of(indicator: Indicator, period: Period | None, asked: Question) -> Ask:
    """The window and the moment that an indicator is asked for."""
    of = period_of(indicator, period, asked.as_of)
    return Ask.of(of.start, of.end, asked.as_of, asked.known_before)


def kept_apart(indicator: Indicator) -> tuple[str | None, ...]:
    """What is counted apart and never added up; (None,) where all is one."""
    apart = indicator.parts[0].apart
    return tuple(apart.units) if apart else (None,)


def parts_of(indicator: Indicator, period: Period | None, asked: Question) -> list[Part]:
    """What has to be counted for an indicator."""
    ask = ask_of(indicator, period, asked)
    return [Part(part, ask, kept) for part in indicator.parts for kept in kept_apart(indicator)]


def children_of(session: Session, place: Place, *, day: date) -> tuple[int, ...]:
    """The places directly below on a day (or on the place's own first or last one), in alphabetical order."""
    day = max(day, place.valid_from)
    if place.valid_to is not None:
        day = min(day, place.valid_to - timedelta(days=1))
    return tuple(child.id for child in places.list_children(session, place_id=place.id, on=day))


def inside(
    rows: sa.FromClause, asked: Question, indicator: Indicator, split: Split = WHOLE
) -> list[sa.ColumnElement[bool]]:
    """The conditions that a row of an indicator's lies in the place (now, or before the reform) and passes
    the filters.
    """
    if indicator.exact:
        return _precisely(rows, asked, split)
    covered = places.covered_by(asked.place.id)
    found: list[sa.ColumnElement[bool]] = [
        sa.or_(rows.c.place_id.in_(covered), rows.c.former_place_id.in_(covered))
    ]
    if asked.sector is not None:
        found.append(sa.and_(rows.c.sector == asked.sector))
    if asked.product_id is not None:
        found.append(rows.c.product_id == asked.product_id)
    return found


def _precisely(rows: sa.FromClause, asked: Question, split: Split) -> list[sa.ColumnElement[bool]]:
    """The conditions that a row holds for precisely what is asked, or for one of the groups: what is of a
    whole is not made of its parts, nor a part of the whole.
    """
    place, sector, product = rows.c.place_id, rows.c.sector, rows.c.product_id
    found = [place.in_(split.children) if split.by == "place" else place == asked.place.id]
    if asked.product_id is not None:
        found.append(product == asked.product_id)
    else:
        found.append(product.is_not(None) if split.by == "product" else product.is_(None))
    if asked.sector is not None:
        found.append(sa.and_(sector == asked.sector))
    elif split.by == "sector":
        found.append(sector.is_not(None))
    elif asked.product_id is None and split.by != "product":
        found.append(sector.is_(None))
    return found


def picked(rows: sa.FromClause, part: Part) -> sa.ColumnElement[bool]:
    """The condition that a row is one of the part's."""
    conditions: list[sa.ColumnElement[bool]] = [
        rows.c[column].in_(values) for column, values in part.indicator.where
    ]
    if part.kept is not None and part.indicator.apart is not None:
        conditions.append(rows.c[part.indicator.apart.column] == part.kept)
    return sa.and_(sa.true(), *conditions)


def group_of(
    rows: sa.FromClause, split: Split, indicator: Indicator
) -> tuple[sa.FromClause, sa.ColumnElement[Any]]:
    """What to select from and what to group by."""
    if split.by is None:
        return rows, sa.null()
    if split.by != "place":
        return rows, rows.c[COLUMNS.get(split.by, split.by)]
    if indicator.exact:
        return rows, rows.c.place_id

    def below() -> sa.Subquery:
        return (
            sa.select(PlaceCover.place_id, sa.func.min(PlaceCover.ancestor_id).label("child"))
            .where(PlaceCover.ancestor_id.in_(split.children))
            .group_by(PlaceCover.place_id)
            .subquery()
        )

    now, former = below(), below()
    source = rows.outerjoin(now, now.c.place_id == rows.c.place_id).outerjoin(
        former, former.c.place_id == rows.c.former_place_id
    )
    return source, sa.func.coalesce(now.c.child, former.c.child)


@dataclass(frozen=True, slots=True)
class Slice:
    """What is counted for one question, broken down in one way: the parts, and their cells by group."""

    asked: Question
    split: Split
    cells: dict[Part, dict[Any, Cell]]


@dataclass(frozen=True, slots=True)
class _Look:
    """One slice of a tally: the view, and where the cells of which parts go."""

    tally: Tally
    view: View
    parts: Sequence[Part]
    cells: dict[Part, dict[Any, Cell]]


def count_into(session: Session, slices: Sequence[Slice]) -> None:
    """Fill in the cells of all slices in one statement, or few: rows and histories that several need are then
    read once.
    """
    for looks in _batched(_looks(slices)):
        tallies: dict[int, list[_Look]] = {}
        for one in looks:
            tallies.setdefault(id(one.tally), []).append(one)
        groups = list(tallies.values())
        seen = counting.read(
            session, [replace(some[0].tally, views=[one.view for one in some]) for some in groups]
        )
        for some, views in zip(groups, seen, strict=True):
            for one, by_group in zip(some, views, strict=True):
                for (by,), row in by_group.items():
                    for part, cell in zip(one.parts, row, strict=True):
                        if cell.rows and part in one.cells:
                            one.cells[part][by] = cell


def _looks(slices: Sequence[Slice]) -> list[_Look]:
    """What has to be counted, those of the same rows and place by one tally."""
    alike: dict[tuple[Rows, Ask, Hashable], dict[int, list[Part]]] = {}
    for number, one in enumerate(slices):
        for part in one.cells:
            key = (part.indicator.rows, part.ask, _alike(one, number, part.indicator))
            alike.setdefault(key, {}).setdefault(number, []).append(part)
    found = []
    for (rows_of, ask, _), wanted in alike.items():
        rows = rows_for(rows_of, ask)
        # Each once, also where a slice asks for some of them only: to leave one out would be a tally more.
        parts = list(dict.fromkeys(part for some in wanted.values() for part in some))
        some = [slices[number] for number in wanted]
        asked, split, indicator = some[0].asked, some[0].split, parts[0].indicator
        sectors = {one.asked.sector for one in some}
        if len(sectors) > 1:
            asked = replace(asked, sector=None)
        source, below = group_of(rows, split, indicator)
        measures = [Wanted(picked(rows, part), part.indicator.measure) for part in parts]
        tally = Tally(rows_of, rows, source, inside(rows, asked, indicator, split), (), measures)
        for one in some:
            by = below if split.by == "place" else group_of(rows, one.split, indicator)[1]
            sector = one.asked.sector
            only = (rows.c.sector, sector) if len(sectors) > 1 and sector is not None else None
            found.append(_Look(tally, View((by,), only), parts, one.cells))
    return found


def _alike(one: Slice, number: int, indicator: Indicator) -> Hashable:
    """What is the same for slices whose rows are gone through together: they may be of different sectors and
    broken down in different ways, those by place by themselves. What holds for a whole alone has other rows
    each time.
    """
    if indicator.exact:
        return number
    return one.asked.place.id, one.asked.product_id, one.split.by == "place", one.split.children


def _batched(looks: Sequence[_Look]) -> Iterator[Sequence[_Look]]:
    """Which to count at once: as many as a statement holds, those of the same rows together as far as they
    can be. One column of a UNION holds numbers or text, on PostgreSQL, so their groups are told apart.
    """
    for numbers in (True, False):
        some = [one for one in looks if isinstance(one.view.by[0].type, sa.Integer) is numbers]
        for start in range(0, len(some), MOST_VIEWS):
            yield some[start : start + MOST_VIEWS]
