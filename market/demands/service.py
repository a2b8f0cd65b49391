"""Posting a demand, sending a plan for it, closing it, and what the clock brings. A plan holds nothing until
its sellers have accepted; then their volume is committed. What comes of the answers is in outcomes.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events, once
from market.accounts import service as accounts
from market.db import lock, not_before
from market.demands import asking, by_seller, goods, queries, wanted
from market.demands.models import (
    OPEN_STATES,
    Demand,
    DemandInquiry,
    DemandLine,
    DemandProduct,
    DemandStandard,
    DemandState,
)
from market.demands.planning import Part, Planned
from market.demands.wanted import Wanted
from market.errors import Conflict, Invalid, MarketError, NotAllowed
from market.events import Actor, Event
from market.inquiries import service as inquiries
from market.inquiries.models import Inquiry
from market.links import holding
from market.parties.models import Party
from market.words import Words, t

#: How long accepted parts of a whole order are held at most, unless the buyer says less.
LONGEST_HOLD = timedelta(days=30)
USUAL_HOLD = timedelta(days=7)
SHORTEST_HOLD = timedelta(days=1)


def post_demand(
    session: Session,
    *,
    actor: Actor,
    buyer_id: int,
    need: Wanted,
    hold_days: int | None = None,
    replan: bool = False,
) -> Demand:
    """A buyer says openly what is needed. Nothing is asked of anybody yet; units whose open lots could serve
    it are told by the worker (telling.py). With ``replan`` others are asked by itself for what falls away.
    """
    buyer = session.get_one(Party, buyer_id)
    if buyer.standing != "confirmed":
        raise NotAllowed(
            t("An officer has not confirmed your registration yet. You may ask once it is done.")
        )
    of_all = goods.of(session, need)
    wanted.check(session, need, of_all.unit)
    if hold_days is not None and not 1 <= hold_days <= LONGEST_HOLD.days:
        raise Invalid(t("Please give at most {n}.", n=LONGEST_HOLD.days), field="hold_days")
    hold = timedelta(days=hold_days) if hold_days else USUAL_HOLD
    demand = Demand(
        buyer_id=buyer_id,
        product_id=need.product_id,
        sector_code=need.sector,
        unit=of_all.unit,
        spec=dict(need.spec),
        price_max=need.price_max,
        price_basis=need.price_basis,
        source_place_id=need.source_place_id,
        delivery_place_id=need.delivery_place_id,
        carriage_rate=need.carriage_rate,
        daily_intake=need.daily_intake,
        max_units=need.max_units,
        part_will_do=need.part_will_do,
        unknown_will_do=need.unknown_will_do,
        labelled_will_do=need.labelled_will_do,
        replan=replan,
        tell_due=clock.now(),
        state="open",
        held_until=None if need.part_will_do else clock.now() + hold,
        ends_on=need.last,
        created_at=clock.now(),
        created_by=actor.user_id,
    )
    session.add(demand)
    session.flush()  # its lines and its history need its id
    session.add_all(
        DemandLine(
            demand_id=demand.id,
            position=position,
            from_date=line.from_date,
            to_date=line.to_date,
            volume=line.volume,
        )
        for position, line in enumerate(need.lines, start=1)
    )
    session.add_all(
        DemandProduct(demand_id=demand.id, product_id=product_id, position=position)
        for position, product_id in enumerate(need.product_ids, start=1)
    )
    session.add_all(DemandStandard(demand_id=demand.id, standard_code=code) for code in need.standards)
    _note(session, demand, actor)
    events.record(session, Event("demand.posted", demand.id, actor, {"volume": need.volume}))
    return demand


def send_plan(
    session: Session,
    *,
    actor: Actor,
    buyer_id: int,
    demand_id: int,
    seen: str | None = None,
    max_units: int | None = None,
) -> list[Inquiry]:
    """Ask every seller of the plan for its whole part, one inquiry a seller. ``seen`` is the ``mark`` of the
    plan that the buyer saw: if the market has moved since, nothing is sent (Conflict). ``max_units`` are
    those of the plan with fewer units, where it was that; it holds for this plan alone.
    """
    demand = queries.demand_for(session, buyer_id=buyer_id, demand_id=demand_id)
    lock(session, session.get_one(Party, buyer_id))
    lock(session, demand)
    if not queries.may_be_planned(demand):
        raise Conflict(t("This demand is not open any more."))
    planned = queries.plan_of(session, demand, on=clock.today(), max_units=max_units)
    if planned is None or not planned.parts:
        raise Conflict(t("What is on offer today cannot fill this."))
    if seen is not None and seen != mark(planned):
        raise Conflict(t("The market has moved since: here is the plan as it is now. Please look again."))
    sellers = by_seller.gathered(planned.parts, lambda part: part.lot.unit_id)
    made = [_ask(session, actor, demand, seller.parts) for seller in sellers]
    if demand.state == "open":
        move(session, demand, actor, "filling")
    events.record(
        session,
        Event("demand.planned", demand.id, actor, {"inquiries": [inquiry.id for inquiry in made]}),
    )
    return made


def mark(planned: Planned) -> str:
    """What tells a plan from another one: who gives how much when at which price. However many parts it has,
    it is short enough for a form's field.
    """
    return once.digest(*((one.lot.lot_id, one.line, one.volume, one.lot.price) for one in planned.parts))


def _ask(session: Session, actor: Actor, demand: Demand, parts: Sequence[Part]) -> Inquiry:
    asked = asking.question(session, demand, parts)
    inquiry = inquiries.send_inquiry(
        session,
        actor=actor,
        buyer_id=demand.buyer_id,
        listing_id=asked.listing_id,
        proposal=asked.proposal,
        parts=asked.several,
    )
    serves(session, inquiry, demand)
    return inquiry


def serves(session: Session, inquiry: Inquiry, demand: Demand) -> None:
    """Note that an inquiry is to fill a demand, which is locked. Of one of which only the whole will do it is
    answered before the day until which accepted parts wait for the others; that day is put off when it is
    near.
    """
    if demand.held_until is not None:
        if demand.held_until <= clock.now() + SHORTEST_HOLD:
            chosen = max(demand.held_until - demand.created_at, SHORTEST_HOLD)
            demand.held_until = clock.now() + min(chosen, USUAL_HOLD)
        inquiry.held_until = demand.held_until
        inquiry.valid_until = min(inquiry.valid_until, demand.held_until)
    session.add(DemandInquiry(inquiry_id=inquiry.id, demand_id=demand.id, sent_at=clock.now()))


def close_demand(session: Session, *, actor: Actor, buyer_id: int, demand_id: int) -> Demand:
    """The buyer needs no more. What is agreed stays; what is held for the whole is released; open inquiries
    are withdrawn.
    """
    demand = queries.demand_for(session, buyer_id=buyer_id, demand_id=demand_id)
    _hold(session, demand)
    if demand.state not in OPEN_STATES:
        raise Conflict(t("This demand is not open any more."))
    move(session, demand, actor, "closed")
    _let_go(session, demand, actor)
    return demand


def _let_go(session: Session, demand: Demand, actor: Actor) -> None:
    """What was open or held of a demand that is over already: nothing of it has to be planned again."""
    for inquiry in inquiries_of(session, demand, "negotiating"):
        inquiries.withdraw(session, actor=actor, party_id=demand.buyer_id, inquiry_id=inquiry.id)
    holding.take_parts(session, buyer_id=demand.buyer_id)
    for inquiry in inquiries_of(session, demand, "held"):
        holding.release(session, actor=actor, inquiry=inquiry)


def inquiries_of(session: Session, demand: Demand, state: str) -> Sequence[Inquiry]:
    """The inquiries of a demand in a state, the first first."""
    mine = sa.select(DemandInquiry.inquiry_id).where(DemandInquiry.demand_id == demand.id)
    return session.scalars(
        sa.select(Inquiry).where(Inquiry.id.in_(mine), Inquiry.state == state).order_by(Inquiry.id)
    ).all()


def _hold(session: Session, demand: Demand) -> None:
    """Take a demand to be ended: its buyer first, then its inquiries, as whoever answers one does."""
    lock(session, session.get_one(Party, demand.buyer_id))
    for state in ("negotiating", "held"):
        for inquiry in inquiries_of(session, demand, state):
            lock(session, inquiry)
    lock(session, demand)


def tell(session: Session, demand: Demand, actor: Actor, kind: str, words: Words) -> None:
    """Tell the buyer's people of what became of a demand, and of which."""
    name, _ = goods.names_by_demand(session, [demand])[demand.id]
    words = t("{news} {goods}.", news=words, goods=name)
    accounts.tell_party(
        session,
        party_id=demand.buyer_id,
        kind=kind,
        words=words,
        path=f"/demands/{demand.id}",
        # The buyer is told even of what a colleague of the same party has brought about.
        actor=Actor(actor.user_id, None, actor.channel),
    )


