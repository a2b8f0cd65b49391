"""The whole trade through the API alone: a cooperative's program and a buyer's, each with its token."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests import rules
from tests.machines import Trader
from tests.make import TODAY, Side
from tests.pages import Browser

pytestmark = pytest.mark.usefixtures("on_a_day")

DAY, LATER = TODAY.isoformat(), (TODAY + timedelta(days=40)).isoformat()
LOT = {"volume": 20, "unit": "tấn", "from": DAY, "to": LATER}
LISTING: dict[str, Any] = {
    "product": "lua-st25",
    "title": "Lúa ST25 Phước Long",
    "price_from": 9400,
    "min_order": 500,
    "spec": {"moisture": [None, 14.5]},
    "terms": {"payment": "on_delivery", "tolerance": 0.05},
    "lots": [LOT],
}


@pytest.fixture
def coop(browser: Callable[[], Browser], session: Session, seller: Side) -> Trader:
    return Trader(browser(), session, seller.user)


@pytest.fixture
def trader(browser: Callable[[], Browser], session: Session, buyer: Side) -> Trader:
    return Trader(browser(), session, buyer.user)


def test_the_whole_trade_goes_through_the_api_alone(
    session: Session, coop: Trader, trader: Trader, seller: Side
) -> None:
    draft = coop.does("POST", "/listings", LISTING, key="listing")
    assert (draft["state"], draft["lots"][0]["volume"], draft["unit"]) == ("draft", 20_000, "kg")
    assert draft["spec"]["moisture"][1] == 14.5
    assert trader.get(f"/api/v1/listings/{draft['id']}").status_code == 404
    number = draft["id"]
    assert coop.does("POST", f"/listings/{number}/publish")["state"] == "published"
    public = trader.get(f"/api/v1/listings/{number}").json()
    assert public["available"] == 20_000

    asked = trader.does(
        "POST",
        "/inquiries",
        {
            "listing_id": number,
            "volume": 10.5,
            "unit": "tấn",
            "spec": {"moisture": "≤ 14"},
            "from": DAY,
            "to": LATER,
            "price": 9300,
            "terms": {"carrier": "buyer", "payment": "days_after", "payment_days": 7},
            "message": "Giao ở bến được không?",
        },
        key="ask",
    )
    assert (asked["state"], asked["turn"], asked["my_turn"], asked["version"]) == (
        "negotiating",
        "seller",
        False,
        1,
    )
    assert asked["offer"]["volume"] == 10_500
    assert asked["offer"]["value"] == 10_500 * 9300
    assert "message" not in asked["offer"]
    (line,) = coop.look("/inquiries?state=negotiating")["inquiries"]
    assert (line["id"], line["my_turn"]) == (asked["id"], True)
    assert coop.look("/inquiries?state=matched")["total"] == 0

    path = f"/inquiries/{asked['id']}"
    seen = coop.look(path)
    assert seen["offers"][0]["message"] == "Giao ở bến được không?"
    assert seen["offers"][0]["terms"]["payment_days"] == 7
    offered = coop.does(
        "POST",
        f"{path}/offer",
        {
            "schedule": [
                {"from": DAY, "to": DAY, "volume": 4},
                {"from": DAY, "to": LATER, "volume": 6},
            ],
            "unit": "tonne",
            "price": 9500,
            "terms": {"tolerance": 0.05},
            "version": seen["version"],
            "message": "Chia hai đợt.",
        },
    )
    assert (offered["turn"], offered["version"], offered["offer"]["volume"]) == ("buyer", 2, 10_000)
    assert trader.wrong("POST", f"{path}/accept", 409, {"version": 1}) == {}
    link = trader.does("POST", f"{path}/accept", {"version": 2}, key="accept")
    assert (link["state"], link["volume"], link["price"], link["committed"]) == (
        "active",
        10_000,
        9500,
        10_000,
    )
    assert [line["volume"] for line in link["schedule"]] == [4000, 6000]
    assert trader.look(path)["link_id"] == link["id"]
    assert [one["message"] for one in trader.look(path)["offers"]] == [
        "Giao ở bến được không?",
        "Chia hai đợt.",
    ]

    at = f"/links/{link['id']}"
    first = coop.does("POST", f"{at}/deliveries", {"on_date": DAY, "gross": 4, "unit": "tấn"}, key="d1")
    second = coop.does(
        "POST",
        f"{at}/deliveries",
        {
            "on_date": DAY,
            "line": link["schedule"][1]["id"],
            "weighings": [
                {"gross": 3000, "spec": {"moisture": 14}},
                {"gross": 2900.5, "deducted": 0.5, "reason": "Bao bì"},
            ],
        },
    )
    assert (first["state"], first["accepted"], second["accepted"]) == ("recorded", 4000, 5900)
    assert trader.look("/links?state=active")["links"][0]["waits_for_me"] is True
    assert set(trader.wrong("POST", f"{at}/close", 409, {})) == set()
    for one in (first, second):
        assert coop.wrong("POST", f"{at}/deliveries/{one['id']}/confirm", 409) == {}
        assert trader.does("POST", f"{at}/deliveries/{one['id']}/confirm")["state"] == "confirmed"
    told = coop.look(at)
    assert (told["delivered"], [line["delivered"] for line in told["schedule"]]) == (9900, [4000, 5900])
    ended = coop.does("POST", f"{at}/close", {"reason": "agreed", "version": told["version"]})
    assert ended["state"] == "fulfilled"
    assert [step["state"] for step in ended["history"]] == ["active", "fulfilled"]
    rules.check_volumes(session)
    rules.check_links(session)
