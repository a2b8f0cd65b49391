"""An officer opens an inquiry behind a figure; price and buyer only by a look that the two sides see."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from market import clock
from market.events import EventRow
from market.inquiries import queries
from tests import make, trade
from tests.make import Side
from tests.pages import Browser, signed_in

Open = Callable[[], Browser]


def test_price_and_buyer_open_by_a_look_that_the_sides_see(
    session: Session, seller: Side, buyer: Side, browser: Open
) -> None:
    listing, _ = trade.make_listing(session, seller)
    link = trade.make_link(session, seller, buyer, listing)
    asked = trade.make_inquiry(session, buyer, listing)
    here = signed_in(browser, make.make_officer(session, duties=("trade_data",)))
    rows = here.get("/statistics/inquiries_sent", period=f"{clock.today():%Y-%m}")
    assert rows.css(f"a[href='/department/inquiries/{asked.id}']"), "a row opens to its inquiry"
    page = here.get(f"/department/inquiries/{asked.id}")
    assert seller.party.name in page.text
    assert buyer.party.name not in page.text
    assert make.count_rows(session, EventRow, EventRow.name == queries.LOOKED) == 0, "opening it is no look"
    seen = page.form("/look").send()
    assert buyer.party.name in seen.text
    assert "đ/kg" in seen.text
    for side in (seller, buyer):
        assert "Sở đã xem" in signed_in(browser, side).get(f"/inquiries/{asked.id}").text

    deal = here.get(f"/department/links/{link.id}")
    there = deal.follow("Hỏi mua dẫn đến thỏa thuận này")
    assert there.css(f"a[href='/department/links/{link.id}']")
    assert buyer.party.name not in there.text, "each has a look of its own"
