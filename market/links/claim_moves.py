"""What all steps of a contested delivery share: the row of what somebody found, the delivery's next state,
and how it is settled. What may be said when is decided in disputes.py, of a single weighing in by_line.py.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.errors import Conflict
from market.events import Actor, Event
from market.inquiries.proposals import unit_of
from market.links import agreed, deliveries
from market.links import service as links
from market.links.agreed import Weighed
from market.links.models import Delivery, DeliveryClaim, Link, Weighing
from market.words import t

#: Why nothing is accepted of a delivery that was never made; a word of the two sides, like any reason.
NO_DELIVERY = "không có lần giao này"
WAITS_NO_MORE = t("This delivery is not waiting for your confirmation any more.")


def said_of(session: Session, delivery: Delivery) -> list[DeliveryClaim]:
    """What was said of a delivery so far, the first first."""
    said = sa.select(DeliveryClaim).where(DeliveryClaim.delivery_id == delivery.id)
    return list(session.scalars(said.order_by(DeliveryClaim.id)))


def write(
    session: Session,
    *,
    actor: Actor,
    link: Link,
    delivery: Delivery,
    side: str,
    what: str,
    weighed: Weighed,
    weighing_id: int | None = None,
) -> DeliveryClaim:
    """Add what a side, or an officer, has found of a delivery, or of one of its weighings."""
    unit, terms = unit_of(session, link.product_id), agreed.of(session, link)
    deliveries.check_weighed(weighed, terms, unit)
    claim = DeliveryClaim(
        delivery_id=delivery.id,
        weighing_id=weighing_id,
        side=side,
        what=what,
        **deliveries.reckon(weighed, terms, unit),
        made_at=clock.now(),
        made_by=actor.user_id,
        channel=actor.channel,
    )
    session.add(claim)
    return claim


def write_nothing(
    session: Session, *, actor: Actor, link: Link, delivery: Delivery, side: str
) -> DeliveryClaim:
    """Add that a side says there was no such delivery: of what was weighed nothing is accepted."""
    first = session.scalars(
        sa.select(Weighing).where(Weighing.delivery_id == delivery.id).order_by(Weighing.position)
    ).all()[0]
    claim = DeliveryClaim(
        delivery_id=delivery.id,
        side=side,
        what="volume",
        spec=first.spec,
        gross=first.gross,
        deducted=first.gross,
        reason=NO_DELIVERY,
        accepted=0,
        price=first.price,
        value=0,
        made_at=clock.now(),
        made_by=actor.user_id,
        channel=actor.channel,
    )
    session.add(claim)
    return claim


def settle(
    session: Session,
    *,
    actor: Actor,
    link: Link,
    delivery: Delivery,
    accepted: int,
    value: int,
    by: str,
) -> None:
    """From now on the delivery counts with these totals (base units, đồng). ``by``: both, or officer."""
    delivery.accepted, delivery.value = accepted, value
    delivery.confirmed_at, delivery.confirmed_by = clock.now(), actor.user_id
    move(session, delivery, actor, "settled", of="contested")
    events.record(session, Event("delivery.settled", delivery.id, actor, {"link": link.id, "by": by}))
    for side in ("seller", "buyer"):
        words = t("A contested delivery is settled. It now counts.")
        links.tell(session, link, to=side, kind="delivery.settled", actor=actor, words=words)


def move(session: Session, delivery: Delivery, actor: Actor, state: str, *, of: str) -> None:
    """Lead the delivery from one state to another; of two who do so at the same instant one is refused."""
    session.flush()  # what else has changed on the row goes with it
    moved = session.execute(
        sa.update(Delivery)
        .where(Delivery.id == delivery.id, Delivery.state == of)
        .values(state=state)
        .returning(Delivery.id),
        execution_options={"synchronize_session": False},
    ).first()
    if moved is None:
        raise Conflict(WAITS_NO_MORE)
    session.refresh(delivery)
    deliveries.note_state(session, delivery, actor)
