"""Agreements that an officer enters for a unit: what is kept of them, what is refused, and that both sides'
pages show them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.catalogue import queries as catalogue
from market.errors import Conflict, Invalid
from market.events import Actor
from market.links import declared
from market.links.declared import Deal
from market.links.models import Link, LinkState, LinkTerms
from market.statistics import verify
from tests import make, trade
from tests.make import Side
from tests.pages import Browser, signed_in

CLERK = Actor(channel="import")
pytestmark = pytest.mark.usefixtures("on_a_day")


@pytest.fixture
def deal(session: Session) -> Deal:
    """Three tonnes of paddy of last year's second half."""
    return Deal(
        product_id=catalogue.get_product(session, "lua-st25").id,
        from_date=date(2025, 7, 1),
        to_date=date(2025, 12, 31),
        volume=3 * trade.TONNE,
        price=7_000,
        kind="linkage",
        form=4,
        area_m2=10_000,
        contract_number="1/HĐ",
    )


def enter(session: Session, seller: Side, buyer: Side, deal: Deal) -> Link:
    found = declared.declare_link(
        session, actor=CLERK, seller_id=seller.party.id, buyer_id=buyer.party.id, deal=deal
    )
    session.commit()
    return found


def test_it_holds_from_its_first_day_and_takes_no_volume(
    session: Session, seller: Side, buyer: Side, deal: Deal
) -> None:
    link = enter(session, seller, buyer, deal)
    assert (link.origin, link.contract, link.value, link.area_base) == ("officer", "seen", 21_000_000, "sown")
    assert (link.place_id, link.sector_code, link.destination) == (seller.party.place_id, "rice", "export")
    [state] = session.scalars(sa.select(LinkState))
    assert (state.state, state.on_date, clock.day_of(link.agreed_at)) == (
        "active", deal.from_date, deal.from_date,
    )  # fmt: skip
    assert list(verify.differences(session)) == []


def test_both_sides_find_it_among_theirs(
    session: Session, seller: Side, buyer: Side, deal: Deal, browser: Callable[[], Browser]
) -> None:
    link = enter(session, seller, buyer, deal)
    for side in (seller, buyer):
        page = signed_in(browser, side).get("/links")
        assert page.html.css_first(f"a[href='/links/{link.id}']")
        assert "1/HĐ" in signed_in(browser, side).get(f"/links/{link.id}").text


def test_what_is_put_right_holds_from_that_day(
    session: Session, seller: Side, buyer: Side, deal: Deal, on_a_day: date
) -> None:
    link = enter(session, seller, buyer, deal)
    clock.move(on_a_day + timedelta(days=9))
    better = replace(deal, volume=4 * trade.TONNE, state="short")
    declared.correct_link(session, actor=CLERK, link_id=link.id, deal=better)
    session.commit()
    terms = session.execute(sa.select(LinkTerms.volume, LinkTerms.on_date).order_by(LinkTerms.id)).all()
    assert [tuple(row) for row in terms] == [
        (3 * trade.TONNE, date(2025, 7, 1)), (4 * trade.TONNE, clock.today()),
    ]  # fmt: skip
    assert (link.state, link.value, link.version) == ("short", 28_000_000, 2)
    assert list(verify.differences(session)) == []
    with pytest.raises(Conflict):
        declared.correct_link(session, actor=CLERK, link_id=link.id, deal=deal)


def test_what_cannot_be_meant_is_refused(session: Session, seller: Side, buyer: Side, deal: Deal) -> None:
    for change in (
        {"kind": "loan"}, {"state": "lost"}, {"buyer_kind": "thief"}, {"form": 8}, {"season_id": 10**6},
        {"to_date": date(2025, 1, 1)}, {"contract_date": date(2099, 1, 1)}, {"volume": -1}, {"price": -1},
        {"volume": 10**12, "price": 10**8},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            enter(session, seller, buyer, replace(deal, **change))
    with pytest.raises(Invalid):
        enter(session, seller, seller, deal)
    assert make.count_rows(session, Link) == 0


def test_what_was_agreed_on_the_platform_is_not_put_right(
    session: Session, seller: Side, buyer: Side, deal: Deal
) -> None:
    listing, _ = trade.make_listing(session, seller)
    link = trade.make_link(session, seller, buyer, listing)
    with pytest.raises(Conflict):
        declared.correct_link(session, actor=CLERK, link_id=link.id, deal=deal)
