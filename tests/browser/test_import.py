"""A spreadsheet as a cooperative's manager sends it from a phone: thirty rows of it are wrong and named, put
right it is looked at and taken in; without JavaScript too.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from market import clock
from market.listings.models import Listing
from tests.browser.phone import fits, open_phone, sign_in
from tests.make import count_rows, make_unit
from tests.server import Served
from tests.spreadsheets import files

pytestmark = [pytest.mark.browser, pytest.mark.profiles("embedded")]


def _rows(*, wrong: int) -> bytes:
    first = clock.today() + timedelta(days=10)
    row: dict[str, Any] = {
        "cooperative_code": "HTX-T-001",
        "product": "lua-st25",
        "price_from": 9400,
        "volume": 12000,
        "from": first,
        "to": first + timedelta(days=30),
    }
    rows = [{**row, "title": f"Lúa ST25 khu {number + 1}"} for number in range(40)]
    for number in range(wrong):
        rows[number]["price_from"] = "thỏa thuận"
    return files.xlsx(files.table(rows))


def _send(page: Page, held: bytes) -> None:
    page.goto("/listings/mine")
    page.get_by_role("link", name="Bảng tính").click()
    page.get_by_label("Tin chào bán và các đợt hàng").check()
    page.locator("input[type=file]").set_input_files(
        {"name": "vu-mua.xlsx", "mimeType": "application/octet-stream", "buffer": held}
    )
    fits(page, "import-send")
    page.get_by_role("button", name="Xem nội dung tệp").click()


@pytest.mark.long
@pytest.mark.parametrize("javascript", [True, False])
def test_thirty_wrong_rows_then_none(chromium: Browser, served: Served, javascript: bool) -> None:
    with served.database.session(write=True) as session:
        unit = make_unit(session, code="HTX-T-001")
    context, page, complaints = open_phone(chromium, served, javascript=javascript)
    sign_in(page, unit)
    _send(page, _rows(wrong=30))
    expect(page.get_by_role("heading", name="30 ô bị sai")).to_be_visible(timeout=20_000)
    expect(page.locator(".cells li")).to_have_count(30)
    expect(page.locator(".cells li").first).to_contain_text("Dòng 2 · Giá từ")
    fits(page, "import-wrong")
    with served.database.reading() as session:
        assert count_rows(session, Listing) == 0

    page.get_by_role("link", name="Gửi lại").click()
    _send(page, _rows(wrong=0))
    expect(page.get_by_role("button", name="Nhập vào sàn")).to_be_visible(timeout=20_000)
    fits(page, "import-checked")
    page.get_by_role("button", name="Nhập vào sàn").click()
    expect(page.get_by_text("Đã nhập toàn bộ nội dung của tệp.")).to_be_visible(timeout=30_000)
    fits(page, "import-applied")
    with served.database.reading() as session:
        assert count_rows(session, Listing, Listing.state == "published") == 40
    assert complaints == []
    context.close()
