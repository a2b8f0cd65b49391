"""A loss that reaches agreements, and whom it falls on, chosen on a small phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from market import worker
from market.links import losses
from tests import rules
from tests.browser.phone import fits, open_phone, sign_in
from tests.links.test_losses import make_shared
from tests.make import make_unit
from tests.server import Served

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.profiles("embedded")]


@pytest.mark.parametrize("javascript", [True, False])
def test_whom_a_loss_falls_on(chromium: Browser, served: Served, javascript: bool) -> None:
    worker.subscribe_all()
    with served.database.session(write=True) as session:
        seller = make_unit(session, name="HTX Demo lúa")
        shared = make_shared(session, seller)
        large, held, small = (shared.name(which) for which in ("large", "held", "small"))
        lot_id, path = shared.lot.id, shared.path
    context, page, complaints = open_phone(chromium, served, javascript=javascript)
    sign_in(page, seller)
    page.goto("/listings/mine")
    page.get_by_role("link", name="Báo hao hụt").first.click()
    page.get_by_label("Mất bao nhiêu").fill("4 tấn")
    page.get_by_label("Tôi tự chọn giảm thỏa thuận nào").check()
    fits(page, "loss")
    page.get_by_role("button", name="Bão, lũ").click()
    expect(page.get_by_role("heading", name="Chia phần hao hụt cho các thỏa thuận")).to_be_visible()
    assert page.url.replace(served.url, "").startswith(f"{path}/shares?")
    expect(page.locator(f"#f-{large}")).to_have_value("1,875 tấn")
    fits(page, "loss-shares")
    page.locator(f"#f-{large}").fill("3 tấn")
    page.locator(f"#f-{held}").fill("")
    page.get_by_role("button", name="Ghi nhận hao hụt và giảm như trên").click()
    expect(page.get_by_text("thừa 375 kg").first).to_be_visible()
    expect(page.locator(f"#f-{large}")).to_have_value("3 tấn")
    expect(page.locator(f"#f-{held}")).to_have_value("")
    fits(page, "loss-shares-refused")
    page.locator(f"#f-{small}").fill("")
    page.get_by_role("button", name="Ghi nhận hao hụt và giảm như trên").click()
    expect(page.get_by_text("bên mua đã được báo")).to_be_visible()
    fits(page)
    context.close()
    if javascript:
        assert [one for one in complaints if "422" not in one] == []
    with served.database.reading() as session:
        kept = {draw.name: draw.committed for draw in losses.draws_on(session, lot_id=lot_id)}
        assert kept == {large: 3_000_000, held: 2_000_000, small: 1_000_000}
        rules.check_volumes(session)
