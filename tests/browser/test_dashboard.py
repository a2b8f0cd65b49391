"""The department's front page, a list to work through and a report, on a desk and on a small phone, without
anything that the browser complains of; on paper too.
"""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from market import clock
from market.links import conditions
from tests import make, trade
from tests.browser.phone import PICTURES, fits, open_phone, sign_in
from tests.server import Served

pytestmark = [pytest.mark.browser, pytest.mark.profiles("embedded")]


def _trade(served: Served) -> make.Account:
    """Linkages of the last two quarters, delivered; one unit has nobody to sell to."""
    today = clock.today()
    with served.database.session(write=True) as session:
        for number in range(6):
            with clock.at(today - timedelta(days=110 if number % 2 else 190)):
                home = make.some_commune(session, index=number * 5)
                seller = make.make_unit(session, place_id=home.id)
                kinds = ("exporter", "supermarket", "collector")
                buyer = make.make_buyer(
                    session,
                    buyer_kind=kinds[number % 3],
                    destination=("export", "region", "province")[number % 3],
                )
                listing, _ = trade.make_listing(session, seller)
                link = trade.make_link(
                    session,
                    seller,
                    buyer,
                    listing,
                    kind="linkage",
                    covers_production=True,
                    area_m2=90_000 * (number + 1),
                    area_base="sown",
                )
                for side in (seller, buyer):
                    conditions.record_contract(
                        session,
                        actor=side.actor,
                        party_id=side.party.id,
                        link_id=link.id,
                        number=f"{number}/HĐ",
                        on_date=clock.today(),
                    )
                trade.deliver(session, seller, buyer, link, (number + 1) * 500_000)
        trade.make_listing(session, make.make_unit(session))
        return make.make_officer(session)


@pytest.mark.long
def test_the_dashboard_the_lists_and_the_report(chromium: Browser, served: Served) -> None:
    officer = _trade(served)
    for width in (1440, 360):
        context, page, complaints = open_phone(chromium, served, javascript=width > 360)
        page.set_viewport_size({"width": width, "height": 900})
        sign_in(page, officer)
        page.goto("/department")
        expect(page.locator("#chart-kept_word svg.plot")).to_be_visible()
        fits(page, f"dashboard-{width}")
        page.locator("main a[href*='/department/work/no_outlet']").click()
        expect(page.get_by_role("button", name="Báo cho đơn vị").first).to_be_visible()
        fits(page, f"worklist-{width}")
        page.goto(f"/department/reports/{clock.today().year}")
        fits(page, f"report-{width}")
        page.emulate_media(media="print")
        expect(page.get_by_text("Độc lập - Tự do - Hạnh phúc")).to_be_visible()
        expect(page.get_by_role("link", name="Tải .docx")).to_be_hidden()
        if width > 360 and os.environ.get("PICTURES"):  # paper is never that narrow
            page.screenshot(path=PICTURES / "report-printed.png", full_page=True)
        assert complaints == []
        context.close()
