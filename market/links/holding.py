"""Parts of an order that only the whole of will do: an accepted part holds its volume until a day that stands
on the inquiry, and becomes a link together with all other parts, or is released whole. Which parts belong
together is known by demands/.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.db import lock
from market.errors import Conflict
from market.events import Actor, Event
from market.inquiries import queries, several
from market.inquiries import service as inquiries
from market.inquiries.models import Inquiry, Offer, OfferLine
from market.links import commitments
from market.links import service as links
from market.links.models import Link
from market.parties.models import Party
from market.words import t


def accept(
    session: Session, *, actor: Actor, party_id: int, inquiry_id: int, version: int | None = None
) -> Link | None:
    """Accept the other side's standing offer whole: an agreement, or for a part of an order that only the
    whole of will do a hold (None).
    """
    inquiry, _ = queries.inquiry_for(session, party_id=party_id, inquiry_id=inquiry_id)
    if inquiry.held_until is not None:
        # The buyer first: the parts of one order are accepted one by one, and the last makes them links.
        lock(session, session.get_one(Party, inquiry.buyer_id))
        take_parts(session, buyer_id=inquiry.buyer_id, beside=inquiry)
        hold(session, actor=actor, party_id=party_id, inquiry_id=inquiry.id, version=version)
        return None
    return links.agree_link(session, actor=actor, party_id=party_id, inquiry_id=inquiry.id, version=version)


def take_parts(session: Session, *, buyer_id: int, beside: Inquiry | None = None) -> None:
    """Take all parts that a buyer holds, and the inquiry ``beside`` that is to be accepted, to be written to:
    first the inquiries, then every lot of theirs, each by id. The buyer is taken already.

    The parts of an order become links, or are released, one after the other. Were their lots taken so as
    well, two orders that draw on the same lots would wait for each other.
    """
    held = sa.and_(Inquiry.buyer_id == buyer_id, Inquiry.state == "held")
    found = session.scalars(
        sa.select(Inquiry)
        .where(sa.or_(held, Inquiry.id == beside.id) if beside else held)
        .order_by(Inquiry.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    commitments.hold_lots(
        session,
        listing_ids=several.listings_of(session, inquiry_id=beside.id, listing_id=beside.listing_id)
        if beside
        else (),
        inquiry_ids=[one.id for one in found if one.state == "held"],
    )


def hold(session: Session, *, actor: Actor, party_id: int, inquiry_id: int, version: int | None) -> Inquiry:
    """Accept the standing offer as a part: its volume is committed, and the inquiry waits for the others."""
    inquiry, side = inquiries.take_turn(session, party_id=party_id, inquiry_id=inquiry_id, version=version)
    if inquiry.held_until is not None and inquiry.held_until <= clock.now():
        raise Conflict(
            t("The day until which the parts of this order are held has passed. The buyer has to ask anew.")
        )
    lines = lines_of(session, inquiry)
    takes = commitments.choose_for(session, inquiry, lines)
    inquiries.end(session, inquiry, actor, "held", side=side)
    commitments.take_held(session, inquiry=inquiry, takes=takes)
    inquiries.tell(
        session,
        inquiry,
        to=inquiries.other(side),
        kind="inquiry.held",
        actor=actor,
        words=t("Accepted: the volume is held for you until the other parts are there too."),
    )
    events.record(session, Event("inquiry.kept", inquiry.id, actor))
    return inquiry


def match(session: Session, *, actor: Actor, inquiry: Inquiry) -> Link:
    """Make the link of a held part; what it holds becomes the link's, at risk where a loss has lowered it."""
    offer = session.get_one(Offer, inquiry.last_offer_id)
    inquiries.end(session, inquiry, actor, "matched", side=inquiries.other(inquiry.turn))
    link = links.make_link(
        session, actor=actor, inquiry=inquiry, offer=offer, lines=lines_of(session, inquiry)
    )
    kept = links.lines_of(session, link)
    holds = commitments.hand_over(session, inquiry_id=inquiry.id, link=link, lines=kept)
    link.at_risk = holds < link.volume
    links.note_made(session, actor=actor, link=link, offer=offer, side=inquiries.other(inquiry.turn))
    for side in ("seller", "buyer"):
        links.tell(
            session,
            link,
            to=side,
            kind="link.agreed",
            actor=actor,
            words=t("All parts of the order are there: it is agreed."),
        )
    return link


def release(session: Session, *, actor: Actor, inquiry: Inquiry) -> None:
    """Let a held part go, its volume whole."""
    lock(session, inquiry)
    if inquiry.state != "held":
        return
    inquiries.end(session, inquiry, actor, "released", side="buyer")
    commitments.release_held(session, inquiry_id=inquiry.id)
    for side in ("seller", "buyer"):
        inquiries.tell(
            session,
            inquiry,
            to=side,
            kind="inquiry.released",
            actor=actor,
            words=t("The whole order did not come together: what was held is free again."),
        )


def lines_of(session: Session, inquiry: Inquiry) -> list[OfferLine]:
    """The schedule of the standing offer."""
    return list(
        session.scalars(
            sa.select(OfferLine)
            .where(OfferLine.offer_id == inquiry.last_offer_id)
            .order_by(OfferLine.position)
        )
    )


def list_due(session: Session, *, limit: int = 100) -> list[int]:
    """Ids of held parts whose day has passed."""
    due = sa.and_(Inquiry.state == "held", Inquiry.held_until <= clock.now())
    return list(session.scalars(sa.select(Inquiry.id).where(due).order_by(Inquiry.id).limit(limit)))


def release_due(session: Session, inquiry_id: int) -> bool:
    """Release a part whose day has passed; False if it was matched at the last moment."""
    inquiry = session.get_one(Inquiry, inquiry_id)
    lock(session, inquiry)
    if inquiry.state != "held" or (inquiry.held_until or clock.now()) > clock.now():
        return False
    release(session, actor=events.CLOCK, inquiry=inquiry)
    events.record(session, Event("inquiry.hold_over", inquiry.id, events.CLOCK))
    return True
