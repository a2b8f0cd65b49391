"""A telephone that loses its line: pages seen lately can be read, a form that could not be sent keeps what
was typed, and signing out leaves nothing behind.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from market import worker
from market.listings import service as listings
from tests.browser.phone import open_phone, sign_in
from tests.make import make_buyer, make_unit
from tests.server import Served
from tests.trade import make_listing

pytestmark = [pytest.mark.browser, pytest.mark.profiles("embedded")]


def test_without_a_line_pages_seen_last_are_read_and_typed_text_is_kept(
    chromium: Browser, served: Served
) -> None:
    worker.subscribe_all()
    with served.database.session(write=True) as session:
        seller, buyer = make_unit(session), make_buyer(session)
        listing, _ = make_listing(session, seller)
        at, ask = f"/listings/{listing.id}", f"/inquiries/new/{listing.id}"
    context, page, _ = open_phone(chromium, served)
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    sign_in(page, buyer)
    page.goto("/account")
    page.goto(at)
    page.goto(ask)
    page.locator("[name=price]").first.fill("9.350")
    page.locator("[name=volume]").first.fill("2 tấn")

    context.set_offline(True)
    page.locator("main form button").last.click()
    expect(page.locator("h1")).to_contain_text("Chưa gửi được")
    page.go_back()
    expect(page.locator("[name=price]").first).to_have_value("9.350")
    expect(page.locator("[name=volume]").first).to_have_value("2 tấn")

    page.goto(at)
    expect(page.locator("#offline")).to_contain_text(re.compile(r"Đây là trang đã lưu lúc \d+"))
    expect(page.locator("h1")).to_contain_text("Lúa ST25")
    page.goto("/account")
    expect(page.locator("h1")).to_contain_text("chưa được lưu")

    context.set_offline(False)
    with served.database.session(write=True) as session:
        listings.withdraw(session, actor=seller.actor, listing_id=listing.id)
        session.commit()
    page.goto(at)
    expect(page.locator("h1")).not_to_contain_text("Lúa ST25")
    context.set_offline(True)
    page.goto(at)
    expect(page.locator("h1")).to_contain_text("chưa được lưu")

    context.set_offline(False)
    page.goto("/account")
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.locator(".account")).to_contain_text("Đăng nhập")
    context.set_offline(True)
    page.goto(ask)
    expect(page.locator("h1")).to_contain_text("chưa được lưu")
    context.close()
