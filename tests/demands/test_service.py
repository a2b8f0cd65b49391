"""Demands: planned, sent, filled by several units, planned again after a refusal and a loss, closed and
over. Those of which only the whole will do: test_holding.py.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, worker
from market.catalogue import queries as catalogue
from market.demands import planning, queries
from market.demands import service as demands
from market.demands.models import DemandState
from market.demands.pooling import Line
from market.errors import Conflict, Invalid, NotFound
from market.inquiries import service as inquiries
from market.listings import service as listings
from market.places import queries as places
from tests import rules
from tests.demands.asking import accept, by_seller, left, need, post, sellers, send
from tests.make import make_buyer
from tests.trade import TONNE


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


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
