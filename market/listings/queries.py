"""Reading listings: cards for any list, the page of one, a unit's own with every lot. Which listings buyers
may see is decided here: published ones of units that still exist. The SELECTs behind a card are in cards.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.assisted import queries as assisted
from market.catalogue.models import Product, ProductSynonym
from market.catalogue.spec import Definition
from market.errors import NotFound
from market.events import EventRow
from market.listings import cards, photos, pricing, reference, wording
from market.listings.cards import Card, LotCard, shown
from market.listings.models import Listing, ListingPrice, ListingStandard, Lot, LotChange
from market.listings.photos import Photo
from market.listings.pricing import PriceLine, Pricing, Reference
from market.listings.terms import Terms
from market.parties.models import Party
from market.places import queries as places
from market.words import Named, Words, t

__all__ = ["Card", "LotCard", "shown"]

PAGE_SIZE = 20
#: The events after which a listing's page says something else.
CHANGED = ("listing.published", "listing.edited", "listing.photos_changed")


def list_cards(
    session: Session,
    *,
    ids: Sequence[int] | None = None,
    party_id: int | None = None,
    newest: int | None = None,
    on: date,
) -> list[Card]:
    """Cards of what buyers see, in one SELECT: those with these ids, a unit's, the newest."""
    if ids is not None:
        return cards.read_shown(session, ids, on=on)
    newest_first = sa.func.row_number().over(order_by=(Listing.published_at.desc(), Listing.id.desc()))
    chosen: sa.Select[int, int] = (
        sa.select(Listing.id, newest_first.label("position"))
        .join(Party, Party.id == Listing.party_id)
        .where(shown())
    )
    if party_id is not None:
        chosen = chosen.where(Listing.party_id == party_id)
    if newest is not None:
        chosen = chosen.order_by(Listing.published_at.desc(), Listing.id.desc()).limit(newest)
    return cards.read(session, chosen, on=on)


def list_mine(session: Session, *, party_id: int, on: date, page: int = 1) -> tuple[list[Card], int]:
    """A unit's own listings whatever their state but taken back, those on sale first, and how many."""
    ordered = _mine(party_id)
    chosen = ordered.order_by("position").limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    total = session.scalar(sa.select(sa.func.count()).select_from(ordered.subquery())) or 0
    return cards.read(session, chosen, on=on), total


def find_page_of(session: Session, *, party_id: int, listing_id: int) -> int:
    """On which page of "my listings" a listing stands; the first when it stands on none."""
    ordered = _mine(party_id).subquery()
    position = session.scalar(sa.select(ordered.c.position).where(ordered.c.id == listing_id))
    return ((position or 1) - 1) // PAGE_SIZE + 1


def _mine(party_id: int) -> sa.Select[int, int]:
    order = sa.case({"published": 0, "draft": 1, "paused": 2}, value=Listing.state, else_=3)
    position = sa.func.row_number().over(order_by=(order, Listing.id.desc())).label("position")
    return sa.select(Listing.id, position).where(Listing.party_id == party_id, Listing.state != "withdrawn")


def open_lots(
    session: Session, *, listing_id: int, on: date, window: tuple[date, date] | None = None
) -> list[LotCard]:
    """The lots of a listing whose windows are not over, earliest first; ``window``: those that meet it."""
    found = cards.open_lots(session, [listing_id], on=on).get(listing_id, ())
    if window is None:
        return list(found)
    return [lot for lot in found if lot.from_date <= window[1] and lot.to_date >= window[0]]


def listing_for(session: Session, *, party_id: int, listing_id: int) -> Listing:
    """The unit's own listing in any state; ``NotFound`` for anybody else's."""
    listing = session.get(Listing, listing_id)
    if listing is None or listing.party_id != party_id:
        raise NotFound
    return listing


