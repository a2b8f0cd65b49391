"""What deliveries are worth by each kind of price: the line of the size found, the stated price within its
limits; what is outside the table is said to both sides. Amendments and renewals keep the kind.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from market import clock, worker
from market.errors import Invalid
from market.inquiries.models import Inquiry, Offer
from market.inquiries.queries import pricing_of
from market.links import agreed, amendments, deliveries, desk, disputes
from market.links.agreed import Agreed, Weighed
from market.links.models import Amendment, Delivery, Link, Weighing
from market.links.price_models import LinkPrice
from market.listings.models import Listing
from market.listings.pricing import PriceLine, Reference
from tests import make, trade
from tests.machines import Trader
from tests.make import Side
from tests.pages import Browser, signed_in
from tests.trade import TONNE

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
LINES = (PriceLine(20, 30, 280_000), PriceLine(31, 40, 210_000), PriceLine(41, 60, 160_000))
PLANT = Reference("Nhà máy Phước Long", plus=200, floor=8_500, ceiling=10_500)


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


@pytest.fixture
def shrimp(session: Session, seller: Side) -> Listing:
    return trade.make_listing(
        session, seller, title="Tôm sú", product="tom-su", price_kind="table", price_lines=LINES
    )[0]


@pytest.fixture
def link(session: Session, seller: Side, buyer: Side, shrimp: Listing) -> Link:
    """Two tonnes of shrimp by the table; of which size is not said."""
    return trade.make_link(
        session, seller, buyer, shrimp, volume=2 * TONNE, price=0, price_kind="table", prices=LINES
    )


@pytest.fixture
def paddy(session: Session, seller: Side, buyer: Side) -> Link:
    """Four tonnes of paddy by a plant's price, estimated at 9,200 đ."""
    listing, _ = trade.make_listing(session, seller)
    return trade.make_link(
        session, seller, buyer, listing, price=9_200, price_kind="reference", reference=PLANT
    )


def record(session: Session, side: Side, link: Link, *weighed: Weighed) -> Delivery:
    delivery = deliveries.record_delivery(
        session,
        actor=side.actor,
        party_id=side.party.id,
        link_id=link.id,
        on_date=clock.today(),
        weighed=weighed,
    )
    session.commit()
    return delivery


def sized(low: int, high: int, gross: int = TONNE, **more: Any) -> Weighed:
    return Weighed(gross, spec={"count_per_kg": [low, high]}, **more)


def contest(
    session: Session, side: Side, link: Link, delivery: Delivery, weighed: Weighed, **more: Any
) -> int:
    claim = disputes.contest_delivery(
        session,
        actor=side.actor,
        party_id=side.party.id,
        link_id=link.id,
        delivery_id=delivery.id,
        weighed=weighed,
        **{"what": "size", **more},
    )
    session.commit()
    return claim.price


