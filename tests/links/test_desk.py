"""An officer's page of an agreement: volumes at once, price and buyer after a look that the two sides see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from market import clock
from market.events import EventRow
from market.links import deliveries, desk
from market.links.agreed import Weighed
from market.links.models import Link
from tests import make, trade
from tests.make import Side
from tests.pages import Browser

Open = Callable[[], Browser]


@pytest.fixture
def sides(session: Session) -> tuple[Side, Side]:
    return make.make_unit(session), make.make_buyer(session, name="Công ty Tôm Đỏ")


@pytest.fixture
def link(session: Session, sides: tuple[Side, Side]) -> Link:
    seller, buyer = sides
    listing, _ = trade.make_listing(session, seller)
    found = trade.make_link(session, seller, buyer, listing, price=9_450)
    deliveries.record_delivery(
        session,
        actor=seller.actor,
        party_id=seller.party.id,
        link_id=found.id,
        on_date=clock.today(),
        weighed=[Weighed(gross=trade.TONNE, deducted=0, reason=None, price=None)],
    )
    session.commit()
    return found


def test_price_and_buyer_open_after_a_look_that_both_sides_see(
    session: Session, browser: Open, sides: tuple[Side, Side], link: Link
) -> None:
    officer = make.make_officer(session, name="Cán bộ Thử Nghiệm", duties=("trade_data",))
    here = browser()
    here.sign_in(officer.login)
    path = f"/department/links/{link.id}"
    closed = here.get(path)
    assert sides[0].party.name in closed.text
    assert "1 tấn" in closed.text, "deliveries are there at once"
    for secret in ("Công ty Tôm Đỏ", "9.450"):
        assert secret not in closed.text
    opened = closed.form("/look").send()
    for secret in ("Công ty Tôm Đỏ", "9.450 đ/kg"):
        assert secret in opened.text
    assert make.count_rows(session, EventRow, EventRow.name == "link.looked") == 1
    for side in sides:
        theirs = browser()
        theirs.sign_in(side.login)
        page = theirs.get(f"/links/{link.id}")
        assert "Sở đã xem 1 lần" in page.text
        assert "Cán bộ Thử Nghiệm" in page.text


def test_a_look_is_the_officers_own_and_does_not_last(session: Session, browser: Open, link: Link) -> None:
    one, other = make.make_officer(session), make.make_officer(session)
    here, there = browser(), browser()
    here.sign_in(one.login)
    there.sign_in(other.login)
    path = f"/department/links/{link.id}"
    here.get(path).form("/look").send()
    assert "Công ty Tôm Đỏ" in here.get(path).text
    assert "Công ty Tôm Đỏ" not in there.get(path).text
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert "Công ty Tôm Đỏ" not in here.get(path).text


def test_nobody_looks_outside_the_own_place_or_duty(session: Session, browser: Open, link: Link) -> None:
    elsewhere = make.make_officer(session, place_id=make.some_commune(session, index=9).id)
    without = make.make_officer(session, duties=("register", "figures"))
    for account, status in ((elsewhere, 404), (without, 403)):
        here = browser()
        here.sign_in(account.login)
        assert here.get(f"/department/links/{link.id}").status == status
    assert make.count_rows(session, EventRow, EventRow.name == "link.looked") == 0


def test_what_a_look_opens_is_not_even_handed_to_the_page_before(
    session: Session, sides: tuple[Side, Side], link: Link
) -> None:
    shown = desk.get_desk_link(session, link=link)
    assert [one.accepted for one in shown.deliveries] == [trade.TONNE]
    assert [one.value for one in shown.deliveries] == [0]
    officer = make.make_officer(session)
    assert desk.find_deal(session, link=link, user_id=officer.user.id) is None
    desk.look(session, actor=officer.actor, link=link)
    deal = desk.find_deal(session, link=link, user_id=officer.user.id)
    assert deal is not None
    assert list(deal.values.values()) == [9_450_000]
