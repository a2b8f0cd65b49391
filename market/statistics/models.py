"""Reporting periods and what was frozen of them: the calendar, the steps of closing, the figures and the keys
of the rows behind each. How a period is closed is in closing.py, how it is read in closed.py; everything else
in statistics only reads the tables of others.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Key, one_of
from market.events import CHANNELS

STATES = ("open", "prepared", "closed")
STEPS = ("scheduled", "prepared", "returned", "closed", "reopened", "revised")
SUBMISSIONS = ("submitted", "taken", "returned")


class ReportedPeriod(Base):
    """A period of a province that has other edges than the calendar's, or that somebody began to close.

    ``known_before``: what was known by then is what its figures are counted from. ``revision`` counts from 0;
    a reopened period keeps its frozen figures and gets the next number when it is closed again.
    """

    __tablename__ = "reported_periods"
    __table_args__ = (
        one_of("state", STATES),
        CheckConstraint("first_day <= last_day", name="edges"),
        UniqueConstraint("place_id", "code"),
    )

    id: Mapped[Key]
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    code: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date]
    source: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="open")
    known_before: Mapped[datetime | None]
    prepared_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    revision: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)


class PeriodStep(Base):
    """What happened to a period: by whom, when and why. A revision says which."""

    __tablename__ = "period_steps"
    __table_args__ = (one_of("step", STEPS), one_of("channel", CHANNELS))

    id: Mapped[Key]
    period_id: Mapped[int] = mapped_column(ForeignKey("reported_periods.id"), index=True)
    step: Mapped[str]
    reason: Mapped[str | None]
    revision: Mapped[int | None]
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    channel: Mapped[str]


class Submission(Base):
    """A commune's word on its figures of a period, and the department's on that; the last one stands."""

    __tablename__ = "period_submissions"
    __table_args__ = (
        one_of("step", SUBMISSIONS),
        one_of("channel", CHANNELS),
        Index("ix_period_submissions_place", "period_id", "place_id"),
    )

    id: Mapped[Key]
    period_id: Mapped[int] = mapped_column(ForeignKey("reported_periods.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    step: Mapped[str]
    reason: Mapped[str | None]
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    channel: Mapped[str]


class ClosedFigure(Base):
    """A figure as it was frozen. ``cut`` and ``of_group``: by what it was broken down and for which value,
    both empty for the whole. ``value`` is written as Python writes it, whole numbers whole; NULL: nothing to
    divide by.
    """

    __tablename__ = "closed_figures"
    __table_args__ = (
        UniqueConstraint(
            *("period_id", "revision", "indicator", "place_id", "sector", "cut", "of_group", "unit"),
            name="uq_closed_figures_what",
        ),
    )

    id: Mapped[Key]
    period_id: Mapped[int] = mapped_column(ForeignKey("reported_periods.id"))
    revision: Mapped[int]
    indicator: Mapped[str]
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    sector: Mapped[str]
    cut: Mapped[str]
    of_group: Mapped[str]
    unit: Mapped[str]
    value: Mapped[str | None]
    row_count: Mapped[int]
    sellers: Mapped[int]
    buyers: Mapped[int]


class ClosedRow(Base):
    """The key of a row behind a frozen figure of the whole province, and what it added; ``part`` as in
    drilldown.py.
    """

    __tablename__ = "closed_rows"

    period_id: Mapped[int] = mapped_column(ForeignKey("reported_periods.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    indicator: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    row_key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[int]


class Publication(Base):
    """When the public cells of a year were chosen last."""

    __tablename__ = "publications"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    made_at: Mapped[datetime]


class PublishedCell(Base):
    """A trade figure that stands in public (publication.py): what is counted, where, when, of which goods, by
    which breakdown; empty where it is of all.
    """

    __tablename__ = "published_cells"
    __table_args__ = (Index("ix_published_cells_period", "year", "period"),)

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    part: Mapped[str] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    sector: Mapped[str] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cut: Mapped[str] = mapped_column(primary_key=True)
    of_group: Mapped[str] = mapped_column(primary_key=True)
