"""A unit's listings through the API: written with their lots, changed in part, shown and hidden, their lots
put as one set; what is told can be sent back, what is refused changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from market.listings import service as listings
from market.listings.models import Listing, Lot, LotChange
from market.parties.models import Party
from tests import make, rules, trade
from tests.machines import Trader
from tests.make import TODAY, Side
from tests.pages import Browser

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
DAY, SOON, LATER = (str(TODAY + timedelta(days=days)) for days in (0, 20, 60))
LISTING: dict[str, Any] = {
    "product": "lua-st25",
    "title": "Lúa ST25",
    "description": "Khô.\nSạch.",
    "grade": "Loại 1",
    "spec": {"moisture": [None, 14.5]},
    "price_from": 9000,
    "price_to": 9400,
    "min_order": 0.5,
    "standards": ["HACCP"],
    "terms": {"payment": "days_after", "payment_days": 7, "tolerance": 0.05, "contract_wanted": True},
    "lots": [{"volume": 20, "unit": "tấn", "from": DAY, "to": LATER, "kind": "in_store"}],
}


@pytest.fixture
def coop(browser: Open, session: Session, seller: Side) -> Trader:
    return Trader(browser(), session, seller.user)


@pytest.fixture
def written(coop: Trader) -> dict[str, Any]:
    found: dict[str, Any] = coop.does("POST", "/listings", LISTING)
    return found


def test_what_was_written_is_told_in_the_same_fields(coop: Trader, written: dict[str, Any]) -> None:
    assert written == coop.look(f"/listings/mine/{written['id']}")
    for name in (
        "product",
        "title",
        "description",
        "grade",
        "price_from",
        "price_to",
        "min_order",
        "standards",
    ):
        assert written[name] == LISTING[name], name
    assert written["spec"]["moisture"][1] == 14.5
    assert {name: written["terms"][name] for name in LISTING["terms"]} == LISTING["terms"]
    (lot,) = written["lots"]
    assert (lot["volume"], lot["committed"], lot["kind"], lot["version"]) == (20_000, 0, "in_store", 1)
    assert lot["spec"] == written["spec"]
    back = {name: written[name] for name in LISTING if name not in ("lots", "product")}
    again = coop.does("PATCH", f"/listings/{written['id']}", {**back, "version": written["version"]})
    assert {name: again[name] for name in back} == back
    assert again["version"] == written["version"] + 1


def test_goods_by_the_piece_and_by_size(coop: Trader) -> None:
    mats = coop.does(
        "POST",
        "/listings",
        {
            "product": "chieu-lac",
            "title": "Chiếu",
            "lots": [
                {"volume": 30, "unit": "piece", "from": DAY, "to": DAY},
                {"volume": 2, "unit": "chục", "from": DAY, "to": DAY},
                {"volume": 7, "from": DAY, "to": DAY},
            ],
        },
    )
    assert mats["unit"] == "piece"
    assert [lot["volume"] for lot in mats["lots"]] == [30, 20, 7]
    assert set(
        coop.wrong("POST", "/listings", 422, {**LISTING, "product": "chieu-lac", "spec": {}, "min_order": 1})
    ) == {"lots.0.unit"}
    prawns = coop.does(
        "POST",
        "/listings",
        {
            "product": "tom-su",
            "title": "Tôm sú",
            "price_kind": "table",
            "prices": [{"size": [20, 25], "price": 190_000}, {"size": "30-35", "price": 150_000}],
        },
    )
    assert [(line["size"], line["price"]) for line in prawns["prices"]] == [
        ([20, 25], 190_000),
        ([30, 35], 150_000),
    ]
    path = f"/listings/{prawns['id']}"
    assert coop.does("PATCH", path, {"title": "Tôm sú oxy"})["prices"] == prawns["prices"]
    overlap = [{"size": 30, "price": 1}, {"size": [20, 30], "price": 2}]
    assert coop.wrong("PATCH", path, 422, {"prices": overlap})
    assert set(coop.wrong("PATCH", path, 422, {"prices": [{"size": None, "price": 2}]})) == {"prices.0.size"}


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"product": "khong-co"}, "product"),
        ({"title": ""}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"price_from": 9500}, "price_to"),
        ({"price_kind": "auction"}, "price_kind"),
        ({"min_order": -1}, "min_order"),
        ({"min_order": 1e12}, "min_order"),
        ({"standards": ["NONE"]}, "standards"),
        ({"standards": ["a b"]}, "standards.0"),
        ({"variant": "khong-co"}, "variant"),
        ({"prices": [{"size": 5, "price": 1}]}, "prices"),
        ({"terms": {"delivery_place": "xx"}}, "terms.delivery_place"),
        ({"lots": [{"volume": 1, "from": DAY}]}, "lots.0.to"),
        ({"lots": [{"volume": 1, "from": SOON, "to": DAY}]}, "lots.0.to"),
        ({"lots": [{"volume": 1, "from": "2026-01-01", "to": "2026-01-02"}]}, "lots.0.to"),
        ({"lots": [{"volume": 1, "from": DAY, "to": "2031-01-02"}]}, "lots.0.to"),
        ({"lots": [LISTING["lots"][0], {"volume": 0, "from": DAY, "to": DAY}]}, "lots.1.volume"),
        ({"lots": [{"volume": 1, "from": DAY, "to": DAY, "season": "x"}]}, "lots.0.season"),
        ({"lots": [{"volume": 1, "from": DAY, "to": DAY, "spec": {"x": 1}}]}, "lots.0.spec.x"),
        ({"lots": [{"volume": 1, "unit": "chén", "from": DAY, "to": DAY}]}, "lots.0.unit"),
        ({"lots": [{"id": 1, "volume": 1, "from": DAY, "to": DAY}]}, "lots.0.id"),
        ({"lots": LISTING["lots"] * 51}, "lots"),
        ({"state": "published"}, "state"),
    ],
)
def test_a_listing_that_cannot_be_is_not_written(
    coop: Trader, session: Session, change: dict[str, Any], wrong: str
) -> None:
    assert set(coop.wrong("POST", "/listings", 422, {**LISTING, **change})) == {wrong}
    assert make.count_rows(session, Listing) == make.count_rows(session, Lot) == 0


def test_a_patch_changes_what_it_names(coop: Trader, written: dict[str, Any]) -> None:
    path = f"/listings/{written['id']}"
    changed = coop.does(
        "PATCH", path, {"price_to": None, "grade": None, "terms": {"payment_days": 9, "tolerance": None}}
    )
    told = {**written, "price_to": None, "grade": None, "version": 2}
    told["terms"] = {**written["terms"], "payment_days": 9, "tolerance": None}
    assert changed == told
    assert coop.does("PATCH", path, {"spec": {"moisture": None}})["spec"] == {}
    assert coop.does("PATCH", path, {"standards": []})["standards"] == []
    assert set(coop.wrong("PATCH", path, 422, {"title": None})) == {"title"}
    assert set(coop.wrong("PATCH", path, 422, {"product": "tom-su"})) == {"product"}
    assert set(coop.wrong("PATCH", path, 422, {"lots": []})) == {"lots"}
    assert coop.wrong("PATCH", path, 409, {"title": "Khác", "version": 1}) == {}
    assert coop.look(f"/listings/mine/{written['id']}")["title"] == "Lúa ST25"


def test_a_listing_goes_along_its_arrows(
    coop: Trader, session: Session, seller: Side, written: dict[str, Any]
) -> None:
    path = f"/listings/{written['id']}"
    assert coop.wrong("POST", f"{path}/pause", 409) == {}
    assert set(coop.wrong("POST", f"{path}/publish", 422, {"now": True})) == {"now"}
    assert coop.does("POST", f"{path}/publish")["state"] == "published"
    assert coop.wrong("POST", f"{path}/publish", 409) == {}
    assert coop.wrong("PATCH", path, 422, {"price_from": None, "price_to": None}).keys() == {"price_from"}
    assert coop.does("POST", f"{path}/pause", {})["state"] == "paused"
    session.get_one(Party, seller.party.id).identity_level = "phone"
    session.commit()
    refused = coop.send("POST", f"{path}/publish")
    assert (refused.status_code, refused.json().get("errors", [])) == (409, [])
    assert coop.does("POST", f"{path}/withdraw")["state"] == "withdrawn"
    assert coop.wrong("PATCH", path, 409, {"title": "Lại"}) == {}
    assert coop.look("/listings/mine")["listings"] == []


def test_a_listing_without_price_or_lot_is_not_published(coop: Trader) -> None:
    bare = coop.does("POST", "/listings", {"product": "lua-st25", "title": "Lúa"})
    path = f"/listings/{bare['id']}"
    assert set(coop.wrong("POST", f"{path}/publish", 409)) == {"price_from"}
    coop.does("PATCH", path, {"price_from": 9000})
    assert set(coop.wrong("POST", f"{path}/publish", 409)) == {"volume"}
    coop.does("PUT", f"{path}/lots", {"lots": [{"volume": 1, "from": DAY, "to": DAY}]})
    assert coop.does("POST", f"{path}/publish")["state"] == "published"


def test_ones_own_are_listed_page_by_page(coop: Trader, session: Session, seller: Side) -> None:
    for number in range(22):
        trade.make_listing(session, seller, title=f"Lúa {number}", publish=number % 2 == 0)
    trade.make_listing(session, make.make_unit(session), title="Của người khác")
    first = coop.look("/listings/mine")
    assert (first["total"], first["pages"], len(first["listings"]), first["prev"]) == (22, 2, 20, None)
    assert [one["state"] for one in first["listings"]][:11] == ["published"] * 11
    second = coop.look("/listings/mine?page=2")
    assert len(second["listings"]) == 2
    assert first["next"].endswith("page=2")
    for page in ("0", "x", "501", "-1", "1&page=2"):
        assert set(coop.wrong("GET", f"/listings/mine?page={page}", 422)) == {"page"}


@pytest.fixture
def agreed(session: Session, seller: Side, buyer: Side) -> tuple[int, list[int]]:
    """A listing of two lots, of the first of which four tonnes are agreed."""
    listing, lots = trade.make_listing(session, seller, volumes=(10 * trade.TONNE, 5 * trade.TONNE))
    trade.make_link(session, seller, buyer, listing, volume=4 * trade.TONNE)
    return listing.id, [lot.id for lot in lots]


def test_the_set_of_lots_is_put_as_a_whole(
    coop: Trader, session: Session, agreed: tuple[int, list[int]]
) -> None:
    number, (first, second) = agreed
    body = {
        "lots": [
            {
                "volume": 2,
                "unit": "tấn",
                "from": SOON,
                "to": LATER,
                "kind": "in_store",
                "spec": {"moisture": 14},
            },
            {"id": first, "volume": 6000},
        ]
    }
    told = coop.does("PUT", f"/listings/{number}/lots", body)
    by_id = {lot["id"]: lot for lot in told["lots"]}
    assert (by_id[first]["volume"], by_id[first]["committed"], by_id[first]["available"]) == (
        6000,
        4000,
        2000,
    )
    assert by_id[second]["volume"] == 0
    (new,) = set(by_id) - {first, second}
    assert (by_id[new]["volume"], by_id[new]["kind"], by_id[new]["spec"]) == (
        2000,
        "in_store",
        {"moisture": [14, 14]},
    )
    kinds = [row.kind for row in session.query(LotChange).order_by(LotChange.id)]
    assert kinds == ["opened", "opened", "lowered", "closed", "opened"]
    rules.check_volumes(session)
    # The same set again, now with the new lot's number, changes nothing.
    same = {"lots": [{"id": new, "volume": 2000, "from": SOON, "to": LATER}, {"id": first, "volume": 6000}]}
    assert coop.does("PUT", f"/listings/{number}/lots", same)["lots"] == told["lots"]
    assert session.query(LotChange).count() == 5
    # A lot of which all is agreed is no open one: it need not be named.
    coop.does("PUT", f"/listings/{number}/lots", {"lots": [{"id": first, "volume": 4000}]})
    coop.does("PUT", f"/listings/{number}/lots", {"lots": []})
    assert {lot["id"]: lot["volume"] for lot in coop.look(f"/listings/mine/{number}")["lots"]}[first] == 4000
    rules.check_volumes(session)


@pytest.mark.parametrize(
    ("lots", "status", "wrong"),
    [
        ([], 409, "lots"),
        ([{"id": "second", "volume": 5000}], 409, "lots"),
        ([{"id": "first", "volume": 3000}], 409, "lots.0.volume"),
        ([{"id": "first", "volume": 9000, "version": 1}], 409, "lots.0.volume"),
        ([{"id": "first", "volume": 9000}, {"id": "first", "volume": 9000}], 422, "lots.1.id"),
        ([{"id": "first", "volume": 9000}, {"id": "other", "volume": 9000}], 422, "lots.1.id"),
        ([{"id": "first", "volume": 9000, "from": SOON}], 422, "lots.0.from"),
        ([{"id": "first", "volume": 9000, "kind": "in_store"}], 422, "lots.0.kind"),
        ([{"id": "first", "volume": 9000, "spec": {"moisture": 14}}], 422, "lots.0.spec"),
        ([{"id": "first", "volume": 9000}, {"volume": 5, "to": DAY}], 422, "lots.1.from"),
        ([{"id": "first", "volume": 9000}, {"volume": 5, "from": SOON, "to": DAY}], 422, "lots.1.to"),
        ([{"id": "first", "volume": 0}], 422, "lots.0.volume"),
    ],
)
def test_a_set_that_cannot_be_changes_no_lot(
    coop: Trader,
    session: Session,
    agreed: tuple[int, list[int]],
    lots: list[dict[str, Any]],
    status: int,
    wrong: str,
) -> None:
    number, (first, second) = agreed
    _, (other,) = trade.make_listing(session, make.make_unit(session))
    ids = {"first": first, "second": second, "other": other.id}
    sent = [{**one, **({"id": ids[one["id"]]} if "id" in one else {})} for one in lots]
    before = coop.look(f"/listings/mine/{number}")
    assert set(coop.wrong("PUT", f"/listings/{number}/lots", status, {"lots": sent})) == {wrong}
    assert coop.look(f"/listings/mine/{number}") == before


def test_what_is_anothers_is_not_there(coop: Trader, session: Session) -> None:
    stranger = make.make_unit(session)
    listing, _ = trade.make_listing(session, stranger)
    for method, path, body in (
        ("GET", f"/listings/mine/{listing.id}", None),
        ("PATCH", f"/listings/{listing.id}", {"title": "Của tôi"}),
        ("PUT", f"/listings/{listing.id}/lots", {"lots": []}),
        ("POST", f"/listings/{listing.id}/withdraw", {}),
    ):
        assert coop.send(method, path, body).status_code == 404
    listings.withdraw(session, actor=stranger.actor, listing_id=listing.id)
