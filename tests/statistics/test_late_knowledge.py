"""What is learned late changes the past as known from then on, and never what was known before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from market import clock, worker
from market.listings import service as listings
from market.statistics import figures, indicators, periods
from tests import rules
from tests.make import SHELL, make_buyer, make_unit
from tests.trade import TONNE, make_link, make_listing

START = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


def lots_on(session: Session, day: date, *, as_of: date | None = None) -> tuple[object, object]:
    """What was listed and what could still be sold on a day."""
    found = figures.compute(
        session,
        indicators=[indicators.LISTED_VOLUME, indicators.AVAILABLE_VOLUME],
        period=periods.of_day(day),
        place=None,
        as_of=as_of or clock.today(),
    )
    return found[0].value, found[1].value


def test_a_loss_learned_late_gives_nothing_back_before_it_was_taken(session: Session) -> None:
    with clock.at(START):
        seller, buyer = make_unit(session), make_buyer(session)
        listing, (lot,) = make_listing(session, seller, volumes=(10 * TONNE,))
        clock.move(START + timedelta(days=5))
        make_link(session, seller, buyer, listing, volume=8 * TONNE)
        clock.move(START + timedelta(days=9))
        # Lost two days before the agreement: three of its eight tonnes cannot be kept.
        on = START + timedelta(days=3)
        listings.report_loss(session, actor=SHELL, lot_id=lot.id, amount=5 * TONNE, cause="storm", on_date=on)
        session.commit()
        rules.check_volumes(session)
        assert lots_on(session, START) == (10 * TONNE, 10 * TONNE)
        assert lots_on(session, START + timedelta(days=4)) == (5 * TONNE, 5 * TONNE)
        assert lots_on(session, START + timedelta(days=5)) == (5 * TONNE, 0)
        assert lots_on(session, START + timedelta(days=9)) == (5 * TONNE, 0)
        eve = START + timedelta(days=8)
        assert lots_on(session, eve, as_of=eve) == (10 * TONNE, 2 * TONNE)
