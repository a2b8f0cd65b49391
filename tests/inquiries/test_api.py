"""Asking and answering through the API: amounts in every unit of the product, the two sides and nobody else,
turns and versions, what terms say, the list.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from market import clock
from market.inquiries import service as inquiries
from market.listings.models import Listing
from market.places import queries as places
from tests import make, trade
from tests.machines import Trader
from tests.make import TODAY, Side
from tests.pages import Browser

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
DAY, SOON = str(TODAY), str(TODAY + timedelta(days=20))
GOODS = {"volume": 1000, "from": DAY, "to": SOON, "price": 9400}


@pytest.fixture
def coop(browser: Open, session: Session, seller: Side) -> Trader:
    return Trader(browser(), session, seller.user)


@pytest.fixture
def trader(browser: Open, session: Session, buyer: Side) -> Trader:
    return Trader(browser(), session, buyer.user)


@pytest.fixture
def listing(session: Session, seller: Side) -> Listing:
    return trade.make_listing(session, seller)[0]


@pytest.fixture
def asked(trader: Trader, listing: Listing) -> dict[str, Any]:
    found: dict[str, Any] = trader.does("POST", "/inquiries", {"listing_id": listing.id, **GOODS})
    return found


@pytest.mark.parametrize(
    ("volume", "unit", "kg"),
    [
        (1500, None, 1500),
        (1500.25, "kg", 1500.25),
        (1.234, "kg", 1.234),
        (2, "tấn", 2000),
        (2.5, "tonne", 2500),
        (3, "tạ", 300),
        (5, "giạ", 100),
        (4, "bao-50kg", 200),
        (4, "bao 50 kg", 200),
        (700, "g", 0.7),
    ],
)
def test_a_volume_comes_in_any_unit_of_the_product_and_the_price_is_for_a_kilogram(
    trader: Trader, listing: Listing, volume: float, unit: str | None, kg: float
) -> None:
    body = {**GOODS, "listing_id": listing.id, "volume": volume, "unit": unit}
    offer = trader.does("POST", "/inquiries", body)["offer"]
    assert (offer["volume"], offer["price"]) == (kg, 9400)
    assert offer["value"] == int(kg * 9400 + 0.5)


def test_all_that_a_proposal_can_say_is_kept_and_told(
    trader: Trader, coop: Trader, session: Session, listing: Listing
) -> None:
    place = places.key_of(make.some_commune(session), TODAY)
    terms = {
        "delivery_place": place,
        "carrier": "buyer",
        "carriage_paid_by": "seller",
        "weighed_at": "Cân ở kho",
        "deductions": "Bao bì 0,2 kg",
        "payment": "days_after",
        "payment_days": 10,
        "deposit": 5_000_000,
        "deposit_due": SOON,
        "contract_wanted": True,
        "contract_due": SOON,
        "tolerance": 0.025,
        "checks": ["sample", "residues"],
    }
    body = {
        **GOODS,
        "listing_id": listing.id,
        "spec": {"moisture": [10, 14.5]},
        "price_basis": "buyer",
        "kind": "linkage",
        "covers": ["inputs", "processing"],
        "area": 12.5,
        "area_base": "land",
        "households": 30,
        "season": "dong-xuan-2025-2026",
        "terms": terms,
    }
    made = trader.does("POST", "/inquiries", body)
    (offer,) = coop.look(f"/inquiries/{made['id']}")["offers"]
    assert offer.pop("message") == ""
    assert offer == made["offer"]
    assert offer["terms"] == terms
    assert offer["schedule"] == [{"from": DAY, "to": SOON, "volume": 1000}]
    for name in ("spec", "price_basis", "kind", "covers", "area", "area_base", "households", "season"):
        assert offer[name] == body[name], name


@pytest.mark.parametrize(
    ("change", "status", "wrong"),
    [
        ({"volume": None}, 422, {"volume"}),
        ({"from": None}, 422, {"from"}),
        ({"volume": 20_000}, 422, {"volume"}),
        ({"price": 10**8, "volume": 10_000}, 422, set()),
        ({"to": "2026-03-01", "from": "2026-03-01"}, 422, {"to"}),
        ({"listing_id": 999_999}, 404, set()),
        ({"from": None, "to": None, "schedule": [{"from": DAY, "to": SOON, "volume": 999}]}, 422, {"volume"}),
        (
            {"from": None, "to": None, "schedule": [{"from": SOON, "to": DAY, "volume": 1000}]},
            422,
            {"to"},
        ),
        ({"schedule": [{"from": DAY, "to": SOON, "volume": 1000}]}, 422, {"schedule"}),
        ({"schedule": [{"from": DAY, "to": SOON}]}, 422, {"schedule.0.volume"}),
        ({"version": 1}, 422, {"version"}),
    ],
)
def test_what_the_service_refuses_is_said_beside_the_field(
    trader: Trader, listing: Listing, change: dict[str, Any], status: int, wrong: set[str]
) -> None:
    body = {"listing_id": listing.id, **GOODS, **change}
    answer = trader.send("POST", "/inquiries", body)
    if not wrong and status == 422:
        assert answer.status_code in (201, 422)  # a bound of the value, not of a field
        return
    assert answer.status_code == status
    assert {one["field"] for one in answer.json().get("errors", ())} == wrong


def test_a_second_question_about_a_listing_is_a_conflict(
    trader: Trader, listing: Listing, asked: dict[str, Any]
) -> None:
    assert trader.wrong("POST", "/inquiries", 409, {"listing_id": listing.id, **GOODS}) == {}
    trader.does("POST", f"/inquiries/{asked['id']}/withdraw", {})
    assert trader.does("POST", "/inquiries", {"listing_id": listing.id, **GOODS})["id"] > asked["id"]


def test_a_cooperative_that_sells_only_may_not_ask(coop: Trader, listing: Listing) -> None:
    assert coop.wrong("POST", "/inquiries", 403, {"listing_id": listing.id, **GOODS}) == {}


def test_each_side_answers_in_its_turn_on_what_it_has_read(
    trader: Trader, coop: Trader, asked: dict[str, Any]
) -> None:
    path = f"/inquiries/{asked['id']}"
    assert trader.wrong("POST", f"{path}/offer", 409, GOODS) == {}
    assert trader.wrong("POST", f"{path}/accept", 409, {}) == {}
    assert coop.wrong("POST", f"{path}/offer", 409, {**GOODS, "version": 7}) == {}
    assert coop.does("POST", f"{path}/offer", {**GOODS, "price": 9900, "version": 1})["turn"] == "buyer"
    assert set(trader.wrong("POST", f"{path}/decline", 422, {"reason": "mood"})) == {"reason"}
    assert set(trader.wrong("POST", f"{path}/decline", 422, {})) == {"reason"}
    declined = trader.does("POST", f"{path}/decline", {"reason": "price", "version": 2, "message": "Đắt quá"})
    assert (declined["state"], declined["reason"], declined["my_turn"]) == ("declined", "price", False)
    (message,) = coop.look(path)["messages"]
    assert (message["side"], message["text"]) == ("buyer", "Đắt quá")
    for step, body in (("offer", GOODS), ("decline", {"reason": "price"}), ("withdraw", {}), ("accept", {})):
        assert coop.wrong("POST", f"{path}/{step}", 409, body) == {}


def test_what_was_not_answered_in_time_has_expired(
    trader: Trader, coop: Trader, session: Session, asked: dict[str, Any]
) -> None:
    with clock.at(clock.now() + timedelta(days=6)):
        assert coop.wrong("POST", f"/inquiries/{asked['id']}/accept", 409, {}) == {}
        inquiries.expire_due(session)
        session.commit()
        told = trader.look(f"/inquiries/{asked['id']}")
    assert (told["state"], told["turn"]) == ("expired", "seller")


def test_an_inquiry_is_there_for_its_two_sides_alone(
    browser: Open, session: Session, asked: dict[str, Any]
) -> None:
    path = f"/inquiries/{asked['id']}"
    for stranger in (make.make_buyer(session), make.make_unit(session)):
        outside = Trader(browser(), session, stranger.user)
        assert outside.send("GET", path).status_code == 404
        for step in ("offer", "accept", "decline", "withdraw"):
            assert outside.send("POST", f"{path}/{step}", {}).status_code == 404
        assert outside.look("/inquiries")["total"] == 0


def test_ones_own_are_listed_by_state_and_page_and_the_answer_has_its_mark(
    trader: Trader, coop: Trader, session: Session, seller: Side, buyer: Side
) -> None:
    for number in range(32):
        listing, _ = trade.make_listing(session, seller, title=f"Lúa {number}")
        trade.make_inquiry(session, buyer, listing, volume=trade.TONNE)
    first = trader.look("/inquiries")
    assert (first["total"], first["pages"], len(first["inquiries"])) == (32, 2, 30)
    second = trader.look("/inquiries?page=2&state=negotiating")
    assert len(second["inquiries"]) == 2
    assert "state=negotiating" in second["prev"]
    assert {one["my_turn"] for one in coop.look("/inquiries")["inquiries"]} == {True}
    for query, wrong in (
        ("state=open", "state"),
        ("page=0", "page"),
        ("colour=1", "colour"),
        ("state=a&state=b", "state"),
    ):
        assert set(trader.wrong("GET", f"/inquiries?{query}", 422)) == {wrong}
    held = trader.send("GET", "/inquiries").headers["etag"]
    again = trader.browser.client.get(
        "/api/v1/inquiries", headers={"Authorization": f"Bearer {trader.token}", "If-None-Match": held}
    )
    assert (again.status_code, again.headers["cache-control"]) == (304, "private, no-cache")
