"""Open data beside the figures: what others have published, with its source, and the code lists that the
files of figures use. Nothing in them names a person.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from market import clock
from market.catalogue import queries as catalogue
from market.catalogue.models import Product
from market.official import amounts
from market.official import present as official
from market.official import queries as published_by
from market.official.labels import BASES
from market.places import queries as places
from market.places.models import EVER, LEVELS, Place, PlaceSuccession
from market.statistics import figures, indicators
from market.statistics.open_figures import BREAKDOWNS, Line
from market.web import language
from market.web.context import LANGUAGES, speaking
from market.words import Named

PUBLISHED = (
    *("kind", "code", "name_vi", "name_en", "place", "place_name", "from", "to", "sector", "product"),
    *("value", "unit", "scope", "source", "source_date", "entered"),
)
INDICATORS = (
    *("code", "name_vi", "name_en", "meaning_vi", "meaning_en", "report_code", "unit", "kind", "access"),
    "breakdowns",
)
PLACES = ("place", "code", "name", "kind", "level", "parent", "valid_from", "valid_until", "successor")
GOODS = ("kind", "code", "name_vi", "name_en", "sector", "unit")


def _both(field: str, thing: Any) -> Line:
    """A thing's words in both languages, each in a column of its own."""
    found: Line = {}
    for code in LANGUAGES:
        with speaking(code):
            found[f"{field}_{code}"] = language.say(thing)
    return found


def published(session: Session) -> list[Line]:
    """Official figures and denominators that stand, the latest days first; not what was taken back."""
    counts, _ = published_by.list_standing(session, published_by.figures())
    shares, _ = published_by.list_standing(session, published_by.denominators())
    rows = [*counts, *(one for one in shares if one.amount)]
    names = places.names_of(session, {one.place_id for one in rows}, on=clock.today())
    slugs = {one.id: one.slug for one in session.execute(sa.select(Product.id, Product.slug))}
    return [_published(row, names[row.place_id], slugs) for row in rows]


def _published(row: Any, place: places.PlaceName, slugs: dict[int, str]) -> Line:
    if hasattr(row, "base"):
        unit = official.UNIT_OF[row.base]
        about = {"kind": "denominator", "code": row.base, **_both("name", BASES[row.base])}
        about["product"] = slugs.get(row.product_id)
        value = amounts.in_unit(row.amount, unit)
    else:
        unit = row.unit
        about = {"kind": "figure", "code": row.code, **_both("name", amounts.codes()[row.code].name)}
        about["product"] = None
        value = Decimal(row.amount).scaleb(-row.decimals)
    return {
        **about,
        "place": place.key,
        "place_name": place.name,
        "from": row.from_date,
        "to": row.to_date,
        "sector": row.sector_code,
        "value": int(value) if value == value.to_integral_value() else float(value),
        "unit": unit,
        "scope": row.scope,
        "source": row.source,
        "source_date": row.source_date,
        "entered": clock.day_of(row.recorded_at),
    }


def of_indicators(session: Session) -> list[Line]:
    """All figures: what each is called and means, in which unit, and who may see it (access.py)."""
    return [
        {
            "code": one.code,
            **_both("name", one.name),
            **_both("meaning", one.meaning),
            "report_code": one.source,
            "unit": one.unit,
            "kind": one.kind,
            "access": one.access,
            "breakdowns": " ".join(cut for cut in BREAKDOWNS if cut in figures.dimensions_of(one)),
        }
        for one in indicators.ALL
    ]


def of_places(session: Session) -> list[Line]:
    """All places that there are or were, the widest first, with who came after them."""
    today = clock.today()
    above, after = aliased(Place), aliased(Place)
    rows = session.execute(
        sa.select(Place, above, after)
        .outerjoin(above, above.id == Place.parent_id)
        .outerjoin(PlaceSuccession, PlaceSuccession.old_id == Place.id)
        .outerjoin(after, after.id == PlaceSuccession.new_id)
        .order_by(Place.sort_key, Place.id)
    )
    found = [
        {
            "place": places.key_of(place, today),
            "code": place.code,
            "name": place.name,
            "kind": place.kind,
            "level": place.level,
            "parent": places.key_of(parent, today) if parent else None,
            "valid_from": None if place.valid_from == EVER else place.valid_from,
            "valid_until": place.valid_to - timedelta(days=1) if place.valid_to else None,
            "successor": places.key_of(successor, today) if successor else None,
        }
        for place, parent, successor in rows
    ]
    return sorted(found, key=lambda one: LEVELS.index(one["level"]))


def of_goods(session: Session) -> list[Line]:
    """Sectors, and products with their sector and unit."""
    sectors = [
        {
            "kind": "sector",
            "code": one.code,
            **_both("name", Named(one.name_vi, one.name_en)),
            "sector": one.code,
            "unit": None,
        }
        for one in catalogue.list_sectors(session)
    ]
    return sectors + [
        {
            "kind": "product",
            "code": one.slug,
            **_both("name", Named(one.name_vi, one.name_en)),
            "sector": one.sector_code,
            "unit": "kg" if one.unit == "gram" else "piece",
        }
        for one in catalogue.list_products(session)
    ]
