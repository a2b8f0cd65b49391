"""Answers to deliveries, other terms and renewals through the API, by the programs of both sides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from market.links import disputes, phone
from market.links.agreed import Weighed
from market.links.models import Link
from tests import make, rules, trade
from tests.machines import Trader
from tests.make import TODAY, Side
from tests.pages import Browser
from tests.trade import TONNE

pytestmark = pytest.mark.usefixtures("on_a_day")

DAY, LATER = TODAY.isoformat(), (TODAY + timedelta(days=40)).isoformat()
WEIGHINGS = [
    {"gross": 1000, "price": 9000},
    {"gross": 500, "deducted": 10, "reason": "Bao bì", "spec": {"moisture": 14}},
]


@pytest.fixture
def coop(browser: Callable[[], Browser], session: Session, seller: Side) -> Trader:
    return Trader(browser(), session, seller.user)


@pytest.fixture
def trader(browser: Callable[[], Browser], session: Session, buyer: Side) -> Trader:
    return Trader(browser(), session, buyer.user)


@pytest.fixture
def link(session: Session, seller: Side, buyer: Side) -> Link:
    listing, _ = trade.make_listing(session, seller)
    return trade.make_link(session, seller, buyer, listing, volume=4 * TONNE)


@pytest.fixture
def delivery(coop: Trader, link: Link) -> str:
    """The address of one with two weighings, as the seller has recorded it."""
    body = {"on_date": DAY, "weighings": WEIGHINGS}
    made = coop.does("POST", f"/links/{link.id}/deliveries", body)
    return f"/links/{link.id}/deliveries/{made['id']}"


def turns(told: dict[str, Any]) -> list[str | None]:
    return [one["turn"] for one in told["weighings"]]


def test_a_delivery_is_settled_by_weighing(
    session: Session, coop: Trader, trader: Trader, link: Link, delivery: str
) -> None:
    told = trader.look(delivery)
    assert [(one["line"], one["accepted"], one["price"]) for one in told["weighings"]] == [
        (1, 1000, 9000),
        (2, 490, link.price),
    ]
    assert told["weighings"][1]["spec"] == {"moisture": [14, 14]}
    assert (turns(told), told["claims"], told["paid_on"]) == (["buyer", "buyer"], [], None)
    assert trader.wrong("POST", f"{delivery}/contest", 422, {"what": "volume"}).keys() == {"gross"}
    assert "line" in trader.wrong(
        "POST", f"{delivery}/contest", 422, {"what": "volume", "gross": 1, "line": 3}
    )

    body = {"line": 1, "what": "volume", "gross": 0.95, "unit": "tấn", "message": "Cân lại ở bến"}
    told = trader.does("POST", f"{delivery}/contest", body, key="contest")
    assert (told["state"], turns(told)) == ("contested", ["seller", "buyer"])
    assert trader.does("POST", f"{delivery}/contest", body, key="contest") == told, "done once"
    assert "Cân lại" not in str(told), "answers to writes hold no free words"
    assert [(one["line"], one["accepted"], one["price"], one["settled"]) for one in told["claims"]] == [
        (1, 950, 9000, False)
    ]
    assert trader.wrong("POST", f"{delivery}/agree", 409) == {}
    trader.does("POST", f"{delivery}/contest", {"line": 2, "what": "deduction", "gross": 500, "price": 9300})
    # The seller agrees to one, and says of the other a third thing.
    told = coop.does("POST", f"{delivery}/agree", {"line": 1})
    assert (told["state"], turns(told)) == ("contested", [None, "seller"])
    coop.does("POST", f"{delivery}/contest", {"line": 2, "what": "price", "gross": 495, "price": 9350})
    told = trader.does("POST", f"{delivery}/agree")
    assert (told["state"], told["accepted"], told["value"]) == (
        "settled",
        950 + 495,
        950 * 9000 + 495 * 9350,
    )
    assert coop.look(f"/links/{link.id}")["delivered"] == 1445

    assert trader.send("POST", f"{delivery}/paid", {"paid_on": DAY}).status_code == 403
    assert "paid_on" in coop.wrong("POST", f"{delivery}/paid", 422, {"paid_on": LATER})
    assert coop.does("POST", f"{delivery}/paid", {"paid_on": DAY}, key="paid")["paid_on"] == DAY
    assert coop.wrong("POST", f"{delivery}/paid", 409, {"paid_on": DAY}) == {}
    rules.check_volumes(session)


def test_a_delivery_is_settled_as_a_whole(coop: Trader, trader: Trader, delivery: str) -> None:
    told = trader.does("POST", f"{delivery}/contest", {"what": "volume", "gross": 1400})
    assert (turns(told), told["claims"][0]["line"]) == ([None, None], None)
    assert trader.wrong("POST", f"{delivery}/contest", 409, {"what": "volume", "gross": 1300}) == {}
    told = coop.does("POST", f"{delivery}/agree")
    assert (told["state"], told["accepted"], told["claims"][0]["settled"]) == ("settled", 1400, True)


def test_what_an_officer_wrote_is_told_to_whoever_reads(
    session: Session, coop: Trader, trader: Trader, link: Link, delivery: str
) -> None:
    trader.does("POST", f"{delivery}/contest", {"line": 1, "what": "volume", "gross": 900})
    trader.does("POST", f"{delivery}/contest", {"line": 2, "what": "volume", "gross": 400})
    disputes.settle_by_officer(
        session,
        actor=make.make_officer(session).actor,
        link=session.get_one(Link, link.id),
        delivery_id=int(delivery.rpartition("/")[2]),
        weighed=Weighed(950_000),
        ground="Phiếu cân của trạm",
        line=1,
    )
    session.commit()
    told = coop.does("POST", f"{delivery}/agree")
    assert (told["state"], told["accepted"]) == ("settled", 950 + 400)
    assert [one["ground"] for one in told["claims"]] == [None, None, None]
    assert [one["ground"] for one in coop.look(delivery)["claims"]] == [None, None, "Phiếu cân của trạm"]


def test_other_terms_are_proposed_declined_and_accepted(
    session: Session, coop: Trader, trader: Trader, link: Link
) -> None:
    path = f"/links/{link.id}"
    body = {"volume": 3, "unit": "tấn", "from": DAY, "to": LATER, "price": 9500, "version": 1}
    by_another = body | {"reference": {"source": "Nhà máy"}}
    assert "reference.source" in coop.wrong("POST", f"{path}/amendments", 422, by_another)
    told = coop.does("POST", f"{path}/amendments", body, key="other")
    assert coop.does("POST", f"{path}/amendments", body, key="other") == told
    other = told["amendment"]
    assert (other["side"], other["offer"]["volume"], other["offer"]["price"]) == ("seller", 3000, 9500)
    assert (told["volume"], told["version"]) == (4000, 2)
    assert coop.wrong("POST", f"{path}/amendments", 409, {**body, "version": 2}) == {}
    answer = f"{path}/amendments/{other['id']}"
    assert coop.wrong("POST", f"{answer}/accept", 409) == {}
    assert trader.wrong("POST", f"{answer}/accept", 409, {"version": 1}) == {}
    told = trader.does("POST", f"{answer}/decline", {"version": 2})
    assert (told["amendment"], told["price"]) == (None, link.price)

    told = trader.does("POST", f"{path}/amendments", {**body, "version": told["version"]})
    told = coop.does("POST", f"{path}/amendments/{told['amendment']['id']}/accept")
    assert (told["volume"], told["price"], told["committed"], told["amendment"]) == (3000, 9500, 3000, None)
    assert "volume" in trader.wrong("POST", f"{path}/amendments", 422, {**body, "volume": 0, "version": None})
    rules.check_volumes(session)


def test_an_agreement_is_renewed_by_either_side(coop: Trader, trader: Trader, link: Link) -> None:
    path = f"/links/{link.id}"
    body = {"volume": 2000, "from": DAY, "to": LATER, "price": 9600}
    trader.does("POST", f"{path}/close", {"reason": "agreed"})
    assert coop.look(path)["renewable"] is True
    told = trader.does("POST", f"{path}/renew", body, key="anew")
    assert trader.does("POST", f"{path}/renew", body, key="anew") == told
    assert told["link_id"] is None
    assert trader.look(f"/inquiries/{told['inquiry_id']}")["offer"]["price"] == 9600
    assert coop.wrong("POST", f"{path}/renew", 409, body) == {}
    # The buyer thinks better of it; the seller records what was agreed by phone.
    trader.does("POST", f"/inquiries/{told['inquiry_id']}/withdraw")
    told = coop.does("POST", f"{path}/renew", body)
    assert told["inquiry_id"] is None
    made = f"/links/{told['link_id']}"
    assert coop.look(made)["awaits_side"] == "buyer"
    assert coop.wrong("POST", f"{made}/confirm", 409) == {}
    assert trader.does("POST", f"{made}/confirm", {"version": 1})["state"] == "active"


def test_only_the_two_sides_say_anything(
    browser: Callable[[], Browser], session: Session, seller: Side, buyer: Side, link: Link, delivery: str
) -> None:
    listing, _ = trade.make_listing(session, seller)
    recorded = phone.record_agreement(
        session,
        actor=seller.actor,
        party_id=seller.party.id,
        listing_id=listing.id,
        proposal=trade.propose(),
        other=buyer.party.code,
    )
    session.commit()
    stranger = Trader(browser(), session, make.make_buyer(session).user)
    body = {"volume": 2000, "from": DAY, "to": LATER, "price": 9600}
    for path, sent in (
        (f"{delivery}/contest", {"what": "volume", "gross": 1}),
        (f"{delivery}/agree", {}),
        (f"{delivery}/paid", {"paid_on": DAY}),
        (f"/links/{link.id}/amendments", body),
        (f"/links/{link.id}/renew", body),
        (f"/links/{recorded.id}/confirm", {}),
    ):
        assert stranger.wrong("POST", path, 404, sent) == {}
    assert stranger.send("GET", delivery).status_code == 404
