"""Sold outside the platform: a unit says that it has sold of a lot to somebody who has no account here. The
volume is taken at once like any other (rule 1); the agreement counts as declared by one side.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.catalogue import amounts
from market.catalogue.models import Product
from market.db import lock
from market.errors import Conflict, Invalid, NotAllowed, NotFound
from market.events import Actor, Event
from market.links import commitments, declared, deliveries
from market.links import service as links
from market.links.agreed import Weighed
from market.links.drawing import Take
from market.links.models import Link, LinkLine
from market.listings import queries as listings
from market.listings import rules
from market.listings.models import Listing, Lot
from market.parties.models import BUYER_KINDS, Party
from market.words import Volume, t
from search import vietnamese

SOURCE = "declared by the seller"


def sell_outside(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    lot_id: int,
    volume: int,
    buyer_kind: str,
    buyer_name: str = "",
    price: int = 0,
    delivered: bool = False,
) -> Link:
    """Take ``volume`` base units of the unit's own lot for a buyer without an account.

    Price in đồng per kg or piece, 0 if not said. ``delivered``: the goods are gone, and the agreement is
    fulfilled; else deliveries are recorded later. ``Conflict`` when the lot has not that much left.
    """
    listing_id = session.scalar(sa.select(Lot.listing_id).where(Lot.id == lot_id))
    if listing_id is None:
        raise NotFound
    lot, listing = listings.lot_for(session, party_id=party_id, listing_id=listing_id, lot_id=lot_id)
    seller = session.get_one(Party, party_id)
    if seller.standing != "confirmed":
        raise NotAllowed(t("An officer has not confirmed your registration yet."))
    product = session.get_one(Product, listing.product_id)
    value = _check(product, volume, price, buyer_kind)
    # Whom it was sold to first: a row that others may be making too is waited for before the lot is held.
    buyer = _buyer(session, actor, seller, buyer_kind, buyer_name)
    lock(session, lot)
    if lot.to_date < clock.today():
        raise Conflict(t("The days of this lot are over. Please add a new lot."))
    left = lot.volume - lot.committed
    if volume > left:
        raise Conflict(
            t("Of this lot only {volume} is left to sell.", volume=Volume(left, product.unit)), field="volume"
        )
    link = _link(lot, listing, seller, buyer, product, actor, delivered)
    link.volume, link.price, link.value, link.buyer_kind = volume, price, value, buyer_kind
    session.add(link)
    session.flush()  # line, commitment and history need its id
    line = LinkLine(
        link_id=link.id,
        position=1,
        from_date=link.from_date,
        to_date=link.to_date,
        volume=volume,
        price=price,
        value=value,
    )
    session.add(line)
    session.flush()  # the commitment needs its id
    commitments.take(session, link=link, lines=[line], takes=[Take(lot.id, 0, volume)])
    links.note_state(session, link, actor, "active", side="seller")
    links.note_terms(session, link, actor)
    events.record(session, Event("link.declared", link.id, actor, {"volume": volume, "state": "active"}))
    if delivered:
        deliveries.record_delivery(
            session,
            actor=actor,
            party_id=party_id,
            link_id=link.id,
            on_date=clock.today(),
            weighed=[Weighed(volume)],
        )
        links.move(session, link, actor, "fulfilled", side="seller")
    return link


def _check(product: Product, volume: int, price: int, buyer_kind: str) -> int:
    """The value in đồng; refuses what cannot be meant."""
    rules.check_volume(volume, product.unit)
    if buyer_kind not in BUYER_KINDS:
        raise Invalid(t("Please choose one of the values in the list."), field="buyer_kind")
    if price:
        amounts.check_price(price)
    return amounts.check_value(volume, price, product.unit)


def _link(
    lot: Lot, listing: Listing, seller: Party, buyer: Party, product: Product, actor: Actor, delivered: bool
) -> Link:
    today = clock.today()
    facts: dict[str, Any] = {
        "from_date": today if delivered else max(lot.from_date, today),
        "to_date": today if delivered else lot.to_date,
    }
    return Link(
        listing_id=listing.id,
        seller_id=seller.id,
        buyer_id=buyer.id,
        product_id=product.id,
        season_id=lot.season_id,
        sector_code=product.sector_code,
        seller_kind=seller.kind,
        place_id=seller.place_id,
        former_place_id=seller.former_place_id,
        destination=buyer.destination or "unknown",
        kind="spot",
        origin="declared_one",
        spec=lot.spec,
        # Wages are no price of goods, wherever they are paid.
        price_kind="labour" if listing.price_kind == "labour" else "fixed",
        price_basis=listing.price_basis,
        state="active",
        agreed_at=clock.now(),
        agreed_by=actor.user_id,
        **facts,
    )


def _buyer(session: Session, actor: Actor, seller: Party, kind: str, name: str) -> Party:
    """The buyer without an account: the same as before where this unit has named it before. Without a name it
    is the one party that stands for all unnamed buyers of a kind, so that nobody is counted twice.
    """
    name = " ".join(name.split())
    register = partial(declared.register_buyer, session, actor=actor, kind=kind, source=SOURCE)
    if name:
        return _named(session, seller, kind, name) or register(name=name)
    code = f"NGOAI-{kind.upper()}"
    known = session.scalar(sa.select(Party).where(Party.code == code))
    if known is not None:
        return known
    try:
        with session.begin_nested():
            return register(name=UNNAMED[kind], code=code)
    except Invalid:  # somebody else was quicker
        return session.scalars(sa.select(Party).where(Party.code == code)).one()


#: A party's name is kept in one language, that of the register.
UNNAMED = {
    "collector": "Thương lái (không nêu tên)",
    "depot": "Vựa, đại lý (không nêu tên)",
    "processor": "Cơ sở chế biến (không nêu tên)",
    "exporter": "Doanh nghiệp xuất khẩu (không nêu tên)",
    "supermarket": "Siêu thị (không nêu tên)",
    "wholesaler": "Nhà bán buôn (không nêu tên)",
    "kitchen": "Bếp ăn (không nêu tên)",
    "store_chain": "Chuỗi cửa hàng (không nêu tên)",
    "cooperative": "Hợp tác xã thu mua (không nêu tên)",
    "other": "Người mua khác (không nêu tên)",
}


def _named(session: Session, seller: Party, kind: str, name: str) -> Party | None:
    return session.scalars(
        sa.select(Party)
        .where(
            Party.standing == "none",
            Party.folded == vietnamese.fold(name),
            Party.buyer_kind == kind,
            Party.id.in_(sa.select(Link.buyer_id).where(Link.seller_id == seller.id)),
        )
        .order_by(Party.id)
        .limit(1)
    ).one_or_none()
