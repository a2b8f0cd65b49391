"""What the answers to a demand's inquiries bring: filled, held for the whole, or to be planned again.
Subscribed to the events of inquiries and links (worker.py); posting and sending are in service.py.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.db import lock
from market.demands import progress, queries, replanning, service, wanted
from market.demands.models import OPEN_STATES, Demand, DemandInquiry
from market.events import Actor, Event
from market.inquiries.models import Inquiry
from market.links import holding
from market.links.models import Link
from market.words import t


def on_held(session: Session, event: Event) -> None:
    """A part of a whole order was accepted: perhaps all of them are there now. Of an order that is filled it
    has nothing to wait for: it makes up for what a loss took, or was still being asked.
    """
    demand = _demand_of(session, event.subject_id)
    if demand is not None:
        lock(session, demand)
        if demand.state == "filled":
            inquiry = session.get_one(Inquiry, event.subject_id)
            holding.match(session, actor=event.actor, inquiry=inquiry)
            return
    _on_answered(session, event.subject_id, event.actor)


def on_agreed(session: Session, event: Event) -> None:
    """An inquiry has become an agreement: perhaps all is there now."""
    if event.data.get("inquiry"):
        _on_answered(session, int(event.data["inquiry"]), event.actor)


def on_amended(session: Session, event: Event) -> None:
    """An agreement brings other amounts from today on: perhaps all is there now."""
    found = session.scalar(sa.select(Link.inquiry_id).where(Link.id == int(event.data["link"])))
    if found is not None:
        _on_answered(session, found, event.actor)


def _on_answered(session: Session, inquiry_id: int, actor: Actor) -> None:
    demand = _demand_of(session, inquiry_id)
    if demand is None:
        return
    lock(session, demand)
    if demand.state not in OPEN_STATES:
        return
    need = wanted.of(session, demand)
    session.flush()  # what was committed just now is counted
    done = progress.of(session, demand, need)
    if any(had < line.volume for had, line in zip(done.agreed, need.lines, strict=True)):
        return
    service.move(session, demand, actor, "filled")
    for inquiry in service.inquiries_of(session, demand, "held"):
        holding.match(session, actor=actor, inquiry=inquiry)
    service.tell(session, demand, actor, "demand.filled", t("Your demand is filled."))


def on_fell_away(session: Session, event: Event) -> None:
    """A seller has refused or not answered: the buyer is told that the rest can be planned again. Of what the
    buyer has let go it need not be told.
    """
    demand = _demand_of(session, event.subject_id)
    if demand is None or demand.state not in OPEN_STATES or event.actor.party_id == demand.buyer_id:
        return
    if replanning.note(demand, event.actor):
        return
    words = t("A part of your demand has fallen away. The rest can be planned again.")
    service.tell(session, demand, event.actor, "demand.short", words)


def on_held_less(session: Session, event: Event) -> None:
    """A loss has taken from what is held for a demand; its lots are locked here."""
    demand = _demand_of(session, event.subject_id)
    if demand is None or demand.state not in OPEN_STATES:
        return
    # Whoever holds the demand may wait for these lots: then the buyer plans.
    if replanning.is_free(session, demand) and replanning.note(demand, event.actor):
        return
    words = t("What is held for your demand has become less. The rest can be planned again.")
    service.tell(session, demand, event.actor, "demand.short", words)


def on_link_short(session: Session, event: Event) -> None:
    """A loss or an end has taken from an agreement that served a demand."""
    found = session.scalar(sa.select(Link.inquiry_id).where(Link.id == event.subject_id))
    demand = _demand_of(session, found) if found else None
    if demand is None or not queries.may_be_planned(demand) or event.actor.party_id == demand.buyer_id:
        return
    if replanning.note(demand, event.actor):
        return
    words = t("An agreement of your demand will bring less. The rest can be planned again.")
    service.tell(session, demand, event.actor, "demand.short", words)


def _demand_of(session: Session, inquiry_id: int) -> Demand | None:
    return session.scalars(
        sa.select(Demand)
        .join(DemandInquiry, DemandInquiry.demand_id == Demand.id)
        .where(DemandInquiry.inquiry_id == inquiry_id)
    ).one_or_none()
