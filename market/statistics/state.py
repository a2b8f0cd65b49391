"""How far the data has come: what is the same as long as nothing was written that a figure counts."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors

from market.db import Base

#: Append-only tables without the column by which all others are known.
FURTHER = ("events", "offers", "searches", "places")
#: The events that rows of figures ask for (rows_register.py).
COUNTED_EVENTS = ("party.confirmed",)


def of(session: Session, on: date, *, among: frozenset[str] | None = None) -> str:
    """The state of the data on a day: of all of it, or of the tables with these names, without what is
    changed in them and not appended.
    """
    row = session.execute(_highest(among)).one()
    return on.isoformat() + ":" + ",".join(str(number or 0) for number in row)


def read_by(statement: sa.Select[Any]) -> frozenset[str]:
    """The names of the tables that a SELECT reads, however deep."""
    return frozenset(one.name for one in visitors.iterate(statement) if isinstance(one, sa.Table))


@lru_cache(maxsize=256)
def _highest(among: frozenset[str] | None) -> sa.Select[Any]:
    """The highest number of each table that figures are counted from: of whatever is appended, and events,
    which tell of all that is changed; of some tables alone only of the events that are counted.
    """
    found = []
    for name, table in sorted(Base.metadata.tables.items()):
        is_appended = "id" in table.c and ("recorded_at" in table.c or name in FURTHER)
        if is_appended and (among is None or name in among):
            highest = sa.select(sa.func.max(table.c.id))
            if among is not None and name == "events":
                highest = highest.where(table.c.name.in_(COUNTED_EVENTS))
            found.append(highest.scalar_subquery())
    return sa.select(sa.literal(0), *found)
