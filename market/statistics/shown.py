"""Figures as plain values for machines and the shell: kilograms with up to three decimals, shares as
fractions, places by their codes. How pages write them is in present.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from market import clock
from market.places import queries as places
from market.statistics.definition import AREAS
from market.statistics.drilldown import Row
from market.statistics.figures import Figure

#: What of a figure machines are told.
FIELDS = ("indicator", "place", "period", "sector", "product", "value", "unit", "rows", "status")


def amount(value: int | float | None, unit: str) -> int | float | None:
    """A value in the unit it is shown in: grams become kilograms, square metres hectares, seconds hours."""
    if value is None:
        return None
    if unit == "hour":
        return round(value / 3600, 1)
    scale = 1000 if unit == "kg" else 10_000 if unit in AREAS.units.values() else 1
    if scale == 1:
        return value
    whole, rest = divmod(int(value), scale)
    return whole if not rest else int(value) / scale


def as_dicts(session: Session, figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """Figures as ``market figures --json`` and the API give them."""
    names = places.names_of(session, {figure.place_id for figure in figures}, on=clock.today())
    return [
        {
            "indicator": figure.indicator.code,
            "place": names[figure.place_id].code,
            "period": figure.period.code,
            "sector": figure.sector,
            "product": figure.product,
            "value": amount(figure.value, figure.unit),
            "unit": figure.unit,
            "rows": figure.rows,
            "status": figure.status,
        }
        for figure in figures
    ]


def row_as_dict(row: Row) -> dict[str, Any]:
    """A row behind a figure: its key, what it adds, and the links behind it."""
    return {
        "part": row.part,
        "key": row.key,
        "value": amount(row.value, row.unit),
        "unit": row.unit,
        "links": list(row.link_ids),
        "party": row.facts.get("party_id"),
    }
