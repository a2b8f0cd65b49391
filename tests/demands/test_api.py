"""Demands for programs: posted, planned with the proof, sent and filled through the API alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import worker
from market.demands.models import Demand
from tests import make, trade
from tests.machines import Trader
from tests.make import TODAY, Side
from tests.pages import Browser
from tests.trade import TONNE

pytestmark = pytest.mark.usefixtures("on_a_day")

DAY, LATER = TODAY.isoformat(), (TODAY + timedelta(days=40)).isoformat()
NEED: dict[str, Any] = {
    "product": "lua-st25",
    "volume": 20,
    "unit": "tấn",
    "from": DAY,
    "to": LATER,
    "price_max": 10_000,
}


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


@pytest.fixture
def trader(browser: Callable[[], Browser], session: Session, buyer: Side) -> Trader:
    return Trader(browser(), session, buyer.user)


def stocked(session: Session) -> list[Side]:
    units = [make.make_unit(session, name=f"HTX Demo số {number}") for number in range(2)]
    for price, unit in zip((9000, 9500), units, strict=True):
        trade.make_listing(session, unit, volumes=(12 * TONNE,), price_from=price)
    return units


@pytest.mark.parametrize("whole", [False, True])
def test_a_demand_is_filled_through_the_api_alone(
    session: Session, trader: Trader, browser: Callable[[], Browser], whole: bool
) -> None:
    units = stocked(session)
    made = trader.does("POST", "/demands", {**NEED, "part_will_do": not whole}, key="one")
    assert (made["state"], made["volume"], made["unit"], made["inquiries"]) == ("open", 20_000, "kg", [])
    again = trader.does("POST", "/demands", {**NEED, "part_will_do": not whole}, key="one")
    assert again["id"] == made["id"]
    plan = trader.look(f"/demands/{made['id']}/plan")
    assert (plan["status"], plan["objective"], plan["bound"]) == ("optimal", 184e6, 184e6)
    assert [lot["volume"] for lot in plan["lots"]] == [12_000, 8_000]
    sent = trader.does("POST", f"/demands/{made['id']}/send", {"seen": plan["seen"]})
    assert (sent["state"], len(sent["inquiries"])) == ("filling", 2)
    states = []
    for unit in units:
        seller = Trader(browser(), session, unit.user)
        (line,) = seller.look("/inquiries")["inquiries"]
        states.append(seller.does("POST", f"/inquiries/{line['id']}/accept", {})["state"])
    done = trader.look(f"/demands/{made['id']}")
    assert (done["state"], done["agreed"]) == ("filled", 20_000)
    assert all(one["link_id"] for one in done["inquiries"])
    if whole:
        assert states[0] == "held"
    none_left = trader.send("GET", f"/demands/{made['id']}/plan")
    assert none_left.status_code == 409


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"product": "khong-co"}, "product"),
        ({"volume": 0}, "volume"),
        ({"volume": "20"}, "volume"),
        ({"unit": "con voi"}, "unit"),
        ({"from": "26/3/2026"}, "from"),
        ({"to": "2001-01-01"}, "to"),
        ({"price_max": -1}, "price_max"),
        ({"spec": {"khong_co": 1}}, "spec.khong_co"),
        ({"source_place": "00000"}, "source_place"),
        ({"standards": ["NOPE"]}, "standards"),
        ({"max_units": 0}, "max_units"),
        ({"carriage": 3000}, "delivery_place"),
        ({"colour": "red"}, "colour"),
        ({"schedule": [{"from": DAY, "to": LATER, "volume": 1}]}, "schedule"),
    ],
)
def test_what_cannot_be_meant_is_a_problem_beside_its_field(
    session: Session, trader: Trader, changes: dict[str, Any], field: str
) -> None:
    answer = trader.send("POST", "/demands", {**NEED, **changes})
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert session.scalar(sa.select(sa.func.count()).select_from(Demand)) == 0


def test_a_schedule_has_its_lines(trader: Trader) -> None:
    lines = [{"from": DAY, "to": LATER, "volume": 300}, {"from": LATER, "to": "2027-01-01", "volume": 300}]
    need = {"product": "gao-st25", "schedule": lines}
    made = trader.does("POST", "/demands", need)
    assert [line["volume"] for line in made["lines"]] == [300, 300]


def test_it_is_the_buyers_alone(
    session: Session, trader: Trader, seller: Side, browser: Callable[[], Browser]
) -> None:
    made = trader.does("POST", "/demands", NEED)
    other = Trader(browser(), session, seller.user)
    for path in ("", "/plan"):
        assert other.send("GET", f"/demands/{made['id']}{path}").status_code == 404
    assert trader.browser.client.get(f"/api/v1/demands/{made['id']}").status_code == 401
