"""Agreements: accepting an offer makes the link and commits its volume in one transaction; a link ends
fulfilled, short or early. What a provisional link waits for is in conditions.py, volume in commitments.py,
goods handed over in deliveries.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.catalogue import amounts
from market.catalogue import queries as catalogue
from market.catalogue.models import Product
from market.db import not_before, refused_by_database
from market.errors import Conflict, Invalid
from market.events import Actor, Event
from market.inquiries import about, proposals
from market.inquiries import service as inquiries
from market.inquiries.models import Inquiry, Offer, OfferLine
from market.links import agreed, commitments, endings, queries, waiting
from market.links.models import (
    END_REASONS,
    ENDED,
    Amendment,
    Delivery,
    Link,
    LinkLine,
    LinkState,
    LinkTerms,
)
from market.listings.terms import Terms
from market.parties.models import Party
from market.words import Words, t

Side = Literal["seller", "buyer"]


def agree_link(
    session: Session, *, actor: Actor, party_id: int, inquiry_id: int, version: int | None = None
) -> Link:
    """Accept the other side's standing offer whole: the inquiry is matched, the link exists, the volume is
    committed, all in this transaction. ``Conflict`` when the offer has changed or the volume is gone.
    """
    inquiry, side = inquiries.take_turn(session, party_id=party_id, inquiry_id=inquiry_id, version=version)
    if inquiry.held_until is not None:
        raise Conflict(t("This is a part of a whole order: it is held until the other parts are there."))
    offer = session.get_one(Offer, inquiry.last_offer_id)
    lines = session.scalars(
        sa.select(OfferLine).where(OfferLine.offer_id == offer.id).order_by(OfferLine.position)
    ).all()
    takes = commitments.choose_for(session, inquiry, lines)
    # The conditional UPDATE of the state decides between two who accept at the same instant.
    inquiries.end(session, inquiry, actor, "matched", side=side)
    link = make_link(session, actor=actor, inquiry=inquiry, offer=offer, lines=lines)
    commitments.take(session, link=link, lines=lines_of(session, link), takes=takes)
    note_made(session, actor=actor, link=link, offer=offer, side=side)
    words = t("Agreed: the other side has accepted your offer.")
    tell(session, link, to=inquiries.other(side), kind="link.agreed", actor=actor, words=words)
    return link


def make_link(
    session: Session, *, actor: Actor, inquiry: Inquiry, offer: Offer, lines: Sequence[OfferLine]
) -> Link:
    """The link of a matched inquiry with its lines, whose volume is yet to be committed."""
    between = Between(
        seller_id=inquiry.seller_id,
        buyer_id=inquiry.buyer_id,
        product_id=inquiry.product_id,
        listing_id=inquiry.listing_id,
        inquiry_id=inquiry.id,
        renews_id=inquiry.renews_id,
    )
    return add_link(session, actor=actor, between=between, offer=offer, lines=lines)


@dataclass(frozen=True, slots=True)
class Between:
    """Whose agreement it is, about which goods, and how it came about. ``awaits``: whose yes it lacks."""

    seller_id: int
    buyer_id: int
    product_id: int
    listing_id: int
    inquiry_id: int | None = None
    renews_id: int | None = None
    origin: str = "platform"
    awaits: Side | None = None


def add_link(
    session: Session, *, actor: Actor, between: Between, offer: Offer, lines: Sequence[OfferLine]
) -> Link:
    """A link on the terms of an offer, with its lines; its volume is yet to be committed."""
    link = _link_of(session, between, offer, lines, actor)
    session.add(link)
    with refused_by_database(Conflict(t("This inquiry has become an agreement already."))):
        session.flush()  # lines and history need its id; UNIQUE(inquiry_id) speaks here
    write_lines(session, link, lines)
    agreed.write_table(session, link, offer)
    return link


def note_made(session: Session, *, actor: Actor, link: Link, offer: Offer, side: Side) -> None:
    """The history and the event of a link that was made just now."""
    note_state(session, link, actor, link.state, side=side)
    note_terms(session, link, actor, offer_id=offer.id)
    data = {"inquiry": link.inquiry_id, "volume": link.volume, "state": link.state}
    events.record(session, Event("link.agreed", link.id, actor, data))


def lines_of(session: Session, link: Link) -> list[LinkLine]:
    """A link's schedule as it stands."""
    return list(
        session.scalars(
            sa.select(LinkLine)
            .where(LinkLine.link_id == link.id, LinkLine.replaced_at.is_(None))
            .order_by(LinkLine.position)
        )
    )


