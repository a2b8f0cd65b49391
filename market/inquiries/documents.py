"""An inquiry as programs are told it, in the fields that bodies.py reads. What an operation that writes
answers holds no free words of people: it is kept under its idempotency key, and words stand in rows of their
own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import Field
from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.catalogue import spec
from market.catalogue.models import Product
from market.inquiries import queries
from market.inquiries.lists import InquiryRow
from market.inquiries.queries import OfferCard, Thread
from market.inquiries.several import PartShown
from market.listings import documents
from market.listings import queries as listings
from market.listings.documents import Assisted, Qualities, ReferenceTold, SizePriceTold, TradeTerms
from market.listings.searching import as_number, as_unit
from market.web.api import Amount, Model, Name, Paged


class ScheduleTold(Model):
    """A volume from a day to a day."""

    from_: date = Field(alias="from")
    to: date
    volume: Amount


class OfferTold(Model):
    """One side's proposal, which never changes."""

    id: int
    side: str = Field(description="seller or buyer: who made it")
    made_at: datetime
    volume: Amount
    schedule: list[ScheduleTold]
    spec: Qualities
    price_kind: str = Field(description="fixed, table, reference or labour")
    price: int = Field(
        description="đồng per kg or piece; of a table what it counts at, of a reference the estimate"
    )
    prices: list[SizePriceTold]
    reference: ReferenceTold | None
    price_basis: str
    value: int = Field(description="đồng; estimated of a reference and of all output, wages of labour")
    kind: str = Field(description="spot, season or linkage")
    covers: list[str]
    area: float | None = Field(description="hectares")
    area_base: str | None
    households: int | None
    all_output: bool = Field(description="all that the area gives: the volume is an estimate of it")
    season: str | None
    lead: str | None = Field(description="seller, buyer or other: who leads, where it was said")
    terms: TradeTerms
    assisted: Assisted


class OfferSaid(OfferTold):
    """A proposal with what its side wrote beside it."""

    message: str


class Message(Model):
    """What a side wrote beside an answer."""

    side: str
    at: datetime
    text: str


class PartTold(Model):
    """What is asked of one of several listings."""

    listing_id: int
    title: str
    volume: Amount
    price: int = Field(description="đồng per kg or piece, at which it counts in the one price")


PARTS = "of a plan that takes from several listings of the seller: what of each, the most first; else empty"


class InquiryStanding(Model):
    """How an inquiry stands."""

    id: int
    url: str = Field(description="its page")
    side: str = Field(description="seller or buyer: the asker's own")
    state: str = Field(
        description="negotiating, matched, declined, withdrawn, expired, held or released",
        pattern="^(negotiating|matched|declined|withdrawn|expired|held|released)$",
    )
    turn: str = Field(description="seller or buyer: who is to answer")
    my_turn: bool
    valid_until: datetime
    version: int
    reason: str | None
    listing_id: int
    title: str
    product: str = Field(description="slug")
    product_name: Name
    unit: str = Field(description="kg or piece")
    parts: list[PartTold] = Field(description=PARTS)
    seller: str
    buyer: str
    link_id: int | None = Field(description="the agreement that it became")
    assisted: Assisted = Field(description="as of an offer, for the yes or no that ended it")
    offer: OfferTold = Field(description="the last one, which an answer is about")


class InquiryDocument(InquiryStanding):
    """An inquiry with all that was said."""

    offers: list[OfferSaid] = Field(description="the first one first")
    messages: list[Message]


class InquiryLine(Model):
    """An inquiry in the list."""

    id: int
    url: str
    side: str
    state: str
    turn: str
    my_turn: bool
    valid_until: datetime
    version: int
    listing_id: int
    title: str
    listings: int = Field(description="how many listings of the seller it is about")
    other: str = Field(description="name of the other side")
    volume: Amount
    unit: str
    price: int
    price_kind: str


class InquiryLines(Paged):
    """A page of one's inquiries: what waits for the asker and is over soonest first, what is settled last."""

    inquiries: list[InquiryLine]


