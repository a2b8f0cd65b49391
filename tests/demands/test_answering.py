"""A unit answers a demand of its own accord: it sees which lots fit, what the others lack, and offers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from market import clock, worker
from market.catalogue import queries as catalogue
from market.demands import answering
from market.demands import service as demands
from market.demands.models import Demand
from market.demands.pooling import Line
from market.demands.wanted import Wanted
from market.errors import Invalid, NotFound
from market.inquiries.models import Inquiry, Offer
from market.links import holding
from market.listings.pricing import Pricing
from market.places.models import Place
from tests import rules, trade
from tests.make import Side
from tests.pages import Browser, signed_in
from tests.trade import TONNE

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


def post(session: Session, buyer: Side, **changes: Any) -> Demand:
    line = Line(clock.today(), clock.today() + timedelta(days=30), 20 * TONNE)
    need = Wanted(
        catalogue.get_product(session, "lua-st25").id,
        (line,),
        buyer_id=buyer.party.id,
        **changes,
    )
    demand = demands.post_demand(session, actor=buyer.actor, buyer_id=buyer.party.id, need=need)
    session.commit()
    return demand


def test_an_offer_for_a_demand_is_the_buyers_turn_and_fills_it(
    session: Session, seller: Side, buyer: Side
) -> None:
    _, (lot,) = trade.make_listing(session, seller, volumes=(30 * TONNE,))
    demand = post(session, buyer)
    (fit,) = answering.fits(session, unit_id=seller.party.id, demand=demand, on=clock.today())
    assert (fit.lot.lot_id, fit.most, fit.may_be_offered) == (lot.id, 20 * TONNE, True)
    given = {"actor": seller.actor, "unit_id": seller.party.id, "demand_id": demand.id, "lot_id": lot.id}
    with pytest.raises(Invalid):
        answering.offer(session, **given, volume=21 * TONNE, made=Pricing(price=9400))
    inquiry = answering.offer(session, **given, volume=20 * TONNE, made=Pricing(price=9400))
    session.commit()
    assert (inquiry.turn, inquiry.state) == ("buyer", "negotiating")
    holding.accept(session, actor=buyer.actor, party_id=buyer.party.id, inquiry_id=inquiry.id)
    session.commit()
    assert session.get_one(Demand, demand.id, populate_existing=True).state == "filled"
    rules.check_volumes(session)
    rules.check_links(session)


def test_what_a_lot_lacks_is_said_and_grave_lacks_are_not_offered(
    session: Session, seller: Side, buyer: Side
) -> None:
    _, (dear,) = trade.make_listing(session, seller, volumes=(30 * TONNE,), price_from=12_000)
    later = (clock.today() + timedelta(days=60), clock.today() + timedelta(days=90))
    _, (late,) = trade.make_listing(session, seller, volumes=(30 * TONNE,), window=later, title="Lúa muộn")
    demand = post(session, buyer, price_max=10_000)
    found = answering.fits(session, unit_id=seller.party.id, demand=demand, on=clock.today())
    assert [(fit.lot.lot_id, fit.lot.reasons, fit.may_be_offered) for fit in found] == [
        (dear.id, ("price",), True),
        (late.id, ("window",), False),
    ]


def test_an_offer_promises_no_quality_that_the_listing_leaves_unsaid(
    session: Session, seller: Side, buyer: Side
) -> None:
    _, (silent,) = trade.make_listing(session, seller, price_from=9_400)
    _, (dear,) = trade.make_listing(session, seller, price_from=12_000, title="Lúa đắt")
    _, (said,) = trade.make_listing(
        session, seller, price_from=12_000, title="Lúa khô", spec={"moisture": [100, 140]}
    )
    demand = post(session, buyer, price_max=10_000, spec={"moisture": [100, 150]})
    given = {"actor": seller.actor, "unit_id": seller.party.id, "demand_id": demand.id}
    promised = []
    for lot in (silent, dear, said):
        made = answering.offer(session, **given, lot_id=lot.id, volume=TONNE, made=Pricing(price=12_000))
        promised.append(session.get_one(Offer, made.last_offer_id).spec)
    assert promised == [{}, {}, {"moisture": [100, 150]}]


def test_nobody_offers_for_a_demand_that_is_closed_or_their_own(
    session: Session, seller: Side, buyer: Side
) -> None:
    demand = post(session, buyer)
    with pytest.raises(NotFound):
        answering.demand_open_to(session, unit_id=buyer.party.id, demand_id=demand.id)
    demands.close_demand(session, actor=buyer.actor, buyer_id=buyer.party.id, demand_id=demand.id)
    session.commit()
    with pytest.raises(NotFound):
        answering.demand_open_to(session, unit_id=seller.party.id, demand_id=demand.id)


def test_a_unit_offers_from_its_list_of_demands(
    session: Session, seller: Side, buyer: Side, browser: Open
) -> None:
    trade.make_listing(session, seller, volumes=(30 * TONNE,))
    demand = post(session, buyer)
    here = signed_in(browser, seller)
    assert f"/demands/{demand.id}/offer" in here.get("/demands").links()
    page = here.get(f"/demands/{demand.id}/offer")
    assert "Phù hợp" in page.text
    form = page.form("/offer")
    assert form.fields["volume"] == "20 tấn"
    wrong = form.send(volume="nhiều")
    assert (wrong.status, bool(wrong.form("/offer").error("volume"))) == (422, True)
    page = form.send(volume="15 tấn")
    assert page.path.startswith("/inquiries/")
    assert "Chờ bên mua trả lời" in page.text
    inquiry = session.get_one(Inquiry, int(page.path.split("/")[-1]))
    assert inquiry.buyer_id == buyer.party.id
    assert "15 tấn" in signed_in(browser, buyer).get(f"/demands/{demand.id}").text
    demands.close_demand(session, actor=buyer.actor, buyer_id=buyer.party.id, demand_id=demand.id)
    session.commit()
    assert form.send(volume="15 tấn").path == page.path, "sent again it leads to what was made"
    assert here.get(f"/demands/{demand.id}/offer").status == 404


def test_a_unit_reads_what_it_binds_itself_to_and_what_it_lacks(
    session: Session, seller: Side, buyer: Side, browser: Open
) -> None:
    trade.make_listing(session, seller, volumes=(30 * TONNE,), spec={"moisture": [160, 170]})
    demand = post(
        session,
        buyer,
        price_max=10_000,
        price_basis="buyer",
        spec={"moisture": [0, 150]},
        standards=("VIETGAP-TT",),
        delivery_place_id=buyer.party.place_id,
        source_place_id=seller.party.place_id,
        daily_intake=2 * TONNE,
        part_will_do=False,
    )
    place = session.get_one(Place, buyer.party.place_id).name
    there = signed_in(browser, seller).get(f"/demands/{demand.id}/offer").text
    assert "Độ ẩm: không đạt yêu cầu." in there
    assert "VietGAP trồng trọt: chưa khai." in there
    for page in (there, signed_in(browser, buyer).get(f"/demands/{demand.id}").text):
        for said in (
            "tại nơi bên mua",
            "VietGAP trồng trọt",
            place,
            "2 tấn",
            "Chỉ mua khi đủ",
            "được giữ đến",
        ):
            assert said in page, said
