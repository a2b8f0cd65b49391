"""Reading the files of places: one CSV a province, in the form that data/README.md explains. What the
rows become stands in service.py.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from market.errors import Misconfigured
from market.places.models import EVER, KINDS, LEVELS

FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One line of a file; ``where`` names it for the operator."""

    where: str
    code: str
    valid_from: date
    valid_to: date | None
    level: str
    kind: str
    short_name: str
    parent: str
    successor: str
    latitude: float
    longitude: float
    coordinate_basis: str
    area_km2: float | None


def read(folder: Path = FOLDER) -> list[PlaceRow]:
    """All lines of all files, by the files' names; refuses (Misconfigured) a line it cannot read."""
    rows: list[PlaceRow] = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for line, cells in enumerate(csv.DictReader(lines), start=2):
                where = f"{path.name}:{line}"
                try:
                    rows.append(_row(where, cells))
                except (KeyError, TypeError, ValueError) as error:
                    raise Misconfigured(f"places: {where} cannot be read: {error}") from error
    seen: dict[tuple[str, date], str] = {}
    for row in rows:
        other = seen.setdefault((row.code, row.valid_from), row.where)
        if other != row.where:
            raise Misconfigured(f"places: {row.where} repeats {other}")
    return rows


def _row(where: str, cells: dict[str, str]) -> PlaceRow:
    if cells["level"] not in LEVELS or cells["kind"] not in KINDS:
        raise ValueError(f"no such level or kind: {cells['level']}, {cells['kind']}")
    return PlaceRow(
        where=where,
        code=cells["code"],
        valid_from=date.fromisoformat(cells["valid_from"]) if cells["valid_from"] else EVER,
        valid_to=date.fromisoformat(cells["valid_to"]) if cells["valid_to"] else None,
        level=cells["level"],
        kind=cells["kind"],
        short_name=cells["short_name"],
        parent=cells["parent"],
        successor=cells["successor"],
        latitude=float(cells["latitude"]),
        longitude=float(cells["longitude"]),
        coordinate_basis=cells["coordinate_basis"],
        area_km2=float(cells["area_km2"]) if cells["area_km2"] else None,
    )
