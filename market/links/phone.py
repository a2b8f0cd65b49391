"""Agreements made by phone: one side records what was agreed, which holds the volume for some days; the other
side, which has an account too, says yes (declared by both sides) or no. Unanswered it lapses like any
provisional agreement and gives the volume back.
"""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.accounts import logins
from market.accounts import queries as accounts
from market.accounts.models import Membership, Person
from market.accounts.queries import holds
from market.catalogue.models import Product
from market.db import lock
from market.errors import Conflict, Invalid, NotAllowed, NotFound
from market.events import Actor, Event
from market.inquiries import proposals
from market.inquiries import service as inquiries
from market.inquiries.models import OfferLine
from market.inquiries.proposals import Proposal
from market.links import commitments, conditions, queries, waiting
from market.links import service as links
from market.links.models import Link
from market.listings.models import Listing
from market.parties.models import Party, PartyContact
from market.words import Volume, t

Side = Literal["seller", "buyer"]

UNKNOWN = t("Nobody has registered with this number or code. Please ask them for it, or to register.")


def record_agreement(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    listing_id: int,
    proposal: Proposal,
    other: str | int = "",
    remark: str = "",
    renews_id: int | None = None,
) -> Link:
    """Record what was agreed by phone about goods of a listing: the buyer with the listing's seller, or the
    seller with ``other`` (a party's id, or its phone number or code as typed).

    The link is provisional and holds its volume until the other side has answered, at most as long as an
    inquiry waits. ``Conflict`` when the lots have not that much, or such a record waits already.
    """
    listing = session.get(Listing, listing_id)
    if listing is None or listing.state == "withdrawn":
        raise NotFound
    side: Side = "seller" if listing.party_id == party_id else "buyer"
    if side == "buyer" and not listing.on_sale:
        raise NotFound
    me = session.get_one(Party, party_id)
    if me.standing != "confirmed":
        raise NotAllowed(t("An officer has not confirmed your registration yet."))
    there = _the_other(session, listing, side, other, party_id)
    seller, buyer = (me, there) if side == "seller" else (there, me)
    lock(session, buyer)  # what it holds is counted below
    proposals.check_proposal(session, proposal, product_id=listing.product_id)
    if side == "buyer":
        proposals.check_against_listings(session, [listing], proposal)
    _check_waiting(session, listing, buyer, proposal.volume)
    takes = commitments.choose_lots(
        session,
        listing_ids=[listing_id],
        lines=[(line.from_date, line.to_date, line.volume) for line in proposal.lines],
    )
    offer = proposals.offer_row(session, proposal, product_id=listing.product_id, side=side, actor=actor)
    session.add(offer)
    session.flush()  # lines and link need its id
    proposals.add_lines(session, offer, proposal)
    session.flush()  # the lines are read again
    lines = session.scalars(
        sa.select(OfferLine).where(OfferLine.offer_id == offer.id).order_by(OfferLine.position)
    ).all()
    between = links.Between(
        seller_id=seller.id,
        buyer_id=buyer.id,
        product_id=listing.product_id,
        listing_id=listing_id,
        renews_id=renews_id,
        origin="declared_one",
        awaits=inquiries.other(side),
    )
    link = links.add_link(session, actor=actor, between=between, offer=offer, lines=lines)
    offer.link_id = link.id
    commitments.take(session, link=link, lines=links.lines_of(session, link), takes=takes)
    links.note_state(session, link, actor, link.state, side=side)
    links.note_terms(session, link, actor, offer_id=offer.id)
    inquiries.keep_remark(session, actor, side, remark, link_id=link.id, offer_id=offer.id)
    events.record(session, Event("link.recorded", link.id, actor, {"side": side, "volume": link.volume}))
    unit = proposals.unit_of(session, link.product_id)
    words = t(
        "{party} has recorded that you agreed on {volume} by phone. Please say whether that is right.",
        party=me.name,
        volume=Volume(link.volume, unit),
    )
    links.tell(session, link, to=inquiries.other(side), kind="link.recorded", actor=actor, words=words)
    return link


