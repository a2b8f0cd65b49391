"""Reading inquiries: whose they are, and the thread as both sides see it; the lists are in lists.py.
An inquiry exists for its two parties alone; to everybody else it is not found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from market.assisted import queries as assisted
from market.catalogue.models import Product
from market.errors import NotFound
from market.inquiries import said, several
from market.inquiries.models import Inquiry, Offer, OfferLine, OfferPrice, Remark
from market.inquiries.said import Word
from market.inquiries.several import PartShown
from market.listings import pricing
from market.listings.models import Listing
from market.listings.pricing import PriceLine, Pricing, Reference
from market.listings.terms import Terms
from market.parties.models import Party, PartyContact
from market.words import Named, Words, t

Side = Literal["seller", "buyer"]

#: The event of an officer's look at what is asked (routes.py, calls/routes.py).
LOOKED = "inquiry.looked"


def standing_terms(session: Session, inquiry: Inquiry) -> Terms:
    """The terms of the offer that stands."""
    return Terms.of(session.get_one(Offer, inquiry.last_offer_id))


def standing_pricing(session: Session, inquiry: Inquiry) -> Pricing:
    """How the price of the offer that stands is made."""
    return pricing_of(session, session.get_one(Offer, inquiry.last_offer_id))


def known_prices(session: Session, inquiry: Inquiry) -> list[int | None]:
    """What is asked for its goods so far: by the listing, and in the offer that stands."""
    listing = session.get_one(Listing, inquiry.listing_id)
    return [listing.price_from, session.get_one(Offer, inquiry.last_offer_id).price]


def pricing_of(session: Session, offer: Offer) -> Pricing:
    """How the price of an offer is made."""
    lines = prices_of(session, [offer.id]).get(offer.id, ()) if offer.price_kind == "table" else ()
    reference = pricing.reference_of(offer.price_reference)
    return Pricing(offer.price_kind, offer.price, tuple(lines), reference)


def prices_of(session: Session, offer_ids: Sequence[int]) -> dict[int, list[PriceLine]]:
    """The tables of prices of offers, by offer."""
    found: dict[int, list[PriceLine]] = {}
    if offer_ids:
        for row in session.scalars(
            sa.select(OfferPrice)
            .where(OfferPrice.offer_id.in_(offer_ids))
            .order_by(OfferPrice.offer_id, OfferPrice.position)
        ):
            found.setdefault(row.offer_id, []).append(PriceLine(row.size_from, row.size_to, row.price))
    return found


def inquiry_for(session: Session, *, party_id: int, inquiry_id: int) -> tuple[Inquiry, Side]:
    """The party's own inquiry and the side it stands on; ``NotFound`` for anybody else."""
    inquiry = session.get(Inquiry, inquiry_id)
    if inquiry is None or party_id not in (inquiry.buyer_id, inquiry.seller_id):
        raise NotFound
    return inquiry, "buyer" if party_id == inquiry.buyer_id else "seller"


#: DECLINE_REASONS as people read them.
REASONS = (
    ("price", t("The price does not fit")),
    ("volume", t("The volume does not fit")),
    ("quality", t("The quality does not fit")),
    ("window", t("The days do not fit")),
    ("place", t("The place does not fit")),
    ("sold_out", t("Already sold")),
    ("other", t("Another reason")),
)


def state_words(inquiry: Any) -> Words:
    """An inquiry's state as both sides read it; takes a row with ``state`` and ``turn``."""
    match inquiry.state, inquiry.turn:
        case "negotiating", "seller":
            return t("Waiting for the seller's answer")
        case "negotiating", _:
            return t("Waiting for the buyer's answer")
        case "held", _:
            return t("Held for the buyer")
        case "matched", _:
            return t("Agreed")
        case "declined", _:
            return t("Declined")
        case "withdrawn", _:
            return t("Withdrawn")
        case "released", _:
            return t("Hold released")
        case _, "seller":
            return t("Expired, the seller has not answered")
    return t("Expired, the buyer has not answered")


def state_tone(state: str) -> str:
    """The colour of a state's dot; the word says it too."""
    return {"negotiating": "wait", "held": "wait", "matched": "good", "declined": "bad"}.get(state, "off")


@dataclass(frozen=True, slots=True)
class OfferCard:
    """An offer in the thread. Volumes in base units, price and value in đồng."""

    id: int
    side: Side
    made_at: datetime
    volume: int
    price: int
    price_basis: str
    price_kind: str
    prices: tuple[PriceLine, ...]
    reference: Reference | None
    value: int
    kind: str
    spec: dict[str, Any]
    lines: tuple[tuple[date, date, int], ...]
    terms: Terms
    remark: str
    covers: tuple[str, ...]
    area_m2: int | None
    area_base: str | None
    households: int | None
    season_id: int | None
    lead: str | None
    all_output: bool
    #: Entered by an officer: what the unit says of it (assisted/labels.py).
    assisted: str | None

    @property
    def pricing(self) -> Pricing:
        """How its price is made."""
        return Pricing(self.price_kind, self.price, self.prices, self.reference)


@dataclass(frozen=True, slots=True)
class Thread:
    """An inquiry as one side sees it: the standing offer, those before it, and who waits for whom."""

    id: int
    side: Side
    state: str
    state_words: Words
    tone: str
    my_turn: bool
    turn: Side
    valid_until: datetime
    version: int
    reason: str | None
    renews_id: int | None
    listing_id: int
    title: str
    #: What is asked of each listing, where it is about several.
    parts: tuple[PartShown, ...]
    product_id: int
    product: Named
    unit: str
    piece: Named | None
    other_name: str
    other_code: str
    other_phone: str | None
    seller_name: str
    buyer_name: str
    standing: OfferCard
    earlier: tuple[OfferCard, ...]
    words: tuple[Word, ...]
    #: The answer that ended it was entered by an officer by phone.
    assisted: str | None


