"""Amendments: on a live agreement either side proposes other terms, whole, and the other accepts or declines.
Accepting moves the volume, the schedule and the terms in one transaction; what held before stays readable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.db import lock, refused_by_database
from market.errors import Conflict, NotFound
from market.events import Actor, Event
from market.inquiries import proposals
from market.inquiries import service as inquiries
from market.inquiries.models import Offer, OfferLine
from market.inquiries.proposals import Proposal
from market.links import agreed, commitments, queries, waiting
from market.links import service as links
from market.links.models import LIVE, TWO_SIDED, Amendment, Delivery, Link, LinkLine
from market.listings.terms import Terms
from market.parties.models import Party
from market.words import Volume, Words, t

Side = Literal["seller", "buyer"]

WAITS = t("Other terms wait for an answer already.")


def propose_amendment(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    link_id: int,
    proposal: Proposal,
    remark: str = "",
    version: int | None = None,
) -> Amendment:
    """Propose other terms for the whole agreement, what was delivered included; the other side's turn."""
    link, side = queries.link_for(session, party_id=party_id, link_id=link_id)
    buyer = session.get_one(Party, link.buyer_id)
    lock(session, buyer)  # what it holds is counted below
    lock(session, link)
    _check_live(link, version)
    open_one = sa.select(Amendment.id).where(Amendment.link_id == link_id, Amendment.state == "open")
    if session.scalar(open_one) is not None:
        raise Conflict(WAITS)
    # How the price is made is no matter of an amendment: a table or a reference that the agreement has not is
    # refused below. What the area is measured by stays, unless it is said.
    held = agreed.pricing_of(session, link)
    proposal = replace(
        proposal,
        price_kind=held.kind,
        prices=proposal.prices or held.lines,
        reference=proposal.reference or held.reference,
        season_id=link.season_id,
        lead=proposal.lead or link.lead,
        area_base=proposal.area_base or link.area_base,
    )
    standing = [
        proposals.Line(line.from_date, line.to_date, line.volume) for line in links.lines_of(session, link)
    ]
    proposals.check_proposal(session, proposal, product_id=link.product_id, standing=standing)
    _check_delivered(session, link, proposal.volume)
    _check_left(session, link, proposal)
    if proposal.volume > link.volume:
        proposals.check_limit(session, buyer, proposal.volume - link.volume, product_id=link.product_id)
    offer = proposals.offer_row(session, proposal, product_id=link.product_id, side=side, actor=actor)
    offer.link_id = link_id
    session.add(offer)
    session.flush()  # the lines and the amendment need its id
    proposals.add_lines(session, offer, proposal)
    amendment = Amendment(link_id=link_id, offer_id=offer.id, side=side)
    session.add(amendment)
    with refused_by_database(Conflict(WAITS)):
        session.flush()  # the event needs its id; one open amendment a link speaks here
    inquiries.keep_remark(session, actor, side, remark, link_id=link_id, offer_id=offer.id)
    link.version += 1
    events.record(
        session,
        Event("amendment.proposed", amendment.id, actor, {"link": link_id, "side": side, "offer": offer.id}),
    )
    words = t("The other side proposes other terms for an agreement. Please accept or decline them.")
    links.tell(session, link, to=inquiries.other(side), kind="amendment.proposed", actor=actor, words=words)
    return amendment


def accept_amendment(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    link_id: int,
    amendment_id: int,
    version: int | None = None,
) -> Link:
    """Accept the proposed terms whole: from today on they hold. More volume is taken, less is given back, in
    this transaction; ``Conflict`` when the lots have not that much, or more has been delivered meanwhile.
    """
    link, side = queries.link_for(session, party_id=party_id, link_id=link_id)
    commitments.hold(session, link=link, whole_listing=True)
    amendment = _open(session, link, amendment_id)
    if amendment.side == side:
        raise Conflict(t("It is the other side's turn to answer."))
    _check_live(link, version)
    offer = session.get_one(Offer, amendment.offer_id)
    lines = session.scalars(
        sa.select(OfferLine).where(OfferLine.offer_id == offer.id).order_by(OfferLine.position)
    ).all()
    if max(line.to_date for line in lines) < clock.today():
        raise Conflict(t("These days have passed already."))
    _check_delivered(session, link, offer.volume)
    before = link.volume
    _write(session, link, offer, lines)
    kept = links.lines_of(session, link)
    there = commitments.amend(session, link=link, before=before, lines=kept)
    link.at_risk = link.at_risk and there < link.volume
    _count_against(session, link, kept)
    if link.waits_for is not None and link.provisional_until is not None:
        later = waiting.until(link.waits_for, link, link.to_date)
        link.provisional_until = max(link.provisional_until, later)
    links.note_terms(session, link, actor, offer_id=offer.id)
    link.version += 1
    _answer(session, amendment, actor, "accepted", side)
    words = t("The other side has accepted your other terms. They hold from today on.")
    links.tell(session, link, to=inquiries.other(side), kind="amendment.accepted", actor=actor, words=words)
    return link


