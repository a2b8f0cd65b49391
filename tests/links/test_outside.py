"""Sold outside the platform: two taps and a number take the volume at once and count as declared by one side;
what the lot does not hold is refused whole.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.errors import Conflict, Invalid, NotAllowed, NotFound
from market.links import deliveries, outside
from market.links import service as links
from market.links.agreed import Weighed
from market.links.models import Commitment, Delivery, Link
from market.listings.models import Lot
from market.parties.models import Party
from market.statistics import figures, indicators, periods, verify
from tests import make, rules, trade
from tests.make import Side
from tests.pages import Browser, signed_in
from tests.trade import TONNE

pytestmark = pytest.mark.usefixtures("on_a_day")


@pytest.fixture
def lot(session: Session, seller: Side) -> Lot:
    return trade.make_listing(session, seller)[1][0]


def sell(session: Session, seller: Side, lot: Lot, **changes: Any) -> Link:
    values = {"volume": 3 * TONNE, "buyer_kind": "collector", **changes}
    link = outside.sell_outside(
        session, actor=seller.actor, party_id=seller.party.id, lot_id=lot.id, **values
    )
    session.commit()
    return link


def check(session: Session) -> None:
    rules.check_volumes(session)
    rules.check_links(session)
    assert list(verify.differences(session)) == []


def test_it_takes_the_volume_and_is_declared_by_one_side(session: Session, seller: Side, lot: Lot) -> None:
    link = sell(session, seller, lot, price=9_000)
    assert (link.origin, link.state, link.kind, link.form) == ("declared_one", "active", "spot", None)
    assert (link.value, link.buyer_kind, link.inquiry_id) == (27_000_000, "collector", None)
    assert (link.from_date, link.to_date) == (lot.from_date, lot.to_date)
    session.refresh(lot)
    assert lot.committed == 3 * TONNE
    check(session)


def test_what_is_handed_over_counts_at_once_and_nobody_stands_as_having_confirmed_it(
    session: Session, seller: Side, lot: Lot
) -> None:
    link = sell(session, seller, lot, delivered=True)
    assert (link.state, link.value) == ("fulfilled", 0)
    delivery = session.scalars(sa.select(Delivery)).one()
    assert (delivery.state, delivery.accepted, delivery.confirmed_by) == ("confirmed", 3 * TONNE, None)
    assert session.scalars(sa.select(Commitment)).one().released == 0, "what was delivered stays committed"
    check(session)


def test_goods_handed_over_later_count_too_and_the_rest_returns(
    session: Session, seller: Side, lot: Lot
) -> None:
    link = sell(session, seller, lot)
    about = {"actor": seller.actor, "party_id": seller.party.id, "link_id": link.id}
    delivery = deliveries.record_delivery(session, on_date=clock.today(), weighed=[Weighed(TONNE)], **about)
    assert delivery.state == "confirmed"
    links.end_link(session, **about)
    session.commit()
    session.refresh(lot)
    assert (link.state, lot.committed) == ("ended_early", TONNE)
    check(session)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"volume": 10 * TONNE + 1}, Conflict),
        ({"volume": 0}, Invalid),
        ({"buyer_kind": "thief"}, Invalid),
        ({"price": -1}, Invalid),
        ({"price": 10**9}, Invalid),
    ],
)
def test_what_cannot_be_is_refused_whole(
    session: Session, seller: Side, lot: Lot, changes: dict[str, Any], refusal: type[Exception]
) -> None:
    parties = make.count_rows(session, Party)
    with pytest.raises(refusal):
        sell(session, seller, lot, **changes)
    session.rollback()
    assert make.count_rows(session, Link) == 0
    assert make.count_rows(session, Party) == parties
    check(session)


def test_another_units_lot_is_not_found_and_one_that_is_over_takes_nothing(
    session: Session, seller: Side, lot: Lot
) -> None:
    with pytest.raises(NotFound):
        sell(session, make.make_unit(session), lot)
    with pytest.raises(NotFound):
        outside.sell_outside(
            session, actor=seller.actor, party_id=seller.party.id, lot_id=10**9, volume=1, buyer_kind="other"
        )
    clock.move(lot.to_date + timedelta(days=1))
    with pytest.raises(Conflict):
        sell(session, seller, lot)


def test_a_unit_that_waits_for_the_department_declares_nothing(session: Session) -> None:
    unit = make.make_unit(session, confirm=False)
    _, (lot,) = trade.make_listing(session, unit, publish=False)
    with pytest.raises(NotAllowed):
        sell(session, unit, lot)


def test_a_buyer_is_named_once_and_the_unnamed_are_one(session: Session, seller: Side, lot: Lot) -> None:
    named = [sell(session, seller, lot, volume=TONNE, buyer_name=name) for name in ("Anh Ba", " anh  ba ")]
    assert named[0].buyer_id == named[1].buyer_id
    rival = make.make_unit(session)
    _, (other,) = trade.make_listing(session, rival)
    assert sell(session, rival, other, buyer_name="Anh Ba").buyer_id != named[0].buyer_id, "maybe another Ba"
    unnamed = {sell(session, side, one).buyer_id for side, one in ((seller, lot), (rival, other))}
    assert len(unnamed) == 1
    buyer = session.get_one(Party, named[0].buyer_id)
    assert (buyer.standing, buyer.kind, buyer.name) == ("none", "household_business", "Anh Ba")
    check(session)


def test_figures_show_it_under_its_evidence(session: Session, seller: Side, lot: Lot) -> None:
    sell(session, seller, lot, delivered=True)
    sell(session, seller, lot, volume=2 * TONNE)
    found = figures.compute(
        session,
        indicators=[indicators.get(code) for code in ("contracted_volume", "delivered_volume")],
        period=periods.parse("2026"),
        place=None,
        as_of=clock.today(),
        by="evidence",
    )
    assert {(one.indicator.code, one.group, one.value) for one in found if one.value} == {
        ("contracted_volume", "declared_one", 5 * TONNE),
        ("delivered_volume", "declared_one", 3 * TONNE),
    }


def test_two_taps_and_a_number(
    session: Session, seller: Side, lot: Lot, browser: Callable[[], Browser]
) -> None:
    here = signed_in(browser, seller)
    form = here.get("/listings/mine").follow("Đã bán ngoài sàn").form(f"/{lot.id}")
    sent = {"volume": "3 tấn", "buyer_kind": "depot"}
    page = form.send(**sent)
    assert page.path.startswith("/links/")
    assert "Vựa, đại lý" in page.text
    assert "Đang thực hiện" in page.text
    assert form.send(**sent).path == page.path, "sent twice it is one"
    assert make.count_rows(session, Link) == 1
    assert session.get_one(Lot, lot.id).committed == 3 * TONNE
    page = page.form("/deliveries").send(gross="1 tấn")
    assert "Một bên khai" in page.text
    check(session)


def test_more_than_is_left_is_said_beside_the_number(
    session: Session, seller: Side, lot: Lot, browser: Callable[[], Browser]
) -> None:
    form = signed_in(browser, seller).get(f"/links/outside/{lot.listing_id}/{lot.id}").form(f"/{lot.id}")
    page = form.send(volume="11 tấn", buyer_kind="depot")
    assert page.status == 409
    assert "chỉ còn 10 tấn" in page.form(f"/{lot.id}").error("volume")
    assert form.send(volume="1 tấn", buyer_kind="thief").status == 422
    assert form.send(volume="nhiều", buyer_kind="depot", price="x").status == 422
    assert make.count_rows(session, Link) == 0
