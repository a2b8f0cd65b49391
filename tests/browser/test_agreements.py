"""What comes after an agreement, as both sides live it on a small phone: a year of call-offs of which one is
moved, a delivery contested over the size, and before either the paper that an officer has verified.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, expect

from market import clock, worker
from market.links import service as links
from market.links.models import Delivery, Link
from tests import rules
from tests.browser.phone import fits, open_phone, sign_in
from tests.make import make_buyer, make_officer, make_unit
from tests.server import Served
from tests.trade import TONNE, make_link, make_listing

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.profiles("embedded")]


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


def test_three_hundred_kilograms_a_month_for_a_year_and_one_call_off_moved(
    chromium: Browser, served: Served
) -> None:
    today = clock.today()
    with served.database.session(write=True) as session:
        seller, buyer = make_unit(session, name="HTX Demo gạo"), make_buyer(session, name="Bếp ăn Demo")
        year = (today, today + timedelta(days=380))
        title = "Gạo ST25 giao hằng tháng"
        make_listing(
            session,
            seller,
            product="gao-st25",
            volumes=(9 * TONNE,),
            window=year,
            title=title,
            price_from=25_000,
        )

    context, page, complaints = open_phone(chromium, served)
    sign_in(page, buyer)
    page.goto("/demands/new?product=gao-st25")
    page.get_by_label("Số lượng").fill("300 kg")
    page.get_by_label("Từ ngày").fill(today.isoformat())
    page.get_by_label("Đến ngày").fill((today + timedelta(days=6)).isoformat())
    page.get_by_text("Thêm điều khoản").click()
    page.get_by_label("Mấy tháng liền").fill("12")
    page.get_by_role("button", name="Đăng nhu cầu và xem phương án").click()
    expect(page.get_by_text("Còn thiếu: 0 kg")).to_be_visible()
    fits(page, "call-offs-plan")
    page.get_by_role("button", name="Gửi hỏi mua các nơi này").click()
    expect(page.get_by_text("đang hỏi một bên bán")).to_be_visible()

    there, manager, more = open_phone(chromium, served)
    sign_in(manager, seller)
    manager.goto("/inquiries")
    manager.locator("main a[href^='/inquiries/']").first.click()
    expect(manager.locator(".schedule li")).to_have_count(12)
    fits(manager)
    manager.get_by_role("button", name="Đồng ý đề nghị này").click()
    expect(manager.get_by_text("Đang thực hiện")).to_be_visible()
    fits(manager)
    link_at = manager.url.replace(served.url, "")
    manager.get_by_role("link", name="Sửa đổi thỏa thuận").click()
    third = manager.get_by_role("group", name="Lần giao 3", exact=True)
    moved = today + timedelta(days=80)
    third.get_by_label("Từ ngày").fill(moved.isoformat())
    third.get_by_label("Đến ngày").fill((moved + timedelta(days=2)).isoformat())
    fits(manager, "call-offs-amend")
    manager.get_by_role("button", name="Gửi đề nghị sửa đổi").click()
    expect(manager.get_by_text("Anh/chị đã đề nghị sửa đổi")).to_be_visible()

    page.goto(link_at)
    expect(page.get_by_text("Bên kia đề nghị sửa đổi")).to_be_visible()
    fits(page, "call-offs-consent")
    page.get_by_role("button", name="Đồng ý sửa đổi").click()
    expect(page.get_by_text("Điều khoản trước đây")).to_be_visible()
    fits(page)
    context.close()
    there.close()
    assert not complaints + more
    with served.database.reading() as session:
        link = session.scalars(sa.select(Link)).one()
        lines = links.lines_of(session, link)
        assert [line.volume for line in lines] == [300_000] * 12
        assert (moved, moved + timedelta(days=2)) in [(line.from_date, line.to_date) for line in lines]
        rules.check_volumes(session)
        rules.check_links(session)
        rules.check_commitments(session)


def test_a_certificate_is_claimed_and_verified(chromium: Browser, served: Served) -> None:
    with served.database.session(write=True) as session:
        seller, officer = make_unit(session, name="HTX Demo chứng nhận"), make_officer(session)
        listing, _ = make_listing(session, seller)
        at, unit_at = f"/listings/{listing.id}", f"/cooperatives/{seller.party.code}"
    context, manager, complaints = open_phone(chromium, served)
    sign_in(manager, seller)
    manager.goto("/certificates")
    manager.locator("#f-standard").select_option("VIETGAP-TT")
    manager.locator("#f-number").fill("VG-DEMO-12")
    manager.locator("#f-issuer").fill("Đơn vị chứng nhận (dữ liệu mẫu)")
    manager.locator("#f-valid_to").fill((clock.today() + timedelta(days=400)).isoformat())
    fits(manager)
    manager.get_by_role("button", name="Nhập chứng nhận").click()
    expect(manager.get_by_text("Chờ Sở đối chiếu")).to_be_visible()
    fits(manager, "certificate-claimed")
    manager.goto(unit_at)
    expect(manager.locator(".badge-claimed").first).to_be_visible()

    desk, page, more = open_phone(chromium, served)
    sign_in(page, officer)
    page.goto("/department/certificates")
    page.get_by_role("link", name="VietGAP trồng trọt").first.click()
    page.get_by_label("Đã xem bản gốc").check()
    fits(page, "certificate-desk")
    page.get_by_role("button", name="Xác nhận chứng nhận").click()
    expect(page.locator(".said")).to_contain_text("Đã xác nhận")
    desk.close()

    manager.goto("/certificates")
    expect(manager.get_by_text("Sở đã đối chiếu").first).to_be_visible()
    manager.goto(at)
    expect(manager.locator(".badge-verified").first).to_be_visible()
    fits(manager, "certificate-verified")
    context.close()
    assert not complaints + more


def test_a_delivery_contested_over_the_size_and_settled(chromium: Browser, served: Served) -> None:
    with served.database.session(write=True) as session:
        seller, buyer = make_unit(session, name="HTX Demo tôm"), make_buyer(session, name="Công ty Demo")
        listing, _ = make_listing(
            session, seller, product="tom-su", title="Tôm sú cỡ 30", price_from=200_000, volumes=(2 * TONNE,)
        )
        link_id = make_link(session, seller, buyer, listing, volume=TONNE, price=200_000).id
    at = f"/links/{link_id}"
    context, manager, complaints = open_phone(chromium, served)
    sign_in(manager, seller)
    manager.goto(at)
    manager.get_by_label("Số lượng").first.fill("400 kg")
    manager.get_by_role("button", name="Ghi nhận lần giao này").click()
    expect(manager.get_by_text("Chờ xác nhận")).to_be_visible()

    there, page, more = open_phone(chromium, served)
    sign_in(page, buyer)
    page.goto(at)
    page.locator("td a[href*='/deliveries/']").click()
    page.get_by_text("Tôi thấy khác").click()
    page.locator("#f-what").select_option("size")
    page.locator("#f-gross").fill("400 kg")
    page.locator("#f-price").fill("185.000")
    page.locator("#f-spec-count_per_kg").fill("36-40")
    page.locator("#f-remark").fill("Cỡ nhỏ hơn thỏa thuận.")
    fits(page, "delivery-contest")
    page.get_by_role("button", name="Gửi số tôi thấy").click()
    expect(page.get_by_text("185.000").first).to_be_visible()
    there.close()

    manager.goto(at)
    manager.locator("td a[href*='/deliveries/']").click()
    expect(manager.get_by_text("đến lượt anh/chị")).to_be_visible()
    fits(manager, "delivery-contested")
    manager.get_by_role("button", name="Đồng ý với số này").click()
    expect(manager.get_by_text("Đã thống nhất").first).to_be_visible()
    manager.goto(at)
    fits(manager, "delivery-settled")
    context.close()
    assert not complaints + more
    with served.database.reading() as session:
        delivery = session.scalars(sa.select(Delivery)).one()
        assert (delivery.state, delivery.accepted, delivery.value) == ("settled", 400_000, 74_000_000)
        rules.check_steps(session)
