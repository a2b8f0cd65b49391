"""Plans over lots whose price is a table or a reference: counted at the demanded size, asked for as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, worker
from market.demands import answering, progress, wanted
from market.demands import service as demands
from market.demands.models import Demand
from market.demands.pooling import Line
from market.demands.wanted import Wanted
from market.inquiries.models import Offer
from market.inquiries.queries import pricing_of
from market.listings.models import Listing
from market.listings.pricing import PriceLine, Pricing, Reference
from market.places.models import Place
from tests import trade
from tests.machines import Trader
from tests.make import Side
from tests.pages import Browser, signed_in
from tests.trade import TONNE

pytestmark = pytest.mark.usefixtures("on_a_day")

LINES = (PriceLine(20, 30, 280_000), PriceLine(31, 40, 210_000), PriceLine(41, 60, 160_000))
PLANT = Reference("Nhà máy Phước Long", floor=8_500, ceiling=10_500)


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


def posted(session: Session, buyer: Side, product_id: int, quality: dict[str, Any], **more: Any) -> Demand:
    """A demand of two tonnes."""
    lot_days = clock.today()
    need = Wanted(
        product_id=product_id,
        lines=(Line(lot_days, lot_days, 2 * TONNE),),
        spec=quality,
        unknown_will_do=True,
        **more,
    )
    demand = demands.post_demand(session, actor=buyer.actor, buyer_id=buyer.party.id, need=need)
    session.commit()
    return demand


def asked(session: Session, buyer: Side, listing: Listing, quality: dict[str, Any]) -> Offer:
    """What the plan for a demand of two tonnes asks of the listing."""
    demand = posted(session, buyer, listing.product_id, quality)
    demands.send_plan(session, actor=buyer.actor, buyer_id=buyer.party.id, demand_id=demand.id)
    session.commit()
    return session.scalars(sa.select(Offer)).one()


@pytest.mark.parametrize(
    ("demanded", "offered", "price"),
    [
        ({"count_per_kg": [31, 60]}, {"count_per_kg": [45, 50]}, 210_000),
        ({}, {"count_per_kg": [45, 50]}, 160_000),
        ({}, {}, 280_000),
    ],
)
def test_a_table_is_planned_and_asked_for_at_the_demanded_size(
    session: Session, seller: Side, buyer: Side, demanded: dict[str, Any], offered: dict[str, Any], price: int
) -> None:
    listing, _ = trade.make_listing(
        session, seller, title="Tôm sú", product="tom-su", price_kind="table", price_lines=LINES, spec=offered
    )
    offer = asked(session, buyer, listing, demanded)
    assert pricing_of(session, offer) == Pricing("table", price, LINES, None)
    assert offer.value == 2_000 * price


def test_a_reference_price_stays_an_estimate(session: Session, seller: Side, buyer: Side) -> None:
    listing, _ = trade.make_listing(
        session, seller, price_kind="reference", price_from=9_200, reference=PLANT
    )
    offer = asked(session, buyer, listing, {})
    assert pricing_of(session, offer) == Pricing("reference", 9_200, (), PLANT)


def test_a_reference_of_nobody_is_asked_for_as_it_is(session: Session, seller: Side, buyer: Side) -> None:
    listing, _ = trade.make_listing(session, seller, price_kind="reference", price_from=9_200)
    offer = asked(session, buyer, listing, {})
    assert pricing_of(session, offer) == Pricing("reference", 9_200, (), None)


def test_an_own_offer_takes_the_listings_table_and_counts_as_a_plan_does(
    session: Session, seller: Side, buyer: Side, browser: Callable[[], Browser]
) -> None:
    listing, _ = trade.make_listing(
        session, seller, title="Tôm sú", product="tom-su", price_kind="table", price_lines=LINES
    )
    demand = posted(session, buyer, listing.product_id, {"count_per_kg": [31, 40]}, price_max=200_000)
    form = signed_in(browser, seller).get(f"/demands/{demand.id}/offer").form("/offer")
    wrong = form.send(**{"volume": "1 tấn", "size1.price": "nhiều"})
    assert (wrong.status, bool(wrong.form("/offer").error("size1.price"))) == (422, True)
    assert wrong.form("/offer").fields["size2.price"] == "210.000"
    page = form.send(volume="1 tấn")
    offer = session.scalars(sa.select(Offer)).one()
    assert page.path == f"/inquiries/{offer.inquiry_id}"
    assert pricing_of(session, offer) == Pricing("table", 210_000, LINES, None)
    shown = signed_in(browser, buyer).get(f"/demands/{demand.id}").text
    assert "210.000 đ/kg" in shown
    assert "Bên bán tự chào hàng" in shown
    assert "Cao hơn giá cao nhất anh/chị đặt ra là 200.000 đ/kg" in shown


def test_a_program_offers_at_a_reference_price_and_not_for_work(
    session: Session, seller: Side, buyer: Side, browser: Callable[[], Browser]
) -> None:
    listing, (lot,) = trade.make_listing(
        session, seller, price_kind="reference", price_from=9_200, reference=PLANT
    )
    demand = posted(session, buyer, listing.product_id, {}, price_max=9_300)
    trader = Trader(browser(), session, seller.user)
    (own,) = trader.look(f"/demands/{demand.id}/offer")["lots"]
    assert (own["lot_id"], own["most"], own["price_kind"]) == (lot.id, 2000, "reference")
    body = {"lot_id": lot.id, "volume": 2, "unit": "tấn"}
    assert (
        trader.send(
            "POST", f"/demands/{demand.id}/offer", {**body, "price_kind": "labour", "price": 9}
        ).status_code
        == 422
    )
    made = trader.does("POST", f"/demands/{demand.id}/offer", body, key="one")
    assert trader.does("POST", f"/demands/{demand.id}/offer", body, key="one") == made
    assert (made["turn"], made["offer"]["price"], made["offer"]["price_kind"]) == ("buyer", 9200, "reference")
    (told,) = Trader(browser(), session, buyer.user).look(f"/demands/{demand.id}")["inquiries"]
    assert (told["offered"], told["too_dear"]) == (True, False)
    demands.close_demand(session, actor=buyer.actor, buyer_id=buyer.party.id, demand_id=demand.id)
    session.commit()
    assert trader.does("POST", f"/demands/{demand.id}/offer", body, key="one") == made
    trader.wrong("POST", f"/demands/{demand.id}/offer", 404, body, key="two")


def test_a_highest_price_at_the_buyers_counts_the_carriage(
    session: Session, seller: Side, buyer: Side
) -> None:
    listing, (lot,) = trade.make_listing(session, seller, price_from=9_200)
    far = session.scalars(
        sa.select(Place).where(Place.id != seller.party.place_id).order_by(Place.id.desc())
    ).first()
    assert far is not None
    at_buyers = {
        "price_max": 9_200,
        "price_basis": "buyer",
        "delivery_place_id": far.id,
        "carriage_rate": 5000,
    }
    demand = posted(session, buyer, listing.product_id, {}, **at_buyers)
    need = wanted.of(session, demand)
    (fit,) = answering.fits(session, unit_id=seller.party.id, demand=demand, on=clock.today())
    answering.offer(
        session,
        actor=seller.actor,
        unit_id=seller.party.id,
        demand_id=demand.id,
        lot_id=lot.id,
        volume=TONNE,
        made=Pricing(price=9_200),
    )
    session.commit()
    (one,) = progress.of(session, demand, need).sent
    assert ("price" in fit.lot.reasons, one.too_dear) == (True, True)
