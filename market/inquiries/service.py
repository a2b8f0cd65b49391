"""Asking and answering: a buyer's inquiry, the offers that go back and forth, and the ends that make no link
(declined, withdrawn, expired). Accepting makes a link and therefore lives in links/service.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.db import lock, not_before, refused_by_database
from market.errors import Conflict, Invalid, NotAllowed
from market.events import Actor, Event
from market.inquiries import about, proposals, queries, several
from market.inquiries.models import DECLINE_REASONS, OPEN_STATES, Inquiry, InquiryState, Offer, Remark
from market.inquiries.several import Part
from market.listings.models import Listing
from market.parties.models import Party
from market.words import Volume, Words, t

Side = Literal["seller", "buyer"]

#: How long a side has to answer before the inquiry expires.
TIME_TO_ANSWER = timedelta(days=5)

#: From which states each end is reached. What is held is committed: it becomes an agreement or is released,
#: and is neither accepted again nor taken back by one side.
BEFORE = {
    "held": ("negotiating",),
    "matched": ("negotiating", "held"),
    "released": ("held",),
    "declined": ("negotiating",),
    "withdrawn": ("negotiating",),
    "expired": ("negotiating",),
}


def send_inquiry(
    session: Session,
    *,
    actor: Actor,
    buyer_id: int,
    listing_id: int,
    proposal: proposals.Proposal,
    remark: str = "",
    lot_id: int | None = None,
    parts: Sequence[Part] = (),
    tells: bool = True,
) -> Inquiry:
    """A buyer asks a listing, or several of one seller and product for the ``parts`` that each is to give
    (that of ``listing_id`` among them); the seller's turn. Refused when they cannot serve the question.
    Unless it ``tells``, the caller tells the seller of this and more in one word.

    One open inquiry of a buyer about a listing: a second question belongs in the same thread.
    """
    ids = dict.fromkeys((listing_id, *(one.listing_id for one in parts)))
    asked = [session.get(Listing, each) for each in ids]
    on_sale = [one for one in asked if one is not None and one.on_sale]
    if len(on_sale) < len(asked):
        raise Conflict(t("This listing is no longer open. Please look for another one."))
    listing = on_sale[0]
    assert len({(one.party_id, one.product_id) for one in on_sale}) == 1, "of one seller and product"
    if listing.party_id == buyer_id:
        raise Invalid(t("This is your own listing."))
    buyer = session.get_one(Party, buyer_id)
    lock(session, buyer)  # its open inquiries are counted below
    if buyer.standing != "confirmed":
        raise NotAllowed(
            t("An officer has not confirmed your registration yet. You may ask once it is done.")
        )
    proposals.check_proposal(session, proposal, product_id=listing.product_id)
    proposals.check_against_listings(session, on_sale, proposal)
    proposals.check_limit(session, buyer, proposal.volume, product_id=listing.product_id)
    _check_none_open(session, list(ids), buyer_id)
    inquiry = _begin(session, actor, listing, buyer_id, proposal, remark, side="buyer", lot_id=lot_id)
    several.keep(session, inquiry, parts)
    if tells:
        volume = _volume(session, inquiry, proposal.volume)
        words = t("{party} asks to buy {volume}.", party=buyer.name, volume=volume)
        tell(session, inquiry, to="seller", kind="inquiry.sent", actor=actor, words=words)
    return inquiry


def send_offer(
    session: Session,
    *,
    actor: Actor,
    seller_id: int,
    buyer_id: int,
    listing_id: int,
    proposal: proposals.Proposal,
    remark: str = "",
) -> Inquiry:
    """A seller offers a buyer, of its own accord, what the buyer has said to need; the buyer's turn. The same
    is refused as of an inquiry.
    """
    listing = session.get(Listing, listing_id)
    if listing is None or not listing.on_sale or listing.party_id != seller_id:
        raise Conflict(t("This listing is no longer open. Please look for another one."))
    if buyer_id == seller_id:
        raise Invalid(t("This is your own listing."))
    buyer = session.get_one(Party, buyer_id)
    lock(session, buyer)  # the order in which an inquiry is sent
    proposals.check_proposal(session, proposal, product_id=listing.product_id)
    proposals.check_against_listings(session, [listing], proposal)
    _check_none_open(session, [listing_id], buyer_id)
    inquiry = _begin(session, actor, listing, buyer_id, proposal, remark, side="seller")
    seller = session.get_one(Party, seller_id)
    tell(
        session,
        inquiry,
        to="buyer",
        kind="inquiry.offered",
        actor=actor,
        words=t(
            "{party} offers you {volume}.",
            party=seller.name,
            volume=_volume(session, inquiry, proposal.volume),
        ),
    )
    return inquiry


def _check_none_open(session: Session, listing_ids: Sequence[int], buyer_id: int) -> None:
    standing = session.scalar(
        sa.select(Inquiry.id).where(
            several.is_about(listing_ids), Inquiry.buyer_id == buyer_id, Inquiry.state.in_(OPEN_STATES)
        )
    )
    if standing is not None:
        raise Conflict(
            t("Buyer and seller are talking about this listing already: inquiry {id}.", id=str(standing))
        )


def _begin(
    session: Session,
    actor: Actor,
    listing: Listing,
    buyer_id: int,
    proposal: proposals.Proposal,
    remark: str,
    *,
    side: Side,
    lot_id: int | None = None,
) -> Inquiry:
    """An inquiry with its first offer, which the other side has to answer."""
    now = clock.now()
    inquiry = Inquiry(
        listing_id=listing.id,
        lot_id=lot_id,
        product_id=listing.product_id,
        buyer_id=buyer_id,
        seller_id=listing.party_id,
        state="negotiating",
        turn=other(side),
        valid_until=now + TIME_TO_ANSWER,
        created_at=now,
        created_by=actor.user_id,
    )
    session.add(inquiry)
    with refused_by_database(Conflict(t("Buyer and seller are talking about this listing already."))):
        session.flush()  # the offer and the history need the inquiry's id
    note_state(session, inquiry, actor, "negotiating", side=side)
    _add_offer(session, inquiry, actor, side, proposal, remark)
    events.record(session, Event("inquiry.sent", inquiry.id, actor, {"volume": proposal.volume}))
    return inquiry


def make_offer(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    inquiry_id: int,
    proposal: proposals.Proposal,
    remark: str = "",
    version: int | None = None,
) -> Offer:
    """The side whose turn it is offers otherwise; then it is the other's turn."""
    inquiry, side = take_turn(session, party_id=party_id, inquiry_id=inquiry_id, version=version)
    proposals.check_proposal(session, proposal, product_id=inquiry.product_id)
    if side == "buyer":
        about_ids = several.listings_of(session, inquiry_id=inquiry.id, listing_id=inquiry.listing_id)
        asked = session.scalars(sa.select(Listing).where(Listing.id.in_(about_ids))).all()
        proposals.check_against_listings(session, asked, proposal)
    offer = _add_offer(session, inquiry, actor, side, proposal, remark)
    inquiry.turn = other(side)
    inquiry.valid_until = clock.now() + TIME_TO_ANSWER
    if inquiry.held_until is not None:  # accepted later, it would be let go at once
        inquiry.valid_until = min(inquiry.valid_until, inquiry.held_until)
    inquiry.version += 1
    events.record(session, Event("inquiry.offered", inquiry.id, actor, {"offer": offer.id, "side": side}))
    words = t("The other side offers {volume}.", volume=_volume(session, inquiry, proposal.volume))
    tell(session, inquiry, to=other(side), kind="inquiry.offered", actor=actor, words=words)
    return offer


