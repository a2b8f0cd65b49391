"""The season plans of units as pages show them: what is expected, what of it has no outlet yet, and
what can be made of it. Writing them is market/listings/plans.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.catalogue import amounts, numbers
from market.catalogue import queries as catalogue
from market.catalogue.models import Product, Season
from market.errors import Invalid
from market.listings.models import Listing, SeasonPlan
from market.parties.models import Party
from market.places.models import PlaceCover
from market.statistics import rows_supply
from market.statistics.history import Ask
from market.web import language
from market.web.pages import address
from market.words import Named, t

#: Every plan, whenever its harvest begins.
FIRST, LAST = date(1900, 1, 1), date(2200, 12, 31)
SQUARE_METRES = 10_000


@dataclass(frozen=True, slots=True)
class Line:
    """A plan that stands. ``lots``: the unit's listings of the product, each with the address of a lot."""

    id: int
    unit: str
    unit_code: str
    product: str
    season: str
    area: str
    expected: str
    without: str
    from_date: date
    to_date: date
    new_listing: str
    lots: tuple[tuple[str, str], ...]


def lines(
    session: Session,
    *,
    party_id: int | None = None,
    inside: tuple[int, ...] | None = None,
    limit: int,
    offset: int,
) -> tuple[list[Line], int]:
    """A page of the plans of a unit, or of the units in some places (None: everywhere), the latest harvest
    first, and how many there are.
    """
    today = clock.today()
    row = rows_supply.plans(Ask.of(FIRST, LAST, today)).subquery()
    chosen = sa.select(
        row.c.key,
        sa.cast(sa.func.sum(row.c.without), sa.BigInteger).label("without"),
    ).group_by(row.c.key)
    if party_id is not None:
        chosen = chosen.where(row.c.party_id == party_id)
    elif inside is not None:
        covered = sa.select(PlaceCover.place_id).where(PlaceCover.ancestor_id.in_(inside))
        chosen = chosen.where(row.c.place_id.in_(covered))
    sums = chosen.subquery()
    total = session.scalar(sa.select(sa.func.count()).select_from(sums)) or 0
    found = session.execute(
        sa.select(SeasonPlan, Party.name, Party.code, Product, Season, sums.c.without)
        .join(sums, sums.c.key == SeasonPlan.id)
        .join(Party, Party.id == SeasonPlan.party_id)
        .join(Product, Product.id == SeasonPlan.product_id)
        .join(Season, Season.id == SeasonPlan.season_id)
        .order_by(SeasonPlan.from_date.desc(), SeasonPlan.id)
        .limit(limit)
        .offset(offset)
    ).all()
    offers = _offers(session, party_id, {one.Product.id for one in found})
    return [_line(*one, offers=offers.get(one.Product.id, ())) for one in found], total


def _offers(
    session: Session, party_id: int | None, product_ids: set[int]
) -> dict[int, list[tuple[int, str]]]:
    if party_id is None:
        return {}
    found: dict[int, list[tuple[int, str]]] = {}
    for one in session.execute(
        sa.select(Listing.id, Listing.title, Listing.product_id)
        .where(
            Listing.party_id == party_id,
            Listing.product_id.in_(product_ids),
            Listing.state != "withdrawn",
        )
        .order_by(Listing.id)
    ):
        found.setdefault(one.product_id, []).append((one.id, one.title))
    return found


def _line(
    plan: SeasonPlan,
    unit: str,
    code: str,
    product: Product,
    season: Season,
    without: int,
    *,
    offers: Sequence[tuple[int, str]],
) -> Line:
    piece = catalogue.piece_of(product)
    typed = {
        "volume": typed_volume(without or plan.expected, product.unit),
        "from": plan.from_date.isoformat(),
        "to": plan.to_date.isoformat(),
    }
    area = "" if plan.area_m2 is None else language.number(Decimal(plan.area_m2) / SQUARE_METRES, 4) + " ha"
    return Line(
        id=plan.id,
        unit=unit,
        unit_code=code,
        product=language.say(Named(product.name_vi, product.name_en)),
        season=language.say(Named(season.name_vi, season.name_en)),
        area=area,
        expected=language.volume(plan.expected, product.unit, piece),
        without=language.volume(without, product.unit, piece),
        from_date=plan.from_date,
        to_date=plan.to_date,
        new_listing=address("/listings/new", {"product": product.slug, **typed}),
        lots=tuple((title, address(f"/listings/{one}/lots/new", typed)) for one, title in offers),
    )


def typed_volume(amount: int, unit: str) -> str:
    """A volume as a form reads it back."""
    if unit == "piece":
        return language.number(amount)
    return f"{language.number(Decimal(amount) / amounts.GRAMS_A_KG)} kg"


def read_area(text: str, *, spoken: str) -> int | None:
    """Hectares as m²; "" is unsaid."""
    if not text:
        return None
    number = numbers.read(text.lower().removesuffix("ha").strip(), language=spoken)
    if number is None:
        raise Invalid(t("This is no number."), field="area")
    found = number * SQUARE_METRES
    if found != int(found):
        raise Invalid(t("An area has four decimals at most (ha)."), field="area")
    return int(found)


def read_output(session: Session, product: Product, text: str, *, spoken: str) -> int:
    """Base units; 0 says that nothing is expected any more."""
    if numbers.read(text, language=spoken) == 0:
        return 0
    return amounts.parse_volume(
        text,
        unit=product.unit,
        language=spoken,
        packs=catalogue.pack_sizes_of(session, product),
        piece=catalogue.piece_of(product),
        field="output",
    )
