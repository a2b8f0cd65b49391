"""A price that looks like one for another unit, wherever prices are typed: asked about beside its field,
nothing is lost, and the same button pressed again says that it is meant. Programs say prices in đồng for a
kilogram and are not asked.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.demands.models import Demand
from market.inquiries.models import Inquiry, Offer
from market.links.models import Amendment, Delivery, Link, Weighing
from market.listings.models import Listing
from tests import trade
from tests.machines import Trader
from tests.make import TODAY, Side, count_rows
from tests.pages import Browser, Form, signed_in

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
LAST = "2026-04-10"


@pytest.fixture
def asker(browser: Open, buyer: Side) -> Browser:
    return signed_in(browser, buyer)


def asked_then_meant(form: Form, action: str, field: str, typed: str, words: str, **changes: str) -> None:
    """It is asked about, with all that was typed; pressed again it is taken."""
    page = form.send(**{field: typed, **changes})
    assert page.status == 422, page.status
    again = page.form(action)
    assert words in again.error(field), again.error(field)
    assert again.fields[field] == f"{typed} đ/kg"
    for name, text in changes.items():
        assert again.fields[name] == text
    assert again.send().status == 200


@pytest.mark.parametrize(
    ("typed", "words", "price"),
    [
        ("9.500.000", "một tấn", 9_500_000),
        ("950.000", "một tạ", 950_000),
        ("95", "nghìn đồng", 95),
    ],
)
def test_a_buyer_asks_at_a_price_that_is_asked_about(
    session: Session, seller: Side, asker: Browser, typed: str, words: str, price: int
) -> None:
    listing, _ = trade.make_listing(session, seller)
    form = asker.get(f"/inquiries/new/{listing.id}").form(f"/new/{listing.id}")
    asked_then_meant(
        form, f"/new/{listing.id}", "price", typed, words, volume="2 tấn", remark="Giao tại bến."
    )
    assert session.scalars(sa.select(Offer.price)).all() == [price]


def test_what_is_corrected_is_taken_without_a_word(session: Session, seller: Side, asker: Browser) -> None:
    listing, _ = trade.make_listing(session, seller)
    form = asker.get(f"/inquiries/new/{listing.id}").form(f"/new/{listing.id}")
    page = form.send(price="9.500.000", volume="2 tấn")
    assert page.form(f"/new/{listing.id}").send(price="9.500").status == 200
    assert session.scalars(sa.select(Offer.price)).all() == [9_500]


def test_a_seller_offers_otherwise_and_either_known_price_will_do(
    session: Session, seller: Side, buyer: Side, manager: Browser, asker: Browser
) -> None:
    listing, _ = trade.make_listing(session, seller)
    inquiry = trade.make_inquiry(session, buyer, listing)
    path = f"/inquiries/{inquiry.id}"
    form = manager.get(path).form("/offer")
    asked_then_meant(form, "/offer", "price", "960.000", "một tạ", remark="Giá tại ruộng.")
    # The form that is filled with what stands is not asked about, nor is the listing's own price.
    assert asker.get(path).form("/offer").send().status == 200
    assert manager.get(path).form("/offer").send(price="9.400").status == 200
    prices = session.scalars(sa.select(Offer.price).order_by(Offer.id)).all()
    assert prices == [9_400, 960_000, 960_000, 9_400]


def test_a_price_by_size_and_the_ends_of_a_reference(session: Session, seller: Side, asker: Browser) -> None:
    sizes = [(20, 30, 280_000), (31, 40, 210_000)]
    shrimp, _ = trade.make_listing(
        session, seller, product="tom-su", title="Tôm", price_kind="table", price_lines=sizes
    )
    form = asker.get(f"/inquiries/new/{shrimp.id}").form(f"/new/{shrimp.id}")
    asked_then_meant(form, f"/new/{shrimp.id}", "size2.price", "215", "nghìn đồng", volume="2 tấn")
    paddy, _ = trade.make_listing(session, seller)
    form = asker.get(f"/inquiries/new/{paddy.id}").form(f"/new/{paddy.id}")
    page = form.send(
        volume="2 tấn",
        price_kind="reference",
        price="9.400",
        reference__source="Nhà máy",
        reference__floor="8.500.000",
        reference__plus="200",
    )
    assert page.status == 422
    again = page.form(f"/new/{paddy.id}")
    assert {name for name in again.fields if again.error(name)} == {"reference.floor"}
    assert again.send(reference__floor="8.500").status == 200


def test_a_demand_says_its_highest_price(session: Session, asker: Browser) -> None:
    form = asker.get("/demands/new?product=lua-st25").form("/demands")
    days = {"from": TODAY.isoformat(), "to": LAST}
    asked_then_meant(form, "/demands", "price_max", "10.000.000", "một tấn", volume="20 tấn", **days)
    assert session.scalars(sa.select(Demand.price_max)).all() == [10_000_000]


def test_a_unit_offers_for_a_demand(session: Session, seller: Side, asker: Browser, manager: Browser) -> None:
    trade.make_listing(session, seller)
    form = asker.get("/demands/new?product=lua-st25").form("/demands")
    form.send(volume="20 tấn", price_max="10.000", **{"from": TODAY.isoformat(), "to": LAST})
    demand_id = session.scalars(sa.select(Demand.id)).one()
    form = manager.get(f"/demands/{demand_id}/offer").form("/offer")
    asked_then_meant(form, "/offer", "price", "940.000", "một tạ", volume="2 tấn", remark="Giao ngay.")
    assert session.scalars(sa.select(Offer.price)).all() == [940_000]


def test_a_listing_is_asked_about_in_the_same_way(session: Session, seller: Side, manager: Browser) -> None:
    form = manager.get("/listings/new?product=lua-st25").form("/listings")
    typed = {"title": "Lúa ST25", "volume": "2 tấn", "from": TODAY.isoformat(), "to": LAST, "then": "draft"}
    page = form.send(**typed, price_from="9.500.000")
    again = page.form("/listings")
    assert "một tấn" in again.error("price_from")
    assert again.send(then="draft").status == 200
    listing = session.scalars(sa.select(Listing)).one()
    assert listing.price_from == 9_500_000
    # What was meant once is written so that it is not asked about when it is edited.
    form = manager.get(f"/listings/{listing.id}/edit").form("/edit")
    assert form.fields["price_from"] == "9.500.000 đ/kg"
    assert form.send(title="Lúa ST25 thơm").status == 200


def test_other_terms_of_an_agreement_and_the_price_of_a_weighing(
    session: Session, seller: Side, buyer: Side, manager: Browser
) -> None:
    link = trade.make_link(session, seller, buyer, trade.make_listing(session, seller)[0])
    form = manager.get(f"/links/{link.id}/amend").form("/amend")
    asked_then_meant(form, "/amend", "price", "940.000", "một tạ")
    assert count_rows(session, Amendment) == 1
    form = manager.get(f"/links/{link.id}").form("/deliveries")
    page = form.send(gross="1000", price="9.500.000", weigh2__gross="500", weigh2__price="9.600.000")
    assert page.status == 422
    again = page.form("/deliveries")
    assert (again.fields["price"], again.fields["weigh2.price"]) == ("9.500.000 đ/kg", "9.600.000 đ/kg")
    assert again.error("price")
    assert again.error("weigh2.price")
    assert again.send(price="9.500", weigh2__price="9.600").status == 200
    assert session.scalars(sa.select(Weighing.price).order_by(Weighing.id)).all() == [9_500, 9_600]
    assert count_rows(session, Delivery) == 1


def test_what_was_sold_outside(session: Session, seller: Side, manager: Browser) -> None:
    listing, (lot,) = trade.make_listing(session, seller)
    form = manager.get(f"/links/outside/{listing.id}/{lot.id}").form(f"/{lot.id}")
    again = form.send(volume="1 tấn", price="9.400.000", buyer_kind="depot").form(f"/{lot.id}")
    assert "một tấn" in again.error("price")
    assert again.send(buyer_kind="depot").status == 200
    assert session.scalars(sa.select(Link.price)).all() == [9_400_000]


def test_a_program_says_its_unit_by_the_operation_and_is_not_asked(
    session: Session, seller: Side, buyer: Side, browser: Open
) -> None:
    listing, _ = trade.make_listing(session, seller)
    trader = Trader(browser(), session, buyer.user)
    days = {"from": TODAY.isoformat(), "to": LAST}
    trader.does("POST", "/inquiries", {"listing_id": listing.id, "volume": 10, "price": 9_500_000, **days})
    trader.does("POST", "/demands", {"product": "lua-st25", "volume": 10, "price_max": 9_500_000, **days})
    coop = Trader(browser(), session, seller.user)
    coop.does("POST", "/listings", {"product": "lua-st25", "title": "Lúa", "price_from": 9_500_000})
    assert count_rows(session, Inquiry) == 1
