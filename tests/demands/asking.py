"""Steps of a demand, from what is needed to what each seller answers: for the tests beside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from market import clock
from market.catalogue import queries as catalogue
from market.demands import progress, queries, wanted
from market.demands import service as demands
from market.demands.models import Demand
from market.demands.pooling import Line
from market.demands.wanted import Wanted
from market.inquiries.models import Inquiry
from market.links import holding
from market.links.models import Link
from market.listings.models import Lot
from tests.make import Side, make_unit
from tests.trade import TONNE, make_listing


def need(session: Session, buyer: Side, volume: int = 20 * TONNE, **changes: Any) -> Wanted:
    today = clock.today()
    product = changes.pop("product", "lua-st25")
    lines = changes.pop("lines", (Line(today, today + timedelta(days=40), volume),))
    return Wanted(
        product_id=catalogue.get_product(session, product).id,
        lines=lines,
        buyer_id=buyer.party.id,
        **changes,
    )


def post(session: Session, buyer: Side, volume: int = 20 * TONNE, **changes: Any) -> Demand:
    demand = demands.post_demand(
        session, actor=buyer.actor, buyer_id=buyer.party.id, need=need(session, buyer, volume, **changes)
    )
    session.commit()
    return demand


def send(session: Session, buyer: Side, demand: Demand) -> list[Inquiry]:
    made = demands.send_plan(session, actor=buyer.actor, buyer_id=buyer.party.id, demand_id=demand.id)
    session.commit()
    return made


def sellers(session: Session, *prices_and_volumes: tuple[int, int], **changes: Any) -> list[tuple[Side, Lot]]:
    """Units, each with one lot at a price (đồng) and of a volume (tonnes)."""
    found = []
    for number, (price, tonnes) in enumerate(prices_and_volumes):
        unit = make_unit(session, name=f"HTX Demo số {number + 1}")
        _, (lot,) = make_listing(session, unit, volumes=(tonnes * TONNE,), price_from=price, **changes)
        found.append((unit, lot))
    return found


def accept(session: Session, side: Side, inquiry: Inquiry) -> Link | None:
    made = holding.accept(session, actor=side.actor, party_id=side.party.id, inquiry_id=inquiry.id)
    session.commit()
    return made


def by_seller(made: Sequence[Inquiry], side: Side) -> Inquiry:
    return next(one for one in made if one.seller_id == side.party.id)


def left(session: Session, demand: Demand) -> list[int]:
    found = wanted.of(session, demand)
    done = progress.of(session, demand, found)
    return [line.volume for line in queries.rest_of(found, done).lines]
