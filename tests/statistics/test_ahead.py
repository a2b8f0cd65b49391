"""Figures that are counted ahead: shown to officers where counting takes long, with when that was, counted
again when the data has moved on, and proven.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import clock
from market.events import Actor
from market.places import queries as places
from market.statistics import ahead, closing, figures, indicators, jobs, periods, verify
from market.statistics.dashboard_models import KeptFigures
from tests import make, trade
from tests.pages import Browser, signed_in

Open = Callable[[], Browser]

THEN = date(2026, 3, 10)
MORNING = datetime(2026, 4, 20, 8, 0, tzinfo=clock.LOCAL)
QUARTER = periods.parse("2026-Q1")
PAGE = "/statistics?period=2026-Q1"
SHELL = Actor(channel="shell")


def sell(session: Session, tonnes: int) -> None:
    with clock.at(THEN):
        seller, buyer = make.make_unit(session), make.make_buyer(session)
        listing, _ = trade.make_listing(session, seller)
        link = trade.make_link(session, seller, buyer, listing)
        trade.deliver(session, seller, buyer, link, tonnes * trade.TONNE, on_date=THEN)


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is counted takes long."""
    monkeypatch.setattr(ahead, "SHORT", timedelta())


def count_all(app: FastAPI) -> int:
    """Years first, then, since they take long, all else."""
    return sum(jobs.count_figures_ahead(app.state.runtime) for _ in range(2))


def test_what_takes_long_is_counted_ahead_and_says_when(
    session: Session, app: FastAPI, browser: Open, long: None
) -> None:
    sell(session, 2)
    with clock.at(MORNING):
        here = signed_in(browser, make.make_officer(session))
        assert count_all(app) > 3
        assert count_all(app) == 0, "nothing has moved"
        place = places.province_on(session, day=QUARTER.end)
        found = ahead.read(session, place, QUARTER)
        assert found is not None
        told = [(one.indicator.code, one.unit, one.value, one.backing, one.status) for one in found]
        now = figures.compute(
            session, indicators=indicators.ALL, period=QUARTER, place=place, as_of=clock.today()
        )
        assert told == [(one.indicator.code, one.unit, one.value, one.backing, one.status) for one in now]
        assert list(ahead.differences(session)) == []
        session.rollback()
    sell(session, 3)
    with clock.at(MORNING + timedelta(minutes=5)):
        page = here.get(PAGE)
        assert "Tính lúc 08:00" in page.text
        assert tile(page, "delivered_volume") == "2 tấn", "five minutes old is good enough"
        assert "5 tấn" in here.get(f"/statistics/delivered_volume{PAGE[11:]}").text, "opened: counted anew"
        assert tile(here.get(f"{PAGE}&sector=rice"), "delivered_volume") == "5 tấn", "not kept by sector"
        session.rollback()
        assert count_all(app) > 3
        page = here.get(PAGE)
        assert "Tính lúc 08:05" in page.text
        assert tile(page, "delivered_volume") == "5 tấn"
    sell(session, 4)
    with clock.at(MORNING + timedelta(hours=3)):
        page = here.get(PAGE)
        assert "Tính lúc" not in page.text, "too old: counted by the page itself"
        assert tile(page, "delivered_volume") == "9 tấn"


def tile(page: Any, code: str) -> str:
    """What a tile of the page says: the first of the figure."""
    found = next(
        one
        for one in page.css("li.tile")
        if f"/statistics/{code}?" in one.css_first(".tile-more a").attributes["href"]
    )
    return " ".join(found.css_first(".tile-value").text().split())


def test_what_is_counted_quickly_is_counted_when_somebody_asks(
    session: Session, app: FastAPI, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "SHORT", timedelta(hours=1))
    sell(session, 2)
    with clock.at(MORNING):
        here = signed_in(browser, make.make_officer(session))
        assert count_all(app) == 2 + len({one.id for one in provinces(session)}), "the years alone"
        session.rollback()
        sell(session, 3)
        page = here.get(PAGE)
        assert "Tính lúc" not in page.text
        assert tile(page, "delivered_volume") == "5 tấn"
    with clock.at(MORNING + timedelta(minutes=30)):
        assert count_all(app) == 0, "nobody reads what is counted quickly"


def provinces(session: Session) -> list[Any]:
    return [places.province_on(session, day=date(2024, 12, 31)), places.province_on(session, day=THEN)]


def test_counting_rests_longer_the_longer_it_takes(
    session: Session, app: FastAPI, browser: Open, long: None
) -> None:
    with clock.at(MORNING):
        signed_in(browser, make.make_officer(session))
        kept = count_all(app)
        session.execute(sa.update(KeptFigures).values(took_ms=10_000))
        session.flush()
    sell(session, 2)
    with clock.at(MORNING + timedelta(minutes=4)):
        assert count_all(app) == 0
    with clock.at(MORNING + timedelta(minutes=5)):
        assert count_all(app) == kept


def test_of_a_closed_period_nothing_is_counted_ahead(
    session: Session, app: FastAPI, browser: Open, long: None
) -> None:
    sell(session, 2)
    with clock.at(MORNING):
        here = signed_in(browser, make.make_officer(session))
        closing.prepare(session, actor=SHELL, over=None, code=QUARTER.code)
        closing.close(session, actor=SHELL, over=None, code=QUARTER.code)
        session.commit()
        assert count_all(app)
        assert QUARTER.code not in session.scalars(sa.select(KeptFigures.period)).all()
        page = here.get(PAGE)
        assert "Tính lúc" not in page.text
        assert tile(page, "delivered_volume") == "2 tấn"


def test_the_public_and_officers_without_the_duty_see_what_is_public(
    session: Session, app: FastAPI, browser: Open, long: None
) -> None:
    sell(session, 2)
    with clock.at(MORNING):
        signed_in(browser, make.make_officer(session))
        assert count_all(app)
        of_the_register = signed_in(browser, make.make_officer(session, duties=("register",)))
        for asker in (browser(), of_the_register):
            page = asker.get(PAGE)
            assert "Tính lúc" not in page.text
            assert "2 tấn" not in page.text, "one seller stands behind it"


def test_verify_names_what_was_tampered_with(
    session: Session, app: FastAPI, browser: Open, long: None
) -> None:
    sell(session, 2)
    with clock.at(MORNING):
        signed_in(browser, make.make_officer(session))
        count_all(app)
        place = places.province_on(session, day=QUARTER.end)
        row = session.get_one(KeptFigures, (place.id, QUARTER.code))
        row.document = {
            "figures": [
                [*one[:5], 1, *one[6:]] if one[0] == "delivered_volume" and one[6] == "kg" else one
                for one in row.document["figures"]
            ]
        }
        session.flush()
        [line] = [one for one in verify.everything(session) if "figures of place" in one]
        assert "2026-Q1" in line
        assert "delivered_volume" in line
