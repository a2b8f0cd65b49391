"""Goods handed over: one side records a delivery by weighing lines, the other confirms it; only then does it
count. What the other side sees otherwise is disputes.py's matter, what nobody answers silence.py's.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.catalogue import amounts
from market.db import MAX_PRICE, MAX_VALUE, MAX_VOLUME, lock, not_before
from market.errors import Conflict, Invalid, NotFound, under
from market.events import Actor, Event
from market.inquiries import service as inquiries
from market.inquiries.proposals import unit_of
from market.links import agreed, checks, queries
from market.links import service as links
from market.links.agreed import Agreed, Weighed
from market.links.models import Delivery, DeliveryState, Link, Weighing
from market.words import Volume, t


def record_delivery(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    link_id: int,
    on_date: date,
    weighed: Sequence[Weighed],
    line_id: int | None = None,
) -> Delivery:
    """A side says what was handed over on a day; it waits for the other side's yes."""
    link, side = queries.link_for(session, party_id=party_id, link_id=link_id)
    lock(session, link)
    if link.state != "active":
        raise Conflict(
            t("Only an agreement in force takes deliveries: {state}.", state=queries.state_words(link))
        )
    checks.need_passed(session, link)
    if on_date > clock.today():
        raise Invalid(t("A delivery cannot lie ahead."), field="on_date")
    if on_date < clock.day_of(link.agreed_at):
        raise Invalid(t("This day is before the agreement."), field="on_date")
    unit, terms = unit_of(session, link.product_id), agreed.of(session, link)
    for position, one in enumerate(weighed):
        # Of several it is said which one is meant.
        with under(f"weighings.{position}") if len(weighed) > 1 else nullcontext():
            check_weighed(one, terms, unit)
    if not weighed:
        raise Invalid(t("Please say how much was delivered."), field="gross")
    line = _line(session, link, on_date, line_id)
    rows = [
        Weighing(position=position, **reckon(one, terms, unit))
        for position, one in enumerate(weighed, start=1)
    ]
    accepted, value = sum(row.accepted for row in rows), sum(row.value for row in rows)
    check_sums(accepted, value)
    delivery = Delivery(
        link_id=link.id,
        line_id=line,
        on_date=on_date,
        state="recorded",
        recorded_side=side,
        accepted=accepted,
        value=value,
        recorded_at=clock.now(),
        recorded_by=actor.user_id,
    )
    session.add(delivery)
    session.flush()  # weighing lines and history need its id
    for row in rows:
        row.delivery_id = delivery.id
        session.add(row)
    note_state(session, delivery, actor)
    events.record(session, Event("delivery.recorded", delivery.id, actor, {"link": link.id}))
    if link.origin == "declared_one":
        _declare(session, actor, link, delivery)
        return delivery
    words = t(
        "A delivery of {volume} was recorded. Please confirm what you received or handed over.",
        volume=Volume(accepted, unit),
    )
    links.tell(session, link, to=inquiries.other(side), kind="delivery.recorded", actor=actor, words=words)
    return delivery


def confirm_delivery(
    session: Session, *, actor: Actor, party_id: int, link_id: int, delivery_id: int
) -> Delivery:
    """The other side says that the delivery is as recorded; from now on it counts."""
    link, side, delivery = take(session, party_id=party_id, link_id=link_id, delivery_id=delivery_id)
    if side == delivery.recorded_side:
        raise Conflict(t("The other side confirms what you recorded."))
    moved = session.execute(
        sa.update(Delivery)
        .where(Delivery.id == delivery.id, Delivery.state == "recorded")
        .values(state="confirmed", confirmed_at=clock.now(), confirmed_by=actor.user_id)
        .returning(Delivery.id),
        execution_options={"synchronize_session": False},
    ).first()
    if moved is None:
        raise Conflict(t("This delivery is not waiting for your confirmation any more."))
    session.refresh(delivery)
    note_state(session, delivery, actor)
    events.record(session, Event("delivery.confirmed", delivery.id, actor, {"link": link.id}))
    volume = Volume(delivery.accepted, unit_of(session, link.product_id))
    words = t("Your delivery of {volume} was confirmed.", volume=volume)
    links.tell(session, link, to=inquiries.other(side), kind="delivery.confirmed", actor=actor, words=words)
    return delivery


