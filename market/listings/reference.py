"""What every card says of goods, places and standards, kept by the process: names, units, qualities, and
what a place is called today. Only migrations and imports change it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from market.catalogue import queries as catalogue
from market.catalogue import spec
from market.catalogue.models import Product, Sector, Standard
from market.kept import Kept
from market.places import queries as places
from market.places.models import Place, PlaceSuccession
from market.words import Named


@dataclass(frozen=True, slots=True)
class Goods:
    """A product as cards name it; ``described`` are its qualities in their order."""

    slug: str
    sector: str
    sector_name: Named
    name: Named
    unit: str
    piece: Named | None
    described: tuple[spec.Definition, ...]


@dataclass(frozen=True, slots=True)
class Where:
    """What a place is called today, with its key: that of its successor where it is no more."""

    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A standard as cards name it, at its place in the catalogue; it is for goods of these sectors."""

    name: Named
    stars: int
    position: int
    sectors: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)  # by itself: what is kept of it goes when it is read anew
class Reference:
    """Goods and places by id, standards by code."""

    goods: Mapping[int, Goods]
    places: Mapping[int, Where]
    standards: Mapping[str, Kind]


def _make(session: Session, on: date) -> Reference:
    described = catalogue.list_specs(session)
    rows = session.execute(
        sa.select(Product, Sector.name_vi, Sector.name_en).join(Sector, Sector.code == Product.sector_code)
    )
    goods = {
        row.Product.id: Goods(
            slug=row.Product.slug,
            sector=row.Product.sector_code,
            sector_name=Named(row.name_vi, row.name_en),
            name=Named(row.Product.name_vi, row.Product.name_en),
            unit=row.Product.unit,
            piece=Named(row.Product.piece_vi, row.Product.piece_en) if row.Product.piece_vi else None,
            described=tuple(described.get(row.Product.id, ())),
        )
        for row in rows
    }
    later = aliased(Place)
    now = (
        sa.select(Place, later)
        .outerjoin(PlaceSuccession, PlaceSuccession.old_id == Place.id)
        .outerjoin(later, later.id == PlaceSuccession.new_id)
    )
    found = {}
    for place, successor in session.execute(now):
        today = successor or place
        found[place.id] = Where(today.name, places.make_key(today.code, today.valid_from, today.valid_to, on))
    standards = {
        row.code: Kind(Named(row.name_vi, row.name_en), row.stars or 0, row.position, frozenset(row.sectors))
        for row in session.scalars(sa.select(Standard))
    }
    return Reference(goods, found, standards)


#: The reference as of a day.
current = Kept(_make, seconds=600)
