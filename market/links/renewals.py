"""Renewals: an agreement that has ended, or ends within a month, is agreed anew between the same two sides:
the buyer asks, the seller records what was agreed by phone. The new agreement points to the one it renews.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.db import lock
from market.errors import Conflict
from market.events import Actor, Event
from market.inquiries import service as inquiries
from market.inquiries.models import Inquiry
from market.inquiries.proposals import Proposal, unit_of
from market.links import chain, phone, queries
from market.links.models import Link
from market.listings.models import Listing, Lot
from market.parties.models import Party
from market.words import Volume, t

Side = Literal["seller", "buyer"]

#: So long before its last day an agreement may be renewed.
BEFORE_THE_END = timedelta(days=30)
ENDED_IN_FORCE = ("fulfilled", "short", "ended_early")


def may_renew(link: Any) -> bool:
    """Whether an agreement has come so far; takes a row with ``state`` and ``to_date``."""
    near = link.to_date <= clock.today() + BEFORE_THE_END
    return link.state in ENDED_IN_FORCE or (link.state == "active" and near)


def is_open_to(link: queries.LinkPage) -> bool:
    """Whether it has come so far and nobody has begun to renew it."""
    return may_renew(link) and not link.chain.goes_on


def listing_to_renew(session: Session, *, party_id: int, link_id: int) -> tuple[Link, Side, Listing]:
    """The agreement, the asker's side, and the seller's listing of the same goods that has most open lots:
    the same one if it still sells. ``Conflict`` says why there is nothing to renew.
    """
    link, side = queries.link_for(session, party_id=party_id, link_id=link_id)
    if not may_renew(link):
        raise Conflict(t("An agreement is renewed in its last month, or after it has ended."))
    for party in (session.get_one(Party, link.seller_id), session.get_one(Party, link.buyer_id)):
        if party.standing != "confirmed":
            raise Conflict(t("The other side has no account here. Please invite them to register."))
    if chain.of(session, link_id).goes_on:
        raise Conflict(t("This agreement is being renewed, or has been, already."))
    left = sa.func.sum(Lot.volume - Lot.committed)
    listing = session.scalars(
        sa.select(Listing)
        .join(Lot, Lot.listing_id == Listing.id)
        .where(
            Listing.party_id == link.seller_id,
            Listing.product_id == link.product_id,
            Listing.on_sale,
            Lot.to_date >= clock.today(),
            Lot.volume > Lot.committed,
        )
        .group_by(Listing.id)
        .order_by(sa.case((Listing.id == link.listing_id, 0), else_=1), left.desc(), Listing.id)
        .limit(1)
    ).one_or_none()
    if listing is None:
        raise Conflict(t("The seller has nothing of this on sale now. A new lot has to be opened first."))
    return link, side, listing


def renew(
    session: Session, *, actor: Actor, party_id: int, link_id: int, proposal: Proposal, remark: str = ""
) -> Inquiry | Link:
    """Start the renewal: the buyer's inquiry, or the seller's record of what was agreed by phone."""
    old, _ = queries.link_for(session, party_id=party_id, link_id=link_id)
    lock(session, session.get_one(Party, old.buyer_id))  # one renewal at a time
    link, side, listing = listing_to_renew(session, party_id=party_id, link_id=link_id)
    made: Inquiry | Link
    if side == "buyer":
        made = inquiries.send_inquiry(
            session,
            actor=actor,
            buyer_id=party_id,
            listing_id=listing.id,
            proposal=proposal,
            remark=remark,
            tells=False,
        )
        made.renews_id = link.id
        words = t(
            "{party} asks to renew an agreement, with {volume}.",
            party=session.get_one(Party, party_id).name,
            volume=Volume(proposal.volume, unit_of(session, link.product_id)),
        )
        inquiries.tell(session, made, to="seller", kind="inquiry.sent", actor=actor, words=words)
    else:
        made = phone.record_agreement(
            session,
            actor=actor,
            party_id=party_id,
            listing_id=listing.id,
            proposal=proposal,
            other=link.buyer_id,
            remark=remark,
            renews_id=link.id,
        )
    events.record(session, Event("link.renewing", link.id, actor, {"side": side, "by": made.id}))
    return made
