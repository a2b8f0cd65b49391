"""Demands answered, closed and planned again all at once, with real threads and real commits, losses in
between: no deadlock, nothing oversold, and of a whole order either all parts become agreements or none.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.catalogue import queries as catalogue
from market.db import Database
from market.demands import service as demands
from market.demands.models import Demand, DemandInquiry
from market.demands.pooling import Line
from market.demands.wanted import Wanted
from market.errors import MarketError
from market.events import Actor
from market.inquiries.models import Inquiry
from market.links import holding
from market.links.models import Link
from market.listings import service as listings
from market.listings.models import Lot
from tests import processes, rules
from tests.demands.asking import accept, by_seller, post, sellers, send
from tests.make import make_buyer, make_unit
from tests.trade import TONNE, make_listing

DEMANDS = 12
UNITS = 8


@pytest.mark.long
def test_demands_are_answered_closed_and_planned_again_at_once(own_database: Database) -> None:
    dice = random.Random(11)
    with own_database.session(write=True) as session:
        product = catalogue.get_product(session, "lua-st25").id
        for number in range(UNITS):
            unit = make_unit(session, name=f"HTX Demo số {number}")
            make_listing(session, unit, volumes=(40 * TONNE,), price_from=9000 + 50 * number)
        sides = [make_buyer(session) for _ in range(DEMANDS)]
        posted = []
        for number, buyer in enumerate(sides):
            line = Line(clock.today(), clock.today() + timedelta(days=30), 60 * TONNE)
            need = Wanted(product, (line,), part_will_do=number % 2 == 0, buyer_id=buyer.party.id)
            demand = demands.post_demand(session, actor=buyer.actor, buyer_id=buyer.party.id, need=need)
            demands.send_plan(session, actor=buyer.actor, buyer_id=buyer.party.id, demand_id=demand.id)
            session.commit()
            posted.append((demand.id, buyer.party.id, buyer.actor))
        waiting = session.execute(sa.select(Inquiry.id, Inquiry.seller_id)).all()
        lots = list(session.scalars(sa.select(Lot.id)))

    def accepting(inquiry_id: int, seller_id: int) -> Callable[[Session], object]:
        actor = Actor(None, seller_id)
        return lambda session: holding.accept(session, actor=actor, party_id=seller_id, inquiry_id=inquiry_id)

    def planning(demand_id: int, buyer_id: int, actor: Actor) -> Callable[[Session], object]:
        return lambda session: demands.send_plan(session, actor=actor, buyer_id=buyer_id, demand_id=demand_id)

    def closing(demand_id: int, buyer_id: int, actor: Actor) -> Callable[[Session], object]:
        return lambda session: demands.close_demand(
            session, actor=actor, buyer_id=buyer_id, demand_id=demand_id
        )

    def losing(lot_id: int) -> Callable[[Session], object]:
        return lambda session: listings.report_loss(
            session, actor=Actor(), lot_id=lot_id, amount=3 * TONNE, cause="storm", on_date=clock.today()
        )

    jobs = [("accept", accepting(*one)) for one in waiting]
    jobs += [("plan", planning(*one)) for one in posted]
    jobs += [("close", closing(*one)) for one in posted[:3]]
    jobs += [("loss", losing(lot_id)) for lot_id in lots]
    dice.shuffle(jobs)
    outcomes = _all_at_once(own_database, jobs)

    assert all(": " not in outcome for outcome in outcomes), outcomes
    assert outcomes["accept"] > 0
    with own_database.reading() as session:
        rules.check_volumes(session)
        rules.check_links(session)
        for demand in session.scalars(sa.select(Demand).where(Demand.part_will_do.is_(False))):
            mine = sa.select(DemandInquiry.inquiry_id).where(DemandInquiry.demand_id == demand.id)
            states = set(session.scalars(sa.select(Inquiry.state).where(Inquiry.id.in_(mine))))
            linked = session.scalar(
                sa.select(sa.func.count()).select_from(Link).where(Link.inquiry_id.in_(mine))
            )
            assert (linked or 0) == 0 or demand.state == "filled", (demand.id, states)
            assert demand.state != "filled" or "held" not in states


@pytest.mark.profiles("server")
def test_two_whole_orders_of_the_same_lots_do_not_wait_for_each_other(own_database: Database) -> None:
    with own_database.session(write=True) as session:
        (one, lot), (other, _) = sellers(session, (9000, 12), (9500, 12))
        buyers = [make_buyer(session), make_buyer(session)]
        asked = [send(session, buyer, post(session, buyer, part_will_do=False)) for buyer in buyers]
        # What is left of the lots does for both orders.
        for unit in (one, other):
            window = {"from_date": lot.from_date, "to_date": lot.to_date}
            listing_id = by_seller(asked[0], unit).listing_id
            listings.open_lot(session, actor=unit.actor, listing_id=listing_id, volume=40 * TONNE, **window)
        lot_id, last = lot.id, []
        for made, first, second in zip(asked, (other, one), (one, other), strict=True):
            accept(session, first, by_seller(made, first))
            last.append((second.actor, second.party.id, by_seller(made, second).id))
    went_wrong: list[Exception] = []

    def work(actor: Actor, party_id: int, inquiry_id: int) -> None:
        try:
            with own_database.writing() as session:
                holding.accept(session, actor=actor, party_id=party_id, inquiry_id=inquiry_id)
        except Exception as error:
            went_wrong.append(error)

    threads = [threading.Thread(target=work, args=one) for one in last]
    with own_database.session(write=True) as session:
        session.execute(sa.select(Lot.id).where(Lot.id == lot_id).with_for_update()).all()
        for waiting, thread in enumerate(threads, start=1):
            thread.start()
            processes.wait_for(lambda waiting=waiting: _waiting(own_database) == waiting)
        session.rollback()
    for thread in threads:
        thread.join()
    assert not went_wrong
    with own_database.reading() as session:
        assert set(session.scalars(sa.select(Demand.state))) == {"filled"}
        rules.check_volumes(session)
        rules.check_links(session)


def _waiting(database: Database) -> int:
    """How many wait for a lock that another has."""
    asked = sa.text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with database.engine.connect() as connection:
        return int(connection.scalar(asked) or 0)


def _all_at_once(database: Database, jobs: list[tuple[str, Callable[[Session], object]]]) -> Counter[str]:
    outcomes: Counter[str] = Counter()
    queue, lock, start = iter(jobs), threading.Lock(), threading.Barrier(16)

    def work() -> None:
        start.wait()
        while True:
            with lock:
                what, job = next(queue, ("", None))
            if job is None:
                return
            try:
                with database.writing() as session:
                    job(session)
                outcome = what
            except MarketError:
                outcome = f"{what} refused"
            except Exception as error:
                outcome = f"{what}: {error!r}"
            with lock:
                outcomes[outcome] += 1

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
