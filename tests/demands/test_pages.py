"""Demands through HTTP: posted in one form, the plan on the next page, sent, answered, planned again, and
seen by nobody but the buyer.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, worker
from market.demands.models import Demand, DemandLine
from market.inquiries.models import Inquiry, OfferLine
from tests import make, rules, trade
from tests.make import Side
from tests.pages import Browser, signed_in
from tests.trade import TONNE

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


def days(first: int = 0, last: int = 30) -> dict[str, str]:
    today = clock.today()
    return {
        "from": (today + timedelta(days=first)).isoformat(),
        "to": (today + timedelta(days=last)).isoformat(),
    }


def test_a_demand_is_posted_and_filled_by_several_units(session: Session, buyer: Side, browser: Open) -> None:
    units = [make.make_unit(session, name=f"HTX Demo số {number}") for number in range(3)]
    for price, unit in zip((9000, 9200, 9400), units, strict=True):
        trade.make_listing(session, unit, volumes=(8 * TONNE,), price_from=price)
    here = signed_in(browser, buyer)
    page = here.get("/demands/new", product="lua-st25").form("/demands")
    page = page.send(volume="20 tấn", price_max="10.000", **days())
    assert page.path.startswith("/demands/")
    assert "20 tấn" in page.heading
    assert "188.800.000" not in page.text
    # 8 t at 9,000, 8 t at 9,200 and 4 t at 9,400.
    assert "183.200.000" in page.text
    page = page.form("/send").send()
    assert "đang hỏi 3 bên bán" in page.text
    assert "Đang gom" in page.text
    for inquiry in session.scalars(sa.select(Inquiry)).all():
        unit = next(unit for unit in units if unit.party.id == inquiry.seller_id)
        signed_in(browser, unit).get(f"/inquiries/{inquiry.id}").form(f"/agree/{inquiry.id}").send()
    assert "Đã đủ" in here.get(page.path).text
    rules.check_volumes(session)
    rules.check_links(session)


def test_a_demand_sent_twice_is_one(session: Session, buyer: Side, browser: Open) -> None:
    form = signed_in(browser, buyer).get("/demands/new", product="lua-st25").form("/demands")
    first = form.send(volume="2 tấn", **days())
    assert form.send(volume="2 tấn", **days()).path == first.path
    assert session.scalar(sa.select(sa.func.count()).select_from(Demand)) == 1


def test_a_monthly_demand_has_a_line_a_month(session: Session, buyer: Side, browser: Open) -> None:
    form = signed_in(browser, buyer).get("/demands/new", product="gao-st25").form("/demands")
    page = form.send(volume="300 kg", repeat="12", **days(0, 6))
    assert page.path.startswith("/demands/")
    volumes = session.scalars(sa.select(DemandLine.volume).order_by(DemandLine.position)).all()
    assert volumes == [300_000] * 12
    assert "3,6 tấn" in page.heading


def test_a_plan_of_many_parts_is_sent(session: Session, buyer: Side, seller: Side, browser: Open) -> None:
    year = (clock.today(), clock.today() + timedelta(days=380))
    trade.make_listing(session, seller, product="gao-st25", volumes=(9 * TONNE,), window=year)
    form = signed_in(browser, buyer).get("/demands/new", product="gao-st25").form("/demands")
    page = form.send(volume="300 kg", repeat="12", **days(0, 6)).form("/send").send()
    assert "đang hỏi một bên bán" in page.text
    lines = session.scalars(sa.select(OfferLine.volume)).all()
    assert lines == [300_000] * 12


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("volume", "nhiều"),
        ("volume", ""),
        ("price_max", "mười nghìn"),
        ("to", "2001-01-01"),
        ("repeat", "99"),
        ("max_units", "0"),
        ("carriage", "3000"),
        ("daily_intake", "-1"),
        ("spec.moisture", "ướt"),
    ],
)
def test_what_cannot_be_meant_stands_beside_its_field(
    session: Session, buyer: Side, browser: Open, field: str, value: str
) -> None:
    form = signed_in(browser, buyer).get("/demands/new", product="lua-st25").form("/demands")
    page = form.send(**{"volume": "20 tấn", **days(), field: value})
    assert page.status == 422
    where = "delivery_place" if field == "carriage" else field  # carriage to nowhere
    assert page.form("/demands").error(where)
    assert page.form("/demands").error("price_basis") == ""
    assert session.scalar(sa.select(sa.func.count()).select_from(Demand)) == 0
    if field != "volume":
        assert page.form("/demands").fields["volume"] == "20 tấn"


def test_a_plan_that_moved_is_shown_anew_and_not_sent(session: Session, buyer: Side, browser: Open) -> None:
    unit, other = make.make_unit(session), make.make_unit(session, name="HTX Demo khác")
    trade.make_listing(session, unit, volumes=(30 * TONNE,), price_from=9500)
    here = signed_in(browser, buyer)
    form = here.get("/demands/new", product="lua-st25").form("/demands")
    page = form.send(volume="20 tấn", **days())
    send = page.form("/send")
    trade.make_listing(session, other, volumes=(30 * TONNE,), price_from=9000)
    page = send.send()
    assert page.status == 409
    assert "đã thay đổi" in page.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Inquiry)) == 0
    assert "HTX Demo khác" in page.text


def test_of_what_is_held_nothing_is_pressed(session: Session, buyer: Side, browser: Open) -> None:
    units = [make.make_unit(session, name=f"HTX Demo số {number}") for number in range(2)]
    for unit in units:
        trade.make_listing(session, unit, volumes=(8 * TONNE,))
    here = signed_in(browser, buyer)
    page = here.get("/demands/new", product="lua-st25").form("/demands")
    page = page.send(volume="12 tấn", will_do="whole", **days())
    page.form("/send").send()
    inquiry = session.scalars(sa.select(Inquiry).order_by(Inquiry.id)).first()
    assert inquiry
    seller = signed_in(browser, next(unit for unit in units if unit.party.id == inquiry.seller_id))
    talk = seller.get(f"/inquiries/{inquiry.id}")
    withdraw = talk.form("/withdraw")
    assert "Đang giữ hàng cho bên mua" in talk.form(f"/agree/{inquiry.id}").send().text
    # Whoever has the page of before is told; nothing is given back that the order counts on.
    assert withdraw.send().status == 409
    left = [one.attributes["action"] for one in seller.get(f"/inquiries/{inquiry.id}").css("main form")]
    assert left == [f"/inquiries/{inquiry.id}/words"], "one may still write, and nothing else"
    assert session.get_one(Inquiry, inquiry.id).state == "held"
    rules.check_commitments(session)


def test_others_do_not_see_it_and_units_see_what_they_could_serve(
    session: Session, buyer: Side, seller: Side, browser: Open
) -> None:
    trade.make_listing(session, seller)
    page = signed_in(browser, buyer).get("/demands/new", product="lua-st25").form("/demands")
    page = page.send(volume="20 tấn", **days())
    there = signed_in(browser, seller)
    assert there.get(page.path).status == 404
    assert "20 tấn" in there.get("/demands").text


def test_a_search_that_finds_nothing_leads_to_a_demand(browser: Open) -> None:
    page = browser().get("/listings", q="gạo ST25")
    assert any(link.startswith("/demands/new?product=gao-st25") for link in page.links())
