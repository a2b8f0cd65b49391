"""A big order as a buyer lives it on a small phone: 500 tonnes filled by nine units, of which one refuses
and one reports a loss; what falls away is planned again with one press. And a buyer who would rather deal
with fewer sellers opens that plan and sends it; a unit reads in the list of demands what its lots lack.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, expect

from market import clock, worker
from market.inquiries import service as inquiries
from market.inquiries.models import Inquiry
from market.links import holding
from market.listings import service as listings
from market.listings.models import Listing, Lot
from tests import rules
from tests.browser.phone import fits, open_phone, sign_in
from tests.demands.asking import post
from tests.make import Side, make_buyer, make_unit
from tests.server import Served
from tests.trade import TONNE, make_listing

pytestmark = pytest.mark.browser


@pytest.mark.long
def test_five_hundred_tonnes_of_nine_units(chromium: Browser, served: Served) -> None:
    worker.subscribe_all()  # what the sellers do here is heard as in the application
    units: list[Side] = []
    with served.database.session(write=True) as session:
        buyer = make_buyer(session)
        for number in range(11):
            unit = make_unit(session, name=f"HTX Demo số {number + 1}")
            make_listing(session, unit, volumes=(60 * TONNE,), price_from=9000 + 10 * number)
            units.append(unit)

    context, page, complaints = open_phone(chromium, served, javascript=True)
    sign_in(page, buyer)
    page.goto("/demands")
    page.get_by_role("link", name="Đăng nhu cầu mua").first.click()
    page.get_by_label("Sản phẩm").select_option("lua-st25")
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_label("Số lượng").fill("500 tấn")
    page.get_by_label("Giá cao nhất").fill("10.000")
    page.get_by_label("Đến ngày").fill((clock.today() + timedelta(days=45)).isoformat())
    fits(page)
    page.get_by_role("button", name="Đăng nhu cầu và xem phương án").click()
    expect(page.get_by_text("9 bên bán")).to_be_visible()
    expect(page.get_by_text("Còn thiếu: 0 kg")).to_be_visible()
    fits(page, "demand-plan")
    page.get_by_role("button", name="Gửi hỏi mua các nơi này").click()
    expect(page.get_by_text("đang hỏi 9 bên bán")).to_be_visible()
    fits(page, "demand-asked")

    # Eight accept, one refuses, and one of the eight loses 20 tonnes.
    with served.database.writing() as session:
        asked = {one.seller_id: one.id for one in session.scalars(sa.select(Inquiry))}
        first, *others = [unit for unit in units if unit.party.id in asked]
        for unit in others:
            holding.accept(session, actor=unit.actor, party_id=unit.party.id, inquiry_id=asked[unit.party.id])
        inquiries.decline(
            session,
            actor=first.actor,
            party_id=first.party.id,
            inquiry_id=asked[first.party.id],
            reason="sold_out",
        )
        lot = session.scalars(
            sa.select(Lot)
            .join(Listing, Listing.id == Lot.listing_id)
            .where(Listing.party_id == others[0].party.id)
        ).one()
        listings.report_loss(
            session,
            actor=others[0].actor,
            lot_id=lot.id,
            amount=20 * TONNE,
            cause="storm",
            on_date=clock.today(),
        )
    page.reload()
    expect(page.get_by_text("Có nguy cơ thiếu hàng")).to_be_visible()
    expect(page.get_by_text("Đã từ chối", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Phương án cho phần còn thiếu")).to_be_visible()
    fits(page, "demand-short")
    page.get_by_role("button", name="Gửi hỏi mua các nơi này").click()
    expect(page.get_by_text(re.compile("đang hỏi (một|2) bên bán"))).to_be_visible()
    with served.database.writing() as session:
        for inquiry in session.scalars(sa.select(Inquiry).where(Inquiry.state == "negotiating")).all():
            unit = next(one for one in units if one.party.id == inquiry.seller_id)
            holding.accept(session, actor=unit.actor, party_id=unit.party.id, inquiry_id=inquiry.id)
    page.reload()
    expect(page.get_by_text("Đã đủ")).to_be_visible()
    expect(page.get_by_text("Đã thỏa thuận: 500 tấn")).to_be_visible()
    fits(page, "demand-filled")
    context.close()
    assert not complaints
    with served.database.reading() as session:
        rules.check_volumes(session)
        rules.check_links(session)


@pytest.mark.long
def test_the_plan_with_fewer_sellers_is_opened_and_sent(chromium: Browser, served: Served) -> None:
    with served.database.session(write=True) as session:
        buyer = make_buyer(session)
        for number, (price, tonnes) in enumerate(((9000, 8), (9100, 8), (9200, 8), (9500, 16), (9900, 24))):
            unit = make_unit(session, name=f"HTX Demo số {number + 1}")
            make_listing(session, unit, volumes=(tonnes * TONNE,), price_from=price)
        demand = post(session, buyer)
    context, page, complaints = open_phone(chromium, served, javascript=False)
    sign_in(page, buyer)
    page.goto(f"/demands/{demand.id}")
    expect(page.get_by_text("Với 2 bên bán thì hết 186.000.000 đ (thêm 4.400.000 đ).")).to_be_visible()
    fits(page)
    page.get_by_role("link", name="Xem phương án này").click()
    expect(page.get_by_role("heading", name="Phương án với tối đa 2 bên bán")).to_be_visible()
    expect(page.get_by_role("link", name="HTX Demo số 4")).to_be_visible()
    expect(page.get_by_role("link", name="HTX Demo số 2")).to_be_hidden()
    fits(page, "demand-fewer")
    page.get_by_role("link", name="Phương án rẻ nhất").click()
    expect(page.get_by_text("3 bên bán · 20 tấn · 181.600.000 đ")).to_be_visible()
    page.get_by_role("link", name="Xem phương án này").click()
    page.get_by_role("button", name="Gửi hỏi mua các nơi này").click()
    expect(page.get_by_text("đang hỏi 2 bên bán")).to_be_visible()
    expect(page.get_by_text("Đang hỏi: 20 tấn")).to_be_visible()
    fits(page)
    context.close()
    assert not complaints


@pytest.mark.long
def test_a_unit_reads_in_the_list_what_its_lots_lack(chromium: Browser, served: Served) -> None:
    with served.database.session(write=True) as session:
        seller, buyer = make_unit(session), make_buyer(session)
        make_listing(session, seller, volumes=(12 * TONNE,))
        dear = {"price_from": 9900, "min_order": 2 * TONNE}
        make_listing(session, seller, product="lua-om18", title="Lúa OM18", **dear)
        post(session, buyer, 10 * TONNE)
        post(session, buyer, 30 * TONNE)
        post(session, buyer, TONNE, product="lua-om18", price_max=9000, standards=("VIETGAP-TT",))
    context, page, complaints = open_phone(chromium, served, javascript=False)
    sign_in(page, seller)
    page.goto("/demands")
    for said in (
        "Đáp ứng đủ phần còn thiếu: 10 tấn",
        "Đáp ứng được 12 tấn trong 30 tấn còn thiếu",
        "Đợt hàng gần nhất: Lúa OM18",
        "chưa khai; giá cao hơn mức bên mua muốn trả; mức đặt tối thiểu của đơn vị là 2 tấn.",
    ):
        expect(page.get_by_text(said)).to_be_visible()
    fits(page, "demands-lacks")
    page.get_by_role("link", name="Lúa OM18").click()
    expect(page.get_by_text("VietGAP trồng trọt: chưa khai. Hãy khai chứng nhận trước.")).to_be_visible()
    fits(page)
    context.close()
    assert not complaints
