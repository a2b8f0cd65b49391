"""What stands of what others have published: of the rows about one thing the last that was entered. The same
thing: for a denominator place, base, days, sector and product; for a figure code, place, days, sector and
scope, so that counts of different scope stand side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.official.models import Denominator, OfficialFigure
from market.places.models import PlaceCover

DENOMINATOR_KEY = ("place_id", "base", "from_date", "to_date", "sector_code", "product_id")
FIGURE_KEY = ("code", "place_id", "from_date", "to_date", "sector_code", "scope")

#: The places that an officer's duty covers; None: everywhere.
Places = tuple[int, ...] | None


def standing(table: Any, key: tuple[str, ...], *, before: datetime | None = None) -> sa.Subquery:
    """The rows that stand, with all their columns; ``before``: of what was recorded by then."""
    columns = table.__table__.c
    ranked = sa.select(
        columns,
        sa.func.row_number()
        .over(
            partition_by=[columns[name] for name in key],
            order_by=(columns.recorded_at.desc(), columns.id.desc()),
        )
        .label("rank_"),
    )
    if before is not None:
        ranked = ranked.where(columns.recorded_at < before)
    found = ranked.subquery()
    return sa.select(found).where(found.c.rank_ == 1).subquery()


def denominators(*, before: datetime | None = None) -> sa.Subquery:
    """The denominators that stand."""
    return standing(Denominator, DENOMINATOR_KEY, before=before)


def figures(*, before: datetime | None = None) -> sa.Subquery:
    """The official figures that stand."""
    return standing(OfficialFigure, FIGURE_KEY, before=before)


def list_standing(
    session: Session, rows: sa.Subquery, *, over: Places = None, limit: int | None = None, offset: int = 0
) -> tuple[Sequence[Any], int]:
    """A page of the rows that stand in these places, the latest days first, and how many there are."""
    chosen = _within(rows, over)
    total = session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0
    order = (rows.c.to_date.desc(), rows.c.place_id, rows.c.id.desc())
    return session.execute(chosen.order_by(*order).limit(limit).offset(offset)).all(), total


def find_standing(session: Session, rows: sa.Subquery, *, over: Places, row_id: int) -> Any:
    """The row with this id, if it stands and lies in these places."""
    return session.execute(_within(rows, over).where(rows.c.id == row_id)).first()


def _within(rows: sa.Subquery, over: Places) -> sa.Select[Any]:
    chosen = sa.select(rows)
    if over is None:
        return chosen
    inside = sa.select(PlaceCover.place_id).where(PlaceCover.ancestor_id.in_(over))
    return chosen.where(rows.c.place_id.in_(inside))