def decline(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    inquiry_id: int,
    reason: str,
    remark: str = "",
    version: int | None = None,
) -> Inquiry:
    """The side whose turn it is ends the talk, with a reason of the closed list."""
    inquiry, side = take_turn(session, party_id=party_id, inquiry_id=inquiry_id, version=version)
    if reason not in DECLINE_REASONS:
        raise Invalid(t("Please choose a reason."), field="reason")
    end(session, inquiry, actor, "declined", side=side, reason=reason)
    keep_remark(session, actor, side, remark, inquiry_id=inquiry.id)
    words = t("The other side has declined.")
    if reason != "other":
        words = t("The other side has declined. {reason}.", reason=dict(queries.REASONS)[reason])
    tell(session, inquiry, to=other(side), kind="inquiry.declined", actor=actor, words=words)
    return inquiry


def withdraw(session: Session, *, actor: Actor, party_id: int, inquiry_id: int, remark: str = "") -> Inquiry:
    """Either side takes back what it said, whoever's turn it is. What is held for a whole order is let go by
    closing the demand, or when its day has passed.
    """
    inquiry, side = open_for(session, party_id=party_id, inquiry_id=inquiry_id)
    end(session, inquiry, actor, "withdrawn", side=side)
    keep_remark(session, actor, side, remark, inquiry_id=inquiry.id)
    tell(
        session,
        inquiry,
        to=other(side),
        kind="inquiry.withdrawn",
        actor=actor,
        words=t("The other side has withdrawn."),
    )
    return inquiry


def list_due(session: Session, *, limit: int = 100) -> list[int]:
    """Ids of inquiries whose time to answer is over."""
    due = sa.and_(Inquiry.state == "negotiating", Inquiry.valid_until <= clock.now())
    return list(session.scalars(sa.select(Inquiry.id).where(due).order_by(Inquiry.id).limit(limit)))


def expire_due(session: Session) -> int:
    """End all that nobody answered, in this one transaction."""
    return sum(expire(session, inquiry_id) for inquiry_id in list_due(session))


def expire(session: Session, inquiry_id: int) -> bool:
    """End what nobody answered while it was valid; the row says which side kept silent. False if somebody
    did at the last moment.
    """
    inquiry = session.get_one(Inquiry, inquiry_id)
    lock(session, inquiry)
    if inquiry.state != "negotiating" or inquiry.valid_until > clock.now():
        return False
    silent: Side = "seller" if inquiry.turn == "seller" else "buyer"
    end(session, inquiry, events.CLOCK, "expired", side=silent)
    for side in ("seller", "buyer"):
        tell(
            session,
            inquiry,
            to=side,
            kind="inquiry.expired",
            actor=events.CLOCK,
            words=t("An inquiry has expired: nobody answered in time."),
        )
    return True


