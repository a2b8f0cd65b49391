"""What the figures in đồng count by each kind of price: of a reference what was delivered for real, of wages
nothing; their volumes count like all others. What is estimated stands apart from what is fixed.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from market import clock, worker
from market.links import deliveries
from market.links.agreed import Weighed
from market.listings.pricing import PriceLine, Reference
from market.statistics import figures, indicators, periods, verify
from tests.make import make_buyer, make_unit
from tests.trade import TONNE, make_link, make_listing

START = date(2026, 3, 2)
TABLE = (PriceLine(20, 30, 200_000), PriceLine(31, 40, 150_000))
AT_SIZE = {"count_per_kg": [31, 31]}


@pytest.mark.parametrize(
    ("product", "terms", "found", "contracted", "delivered"),
    [
        ("lua-st25", {"price": 9_000}, {}, 9_000, 9_000),
        ("lua-st25", {"price": 9_000, "price_kind": "labour"}, {}, 0, 0),
        (
            "lua-st25",
            {"price": 9_000, "price_kind": "reference", "reference": Reference("Chợ")},
            {"price": 9_700},
            9_000,
            9_700,
        ),
        (
            "tom-su",
            {"price": 0, "price_kind": "table", "prices": TABLE},
            {"spec": AT_SIZE},
            200_000,
            150_000,
        ),
    ],
)
def test_figures_in_dong_follow_the_kind(
    session: Session,
    product: str,
    terms: dict[str, Any],
    found: dict[str, Any],
    contracted: int,
    delivered: int,
) -> None:
    worker.subscribe_all()
    with clock.at(START):
        seller, buyer = make_unit(session), make_buyer(session)
        listing, _ = make_listing(session, seller, product=product)
        link = make_link(session, seller, buyer, listing, volume=4 * TONNE, **terms)
        made = deliveries.record_delivery(
            session,
            actor=seller.actor,
            party_id=seller.party.id,
            link_id=link.id,
            on_date=START,
            weighed=[Weighed(TONNE, **found)],
        )
        deliveries.confirm_delivery(
            session, actor=buyer.actor, party_id=buyer.party.id, link_id=link.id, delivery_id=made.id
        )
        session.commit()
    with clock.at(START + timedelta(days=1)):
        values = figures.compute(
            session,
            indicators=[
                indicators.get("contracted_value"),
                indicators.get("delivered_value"),
                indicators.get("contracted_volume"),
                indicators.get("delivered_volume"),
            ],
            period=periods.span(START, START + timedelta(days=1)),
            place=None,
            as_of=START + timedelta(days=1),
        )
        assert list(verify.differences(session)) == []
        apart = figures.compute(
            session,
            indicators=[indicators.get("contracted_value")],
            period=periods.span(START, START + timedelta(days=1)),
            place=None,
            as_of=START + timedelta(days=1),
            by="price_kind",
        )
    kind = terms.get("price_kind", "fixed")
    assert [(one.group, one.value) for one in apart if one.value] == (
        [(kind, 4_000 * contracted)] if contracted else []
    )
    assert [one.value for one in values] == [4_000 * contracted, 1_000 * delivered, 4 * TONNE, TONNE]
