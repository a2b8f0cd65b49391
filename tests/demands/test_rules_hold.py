"""Rules 1 to 3 of the glossary under attack: whatever is listed, lost, asked, answered, demanded, planned,
held, amended, delivered, contested and ended in whichever order, committed volume adds up after every step.
"""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from market import worker
from market.errors import MarketError
from tests import rules
from tests.make import make_buyer, make_unit
from tests.random_trade import KILO, Trade
from tests.trade import make_listing

NUMBERS = st.integers(0, 2**32 - 1)


class Steps(RuleBasedStateMachine):
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

    @rule(number=NUMBERS)
    def anything(self, number: int) -> None:
        """A step by dice: Hypothesis chooses which, and leaves out what a failure does not need; drawn one by
        one its numbers would be small and alike, and hardly anything would come to its end.
        """
        try:
            Trade.among(self.session, Random(number), self.units, self.buyers).anything()
            self.session.commit()
        except MarketError:
            self.session.rollback()  # what is refused leaves nothing behind

    @invariant()
    def the_rules_hold(self) -> None:
        rules.check_volumes(self.session)
        rules.check_links(self.session)
        rules.check_commitments(self.session)
        rules.check_wholes(self.session)
        rules.check_steps(self.session)


def _run(database: Any, examples: int, steps: int) -> None:
    worker.subscribe_all()
    machine = type("Trade", (Steps,), {"database": database})
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
    _run(database, examples=8, steps=25)


@pytest.mark.soak
def test_the_rules_hold_for_long(database: Any) -> None:
    _run(database, examples=200, steps=50)
