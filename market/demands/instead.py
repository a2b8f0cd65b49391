"""What an agreement lacks after a loss, as a demand of its buyer: of others, or again where one was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.catalogue import queries as catalogue
from market.demands import queries
from market.demands.models import Demand, DemandInquiry
from market.errors import NotFound
from market.inquiries import present as inquiries
from market.inquiries import schedules
from market.links import queries as links
from market.web import language


@dataclass(frozen=True, slots=True)
class Instead:
    """Where its buyer goes on: a demand that goes on by itself, by its id, or the fields of a new one."""

    demand_id: int | None
    fields: dict[str, Any]


def of_link(session: Session, *, buyer_id: int, link_id: int) -> Instead:
    """What is missing of the buyer's own agreement; refuses NotFound for anybody else."""
    link = links.get_link(session, party_id=buyer_id, link_id=link_id)
    if link.side != "buyer":
        raise NotFound
    asked = sa.select(DemandInquiry.demand_id).where(DemandInquiry.inquiry_id == link.inquiry_id)
    demand = session.scalar(sa.select(Demand).where(Demand.id.in_(asked)))
    if demand is not None and queries.may_be_planned(demand):
        return Instead(demand.id, {})
    product = catalogue.get_product(session, link.product_id)
    missing = link.volume - link.committed
    today = clock.today()
    # One number, as a seller states its own quality, would shut out whatever is better.
    wanted = {key: held for key, held in link.spec.items() if isinstance(held, str) or held[0] != held[1]}
    return Instead(
        None,
        {
            "product": product.slug,
            "volume": language.volume(missing, link.unit, link.piece) if missing > 0 else "",
            "from": max(link.from_date, today).isoformat(),
            "to": (link.to_date if link.to_date > today else schedules.later(today, 1)).isoformat(),
            **inquiries.spec_fields(session, product, wanted),
        },
    )