def get_thread(session: Session, *, party_id: int, inquiry_id: int) -> Thread:
    """The whole thread for one of its two sides, in five SELECTs, six where something was written."""
    inquiry, side = inquiry_for(session, party_id=party_id, inquiry_id=inquiry_id)
    seller, buyer, contact = aliased(Party), aliased(Party), aliased(PartyContact)
    other_id = inquiry.buyer_id if side == "seller" else inquiry.seller_id
    row = session.execute(
        sa.select(
            Listing.title,
            Product.name_vi,
            Product.name_en,
            Product.unit,
            Product.piece_vi,
            Product.piece_en,
            seller.name.label("seller_name"),
            seller.code.label("seller_code"),
            buyer.name.label("buyer_name"),
            buyer.code.label("buyer_code"),
            contact.phone,
            assisted.of_answer(Inquiry.id).label("assisted"),
        )
        .select_from(Inquiry)
        .join(Listing, Listing.id == Inquiry.listing_id)
        .join(Product, Product.id == Inquiry.product_id)
        .join(seller, seller.id == Inquiry.seller_id)
        .join(buyer, buyer.id == Inquiry.buyer_id)
        .outerjoin(contact, contact.party_id == other_id)
        .where(Inquiry.id == inquiry_id)
    ).one()
    offers = offer_cards(session, Offer.inquiry_id == inquiry_id)
    return Thread(
        id=inquiry.id,
        side=side,
        state=inquiry.state,
        state_words=state_words(inquiry),
        tone=state_tone(inquiry.state),
        my_turn=inquiry.state == "negotiating" and inquiry.turn == side,
        turn="seller" if inquiry.turn == "seller" else "buyer",
        valid_until=inquiry.valid_until,
        version=inquiry.version,
        reason=inquiry.reason,
        renews_id=inquiry.renews_id,
        listing_id=inquiry.listing_id,
        title=row.title,
        parts=several.parts_of(session, inquiry_id),
        product_id=inquiry.product_id,
        product=Named(row.name_vi, row.name_en),
        unit=row.unit,
        piece=Named(row.piece_vi, row.piece_en) if row.piece_vi else None,
        other_name=row.buyer_name if side == "seller" else row.seller_name,
        other_code=row.buyer_code if side == "seller" else row.seller_code,
        other_phone=row.phone,
        seller_name=row.seller_name,
        buyer_name=row.buyer_name,
        standing=offers[-1],
        earlier=tuple(offers[-2::-1]),
        words=said.list_words(session, inquiry_id=inquiry_id),
        assisted=row.assisted,
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """An inquiry as an officer sees it without a look: no price, no buyer, no words."""

    id: int
    state_words: Words
    tone: str
    listing_id: int
    title: str
    product: Named
    unit: str
    piece: Named | None
    seller: str
    volume: int
    from_date: date
    to_date: date
    offers: int
    last_at: datetime
    assisted: str | None


def without_deal(thread: Thread) -> Asked:
    """What of a thread is no secret of its two sides, by the offer that stands."""
    standing = thread.standing
    return Asked(
        id=thread.id,
        state_words=thread.state_words,
        tone=thread.tone,
        listing_id=thread.listing_id,
        title=thread.title,
        product=thread.product,
        unit=thread.unit,
        piece=thread.piece,
        seller=thread.seller_name,
        volume=standing.volume,
        from_date=min(first for first, _, _ in standing.lines),
        to_date=max(last for _, last, _ in standing.lines),
        offers=1 + len(thread.earlier),
        last_at=standing.made_at,
        assisted=thread.assisted,
    )


def offer_cards(session: Session, which: sa.ColumnElement[bool]) -> list[OfferCard]:
    """Offers in the order they were made, each with its lines and remark."""
    offers = session.execute(
        sa.select(Offer, Remark.text, assisted.of_offer(Offer.id))
        .outerjoin(Remark, Remark.offer_id == Offer.id)
        .where(which)
        .order_by(Offer.id)
    ).all()
    lines: dict[int, list[tuple[date, date, int]]] = {}
    for offer_id, first, last, volume in session.execute(
        sa.select(OfferLine.offer_id, OfferLine.from_date, OfferLine.to_date, OfferLine.volume)
        .where(OfferLine.offer_id.in_([offer.id for offer, *_ in offers]))
        .order_by(OfferLine.position)
    ):
        lines.setdefault(offer_id, []).append((first, last, volume))
    tables = prices_of(session, [offer.id for offer, *_ in offers if offer.price_kind == "table"])
    return [
        OfferCard(
            id=offer.id,
            side="seller" if offer.side == "seller" else "buyer",
            made_at=offer.made_at,
            volume=offer.volume,
            price=offer.price,
            price_basis=offer.price_basis,
            price_kind=offer.price_kind,
            prices=tuple(tables.get(offer.id, ())),
            reference=pricing.reference_of(offer.price_reference),
            value=offer.value,
            kind=offer.kind,
            spec=offer.spec,
            lines=tuple(lines.get(offer.id, ())),
            terms=Terms.of(offer),
            remark=text or "",
            covers=tuple(
                part for part in ("inputs", "production", "processing") if getattr(offer, f"covers_{part}")
            ),
            area_m2=offer.area_m2,
            area_base=offer.area_base,
            households=offer.households,
            season_id=offer.season_id,
            lead=offer.lead,
            all_output=offer.all_output,
            assisted=entered,
        )
        for offer, text, entered in offers
    ]
