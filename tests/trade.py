"""Trade for tests, made through the services: a published listing with lots, an inquiry, a link."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from market import clock
from market.catalogue import queries as catalogue
from market.inquiries import service as inquiries
from market.inquiries.models import Inquiry
from market.inquiries.proposals import Line, Proposal
from market.links import deliveries
from market.links import service as links
from market.links.agreed import Weighed
from market.links.models import Delivery, Link
from market.listings import service as listings
from market.listings.models import Listing, Lot
from tests.make import Side

TONNE = 1_000_000


def make_listing(
    session: Session,
    seller: Side,
    *,
    product: str = "lua-st25",
    volumes: tuple[int, ...] = (10 * TONNE,),
    window: tuple[date, date] | None = None,
    publish: bool = True,
    **changes: Any,
) -> tuple[Listing, list[Lot]]:
    """A listing at 9,400 đ with one lot for each volume, all in one window (the next 60 days)."""
    today = clock.today()
    first, last = window or (today, today + timedelta(days=60))
    values: dict[str, Any] = {"title": "Lúa ST25 Phước Long", "price_from": 9400, **changes}
    listing = listings.create_listing(
        session,
        actor=seller.actor,
        party_id=seller.party.id,
        product_id=catalogue.get_product(session, product).id,
        **values,
    )
    lots = [
        listings.open_lot(
            session, actor=seller.actor, listing_id=listing.id, from_date=first, to_date=last, volume=volume
        )
        for volume in volumes
    ]
    if publish:
        listings.publish(session, actor=seller.actor, listing_id=listing.id)
    session.commit()
    return listing, lots


def propose(volume: int = 4 * TONNE, *, days: int = 30, lines: int = 1, **changes: Any) -> Proposal:
    """A proposal for a volume from today on, in equal lines one after the other."""
    today = clock.today()
    parts = [volume // lines + (volume % lines if i == 0 else 0) for i in range(lines)]
    step = max(1, days // lines)
    made = tuple(
        Line(today + timedelta(days=i * step), today + timedelta(days=(i + 1) * step - 1), part)
        for i, part in enumerate(parts)
    )
    return Proposal(**{"lines": made, "price": 9400, **changes})


def make_inquiry(session: Session, buyer: Side, listing: Listing, **changes: Any) -> Inquiry:
    """An inquiry of the buyer; the seller's turn."""
    proposal = changes.pop("proposal", None) or propose(**changes)
    inquiry = inquiries.send_inquiry(
        session,
        actor=buyer.actor,
        buyer_id=buyer.party.id,
        listing_id=listing.id,
        proposal=proposal,
    )
    session.commit()
    return inquiry


def make_link(session: Session, seller: Side, buyer: Side, listing: Listing, **changes: Any) -> Link:
    """An inquiry that the seller has accepted."""
    inquiry = make_inquiry(session, buyer, listing, **changes)
    link = links.agree_link(session, actor=seller.actor, party_id=seller.party.id, inquiry_id=inquiry.id)
    session.commit()
    return link


def record(session: Session, side: Side, link: Link, gross: int, *, on_date: date | None = None) -> Delivery:
    """A delivery (today) that a side has recorded."""
    return deliveries.record_delivery(
        session,
        actor=side.actor,
        party_id=side.party.id,
        link_id=link.id,
        on_date=on_date or clock.today(),
        weighed=[Weighed(gross=gross)],
    )


def deliver(
    session: Session, seller: Side, buyer: Side, link: Link, gross: int, *, on_date: date | None = None
) -> Delivery:
    """A delivery (today) that the seller has recorded and the buyer confirmed."""
    made = record(session, seller, link, gross, on_date=on_date)
    session.flush()  # it is confirmed by its id
    deliveries.confirm_delivery(
        session, actor=buyer.actor, party_id=buyer.party.id, link_id=link.id, delivery_id=made.id
    )
    session.commit()
    return made


def listing_form(title: str, *, once: str) -> dict[str, str]:
    """The fields by which a manager puts three tonnes of rice up for a month."""
    today = clock.today()
    return {
        "product": "lua-st25",
        "title": title,
        "volume": "3 tấn",
        "price_from": "9.400",
        "from": today.isoformat(),
        "to": (today + timedelta(days=30)).isoformat(),
        "once": once,
        "then": "publish",
    }
