"""A demand of which only the whole will do: its accepted parts are held until all are there, or let go."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, worker
from market.demands import answering
from market.demands import service as demands
from market.demands.models import Demand
from market.errors import Conflict
from market.inquiries import service as inquiries
from market.links import holding
from market.links.models import Link
from market.listings import service as listings
from market.listings.pricing import Pricing
from tests import rules
from tests.demands.asking import accept, by_seller, left, need, post, sellers, send
from tests.make import make_buyer
from tests.trade import TONNE, propose


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


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
