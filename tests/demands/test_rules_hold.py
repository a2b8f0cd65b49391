"""Rules 1 to 3 of the glossary under attack: whatever is listed, lost, asked, answered, demanded, planned,
held, delivered, contested and ended in whichever order, committed volume adds up after every step.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from market import clock, worker
from market.catalogue import queries as catalogue
from market.demands import service as demands
from market.demands.models import STATES, Demand, DemandState
from market.demands.pooling import Line
from market.demands.wanted import Wanted
from market.errors import MarketError
from market.inquiries import service as inquiries
from market.inquiries.models import Inquiry
from market.links import deliveries, disputes, holding
from market.links import service as links
from market.links.deliveries import Weighed
from market.links.models import Delivery, Link
from market.listings import service as listings
from market.listings.models import LOSS_CAUSES, Listing, Lot
from tests import rules
from tests.make import make_buyer, make_unit
from tests.trade import make_listing, propose

KILO = 1_000
NUMBERS = st.integers(0, 2**32 - 1)
#: Where each state of a demand may have come from.
BEFORE = {
    "open": {None},
    "filling": {"open"},
    "filled": {"open", "filling"},
    "closed": {"open", "filling"},
    "expired": {"open", "filling"},
}


#: What happens how often.
OFTEN = {
    "open_lot": 2,
    "lose": 2,
    "ask": 2,
    "answer": 10,
    "demand": 3,
    "plan": 5,
    "deliver": 6,
    "end": 1,
    "time_goes_by": 1,
}


class Trade(RuleBasedStateMachine):
    """Two units and two buyers, and everything they may do to each other."""

    database: Any  # set by the test

    def __init__(self) -> None:
        super().__init__()
        self.nested = self.database.connection.begin_nested()
        self.session: Session = self.database.session(write=True)
        self.units = [make_unit(self.session, name=f"HTX Demo số {number}") for number in range(2)]
        self.buyers = [make_buyer(self.session) for _ in range(2)]
        for number, unit in enumerate(self.units):
            make_listing(self.session, unit, volumes=(900 * KILO,), price_from=9000 + 100 * number)

    def teardown(self) -> None:
        self.session.rollback()
        self.session.close()
        self.nested.rollback()

    def _pick(self, table: type[Any], dice: Random, *where: Any) -> Any:
        """One of the rows there are; None without any."""
        ids = self.session.scalars(sa.select(table.id).where(*where).order_by(table.id)).all()
        return self.session.get_one(table, dice.choice(ids)) if ids else None

    def _try(self, work: Callable[[], object]) -> None:
        """Do it; what is refused leaves nothing behind."""
        try:
            work()
            self.session.commit()
        except MarketError:
            self.session.rollback()

    def open_lot(self, number: int) -> None:
        dice = Random(number)
        unit = dice.choice(self.units)
        listing = self._pick(Listing, dice, Listing.party_id == unit.party.id)
        first = clock.today() + timedelta(days=dice.choice((0, 61, 90, 120)))
        self._try(
            lambda: listings.open_lot(
                self.session,
                actor=unit.actor,
                listing_id=listing.id,
                from_date=first,
                to_date=first + timedelta(days=dice.choice((5, 20))),
                volume=dice.randrange(1, 900 * KILO),
            )
        )

    def lose(self, number: int) -> None:
        dice = Random(number)
        lot = self._pick(Lot, dice)
        self._try(
            lambda: listings.report_loss(
                self.session,
                actor=self.units[0].actor,
                lot_id=lot.id,
                amount=dice.randrange(1, lot.volume + 2),
                cause=dice.choice(LOSS_CAUSES),
                on_date=clock.today(),
            )
        )

    def ask(self, number: int) -> None:
        dice = Random(number)
        buyer, listing = dice.choice(self.buyers), self._pick(Listing, dice)
        self._try(
            lambda: inquiries.send_inquiry(
                self.session,
                actor=buyer.actor,
                buyer_id=buyer.party.id,
                listing_id=listing.id,
                proposal=propose(dice.randrange(1, 500 * KILO), lines=dice.randrange(1, 4)),
            )
        )

    def answer(self, number: int) -> None:
        dice = Random(number)
        how = dice.choice(("accept", "accept", "accept", "accept", "offer", "decline", "withdraw"))
        inquiry = self._pick(Inquiry, dice, Inquiry.state.in_(("negotiating", "held")))
        if inquiry is None:
            return
        party_id = inquiry.seller_id if inquiry.turn == "seller" else inquiry.buyer_id
        side = next(one for one in (*self.units, *self.buyers) if one.party.id == party_id)
        given = {"actor": side.actor, "party_id": party_id, "inquiry_id": inquiry.id}
        ways: dict[str, Callable[[], object]] = {
            "accept": lambda: holding.accept(self.session, **given),
            "decline": lambda: inquiries.decline(self.session, **given, reason="price"),
            "withdraw": lambda: inquiries.withdraw(self.session, **given),
            "offer": lambda: inquiries.make_offer(
                self.session, **given, proposal=propose(dice.randrange(1, 400 * KILO), price=9100)
            ),
        }
        self._try(ways[how])

    def demand(self, number: int) -> None:
        dice = Random(number)
        buyer = dice.choice(self.buyers)
        first = clock.today() + timedelta(days=dice.choice((0, 0, 30)))
        lines = tuple(
            Line(
                first + timedelta(days=30 * turn),
                first + timedelta(days=30 * turn + 20),
                dice.choice((100, 300, 1000, 1600)) * KILO,
            )
            for turn in range(dice.randrange(1, 3))
        )
        need = Wanted(
            catalogue.get_product(self.session, "lua-st25").id,
            lines,
            part_will_do=dice.random() < 0.6,
            max_units=dice.choice((None, None, 1)),
            buyer_id=buyer.party.id,
        )
        self._try(
            lambda: demands.post_demand(self.session, actor=buyer.actor, buyer_id=buyer.party.id, need=need)
        )

    def plan(self, number: int) -> None:
        dice = Random(number)
        how = dice.choice(("send", "send", "send", "send", "send", "close"))
        demand = self._pick(Demand, dice)
        if demand is None:
            return
        buyer = next(one for one in self.buyers if one.party.id == demand.buyer_id)
        act = demands.send_plan if how == "send" else demands.close_demand
        self._try(lambda: act(self.session, actor=buyer.actor, buyer_id=buyer.party.id, demand_id=demand.id))

    def deliver(self, number: int) -> None:
        dice = Random(number)
        how = dice.choice(("record", "record", "confirm", "contest", "agree"))
        link = self._pick(Link, dice)
        delivery = self._pick(Delivery, dice)
        if link is None or (delivery is None and how != "record"):
            return
        if how != "record":
            link = self.session.get_one(Link, delivery.link_id)
        side = next(
            one
            for one in dice.sample((*self.units, *self.buyers), 4)
            if one.party.id in (link.seller_id, link.buyer_id)
        )
        given = {"actor": side.actor, "party_id": side.party.id, "link_id": link.id}
        weighed = Weighed(dice.randrange(1, 300 * KILO))
        ways: dict[str, Callable[[], object]] = {
            "record": lambda: deliveries.record_delivery(
                self.session, **given, on_date=clock.today(), weighed=[weighed]
            ),
            "confirm": lambda: deliveries.confirm_delivery(self.session, **given, delivery_id=delivery.id),
            "contest": lambda: disputes.contest_delivery(
                self.session, **given, delivery_id=delivery.id, what="volume", weighed=weighed
            ),
            "agree": lambda: disputes.accept_claim(self.session, **given, delivery_id=delivery.id),
        }
        self._try(ways[how])

    def end(self, number: int) -> None:
        dice = Random(number)
        link = self._pick(Link, dice)
        if link is None:
            return
        side = next(one for one in self.buyers if one.party.id == link.buyer_id)
        self._try(
            lambda: links.end_link(
                self.session, actor=side.actor, party_id=side.party.id, link_id=link.id, reason="other"
            )
        )

    def time_goes_by(self, number: int) -> None:
        with clock.at(clock.now() + timedelta(days=9)):
            for list_due, act in (
                (holding.list_due, holding.release_due),
                (inquiries.list_due, inquiries.expire),
            ):
                for one in list_due(self.session):
                    act(self.session, one)
            self.session.commit()

    @rule(number=NUMBERS)
    def anything(self, number: int) -> None:
        """A step by dice: Hypothesis chooses which, and leaves out what a failure does not need; drawn one by
        one its numbers would be small and alike, and hardly anything would come to its end.
        """
        dice = Random(number)
        names, weights = zip(*OFTEN.items(), strict=True)
        getattr(self, dice.choices(names, weights)[0])(dice.randrange(2**32))

    @invariant()
    def volumes_add_up(self) -> None:
        rules.check_volumes(self.session)
        rules.check_links(self.session)

    @invariant()
    def demands_move_along_their_arrows(self) -> None:
        for demand in self.session.scalars(sa.select(Demand)):
            steps = self.session.scalars(
                sa.select(DemandState.state)
                .where(DemandState.demand_id == demand.id)
                .order_by(DemandState.id)
            ).all()
            assert steps[-1] == demand.state
            assert demand.state in STATES
            for before, after in zip([None, *steps], steps, strict=False):
                assert before in BEFORE[after], steps


def _run(database: Any, examples: int, steps: int) -> None:
    worker.subscribe_all()
    machine = type("Trade", (Trade,), {"database": database})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.long
def test_the_rules_hold_whatever_happens(database: Any) -> None:
    _run(database, examples=12, steps=25)


@pytest.mark.soak
def test_the_rules_hold_for_long(database: Any) -> None:
    _run(database, examples=200, steps=50)
