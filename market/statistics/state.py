"""How far the data has come: what is the same as long as nothing was written that a figure counts."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.db import Base

#: Append-only tables without the column by which all others are known.
FURTHER = ("events", "offers", "searches", "places")
#: What people looked for: written all the time, and little is counted from it.
LOOKED_FOR = "searches"


def of(session: Session, on: date, *, searches: bool = True) -> str:
    """The state of the data on a day, perhaps but for what people look for."""
    row = session.execute(_highest(searches)).one()
    return on.isoformat() + ":" + ",".join(str(number or 0) for number in row)


@cache
def _highest(searches: bool) -> sa.Select[Any]:
    """The highest number of each table that figures are counted from: of whatever is appended, and events,
    which tell of all that is changed.
    """
    tables = [
        table
        for name, table in sorted(Base.metadata.tables.items())
        if "id" in table.c and ("recorded_at" in table.c or name in FURTHER)
        if searches or name != LOOKED_FOR
    ]
    return sa.select(*(sa.select(sa.func.max(table.c.id)).scalar_subquery() for table in tables))
