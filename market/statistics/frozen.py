"""What is kept of a period when it is closed: its figures, whole and broken down, and the keys of the rows
behind each; and whether what is kept still equals what is counted. Who closes when is in closing.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import progress
from market.catalogue import queries as catalogue
from market.db import joining_many
from market.places.models import Place
from market.statistics import figures, indicators, periods
from market.statistics.aggregates import (
    DIMENSIONS,
    Dimension,
    Part,
    Question,
    Split,
    ask_of,
    inside,
    picked,
    rows_for,
)
from market.statistics.definition import Count, Indicator, Median, Ratio, Rows, Sum
from market.statistics.figures import Figure, Wish
from market.statistics.models import ClosedFigure, ClosedRow, PeriodStep, ReportedPeriod
from market.statistics.periods import Period

#: By what the figures of the whole province are frozen, besides the whole.
CUTS: tuple[Dimension, ...] = tuple(one for one in DIMENSIONS if one != "place")

#: Names a frozen figure: indicator, place, sector, cut, group, unit.
Name = tuple[str, int, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Value:
    """What a frozen figure says: its value as Python writes it, and what stands behind it."""

    value: str | None
    rows: int
    sellers: int
    buyers: int


def count(session: Session, period: Period, province: Place, *, known_before: datetime) -> dict[Name, Value]:
    """All figures of the period as they were known before a moment: of the province by every dimension, of
    each place directly below it whole and by sector.
    """
    whole = Question(province, period.end, known_before=known_before)
    below = replace(figures.split_by(session, "place", [period], whole), met=True)
    wishes = [
        Wish(indicators.ALL, period, whole),
        *(
            Wish(
                [one for one in indicators.ALL if cut in figures.dimensions_of(one)],
                period,
                whole,
                Split(cut),
            )
            for cut in CUTS
        ),
        Wish(indicators.ALL, period, whole, below),
        *(
            Wish(_kept_by("sector"), period, replace(whole, sector=one.code), below)
            for one in catalogue.list_sectors(session)
        ),
    ]
    found: dict[Name, Value] = {}
    for wish, counted in zip(wishes, figures.compute_all(session, wishes), strict=True):
        if wish.asked.sector is not None and wish.asked.sector not in _sectors(found):
            continue
        for one in counted:
            name, value = _frozen(one, wish.asked, wish.split.by)
            if wish.split.by is None or value.rows:
                found[name] = value
    return found


def count_whole(
    session: Session, period: Period, province: Place, *, known_before: datetime
) -> dict[Name, Value]:
    """Of the same those of the province as a whole alone."""
    asked = Question(province, period.end, known_before=known_before)
    [found] = figures.compute_all(session, [Wish(indicators.ALL, period, asked)])
    return dict(_frozen(one, asked, None) for one in found)


def _kept_by(cut: Dimension) -> list[Indicator]:
    return [one for one in indicators.ALL if cut in figures.dimensions_of(one)]


def _sectors(found: Mapping[Name, Value]) -> list[str]:
    return sorted({group for _, _, _, cut, group, _ in found if cut == "sector" and group})


def _frozen(one: Figure, asked: Question, by: Dimension | None) -> tuple[Name, Value]:
    group = "" if one.group is None else str(one.group)
    name = (one.indicator.code, asked.place.id, asked.sector or "", by or "", group, one.unit)
    rows, sellers, buyers = one.backing[-1]
    return name, Value(None if one.value is None else repr(one.value), rows, sellers, buyers)


def keep(
    session: Session,
    row: ReportedPeriod,
    province: Place,
    period: Period,
    found: Mapping[Name, Value],
) -> None:
    """Freeze figures counted as known before the period's own moment, and the keys of their rows, under the
    period's revision.
    """
    assert row.known_before is not None
    names = ("indicator", "place_id", "sector", "cut", "of_group", "unit")
    session.execute(
        sa.insert(ClosedFigure),
        [
            {
                "period_id": row.id,
                "revision": row.revision,
                **dict(zip(names, name, strict=True)),
                "value": one.value,
                "row_count": one.rows,
                "sellers": one.sellers,
                "buyers": one.buyers,
            }
            for name, one in found.items()
        ],
    )
    asked = Question(province, period.end, known_before=row.known_before)
    about = (sa.literal(row.id), sa.literal(row.revision))
    columns = ["period_id", "revision", "indicator", "part", "row_key", "value"]
    with joining_many(session):
        for family in _families(period, asked):
            selects = [sa.select(*about, *one.columns) for one in family]
            session.execute(sa.insert(ClosedRow).from_select(columns, sa.union_all(*selects)))


@dataclass(frozen=True, slots=True)
class _Keys:
    """The keys of the rows behind a part of an indicator, with what each adds."""

    indicator: str
    part: str
    keys: sa.Subquery

    @property
    def columns(self) -> list[sa.ColumnElement[Any]]:
        return [
            sa.literal(self.indicator).label("indicator"),
            sa.literal(self.part).label("part"),
            self.keys.c.row_key,
            self.keys.c.value,
        ]


def _families(period: Period, asked: Question) -> Iterable[list[_Keys]]:
    """All parts of all indicators, those with the same rows together: one statement then reads them once."""
    found: dict[Rows, list[_Keys]] = {}
    for indicator in indicators.ALL:
        for part, rows_of, keys in _keys(indicator, period, asked):
            found.setdefault(rows_of, []).append(_Keys(indicator.code, part, keys))
    return found.values()


def _keys(indicator: Indicator, period: Period, asked: Question) -> Iterator[tuple[str, Rows, sa.Subquery]]:
    """For each part of an indicator: its rows, and their keys with what each adds."""
    parts = ("over", "under") if isinstance(indicator.measure, Ratio) else ("",)
    for name, part in zip(parts, indicator.parts, strict=True):
        ask = ask_of(part, period, asked)
        rows = rows_for(part.rows, ask)
        match part.measure:
            case Sum(column) | Median(column):
                value: sa.ColumnElement[Any] = sa.func.sum(sa.func.coalesce(rows.c[column], 0))
            case Count():
                value = sa.func.count()
            case _:
                value = sa.literal(1)
        yield (
            name,
            part.rows,
            sa.select(rows.c.key.label("row_key"), sa.cast(value, sa.BigInteger).label("value"))
            .where(*inside(rows, asked, part), picked(rows, Part(part, ask, None)))
            .group_by(rows.c.key)
            .subquery(),
        )


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that is not what was frozen. Values as Python writes them; None: nothing, or nothing to divide
    by.
    """

    name: Name
    was: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class Cause:
    """A row behind a figure of the province that came, went, or counts otherwise (None: it is not there)."""

    indicator: str
    part: str
    key: int
    was: int | None
    now: int | None


