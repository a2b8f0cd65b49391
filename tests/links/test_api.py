"""Agreements through the API: what a delivery may say, who confirms it, the end, the two sides and nobody
else. The whole way there is in test_api_loop.py.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from market.links.models import Delivery, Link
from market.listings.terms import Terms
from tests import make, rules, trade
from tests.machines import Trader
from tests.make import TODAY, Side
from tests.pages import Browser

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
DAY = str(TODAY)


@pytest.fixture
def coop(browser: Open, session: Session, seller: Side) -> Trader:
    return Trader(browser(), session, seller.user)


@pytest.fixture
def trader(browser: Open, session: Session, buyer: Side) -> Trader:
    return Trader(browser(), session, buyer.user)


@pytest.fixture
def link(session: Session, seller: Side, buyer: Side) -> Link:
    return trade.make_link(session, seller, buyer, trade.make_listing(session, seller)[0], lines=2)


@pytest.mark.parametrize(
    ("body", "status", "wrong"),
    [
        ({}, 422, {"on_date"}),
        ({"on_date": DAY}, 422, {"gross"}),
        ({"on_date": DAY, "gross": 0}, 422, {"gross"}),
        ({"on_date": DAY, "gross": "1 tấn"}, 422, {"gross"}),
        ({"on_date": DAY, "gross": 1, "unit": "chén"}, 422, {"unit"}),
        ({"on_date": DAY, "gross": 10, "deducted": 10, "deduction_reason": "Ẩm"}, 422, {"deducted"}),
        ({"on_date": DAY, "gross": 10, "deducted": -1}, 422, {"deducted"}),
        ({"on_date": DAY, "gross": 10, "deducted": 1}, 422, {"deduction_reason"}),
        ({"on_date": DAY, "gross": 10, "price": 10**9}, 422, {"price"}),
        ({"on_date": str(TODAY + timedelta(days=1)), "gross": 10}, 422, {"on_date"}),
        ({"on_date": str(TODAY - timedelta(days=1)), "gross": 10}, 422, {"on_date"}),
        ({"on_date": DAY, "weighings": []}, 422, {"weighings"}),
        ({"on_date": DAY, "gross": 1, "weighings": [{"gross": 1}]}, 422, {"gross"}),
        ({"on_date": DAY, "weighings": [{"gross": 1}, {"gross": -1}]}, 422, {"weighings.1.gross"}),
        ({"on_date": DAY, "weighings": [{"gross": 1, "spec": {"x": 1}}]}, 422, {"weighings.0.spec.x"}),
        ({"on_date": DAY, "gross": 10, "line": 999_999}, 404, set()),
        ({"on_date": DAY, "gross": 10, "line": 0}, 422, {"line"}),
    ],
)
def test_a_delivery_that_cannot_be_is_not_recorded(
    coop: Trader, session: Session, link: Link, body: dict[str, Any], status: int, wrong: set[str]
) -> None:
    assert set(coop.wrong("POST", f"/links/{link.id}/deliveries", status, body)) == wrong
    assert make.count_rows(session, Delivery) == 0


def test_a_delivery_is_confirmed_by_the_other_side_once(coop: Trader, trader: Trader, link: Link) -> None:
    path = f"/links/{link.id}/deliveries"
    sent = {
        "on_date": DAY,
        "gross": 2,
        "deducted": 0.05,
        "deduction_reason": "Bao bì",
        "unit": "tấn",
        "price": 9000,
    }
    made = trader.does("POST", path, sent)
    assert (made["gross"], made["deducted"], made["accepted"], made["reason"]) == (2000, 50, 1950, "Bao bì")
    assert (made["value"], made["side"], made["mine_to_confirm"]) == (1950 * 9000, "buyer", False)
    at = f"{path}/{made['id']}/confirm"
    assert trader.wrong("POST", at, 409, {}) == {}
    assert set(coop.wrong("POST", at, 422, {"yes": True})) == {"yes"}
    assert coop.does("POST", at)["state"] == "confirmed"
    assert coop.wrong("POST", at, 409, {}) == {}
    assert coop.wrong("POST", f"{path}/999999/confirm", 404, {}) == {}


def test_an_agreement_ends_early_and_its_volume_is_on_sale_again(
    coop: Trader, trader: Trader, session: Session, link: Link
) -> None:
    path = f"/links/{link.id}"
    assert coop.wrong("POST", f"{path}/close", 409, {"version": 99}) == {}
    assert set(coop.wrong("POST", f"{path}/close", 422, {"reason": "mood"})) == {"reason"}
    ended = trader.does("POST", f"{path}/close", {"reason": "not_taken", "version": link.version})
    assert (ended["state"], ended["committed"]) == ("ended_early", 0)
    assert ended["history"][-1] == {
        "state": "ended_early",
        "on_date": DAY,
        "side": "buyer",
        "reason": "not_taken",
    }
    assert coop.wrong("POST", f"{path}/close", 409, {}) == {}
    assert coop.wrong("POST", f"{path}/deliveries", 409, {"on_date": DAY, "gross": 1}) == {}
    rules.check_volumes(session)


def test_what_a_provisional_one_waits_for_is_told_and_done(
    trader: Trader, coop: Trader, session: Session, seller: Side, buyer: Side
) -> None:
    listing, _ = trade.make_listing(session, seller)
    waits = trade.make_link(session, seller, buyer, listing, terms=Terms(deposit=1_000_000))
    told = trader.look(f"/links/{waits.id}")
    assert (told["state"], told["waits_for"]) == ("provisional", "deposit")
    assert told["provisional_until"]
    assert told["terms"]["deposit"] == 1_000_000
    assert trader.send("POST", f"/links/{waits.id}/deposit").status_code == 403
    assert coop.does("POST", f"/links/{waits.id}/deposit")["state"] == "active"
    assert coop.wrong("POST", f"/links/{waits.id}/deposit", 409) == {}


def test_a_contract_is_put_up_by_both_sides(
    trader: Trader, coop: Trader, session: Session, seller: Side, buyer: Side
) -> None:
    listing, _ = trade.make_listing(session, seller)
    waits = trade.make_link(session, seller, buyer, listing, terms=Terms(contract_wanted=True))
    path, paper = f"/links/{waits.id}/contract", {"contract_number": "12/HĐ", "contract_date": DAY}
    assert set(coop.wrong("POST", path, 422, {})) == {"contract_number", "contract_date"}
    ahead = {**paper, "contract_date": str(TODAY + timedelta(days=1))}
    assert set(coop.wrong("POST", path, 422, ahead)) == {"contract_date"}
    assert coop.does("POST", path, paper)["state"] == "provisional"
    other = {**paper, "contract_number": "13/HĐ"}
    assert set(trader.wrong("POST", path, 422, other)) == {"contract_number"}
    assert trader.does("POST", path, paper)["state"] == "active"


def test_an_agreement_is_there_for_its_two_sides_alone(browser: Open, session: Session, link: Link) -> None:
    outside = Trader(browser(), session, make.make_buyer(session).user)
    path = f"/links/{link.id}"
    for method, step, body in (
        ("GET", path, None),
        ("POST", f"{path}/deliveries", {"on_date": DAY, "gross": 1}),
        ("POST", f"{path}/deliveries/1/confirm", {}),
        ("POST", f"{path}/close", {}),
    ):
        assert outside.send(method, step, body).status_code == 404
    assert outside.look("/links")["links"] == []


def test_ones_own_are_listed_by_state(coop: Trader, session: Session, link: Link) -> None:
    found = coop.look("/links?state=active")
    assert [one["id"] for one in found["links"]] == [link.id]
    assert (found["links"][0]["side"], found["links"][0]["volume"]) == ("seller", 4000)
    assert coop.look("/links?state=short")["total"] == 0
    assert set(coop.wrong("GET", "/links?state=over", 422)) == {"state"}
