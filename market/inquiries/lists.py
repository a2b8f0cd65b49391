"""The lists "my inquiries" shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from market.catalogue.models import Product
from market.inquiries import deal_words, several
from market.inquiries.models import Inquiry, InquiryState, Offer
from market.inquiries.queries import Side, state_tone, state_words
from market.listings.models import Listing
from market.parties.models import Party
from market.words import Named, Words

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class InquiryRow:
    """A line of "my inquiries"."""

    id: int
    side: Side
    listing_id: int
    title: str
    #: How many listings of the seller it is about.
    listings: int
    other_name: str
    state: str
    turn: Side
    version: int
    volume: int
    unit: str
    piece: Named | None
    price: int
    price_kind: str
    all_output: bool
    state_words: Words
    tone: str
    my_turn: bool
    valid_until: datetime
    is_open: bool

    @property
    def price_words(self) -> Words:
        """The price, by how it is made."""
        return deal_words.price(self.price_kind, self.price, self.unit, self.piece)


def list_inquiries(
    session: Session, *, party_id: int, only_open: bool, state: str | None = None, page: int = 1
) -> tuple[list[InquiryRow], int]:
    """A party's inquiries on either side, and how many there are; with a ``state`` those in it alone. First
    what waits for it, then what waits for the other side, then what is held, each by what is over soonest;
    then what is settled, the last settled first.
    """
    seller, buyer = aliased(Party), aliased(Party)
    mine = sa.or_(Inquiry.buyer_id == party_id, Inquiry.seller_id == party_id)
    if only_open:
        mine = sa.and_(mine, Inquiry.state.in_(("negotiating", "held")))
    if state is not None:
        mine = sa.and_(mine, Inquiry.state == state)
    waits = sa.case(
        (
            sa.and_(
                Inquiry.state == "negotiating",
                sa.case((Inquiry.buyer_id == party_id, "buyer"), else_="seller") == Inquiry.turn,
            ),
            0,
        ),
        (Inquiry.state == "negotiating", 1),
        (Inquiry.state == "held", 2),
        else_=3,
    )
    over = sa.case((Inquiry.state.in_(("negotiating", "held")), Inquiry.valid_until))
    moved = (
        sa.select(sa.func.max(InquiryState.recorded_at))
        .where(InquiryState.inquiry_id == Inquiry.id)
        .correlate(Inquiry)
        .scalar_subquery()
    )
    settled = sa.case((Inquiry.state.not_in(("negotiating", "held")), moved))
    total = session.scalar(sa.select(sa.func.count()).select_from(Inquiry).where(mine)) or 0
    rows = session.execute(
        sa.select(
            Inquiry.id,
            Inquiry.listing_id,
            Inquiry.state,
            Inquiry.turn,
            Inquiry.version,
            Inquiry.valid_until,
            Inquiry.buyer_id,
            Listing.title,
            several.count().label("listings"),
            seller.name.label("seller_name"),
            buyer.name.label("buyer_name"),
            Offer.volume,
            Offer.price,
            Offer.price_kind,
            Offer.all_output,
            Product.unit,
            Product.piece_vi,
            Product.piece_en,
        )
        .join(Listing, Listing.id == Inquiry.listing_id)
        .join(Product, Product.id == Inquiry.product_id)
        .join(Offer, Offer.id == Inquiry.last_offer_id)
        .join(seller, seller.id == Inquiry.seller_id)
        .join(buyer, buyer.id == Inquiry.buyer_id)
        .where(mine)
        .order_by(waits, over, settled.desc(), Inquiry.id.desc())
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    )
    return [
        InquiryRow(
            id=row.id,
            side=(side := "buyer" if row.buyer_id == party_id else "seller"),
            listing_id=row.listing_id,
            title=row.title,
            listings=max(row.listings, 1),
            other_name=row.seller_name if side == "buyer" else row.buyer_name,
            state=row.state,
            turn="seller" if row.turn == "seller" else "buyer",
            version=row.version,
            volume=row.volume,
            unit=row.unit,
            piece=Named(row.piece_vi, row.piece_en) if row.piece_vi else None,
            price=row.price,
            price_kind=row.price_kind,
            all_output=row.all_output,
            state_words=state_words(row),
            tone=state_tone(row.state),
            my_turn=row.state == "negotiating" and row.turn == side,
            valid_until=row.valid_until,
            is_open=row.state in ("negotiating", "held"),
        )
        for row in rows
    ], total
