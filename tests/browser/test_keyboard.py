"""The main loop by keyboard alone, on a screen of 1280 by 720 pixels zoomed to 200 %: wherever the keyboard
is can be seen, and nothing is wider than the screen.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import rules
from tests.browser.phone import fits
from tests.make import PASSWORD, make_buyer, make_unit
from tests.pages import HasLogin
from tests.server import Served
from tests.trade import make_listing

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.profiles("embedded")]

#: More stops than any page of the loop has.
MOST_STOPS = 120

#: What stands where the keyboard is, whether one can see that it is there, and whether it is on the screen.
HERE = """() => {
    const here = document.activeElement, box = here.getBoundingClientRect(), look = getComputedStyle(here);
    const label = here.labels && here.labels.length ? here.labels[0].innerText : "";
    const said = (attribute) => here.getAttribute(attribute);
    const outlined = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 1;
    const [x, y] = [box.left + box.width / 2, box.top + Math.min(box.height / 2, 20)];
    const middle = document.elementFromPoint(x, y);
    return {
        name: [here.innerText, label, here.value, said("aria-label"), said("href")].join(" "),
        tag: here.tagName,
        marked: here === document.body || outlined || look.boxShadow !== "none",
        shown: here === document.body || (box.bottom > 0 && box.top < innerHeight && middle !== null &&
            (here.contains(middle) || middle.contains(here))),
    };
}"""


def go_to(page: Page, name: str, *, tag: str) -> None:
    """Press Tab until the keyboard is on what has this name."""
    last = None
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        # Within a date the browser marks day, month, year and calendar by itself.
        within, last = here["name"] == last, here["name"]
        assert here["marked"] or within, f"{page.url}: one cannot see that the keyboard is on {here}"
        assert here["shown"], f"{page.url}: {here} is off the screen or behind something"
        if here["tag"] == tag and name in here["name"]:
            return
    raise AssertionError(f"{page.url}: the keyboard comes to no {name!r}")


def press(page: Page, name: str, *, tag: str = "BUTTON") -> None:
    """Go there, and press Enter."""
    go_to(page, name, tag=tag)
    enter(page)
    fits(page)


def enter(page: Page) -> None:
    """Press Enter, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, name: str, text: str) -> None:
    """Go to a field and type."""
    go_to(page, name, tag="INPUT")
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def sign_in(page: Page, who: HasLogin) -> None:
    page.goto("/account/sign-in")
    write(page, "điện thoại", who.login)
    write(page, "Mật khẩu", PASSWORD)
    enter(page)
    assert "sign-in" not in page.url


def test_the_loop_by_keyboard_alone(chromium: Browser, served: Served) -> None:
    with served.database.session(write=True) as session:
        seller, buyer = make_unit(session), make_buyer(session)
        make_listing(session, seller, title="Lúa ST25 Phước Long")

    def screen() -> Page:
        context = chromium.new_context(
            base_url=served.url, viewport={"width": 640, "height": 360}, locale="vi-VN"
        )
        return context.new_page()

    page = screen()
    sign_in(page, buyer)
    page.goto("/")
    go_to(page, "Đến nội dung chính", tag="A")  # the first stop leads past the menu
    write(page, "", "lua st25")
    enter(page)
    expect(page.get_by_role("link", name="Lúa ST25 Phước Long")).to_be_visible(timeout=15_000)
    press(page, "Lúa ST25 Phước Long", tag="A")
    press(page, "/inquiries/new", tag="A")
    write(page, "Số lượng", "4 tấn")
    press(page, "Gửi hỏi mua")
    expect(page.get_by_text("Chờ bên bán trả lời")).to_be_visible()
    inquiry = page.url.removeprefix(served.url)

    manager = screen()
    sign_in(manager, seller)
    manager.goto("/inquiries")
    press(manager, inquiry, tag="A")
    press(manager, "Đồng ý đề nghị này")
    expect(manager.get_by_text("Đang thực hiện")).to_be_visible()
    write(manager, "Số lượng", "1,5 tấn")
    press(manager, "Ghi nhận lần giao này")
    expect(manager.get_by_text("Chờ xác nhận")).to_be_visible()

    page.goto(manager.url)
    press(page, "Xác nhận số lượng đã nhận")
    expect(page.locator("td").get_by_text("Đã xác nhận")).to_be_visible()
    for one in (page, manager):
        one.context.close()
    with served.database.reading() as session:
        rules.check_volumes(session)
        rules.check_links(session)
