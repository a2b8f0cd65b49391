"""Computing figures: the cells that aggregates.py counts, put together as the definitions say, what is never
added up (goods by weight and by the piece) apart. The rows behind a figure are in drilldown.py; who may see
which in access.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from market import clock
from market.errors import Invalid
from market.places import queries as places
from market.places.models import Place
from market.statistics.aggregates import (
    COLUMNS,
    DIMENSIONS,
    WHOLE,
    Dimension,
    Part,
    Question,
    Slice,
    Split,
    children_of,
    columns_of,
    count_into,
    kept_apart,
    parts_of,
    period_of,
)
from market.statistics.counting import NOTHING, Cell
from market.statistics.definition import Indicator, Median, Ratio
from market.statistics.periods import Period
from market.words import t

#: How shares are called of what is kept apart, but for the first.
SHARES = {"piece": "share_of_pieces", "land": "share_of_land", "pond": "share_of_ponds"}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure. ``value`` in base units, đồng, or a fraction; None: no denominator, or not for the asker.

    ``group`` is the value of the dimension it was broken down by (a place id, a code; None: not said).
    ``rows`` of a ratio are those below. ``backing``: how many rows, different sellers and different buyers
    stand behind it, for a ratio above and below. ``status`` is ``final`` once the period has ended,
    ``running`` before, ``closed`` where the period is, ``suppressed`` where too few stand behind.
    ``counted_at``: when it was counted, unless that is now (ahead.py).
    """

    indicator: Indicator
    place_id: int
    period: Period
    sector: str | None
    product: str | None
    group: Any
    value: int | float | None
    unit: str
    rows: int
    backing: tuple[tuple[int, int, int], ...]
    status: str
    product_id: int | None = None
    counted_at: datetime | None = None

    @property
    def kept(self) -> str | None:
        """Of what is never added up (goods by weight and by the piece): which of them."""
        apart = self.indicator.parts[0].apart
        if apart is None:
            return None
        return next(
            (one for one, unit in apart.units.items() if self.unit in (unit, SHARES.get(one, "share"))), None
        )


def default_place(session: Session, *, period: Period | None, as_of: date) -> Place:
    """The province valid on the figures' last day."""
    return places.province_on(session, day=min(period.end, as_of) if period else as_of)


def compute(
    session: Session,
    *,
    indicators: Sequence[Indicator],
    period: Period | None,
    place: Place | None,
    as_of: date,
    sector: str | None = None,
    product_id: int | None = None,
    product: str | None = None,
    by: Dimension | None = None,
    known_before: datetime | None = None,
) -> list[Figure]:
    """The figures in the order of ``indicators``, broken down in the order of the dimension's values.

    Goods by the piece stand in a second figure where there are any. Refuses Invalid where an indicator is not
    kept by what is asked (the register knows no sectors).
    """
    where = place or default_place(session, period=period, as_of=as_of)
    asked = Question(where, as_of, sector, product_id, product, known_before)
    return compute_for(session, indicators=indicators, periods_=[period], asked=asked, by=by)[0]


def compute_for(
    session: Session,
    *,
    indicators: Sequence[Indicator],
    periods_: Sequence[Period | None],
    asked: Question,
    by: Dimension | None = None,
    moments: Sequence[datetime | None] = (),
) -> list[list[Figure]]:
    """``compute`` for several periods at once. ``moments``: before which each was known, where that is not
    the same for all.
    """
    questions = [replace(asked, known_before=one) for one in moments] or [asked] * len(periods_)
    split = split_by(session, by, periods_, asked)
    return compute_all(
        session,
        [
            Wish(indicators, period, question, split)
            for period, question in zip(periods_, questions, strict=True)
        ],
    )


@dataclass(frozen=True, slots=True)
class Wish:
    """Indicators of a period, what is asked of them, and by what they are broken down."""

    indicators: Sequence[Indicator]
    period: Period | None
    asked: Question
    split: Split = WHOLE


