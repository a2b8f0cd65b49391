"""A delivery that the other side sees otherwise: contested with its own weighing, answered by turns, settled
by both or by an officer. Also what silence does: two reminders, and after a week the delivery counts.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.catalogue import amounts
from market.db import lock
from market.errors import Conflict, Invalid, NotAllowed
from market.events import Actor, Event, EventRow
from market.inquiries import service as inquiries
from market.inquiries.proposals import unit_of
from market.links import deliveries, queries
from market.links import service as links
from market.links.deliveries import Weighed
from market.links.models import CONTESTED, Delivery, DeliveryClaim, Link
from market.words import t

Side = Literal["seller", "buyer"]

#: Unanswered for so long a delivery counts as confirmed; before that its other side is reminded.
SILENCE = timedelta(days=7)
REMINDERS = (timedelta(days=3), timedelta(days=6))
REMINDED = "delivery.reminded"


def contest_delivery(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    link_id: int,
    delivery_id: int,
    what: str,
    weighed: Weighed,
    remark: str = "",
) -> DeliveryClaim:
    """The other side says what it found instead. Of a contested delivery the side whose turn it is answers in
    the same way; both times it is then the other's turn.
    """
    link, side, delivery = deliveries.take(
        session, party_id=party_id, link_id=link_id, delivery_id=delivery_id
    )
    if what not in CONTESTED:
        raise Invalid(t("Please choose what differs."), field="what")
    if _turn(session, delivery) != side:
        raise Conflict(t("It is the other side's turn to answer."))
    claim = _claim(session, actor, link, delivery, side, what, weighed)
    if delivery.state == "recorded":
        _move(session, delivery, actor, "contested", of="recorded")
    inquiries.keep_remark(session, actor, side, remark, link_id=link.id)
    events.record(session, Event("delivery.contested", delivery.id, actor, {"link": link.id, "what": what}))
    words = t("The other side sees a delivery otherwise. Please answer.")
    links.tell(session, link, to=inquiries.other(side), kind="delivery.contested", actor=actor, words=words)
    return claim


def accept_claim(
    session: Session, *, actor: Actor, party_id: int, link_id: int, delivery_id: int
) -> Delivery:
    """The side whose turn it is agrees with what the other found: both have settled it."""
    link, side, delivery = deliveries.take(
        session, party_id=party_id, link_id=link_id, delivery_id=delivery_id
    )
    claim = _last_claim(session, delivery)
    if claim is None or delivery.state != "contested":
        raise Conflict(t("This delivery is not contested."))
    if claim.side == side:
        raise Conflict(t("It is the other side's turn to answer."))
    _settle(session, actor, link, delivery, claim)
    return delivery


def settle_by_officer(
    session: Session, *, actor: Actor, link: Link, delivery_id: int, weighed: Weighed, ground: str
) -> Delivery:
    """An officer settles what the two sides could not, on a named ground. Whether she may is the desk's
    matter.
    """
    lock(session, link)
    delivery = deliveries.of_link(session, link, delivery_id)
    if delivery.state != "contested":
        raise Conflict(t("This delivery is not contested."))
    if not ground.strip():
        raise Invalid(t("Please say on what ground."), field="ground")
    claim = _claim(session, actor, link, delivery, "officer", "volume", weighed)
    claim.ground = ground.strip()[:500]
    _settle(session, actor, link, delivery, claim)
    return delivery


def mark_paid(
    session: Session, *, actor: Actor, party_id: int, link_id: int, delivery_id: int, on_date: date
) -> Delivery:
    """The seller says that a delivery was paid, on which day. No money passes through the platform."""
    link, side, delivery = deliveries.take(
        session, party_id=party_id, link_id=link_id, delivery_id=delivery_id
    )
    if side != "seller":
        raise NotAllowed(t("The seller says that the money has come."))
    if delivery.state not in queries.COUNTED:
        raise Conflict(t("Only a delivery that both sides agree on is paid."))
    if delivery.paid_on is not None:
        raise Conflict(t("This delivery is marked as paid already."))
    if not delivery.on_date - timedelta(days=366) <= on_date <= clock.today():
        raise Invalid(t("This day cannot be meant."), field="paid_on")
    delivery.paid_on = on_date
    events.record(session, Event("delivery.paid", delivery.id, actor, {"on": on_date.isoformat()}))
    words = t("The seller has noted your payment.")
    links.tell(session, link, to="buyer", kind="delivery.paid", actor=actor, words=words)
    return delivery


# --- by the clock ---


def list_to_remind(session: Session, *, limit: int = 100) -> list[int]:
    """Ids of deliveries of which the other side is to be reminded now."""
    found = sa.select(Delivery.id).where(_to_remind()).order_by(Delivery.id)
    return list(session.scalars(found.limit(limit)))


def _to_remind() -> sa.ColumnElement[bool]:
    told, now = _reminders(), clock.now()
    due = sa.or_(
        *(
            sa.and_(told == number, Delivery.recorded_at <= now - wait)
            for number, wait in enumerate(REMINDERS)
        )
    )
    return sa.and_(Delivery.state == "recorded", due)


def _reminders() -> sa.ScalarSelect[int]:
    """How often the other side was reminded of a delivery."""
    told = sa.select(sa.func.count()).where(EventRow.name == REMINDED, EventRow.subject_id == Delivery.id)
    return told.scalar_subquery()


def remind(session: Session, delivery_id: int) -> bool:
    """Remind the side that has yet to answer; False if it has just done so."""
    delivery = session.get_one(Delivery, delivery_id)
    link = session.get_one(Link, delivery.link_id)
    lock(session, link)
    session.refresh(delivery)
    if session.scalar(sa.select(Delivery.id).where(Delivery.id == delivery_id, _to_remind())) is None:
        return False
    events.record(session, Event(REMINDED, delivery.id, events.CLOCK, {"link": link.id}))
    until = delivery.recorded_at + SILENCE
    words = t("A delivery waits for your answer. Without one it counts as confirmed on {day}.", day=until)
    to = inquiries.other(delivery.recorded_side)
    links.tell(session, link, to=to, kind=REMINDED, actor=events.CLOCK, words=words)
    return True


def list_silent(session: Session, *, limit: int = 100) -> list[int]:
    """Ids of deliveries that nobody answered for a week, though reminded twice."""
    found = (
        sa.select(Delivery.id)
        .where(
            Delivery.state == "recorded",
            Delivery.recorded_at <= clock.now() - SILENCE,
            _reminders() >= len(REMINDERS),
        )
        .order_by(Delivery.id)
    )
    return list(session.scalars(found.limit(limit)))


def confirm_by_silence(session: Session, delivery_id: int) -> bool:
    """What was not answered counts; it is shown apart."""
    delivery = session.get_one(Delivery, delivery_id)
    link = session.get_one(Link, delivery.link_id)
    lock(session, link)
    session.refresh(delivery)
    if delivery.state != "recorded" or delivery.recorded_at > clock.now() - SILENCE:
        return False
    delivery.by_silence = True
    _move(session, delivery, events.CLOCK, "confirmed", of="recorded")
    events.record(
        session, Event("delivery.confirmed", delivery.id, events.CLOCK, {"link": link.id, "silence": True})
    )
    for side in ("seller", "buyer"):
        words = t("A delivery counts as confirmed: nobody answered for seven days.")
        links.tell(session, link, to=side, kind="delivery.silent", actor=events.CLOCK, words=words)
    return True


# --- shared ---


def _turn(session: Session, delivery: Delivery) -> str:
    """Whose answer is awaited; ends the talk where there is none."""
    if delivery.state == "recorded":
        return inquiries.other(delivery.recorded_side)
    claim = _last_claim(session, delivery)
    if delivery.state != "contested" or claim is None:
        raise Conflict(t("This delivery is not waiting for your confirmation any more."))
    return inquiries.other(claim.side)


def _last_claim(session: Session, delivery: Delivery) -> DeliveryClaim | None:
    return session.scalars(
        sa.select(DeliveryClaim)
        .where(DeliveryClaim.delivery_id == delivery.id)
        .order_by(DeliveryClaim.id.desc())
        .limit(1)
    ).one_or_none()


def _claim(
    session: Session,
    actor: Actor,
    link: Link,
    delivery: Delivery,
    side: str,
    what: str,
    weighed: Weighed,
) -> DeliveryClaim:
    unit = unit_of(session, link.product_id)
    deliveries.check_weighed(weighed, link, unit)
    price = link.price if weighed.price is None else weighed.price
    accepted = weighed.gross - weighed.deducted
    claim = DeliveryClaim(
        delivery_id=delivery.id,
        side=side,
        what=what,
        spec=weighed.spec,
        gross=weighed.gross,
        deducted=weighed.deducted,
        reason=weighed.reason,
        accepted=accepted,
        price=price,
        value=amounts.value(accepted, price, unit),
        made_at=clock.now(),
        made_by=actor.user_id,
        channel=actor.channel,
    )
    session.add(claim)
    return claim


def _settle(session: Session, actor: Actor, link: Link, delivery: Delivery, claim: DeliveryClaim) -> None:
    delivery.accepted, delivery.value = claim.accepted, claim.value
    delivery.confirmed_at, delivery.confirmed_by = clock.now(), actor.user_id
    _move(session, delivery, actor, "settled", of="contested")
    by = "officer" if claim.side == "officer" else "both"
    events.record(session, Event("delivery.settled", delivery.id, actor, {"link": link.id, "by": by}))
    for side in ("seller", "buyer"):
        words = t("A contested delivery is settled. It now counts.")
        links.tell(session, link, to=side, kind="delivery.settled", actor=actor, words=words)


def _move(session: Session, delivery: Delivery, actor: Actor, state: str, *, of: str) -> None:
    session.flush()  # what else has changed on the row goes with it
    moved = session.execute(
        sa.update(Delivery)
        .where(Delivery.id == delivery.id, Delivery.state == of)
        .values(state=state)
        .returning(Delivery.id),
        execution_options={"synchronize_session": False},
    ).first()
    if moved is None:
        raise Conflict(t("This delivery is not waiting for your confirmation any more."))
    session.refresh(delivery)
    deliveries.note_state(session, delivery, actor)
