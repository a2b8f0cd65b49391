"""Asking append-only history: what held on a day, and during which days, as far as it was known at a
moment. Every table with ``on_date`` and ``recorded_at`` is asked here and no other way, in SQL that both
databases share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from market import clock

#: For what makes SQL of a question: the same object each time, so that a statement in which several rows need
#: it names it once and works it out once. To put it together takes longer than to run it on a small province.
shared = lru_cache(maxsize=256)


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked: flows from ``start`` to ``day``, stocks on ``day``, by what was known before
    ``moment``. ``end`` is the last day of the period asked for, which may be still to come: plans lie there.
    """

    start: date
    day: date
    moment: datetime
    end: date

    @classmethod
    def of(cls, start: date, end: date, as_of: date, known_before: datetime | None = None) -> Ask:
        """For days from ``start`` to ``end``, as known at the end of the local day ``as_of``, or before a
        moment (of a closed period: when it was frozen).

        What lies after ``as_of`` is not known to hold, so the window ends there at the latest.
        """
        return cls(start, min(end, as_of), known_before or clock.end_of(as_of), end)

    def within(self, column: sa.SQLColumnExpression[date]) -> sa.ColumnElement[bool]:
        """The condition that a day lies in the window."""
        return column.between(self.start, self.day)


def known(table: Any, ask: Ask) -> sa.ColumnElement[bool]:
    """The condition that a row of history was known, and held on the day or before."""
    return sa.and_(table.on_date <= ask.day, table.recorded_at < ask.moment)


def latest(
    owner: Any, *columns: Any, ask: Ask, each: Sequence[Any] = (), among: sa.FromClause | None = None
) -> sa.Subquery:
    """The row that held on the day, for each owner: the last known by (on_date, recorded_at, id). ``each``
    names further columns for whose values rows hold side by side (the fields of a unit); ``among``: only for
    the owners in its column ``id``, each once.

    It has the owner's column and those that are named; a column that nobody reads costs its share of every
    statement's making.
    """
    table = owner.class_
    ranked = (
        sa.select(
            owner,
            *each,
            *columns,
            sa.func.row_number()
            .over(
                partition_by=[owner, *each],
                order_by=(table.on_date.desc(), table.recorded_at.desc(), table.id.desc()),
            )
            .label("rank_"),
        )
        .select_from(_of(owner, among))
        .where(known(table, ask))
        .subquery()
    )
    # As "less than two", not as "one": PostgreSQL takes one value of a rank for next to nothing, and would
    # join all histories of a figure row by row.
    return sa.select(ranked).where(ranked.c.rank_ < 2).subquery()


def spans(owner: Any, *columns: Any, ask: Ask, among: sa.FromClause | None = None) -> sa.Subquery:
    """Every known row with ``until``, the first day on which the next one held (NULL: it still holds).

    A row that another of the same day replaced has ``until`` = ``on_date`` and held on no day. Columns as in
    ``latest``, and ``on_date``.
    """
    table = owner.class_
    return (
        sa.select(
            owner,
            *columns,
            table.on_date,
            sa.func.lead(table.on_date)
            .over(partition_by=owner, order_by=(table.on_date, table.recorded_at, table.id))
            .label("until"),
        )
        .select_from(_of(owner, among))
        .where(table.recorded_at < ask.moment)
        .subquery()
    )


def held_on_day(span: Any, ask: Ask) -> sa.ColumnElement[bool]:
    """The condition that a row of ``spans`` held at the end of the day: the row that ``latest`` finds, for
    those who need both.
    """
    return sa.and_(span.c.on_date <= ask.day, sa.or_(span.c.until.is_(None), span.c.until > ask.day))


def _of(owner: Any, among: sa.FromClause | None) -> Any:
    # Joined, not asked whether it is IN: SQLite takes what is IN a list for a handful of rows, and goes
    # through all of them for each row of another history.
    table = owner.class_.__table__
    return table if among is None else table.join(among, among.c.id == owner)


def held_within(span: Any, ask: Ask) -> sa.ColumnElement[bool]:
    """The condition that a row of ``spans`` held on some day of the window."""
    return sa.and_(
        span.c.on_date <= ask.day,
        sa.or_(
            span.c.until.is_(None),
            sa.and_(span.c.until > span.c.on_date, span.c.until > ask.start),
        ),
    )


def met(one: Any, other: Any) -> sa.ColumnElement[bool]:
    """The condition that two rows of ``spans`` held on a common day.

    With ``held_within`` of both it means a common day inside the window: days in a row that meet pairwise
    meet all together.
    """
    return sa.and_(
        sa.or_(one.c.until.is_(None), one.c.until > other.c.on_date),
        sa.or_(other.c.until.is_(None), other.c.until > one.c.on_date),
    )