def decline_amendment(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    link_id: int,
    amendment_id: int,
    version: int | None = None,
) -> Link:
    """Leave the agreement as it is: the other side declines, or whoever proposed withdraws."""
    link, side = queries.link_for(session, party_id=party_id, link_id=link_id)
    lock(session, link)
    amendment = _open(session, link, amendment_id)
    _check_live(link, version)
    link.version += 1
    if amendment.side == side:
        _answer(session, amendment, actor, "withdrawn", side)
        words = t("The other side has taken back its other terms. The agreement stands as it was.")
        to = inquiries.other(side)
        links.tell(session, link, to=to, kind="amendment.withdrawn", actor=actor, words=words)
        return link
    _answer(session, amendment, actor, "declined", side)
    words = t("The other side has declined your other terms. The agreement stands as it was.")
    links.tell(session, link, to=inquiries.other(side), kind="amendment.declined", actor=actor, words=words)
    return link


def why_not(link: Any) -> Words | None:
    """Why an agreement takes no other terms, None where it does; takes a row as ``queries.state_words``, with
    ``origin``.
    """
    if link.state not in LIVE:
        return t("This agreement has ended: {state}.", state=queries.state_words(link))
    if link.awaits_side is not None:
        return t("First the other side has to say yes to it.")
    if link.origin not in TWO_SIDED:
        return t("Only what two sides agreed on the market is amended here.")
    return None


def _check_live(link: Link, version: int | None) -> None:
    if version is not None and link.version != version:
        raise Conflict(t("This agreement has changed meanwhile. Please read it again."))
    if words := why_not(link):
        raise Conflict(words)


def _check_delivered(session: Session, link: Link, volume: int) -> None:
    delivered = commitments.handed_over(session, link=link)
    if volume < delivered:
        unit = proposals.unit_of(session, link.product_id)
        raise Conflict(
            t("{volume} has been delivered already: it cannot become less.", volume=Volume(delivered, unit)),
            field="volume",
        )


def _check_left(session: Session, link: Link, proposal: Proposal) -> None:
    """Refuse more than the lots of these days still have; what a loss took is not asked anew."""
    more = proposal.volume - max(link.volume, commitments.handed_over(session, link=link))
    if more <= 0 or link.listing_id is None:
        return
    left = proposals.left_in(session, commitments.drawn_on(session, link), proposal)
    if left < more:
        unit = proposals.unit_of(session, link.product_id)
        raise Conflict(
            t("In these days only {volume} more can be bought of this seller.", volume=Volume(left, unit)),
            field="volume",
        )


def _open(session: Session, link: Link, amendment_id: int) -> Amendment:
    amendment = session.get(Amendment, amendment_id, populate_existing=True)
    if amendment is None or amendment.link_id != link.id:
        raise NotFound
    if amendment.state != "open":
        raise Conflict(t("These terms have been answered already."))
    return amendment


def _answer(session: Session, amendment: Amendment, actor: Actor, state: str, side: Side) -> None:
    amendment.state = state
    amendment.answered_at, amendment.answered_by = clock.now(), actor.user_id
    data = {"link": amendment.link_id, "side": side, "offer": amendment.offer_id}
    events.record(session, Event(f"amendment.{state}", amendment.id, actor, data))


def _write(session: Session, link: Link, offer: Offer, lines: Sequence[OfferLine]) -> None:
    """The offer's terms into the link's own columns; the schedule that held so far stays as replaced."""
    links.replace_lines(session, link)
    for name in (
        "kind", "covers_inputs", "covers_production", "covers_processing", "spec", "price", "price_basis",
        "price_reference", "all_output", "volume", "value", "area_m2", "area_base", "households",
        "lead",
    ):  # fmt: skip
        setattr(link, name, getattr(offer, name))
    for name, value in Terms.of(offer).columns().items():
        setattr(link, name, value)
    link.form = links.form_of(session, offer)
    link.offer_id = offer.id
    link.from_date = min(line.from_date for line in lines)
    link.to_date = max(line.to_date for line in lines)
    links.write_lines(session, link, lines)
    agreed.write_table(session, link, offer)


def _count_against(session: Session, link: Link, lines: list[LinkLine]) -> None:
    """What was delivered so far stands against a line of the new schedule."""
    for delivery in session.scalars(sa.select(Delivery).where(Delivery.link_id == link.id)):
        line = links.line_for(lines, delivery.on_date)
        delivery.line_id = line.id if line else None
