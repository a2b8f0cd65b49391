"""How a party has kept its word: answering rate, time to the first reply, what was delivered of what was
promised, who ended agreements early, what was paid in time. Shown from three deals up, counted from the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.inquiries.models import Inquiry, InquiryState, Offer
from market.links.models import Delivery, Link, LinkState

#: With fewer deals a share says nothing, or gives one of them away.
LEAST = 3
#: What is older says little of the people who act today.
PERIOD = timedelta(days=2 * 365)
#: Paid on delivery is in time for so many days.
GRACE = 3
#: So long after the term a seller may take to note that the money came.
TIME_TO_NOTE = timedelta(days=14)

COUNTED = ("confirmed", "settled")


@dataclass(frozen=True, slots=True)
class Record:
    """A party's record of two years. Shares are fractions, None where there is nothing to count; the reply
    time is in hours.
    """

    deals: int
    asked: int
    answered: float | None
    reply_hours: float | None
    delivered: float | None
    ended_early: int
    ended_early_itself: int
    paid_in_time: float | None


def record_of(session: Session, *, party_id: int) -> Record | None:
    """The record of a unit or a buyer; None below three deals."""
    since = clock.now() - PERIOD
    mine = sa.or_(Link.seller_id == party_id, Link.buyer_id == party_id)
    deals = session.execute(
        sa.select(
            Link.id,
            Link.seller_id,
            Link.state,
            Link.volume,
            Link.all_output,
            Link.payment,
            Link.payment_days,
        ).where(mine, Link.origin == "platform", Link.agreed_at >= since)
    ).all()
    if len(deals) < LEAST:
        return None
    asked, replies = _replies(session, party_id, since)
    early = session.scalars(
        sa.select(LinkState.by_side == sa.case((Link.seller_id == party_id, "seller"), else_="buyer"))
        .join(Link, Link.id == LinkState.link_id)
        .where(LinkState.state == "ended_early", mine, Link.agreed_at >= since)
    ).all()
    return Record(
        deals=len(deals),
        asked=asked,
        answered=len(replies) / asked if asked else None,
        reply_hours=round(median(replies), 1) if replies else None,
        delivered=_delivered(session, [one for one in deals if one.seller_id == party_id]),
        ended_early=len(early),
        ended_early_itself=sum(bool(itself) for itself in early),
        paid_in_time=_paid(session, [one for one in deals if one.seller_id != party_id]),
    )


def _replies(session: Session, party_id: int, since: datetime) -> tuple[int, list[float]]:
    """How many inquiries waited for the party's first word, and after how many hours it came where it came.
    What still waits is not counted yet.
    """
    opened = (
        sa.select(Offer.side)
        .where(Offer.inquiry_id == Inquiry.id, Offer.sequence == 1)
        .correlate(Inquiry)
        .scalar_subquery()
    )
    my_side = sa.case((Inquiry.seller_id == party_id, "seller"), else_="buyer")
    offered = (
        sa.select(sa.func.min(Offer.made_at))
        .where(Offer.inquiry_id == Inquiry.id, Offer.side == my_side)
        .correlate(Inquiry)
        .scalar_subquery()
    )
    decided = (
        sa.select(sa.func.min(InquiryState.recorded_at))
        .where(
            InquiryState.inquiry_id == Inquiry.id,
            InquiryState.by_side == my_side,
            InquiryState.state.in_(("matched", "declined", "held")),
        )
        .correlate(Inquiry)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(
            Inquiry.created_at, Inquiry.state, offered.label("offered"), decided.label("decided")
        ).where(
            sa.or_(Inquiry.seller_id == party_id, Inquiry.buyer_id == party_id),
            opened != my_side,
            Inquiry.created_at >= since,
        )
    )
    asked, hours = 0, []
    for row in rows:
        first = min((at for at in (row.offered, row.decided) if at is not None), default=None)
        if first is not None:
            hours.append((first - row.created_at).total_seconds() / 3600)
        # Taken back before an answer was due says nothing of whoever was asked.
        if first is not None or row.state == "expired":
            asked += 1
    return asked, hours


def _delivered(session: Session, sold: list[Any]) -> float | None:
    """What was delivered of what was promised, over agreements that have ended. Who promised all that an area
    gives, and has delivered it, promised no more than it gave.
    """
    ended = [one for one in sold if one.state in ("fulfilled", "short", "ended_early")]
    rows = session.execute(
        sa.select(Delivery.link_id, sa.func.sum(Delivery.accepted).label("done"))
        .where(Delivery.link_id.in_([one.id for one in ended]), Delivery.state.in_(COUNTED))
        .group_by(Delivery.link_id)
    )
    done = {row.link_id: int(row.done) for row in rows}
    promised = sum(
        min(one.volume, done.get(one.id, 0)) if one.all_output and one.state == "fulfilled" else one.volume
        for one in ended
    )
    return min(sum(done.values()) / promised, 1.0) if promised else None


def _paid(session: Session, bought: list[Any]) -> float | None:
    """Deliveries paid in time, over those that were noted as paid and those whose term has run out unpaid,
    where a payment term was agreed. Unpaid says something only of a seller who notes payments at all.
    """
    terms = {
        one.id: timedelta(days=(one.payment_days if one.payment == "days_after" else None) or GRACE)
        for one in bought
        if one.payment is not None
    }
    noting = set(
        session.scalars(
            sa.select(Link.seller_id)
            .join(Delivery, Delivery.link_id == Link.id)
            .where(Link.seller_id.in_({one.seller_id for one in bought}), Delivery.paid_on.is_not(None))
            .distinct()
        )
    )
    notes = {one.id for one in bought if one.seller_id in noting}
    rows = session.execute(
        sa.select(Delivery.link_id, Delivery.on_date, Delivery.paid_on).where(
            Delivery.link_id.in_(terms.keys() & notes), Delivery.state.in_(COUNTED)
        )
    ).all()
    run_out = clock.today() - TIME_TO_NOTE
    judged = [row for row in rows if row.paid_on or row.on_date + terms[row.link_id] < run_out]
    if not judged:
        return None
    in_time = [row for row in judged if row.paid_on and row.paid_on <= row.on_date + terms[row.link_id]]
    return len(in_time) / len(judged)