def get_offered(session: Session, listing_id: int) -> Listing:
    """The listing if it is on sale, for whoever wants to buy of it; else ``NotFound``."""
    listing = session.get(Listing, listing_id)
    if listing is None or not listing.on_sale:
        raise NotFound(t("This listing is not offered any more."))
    return listing


def lot_for(session: Session, *, party_id: int, listing_id: int, lot_id: int) -> tuple[Lot, Listing]:
    """A lot of the unit's own listing; ``NotFound`` for anybody else's."""
    listing = listing_for(session, party_id=party_id, listing_id=listing_id)
    lot = session.get(Lot, lot_id)
    if lot is None or lot.listing_id != listing_id:
        raise NotFound
    return lot, listing


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A line of a price table in words, and the price in đồng."""

    size: Named
    price: int


@dataclass(frozen=True, slots=True)
class LotChangeRow:
    """A loss as the page tells it."""

    on_date: date
    amount: int
    cause: Words


@dataclass(frozen=True, slots=True)
class ListingPage:
    """Everything the page of a listing shows. ``is_mine``: its own unit looks."""

    card: Card
    is_mine: bool
    state_name: Words
    tone: str
    description: str
    qualities: tuple[tuple[Named, Named], ...]
    price_rows: tuple[PriceRow, ...]
    price_basis: str
    reference: Reference | None
    reference_words: Words | None
    basis: Words
    min_order: int
    area_code: str | None
    terms: Terms
    delivery_place: str | None
    tolerance: float | None
    published_at: datetime | None
    verified_unit: bool
    photos: tuple[Photo, ...]
    hidden: bool
    #: Entered by an officer: what the unit says of it; told to the unit alone.
    assisted: str | None


def get_page(session: Session, *, listing_id: int, viewer_id: int | None, on: date) -> ListingPage:
    """The page of a listing: published ones for everybody, others for their own unit; else ``NotFound``."""
    visible = shown() if viewer_id is None else sa.or_(shown(), Listing.party_id == viewer_id)
    chosen: sa.Select[int, int] = (
        sa.select(Listing.id, sa.literal(1).label("position"))
        .join(Party, Party.id == Listing.party_id)
        .where(Listing.id == listing_id, visible)
    )
    found = cards.read(session, chosen, on=on)
    if not found:
        raise NotFound
    card = found[0]
    listing = session.get_one(Listing, listing_id)
    party = session.get_one(Party, listing.party_id)
    definitions = reference.current(session, on).goods[card.product_id].described
    sizes = size_of(definitions)
    made = pricing_of(session, listing)
    terms = Terms.of(listing)
    state_name, tone = wording.STATES[listing.state]
    return ListingPage(
        card=card,
        is_mine=viewer_id == listing.party_id,
        state_name=state_name,
        tone=tone,
        description=listing.description,
        qualities=tuple(
            (definition.name, wording.quality(definition, listing.spec[definition.key]))
            for definition in definitions
            if listing.spec.get(definition.key) is not None
        ),
        price_rows=tuple(
            PriceRow(wording.size(sizes, line.size_from, line.size_to), line.price) for line in made.lines
        ),
        price_basis=listing.price_basis,
        reference=made.reference,
        reference_words=(
            wording.reference(made.reference, card.unit, card.piece)
            if listing.price_kind == "reference"
            else None
        ),
        basis=wording.BASES[listing.price_basis],
        min_order=listing.min_order,
        area_code=listing.area_code,
        terms=terms,
        delivery_place=(
            places.name_of(session, terms.delivery_place_id, on=on).name if terms.delivery_place_id else None
        ),
        tolerance=None if terms.tolerance is None else terms.tolerance / 10_000,
        published_at=listing.published_at,
        verified_unit=party.identity_level in ("papers", "vneid"),
        photos=photos.list_photos(session, listing_id=listing_id, title=listing.title),
        hidden=listing.hidden,
        assisted=(
            session.scalar(sa.select(assisted.of_listing(listing_id)))
            if viewer_id == listing.party_id
            else None
        ),
    )


#: The qualities by which a table of prices may be sorted.
SIZES = ("count_per_kg", "count_per_lb", "fish_weight", "length", "diameter", "width", "mesh")


def size_of(definitions: Sequence[Definition]) -> Definition | None:
    """The quality by which a product's table of prices is sorted, if it has one."""
    known = {definition.key: definition for definition in definitions}
    return next((known[key] for key in SIZES if key in known), None)


