"""A small phone in a real browser: opened, signed in, and looked at. With ``PICTURES`` in the environment
what a test shows is kept in docs/pictures.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

from tests.make import PASSWORD
from tests.pages import HasLogin
from tests.server import Served

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


def open_phone(
    chromium: Browser, served: Served, *, javascript: bool = True
) -> tuple[BrowserContext, Page, list[str]]:
    """A screen of 360 pixels, its page, and what the page complains of."""
    context = chromium.new_context(
        base_url=served.url,
        viewport={"width": 360, "height": 740},
        java_script_enabled=javascript,
        locale="vi-VN",
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return context, page, complaints


def sign_in(page: Page, who: HasLogin) -> None:
    """Sign in by the form."""
    page.goto("/account/sign-in")
    page.get_by_label(re.compile("điện thoại", re.IGNORECASE)).fill(who.login)
    page.get_by_label(re.compile("mật khẩu", re.IGNORECASE)).first.fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(lambda url: "sign-in" not in url)


def fits(page: Page, picture: str = "") -> None:
    """Nothing is wider than the screen; a picture of it is kept if pictures are."""
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide, f"{page.url} is wider than the screen"
    if picture and os.environ.get("PICTURES"):
        page.screenshot(path=PICTURES / f"{picture}.png", full_page=True)