def changes(session: Session, row: ReportedPeriod, now: Mapping[Name, Value]) -> list[Change]:
    """The frozen figures that are others among those counted ``now``."""
    kept = stored(session, row, row.revision)
    found = []
    for name in sorted({*kept, *now}):
        was, is_ = kept.get(name), now.get(name)
        if was != is_:
            found.append(Change(name, was.value if was else None, is_.value if is_ else None))
    return found


def causes(
    session: Session,
    row: ReportedPeriod,
    province: Place,
    period: Period,
    *,
    known_before: datetime,
    limit: int = 200,
) -> list[Cause]:
    """The rows that came, went or count otherwise since the figures of the province were frozen."""
    asked = Question(province, period.end, known_before=known_before)
    found: list[Cause] = []
    with joining_many(session):
        for family in _families(period, asked):
            for one in session.execute(_compared(row, family).limit(limit - len(found))):
                found.append(Cause(*one))
            if len(found) >= limit:
                break
    order = {one.code: number for number, one in enumerate(indicators.ALL)}
    return sorted(found, key=lambda one: (order[one.indicator], one.part, one.key))


def _compared(row: ReportedPeriod, family: list[_Keys]) -> sa.CompoundSelect[Any]:
    """The rows that are not as they were frozen: indicator, part, key, what each added, and adds now."""
    now = sa.union_all(*(sa.select(*one.columns) for one in family)).cte()
    kept = (
        sa.select(ClosedRow.indicator, ClosedRow.part, ClosedRow.row_key, ClosedRow.value)
        .where(
            ClosedRow.period_id == row.id,
            ClosedRow.revision == row.revision,
            sa.tuple_(ClosedRow.indicator, ClosedRow.part).in_([(one.indicator, one.part) for one in family]),
        )
        .cte()
    )
    same = sa.and_(*(kept.c[one] == now.c[one] for one in ("indicator", "part", "row_key")))
    came = (
        sa.select(now.c.indicator, now.c.part, now.c.row_key, kept.c.value.label("was"), now.c.value)
        .select_from(now.outerjoin(kept, same))
        .where(sa.or_(kept.c.value.is_(None), kept.c.value != now.c.value))
    )
    gone = sa.cast(sa.null(), sa.BigInteger)
    went = (
        sa.select(kept.c.indicator, kept.c.part, kept.c.row_key, kept.c.value, gone)
        .select_from(kept.outerjoin(now, same))
        .where(now.c.row_key.is_(None))
    )
    return sa.union_all(came, went)


def stored(session: Session, row: ReportedPeriod, revision: int | None) -> dict[Name, Value]:
    """The frozen figures of a revision."""
    rows = session.execute(
        sa.select(ClosedFigure.__table__).where(
            ClosedFigure.period_id == row.id, ClosedFigure.revision == revision
        )
    )
    return {
        (one.indicator, one.place_id, one.sector, one.cut, one.of_group, one.unit): Value(
            one.value, one.row_count, one.sellers, one.buyers
        )
        for one in rows
    }


def revision_of(session: Session, row: ReportedPeriod, *, before: datetime | None) -> int | None:
    """The revision that counts, or that counted before a moment; None while the period is (was) open."""
    if before is None:
        return row.revision if row.state == "closed" else None
    last = session.execute(
        sa.select(PeriodStep.step, PeriodStep.revision)
        .where(
            PeriodStep.period_id == row.id,
            PeriodStep.step.in_(("closed", "revised", "reopened")),
            PeriodStep.at < before,
        )
        .order_by(PeriodStep.id.desc())
        .limit(1)
    ).one_or_none()
    return last.revision if last is not None and last.step != "reopened" else None


def differences(session: Session) -> Iterator[str]:
    """One line for each frozen figure or row of a closed period that its own history does not bear out."""
    closed = session.scalars(
        sa.select(ReportedPeriod).where(ReportedPeriod.state == "closed").order_by(ReportedPeriod.id)
    ).all()
    for row in progress.counted(closed, "closed periods", len(closed)):
        province = session.get_one(Place, row.place_id)
        period = period_of(row)
        assert row.known_before is not None
        now = count(session, period, province, known_before=row.known_before)
        for change in changes(session, row, now):
            about = "/".join(str(one) for one in change.name if one != "")
            yield f"closed {row.code}: {about} is frozen as {change.was}, its rows make {change.now}"
        for cause in causes(session, row, province, period, known_before=row.known_before):
            yield (
                f"closed {row.code}: row {cause.key} of {cause.indicator} {cause.part} is frozen as "
                f"{cause.was}, counted as {cause.now}"
            )


def period_of(row: ReportedPeriod) -> Period:
    """The period with the days that its province gives it."""
    named = periods.parse(row.code)
    return Period(named.code, row.first_day, row.last_day, named.kind)
