"""The figures of a closed period as they were frozen, read instead of counted again: in no time, however many
agreements stand behind. ``market figures verify`` counts them all again and compares.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.statistics import figures
from market.statistics.aggregates import Question
from market.statistics.definition import Indicator
from market.statistics.figures import Figure, Wish
from market.statistics.models import ClosedFigure, ReportedPeriod
from market.statistics.periods import Period

Asked = tuple[Period, datetime | None]


def compute(
    session: Session, wanted: Sequence[Indicator], asked_for: Sequence[Asked], asked: Question
) -> list[list[Figure]]:
    """Figures of several periods, each as known before its moment if it is closed (else None), not broken
    down: those that are frozen, the others counted. They have what stands behind the side below alone, so
    they are for those who may see them all.
    """
    kept = [_frozen(session, period, at, asked) for period, at in asked_for]
    rest = [[one for one in wanted if one.code not in some] for some in kept]
    wishes = [
        Wish(missing, period, replace(asked, known_before=at))
        for missing, (period, at) in zip(rest, asked_for, strict=True)
    ]
    counted = figures.compute_all(session, wishes)
    found = []
    for some, more, (period, _) in zip(kept, counted, asked_for, strict=True):
        by_code: dict[str, list[Figure]] = {}
        for one in more:
            by_code.setdefault(one.indicator.code, []).append(one)
        found.append(
            [
                figure
                for indicator in wanted
                for figure in by_code.get(indicator.code)
                or _figures(indicator, period, asked, some.get(indicator.code, []))
            ]
        )
    return found


def _frozen(
    session: Session, period: Period, at: datetime | None, asked: Question
) -> dict[str, list[ClosedFigure]]:
    """What was frozen of a place as a whole, by indicator; nothing where the period is not closed so."""
    if at is None or asked.sector is not None or asked.product_id is not None:
        return {}
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
