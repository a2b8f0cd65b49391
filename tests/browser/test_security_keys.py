"""A security key in Chromium, which carries one of its own for tests: added, and signed in with."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from market import clock
from market.accounts import factors, totp
from tests.authenticator import make_key
from tests.browser.phone import fits, open_phone
from tests.make import PASSWORD, Account, make_officer
from tests.server import Served

pytestmark = [pytest.mark.browser, pytest.mark.profiles("embedded")]

BUTTON = "Dùng khóa bảo mật"


@pytest.fixture
def at_localhost(served: Served) -> Served:
    """Keys are for a name, not for an address of numbers."""
    assert served.app
    served.app.state.settings.base_url = f"http://localhost:{urlsplit(served.url).port}"
    return replace(served, url=served.app.state.settings.base_url)


def make_guarded(served: Served) -> tuple[Account, list[str]]:
    """An officer with a second step, and the recovery codes."""
    with served.database.session(write=True) as session:
        officer = make_officer(session)
        user_id, key = officer.user.id, served.settings.secret_key
        factors.start(session, user_id=user_id)
        secret = factors.read(session, user_id=user_id, secret_key=key).secret
        assert secret
        code = totp.code_at(secret, totp.step_at(clock.now()))
        codes = factors.confirm(
            session, user_id=user_id, sign_in_id=None, present=PASSWORD, code=code, secret_key=key
        )
        session.commit()
    return officer, codes


def plug_in(page: Page) -> Callable[[], None]:
    """A key at the browser, which is touched whenever it is asked; gives what empties it."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasResidentKey": False,
        "hasUserVerification": False,
        "automaticPresenceSimulation": True,
    }
    plugged = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return lambda: devtools.send("WebAuthn.clearCredentials", plugged)


def first_step(page: Page, who: Account) -> None:
    page.goto("/account/sign-in")
    page.get_by_label(re.compile("điện thoại", re.IGNORECASE)).fill(who.login)
    page.locator("#f-password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url("**/account/sign-in/code")


def by_code(page: Page, code: str) -> None:
    page.get_by_label("Mã", exact=True).fill(code)
    page.locator("main").get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url("**/department")


def connect(page: Page, name: str) -> None:
    page.goto("/account/second-step")
    page.locator("summary", has_text="Thêm khóa bảo mật").click()
    page.get_by_label("Tên gọi của khóa").fill(name)
    page.locator("#present-key").fill(PASSWORD)
    fits(page)
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_text("Trình duyệt này không dùng được")).to_be_hidden()
    fits(page)
    page.get_by_role("button", name=f"Kết nối “{name}”").click()


def test_a_key_is_added_and_signs_in(chromium: Browser, at_localhost: Served) -> None:
    officer, codes = make_guarded(at_localhost)
    context, page, complaints = open_phone(chromium, at_localhost)
    empty = plug_in(page)
    first_step(page, officer)
    expect(page.get_by_role("button", name=BUTTON)).to_have_count(0)
    by_code(page, codes[0])
    connect(page, "khóa xanh")
    expect(page.get_by_text("Đã thêm khóa bảo mật.")).to_be_visible()
    expect(page.locator(".lines")).to_contain_text("khóa xanh")
    fits(page)
    connect(page, "lần nữa")
    expect(page.get_by_role("status")).to_have_text("Khóa này đã được thêm trước đó.")

    context.clear_cookies()
    first_step(page, officer)
    fits(page)
    page.get_by_role("button", name=BUTTON).click()
    page.wait_for_url("**/department")

    context.clear_cookies()
    first_step(page, officer)
    empty()
    page.get_by_role("button", name=BUTTON).click()
    expect(page.get_by_role("status")).to_have_text(
        "Chưa nhận được trả lời của khóa. Anh/chị vui lòng thử lại."
    )
    by_code(page, codes[1])
    assert not complaints


def test_without_javascript_the_code_lets_in(chromium: Browser, at_localhost: Served) -> None:
    officer, codes = make_guarded(at_localhost)
    with at_localhost.database.session(write=True) as session:
        make_key(session, user_id=officer.user.id)
        session.commit()
    _, page, _ = open_phone(chromium, at_localhost, javascript=False)
    first_step(page, officer)
    expect(page.locator("form[data-asked]")).to_have_count(1)
    expect(page.get_by_role("button", name=BUTTON)).to_be_hidden()
    by_code(page, codes[0])