def line_for(lines: Sequence[LinkLine], day: date) -> LinkLine | None:
    """The line that a delivery of a day counts against: whose window holds it, else the first."""
    in_order = sorted(lines, key=lambda line: (line.from_date, line.id))
    fitting = [line for line in in_order if line.from_date <= day <= line.to_date] or in_order
    return fitting[0] if fitting else None


def replace_lines(session: Session, link: Link) -> None:
    """Put a link's schedule away as replaced, before another one is written."""
    session.execute(
        sa.update(LinkLine)
        .where(LinkLine.link_id == link.id, LinkLine.replaced_at.is_(None))
        .values(replaced_at=clock.now()),
        execution_options={"synchronize_session": "fetch"},
    )


def _link_of(
    session: Session, between: Between, offer: Offer, lines: Sequence[OfferLine], actor: Actor
) -> Link:
    seller, buyer = session.get_one(Party, between.seller_id), session.get_one(Party, between.buyer_id)
    product = session.get_one(Product, between.product_id)
    # Before the other side has said yes there is nothing that a deposit or a contract could be for.
    waits = None if between.awaits else waiting.first(session, seller, buyer, offer)
    last = max(line.to_date for line in lines)
    until = waiting.until(waits, offer, last) if waits else None
    if between.awaits:
        until = clock.now() + inquiries.TIME_TO_ANSWER
    return Link(
        inquiry_id=between.inquiry_id,
        offer_id=offer.id,
        listing_id=between.listing_id,
        renews_id=between.renews_id,
        season_no=session.get_one(Link, between.renews_id).season_no + 1 if between.renews_id else 1,
        seller_id=seller.id,
        buyer_id=buyer.id,
        product_id=product.id,
        season_id=offer.season_id,
        lead=offer.lead or "seller",
        sector_code=product.sector_code,
        seller_kind=seller.kind,
        place_id=seller.place_id,
        former_place_id=seller.former_place_id,
        buyer_kind=buyer.buyer_kind or ("cooperative" if buyer.is_unit else "other"),
        destination=buyer.destination or "unknown",
        kind=offer.kind,
        form=form_of(session, offer),
        origin=between.origin,
        covers_inputs=offer.covers_inputs,
        covers_production=offer.covers_production,
        covers_processing=offer.covers_processing,
        spec=offer.spec,
        price_kind=offer.price_kind,
        price=offer.price,
        price_basis=offer.price_basis,
        price_reference=offer.price_reference,
        all_output=offer.all_output,
        volume=offer.volume,
        value=offer.value,
        area_m2=offer.area_m2,
        area_base=offer.area_base,
        households=offer.households,
        from_date=min(line.from_date for line in lines),
        to_date=last,
        state="provisional" if until else "active",
        waits_for=waits,
        awaits_side=between.awaits,
        provisional_until=until,
        agreed_at=clock.now(),
        agreed_by=actor.user_id,
        **Terms.of(offer).columns(),
    )


def offer_of(session: Session, link: Link) -> Offer:
    """The offer on whose terms the link stands."""
    return session.get_one(Offer, link.offer_id)


def form_of(session: Session, offer: Offer) -> int | None:
    """Decree 98/2018/NĐ-CP, Article 4: the form follows from the parts covered; sale alone has none."""
    return catalogue.form_of(
        session,
        inputs=offer.covers_inputs,
        production=offer.covers_production,
        processing=offer.covers_processing,
        sale=True,
    )


def write_lines(session: Session, link: Link, lines: Sequence[OfferLine]) -> None:
    """The schedule of an accepted offer becomes the link's."""
    unit = proposals.unit_of(session, link.product_id)
    kept = [
        LinkLine(
            link_id=link.id,
            position=line.position,
            from_date=line.from_date,
            to_date=line.to_date,
            volume=line.volume,
            price=link.price,
            value=amounts.value(line.volume, link.price, unit),
        )
        for line in lines
    ]
    session.add_all(kept)
    session.flush()  # commitments point to the lines


