"""The lines and choices of the pages of published numbers, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.catalogue import queries as catalogue
from market.catalogue.models import Product
from market.official import amounts, sources
from market.official.labels import BASES
from market.places import queries as places
from market.places.models import Place, PlaceCover
from market.web import language
from market.words import Named

#: The unit in which each base is written.
UNIT_OF = {"sown": "ha", "land": "ha", "pond": "ha", "gram": "tonne", "piece": "piece"}


@dataclass(frozen=True, slots=True)
class Line:
    """A published number on a page."""

    id: int
    what: str
    about: str
    place: str
    from_date: date
    to_date: date
    number: str
    scope: str
    source: str
    source_date: str


def number(amount: int, decimals: int, unit: str) -> str:
    """A published number with its unit, as people write it."""
    return _written(Decimal(amount).scaleb(-decimals), unit)


def _written(value: Decimal, unit: str) -> str:
    return f"{language.number(value, 6)} {language.say(amounts.UNITS[unit].name)}"


def lines(session: Session, rows: Sequence[Any]) -> list[Line]:
    """Denominators or figures with their names."""
    names = places.names_of(session, {row.place_id for row in rows}, on=clock.today())
    sectors = {one.code: Named(one.name_vi, one.name_en) for one in catalogue.list_sectors(session)}
    ids = {row.product_id for row in rows if getattr(row, "product_id", None)}
    products = {
        row.id: Named(row.name_vi, row.name_en)
        for row in session.execute(
            sa.select(Product.id, Product.name_vi, Product.name_en).where(Product.id.in_(ids))
        )
    }
    return [_line(row, names[row.place_id], sectors, products) for row in rows]


def _line(row: Any, place: places.PlaceName, sectors: dict[str, Named], products: dict[int, Named]) -> Line:
    if hasattr(row, "base"):
        unit = UNIT_OF[row.base]
        what = language.say(BASES[row.base])
        shown = _written(amounts.in_unit(row.amount, unit), unit)
        goods = products.get(row.product_id)
    else:
        what, goods = language.say(amounts.codes()[row.code].name), None
        shown = number(row.amount, row.decimals, row.unit)
    sector = sectors.get(row.sector_code or "")
    about = language.say(goods) if goods else language.say(sector) if sector else ""
    return Line(
        id=row.id,
        what=what,
        about=about,
        place=place.name,
        from_date=row.from_date,
        to_date=row.to_date,
        number=shown,
        scope=row.scope,
        source=row.source,
        source_date=sources.show_date(row.source_date),
    )


def place_choices(session: Session, over: tuple[int, ...] | None) -> list[tuple[str, str]]:
    """The places of an officer's duty, those of today first, by the keys of today."""
    chosen = sa.select(Place.id).order_by(
        Place.valid_to.is_not(None), sa.case({"province": 0, "district": 1}, value=Place.level, else_=2),
        Place.sort_key, Place.id,
    )  # fmt: skip
    if over is not None:
        inside = sa.select(PlaceCover.place_id).where(PlaceCover.ancestor_id.in_(over))
        chosen = chosen.where(Place.id.in_(inside))
    ids = list(session.scalars(chosen))
    names = places.names_of(session, ids, on=clock.today())
    return [(names[one].key, _with_parent(names[one])) for one in ids]


def _with_parent(name: places.PlaceName) -> str:
    until = name.key.partition("@")[2]
    shown = f"{name.name}, {name.parent_name}" if name.parent_name else name.name
    return f"{shown} (→ {sources.show_date(until)})" if until else shown


def sector_choices(session: Session) -> list[tuple[str, str]]:
    """All sectors."""
    return [
        (one.code, language.say(Named(one.name_vi, one.name_en))) for one in catalogue.list_sectors(session)
    ]


def product_choices(session: Session) -> list[tuple[str, str]]:
    """All products by their slugs."""
    return [
        (one.slug, language.say(Named(one.name_vi, one.name_en))) for one in catalogue.list_products(session)
    ]


def unit_choices(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Units by their codes."""
    return [(code, language.say(amounts.UNITS[code].name)) for code in codes]
