"""Figures that are read instead of counted again, in no time, however many agreements stand behind: those of
a closed period as they were frozen, and where they may be some minutes old those that were counted ahead.
``market figures verify`` counts them all again and compares.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.statistics import ahead, figures
from market.statistics.aggregates import Question
from market.statistics.definition import Indicator
from market.statistics.figures import Figure, Wish
from market.statistics.models import ClosedFigure, ReportedPeriod
from market.statistics.periods import Period

Asked = tuple[Period, datetime | None]


def compute(
    session: Session,
    wanted: Sequence[Indicator],
    asked_for: Sequence[Asked],
    asked: Question,
    *,
    counted_ahead: bool = False,
) -> list[list[Figure]]:
    """Figures of several periods, each as known before its moment if it is closed (else None), not broken
    down: those that are frozen, or with ``counted_ahead`` those of some minutes ago, the others counted. The
    frozen ones have what stands behind the side below alone, so they are for those who may see them all.
    """
    kept = [_kept(session, wanted, one, asked, counted_ahead=counted_ahead) for one in asked_for]
    rest = [[one for one in wanted if one.code not in some] for some in kept]
    wishes = [
        Wish(missing, period, replace(asked, known_before=at))
        for missing, (period, at) in zip(rest, asked_for, strict=True)
    ]
    counted = figures.compute_all(session, wishes)
    found = []
    for some, more in zip(kept, counted, strict=True):
        by_code = some | _by_code(more)
        found.append([figure for indicator in wanted for figure in by_code.get(indicator.code, [])])
    return found


def _kept(
    session: Session, wanted: Sequence[Indicator], of: Asked, asked: Question, *, counted_ahead: bool
) -> dict[str, list[Figure]]:
    """What need not be counted, by indicator."""
    period, at = of
    if asked.sector is not None or asked.product_id is not None:
        return {}
    if at is not None:
        frozen = _frozen(session, period, at, asked)
        return {
            one.code: _figures(one, period, asked, frozen[one.code]) for one in wanted if one.code in frozen
        }
    if counted_ahead and asked.as_of == clock.today():
        return _by_code(ahead.read(session, asked.place, period) or [])
    return {}


def _by_code(some: Iterable[Figure]) -> dict[str, list[Figure]]:
    found: dict[str, list[Figure]] = {}
    for one in some:
        found.setdefault(one.indicator.code, []).append(one)
    return found


def _frozen(session: Session, period: Period, at: datetime, asked: Question) -> dict[str, list[ClosedFigure]]:
    """What was frozen of a place as a whole, by indicator; nothing where the period is not closed so."""
    rows = session.scalars(
        sa.select(ClosedFigure)
        .join(
            ReportedPeriod,
            sa.and_(
                ReportedPeriod.id == ClosedFigure.period_id,
                ReportedPeriod.revision == ClosedFigure.revision,
            ),
        )
        .where(
            ReportedPeriod.place_id == asked.place.id,
            ReportedPeriod.code == period.code,
            ReportedPeriod.state == "closed",
            ReportedPeriod.known_before == at,
            ClosedFigure.place_id == asked.place.id,
            ClosedFigure.sector == "",
            ClosedFigure.cut == "",
        )
        .order_by(ClosedFigure.id)
    )
    found: dict[str, list[ClosedFigure]] = {}
    for one in rows:
        found.setdefault(one.indicator, []).append(one)
    return found


def _figures(
    indicator: Indicator, period: Period, asked: Question, rows: Sequence[ClosedFigure]
) -> list[Figure]:
    return [
        Figure(
            indicator=indicator,
            place_id=asked.place.id,
            period=period,
            sector=None,
            product=None,
            group=None,
            value=None if one.value is None else ast.literal_eval(one.value),
            unit=one.unit,
            rows=one.row_count,
            backing=((one.row_count, one.sellers, one.buyers),),
            status="closed",
        )
        for one in rows
    ]
