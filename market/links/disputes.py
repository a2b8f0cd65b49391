"""A delivery that the other side sees otherwise: contested as a whole or one weighing at a time (by_line.py),
answered by turns, settled by both or by an officer; and what is paid. What nobody answers is silence.py's
matter.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from market import clock, events
from market.db import lock
from market.errors import Conflict, Invalid, NotAllowed
from market.events import Actor, Event
from market.inquiries import service as inquiries
from market.links import agreed, by_line, claim_moves, deliveries, queries
from market.links import service as links
from market.links.agreed import Weighed
from market.links.models import CONTESTED, Delivery, DeliveryClaim, Link
from market.words import t

Side = Literal["seller", "buyer"]

NOT_CONTESTED = t("This delivery is not contested.")


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
    line: int | None = None,
) -> DeliveryClaim:
    """The other side says what it found instead, of the whole delivery or of one weighing (``line``, counted
    from 1). The side whose turn it is answers in the same way; then it is the other's turn.
    """
    link, side, delivery = deliveries.take(
        session, party_id=party_id, link_id=link_id, delivery_id=delivery_id
    )
    if what not in CONTESTED:
        raise Invalid(t("Please choose what differs."), field="what")
    said = claim_moves.said_of(session, delivery)
    weighing_id = None
    if line is not None:
        weighing_id, weighed = by_line.take(session, link, delivery, said, line, side=side, weighed=weighed)
    elif by_line.is_by_line(said):
        raise Conflict(by_line.EACH, field="line")
    elif _turn(delivery, said) != side:
        raise Conflict(by_line.NOT_YOUR_TURN)
    else:
        weighed = _whole(session, link, delivery, weighed)
    claim = claim_moves.write(
        session,
        actor=actor,
        link=link,
        delivery=delivery,
        side=side,
        what=what,
        weighed=weighed,
        weighing_id=weighing_id,
    )
    if delivery.state == "recorded":
        claim_moves.move(session, delivery, actor, "contested", of="recorded")
    session.flush()  # the words name their claim
    inquiries.keep_remark(session, actor, side, remark, link_id=link.id, claim_id=claim.id)
    data = {"link": link.id, "what": what, **({} if line is None else {"line": line})}
    events.record(session, Event("delivery.contested", delivery.id, actor, data))
    words = t("The other side sees a delivery otherwise. Please answer.")
    links.tell(session, link, to=inquiries.other(side), kind="delivery.contested", actor=actor, words=words)
    return claim


def take_back(session: Session, *, actor: Actor, party_id: int, link_id: int, delivery_id: int) -> bool:
    """The side in whose name a delivery was recorded says that there was none: it is contested at nothing,
    and the other side agrees or says what it found. False where somebody has answered it already.
    """
    link, side, delivery = deliveries.take(
        session, party_id=party_id, link_id=link_id, delivery_id=delivery_id
    )
    if delivery.state != "recorded" or delivery.recorded_side != side:
        return False
    claim_moves.write_nothing(session, actor=actor, link=link, delivery=delivery, side=side)
    claim_moves.move(session, delivery, actor, "contested", of="recorded")
    data = {"link": link.id, "what": "volume"}
    events.record(session, Event("delivery.contested", delivery.id, actor, data))
    words = t("The other side says that a delivery which the department had entered for it was not made.")
    links.tell(session, link, to=inquiries.other(side), kind="delivery.contested", actor=actor, words=words)
    return True


def accept_claim(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    link_id: int,
    delivery_id: int,
    line: int | None = None,
) -> Delivery:
    """The side whose turn it is agrees with what the other found: both have settled it. Of a delivery that is
    contested by weighing, with one of them (``line``) or with all that the other found; it is settled with
    the last of them.
    """
    link, side, delivery = deliveries.take(
        session, party_id=party_id, link_id=link_id, delivery_id=delivery_id
    )
    said = claim_moves.said_of(session, delivery)
    if not said or delivery.state != "contested":
        raise Conflict(NOT_CONTESTED)
    if by_line.is_by_line(said):
        by_line.agree(session, actor, link, delivery, said, side=side, line=line)
        return delivery
    if line is not None:
        raise Conflict(by_line.WHOLE)
    claim = said[-1]
    if claim.side == side:
        raise Conflict(by_line.NOT_YOUR_TURN)
    claim.settled_at, claim.settled_by = clock.now(), actor.user_id
    _settle(session, actor, link, delivery, claim)
    return delivery


def settle_by_officer(
    session: Session,
    *,
    actor: Actor,
    link: Link,
    delivery_id: int,
    weighed: Weighed,
    ground: str,
    line: int | None = None,
) -> Delivery:
    """An officer settles what the two sides could not, on a named ground: the whole delivery, or one of the
    contested weighings (``line``), which settles the delivery if it is the last. Whether she may is the
    desk's matter.
    """
    lock(session, link)
    delivery = deliveries.of_link(session, link, delivery_id)
    if delivery.state != "contested":
        raise Conflict(NOT_CONTESTED)
    if not ground.strip():
        raise Invalid(t("Please say on what ground."), field="ground")
    said = claim_moves.said_of(session, delivery)
    weighing_id = None
    if line is not None:
        weighing_id, weighed = by_line.take(
            session, link, delivery, said, line, side="officer", weighed=weighed
        )
    else:
        weighed = _whole(session, link, delivery, weighed)
    claim = claim_moves.write(
        session,
        actor=actor,
        link=link,
        delivery=delivery,
        side="officer",
        what="volume",
        weighed=weighed,
        weighing_id=weighing_id,
    )
    claim.ground = ground.strip()[:500]
    claim.settled_at, claim.settled_by = clock.now(), actor.user_id
    if line is not None:
        by_line.go_on(session, actor, link, delivery, [*said, claim], line=line, by="officer")
    else:
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


def _whole(session: Session, link: Link, delivery: Delivery, weighed: Weighed) -> Weighed:
    """What was found of the whole; where the price is made of what was delivered, at the recorded one."""
    terms = agreed.of(session, link)
    if terms.pricing.kind not in ("table", "reference"):
        return weighed
    return agreed.as_it_stands(terms, weighed, by_line.weighings_of(session, delivery))


def _turn(delivery: Delivery, said: list[DeliveryClaim]) -> str:
    """Whose answer to the whole is awaited; ends the talk where there is none."""
    if delivery.state == "recorded":
        return inquiries.other(delivery.recorded_side)
    if delivery.state != "contested" or not said:
        raise Conflict(claim_moves.WAITS_NO_MORE)
    return inquiries.other(said[-1].side)


def _settle(session: Session, actor: Actor, link: Link, delivery: Delivery, claim: DeliveryClaim) -> None:
    claim_moves.settle(
        session,
        actor=actor,
        link=link,
        delivery=delivery,
        accepted=claim.accepted,
        value=claim.value,
        by="officer" if claim.side == "officer" else "both",
    )
