"""Agreements as an officer with the duty trade data sees them: what was agreed and delivered at once, price
and counterparty only after a look that is logged and shown to the two sides (glossary, rule 6). ``places``
are the ids her duty covers, None for everywhere.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.accounts import looks
from market.assisted import queries as assisted
from market.catalogue import queries as catalogue
from market.catalogue.models import Product
from market.errors import NotFound
from market.events import Actor, Event
from market.files import queries as files
from market.files.queries import Cards
from market.inquiries import deal_words
from market.inquiries.deal_words import DealWords
from market.links import agreed, queries
from market.links.models import Delivery, Link
from market.links.queries import DeliveryCard, LineCard, Step
from market.listings import queries as listings
from market.parties.models import Party
from market.places import queries as place_queries
from market.places.models import PlaceCover
from market.words import Named, Words

#: The event of a look.
LOOKED = "link.looked"


@dataclass(frozen=True, slots=True)
class DeskLink:
    """What the officer sees without a look: no price, no counterparty, no delivery's value. Volumes in base
    units.
    """

    id: int
    inquiry_id: int | None
    state_words: Words
    tone: str
    kind: str
    form: int | None
    origin: str
    contract: str
    product: Named
    product_id: int
    unit: str
    piece: Named | None
    spec: dict[str, Any]
    seller: str
    seller_code: str
    place: str
    volume: int
    delivered: int
    from_date: date
    to_date: date
    agreed_at: datetime
    lines: tuple[LineCard, ...]
    deliveries: tuple[DeliveryCard, ...]
    ended: Step | None
    assisted: str | None


@dataclass(frozen=True, slots=True)
class Deal:
    """What a look opens: the other side, the price and the money (đồng)."""

    buyer: str
    buyer_kind: str
    destination: str
    price_basis: str
    said: DealWords
    contract_number: str | None
    contract_date: date | None
    values: dict[int, int]
    files: Cards


def link_for_officer(session: Session, *, places: tuple[int, ...] | None, link_id: int) -> Link:
    """The link if its seller's place (then or before the reform) is the officer's; else ``NotFound``."""
    link = session.get(Link, link_id)
    if link is None:
        raise NotFound
    if places is not None:
        covered = sa.select(PlaceCover.place_id).where(
            PlaceCover.ancestor_id.in_(places), PlaceCover.place_id.in_([link.place_id, link.former_place_id])
        )
        if session.execute(covered.limit(1)).first() is None:
            raise NotFound
    return link


def get_desk_link(session: Session, *, link: Link) -> DeskLink:
    """The agreement without price and counterparty."""
    product = session.get_one(Product, link.product_id)
    seller = session.get_one(Party, link.seller_id)
    place_id = link.place_id or link.former_place_id
    # A delivery's value over its volume is the price: without a look it does not leave this function.
    deliveries = tuple(replace(one, value=0) for one in queries.deliveries_of(session, link, "seller"))
    return DeskLink(
        id=link.id,
        inquiry_id=link.inquiry_id,
        state_words=queries.state_words(link),
        tone=queries.state_tone(link),
        kind=link.kind,
        form=link.form,
        origin=link.origin,
        contract=link.contract,
        product=Named(product.name_vi, product.name_en),
        product_id=product.id,
        unit=product.unit,
        piece=catalogue.piece_of(product),
        spec=link.spec,
        seller=seller.name,
        seller_code=seller.code,
        place=place_queries.name_of(session, place_id, on=clock.today()).name if place_id else "",
        volume=link.volume,
        delivered=sum(one.accepted for one in deliveries if one.state in queries.COUNTED),
        from_date=link.from_date,
        to_date=link.to_date,
        agreed_at=link.agreed_at,
        lines=queries.lines_of(session, link),
        deliveries=deliveries,
        ended=queries.ended(link, queries.steps_of(session, link)),
        assisted=session.scalar(sa.select(assisted.of_link(link.id))),
    )


def find_deal(session: Session, *, link: Link, user_id: int) -> Deal | None:
    """Price and counterparty, while the officer's own logged look is fresh; else None."""
    if not looks.is_fresh(session, LOOKED, link.id, user_id=user_id):
        return None
    buyer = session.get_one(Party, link.buyer_id)
    values = session.execute(sa.select(Delivery.id, Delivery.value).where(Delivery.link_id == link.id))
    product = session.get_one(Product, link.product_id)
    said = deal_words.of(
        link,
        agreed.pricing_of(session, link),
        unit=product.unit,
        piece=catalogue.piece_of(product),
        size=listings.size_of(catalogue.specs_of(session, product)),
    )
    return Deal(
        buyer=buyer.name,
        buyer_kind=link.buyer_kind,
        destination=link.destination,
        price_basis=link.price_basis,
        said=said,
        contract_number=link.contract_number,
        contract_date=link.contract_date,
        values={row.id: row.value for row in values},
        files=files.list_files(session, link_id=link.id),
    )


def need_look(session: Session, *, link: Link, user_id: int) -> None:
    """Refuse (Conflict) an officer whose look is not fresh."""
    looks.need(session, LOOKED, link.id, user_id=user_id)


def look(session: Session, *, actor: Actor, link: Link) -> None:
    """Log that the officer looks at price and counterparty."""
    events.record(session, Event(LOOKED, link.id, actor))


def look_at_all(session: Session, *, actor: Actor, seller_ids: Collection[int] | None) -> None:
    """Log the same of every agreement of these sellers, None of everybody: they leave in one file."""
    theirs = sa.true() if seller_ids is None else Link.seller_id.in_(seller_ids)
    for link_id in session.scalars(sa.select(Link.id).where(theirs).order_by(Link.id)).all():
        events.record(session, Event(LOOKED, link_id, actor))


def list_looks(session: Session, *, link_id: int) -> list[looks.Look]:
    """Who of the department looked at the deal, the latest first."""
    return looks.list_looks(session, LOOKED, link_id)
