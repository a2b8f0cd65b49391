"""What stands already of a demand counts with a further plan: its sellers, its goods' state, what comes in
the same days.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from market import clock, worker
from market.catalogue import queries as catalogue
from market.demands import queries
from market.demands.models import Demand
from market.demands.planning import Planned
from market.demands.pooling import Line
from market.listings import service as listings
from market.listings.models import Lot
from tests.demands.asking import accept, by_seller, post, sellers, send
from tests.demands.test_replanning import decline
from tests.make import Side, make_buyer
from tests.trade import TONNE, make_listing

#: Goods that are sold under a label.
LABELLED = "tom-kho"


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


@pytest.fixture
def buyer(session: Session) -> Side:
    return make_buyer(session)


def lose(session: Session, unit: Side, lot: Lot, tonnes: int) -> None:
    listings.report_loss(
        session, actor=unit.actor, lot_id=lot.id, amount=tonnes * TONNE, cause="storm", on_date=clock.today()
    )
    session.commit()


def plan(session: Session, demand: Demand) -> Planned:
    planned = queries.plan_of(session, demand, on=clock.today())
    assert planned is not None
    return planned


def gives(planned: Planned) -> list[tuple[int, int]]:
    return [(part.lot.unit_id, part.volume // TONNE) for part in planned.parts]


def why(planned: Planned, unit: Side) -> set[str]:
    return {why for one, reasons in planned.left_out if one.unit_id == unit.party.id for why in reasons}


def agreed(session: Session, buyer: Side, tonnes: int, **changes: Any) -> tuple[Demand, Side, Lot]:
    """A demand for rice of which one unit, the only one that has any, has agreed to all it has."""
    [(unit, lot)] = sellers(session, (9000, tonnes), **changes)
    demand = post(session, buyer, product=changes.get("product", "lua-st25"))
    [inquiry] = send(session, buyer, demand)
    accept(session, unit, inquiry)
    return demand, unit, lot


def test_who_gives_already_counts_among_the_sellers_and_may_give_more(session: Session, buyer: Side) -> None:
    (first, _), (second, _), (third, _), (fourth, _) = sellers(
        session, (9000, 8), (9100, 8), (9200, 5), (9300, 8)
    )
    demand = post(session, buyer, 16 * TONNE, max_units=2)
    made = send(session, buyer, demand)
    accept(session, first, by_seller(made, first))
    decline(session, second, by_seller(made, second))
    planned = plan(session, demand)
    assert gives(planned) == [(fourth.party.id, 8)], "one more, not two"
    assert why(planned, third) == {"units"}
    make_listing(session, first, volumes=(3 * TONNE,), price_from=9250)
    assert sorted(gives(plan(session, demand))) == sorted([(first.party.id, 3), (third.party.id, 5)])


def test_labelled_goods_of_one_are_not_filled_up_with_those_of_another(session: Session, buyer: Side) -> None:
    demand, first, lot = agreed(session, buyer, 20, product=LABELLED)
    [(other, _)] = sellers(session, (9100, 20), product=LABELLED)
    lose(session, first, lot, 5)
    planned = plan(session, demand)
    assert (gives(planned), why(planned, other)) == ([], {"labelled"})
    make_listing(session, first, product=LABELLED, volumes=(6 * TONNE,), price_from=9900)
    assert gives(plan(session, demand)) == [(first.party.id, 5)]


def test_what_is_added_is_in_the_state_of_what_is_agreed(session: Session, buyer: Side) -> None:
    definitions = catalogue.specs_of(session, catalogue.get_product(session, "lua-st25"))
    state = next(one for one in definitions if one.is_state)
    one, other = (choice.code for choice in state.choices[:2])
    demand, _, _ = agreed(session, buyer, 12, spec={state.key: one})
    [(wrong, _)] = sellers(session, (8000, 12), spec={state.key: other})
    planned = plan(session, demand)
    assert (gives(planned), why(planned, wrong)) == ([], {"other_state"})
    [(right, _)] = sellers(session, (9900, 12), spec={state.key: one})
    assert gives(plan(session, demand)) == [(right.party.id, 8)]


def test_what_comes_already_takes_from_the_daily_intake(session: Session, buyer: Side) -> None:
    today = clock.today()
    [(unit, _)] = sellers(session, (9000, 10))
    days = (Line(today, today + timedelta(days=19), 20 * TONNE),)
    demand = post(session, buyer, lines=days, daily_intake=TONNE)
    [inquiry] = send(session, buyer, demand)
    accept(session, unit, inquiry)
    [(early, _)] = sellers(session, (9100, 10), window=(today, today + timedelta(days=9)))
    assert gives(plan(session, demand)) == [(early.party.id, 5)], "half of each of ten days is taken"