def test_each_weighing_takes_the_price_of_its_size(session: Session, seller: Side, link: Link) -> None:
    assert (link.price_kind, link.price, link.value) == ("table", 280_000, 2_000 * 280_000)
    delivery = record(session, seller, link, sized(25, 28), sized(33, 33, 500_000), sized(41, 60, 100_000))
    assert delivery.value == 1_000 * 280_000 + 500 * 210_000 + 100 * 160_000
    rows = session.scalars(sa.select(Weighing).order_by(Weighing.position)).all()
    assert [(row.price, row.off_table) for row in rows] == [
        (280_000, False), (210_000, False), (160_000, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("weighed", "field"),
    [
        (Weighed(TONNE), "spec.count_per_kg"),
        (sized(70, 75), "price"),
        (sized(28, 33), "price"),
    ],
)
def test_where_no_price_follows_one_is_asked_for(
    session: Session, seller: Side, link: Link, weighed: Weighed, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        record(session, seller, link, weighed)
    assert refused.value.field == field


def test_the_agreed_size_counts_where_none_is_found(
    session: Session, seller: Side, buyer: Side, shrimp: Listing
) -> None:
    terms = {"price_kind": "table", "prices": LINES, "spec": {"count_per_kg": [31, 40]}}
    link = trade.make_link(session, seller, buyer, shrimp, volume=TONNE, price=0, **terms)
    assert link.price == 210_000
    assert record(session, seller, link, Weighed(TONNE)).value == 1_000 * 210_000


def test_outside_the_table_both_sides_see_it(
    session: Session, seller: Side, buyer: Side, link: Link, browser: Open
) -> None:
    page = signed_in(browser, seller).get(f"/links/{link.id}")
    assert "31–40 con/kg" in page.text
    refused = page.form("/deliveries").send(gross="1000", **{"spec.count_per_kg": "75"})
    assert refused.status == 422
    form = refused.form("/deliveries")
    assert "75 con/kg nằm ngoài bảng giá" in form.error("price")
    assert (form.fields["gross"], form.fields["spec.count_per_kg"]) == ("1000", "75")
    assert form.send(price="120.000").status == 200
    delivery = session.scalars(sa.select(Delivery)).one()
    assert delivery.value == 120_000_000
    for side in (seller, buyer):
        assert "ngoài bảng giá đã thỏa thuận" in signed_in(browser, side).get(f"/links/{link.id}").text
        there = signed_in(browser, side).get(f"/links/{link.id}/deliveries/{delivery.id}")
        assert "ngoài bảng giá đã thỏa thuận" in there.text
    told = Trader(browser(), session, buyer.user).look(f"/links/{link.id}/deliveries/{delivery.id}")
    assert [(one["price"], one["off_table"]) for one in told["weighings"]] == [(120_000, True)]


def test_several_weighings_are_recorded_at_once_each_by_its_size(
    session: Session, seller: Side, buyer: Side, link: Link, browser: Open
) -> None:
    form = signed_in(browser, seller).get(f"/links/{link.id}").form("/deliveries")
    assert "weigh3.gross" in form.fields
    assert "weigh4.gross" not in form.fields
    size = "spec.count_per_kg"
    said = {"gross": "100", size: "35", "weigh3.gross": "50", f"weigh3.{size}": "75", "weigh3.deducted": "1"}
    more = form.send(**said, more_weighings="1").form("/deliveries")
    assert (more.fields["weigh3.gross"], more.fields["weigh6.gross"]) == ("50", "")
    refused = more.send()
    assert refused.status == 422
    again = refused.form("/deliveries")
    assert again.error("weigh3.deduction_reason")
    priced = again.send(**{"weigh3.deduction_reason": "rác"}).form("/deliveries")
    assert "75 con/kg nằm ngoài bảng giá" in priced.error("weigh3.price")
    assert make.count_rows(session, Delivery) == 0
    assert priced.send(**{"weigh3.price": "120.000"}).status == 200
    weighed = session.scalars(sa.select(Weighing).order_by(Weighing.position)).all()
    assert [(one.accepted, one.price) for one in weighed] == [(100_000, 210_000), (49_000, 120_000)]


def test_another_size_has_its_own_price_until_it_is_settled(
    session: Session, seller: Side, buyer: Side, link: Link
) -> None:
    delivery = record(session, seller, link, sized(25, 28), sized(33, 33))
    assert contest(session, buyer, link, delivery, sized(38, 39), line=1) == 210_000
    # Of the volume alone: the price, and the size it is for, stand as recorded.
    assert contest(session, buyer, link, delivery, Weighed(900_000), line=2, what="volume") == 210_000
    disputes.accept_claim(
        session, actor=seller.actor, party_id=seller.party.id, link_id=link.id, delivery_id=delivery.id
    )
    session.commit()
    session.refresh(delivery)
    assert (delivery.state, delivery.value) == ("settled", 1_000 * 210_000 + 900 * 210_000)


def test_of_the_whole_nothing_is_guessed(session: Session, seller: Side, buyer: Side, link: Link) -> None:
    delivery = record(session, seller, link, sized(25, 28), sized(33, 33))
    with pytest.raises(Invalid) as refused:
        contest(session, buyer, link, delivery, Weighed(TONNE), what="volume")
    assert refused.value.field == "price"
    session.rollback()
    assert contest(session, buyer, link, delivery, sized(80, 81, price=50_000)) == 50_000


def test_an_officer_settles_by_the_size_found(
    session: Session, seller: Side, buyer: Side, link: Link, browser: Open
) -> None:
    delivery = record(session, seller, link, sized(25, 28))
    contest(session, buyer, link, delivery, sized(45, 50))
    officer = make.make_officer(session)
    desk.look(session, actor=officer.actor, link=link)
    session.commit()
    page = signed_in(browser, officer).get(f"/department/links/{link.id}")
    assert "theo cỡ, tính ở mức 280.000 đ/kg" in page.text
    form = page.form("/settle")
    assert form.send(gross="1000", ground="Cân lại", **{"spec.count_per_kg": "35"}).status == 200
    settled = session.scalars(sa.select(Delivery)).one()
    assert (settled.state, settled.value) == ("settled", 210_000_000)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(1, 120), st.integers(0, 40), st.integers(1, 10**9), st.integers(0, 10**9))
def test_what_was_weighed_is_worth_its_line_rounded_once(
    session: Session, link: Link, low: int, wide: int, gross: int, deducted: int
) -> None:
    terms = agreed.of(session, link)
    one = sized(low, low + wide, gross, deducted=min(deducted, gross - 1), reason="Nước")
    line = next((row for row in LINES if row.holds((low, low + wide))), None)
    if line is None:
        with pytest.raises(Invalid):
            deliveries.reckon(one, terms, "gram")
        return
    row = deliveries.reckon(one, terms, "gram")
    assert row["price"] == line.price
    assert abs(row["value"] * 1000 - row["accepted"] * line.price) <= 500


def propose(session: Session, side: Side, link: Link, **changes: Any) -> int:
    made = amendments.propose_amendment(
        session,
        actor=side.actor,
        party_id=side.party.id,
        link_id=link.id,
        proposal=trade.propose(**{"volume": 2 * TONNE, **changes}),
    )
    session.commit()
    return made.id


def accept(session: Session, side: Side, link: Link, amendment_id: int) -> None:
    amendments.accept_amendment(
        session, actor=side.actor, party_id=side.party.id, link_id=link.id, amendment_id=amendment_id
    )
    session.commit()


def test_an_amendment_keeps_the_kind_and_may_change_the_table(
    session: Session, seller: Side, buyer: Side, link: Link, browser: Open
) -> None:
    record(session, seller, link, sized(25, 28))
    form = signed_in(browser, buyer).get(f"/links/{link.id}/amend").form("/amend")
    assert form.fields["price_kind"] == "table"
    assert not form.page.css("select[name=price_kind]"), "the kind is no matter of an amendment"
    assert form.send(**{"size1.price": "250.000"}).status == 200
    link = session.scalars(sa.select(Link)).one()
    accept(session, seller, link, session.scalars(sa.select(Amendment.id)).one())
    assert (link.price_kind, link.price) == ("table", 250_000)
    assert agreed.lines_of(session, link_id=link.id)[0].price == 250_000
    assert make.count_rows(session, LinkPrice) == 6, "what held before can still be read"
    assert session.scalars(sa.select(Delivery.value)).all() == [280_000_000]
    assert record(session, seller, link, sized(25, 28)).value == 250_000_000


def test_an_amendment_of_the_volume_alone_keeps_table_and_reference(
    session: Session, seller: Side, buyer: Side, link: Link, paddy: Link
) -> None:
    accept(session, seller, link, propose(session, buyer, link, volume=TONNE))
    assert agreed.pricing_of(session, link).lines == LINES
    accept(session, seller, paddy, propose(session, buyer, paddy, volume=5 * TONNE, price=9_300))
    assert agreed.pricing_of(session, paddy) == agreed.Pricing("reference", 9_300, (), PLANT)
    with pytest.raises(Invalid):
        propose(session, buyer, paddy, price=8_000)
    for mine, asked in ((paddy, {"prices": LINES}), (link, {"reference": PLANT})):
        with pytest.raises(Invalid, match="alone"):
            propose(session, buyer, mine, **asked)


def test_a_program_amends_by_what_it_was_told(
    session: Session, seller: Side, buyer: Side, link: Link, browser: Open
) -> None:
    trader = Trader(browser(), session, buyer.user)
    told = trader.look(f"/links/{link.id}")
    assert told["prices"][1] == {"size": [31, 40], "price": 210_000}
    names = ("spec", "price_kind", "price", "prices", "reference", "price_basis", "kind", "covers", "area",
             "area_base", "households", "all_output", "terms", "version")  # fmt: skip
    lines = [{k: line[k] for k in ("from", "to", "volume")} for line in told["schedule"]]
    body = {name: told[name] for name in names} | {"schedule": lines}
    assert "price_kind" in trader.wrong(
        "POST", f"/links/{link.id}/amendments", 422, body | {"price_kind": "fixed"}
    )
    made = trader.does("POST", f"/links/{link.id}/amendments", body)
    assert made["amendment"]["offer"]["prices"] == told["prices"]


@pytest.mark.parametrize("which", ["link", "paddy"])
def test_a_renewal_keeps_the_kind(
    session: Session, buyer: Side, browser: Open, request: pytest.FixtureRequest, which: str
) -> None:
    old: Link = request.getfixturevalue(which)
    clock.move(old.to_date - timedelta(days=2))
    page = signed_in(browser, buyer).get(f"/links/{old.id}/renew").form("/renew").send(volume="1 tấn")
    assert page.status == 200
    inquiry = session.scalars(sa.select(Inquiry).where(Inquiry.renews_id == old.id)).one()
    offer = session.get_one(Offer, inquiry.last_offer_id)
    assert pricing_of(session, offer) == agreed.pricing_of(session, old)


@pytest.mark.parametrize(("price", "holds"), [(None, False), (8_499, False), (10_501, False), (9_950, True)])
def test_a_delivery_says_its_price_within_what_was_set(
    session: Session, seller: Side, paddy: Link, price: int | None, holds: bool
) -> None:
    assert paddy.value == 4_000 * 9_200
    if not holds:
        with pytest.raises(Invalid) as refused:
            record(session, seller, paddy, Weighed(TONNE, price=price))
        assert refused.value.field == "price"
        return
    assert record(session, seller, paddy, Weighed(TONNE, price=price)).value == 9_950_000


def test_the_page_asks_for_the_price_and_says_the_limits(
    session: Session, seller: Side, buyer: Side, paddy: Link, browser: Open
) -> None:
    page = signed_in(browser, seller).get(f"/links/{paddy.id}")
    assert "tạm tính 9.200 đ/kg" in page.text
    assert "36.800.000 đ (tạm tính)" in page.text
    refused = page.form("/deliveries").send(gross="1000", price="12.000")
    assert refused.status == 422
    assert "10.500" in refused.form("/deliveries").error("price")
    assert refused.form("/deliveries").send(price="10.100").status == 200
    printed = signed_in(browser, buyer).get(f"/links/{paddy.id}/print").text
    assert "Theo giá của Nhà máy Phước Long vào ngày giao hàng, cộng 200 đ/kg, giá sàn 8.500 đ/kg" in printed
    assert "tạm tính" in printed
    delivery = session.scalars(sa.select(Delivery)).one()
    # The price is not contested with the volume; a contested one keeps to the limits.
    assert contest(session, buyer, paddy, delivery, Weighed(900_000), what="volume") == 10_100
    with pytest.raises(Invalid):
        contest(session, seller, paddy, delivery, Weighed(900_000, price=11_000), what="price")


def test_the_table_is_printed(seller: Side, link: Link, browser: Open) -> None:
    page = signed_in(browser, seller).get(f"/links/{link.id}/print")
    assert "41–60 con/kg" in page.text
    assert "160.000 đ/kg" in page.text


def test_one_price_and_wages_stay_as_they_were() -> None:
    for kind in ("fixed", "labour"):
        terms = Agreed(agreed.Pricing(kind, 9_400))
        assert agreed.price_for(terms, Weighed(1)) == (9_400, False)
        assert agreed.price_for(terms, Weighed(1, price=7)) == (7, False)