def confirm_agreement(
    session: Session, *, actor: Actor, party_id: int, link_id: int, version: int | None = None
) -> Link:
    """The other side says that it was agreed so: declared by both sides, and in force unless it waits for a
    deposit, a contract or an authority. Saying no is ending it (``links.end_link``).
    """
    link, side = queries.link_for(session, party_id=party_id, link_id=link_id)
    lock(session, link)
    if version is not None and link.version != version:
        raise Conflict(t("This agreement has changed meanwhile. Please read it again."))
    if link.state != "provisional" or link.awaits_side is None:
        raise Conflict(t("This agreement does not wait for a yes."))
    if link.awaits_side != side:
        raise Conflict(t("The other side confirms what you recorded."))
    if (link.provisional_until or clock.now()) <= clock.now():
        raise Conflict(t("The time to answer has passed. Please record it anew."))
    # No figure has counted it before it is in force, so none changes with its origin.
    link.origin, link.awaits_side = "declared_both", None
    offer = links.offer_of(session, link)
    seller, buyer = session.get_one(Party, link.seller_id), session.get_one(Party, link.buyer_id)
    waits = waiting.first(session, seller, buyer, offer)
    events.record(session, Event("link.confirmed", link.id, actor, {"side": side}))
    if waits:
        link.waits_for, link.provisional_until = waits, waiting.until(waits, offer, link.to_date)
        link.version += 1
    else:
        session.flush()  # the step to "active" reads the row anew
        conditions.activate(session, link, actor, side)
    words = t("The other side has confirmed the agreement that you recorded.")
    links.tell(session, link, to=inquiries.other(side), kind="link.confirmed", actor=actor, words=words)
    return link


def _the_other(session: Session, listing: Listing, side: Side, other: str | int, party_id: int) -> Party:
    if side == "buyer":
        found = session.get_one(Party, listing.party_id)
    elif isinstance(other, int):
        found = session.get_one(Party, other)
    else:
        found = _find(session, other)
    if found.id == party_id:
        raise Invalid(t("Nobody sells to themselves."), field="other")
    if found.standing != "confirmed" or not accounts.list_people(session, party_id=found.id):
        raise Invalid(UNKNOWN, field="other")
    return found


def _find(session: Session, text: str) -> Party:
    """The one party with this code, this phone number, or a person with it."""
    text = text.strip()
    phone = logins.read_phone(text)
    if phone is None:
        matches = Party.code == text.upper()
    else:
        of_person = (
            sa.select(Membership.party_id)
            .join(Person, Person.user_id == Membership.user_id)
            .where(Person.phone == phone, holds(Membership))
        )
        of_party = sa.select(PartyContact.party_id).where(PartyContact.phone == phone)
        matches = sa.or_(Party.id.in_(of_person), Party.id.in_(of_party))
    found = session.scalars(
        sa.select(Party).where(matches, Party.standing == "confirmed").order_by(Party.id).limit(2)
    ).all()
    if not text or not found:
        raise Invalid(UNKNOWN, field="other")
    if len(found) > 1:
        raise Invalid(t("Several parties have this number. Please give the code instead."), field="other")
    return found[0]


def _check_waiting(session: Session, listing: Listing, buyer: Party, volume: int) -> None:
    """One record at a time waits between the two about a listing, and an unseen buyer holds only so much."""
    waiting = session.execute(
        sa.select(Link.listing_id, Link.volume, Product.unit)
        .join(Product, Product.id == Link.product_id)
        .where(Link.buyer_id == buyer.id, Link.state == "provisional", Link.awaits_side.is_not(None))
    ).all()
    if any(row.listing_id == listing.id for row in waiting):
        raise Conflict(t("An agreement about this listing waits for an answer already."))
    unit = proposals.unit_of(session, listing.product_id)
    held = sum(row.volume for row in waiting if row.unit == unit)
    proposals.check_limit(session, buyer, volume + held, product_id=listing.product_id)
