"""What a side proposes, as a value: schedule, price, quality, terms; the rules that every proposal must keep,
and the immutable offer row that is made of it. Who may propose when is for service.py.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.catalogue import amounts, areas
from market.catalogue import queries as catalogue
from market.catalogue.models import Product
from market.db import MAX_PRICE, MAX_VALUE, MAX_VOLUME
from market.errors import Invalid
from market.events import Actor
from market.inquiries.models import LEADS, OPEN_STATES, Inquiry, Offer, OfferLine, OfferPrice
from market.listings import pricing, rules
from market.listings import queries as listings
from market.listings.models import Listing, Lot
from market.listings.pricing import PriceLine, Reference
from market.listings.terms import Terms
from market.parties.models import Party
from market.words import Volume, t

#: What a buyer whose papers nobody has seen may hold in open inquiries and live links, by base unit.
UNVERIFIED_LIMIT = {"gram": 50_000_000, "piece": 50_000}
#: Links stand above inquiries; whether one is still live is read by its columns alone.
_links = sa.table("links", sa.column("inquiry_id"), sa.column("state"))
_LIVE = ("provisional", "active")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a schedule: from the first day to the last, a volume in base units."""

    from_date: date
    to_date: date
    volume: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a side proposes. Price in đồng per kg or piece, area in m², ``spec`` as in catalogue/spec.py. Of a
    table ``prices`` says the price (``counts_at``), of a ``reference`` the price is the estimate.
    """

    lines: tuple[Line, ...]
    price: int = 0
    spec: dict[str, Any] = field(default_factory=dict)
    price_basis: str = "field"
    price_kind: str = "fixed"
    prices: tuple[PriceLine, ...] = ()
    reference: Reference | None = None
    terms: Terms = field(default_factory=Terms)
    kind: str = "spot"
    covers_inputs: bool = False
    covers_production: bool = False
    covers_processing: bool = False
    area_m2: int | None = None
    #: By what the area is measured; unsaid it is as usual for the goods (catalogue/areas.py).
    area_base: str | None = None
    households: int | None = None
    season_id: int | None = None
    #: Who leads: seller, buyer or other.
    lead: str | None = None
    #: All that an area gives: the volume is an estimate of it, committed like any other.
    all_output: bool = False

    @property
    def volume(self) -> int:
        """The whole volume, in base units."""
        return sum(line.volume for line in self.lines)


def unit_of(session: Session, product_id: int) -> str:
    """The base unit of a product: gram or piece."""
    return session.scalar(sa.select(Product.unit).where(Product.id == product_id)) or "gram"


def counts_at(session: Session, proposal: Proposal, *, product_id: int) -> int:
    """The price in đồng at which the value counts: of a table that of the stated size, where none is stated
    the dearest. Refuses a price that is not made as its kind says.
    """
    kind = proposal.price_kind
    if kind not in pricing.KINDS:
        raise Invalid(t("Please choose one of the values in the list."), field="price_kind")
    if proposal.prices and kind != "table":
        raise Invalid(t("Prices by size go with a table of prices alone."), field="prices")
    if proposal.reference is not None and kind != "reference":
        raise Invalid(t("A reference goes with a reference price alone."), field="reference.source")
    if kind != "table":
        if proposal.reference is not None:
            pricing.check_reference(proposal.reference, proposal.price)
        return proposal.price
    size = listings.size_of(catalogue.specs_of(session, catalogue.get_product(session, product_id)))
    if size is None:
        raise Invalid(t("This product is not sold by size."), field="prices")
    if not proposal.prices:
        raise Invalid(t("A table needs at least one size with its price."), field="prices")
    lines = pricing.check_table(proposal.prices, field="prices")
    found = pricing.counted_at(lines, proposal.spec.get(size.key))
    if found is None:
        raise Invalid(t("The table has no price for the size that is asked for."), field=size.field)
    return found


def check_proposal(
    session: Session, proposal: Proposal, *, product_id: int, standing: Collection[Line] = ()
) -> None:
    """Refuse what no offer may hold: no volume, a window turned round or past, bounds broken, terms of no
    meaning, a single purchase that covers more than the sale. An agreement's ``standing`` lines may be past.
    """
    if not proposal.lines:
        raise Invalid(t("Please say how much and when."), field="volume")
    for line in proposal.lines:
        if line.volume < 1:
            raise Invalid(t("The volume must be above zero."), field="volume")
        if line.from_date > line.to_date:
            raise Invalid(t("The last day is before the first."), field="to")
        if line.to_date < clock.today() and line not in standing:
            raise Invalid(t("These days have passed already."), field="to")
    if proposal.volume > MAX_VOLUME:
        raise Invalid(t("This is more than the market can hold."), field="volume")
    unit = unit_of(session, product_id)
    price = counts_at(session, proposal, product_id=product_id)
    if not 0 < price <= MAX_PRICE or amounts.value(proposal.volume, price, unit) > MAX_VALUE:
        raise Invalid(t("This price cannot be meant. It is for one kg or one piece."), field="price")
    if proposal.kind == "spot" and (
        proposal.covers_inputs or proposal.covers_production or proposal.covers_processing
    ):
        raise Invalid(
            t("What covers more than the sale is no single purchase: choose a season or a linkage."),
            field="kind",
        )
    if proposal.lead not in (None, *LEADS):
        raise Invalid(t("Please choose one of the values in the list."), field="lead")
    if proposal.all_output and not proposal.area_m2:
        raise Invalid(t("All output of an area: please say of how many hectares."), field="area")
    rules.check_terms(session, proposal.terms)


def check_against_listings(session: Session, asked: Sequence[Listing], proposal: Proposal) -> None:
    """Refuse less than the minimum order, or more than the lots of these days still hold: of all listings
    of the seller that it is about.
    """
    unit = unit_of(session, asked[0].product_id)
    least = min(listing.min_order for listing in asked)
    if proposal.volume < least:
        raise Invalid(
            t("The seller sells from {volume} upwards.", volume=Volume(least, unit)), field="volume"
        )
    left = left_in(session, [listing.id for listing in asked], proposal)
    if left < proposal.volume:
        raise Invalid(
            t(
                "In these days only {volume} can still be bought here. You may ask for that, or choose "
                "another seller for the rest.",
                volume=Volume(left, unit),
            ),
            field="volume",
        )


def left_in(session: Session, listing_ids: Sequence[int], proposal: Proposal) -> int:
    """What the lots of listings still hold from the first to the last day of a proposal, in base units."""
    first = min(line.from_date for line in proposal.lines)
    last = max(line.to_date for line in proposal.lines)
    left = session.scalar(
        sa.select(sa.func.sum(Lot.volume - Lot.committed)).where(
            Lot.listing_id.in_(listing_ids), Lot.from_date <= last, Lot.to_date >= first
        )
    )
    return int(left or 0)


def check_limit(session: Session, buyer: Party, wanted: int, *, product_id: int) -> None:
    """A buyer whose papers nobody has seen cannot hold more than a set volume: of what is sold by weight and
    of what is sold by the piece each. What has ended is not held any more.
    """
    if buyer.identity_level in ("papers", "vneid"):
        return
    unit = unit_of(session, product_id)
    live = sa.select(_links.c.inquiry_id).where(_links.c.state.in_(_LIVE), _links.c.inquiry_id.is_not(None))
    held = session.scalar(
        sa.select(sa.func.sum(Offer.volume))
        .join(Inquiry, Inquiry.last_offer_id == Offer.id)
        .join(Product, Product.id == Inquiry.product_id)
        .where(
            Inquiry.buyer_id == buyer.id,
            Product.unit == unit,
            sa.or_(Inquiry.state.in_(OPEN_STATES), sa.and_(Inquiry.state == "matched", Inquiry.id.in_(live))),
        )
    )
    if int(held or 0) + wanted > UNVERIFIED_LIMIT[unit]:
        raise Invalid(
            t(
                "Until an officer has seen your papers you may hold at most {volume} in all.",
                volume=Volume(UNVERIFIED_LIMIT[unit], unit),
            ),
            field="volume",
        )


def offer_row(session: Session, proposal: Proposal, *, product_id: int, side: str, actor: Actor) -> Offer:
    """The offer as a row, its value computed once; ``sequence`` and what it belongs to are the caller's."""
    product = catalogue.get_product(session, product_id)
    unit = product.unit
    price = counts_at(session, proposal, product_id=product_id)
    base = proposal.area_base or areas.base_of(product.sector_code)
    return Offer(
        side=side,
        sequence=1,
        made_by=actor.user_id,
        channel=actor.channel,
        made_at=clock.now(),
        volume=proposal.volume,
        spec=proposal.spec,
        price_kind=proposal.price_kind,
        price=price,
        price_basis=proposal.price_basis,
        price_reference=proposal.reference.kept() if proposal.reference else None,
        value=sum(amounts.value(line.volume, price, unit) for line in proposal.lines),
        kind=proposal.kind,
        covers_inputs=proposal.covers_inputs,
        covers_production=proposal.covers_production,
        covers_processing=proposal.covers_processing,
        area_m2=proposal.area_m2,
        area_base=None if proposal.area_m2 is None else base,
        households=proposal.households,
        season_id=proposal.season_id,
        lead=proposal.lead,
        all_output=proposal.all_output,
        **proposal.terms.columns(),
    )


def add_lines(session: Session, offer: Offer, proposal: Proposal) -> None:
    """Write the schedule of an offer, and its table of prices by size."""
    for position, line in enumerate(proposal.lines, start=1):
        session.add(
            OfferLine(
                offer_id=offer.id,
                position=position,
                from_date=line.from_date,
                to_date=line.to_date,
                volume=line.volume,
            )
        )
    for position, price in enumerate(pricing.check_table(proposal.prices, field="prices"), start=1):
        session.add(
            OfferPrice(
                offer_id=offer.id,
                position=position,
                size_from=price.size_from,
                size_to=price.size_to,
                price=price.price,
            )
        )
