"""Plans over lots whose price is a table or a reference: counted at the demanded size, asked for as it is."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, worker
from market.demands import service as demands
from market.demands.pooling import Line
from market.demands.wanted import Wanted
from market.inquiries.models import Offer
from market.inquiries.queries import pricing_of
from market.listings.models import Listing
from market.listings.pricing import PriceLine, Pricing, Reference
from tests import trade
from tests.make import Side
from tests.trade import TONNE

pytestmark = pytest.mark.usefixtures("on_a_day")

LINES = (PriceLine(20, 30, 280_000), PriceLine(31, 40, 210_000), PriceLine(41, 60, 160_000))
PLANT = Reference("Nhà máy Phước Long", floor=8_500, ceiling=10_500)


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


def asked(session: Session, buyer: Side, listing: Listing, quality: dict[str, Any]) -> Offer:
    """What the plan for a demand of two tonnes asks of the listing."""
    lot_days = clock.today()
    need = Wanted(
        product_id=listing.product_id,
        lines=(Line(lot_days, lot_days, 2 * TONNE),),
        spec=quality,
        unknown_will_do=True,
    )
    demand = demands.post_demand(session, actor=buyer.actor, buyer_id=buyer.party.id, need=need)
    session.commit()
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
