"""The rules that never break, asked of the database itself, in plain sums."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.demands.models import Demand, DemandInquiry, DemandState
from market.events import EventRow
from market.inquiries import several
from market.inquiries.models import OPEN_STATES, Inquiry, InquiryState, Offer
from market.links.models import (
    TWO_SIDED,
    Amendment,
    Commitment,
    CommitmentMove,
    Delivery,
    DeliveryState,
    Link,
    LinkLine,
    LinkState,
)
from market.listings.models import Lot, LotChange


def check_volumes(session: Session) -> None:
    """Rule 1: a lot's committed lies within its volume and equals its commitments less what they released,
    and both columns equal the sums of their histories."""
    session.expire_all()
    for lot in session.scalars(sa.select(Lot)):
        assert 0 <= lot.committed <= lot.volume, f"lot {lot.id}: {lot.committed} of {lot.volume}"
        held = session.scalars(sa.select(Commitment).where(Commitment.lot_id == lot.id)).all()
        assert all(0 <= one.released <= one.volume for one in held)
        assert lot.committed == sum(one.volume - one.released for one in held), f"lot {lot.id}"
        moves = session.scalars(sa.select(CommitmentMove.amount).where(CommitmentMove.lot_id == lot.id))
        assert lot.committed == sum(moves), f"lot {lot.id}: its moves"
        assert lot.volume == sum(
            session.scalars(sa.select(LotChange.amount).where(LotChange.lot_id == lot.id))
        )


def check_links(session: Session) -> None:
    """Rule 2: a matched inquiry has exactly one link, a platform link exactly one inquiry."""
    matched = set(session.scalars(sa.select(Inquiry.id).where(Inquiry.state == "matched")))
    linked = list(session.scalars(sa.select(Link.inquiry_id).where(Link.origin == "platform")))
    assert sorted(linked) == sorted(matched)


def check_commitments(session: Session) -> None:
    """Nothing is promised twice: a commitment was taken once and belongs to one link or to one held inquiry,
    which hold what was agreed and no more; what has come to nothing holds nothing."""
    session.expire_all()
    moves = defaultdict(list)
    for move in session.scalars(sa.select(CommitmentMove).order_by(CommitmentMove.id)):
        moves[move.commitment_id].append(move)
    of_links: defaultdict[int, list[Commitment]] = defaultdict(list)
    of_inquiries: defaultdict[int, list[Commitment]] = defaultdict(list)
    for one in session.scalars(sa.select(Commitment)):
        taken, *given_back = moves.pop(one.id)
        assert taken.amount == one.volume
        assert all(move.amount < 0 for move in given_back), f"commitment {one.id} was taken twice"
        assert -sum(move.amount for move in given_back) == one.released
        if one.link_id is not None:
            of_links[one.link_id].append(one)
        else:
            of_inquiries[one.inquiry_id or 0].append(one)
        listings = _drawn_on(session, one)
        assert session.get_one(Lot, one.lot_id).listing_id in listings, (
            f"commitment {one.id}: another listing"
        )
    assert not moves, "moves of nothing"
    _check_held_by_links(session, of_links)
    for inquiry in session.scalars(sa.select(Inquiry)):
        held = of_inquiries.pop(inquiry.id, [])
        left = sum(one.volume - one.released for one in held)
        if inquiry.state == "held":
            assert 0 <= left <= sum(one.volume for one in held)
            offer = session.get_one(Offer, inquiry.last_offer_id)
            assert sum(one.volume for one in held) == offer.volume, f"inquiry {inquiry.id}"
        else:
            assert left == 0, f"inquiry {inquiry.id} is {inquiry.state} and holds {left}"
    assert not of_inquiries


def _drawn_on(session: Session, one: Commitment) -> list[int]:
    """The listings of which a commitment may take."""
    link = session.get_one(Link, one.link_id) if one.link_id is not None else None
    inquiry_id = link.inquiry_id if link else one.inquiry_id
    own = link.listing_id if link else session.get_one(Inquiry, inquiry_id).listing_id
    return several.listings_of(session, inquiry_id=inquiry_id, listing_id=own or 0)


def _check_held_by_links(session: Session, of_links: dict[int, list[Commitment]]) -> None:
    amended = set(session.scalars(sa.select(Amendment.link_id).where(Amendment.state == "accepted")))
    lines: defaultdict[int, list[LinkLine]] = defaultdict(list)
    for line in session.scalars(sa.select(LinkLine).where(LinkLine.replaced_at.is_(None))):
        lines[line.link_id].append(line)
    for link in session.scalars(sa.select(Link).where(Link.origin != "officer")):
        mine = of_links.get(link.id, [])
        left = sum(one.volume - one.released for one in mine)
        assert link.volume == sum(line.volume for line in lines[link.id]), f"link {link.id}: its lines"
        assert left <= link.volume, f"link {link.id} holds {left} of {link.volume}"
        assert {one.line_id for one in mine} <= {line.id for line in lines[link.id]}
        if link.id not in amended:
            assert len({(one.lot_id, one.line_id) for one in mine}) == len(mine), f"link {link.id}"
            taken = sum(one.volume for one in mine)
            assert taken == link.volume, f"link {link.id} took {taken} of {link.volume}"
        if link.state == "lapsed":
            assert left == 0, f"link {link.id} has lapsed and holds {left}"


def check_wholes(session: Session) -> None:
    """Of an order that only the whole of will do either all parts are agreements or none: before it is filled
    there are only held ones, afterwards none is held."""
    for demand in session.scalars(sa.select(Demand).where(Demand.part_will_do.is_(False))):
        mine = sa.select(DemandInquiry.inquiry_id).where(DemandInquiry.demand_id == demand.id)
        states = set(session.scalars(sa.select(Inquiry.state).where(Inquiry.id.in_(mine))))
        linked = session.scalar(sa.select(sa.func.count()).select_from(Link).where(Link.inquiry_id.in_(mine)))
        if demand.state in ("open", "filling", "closed", "expired"):
            assert not linked, f"demand {demand.id} is {demand.state}: {states}"
        if demand.state in ("filled", "closed", "expired"):
            assert "held" not in states, f"demand {demand.id} is {demand.state}: {states}"


#: Where each state may have come from (None: from nothing).
CAME_FROM: dict[str, dict[str, set[str | None]]] = {
    "inquiry": {
        "negotiating": {None},
        "held": {"negotiating"},
        "matched": {"negotiating", "held"},
        "released": {"held"},
        "declined": {"negotiating", "held"},
        "withdrawn": {"negotiating", "held"},
        "expired": {"negotiating"},
    },
    "link": {
        "provisional": {None},
        "active": {None, "provisional"},
        "lapsed": {"provisional"},
        "fulfilled": {"active"},
        "short": {"active"},
        "ended_early": {"active"},
    },
    "delivery": {
        "recorded": {None},
        "confirmed": {"recorded"},
        "contested": {"recorded"},
        "settled": {"contested"},
    },
    "demand": {
        "open": {None},
        "filling": {"open"},
        "filled": {"open", "filling"},
        "closed": {"open", "filling"},
        "expired": {"open", "filling"},
    },
}
_HISTORIES: tuple[tuple[str, Any, Any, Any], ...] = (
    ("inquiry", Inquiry, InquiryState, InquiryState.inquiry_id),
    ("link", Link, LinkState, LinkState.link_id),
    ("delivery", Delivery, DeliveryState, DeliveryState.delivery_id),
    ("demand", Demand, DemandState, DemandState.demand_id),
)
#: What a step is called among the events where it is not ``<kind>.<state>``; None: it has none of its own.
_EVENTS = {
    "inquiry.negotiating": "inquiry.sent",
    "demand.open": "demand.posted",
    "delivery.contested": None,  # each answer in a dispute is one
    "delivery.confirmed": None,  # by the other side, by silence, or declared: its events are named apart
    "link.provisional": None,
    "link.active": None,
}


def check_steps(session: Session) -> None:
    """Rule 3: states moved along the arrows, one at a time, and every move is an event."""
    session.expire_all()
    for kind, table, history, owner in _HISTORIES:
        steps: defaultdict[int, list[str]] = defaultdict(list)
        for key, state in session.execute(sa.select(owner, history.state).order_by(history.id)):
            steps[key].append(state)
        moved: Counter[tuple[str, int]] = Counter()
        for key, state in session.execute(sa.select(table.id, table.state)):
            mine = steps.pop(key)
            assert mine[-1] == state, f"{kind} {key}: {mine}, now {state}"
            for before, after in pairwise([None, *mine]):
                assert after is not None
                assert before in CAME_FROM[kind][after], f"{kind} {key}: {mine}"
                if name := _EVENTS.get(f"{kind}.{after}", f"{kind}.{after}"):
                    moved[name, key] += 1
        assert not steps
        _check_events(session, moved)
    agreed = Counter(session.scalars(sa.select(EventRow.subject_id).where(EventRow.name == "link.agreed")))
    made = session.scalars(sa.select(Link.id).where(Link.origin.in_(TWO_SIDED)))
    assert agreed == Counter(made)


def _check_events(session: Session, moved: Counter[tuple[str, int]]) -> None:
    names = {name for name, _ in moved}
    told = session.execute(sa.select(EventRow.name, EventRow.subject_id).where(EventRow.name.in_(names)))
    assert Counter((name, key) for name, key in told) == moved
    talks = session.execute(
        sa.select(Inquiry.listing_id, Inquiry.buyer_id).where(Inquiry.state.in_(OPEN_STATES))
    )
    assert max(Counter((one, other) for one, other in talks).values(), default=0) <= 1