def tell_line(row: InquiryRow, *, url: str) -> InquiryLine:
    """An inquiry of the list."""
    return InquiryLine(
        id=row.id,
        url=url,
        side=row.side,
        state=row.state,
        turn=row.turn,
        my_turn=row.my_turn,
        valid_until=row.valid_until,
        version=row.version,
        listing_id=row.listing_id,
        title=row.title,
        listings=row.listings,
        other=row.other_name,
        volume=as_number(row.volume, row.unit),
        unit=as_unit(row.unit),
        price=row.price,
        price_kind=row.price_kind,
    )


def _parts(parts: Sequence[PartShown], unit: str) -> list[PartTold]:
    return [
        PartTold(
            listing_id=one.listing_id, title=one.title, volume=as_number(one.volume, unit), price=one.price
        )
        for one in parts
    ]


def tell_standing(
    session: Session, *, party_id: int, inquiry_id: int, url: str, link_id: int | None = None
) -> InquiryStanding:
    """How it stands, for one of its sides."""
    thread = queries.get_thread(session, party_id=party_id, inquiry_id=inquiry_id)
    product = catalogue.get_product(session, thread.product_id)
    return _standing(session, thread, product, url, link_id)


def tell_inquiry(
    session: Session, *, party_id: int, inquiry_id: int, url: str, link_id: int | None
) -> InquiryDocument:
    """All of it, for one of its sides."""
    thread = queries.get_thread(session, party_id=party_id, inquiry_id=inquiry_id)
    product = catalogue.get_product(session, thread.product_id)
    standing = _standing(session, thread, product, url, link_id)
    offers = [
        OfferSaid(**dict(tell_offer(session, card, product)), message=card.remark)
        for card in (*reversed(thread.earlier), thread.standing)
    ]
    messages = [Message(side=one.side, at=one.at, text=one.text) for one in thread.words]
    return InquiryDocument(**dict(standing), offers=offers, messages=messages)


def _standing(
    session: Session, thread: Thread, product: Product, url: str, link_id: int | None
) -> InquiryStanding:
    return InquiryStanding(
        id=thread.id,
        url=url,
        side=thread.side,
        state=thread.state,
        turn=thread.turn,
        my_turn=thread.my_turn,
        valid_until=thread.valid_until,
        version=thread.version,
        reason=thread.reason,
        listing_id=thread.listing_id,
        title=thread.title,
        product=product.slug,
        product_name=Name.of(thread.product),
        unit=as_unit(thread.unit),
        parts=_parts(thread.parts, thread.unit),
        seller=thread.seller_name,
        buyer=thread.buyer_name,
        link_id=link_id,
        assisted=thread.assisted,
        offer=tell_offer(session, thread.standing, product),
    )


def tell_offer(session: Session, card: OfferCard, product: Product) -> OfferTold:
    """One side's proposal, without what it wrote beside it."""
    seasons = {one.id: one.code for one in catalogue.list_seasons(session)} if card.season_id else {}
    definitions = catalogue.specs_of(session, product)
    return OfferTold(
        id=card.id,
        side=card.side,
        made_at=card.made_at,
        volume=as_number(card.volume, product.unit),
        schedule=[
            ScheduleTold(from_=first, to=last, volume=as_number(volume, product.unit))
            for first, last, volume in card.lines
        ],
        spec=spec.tell(definitions, card.spec),
        price_kind=card.price_kind,
        price=card.price,
        prices=documents.tell_table(card.prices, listings.size_of(definitions)),
        reference=documents.tell_reference(card.reference),
        price_basis=card.price_basis,
        value=card.value,
        kind=card.kind,
        covers=list(card.covers),
        area=None if card.area_m2 is None else card.area_m2 / 10_000,
        area_base=card.area_base,
        households=card.households,
        all_output=card.all_output,
        season=seasons.get(card.season_id or 0),
        lead=card.lead,
        terms=documents.tell_terms(session, card.terms),
        assisted=card.assisted,
    )
