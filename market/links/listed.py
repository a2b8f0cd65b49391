"""Reading the list of a party's agreements: "agreements and links". One agreement is read in queries.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from market.catalogue.models import Product
from market.links.models import Delivery, Link
from market.links.queries import COUNTED, PAGE_SIZE, Side, state_tone, state_words
from market.parties.models import Party
from market.words import Named, Words


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A line of "agreements and links"."""

    id: int
    side: Side
    other_name: str
    product: Named
    volume: int
    delivered: int
    unit: str
    piece: Named | None
    from_date: date
    to_date: date
    state_words: Words
    tone: str
    has_form: bool
    waits_for_me: bool
    state: str
    version: int
    price: int
    price_kind: str
    all_output: bool


def list_links(
    session: Session, *, party_id: int, only_live: bool, state: str | None = None, page: int = 1
) -> tuple[list[LinkRow], int]:
    """A party's agreements on either side, newest first, and how many there are; with a ``state`` those in it
    alone.
    """
    other = aliased(Party)
    mine = sa.or_(Link.buyer_id == party_id, Link.seller_id == party_id)
    if only_live:
        mine = sa.and_(mine, Link.state.in_(("active", "provisional")))
    if state is not None:
        mine = sa.and_(mine, Link.state == state)
    my_side = sa.case((Link.buyer_id == party_id, "buyer"), else_="seller")
    done = (
        sa.select(sa.func.coalesce(sa.func.sum(Delivery.accepted), 0))
        .where(Delivery.link_id == Link.id, Delivery.state.in_(COUNTED))
        .scalar_subquery()
    )
    waiting = (
        sa.select(sa.func.count())
        .where(Delivery.link_id == Link.id, Delivery.state == "recorded", Delivery.recorded_side != my_side)
        .scalar_subquery()
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(Link).where(mine)) or 0
    rows = session.execute(
        sa.select(
            Link.id,
            Link.state,
            Link.version,
            Link.at_risk,
            Link.waits_for,
            Link.awaits_side,
            Link.volume,
            Link.price,
            Link.price_kind,
            Link.all_output,
            Link.from_date,
            Link.to_date,
            Link.form,
            my_side.label("side"),
            other.name,
            Product.name_vi,
            Product.name_en,
            Product.unit,
            Product.piece_vi,
            Product.piece_en,
            done.label("done"),
            waiting.label("waiting"),
        )
        .join(Product, Product.id == Link.product_id)
        .join(other, other.id == sa.case((Link.buyer_id == party_id, Link.seller_id), else_=Link.buyer_id))
        .where(mine)
        .order_by(Link.agreed_at.desc(), Link.id.desc())
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    )
    return [
        LinkRow(
            id=row.id,
            side=row.side,
            other_name=row.name,
            product=Named(row.name_vi, row.name_en),
            volume=row.volume,
            delivered=int(row.done),
            unit=row.unit,
            piece=Named(row.piece_vi, row.piece_en) if row.piece_vi else None,
            from_date=row.from_date,
            to_date=row.to_date,
            state_words=state_words(row),
            tone=state_tone(row),
            has_form=row.form is not None,
            waits_for_me=row.waiting > 0,
            state=row.state,
            version=row.version,
            price=row.price,
            price_kind=row.price_kind,
            all_output=row.all_output,
        )
        for row in rows
    ], total
