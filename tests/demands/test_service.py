"""Demands: planned, sent, filled by several units, planned again after a refusal and a loss, held for the
whole, closed and over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, worker
from market.catalogue import queries as catalogue
from market.demands import answering, planning, progress, queries, wanted
from market.demands import service as demands
from market.demands.models import Demand, DemandState
from market.demands.pooling import Line
from market.demands.wanted import Wanted
from market.errors import Conflict, Invalid, NotFound
from market.inquiries import service as inquiries
from market.inquiries.models import Inquiry
from market.links import holding
from market.links.models import Link
from market.listings import service as listings
from market.listings.models import Lot
from market.listings.pricing import Pricing
from market.places import queries as places
from tests import rules
from tests.make import Side, make_buyer, make_unit
from tests.trade import TONNE, make_listing, propose


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


def need(session: Session, buyer: Side, volume: int = 20 * TONNE, **changes: Any) -> Wanted:
    today = clock.today()
    product = changes.pop("product", "lua-st25")
    lines = changes.pop("lines", (Line(today, today + timedelta(days=40), volume),))
    return Wanted(
        product_id=catalogue.get_product(session, product).id,
        lines=lines,
        buyer_id=buyer.party.id,
        **changes,
    )


def post(session: Session, buyer: Side, volume: int = 20 * TONNE, **changes: Any) -> Demand:
    demand = demands.post_demand(
        session, actor=buyer.actor, buyer_id=buyer.party.id, need=need(session, buyer, volume, **changes)
    )
    session.commit()
    return demand


def send(session: Session, buyer: Side, demand: Demand) -> list[Inquiry]:
    made = demands.send_plan(session, actor=buyer.actor, buyer_id=buyer.party.id, demand_id=demand.id)
    session.commit()
    return made


def sellers(session: Session, *prices_and_volumes: tuple[int, int], **changes: Any) -> list[tuple[Side, Lot]]:
    """Units, each with one lot at a price (đồng) and of a volume (tonnes)."""
    found = []
    for number, (price, tonnes) in enumerate(prices_and_volumes):
        unit = make_unit(session, name=f"HTX Demo số {number + 1}")
        _, (lot,) = make_listing(session, unit, volumes=(tonnes * TONNE,), price_from=price, **changes)
        found.append((unit, lot))
    return found


def accept(session: Session, side: Side, inquiry: Inquiry) -> Link | None:
    made = holding.accept(session, actor=side.actor, party_id=side.party.id, inquiry_id=inquiry.id)
    session.commit()
    return made


def by_seller(made: Sequence[Inquiry], side: Side) -> Inquiry:
    return next(one for one in made if one.seller_id == side.party.id)


def left(session: Session, demand: Demand) -> list[int]:
    found = wanted.of(session, demand)
    done = progress.of(session, demand, found)
    return [line.volume for line in queries.rest_of(found, done).lines]


def test_a_plan_takes_the_cheapest_and_says_why_others_are_left_out(session: Session) -> None:
    buyer = make_buyer(session)
    (_, cheap), (_, middle), (_, dear) = sellers(session, (9000, 12), (9500, 12), (11_000, 40))
    planned = planning.make(session, need(session, buyer, price_max=10_000), on=clock.today())
    assert [(part.lot.lot_id, part.volume) for part in planned.parts] == [
        (cheap.id, 12 * TONNE),
        (middle.id, 8 * TONNE),
    ]
    assert (planned.plan.status, planned.plan.cost) == ("optimal", 12_000 * 9000 + 8_000 * 9500)
    assert planned.plan.objective == planned.plan.bound == planned.plan.cost
    assert [(one.lot_id, reasons) for one, reasons in planned.left_out] == [(dear.id, ("price",))]


def test_what_is_unsaid_is_planned_only_with_leave(session: Session) -> None:
    buyer = make_buyer(session)
    sellers(session, (9000, 30))
    silent = need(session, buyer, spec={"moisture": [0, 150]})
    planned = planning.make(session, silent, on=clock.today())
    assert (planned.parts, [one.unknown for one in planned.unknown]) == ((), [("moisture",)])
    planned = planning.make(
        session, need(session, buyer, spec={"moisture": [0, 150]}, unknown_will_do=True), on=clock.today()
    )
    assert planned.plan.volume == 20 * TONNE


def test_fresh_and_dry_paddy_are_never_in_one_plan(session: Session) -> None:
    buyer = make_buyer(session)
    definitions = catalogue.specs_of(session, catalogue.get_product(session, "lua-st25"))
    state = next(one for one in definitions if one.is_state)
    one, other = (choice.code for choice in state.choices[:2])
    sellers(session, (9000, 12), spec={state.key: one})
    sellers(session, (9100, 15), spec={state.key: other})
    planned = planning.make(session, need(session, buyer), on=clock.today())
    assert (planned.plan.volume, {part.lot.state for part in planned.parts}) == (
        15 * TONNE,
        {planned.parts[0].lot.state},
    )
    assert [reasons for _, reasons in planned.left_out] == [("other_state",)]


def test_a_plan_sent_asks_each_seller_once_and_is_filled_by_their_answers(session: Session) -> None:
    buyer = make_buyer(session)
    offered = sellers(session, (9000, 12), (9500, 12))
    demand = post(session, buyer)
    made = send(session, buyer, demand)
    assert len(made) == 2
    assert demand.state == "filling"
    assert left(session, demand) == []
    for unit, _ in offered:
        accept(session, unit, by_seller(made, unit))
    session.refresh(demand)
    assert demand.state == "filled"
    rules.check_volumes(session)
    rules.check_links(session)
    states = session.scalars(
        sa.select(DemandState.state).where(DemandState.demand_id == demand.id).order_by(DemandState.id)
    ).all()
    assert states == ["open", "filling", "filled"]


def test_a_refusal_and_a_loss_are_planned_again_over_what_is_left(session: Session) -> None:
    buyer = make_buyer(session)
    (first, lot), (second, _) = sellers(session, (9000, 12), (9500, 12))
    demand = post(session, buyer)
    made = send(session, buyer, demand)
    accept(session, first, by_seller(made, first))
    inquiries.decline(
        session,
        actor=second.actor,
        party_id=second.party.id,
        inquiry_id=by_seller(made, second).id,
        reason="price",
    )
    session.commit()
    assert left(session, demand) == [8 * TONNE]
    listings.report_loss(
        session, actor=first.actor, lot_id=lot.id, amount=2 * TONNE, cause="storm", on_date=clock.today()
    )
    session.commit()
    assert left(session, demand) == [10 * TONNE]
    sellers(session, (9800, 30))
    again = send(session, buyer, demand)
    assert len(again) == 1 or len(again) == 2
    assert left(session, demand) == []
    rules.check_volumes(session)


def test_only_the_whole_is_held_until_all_parts_are_there(session: Session) -> None:
    buyer = make_buyer(session)
    offered = sellers(session, (9000, 12), (9500, 12))
    demand = post(session, buyer, part_will_do=False)
    made = send(session, buyer, demand)
    (first, lot), (second, _) = offered
    assert accept(session, first, by_seller(made, first)) is None
    session.refresh(lot)
    assert (by_seller(made, first).state, lot.committed) == ("held", 12 * TONNE)
    rules.check_volumes(session)
    accept(session, second, by_seller(made, second))
    session.expire_all()
    assert {one.state for one in made} == {"matched"}
    assert session.get_one(Demand, demand.id).state == "filled"
    assert session.scalar(sa.select(sa.func.sum(Link.volume))) == 20 * TONNE
    rules.check_volumes(session)
    rules.check_links(session)


def test_a_hold_whose_day_has_passed_gives_everything_back(session: Session) -> None:
    buyer = make_buyer(session)
    (first, lot), (_, _) = sellers(session, (9000, 12), (9500, 12))
    demand = post(session, buyer, part_will_do=False)
    made = send(session, buyer, demand)
    accept(session, first, by_seller(made, first))
    with clock.at(clock.today() + timedelta(days=8)):
        for inquiry_id in holding.list_due(session):
            assert holding.release_due(session, inquiry_id)
        session.commit()
    session.refresh(lot)
    assert (by_seller(made, first).state, lot.committed) == ("released", 0)
    rules.check_volumes(session)


def test_who_holds_for_a_day_is_not_given_a_week(session: Session) -> None:
    buyer = make_buyer(session)
    (first, _), _ = sellers(session, (9000, 12), (9500, 12))
    wanted = need(session, buyer, part_will_do=False)
    now = clock.now()
    with clock.at(now):
        demand = demands.post_demand(
            session, actor=buyer.actor, buyer_id=buyer.party.id, need=wanted, hold_days=1
        )
    with clock.at(now + timedelta(hours=5)):
        part = by_seller(send(session, buyer, demand), first)
    assert part.held_until == now + timedelta(hours=29)


def test_a_part_is_answered_before_the_day_until_which_parts_are_held(session: Session) -> None:
    buyer = make_buyer(session)
    (first, lot), _, (third, other) = sellers(session, (9000, 12), (9500, 12), (9900, 5))
    demand = demands.post_demand(
        session,
        actor=buyer.actor,
        buyer_id=buyer.party.id,
        need=need(session, buyer, part_will_do=False),
        hold_days=2,
    )
    day = demand.held_until
    assert day is not None
    part = by_seller(send(session, buyer, demand), first)
    assert part.valid_until == part.held_until == day
    with clock.at(clock.now() + timedelta(days=1, hours=1)):
        offered = answering.offer(
            session,
            actor=third.actor,
            unit_id=third.party.id,
            demand_id=demand.id,
            lot_id=other.id,
            volume=TONNE,
            made=Pricing("fixed", price=9500),
        )
        assert offered.held_until is not None
        put_off = offered.held_until - clock.now()
        assert timedelta(days=2, minutes=-1) < put_off <= timedelta(days=2), "by what the buyer chose"
    part.valid_until = day + timedelta(days=3)  # as inquiries sent before were
    session.commit()
    with clock.at(day + timedelta(minutes=1)), pytest.raises(Conflict, match="held has passed"):
        accept(session, first, part)
    session.rollback()
    session.expire_all()
    assert (part.state, lot.committed) == ("negotiating", 0)


def test_what_makes_up_for_a_loss_of_a_whole_order_is_agreed_at_once(session: Session) -> None:
    buyer = make_buyer(session)
    (first, lot), (second, _), (third, _) = sellers(session, (9000, 12), (9500, 12), (9900, 12))
    demand = post(session, buyer, part_will_do=False)
    for one in send(session, buyer, demand):
        accept(session, first if one.seller_id == first.party.id else second, one)
    listings.report_loss(
        session, actor=first.actor, lot_id=lot.id, amount=12 * TONNE, cause="storm", on_date=clock.today()
    )
    session.commit()
    for one in send(session, buyer, demand):
        accept(session, second if one.seller_id == second.party.id else third, one)
        session.refresh(one)
        assert one.state == "matched"
    assert left(session, demand) == []
    rules.check_volumes(session)
    rules.check_links(session)
    rules.check_wholes(session)


def test_what_is_held_is_neither_accepted_again_nor_taken_back_by_one_side(session: Session) -> None:
    buyer = make_buyer(session)
    (seller, lot), (_, _) = sellers(session, (9000, 12), (9500, 12))
    demand = post(session, buyer, part_will_do=False)
    part = by_seller(send(session, buyer, demand), seller)
    accept(session, seller, part)
    mine = {"actor": seller.actor, "party_id": seller.party.id, "inquiry_id": part.id}
    theirs = {"actor": buyer.actor, "party_id": buyer.party.id, "inquiry_id": part.id}
    other = propose(TONNE)
    for tried in (
        lambda: holding.accept(session, **mine),
        lambda: inquiries.decline(session, **mine, reason="price"),
        lambda: inquiries.make_offer(session, **mine, proposal=other),
        lambda: inquiries.withdraw(session, **mine),
        lambda: inquiries.withdraw(session, **theirs),
    ):
        with pytest.raises(Conflict):
            tried()
        session.rollback()
    session.expire_all()
    assert (part.state, lot.committed) == ("held", 12 * TONNE)
    rules.check_commitments(session)
    demands.close_demand(session, actor=buyer.actor, buyer_id=buyer.party.id, demand_id=demand.id)
    session.commit()
    session.expire_all()
    assert (part.state, lot.committed) == ("released", 0)
    rules.check_commitments(session)
    rules.check_steps(session)


def test_a_plan_of_the_whole_alone_is_none_when_something_is_missing(session: Session) -> None:
    buyer = make_buyer(session)
    sellers(session, (9000, 12))
    demand = post(session, buyer, part_will_do=False)
    with pytest.raises(Conflict):
        send(session, buyer, demand)


def test_a_plan_that_has_changed_since_it_was_seen_is_not_sent(session: Session) -> None:
    buyer = make_buyer(session)
    sellers(session, (9500, 30))
    demand = post(session, buyer)
    planned = queries.plan_of(session, demand, on=clock.today())
    assert planned
    sellers(session, (9000, 30))
    with pytest.raises(Conflict):
        demands.send_plan(
            session,
            actor=buyer.actor,
            buyer_id=buyer.party.id,
            demand_id=demand.id,
            seen=demands.mark(planned),
        )


def test_closing_withdraws_what_is_open_and_keeps_what_is_agreed(session: Session) -> None:
    buyer = make_buyer(session)
    (first, _), (second, _) = sellers(session, (9000, 12), (9500, 12))
    demand = post(session, buyer)
    made = send(session, buyer, demand)
    link = accept(session, first, by_seller(made, first))
    demands.close_demand(session, actor=buyer.actor, buyer_id=buyer.party.id, demand_id=demand.id)
    session.commit()
    session.expire_all()
    assert (by_seller(made, second).state, demand.state) == ("withdrawn", "closed")
    assert link is not None
    assert link.state in ("active", "provisional")
    with pytest.raises(Conflict):
        demands.close_demand(session, actor=buyer.actor, buyer_id=buyer.party.id, demand_id=demand.id)


def test_a_demand_ends_with_its_last_day(session: Session) -> None:
    buyer = make_buyer(session)
    sellers(session, (9000, 12))
    demand = post(session, buyer)
    made = send(session, buyer, demand)
    assert not demands.expire(session, demand.id)
    with clock.at(clock.today() + timedelta(days=41)):
        assert demands.list_due(session) == [demand.id]
        assert demands.expire(session, demand.id)
        session.commit()
    session.expire_all()
    assert demand.state == "expired"
    assert made[0].state in ("withdrawn", "expired")


def test_a_demand_is_its_buyers_alone(session: Session) -> None:
    buyer, other = make_buyer(session), make_buyer(session, name="Người mua khác")
    demand = post(session, buyer)
    with pytest.raises(NotFound):
        queries.demand_for(session, buyer_id=other.party.id, demand_id=demand.id)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lines": ()}, "volume"),
        ({"lines": (Line(date(2020, 1, 1), date(2020, 2, 1), TONNE),)}, "to"),
        ({"lines": (Line(date(2099, 2, 1), date(2099, 1, 1), TONNE),)}, "to"),
        ({"volume": 10**12 + 1}, "volume"),
        ({"price_max": 10**8 + 1}, "price_max"),
        ({"max_units": 0}, "max_units"),
        ({"carriage_rate": 3000}, "delivery_place"),
        ({"source_place_id": 10**9}, "source_place"),
    ],
)
def test_what_cannot_be_meant_is_refused_beside_its_field(
    session: Session, changes: dict[str, Any], field: str
) -> None:
    buyer = make_buyer(session)
    with pytest.raises(Invalid) as refused:
        post(session, buyer, **changes)
    assert refused.value.field == field


def test_carriage_counts_by_distance(session: Session) -> None:
    buyer = make_buyer(session)
    ((unit, _),) = sellers(session, (9000, 30))
    far = session.get_one(type(unit.party), unit.party.id).place_id
    here = need(session, buyer, delivery_place_id=far, carriage_rate=3000)
    planned = planning.make(session, here, on=clock.today())
    assert planned.parts[0].lot.carriage == 0, "handed over where it grows"
    other = next(place for place in places.list_communes(session, on=clock.today()) if place.id != far)
    planned = planning.make(
        session,
        need(session, buyer, delivery_place_id=other.id, carriage_rate=3000),
        on=clock.today(),
    )
    carriage = planned.parts[0].lot.carriage
    assert carriage > 0
    assert planned.plan.cost == 20_000 * (9000 + carriage)
