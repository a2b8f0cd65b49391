"""What others have published beside what is counted: every published count of the same figure, place, sector
and days, each by itself with its scope, and by how much the counted one differs where the two compare.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.official import amounts, present, queries, sources
from market.statistics import indicators, rows_force, rows_register
from market.statistics import present as shown
from market.statistics.asked import Asked
from market.statistics.definition import Indicator
from market.statistics.figures import Figure
from market.web import language

#: Rows that count what held on some day of the period: a published count of one day is another thing.
OVER_DAYS = (rows_force.links, rows_force.buyers, rows_register.traders)


@dataclass(frozen=True, slots=True)
class Published:
    """A published count on the page; ``difference`` is what was counted less what was published, "" where
    that would compare unlike things.
    """

    name: str
    number: str
    difference: str
    days: tuple[Any, Any]
    scope: str
    source: str
    source_date: str


def published(session: Session, indicator: Indicator, of: Asked, found: Sequence[Figure]) -> list[Published]:
    """The published counts for the last day of the period (of flows: for precisely its days)."""
    if of.product is not None:
        return []
    rows = queries.figures(before=of.known_before or clock.end_of(of.as_of))
    chosen = sa.select(rows).where(
        rows.c.code.in_([indicator.code, *_reports(indicator)]),
        rows.c.place_id == of.place.id,
        rows.c.to_date == of.period.end,
        rows.c.sector_code.is_not_distinct_from(of.sector),
    )
    if indicator.kind == "flow":
        chosen = chosen.where(rows.c.from_date == of.period.start)
    counted = next((one for one in found if one.unit == indicator.unit), None)
    ordered = chosen.order_by(rows.c.source_date.desc(), rows.c.id)
    return [_published(indicator, of, row, counted) for row in session.execute(ordered)]


def _reports(indicator: Indicator) -> list[str]:
    """The report codes under which the figure is known."""
    return [one for one in indicator.source.split(", ") if one]


def _measures(code: str) -> str:
    return amounts.UNITS[amounts.get_code(code).unit].measures


def _compares(indicator: Indicator, of: Asked, row: Any) -> bool:
    """Whether the published count is of the same thing: a report code only where it names this alone."""
    if indicator.rows in OVER_DAYS and row.from_date != of.period.start:
        return False
    measured = _measures(indicator.code)
    if amounts.UNITS[row.unit].measures != measured:
        return False
    if row.code == indicator.code:
        return True
    mine = [one for one in _reports(indicator) if _measures(one) == measured]
    others = [
        one
        for one in indicators.ALL
        if row.code in _reports(one) and _measures(one.code) == measured and one is not indicator
    ]
    return mine == [row.code] and not others


def _published(indicator: Indicator, of: Asked, row: Any, counted: Figure | None) -> Published:
    difference = ""
    if counted is not None and counted.value is not None and _compares(indicator, of, row):
        less = Fraction(counted.value) - amounts.in_base(row.amount, row.decimals, row.unit)
        difference = _signed(less, indicator.unit)
    return Published(
        name="" if row.code == indicator.code else language.say(amounts.get_code(row.code).name),
        number=present.number(row.amount, row.decimals, row.unit),
        difference=difference,
        days=(row.from_date, row.to_date),
        scope=row.scope,
        source=row.source,
        source_date=sources.show_date(row.source_date),
    )


def _signed(less: Fraction, unit: str) -> str:
    sign = "+" if less > 0 else "−" if less < 0 else ""
    size = abs(less)
    whole = size.denominator == 1 and not unit.startswith("share")
    return sign + shown.written(int(size) if whole else float(size), unit)