# --- by the clock ---


def replan(session: Session, demand_id: int) -> bool:
    """Ask others for what fell away, as the buyer has chosen, and tell the buyer; says whether it was due."""
    demand = session.get_one(Demand, demand_id)
    lock(session, session.get_one(Party, demand.buyer_id))
    lock(session, demand)
    if demand.replan_due is None:
        return False
    demand.replan_due = None
    if not queries.may_be_planned(demand):
        return True
    for_buyer = Actor(demand.created_by, demand.buyer_id, events.CLOCK.channel)
    try:
        with session.begin_nested():  # all of them are asked, or none
            made = send_plan(session, actor=for_buyer, buyer_id=demand.buyer_id, demand_id=demand.id)
    except MarketError:
        words = t("A part of your demand has fallen away, and nobody else offers what is missing today.")
    else:
        words = (
            t("A part of your demand has fallen away; another seller is asked for it.")
            if len(made) == 1
            else t("A part of your demand has fallen away; {n} other sellers are asked for it.", n=len(made))
        )
    tell(session, demand, events.CLOCK, "demand.short", words)
    return True


def list_due(session: Session, *, limit: int = 100) -> list[int]:
    """Ids of demands whose last day has passed."""
    due = sa.and_(Demand.state.in_(OPEN_STATES), Demand.ends_on < clock.today())
    return list(session.scalars(sa.select(Demand.id).where(due).order_by(Demand.id).limit(limit)))


def expire(session: Session, demand_id: int) -> bool:
    """End a demand whose days are over; what waits for an answer is withdrawn, what is held released."""
    demand = session.get_one(Demand, demand_id)
    _hold(session, demand)
    if demand.state not in OPEN_STATES or demand.ends_on >= clock.today():
        return False
    move(session, demand, events.CLOCK, "expired")
    _let_go(session, demand, events.CLOCK)
    tell(session, demand, events.CLOCK, "demand.expired", t("The days of your demand are over."))
    return True


def move(session: Session, demand: Demand, actor: Actor, state: str, **data: Any) -> None:
    """A step of a demand's life, with its history and event."""
    demand.state = state
    demand.version += 1
    _note(session, demand, actor)
    events.record(session, Event(f"demand.{state}", demand.id, actor, data))


def _note(session: Session, demand: Demand, actor: Actor) -> None:
    mine = DemandState.demand_id == demand.id
    session.add(
        DemandState(
            demand_id=demand.id,
            state=demand.state,
            on_date=not_before(DemandState.on_date, clock.today(), mine),
            recorded_at=not_before(DemandState.recorded_at, clock.now(), mine),
            recorded_by=actor.user_id,
            channel=actor.channel,
        )
    )
