"""Kinds of price in asking and answering: a table of sizes, a reference, pay for work, all output of an area;
on pages and through the API, where what is told is taken back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.inquiries import queries
from market.inquiries.models import Inquiry, Offer, OfferPrice
from market.listings.models import Listing
from market.listings.pricing import PriceLine, Reference
from tests import make, trade
from tests.machines import Trader
from tests.make import TODAY, Side
from tests.pages import Browser, Form, signed_in
from tests.trade import TONNE

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
DAY, SOON = str(TODAY), str(TODAY + timedelta(days=20))
LINES = [(20, 30, 280_000), (31, 40, 210_000), (41, 60, 160_000)]
PLANT = Reference("Nhà máy Phước Long", plus=200, floor=8_500, ceiling=10_500)


@pytest.fixture
def shrimp(session: Session, seller: Side) -> Listing:
    return trade.make_listing(
        session, seller, title="Tôm sú", product="tom-su", price_kind="table", price_lines=LINES
    )[0]


@pytest.fixture
def paddy(session: Session, seller: Side) -> Listing:
    return trade.make_listing(session, seller, price_kind="reference", price_from=9_200, reference=PLANT)[0]


@pytest.fixture
def trader(browser: Open, session: Session, buyer: Side) -> Trader:
    return Trader(browser(), session, buyer.user)


def ask(browser: Open, buyer: Side, listing: Listing) -> Form:
    return signed_in(browser, buyer).get(f"/inquiries/new/{listing.id}").form(f"/new/{listing.id}")


def the_offer(session: Session) -> Offer:
    session.expire_all()
    return session.scalars(sa.select(Offer).order_by(Offer.id.desc()).limit(1)).one()


def test_the_form_begins_with_the_listings_table_folded(
    session: Session, buyer: Side, shrimp: Listing, browser: Open
) -> None:
    form = ask(browser, buyer, shrimp)
    assert "price" not in form.fields, "of a table the rows say the price"
    assert [form.fields[f"size2.{name}"] for name in ("from", "to", "price")] == ["31", "40", "210.000"]
    assert form.page.css("#f-prices:not([open])")
    page = form.send(volume="2 tấn", **{"spec.count_per_kg": "31-40"})
    assert page.status == 200
    offer = the_offer(session)
    assert (offer.price_kind, offer.price, offer.value) == ("table", 210_000, 2_000 * 210_000)
    assert queries.pricing_of(session, offer).lines == tuple(PriceLine(*line) for line in LINES)
    assert "41–60 con/kg" in page.text
    assert "theo cỡ, tính ở mức 210.000 đ/kg" in page.text


def test_without_a_stated_size_a_table_counts_at_the_dearest_line(
    session: Session, buyer: Side, shrimp: Listing, browser: Open
) -> None:
    assert ask(browser, buyer, shrimp).send(volume="1 tấn").status == 200
    assert the_offer(session).price == 280_000


def test_a_row_is_changed_dropped_and_added(
    session: Session, seller: Side, buyer: Side, shrimp: Listing, browser: Open
) -> None:
    ask(browser, buyer, shrimp).send(volume="1 tấn")
    inquiry = session.scalars(sa.select(Inquiry)).one()
    form = signed_in(browser, seller).get(f"/inquiries/{inquiry.id}").form("/offer")
    assert form.fields["size4.price"] == "", "a blank row for another size"
    changes = {
        "size1.from": "", "size1.to": "", "size1.price": "", "size2.price": "205.000",
        "size4.from": "61", "size4.to": "", "size4.price": "90k",
    }  # fmt: skip
    assert form.send(**changes).status == 200
    lines = queries.pricing_of(session, the_offer(session)).lines
    assert [(line.size_from, line.price) for line in lines] == [(31, 205_000), (41, 160_000), (61, 90_000)]
    assert the_offer(session).price == 205_000
    assert make.count_rows(session, OfferPrice) == 6, "the first offer's table never changes"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"size1.from": ""}, None),
        ({"size1.from": "", "size1.to": ""}, "size1.from"),
        ({"size1.price": ""}, "size1.price"),
        ({"size2.from": "mười"}, "size2.from"),
        ({"size2.from": "25"}, "prices"),
        ({"spec.count_per_kg": "70-80"}, "spec.count_per_kg"),
        ({"price_kind": "fixed"}, "price"),
        ({"price_kind": "reference", "price": "9.000"}, "reference.source"),
        ({"price_kind": "gift"}, "price_kind"),
        ({"all_output": "1"}, "area"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    session: Session, buyer: Side, shrimp: Listing, browser: Open, typed: dict[str, str], field: str | None
) -> None:
    page = ask(browser, buyer, shrimp).send(volume="1 tấn", remark="Cân tại ao.", **typed)
    if field is None:
        assert page.status == 200
        return
    assert page.status == 422
    assert page.css(".problems")
    target = "#f-" + field.replace(".", "-")
    assert page.css(target), f"{target} is there to lead to"
    form = page.form(f"/new/{shrimp.id}")
    assert form.fields["remark"] == "Cân tại ao."
    if "price_kind" not in typed:
        assert all(form.fields[name] == value for name, value in typed.items() if name in form.fields)
        assert form.fields["size3.price"] == "160.000"
    assert make.count_rows(session, Offer) == 0


def test_a_reference_price_is_an_estimate_wherever_it_is_shown(
    session: Session, seller: Side, buyer: Side, paddy: Listing, browser: Open
) -> None:
    form = ask(browser, buyer, paddy)
    assert form.fields["price"] == "9.200"
    assert form.fields["reference.plus"] == "+200"
    page = form.send(volume="4 tấn")
    assert page.status == 200
    words = "Theo giá của Nhà máy Phước Long vào ngày giao hàng, cộng 200 đ/kg, giá sàn 8.500 đ/kg, giá trần"
    assert words in page.text
    assert "tạm tính 9.200 đ/kg" in page.text
    assert "36.800.000 đ (tạm tính)" in page.text
    offer = the_offer(session)
    assert queries.pricing_of(session, offer).reference == PLANT
    assert "tạm tính 9.200 đ/kg" in signed_in(browser, seller).get("/inquiries").text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"price": "8.000"}, "price"),
        ({"price": "11.000"}, "price"),
        ({"reference.floor": "12.000"}, "reference.ceiling"),
        ({"reference.source": ""}, "reference.source"),
        ({"reference.day": "31/2/2026"}, "reference.day"),
        ({"reference.plus": "nhiều"}, "reference.plus"),
    ],
)
def test_a_reference_that_does_not_hold_is_refused(
    session: Session, buyer: Side, paddy: Listing, browser: Open, typed: dict[str, str], field: str
) -> None:
    page = ask(browser, buyer, paddy).send(volume="4 tấn", **typed)
    assert page.status == 422
    assert page.form(f"/new/{paddy.id}").error(field)
    assert make.count_rows(session, Offer) == 0


def test_an_ordinary_form_says_a_reference_of_a_stated_day(
    session: Session, seller: Side, buyer: Side, browser: Open
) -> None:
    listing, _ = trade.make_listing(session, seller)
    page = ask(browser, buyer, listing).send(
        volume="4 tấn", price_kind="reference", price="9.400",
        **{"reference.source": "Sở Công Thương", "reference.day": "20/3/2026", "reference.plus": "-150"},
    )  # fmt: skip
    assert page.status == 200
    assert "Theo giá của Sở Công Thương ngày 20/3/2026, trừ 150 đ/kg" in page.text


def test_work_that_is_paid_stays_work(session: Session, seller: Side, buyer: Side, browser: Open) -> None:
    listing, _ = trade.make_listing(
        session, seller, product="chieu-lac", title="Dệt chiếu", volumes=(300,), price_kind="labour",
        price_from=40_000,
    )  # fmt: skip
    page = ask(browser, buyer, listing).send(volume="100")
    assert page.status == 200
    offer = the_offer(session)
    assert (offer.price_kind, offer.price, offer.value) == ("labour", 40_000, 4_000_000)
    assert "Tiền công 4.000.000 đ" in " ".join(page.text.split())


def test_all_output_of_an_area_is_an_estimate(
    session: Session, seller: Side, buyer: Side, browser: Open
) -> None:
    listing, _ = trade.make_listing(session, seller, volumes=(40 * TONNE,))
    page = ask(browser, buyer, listing).send(volume="30 tấn", area="5", all_output="1")
    assert page.status == 200
    assert "toàn bộ sản lượng của 5 ha, ước 30 tấn" in page.text
    assert "(tạm tính)" in page.text
    inquiry = session.scalars(sa.select(Inquiry)).one()
    form = signed_in(browser, seller).get(f"/inquiries/{inquiry.id}").form("/offer")
    assert (form.fields["area"], form.fields["all_output"]) == ("5", "1")


SIZES = [{"size": [20, 30], "price": 280_000}, {"size": [31, 40], "price": 210_000}]
TABLE = {"price_kind": "table", "prices": SIZES, "spec": {"count_per_kg": [31, 40]}}
REFERENCE = {
    "price_kind": "reference",
    "price": 200_000,
    "reference": {"source": "Nhà máy", "day": DAY, "plus": -500, "floor": 150_000, "ceiling": 250_000},
}
OUTPUT = {"price": 200_000, "area": 2.5, "area_base": "pond", "all_output": True}


@pytest.mark.parametrize("said", [TABLE, REFERENCE, OUTPUT, {"price_kind": "labour", "price": 9_000}])
def test_what_a_program_is_told_it_may_send_back(
    trader: Trader, session: Session, shrimp: Listing, browser: Open, seller: Side, said: dict[str, Any]
) -> None:
    body = {"listing_id": shrimp.id, "volume": 1000, "from": DAY, "to": SOON, **said}
    asked = trader.does("POST", "/inquiries", body)
    told = asked["offer"]
    for name, value in said.items():
        assert told[name] == value
    coop = Trader(browser(), session, seller.user)
    sent = {
        name: told[name]
        for name in (
            "schedule", "spec", "price_kind", "price", "prices", "reference", "price_basis", "kind", "covers",
            "area", "area_base", "households", "all_output", "season", "terms",
        )
    }  # fmt: skip
    again = coop.does("POST", f"/inquiries/{asked['id']}/offer", sent)["offer"]
    changing = ("id", "side", "made_at")
    assert {k: v for k, v in again.items() if k not in changing} == {
        k: v for k, v in told.items() if k not in changing
    }
    assert coop.look(f"/inquiries/{asked['id']}")["offers"][0]["prices"] == told["prices"]


@pytest.mark.parametrize(
    ("said", "kind", "price"),
    [
        ({}, "table", 280_000),
        ({"spec": {"count_per_kg": [35, 38]}}, "table", 210_000),
        ({"price": 190_000}, "fixed", 190_000),
        ({"prices": SIZES}, "table", 280_000),
        ({"price": 9_000, "reference": {"source": "Chợ"}}, "reference", 9_000),
    ],
)
def test_a_kind_that_is_not_named_follows(
    trader: Trader, shrimp: Listing, said: dict[str, Any], kind: str, price: int
) -> None:
    body = {"listing_id": shrimp.id, "volume": 1000, "from": DAY, "to": SOON, **said}
    offer = trader.does("POST", "/inquiries", body)["offer"]
    assert (offer["price_kind"], offer["price"]) == (kind, price)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"price_kind": "fixed"}, "price"),
        ({"price_kind": "fixed", "price": 9, "prices": SIZES}, "prices"),
        ({"price_kind": "table", "price": 1}, "price"),
        ({"price_kind": "table", "spec": {"count_per_kg": [90, 95]}}, "spec.count_per_kg"),
        ({"prices": [{"size": ["x", 2], "price": 5}]}, "prices.0.size"),
        ({"prices": [*SIZES, {"size": [25, 50], "price": 5}]}, "prices"),
        ({"price": 9, "reference": {"source": ""}}, "reference.source"),
        ({"price": 9, "reference": {"source": "Chợ", "floor": 10}}, "price"),
        ({"price": 9, "reference": {"source": "Chợ", "plus": 0.5}}, "reference.plus"),
        ({"price_kind": "labour", "price": 9, "reference": {"source": "Chợ"}}, "reference.source"),
        ({"price": 9, "all_output": True}, "area"),
        ({"price": 9, "all_output": "yes"}, "all_output"),
    ],
)
def test_a_program_is_told_what_is_wrong(
    trader: Trader, shrimp: Listing, said: dict[str, Any], field: str
) -> None:
    body = {"listing_id": shrimp.id, "volume": 1000, "from": DAY, "to": SOON, **said}
    assert field in trader.wrong("POST", "/inquiries", 422, body)


def test_goods_that_are_not_sold_by_size_have_no_table(
    trader: Trader, paddy: Listing, buyer: Side, browser: Open
) -> None:
    body = {"listing_id": paddy.id, "volume": 1000, "from": DAY, "to": SOON, "prices": SIZES}
    assert "prices" in trader.wrong("POST", "/inquiries", 422, body)
    page = ask(browser, buyer, paddy).send(volume="1 tấn", price_kind="table")
    assert page.status == 422
    assert page.css("#f-price_kind")
