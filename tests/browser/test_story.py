"""The main loop as people live it in a browser, with JavaScript and without, on a small phone: search, ask,
agree, deliver, confirm.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests import rules
from tests.browser.phone import fits, open_phone, sign_in
from tests.make import make_buyer, make_unit
from tests.server import Served
from tests.trade import make_listing

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("javascript", [False, True], ids=["without", "with JavaScript"])
@pytest.mark.long
def test_a_buyer_and_a_cooperative_live_the_loop(chromium: Browser, served: Served, javascript: bool) -> None:
    with served.database.session(write=True) as session:
        seller, buyer = make_unit(session), make_buyer(session)
        make_listing(session, seller, title="Lúa ST25 Phước Long")
        make_listing(session, seller, product="tom-su", title="Tôm sú quảng canh", price_from=200_000)

    context, page, complaints = open_phone(chromium, served, javascript=javascript)
    sign_in(page, buyer)
    page.goto("/")
    if javascript:
        fits(page)
    box = page.locator("main input[type=search]").first
    box.fill("lua st25")
    box.press("Enter")
    expect(page.get_by_role("link", name="Lúa ST25 Phước Long")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("link", name="Tôm sú quảng canh")).to_have_count(0)
    if javascript:
        # Search as one types: no button, the address follows.
        page.locator("main input[type=search]").first.fill("tom su")
        expect(page.get_by_role("link", name="Tôm sú quảng canh")).to_be_visible()
        expect(page).to_have_url(re.compile(r"q=tom(\+|%20)su"))
        page.locator("main input[type=search]").first.fill("lua st25")
        expect(page.get_by_role("link", name="Lúa ST25 Phước Long")).to_be_visible()
        fits(page)
    page.get_by_role("link", name="Lúa ST25 Phước Long").click()
    page.locator("main").get_by_role("link", name="Hỏi mua").first.click()
    page.get_by_label("Số lượng").fill("4 tấn")
    page.get_by_role("button", name="Gửi hỏi mua").click()
    expect(page.get_by_text("Chờ bên bán trả lời")).to_be_visible()
    if javascript:
        fits(page)
    inquiry = page.url.replace(served.url, "")
    context.close()

    manager_context, manager, more = open_phone(chromium, served, javascript=javascript)
    sign_in(manager, seller)
    # From the list to the answer: two taps.
    manager.goto("/inquiries")
    manager.locator(f"main a[href='{inquiry}']").click()
    manager.get_by_role("button", name="Đồng ý đề nghị này").click()
    expect(manager.get_by_text("Đang thực hiện")).to_be_visible()
    link = manager.url.replace(served.url, "")
    manager.get_by_label("Số lượng").first.fill("1,5 tấn")
    manager.get_by_role("button", name="Ghi nhận lần giao này").click()
    expect(manager.get_by_text("Chờ xác nhận")).to_be_visible()
    if javascript:
        fits(manager)
    manager_context.close()

    again, page, last = open_phone(chromium, served, javascript=javascript)
    sign_in(page, buyer)
    page.goto(link)
    page.get_by_role("button", name="Xác nhận số lượng đã nhận").click()
    expect(page.locator("td").get_by_text("Đã xác nhận")).to_be_visible()
    again.close()
    assert not complaints + more + last
    with served.database.reading() as session:
        rules.check_volumes(session)
        rules.check_links(session)
