"""The reporting calendar: which days a named period has in a province, and up to which moment it was known if
it has been closed. Whoever is asked for a period by its name asks here, once the name is read (periods.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.places import queries as places
from market.places.models import Place
from market.statistics import periods
from market.statistics.models import PeriodStep, ReportedPeriod
from market.statistics.periods import Period

#: The steps after which a period's figures stand otherwise than before.
CHANGES = ("closed", "revised", "reopened")


@dataclass(frozen=True, slots=True)
class Known:
    """A period with the edges that its province gives it; of a closed one also what is frozen."""

    period: Period
    row: ReportedPeriod | None = None

    @property
    def known_before(self) -> datetime | None:
        """Only what was known by then counts; None while the period is open."""
        return self.row.known_before if self.row is not None and self.row.state == "closed" else None

    @property
    def revision(self) -> int | None:
        """Which revision of a closed period counts."""
        return self.row.revision if self.row is not None and self.row.state == "closed" else None


def known(session: Session, period: Period, *, province: Place) -> Known:
    """The period as the province keeps it."""
    row = session.scalars(
        sa.select(ReportedPeriod).where(
            ReportedPeriod.place_id == province.id, ReportedPeriod.code == period.code
        )
    ).one_or_none()
    if row is None:
        return Known(period)
    return Known(replace(period, start=row.first_day, end=row.last_day), row)


def read(session: Session, text: str, *, as_of: date) -> Known:
    """The period that a text names; refuses Invalid what is none, NotFound days before any province."""
    period = periods.parse(text)
    province = places.province_on(session, day=min(period.end, as_of))
    return known(session, period, province=province)


def before(session: Session, period: Period) -> Known:
    """The period before one, as its own province keeps it."""
    earlier = periods.before(periods.parse(period.code))
    return known(session, earlier, province=places.province_on(session, day=earlier.end))


def list_changes(session: Session, *, limit: int) -> Sequence[tuple[PeriodStep, ReportedPeriod]]:
    """The last closings, revisions and reopenings, newest first, each with its period."""
    rows = session.execute(
        sa.select(PeriodStep, ReportedPeriod)
        .join(ReportedPeriod, ReportedPeriod.id == PeriodStep.period_id)
        .where(PeriodStep.step.in_(CHANGES))
        .order_by(PeriodStep.id.desc())
        .limit(limit)
    )
    return [(step, row) for step, row in rows]


def last_changes(session: Session) -> dict[int, datetime]:
    """When a period of each year was last closed, revised or reopened."""
    rows = session.execute(
        sa.select(ReportedPeriod.first_day, ReportedPeriod.last_day, sa.func.max(PeriodStep.at))
        .join(PeriodStep, PeriodStep.period_id == ReportedPeriod.id)
        .where(PeriodStep.step.in_(CHANGES))
        .group_by(ReportedPeriod.id, ReportedPeriod.first_day, ReportedPeriod.last_day)
    )
    found: dict[int, datetime] = {}
    for first, last, at in rows:
        for year in {first.year, last.year}:
            found[year] = max(at, found.get(year, at))
    return found


def count_changes(session: Session) -> tuple[int, datetime | None]:
    """How many closings, revisions and reopenings there have been, and when the last one was."""
    counted = sa.select(sa.func.count(), sa.func.max(PeriodStep.at)).where(PeriodStep.step.in_(CHANGES))
    number, last = session.execute(counted).one()
    return number, last
