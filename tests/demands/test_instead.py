"""What an agreement lacks after a loss: a new demand of its buyer, filled in, or the one it was made for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from market import clock, worker
from market.links.models import Link
from market.listings import service as listings
from tests import trade
from tests.demands.asking import accept, post, sellers, send
from tests.make import Side, make_buyer
from tests.pages import Browser, signed_in
from tests.trade import TONNE

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
WORDS = "Tìm đơn vị khác cho phần thiếu"


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


def lose(session: Session, seller: Side, lot_id: int, amount: int) -> None:
    listings.report_loss(
        session, actor=seller.actor, lot_id=lot_id, amount=amount, cause="storm", on_date=clock.today()
    )
    session.commit()


def test_the_buyer_of_an_agreement_finds_others_for_what_is_missing(
    session: Session, seller: Side, buyer: Side, browser: Open
) -> None:
    listing, (lot,) = trade.make_listing(session, seller, volumes=(8 * TONNE,))
    link = trade.make_link(session, seller, buyer, listing, volume=6 * TONNE)
    link.spec = {"moisture": [140, 145], "impurity": [10, 10]}
    session.commit()
    days = (max(link.from_date, clock.today()).isoformat(), link.to_date.isoformat())
    path, lot_id, here = f"/links/{link.id}", lot.id, signed_in(browser, buyer)
    assert WORDS not in here.get(path).text
    lose(session, seller, lot_id, 4_500_000)
    assert WORDS not in signed_in(browser, seller).get(path).text
    shown = here.get(path)
    assert "Sau hao hụt, thỏa thuận này còn 3,5 tấn." in shown.text
    form = shown.follow(WORDS).form("/demands")
    assert form.fields["volume"] == "2,5 tấn"
    assert form.fields["product"] == "lua-st25"
    assert (form.fields["from"], form.fields["to"]) == days
    assert form.fields["spec.moisture"] == "14–14,5 %"
    assert not form.fields["spec.impurity"], "one number says what one seller had"
    [(other, _)] = sellers(session, (9_000, 20))
    posted = form.send(**{"spec.moisture": ""})
    assert other.party.name in posted.text, "its plan is on the next page"


def test_of_a_demand_the_rest_is_planned_again_there(
    session: Session, seller: Side, buyer: Side, browser: Open
) -> None:
    [(unit, lot)] = sellers(session, (9_000, 20))
    demand = post(session, buyer)
    [inquiry] = send(session, buyer, demand)
    link = accept(session, unit, inquiry)
    assert isinstance(link, Link)
    lose(session, unit, lot.id, 5 * TONNE)
    assert signed_in(browser, buyer).get(f"/demands/instead/{link.id}").path == f"/demands/{demand.id}"


def test_it_is_the_buyers_alone(session: Session, seller: Side, buyer: Side, browser: Open) -> None:
    listing, _ = trade.make_listing(session, seller)
    link = trade.make_link(session, seller, buyer, listing)
    there = signed_in(browser, buyer)
    assert there.get(f"/demands/instead/{link.id}").status == 200
    assert signed_in(browser, make_buyer(session)).get(f"/demands/instead/{link.id}").status == 404
    assert signed_in(browser, seller).get(f"/demands/instead/{link.id}").status == 403