# --- what links/service.py also stands on ---


def other(side: str) -> Side:
    """The opposite side."""
    return "buyer" if side == "seller" else "seller"


def open_for(session: Session, *, party_id: int, inquiry_id: int) -> tuple[Inquiry, Side]:
    """The party's own inquiry, still talked about, with its side; 404 for strangers, 409 when it is held or
    has ended.
    """
    inquiry, side = queries.inquiry_for(session, party_id=party_id, inquiry_id=inquiry_id)
    lock(session, inquiry)
    if inquiry.state != "negotiating":
        raise Conflict(t("This inquiry has moved on meanwhile: {state}.", state=queries.state_words(inquiry)))
    return inquiry, side


def take_turn(
    session: Session, *, party_id: int, inquiry_id: int, version: int | None
) -> tuple[Inquiry, Side]:
    """As ``open_for``, and it is this side's turn on the offer that it saw (``version``)."""
    inquiry, side = open_for(session, party_id=party_id, inquiry_id=inquiry_id)
    if version is not None and inquiry.version != version:
        raise Conflict(t("The other side has answered meanwhile. Please read the newest offer first."))
    if inquiry.turn != side:
        raise Conflict(t("It is the other side's turn to answer."))
    if inquiry.valid_until <= clock.now():
        raise Conflict(t("The time to answer has passed. Please ask anew."))
    return inquiry, side


def end(
    session: Session, inquiry: Inquiry, actor: Actor, state: str, *, side: Side, reason: str | None = None
) -> None:
    """Move an open inquiry to an end state, with its history and event."""
    moved = session.execute(
        sa.update(Inquiry)
        .where(Inquiry.id == inquiry.id, Inquiry.state.in_(BEFORE[state]))
        .values(state=state, reason=reason, version=Inquiry.version + 1)
        .returning(Inquiry.id),
        execution_options={"synchronize_session": False},
    ).first()
    if moved is None:
        raise Conflict(t("This inquiry has moved on meanwhile."))
    session.refresh(inquiry)
    note_state(session, inquiry, actor, state, side=side, reason=reason)
    events.record(session, Event(f"inquiry.{state}", inquiry.id, actor, {"side": side, "reason": reason}))


def note_state(
    session: Session, inquiry: Inquiry, actor: Actor, state: str, *, side: Side, reason: str | None = None
) -> None:
    """Add the history row of a step."""
    mine = InquiryState.inquiry_id == inquiry.id
    session.add(
        InquiryState(
            inquiry_id=inquiry.id,
            state=state,
            by_side=side,
            reason=reason,
            on_date=not_before(InquiryState.on_date, clock.today(), mine),
            recorded_at=not_before(InquiryState.recorded_at, clock.now(), mine),
            recorded_by=actor.user_id,
            channel=actor.channel,
        )
    )


def tell(session: Session, inquiry: Inquiry, *, to: str, kind: str, actor: Actor, words: Words) -> None:
    """Queue the news for the people of one side."""
    about.tell(session, inquiry, to=to, kind=kind, actor=actor, words=words, path=f"/inquiries/{inquiry.id}")


def keep_remark(
    session: Session,
    actor: Actor,
    side: Side,
    text: str,
    *,
    inquiry_id: int | None = None,
    link_id: int | None = None,
    offer_id: int | None = None,
    claim_id: int | None = None,
) -> None:
    """Keep what a side writes beside an inquiry or an agreement, and the offer or the claim about a delivery
    that it goes with; nothing where nothing was written.
    """
    if text:
        session.add(
            Remark(
                inquiry_id=inquiry_id,
                link_id=link_id,
                offer_id=offer_id,
                claim_id=claim_id,
                side=side,
                user_id=actor.user_id,
                text=text,
                at=clock.now(),
            )
        )


def _volume(session: Session, inquiry: Inquiry, amount: int) -> Volume:
    return Volume(amount, proposals.unit_of(session, inquiry.product_id))


def _add_offer(
    session: Session, inquiry: Inquiry, actor: Actor, side: Side, proposal: proposals.Proposal, remark: str
) -> Offer:
    last = session.scalar(sa.select(sa.func.max(Offer.sequence)).where(Offer.inquiry_id == inquiry.id))
    offer = proposals.offer_row(session, proposal, product_id=inquiry.product_id, side=side, actor=actor)
    offer.inquiry_id = inquiry.id
    offer.sequence = int(last or 0) + 1
    session.add(offer)
    session.flush()  # the lines and the standing offer need its id
    proposals.add_lines(session, offer, proposal)
    inquiry.last_offer_id = offer.id
    keep_remark(session, actor, side, remark, inquiry_id=inquiry.id, offer_id=offer.id)
    return offer