def public_listing(session: Session, listing_id: int, *, on: date) -> ListingPage:
    """The page of a published listing; ``NotFound`` for any other."""
    return get_page(session, listing_id=listing_id, viewer_id=None, on=on)


def price_lines(session: Session, *, listing_id: int) -> tuple[PriceLine, ...]:
    """The lines of a listing's price table."""
    rows = session.execute(
        sa.select(ListingPrice.size_from, ListingPrice.size_to, ListingPrice.price)
        .where(ListingPrice.listing_id == listing_id)
        .order_by(ListingPrice.position)
    )
    return tuple(PriceLine(*row) for row in rows)


def pricing_of(session: Session, listing: Listing) -> Pricing:
    """How the price of what a listing offers is made; the price is the lower end of a span."""
    lines = price_lines(session, listing_id=listing.id) if listing.price_kind == "table" else ()
    kept = pricing.reference_of(listing.price_reference)
    return Pricing(listing.price_kind, listing.price_from, lines, kept)


def claimed_standards(session: Session, *, listing_id: int) -> list[str]:
    """The codes of the standards that a listing claims."""
    return list(
        session.scalars(
            sa.select(ListingStandard.standard_code)
            .where(ListingStandard.listing_id == listing_id)
            .order_by(ListingStandard.standard_code)
        )
    )


def losses(session: Session, *, lot_id: int) -> list[LotChangeRow]:
    """The losses that were reported of a lot, newest first."""
    return [
        LotChangeRow(row.on_date, -row.amount, wording.CAUSES[row.cause or "other"])
        for row in session.execute(
            sa.select(LotChange.on_date, LotChange.amount, LotChange.cause)
            .where(LotChange.lot_id == lot_id, LotChange.kind == "loss")
            .order_by(LotChange.id.desc())
        )
    ]


def folded_matches(words: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    """For a search without the index: each word stands in the listing, its product or its unit."""
    conditions = []
    for word in words:
        like = f"%{word}%"
        conditions.append(
            sa.or_(
                Listing.folded.like(like),
                Product.folded.like(like),
                Party.folded.like(like),
                sa.exists().where(
                    ProductSynonym.product_id == Listing.product_id, ProductSynonym.folded.like(like)
                ),
            )
        )
    return conditions


def count_published(session: Session) -> int:
    """How many listings buyers see."""
    query: sa.Select[Any] = (
        sa.select(sa.func.count())
        .select_from(Listing)
        .join(Party, Party.id == Listing.party_id)
        .where(shown())
    )
    return session.scalar(query) or 0


def moments_of(session: Session, *, ids: Sequence[int]) -> dict[int, tuple[datetime, datetime]]:
    """Of published listings by id: when they came out, and when the unit last changed them or a lot."""
    told = (
        sa.select(sa.func.max(EventRow.at))
        .where(EventRow.name.in_(CHANGED), EventRow.subject_id == Listing.id)
        .scalar_subquery()
    )
    moved = (
        sa.select(sa.func.max(LotChange.recorded_at))
        .join(Lot, Lot.id == LotChange.lot_id)
        .where(Lot.listing_id == Listing.id)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(Listing.id, sa.func.coalesce(Listing.published_at, Listing.created_at), told, moved).where(
            Listing.id.in_(list(ids))
        )
    )
    return {
        listing_id: (published, max(one for one in (published, edited, lots) if one is not None))
        for listing_id, published, edited, lots in rows
    }
