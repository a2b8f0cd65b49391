"""Moderation on a phone of 360 pixels: reporting, hiding, one's own data, a complaint; nothing is wider
than the screen, with JavaScript and without.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from market.accounts import service as accounts
from tests.browser.phone import fits, open_phone, sign_in
from tests.make import make_officer, make_unit
from tests.server import Served
from tests.trade import make_listing

DESK = "/department/moderation"


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_report_is_made_and_acted_upon(chromium: Browser, served: Served, javascript: bool) -> None:
    with served.database.session(write=True) as session:
        seller, officer = make_unit(session, name="HTX Demo phản ánh"), make_officer(session)
        listing, _ = make_listing(session, seller, title="Lúa demo một vụ rất dài tên để thử màn hình nhỏ")
        accounts.record_consents(session, user_id=seller.user.id)
        session.commit()
        at = f"/listings/{listing.id}"
    context, visitor, complaints = open_phone(chromium, served, javascript=javascript)
    visitor.goto(at)
    visitor.get_by_role("link", name="Phản ánh tin này").click()
    visitor.get_by_label("Giá gây hiểu lầm").check()
    visitor.get_by_label("Lời của anh/chị").fill("Giá ghi một đằng, bán một nẻo")
    visitor.get_by_label("Số điện thoại hoặc email của anh/chị").fill("0912 345 678")
    fits(visitor, "report")
    visitor.get_by_role("button", name="Gửi phản ánh").click()
    assert visitor.locator(".said").is_visible()
    for path in ("/about/operator", "/complaints/new"):
        visitor.goto(path)
        fits(visitor)
    context.close()

    desk, page, more = open_phone(chromium, served, javascript=javascript)
    sign_in(page, officer)
    page.goto(DESK)
    fits(page, "moderation-desk")
    page.get_by_role("link", name="Lúa demo").first.click()
    page.locator("summary", has_text="Ẩn nội dung này").click()
    page.locator("#f-words").fill("Giá không đúng")
    fits(page)
    page.get_by_role("button", name="Ẩn khỏi người mua").click()
    for path in ("/requests", "/complaints", "/flags", "/events", "/hide", "/takedowns/new"):
        page.goto(DESK + path)
        fits(page)
    desk.close()

    own, manager, last = open_phone(chromium, served, javascript=javascript)
    sign_in(manager, seller)
    manager.goto("/hidings")
    manager.get_by_role("link", name="Lúa demo").first.click()
    manager.get_by_label("Vì sao nên cho hiện lại").fill("Giá đúng như đã ghi")
    fits(manager)
    manager.get_by_role("button", name="Gửi khiếu nại").click()
    for path in ("/account/data", "/account/data/requests/new?kind=erase"):
        manager.goto(path)
        fits(manager, "my-data" if path.endswith("data") else "")
    own.close()
    assert not complaints + more + last
