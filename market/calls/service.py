"""What an officer enters for a unit that called by phone, by the same services as the unit itself: a listing,
an answer to an inquiry, a delivery; each is kept beside (market/assisted/) until the unit says that it is so.
And what a denial takes back, along the arrows that there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.assisted import service as assisted
from market.assisted.models import AssistedEntry
from market.assisted.service import Call, Entered
from market.errors import Conflict
from market.events import Actor, Event
from market.inquiries import queries as inquiry_queries
from market.inquiries import service as inquiries
from market.inquiries.models import Inquiry, Offer, OfferLine
from market.inquiries.proposals import Proposal
from market.links import deliveries, disputes, holding
from market.links import queries as link_queries
from market.links import service as links
from market.links.agreed import Weighed
from market.links.models import LIVE, Delivery, Link
from market.listings import service as listings
from market.listings.forms import FirstLot
from market.listings.models import Listing
from market.words import Words, t


@dataclass(frozen=True, slots=True)
class Caller:
    """Which unit called, the officer as the doer of what it said, and the call."""

    actor: Actor
    party_id: int
    call: Call


def enter_listing(
    session: Session, caller: Caller, *, product_id: int, fields: Mapping[str, Any], lot: FirstLot
) -> tuple[Listing, Words | None]:
    """A listing with one lot, published if the unit may; else it stays a draft, and why is given."""
    phone = _check(session, caller)
    listing = listings.create_listing(
        session, actor=caller.actor, party_id=caller.party_id, product_id=product_id, **fields
    )
    listings.open_lot(
        session,
        actor=caller.actor,
        listing_id=listing.id,
        from_date=lot.from_date,
        to_date=lot.to_date,
        volume=lot.volume,
        kind=lot.kind,
    )
    why_not = listings.try_publish(session, actor=caller.actor, listing_id=listing.id)
    made = Entered(
        "listing",
        product_id,
        lot.volume,
        price=listing.price_from,
        from_date=lot.from_date,
        to_date=lot.to_date,
        listing_id=listing.id,
    )
    _keep(session, caller, phone, made)
    return listing, why_not


def accept(session: Session, caller: Caller, *, inquiry_id: int, version: int) -> Link | None:
    """Accept the other side's standing offer whole, as the unit said: an agreement, or for a part of an order
    that only the whole of will do a hold (None).
    """
    inquiry, other_id = _asked(session, caller, inquiry_id)
    phone = _check(session, caller, other_id)
    offer = session.get_one(Offer, inquiry.last_offer_id)
    link = holding.accept(
        session, actor=caller.actor, party_id=caller.party_id, inquiry_id=inquiry_id, version=version
    )
    made = _of_offer(session, "accept", offer, inquiry, other_id, link_id=link.id if link else None)
    _keep(session, caller, phone, made)
    return link


def offer(
    session: Session, caller: Caller, *, inquiry_id: int, proposal: Proposal, remark: str, version: int
) -> None:
    """Offer otherwise, as the unit said."""
    inquiry, other_id = _asked(session, caller, inquiry_id)
    phone = _check(session, caller, other_id)
    made = inquiries.make_offer(
        session,
        actor=caller.actor,
        party_id=caller.party_id,
        inquiry_id=inquiry_id,
        proposal=proposal,
        remark=remark,
        version=version,
    )
    _keep(session, caller, phone, _of_offer(session, "offer", made, inquiry, other_id, offer_id=made.id))


def decline(session: Session, caller: Caller, *, inquiry_id: int, reason: str, version: int) -> None:
    """Decline with a reason, as the unit said."""
    inquiry, other_id = _asked(session, caller, inquiry_id)
    phone = _check(session, caller, other_id)
    standing = session.get_one(Offer, inquiry.last_offer_id)
    inquiries.decline(
        session,
        actor=caller.actor,
        party_id=caller.party_id,
        inquiry_id=inquiry_id,
        reason=reason,
        version=version,
    )
    _keep(session, caller, phone, _of_offer(session, "decline", standing, inquiry, other_id))


def record_delivery(
    session: Session, caller: Caller, *, link_id: int, on_date: date, weighed: Weighed
) -> Delivery:
    """Record goods handed over, as the unit said. Of what the unit declared by itself nobody else could say
    whether it was delivered: that it records itself.
    """
    link, side = link_queries.link_for(session, party_id=caller.party_id, link_id=link_id)
    other_id = link.buyer_id if side == "seller" else link.seller_id
    phone = _check(session, caller, other_id)
    if link.origin == "declared_one":
        raise Conflict(t("The unit has declared this agreement by itself: its deliveries it records itself."))
    delivery = deliveries.record_delivery(
        session,
        actor=caller.actor,
        party_id=caller.party_id,
        link_id=link_id,
        on_date=on_date,
        weighed=[weighed],
    )
    made = Entered(
        "delivery",
        link.product_id,
        delivery.accepted,
        from_date=on_date,
        to_date=on_date,
        other_id=other_id,
        delivery_id=delivery.id,
        link_id=link.id,
    )
    _keep(session, caller, phone, made)
    return delivery


def on_agreed(session: Session, event: Event) -> None:
    """An agreement came about: what was entered by phone for it is its from now on."""
    link = session.get_one(Link, event.subject_id)
    assisted.came_to(session, link_id=link.id, offer_id=link.offer_id, inquiry_id=link.inquiry_id)


def on_denied(session: Session, event: Event) -> None:
    """The unit says that an entry is not so: take back what can be, by the unit's own hand. A listing is
    paused; an offer that still stands is withdrawn; an agreement without any delivery is ended; a delivery
    that nobody has answered is contested at nothing. What else there is, an officer looks at.
    """
    entry = session.get_one(AssistedEntry, event.subject_id)
    undo = {"listing": _undo_listing, "delivery": _undo_delivery, "link": _leave}.get(
        entry.kind, _undo_answer
    )
    entry.undone = undo(session, entry, event.actor)


def _leave(session: Session, entry: AssistedEntry, actor: Actor) -> bool:
    """What was agreed outside and entered from a file the department puts right itself, as it holds."""
    return False


def _undo_listing(session: Session, entry: AssistedEntry, actor: Actor) -> bool:
    listing = session.get_one(Listing, entry.listing_id)
    if listing.state == "published":
        listings.pause(session, actor=actor, listing_id=listing.id)
    return listing.state != "published"


def _undo_delivery(session: Session, entry: AssistedEntry, actor: Actor) -> bool:
    delivery = session.get_one(Delivery, entry.delivery_id)
    return disputes.take_back(
        session,
        actor=actor,
        party_id=entry.party_id,
        link_id=delivery.link_id,
        delivery_id=delivery.id,
    )


def _undo_answer(session: Session, entry: AssistedEntry, actor: Actor) -> bool:
    if entry.link_id is not None:
        return _undo_link(session, entry, actor)
    inquiry, side = inquiry_queries.inquiry_for(
        session, party_id=entry.party_id, inquiry_id=entry.inquiry_id or 0
    )
    if entry.kind == "decline":
        words = t("The other side says that it has not declined. You may ask anew.")
        inquiries.tell(
            session, inquiry, to=inquiries.other(side), kind="inquiry.regretted", actor=actor, words=words
        )
        return True
    standing = inquiry.state == "negotiating" and inquiry.last_offer_id == entry.offer_id
    if standing:
        inquiries.withdraw(session, actor=actor, party_id=entry.party_id, inquiry_id=inquiry.id)
    return standing


def _undo_link(session: Session, entry: AssistedEntry, actor: Actor) -> bool:
    link = session.get_one(Link, entry.link_id)
    handed_over = sa.select(sa.func.count()).where(Delivery.link_id == link.id)
    if link.state not in LIVE or session.scalar(handed_over):
        return False
    links.end_link(
        session,
        actor=actor,
        party_id=entry.party_id,
        link_id=link.id,
        reason="other",
        saying=t(
            "The other side says that it did not agree to what the department entered for it by phone. The "
            "agreement has ended."
        ),
    )
    return True


def _asked(session: Session, caller: Caller, inquiry_id: int) -> tuple[Inquiry, int]:
    inquiry, side = inquiry_queries.inquiry_for(session, party_id=caller.party_id, inquiry_id=inquiry_id)
    return inquiry, inquiry.buyer_id if side == "seller" else inquiry.seller_id


def _check(session: Session, caller: Caller, *others: int) -> str:
    return assisted.check(session, actor=caller.actor, call=caller.call, party_ids=(caller.party_id, *others))


def _keep(session: Session, caller: Caller, phone: str, made: Entered) -> None:
    assisted.enter(
        session,
        actor=caller.actor,
        party_id=caller.party_id,
        call=caller.call,
        phone=phone,
        made=made,
    )


def _of_offer(
    session: Session, kind: str, offer: Offer, inquiry: Inquiry, other_id: int, **more: Any
) -> Entered:
    first, last = session.execute(
        sa.select(sa.func.min(OfferLine.from_date), sa.func.max(OfferLine.to_date)).where(
            OfferLine.offer_id == offer.id
        )
    ).one()
    return Entered(
        kind,
        inquiry.product_id,
        offer.volume,
        price=offer.price,
        from_date=first,
        to_date=last,
        other_id=other_id,
        inquiry_id=inquiry.id,
        **more,
    )