def take(
    session: Session, *, party_id: int, link_id: int, delivery_id: int
) -> tuple[Link, inquiries.Side, Delivery]:
    """A delivery of the party's own agreement, which is held for this transaction, with the party's side."""
    link, side = queries.link_for(session, party_id=party_id, link_id=link_id)
    lock(session, link)
    return link, side, of_link(session, link, delivery_id)


def of_link(session: Session, link: Link, delivery_id: int) -> Delivery:
    """A delivery of this agreement as it stands now; ``NotFound`` where it has no such."""
    delivery = session.get(Delivery, delivery_id, populate_existing=True)
    if delivery is None or delivery.link_id != link.id:
        raise NotFound
    return delivery


def _declare(session: Session, actor: Actor, link: Link, delivery: Delivery) -> None:
    """Nobody on the other side can confirm it: it counts at once, as declared by one side like its link
    (figures show such evidence apart), and no one stands as having confirmed it.
    """
    delivery.state, delivery.confirmed_at = "confirmed", clock.now()
    note_state(session, delivery, actor)
    events.record(session, Event("delivery.declared", delivery.id, actor, {"link": link.id}))


def note_state(session: Session, delivery: Delivery, actor: Actor) -> None:
    """Add the history row of the state the delivery now has; it holds from the day of the delivery on."""
    mine = DeliveryState.delivery_id == delivery.id
    session.add(
        DeliveryState(
            delivery_id=delivery.id,
            state=delivery.state,
            accepted=delivery.accepted,
            value=delivery.value,
            on_date=delivery.on_date,
            recorded_at=not_before(DeliveryState.recorded_at, clock.now(), mine),
            recorded_by=actor.user_id,
            channel=actor.channel,
        )
    )


def check_weighed(one: Weighed, terms: Agreed, unit: str) -> None:
    """Refuse what no scale can have said, and a price that cannot be meant or that the terms do not give."""
    if not 0 < one.gross <= MAX_VOLUME:
        raise Invalid(t("The volume must be above zero."), field="gross")
    if not 0 <= one.deducted < one.gross:
        raise Invalid(t("What is deducted must be less than what was weighed."), field="deducted")
    if one.deducted and not one.reason:
        raise Invalid(t("Please say why something was deducted."), field="deduction_reason")
    price, _ = agreed.price_for(terms, one)
    if not 0 <= price <= MAX_PRICE or amounts.value(one.gross, price, unit) > MAX_VALUE:
        raise Invalid(t("This price cannot be meant. It is for one kg or one piece."), field="price")


def check_sums(accepted: int, value: int) -> None:
    """Refuse weighings that together are more than one delivery can be (base units, đồng)."""
    if accepted > MAX_VOLUME or value > MAX_VALUE:
        raise Invalid(t("Together this is more than one delivery can be."), field="gross")


def reckon(one: Weighed, terms: Agreed, unit: str) -> dict[str, Any]:
    """What was weighed as the columns of a weighing or a claim: what is accepted of it, at which price, and
    what that comes to.
    """
    price, off_table = agreed.price_for(terms, one)
    accepted = one.gross - one.deducted
    return {
        "spec": one.spec,
        "gross": one.gross,
        "deducted": one.deducted,
        "reason": one.reason,
        "accepted": accepted,
        "price": price,
        "value": amounts.value(accepted, price, unit),
        "off_table": off_table,
    }


def _line(session: Session, link: Link, on_date: date, line_id: int | None) -> int | None:
    """The schedule line that a delivery counts against: as said, else the one whose window holds the day."""
    lines = links.lines_of(session, link)
    if line_id is not None:
        if line_id not in {line.id for line in lines}:
            raise NotFound
        return line_id
    line = links.line_for(lines, on_date)
    return line.id if line else None
