"""The rows of what others have published to divide by. A denominator holds for exactly the place, sector,
product and days that it was entered for, and is never added to another: figures ask these rows with
``exact`` (definition.py).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from market.official import queries as official
from market.statistics.history import Ask


def areas(ask: Ask) -> sa.Select[Any]:
    """One row an area (``amount`` in m² of ``area_base``) that was known for precisely these days."""
    return _of(ask, "area_base", ("sown", "land", "pond"))


def outputs(ask: Ask) -> sa.Select[Any]:
    """One row an output (``amount`` in grams or pieces, ``unit``) that was known for precisely these days."""
    return _of(ask, "unit", ("gram", "piece"))


def _of(ask: Ask, column: str, bases: tuple[str, ...]) -> sa.Select[Any]:
    row = official.denominators(before=ask.moment)
    nobody = sa.cast(sa.null(), sa.BigInteger)
    return sa.select(
        row.c.id.label("key"),
        nobody.label("party_id"),
        row.c.place_id,
        nobody.label("former_place_id"),
        row.c.sector_code.label("sector"),
        row.c.product_id,
        row.c.base.label(column),
        row.c.amount,
        row.c.source,
        row.c.source_date,
        row.c.scope,
    ).where(
        row.c.base.in_(bases),
        row.c.from_date == ask.start,
        row.c.to_date == ask.end,
        row.c.amount > 0,
    )
