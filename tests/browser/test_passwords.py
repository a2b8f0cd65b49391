"""Beside a password's field: one sees what one types, and how far a new one is from what is asked."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.phone import fits, open_phone
from tests.make import PASSWORD, make_buyer
from tests.server import Served

pytestmark = [pytest.mark.browser, pytest.mark.profiles("embedded")]

SHOW = "Hiện chữ đang gõ"


def test_one_sees_what_one_types_and_it_is_sent_as_a_password(chromium: Browser, served: Served) -> None:
    with served.database.session(write=True) as session:
        buyer = make_buyer(session)
        session.commit()
    _, page, complaints = open_phone(chromium, served)
    page.goto("/account/sign-in")
    page.get_by_label("Số điện thoại hoặc e-mail").fill(buyer.login)
    field = page.locator("#f-password")
    field.fill(PASSWORD)
    expect(field).to_have_attribute("type", "password")
    page.get_by_label(SHOW).check()
    expect(field).to_have_attribute("type", "text")
    fits(page)
    # What type the field has at the very moment of sending.
    page.evaluate(
        """document.forms[document.forms.length - 1].addEventListener(
            "submit", () => sessionStorage.setItem("sent as", document.querySelector("#f-password").type))"""
    )
    field.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    assert page.evaluate("sessionStorage.getItem('sent as')") == "password"
    assert not complaints


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("ba con cua", "Còn ngắn quá"),
        ("aaaaaaaaaaaaaaaaaa", "Dễ đoán: ký tự lặp lại hoặc liền nhau"),
        ("1234567890123456", "Dễ đoán: ký tự lặp lại hoặc liền nhau"),
        ("ba con cua đỏ", "Đủ dài"),
        ("ba con cua đỏ ngoài bãi", "Dài, khó đoán"),
    ],
)
def test_a_new_one_is_weighed_as_one_types(chromium: Browser, served: Served, typed: str, said: str) -> None:
    _, page, complaints = open_phone(chromium, served)
    page.goto("/account/register/buyer")
    page.locator("#f-password").press_sequentially(typed)
    expect(_weight(page)).to_have_text(said)
    fits(page)
    page.locator("#f-password").fill("")
    expect(_weight(page)).to_be_hidden()
    assert not complaints


def test_without_javascript_there_is_neither(chromium: Browser, served: Served) -> None:
    _, page, _ = open_phone(chromium, served, javascript=False)
    page.goto("/account/register/buyer")
    page.locator("#f-password").fill("ba con cua đỏ")
    expect(page.get_by_text(SHOW)).to_be_hidden()
    expect(page.locator("meter")).to_be_hidden()


def _weight(page: Page) -> Locator:
    return page.locator(".strength [role=status]")
