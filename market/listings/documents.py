"""A unit's own listing as programs are told it: with the numbers and versions that its changes name, in the
fields and forms in which bodies.py reads them, so that what is told can be sent back. Terms and qualities are
told in the same way of inquiries and links. What everybody sees of a listing is in api.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from market import clock
from market.assisted import queries as assisted
from market.catalogue import queries as catalogue
from market.catalogue import spec
from market.catalogue.spec import Definition
from market.listings import present, queries
from market.listings.forms import Goods
from market.listings.models import Listing
from market.listings.pricing import PriceLine, Reference
from market.listings.searching import as_number, as_unit
from market.listings.terms import Terms
from market.places import queries as places
from market.web.api import Amount, Model

#: Whether an officer entered it for a unit, and what that unit says of it.
Assisted = Annotated[
    str | None,
    Field(
        description="entered by an officer for a unit: waiting for its word, confirmed or denied",
        pattern="^(waiting|confirmed|denied)$",
    ),
]
#: A quality by its key: the code of a choice, or [low, high].
Qualities = dict[str, str | list[int | float]]


class TradeTerms(Model):
    """The terms of a trade; what is null is not agreed yet."""

    delivery_place: str | None = Field(description="code of a place")
    carrier: str | None
    carriage_paid_by: str | None
    weighed_at: str | None
    deductions: str | None
    payment: str | None
    payment_days: int | None
    deposit: int | None = Field(description="đồng")
    deposit_due: date | None
    contract_wanted: bool | None
    contract_due: date | None
    tolerance: float | None = Field(description="a fraction: 0.05 is 5 %")
    checks: list[str] = Field(description="what has to pass before goods are handed over")


def tell_terms(session: Session, terms: Terms) -> TradeTerms:
    """The terms with their place by its code."""
    place = terms.delivery_place_id
    values = {name: value for name, value in terms.columns().items() if name in TradeTerms.model_fields}
    values["checks"] = list(terms.checked)
    values["tolerance"] = None if terms.tolerance is None else terms.tolerance / 10_000
    values["delivery_place"] = places.name_of(session, place, on=clock.today()).key if place else None
    return TradeTerms(**values)


class SizePriceTold(Model):
    """A line of a price table."""

    size: list[int | float]
    price: int


class ReferenceTold(Model):
    """Whose price counts, and within which limits."""

    source: str = Field(description="whose price")
    day: date | None = Field(description="of which day; null: the day of delivery")
    plus: int = Field(description="đồng added to it; below zero: taken off")
    floor: int | None
    ceiling: int | None


def tell_reference(reference: Reference | None) -> ReferenceTold | None:
    """The reference of a price, None where it has none."""
    if reference is None:
        return None
    return ReferenceTold(
        source=reference.source,
        day=reference.on_date,
        plus=reference.plus,
        floor=reference.floor,
        ceiling=reference.ceiling,
    )


def tell_table(lines: Sequence[PriceLine], size: Definition | None) -> list[SizePriceTold]:
    """The lines of a table of prices."""
    return [SizePriceTold(size=_size(size, line.size_from, line.size_to), price=line.price) for line in lines]


class OwnLot(Model):
    """A lot of one's own."""

    id: int
    from_: date = Field(alias="from")
    to: date
    kind: str = Field(description="forecast or in_store")
    volume: Amount
    committed: Amount = Field(description="agreed with buyers already")
    available: Amount
    spec: Qualities
    season: str | None
    version: int


class OwnListing(Model):
    """A listing of one's own, whatever its state."""

    id: int
    state: str = Field(description="draft, published, paused or withdrawn")
    version: int
    unit: str = Field(description="kg or piece")
    lots: list[OwnLot] = Field(description="those whose days are not over, earliest first")
    url: str = Field(description="its page")
    product: str = Field(description="slug")
    title: str
    description: str
    grade: str | None
    spec: Qualities
    price_kind: str
    price_from: int | None = Field(description="đồng per kg or piece")
    price_to: int | None = Field(description="null where it is one price")
    price_basis: str
    prices: list[SizePriceTold]
    reference: ReferenceTold | None
    min_order: Amount
    standards: list[str]
    variant: str | None
    area_code: str | None
    terms: TradeTerms
    published_at: datetime | None
    assisted: Assisted


def tell_listing(session: Session, listing: Listing, *, url: str) -> OwnListing:
    """The listing with its lots, as they stand in this transaction."""
    product = catalogue.get_product(session, listing.product_id)
    goods = present.goods(session, product)
    variants = {one.id: one.code for one in catalogue.variants_of(session, product)}
    made = queries.pricing_of(session, listing)
    return OwnListing(
        id=listing.id,
        state=listing.state,
        version=listing.version,
        unit=as_unit(goods.unit),
        lots=_lots(session, listing, goods),
        url=url,
        product=product.slug,
        title=listing.title,
        description=listing.description,
        grade=listing.grade,
        spec=spec.tell(goods.definitions, listing.spec),
        price_kind=listing.price_kind,
        price_from=None if made.lines else listing.price_from,
        price_to=None if made.lines or listing.price_to == listing.price_from else listing.price_to,
        price_basis=listing.price_basis,
        prices=tell_table(made.lines, goods.size),
        reference=tell_reference(made.reference),
        min_order=as_number(listing.min_order, goods.unit),
        standards=queries.claimed_standards(session, listing_id=listing.id),
        variant=variants.get(listing.variant_id or 0),
        area_code=listing.area_code,
        terms=tell_terms(session, Terms.of(listing)),
        published_at=listing.published_at,
        assisted=session.scalar(sa.select(assisted.of_listing(listing.id))),
    )


def _size(size: Definition | None, low: int | None, high: int | None) -> list[int | float]:
    if size is None:
        return []
    ends = (size.low if low is None else low, size.high if high is None else high)
    return [spec.tell_end(end, size.decimals) for end in ends]


def _lots(session: Session, listing: Listing, goods: Goods) -> list[OwnLot]:
    seasons = {one.id: one.code for one in catalogue.list_seasons(session)}
    return [
        OwnLot(
            id=lot.id,
            from_=lot.from_date,
            to=lot.to_date,
            kind=lot.kind,
            volume=as_number(lot.volume, goods.unit),
            committed=as_number(lot.committed, goods.unit),
            available=as_number(lot.available, goods.unit),
            spec=spec.tell(goods.definitions, lot.spec),
            season=seasons.get(lot.season_id or 0),
            version=lot.version,
        )
        for lot in queries.open_lots(session, listing_id=listing.id, on=clock.today())
    ]
