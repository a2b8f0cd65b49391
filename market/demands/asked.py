"""What one buyer asks of one unit for one demand, as the unit's page shows it: each listing with the offer
that stands, and the sum of what waits for an answer. Reads only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.catalogue import queries as catalogue
from market.catalogue import spec
from market.catalogue.models import Product
from market.demands import matters, queries
from market.inquiries import present
from market.inquiries import queries as inquiries
from market.inquiries.deal_words import DealWords
from market.inquiries.models import Inquiry, Offer
from market.inquiries.queries import OfferCard
from market.links.models import Link
from market.listings.models import Listing
from market.parties.models import Party
from market.places import queries as places
from market.web.context import language as spoken
from market.words import Named, Words


@dataclass(frozen=True, slots=True)
class Part:
    """What is asked of one listing. ``unit`` and ``piece`` say how its volume is counted."""

    inquiry_id: int
    link_id: int | None
    title: str
    product: Product
    unit: str
    piece: Named | None
    card: OfferCard
    waits: bool
    state: str
    state_words: Words
    tone: str


@dataclass(frozen=True, slots=True)
class Matter:
    """All of it. ``volume`` and ``value`` (đồng) are of what waits, ``until`` when the first of it is over;
    ``whole``: what is accepted is held until the buyer's whole order is there.
    """

    demand_id: int
    buyer: str
    parts: tuple[Part, ...]
    unit: str
    piece: Named | None
    volume: int
    value: int
    until: datetime | None
    seen: str
    whole: bool

    @property
    def waiting(self) -> int:
        """How many wait for the unit's answer."""
        return sum(part.waits for part in self.parts)


def get(session: Session, *, unit_id: int, demand_id: int) -> Matter:
    """What is asked of the unit for a demand; refuses NotFound where nothing was."""
    found = queries.asked_of(session, unit_id=unit_id, demand_id=demand_id)
    waiting = matters.waiting_of(found)
    rows = {
        row[0]: row
        for row in session.execute(
            sa.select(Inquiry.id, Listing.title, Product, Link.id.label("link_id"))
            .join(Listing, Listing.id == Inquiry.listing_id)
            .join(Product, Product.id == Inquiry.product_id)
            .outerjoin(Link, Link.inquiry_id == Inquiry.id)
            .where(Inquiry.id.in_([one.id for one in found]))
        )
    }
    cards = inquiries.offer_cards(session, Offer.id.in_([one.last_offer_id for one in found]))
    by_id = {card.id: card for card in cards}
    parts = [_part(one, rows[one.id], by_id[one.last_offer_id or 0], one in waiting) for one in found]
    return Matter(
        demand_id=demand_id,
        buyer=session.get_one(Party, found[0].buyer_id).name,
        parts=tuple(sorted(parts, key=lambda part: (not part.waits, part.inquiry_id))),
        unit=parts[0].unit,
        piece=parts[0].piece,
        volume=sum(part.card.volume for part in parts if part.waits),
        value=sum(part.card.value for part in parts if part.waits),
        until=min((one.valid_until for one in waiting), default=None),
        seen=matters.mark(waiting),
        whole=any(one.held_until is not None for one in waiting),
    )


def _part(inquiry: Inquiry, row: Any, card: OfferCard, waits: bool) -> Part:
    product = row.Product
    return Part(
        inquiry_id=inquiry.id,
        link_id=row.link_id,
        title=row.title,
        product=product,
        unit=product.unit,
        piece=catalogue.piece_of(product),
        card=card,
        waits=waits,
        state=inquiry.state,
        state_words=inquiries.state_words(inquiry),
        tone=inquiries.state_tone(inquiry.state),
    )


def offers(session: Session, matter: Matter) -> dict[str, Any]:
    """What ``inquiries/_offer.html`` shows of the offers: prices, qualities, places and words."""
    products = {part.product.id: part.product for part in matter.parts}
    described = {key: catalogue.specs_of(session, product) for key, product in products.items()}
    deals: dict[int, DealWords] = {}
    qualities: dict[int, Any] = {}
    for part in matter.parts:
        definitions = described[part.product.id]
        deals |= present.deals_of([part.card], part.unit, part.piece, definitions)
        qualities[part.card.id] = spec.show(definitions, part.card.spec, spoken())
    place_ids = [part.card.terms.delivery_place_id for part in matter.parts]
    named = places.names_of(session, [one for one in place_ids if one is not None], on=clock.today())
    return {
        "deals": deals,
        "qualities": qualities,
        "place_names": {place_id: name.name for place_id, name in named.items()},
        "words": present.offer_words(),
        "reasons": present.pairs(inquiries.REASONS),
    }
