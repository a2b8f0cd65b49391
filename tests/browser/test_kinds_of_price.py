"""Shrimp by a table of sizes, paddy by a plant's price: asked for, agreed and delivered on a small phone."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, expect

from market import worker
from market.inquiries.models import Inquiry
from market.links import service as links
from market.links.models import Delivery
from market.listings.pricing import Reference
from tests import rules
from tests.browser.phone import fits, open_phone, sign_in
from tests.make import make_buyer, make_unit
from tests.server import Served
from tests.trade import TONNE, make_link, make_listing

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.profiles("embedded")]

SIZES = [(20, 30, 280_000), (31, 40, 210_000), (41, 60, 160_000)]


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


@pytest.mark.parametrize("javascript", [True, False])
def test_shrimp_by_size(chromium: Browser, served: Served, javascript: bool) -> None:
    with served.database.session(write=True) as session:
        seller, buyer = make_unit(session, name="HTX Demo tôm"), make_buyer(session, name="Nhà máy Demo")
        listing, _ = make_listing(
            session, seller, title="Tôm sú oxy", product="tom-su", price_kind="table", price_lines=SIZES
        )
        listing_id = listing.id
    context, page, complaints = open_phone(chromium, served, javascript=javascript)
    sign_in(page, buyer)
    page.goto(f"/inquiries/new/{listing_id}")
    fits(page, "price-table-ask")
    page.get_by_label("Số lượng").fill("2 tấn")
    page.get_by_text("Giá theo cỡ hàng: 3 cỡ").click()
    fits(page, "price-table-rows")
    page.get_by_text("Thêm điều khoản").click()
    fits(page, "price-table-more")
    page.get_by_role("button", name="Gửi hỏi mua").click()
    expect(page.get_by_text("theo cỡ, tính ở mức 280.000 đ/kg")).to_be_visible()
    fits(page, "price-table-thread")
    with served.database.session(write=True) as session:
        inquiry_id = session.scalars(sa.select(Inquiry.id)).one()
        link = links.agree_link(session, actor=seller.actor, party_id=seller.party.id, inquiry_id=inquiry_id)
        session.commit()
        link_id = link.id
    context.close()

    context, page, again = open_phone(chromium, served, javascript=javascript)
    sign_in(page, seller)
    page.goto(f"/links/{link_id}")
    page.locator("#f-gross").fill("1000")
    page.locator("#f-spec-count_per_kg").fill("75")
    page.get_by_role("button", name="Ghi nhận lần giao này").click()
    expect(page.get_by_text("nằm ngoài bảng giá").first).to_be_visible()
    fits(page, "price-table-outside")
    page.locator("#f-price").fill("120.000")
    page.get_by_role("button", name="Ghi nhận lần giao này").click()
    expect(page.get_by_text("120.000.000 đ")).to_be_visible()
    fits(page, "price-table-agreement")
    with served.database.reading() as session:
        delivery_id = session.scalars(sa.select(Delivery.id)).one()
        rules.check_links(session)
    page.goto(f"/links/{link_id}/deliveries/{delivery_id}")
    expect(page.get_by_text("ngoài bảng giá đã thỏa thuận")).to_be_visible()
    fits(page, "price-table-delivery")
    page.goto(f"/links/{link_id}/print")
    fits(page, "price-table-print")
    context.close()
    if javascript:
        assert [one for one in complaints + again if "422" not in one] == []


def test_a_price_for_a_tonne_is_asked_about(chromium: Browser, served: Served) -> None:
    with served.database.session(write=True) as session:
        seller, buyer = make_unit(session, name="HTX Demo lúa"), make_buyer(session, name="Nhà máy Demo")
        listing, _ = make_listing(session, seller)
        listing_id = listing.id
    context, page, complaints = open_phone(chromium, served)
    sign_in(page, buyer)
    page.goto(f"/inquiries/new/{listing_id}")
    page.get_by_label("Số lượng").fill("2 tấn")
    page.locator("#f-price").fill("9.500.000")
    page.get_by_role("button", name="Gửi hỏi mua").click()
    expect(page.locator("#e-price")).to_contain_text("giá của một tạ hoặc một tấn")
    expect(page.locator("#f-price")).to_have_value("9.500.000 đ/kg")
    expect(page.get_by_label("Số lượng")).to_have_value("2 tấn")
    fits(page, "price-asked-about")
    page.get_by_role("button", name="Gửi hỏi mua").click()
    expect(page.get_by_text("Đã gửi hỏi mua")).to_be_visible()
    context.close()
    assert [one for one in complaints if "422" not in one] == []


def test_paddy_by_a_plants_price(chromium: Browser, served: Served) -> None:
    plant = Reference("Nhà máy Demo", plus=200, floor=8_500, ceiling=10_500)
    with served.database.session(write=True) as session:
        seller, buyer = make_unit(session, name="HTX Demo lúa"), make_buyer(session, name="Nhà máy Demo")
        listing, _ = make_listing(session, seller, price_kind="reference", price_from=9_200, reference=plant)
        other, _ = make_listing(session, seller, title="Lúa cả đồng", volumes=(40 * TONNE,))
        link = make_link(
            session, seller, buyer, other, volume=30 * TONNE, price=9_200, price_kind="reference",
            reference=plant, area_m2=50_000, area_base="sown", all_output=True,
        )  # fmt: skip
        listing_id, link_id = listing.id, link.id
    context, page, complaints = open_phone(chromium, served)
    sign_in(page, buyer)
    page.goto(f"/listings/{listing_id}")
    fits(page, "price-reference-listing")
    page.goto(f"/inquiries/new/{listing_id}")
    fits(page, "price-reference-ask")
    page.goto(f"/links/{link_id}")
    expect(page.get_by_text("toàn bộ sản lượng của 5 ha, ước 30 tấn")).to_be_visible()
    expect(page.get_by_text("276.000.000 đ (tạm tính)")).to_be_visible()
    fits(page, "price-reference-agreement")
    context.close()

    context, page, again = open_phone(chromium, served)
    sign_in(page, seller)
    page.goto(f"/listings/{listing_id}/edit")
    fits(page, "price-reference-edit")
    page.goto("/listings/new?product=tom-su")
    fits(page, "price-kinds-new")
    context.close()
    assert complaints + again == []