def split_by(
    session: Session, by: Dimension | None, periods_: Sequence[Period | None], asked: Question
) -> Split:
    """The breakdown by a dimension; by place it is into those below on the last day of the periods."""
    if by != "place":
        return Split(by)
    day = max(min(period.end, asked.as_of) if period else asked.as_of for period in periods_)
    return Split(by, children_of(session, asked.place, day=day))


def compute_all(session: Session, wishes: Sequence[Wish]) -> list[list[Figure]]:
    """The figures of each wish, all counted together. Refuses what ``compute`` refuses."""
    slices = []
    for one in wishes:
        cells: dict[Part, dict[Any, Cell]] = {}
        for indicator in one.indicators:
            check_kept(indicator, one.asked, one.split.by)
            cells.update({part: {} for part in parts_of(indicator, one.period, one.asked)})
        slices.append(Slice(one.asked, one.split, cells))
    if any(one.cells for one in slices):
        count_into(session, slices)
    return [
        [
            figure
            for indicator in one.indicators
            for figure in _assemble(indicator, one.period, one.asked, one.split, counted.cells)
        ]
        for one, counted in zip(wishes, slices, strict=True)
    ]


def check_kept(indicator: Indicator, asked: Question, by: Dimension | None) -> None:
    """Refuse Invalid a filter or a breakdown by what the indicator's rows do not have."""
    wanted = {"sector": asked.sector, "product": asked.product_id, by: by}
    for dimension, value in wanted.items():
        if value is not None and dimension not in dimensions_of(indicator):
            raise Invalid(
                t("{figure} is not kept by {dimension}.", figure=indicator.name, dimension=dimension),
                field=dimension,
            )


def dimensions_of(indicator: Indicator) -> tuple[Dimension, ...]:
    """By what an indicator can be broken down: what the rows of all its parts have."""
    found = [columns_of(part.rows) for part in indicator.parts]
    return tuple(
        dimension
        for dimension in DIMENSIONS
        if dimension == "place" or all(COLUMNS.get(dimension, dimension) in columns for columns in found)
    )


def _assemble(
    indicator: Indicator,
    period: Period | None,
    asked: Question,
    split: Split,
    cells: Mapping[Part, Mapping[Any, Cell]],
) -> Iterable[Figure]:
    of = period_of(indicator, period, asked.as_of)
    parts = parts_of(indicator, period, asked)
    status = "final" if of.end <= asked.as_of and of.has_ended(clock.today()) else "running"
    if asked.known_before is not None:
        status = "closed"
    for number, kept in enumerate(kept_apart(indicator)):
        mine = [part for part in parts if part.kept == kept]
        if number and not any(cells[part] for part in mine):
            continue
        for group in _groups(split, [cells[part] for part in parts]):
            found = [cells[part].get(group, NOTHING) for part in mine]
            yield Figure(
                indicator=indicator,
                place_id=asked.place.id,
                period=of,
                sector=asked.sector,
                product=asked.product,
                group=group,
                value=_value(indicator, found),
                unit=_unit(indicator, kept),
                rows=found[-1].rows,
                backing=tuple((cell.rows, cell.sellers, cell.buyers) for cell in found),
                status=status,
                product_id=asked.product_id,
            )


def _groups(split: Split, found: Sequence[Mapping[Any, Cell]]) -> list[Any]:
    """The groups of a breakdown: places below as listed, other values as they occur, "not said" last."""
    if split.by is None:
        return [None]
    seen = {group for cells in found for group in cells}
    others = sorted(seen - {None, *split.children}, key=str)
    children = [one for one in split.children if one in seen or not split.met]
    return [*children, *others, *([None] if None in seen else [])]


def _value(indicator: Indicator, found: Sequence[Cell]) -> int | float | None:
    if not isinstance(indicator.measure, Ratio):
        empty = isinstance(indicator.measure, Median) and not found[0].rows
        return None if empty else found[0].value
    over, under = found[0].value or 0, found[1].value
    return over / under if under else None


def _unit(indicator: Indicator, kept: str | None) -> str:
    apart = indicator.parts[0].apart
    if kept is None or apart is None:
        return indicator.unit
    # A share of goods by the piece is told apart from that of goods by weight, and so on.
    return SHARES.get(kept, indicator.unit) if indicator.unit == "share" else apart.units[kept]
