"""What is learned late changes the past as known from then on, and never what was known before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from market import clock, worker
from market.listings import service as listings
from market.parties import service as parties
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
        indicators=[indicators.get("listed_volume"), indicators.get("available_volume")],
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


def units_on(session: Session, day: date, *, as_of: date) -> dict[str, object]:
    """The register's counts of a day as known on another."""
    found = figures.compute(
        session,
        indicators=[indicators.get(code) for code in ("cooperatives", "groups", "members")],
        period=periods.of_day(day),
        place=None,
        as_of=as_of,
    )
    return {one.indicator.code: one.value for one in found}


def test_a_unit_counts_from_its_founding_but_only_once_an_officer_has_confirmed_it(session: Session) -> None:
    founded, confirmed = START - timedelta(days=30), START + timedelta(days=6)
    with clock.at(START):
        unit = make_unit(session, confirm=False, founded_on=founded, members=12)
        clock.move(confirmed)
        parties.confirm_party(session, actor=SHELL, party_id=unit.party.id)
        none, one = (dict.fromkeys(("cooperatives", "groups", "members"), 0) for _ in range(2))
        one |= {"cooperatives": 1, "members": 12}
        eve = confirmed - timedelta(days=1)
        assert units_on(session, founded, as_of=eve) == none
        assert units_on(session, founded, as_of=confirmed) == one
        assert units_on(session, founded - timedelta(days=1), as_of=confirmed) == none


def test_what_the_register_learns_late_leaves_what_was_known_before(session: Session) -> None:
    with clock.at(START):
        unit = make_unit(session, kind="group", members=12)
        clock.move(START + timedelta(days=20))
        about = {"actor": SHELL, "party_id": unit.party.id, "on_date": START + timedelta(days=5)}
        parties.change_kind(session, kind="cooperative", **about)
        parties.report_members(session, official=9, associate=6, **about)
        session.flush()
        day, eve = START + timedelta(days=5), START + timedelta(days=19)
        as_known_before = {"cooperatives": 0, "groups": 1, "members": 12}
        assert units_on(session, day, as_of=eve) == as_known_before
        assert units_on(session, day, as_of=clock.today()) == {"cooperatives": 1, "groups": 0, "members": 15}
        assert units_on(session, day - timedelta(days=1), as_of=clock.today()) == as_known_before
