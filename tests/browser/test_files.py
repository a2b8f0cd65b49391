"""Files on a small phone without JavaScript: a wrong one and one that is far too large are refused with what
to do, a photo and a PDF are sent, the other side and an officer open them.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from market import clock, worker
from tests.browser.phone import fits, open_phone, sign_in
from tests.files import sheets
from tests.listings.shots import shot
from tests.make import make_buyer, make_claim, make_officer, make_unit
from tests.server import Served
from tests.trade import make_inquiry, make_link, make_listing

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.profiles("embedded")]


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files as they lie on the phone."""
    made = tmp_path / "phone"
    made.mkdir()
    (made / "bản vẽ.pdf").write_bytes(sheets.sheet())
    (made / "mẫu.jpg").write_bytes(shot("JPEG", (1200, 900)))
    (made / "hỏng.pdf").write_bytes(b"MZ" + b"\0" * 2000)
    with (made / "phim.pdf").open("wb") as large:
        large.truncate(200 * 2**20)
    return made


def test_files_are_sent_and_opened_on_a_small_phone(chromium: Browser, served: Served, folder: Path) -> None:
    with served.database.session(write=True) as session:
        seller, buyer = make_unit(session, name="HTX Demo lúa"), make_buyer(session, name="Nhà máy Demo")
        officer = make_officer(session)
        listing, _ = make_listing(session, seller)
        link = make_link(session, seller, buyer, listing)
        other, _ = make_listing(session, seller, title="Lúa vụ sau")
        inquiry = make_inquiry(session, buyer, other)
        make_claim(session, seller)
        inquiry_at, link_at, desk_at = (
            f"/inquiries/{inquiry.id}",
            f"/links/{link.id}",
            f"/department/links/{link.id}",
        )
    context, page, complaints = open_phone(chromium, served, javascript=False)
    sign_in(page, buyer)
    page.goto(inquiry_at)
    words = page.locator("#words form")
    for name, said in (("hỏng.pdf", "không phải ảnh hoặc PDF"), ("phim.pdf", "quá lớn")):
        words.get_by_label("Viết cho bên kia").fill("Đóng túi như bản vẽ.")
        words.get_by_label("Ảnh hoặc PDF").set_input_files(folder / name)
        words.get_by_role("button", name="Gửi").click()
        expect(page.locator("#e-files")).to_contain_text(said)
        expect(words.get_by_label("Viết cho bên kia")).to_have_value("Đóng túi như bản vẽ.")
        fits(page, "files-wrong")
    words.get_by_label("Ảnh hoặc PDF").set_input_files([folder / "bản vẽ.pdf", folder / "mẫu.jpg"])
    words.get_by_role("button", name="Gửi").click()
    expect(page.get_by_text("Đã gửi. Bên kia được báo.")).to_be_visible()
    expect(page.locator("#words .files li")).to_have_count(2)
    fits(page, "files-thread")

    there, manager, more = open_phone(chromium, served)
    sign_in(manager, seller)
    manager.goto(inquiry_at)
    shown = manager.locator("#words .files img")
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("complete", True)
    assert shown.evaluate("image => image.naturalWidth") == 320
    with manager.expect_download() as given:
        manager.get_by_role("link", name="bản vẽ.pdf").click()
    assert given.value.suggested_filename == "bản vẽ.pdf"
    assert Path(given.value.path()).read_bytes() == sheets.sheet()

    manager.goto(link_at)
    manager.get_by_text("Nộp hợp đồng đã ký").click()
    manager.get_by_label("Số hợp đồng").fill("12/2026/HĐ")
    manager.get_by_label("Ngày ký").fill(clock.today().isoformat())
    manager.get_by_label("Các trang hợp đồng").set_input_files(folder / "mẫu.jpg")
    manager.get_by_role("button", name="Ghi nhận hợp đồng").click()
    expect(manager.get_by_role("heading", name="Hợp đồng đã ký")).to_be_visible()
    fits(manager, "files-contract")
    manager.goto("/certificates")
    manager.get_by_text("Thêm ảnh hoặc PDF của giấy chứng nhận").click()
    fits(manager, "files-certificate")

    office, desk, said = open_phone(chromium, served)
    sign_in(desk, officer)
    desk.goto(desk_at)
    desk.get_by_role("button", name="Mở giá và bên mua").click()
    expect(desk.get_by_role("heading", name="Tệp của hai bên")).to_be_visible()
    fits(desk, "files-desk")
    with desk.expect_download() as seen:
        desk.get_by_role("button", name="Mở tệp").click()
    assert Path(seen.value.path()).read_bytes()[:4] == b"RIFF"
    desk.get_by_role("button", name="Tôi đã xem hợp đồng").click()
    expect(desk.get_by_text("Sở đã xem hợp đồng")).to_be_visible()
    manager.goto(link_at)
    expect(manager.get_by_text("Sở đã xem").first).to_be_visible()
    # A 422 is an answer, of which browsers tell as of an error.
    assert not [one for one in (*complaints, *more, *said) if "422" not in one]
    for one in (context, there, office):
        one.close()
