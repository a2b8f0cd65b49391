"""A unit says how its price is made: by a reference with its limits, or as pay for work, on its page and
through the API; the public page and API tell it, and an edit loses no line of a long table.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.listings import pricing, queries
from market.listings.models import Listing
from market.listings.pricing import PriceLine, Reference
from tests import make, trade
from tests.listings.test_own_pages import WINDOW, blank_form
from tests.machines import Program, Trader
from tests.make import Side
from tests.pages import Browser

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
TYPED = {
    "price_kind": "reference",
    "price_from": "9.200",
    "reference.source": "Nhà máy Phước Long",
    "reference.plus": "-150",
    "reference.floor": "8.500",
    "reference.ceiling": "10.500",
}
MADE = Reference("Nhà máy Phước Long", None, -150, 8_500, 10_500)


def the_listing(session: Session) -> Listing:
    return session.scalars(sa.select(Listing).execution_options(populate_existing=True)).one()


def test_a_reference_price_is_written_shown_and_edited(session: Session, manager: Browser) -> None:
    page = blank_form(manager, "lua-st25").send(
        title="Lúa ST25", volume="12 tấn", then="publish", **WINDOW, **TYPED
    )
    assert page.status == 200
    assert "tạm tính 9.200 đ/kg" in page.text
    assert "Theo giá của Nhà máy Phước Long vào ngày giao hàng, trừ 150 đ/kg, giá sàn 8.500 đ/kg" in page.text
    listing = the_listing(session)
    assert queries.pricing_of(session, listing) == pricing.Pricing("reference", 9_200, (), MADE)
    form = page.follow("Sửa").form("/edit")
    assert {name: form.fields[name] for name in TYPED} == TYPED
    assert form.send(**{"reference.plus": "+50"}).status == 200
    made = queries.pricing_of(session, the_listing(session)).reference
    assert made is not None
    assert made.plus == 50


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"reference.source": ""}, "reference.source"),
        ({"price_from": "8.000"}, "price_from"),
        ({"price_from": "10.501"}, "price_from"),
        ({"reference.floor": "rẻ"}, "reference.floor"),
        ({"reference.floor": "11.000"}, "reference.ceiling"),
    ],
)
def test_a_reference_that_does_not_hold_is_named(
    session: Session, manager: Browser, typed: dict[str, str], field: str
) -> None:
    page = blank_form(manager, "lua-st25").send(
        title="Lúa ST25", volume="12 tấn", **WINDOW, **{**TYPED, **typed}
    )
    assert page.status == 422
    form = page.form("/listings")
    assert form.error(field)
    assert all(form.fields[name] == value for name, value in typed.items())
    assert make.count_rows(session, Listing) == 0


def test_pay_for_work_is_written(session: Session, manager: Browser) -> None:
    page = blank_form(manager, "chieu-lac").send(
        title="Dệt chiếu thuê",
        volume="200",
        price_kind="labour",
        price_from="40.000",
        then="publish",
        **WINDOW,
    )
    assert page.status == 200
    assert "tiền công" in page.text
    assert the_listing(session).price_kind == "labour"


def test_an_edit_keeps_every_line_of_a_long_table(session: Session, manager: Browser, unit: Side) -> None:
    lines = [PriceLine(10 * n, 10 * n + 9, 300_000 - 10_000 * n) for n in range(1, 9)]
    listing, _ = trade.make_listing(
        session, unit, title="Tôm sú", product="tom-su", price_kind="table", price_lines=lines
    )
    form = manager.get(f"/listings/{listing.id}/edit").form("/edit")
    assert form.fields["line9.price"] == "", "and a blank one"
    assert form.send(description="Tôm oxy").status == 200
    assert queries.price_lines(session, listing_id=listing.id) == tuple(lines)


def test_a_program_writes_reads_and_patches_a_reference(session: Session, unit: Side, browser: Open) -> None:
    coop = Trader(browser(), session, unit.user)
    said = {"source": "Sở", "day": None, "plus": 0, "floor": None, "ceiling": 9_500}
    body = {"product": "lua-st25", "title": "Lúa ST25", "price_kind": "reference", "price_from": 9_200}
    made = coop.does("POST", "/listings", {**body, "reference": said})
    assert (made["reference"], made["price_from"], made["price_to"]) == (said, 9_200, None)
    path = f"/listings/{made['id']}"
    assert coop.does("PATCH", path, {"title": "Lúa"})["reference"] == said
    assert set(coop.wrong("PATCH", path, 422, {"price_from": 9_501})) == {"price_from"}
    assert coop.does("PATCH", path, {"reference": {"plus": -100}})["reference"] == {**said, "plus": -100}
    assert coop.does("PATCH", path, {"price_kind": "fixed"})["reference"] is None


def test_everybody_is_told_whose_price_it_is(session: Session, unit: Side, browser: Open) -> None:
    listing, _ = trade.make_listing(session, unit, price_kind="reference", price_from=9_200, reference=MADE)
    told = Program(browser()).ask(f"/listings/{listing.id}")
    assert (told["price_kind"], told["reference"]["floor"]) == ("reference", 8_500)