def end_link(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    link_id: int,
    reason: str = "agreed",
    version: int | None = None,
    saying: Words | None = None,
) -> Link:
    """Close a link: fulfilled when what was agreed was delivered (within its tolerance), or when the seller
    of all output of an area says that all was delivered, every delivery being confirmed; short when its time
    is over, else ended early by this side. What was not delivered returns to lots that are still open;
    ``saying`` is told of it instead of the usual words.
    """
    link, side = queries.link_for(session, party_id=party_id, link_id=link_id)
    commitments.hold(session, link=link)
    if version is not None and link.version != version:
        raise Conflict(t("This agreement has changed meanwhile. Please read it again."))
    if link.state not in ("active", "provisional"):
        raise Conflict(t("This agreement has ended: {state}.", state=queries.state_words(link)))
    if reason not in END_REASONS:
        raise Invalid(t("Please choose a reason."), field="reason")
    if session.scalar(
        sa.select(sa.func.count()).where(
            Delivery.link_id == link.id, Delivery.state.in_(("recorded", "contested"))
        )
    ):
        raise Conflict(t("A delivery still waits for the other side. Please settle it first."))
    delivered = queries.delivered(session, link_id=link.id)
    if reason == "all_delivered" and not (link.all_output and side == "seller" and delivered):
        words = t("Only the seller of all that an area gives says so, once some of it is delivered.")
        raise Invalid(words, field="reason")
    if link.state == "provisional":
        state = "lapsed"
    else:
        enough = link.volume * (10_000 - (link.tolerance or 0)) // 10_000
        over = link.to_date < clock.today()
        whole = delivered >= enough or reason == "all_delivered"
        state = "fulfilled" if whole else "short" if over else "ended_early"
    move(session, link, actor, state, side=side, reason=reason, force_majeure=reason == "force_majeure")
    commitments.release(session, link=link, reason=state, only_open_lots=state != "lapsed")
    words = saying or endings.told(link, side=side, reason=reason)
    to = inquiries.other(side)
    tell(session, link, to=to, kind="link.ended", actor=actor, words=words)
    return link


def move(
    session: Session,
    link: Link,
    actor: Actor,
    state: str,
    *,
    side: Side | None,
    reason: str | None = None,
    force_majeure: bool = False,
) -> None:
    """Move a live link to another state, with its history and event; ``Conflict`` if somebody was quicker."""
    moved = session.execute(
        sa.update(Link)
        .where(Link.id == link.id, Link.state == link.state)
        .values(state=state, version=Link.version + 1)
        .returning(Link.id),
        execution_options={"synchronize_session": False},
    ).first()
    if moved is None:
        raise Conflict(t("This agreement has changed meanwhile. Please read it again."))
    session.refresh(link)
    if state in ENDED:
        session.execute(
            sa.update(Amendment)
            .where(Amendment.link_id == link.id, Amendment.state == "open")
            .values(state="void")
        )
    note_state(session, link, actor, state, side=side, reason=reason, force_majeure=force_majeure)
    events.record(session, Event(f"link.{state}", link.id, actor, {"side": side, "reason": reason}))


def note_state(
    session: Session,
    link: Link,
    actor: Actor,
    state: str,
    *,
    side: Side | None,
    reason: str | None = None,
    force_majeure: bool = False,
    on_date: date | None = None,
) -> None:
    """Add the history row of a step, taken on a day: today where none is said."""
    mine = LinkState.link_id == link.id
    session.add(
        LinkState(
            link_id=link.id,
            state=state,
            by_side=side,
            reason=reason,
            force_majeure=force_majeure,
            on_date=not_before(LinkState.on_date, on_date or clock.today(), mine),
            recorded_at=not_before(LinkState.recorded_at, clock.now(), mine),
            recorded_by=actor.user_id,
            channel=actor.channel,
        )
    )


def note_terms(
    session: Session, link: Link, actor: Actor, *, offer_id: int | None = None, on_date: date | None = None
) -> None:
    """Add a row saying which terms hold from a day on: from today where none is said."""
    mine = LinkTerms.link_id == link.id
    session.add(
        LinkTerms(
            link_id=link.id,
            offer_id=offer_id,
            kind=link.kind,
            form=link.form,
            contract=link.contract,
            volume=link.volume,
            value=link.value,
            area_m2=link.area_m2,
            area_base=link.area_base,
            households=link.households,
            from_date=link.from_date,
            to_date=link.to_date,
            on_date=not_before(LinkTerms.on_date, on_date or clock.today(), mine),
            recorded_at=not_before(LinkTerms.recorded_at, clock.now(), mine),
            recorded_by=actor.user_id,
        )
    )


def tell(session: Session, link: Link, *, to: str, kind: str, actor: Actor, words: Words) -> None:
    """Queue the news for the people of one side."""
    about.tell(session, link, to=to, kind=kind, actor=actor, words=words, path=f"/links/{link.id}")
