"""Which agreements and deliveries a question can be about at all, so that no history is read of the many that
were over before: the same rows come out, only sooner.
"""

from __future__ import annotations

import sqlalchemy as sa

from market.links.models import ENDED, Delivery, DeliveryState, Link, LinkState
from market.listings.models import SeasonPlan
from market.statistics.history import Ask, shared


@shared
def links_at(ask: Ask) -> sa.CTE:
    """The links whose state may matter in the window or on its last day.

    Left out are those of which all was known at the moment, and that were over before: their state now is a
    last one, and no step of theirs is of the window's days or later, or was learned later.
    """
    first = min(ask.start, ask.day)
    return sa.union(
        sa.select(Link.id).where(Link.state.not_in(ENDED)),
        sa.select(LinkState.link_id).where(LinkState.on_date >= first),
        sa.select(LinkState.link_id).where(LinkState.recorded_at >= ask.moment),
    ).cte()


def deliveries_within(ask: Ask) -> sa.Subquery:
    """The deliveries a step of which is of the window: what held at its end lies in it only if one does."""
    found = sa.select(DeliveryState.delivery_id.label("id")).where(ask.within(DeliveryState.on_date))
    return found.distinct().subquery()


def links_delivered_within(ask: Ask) -> sa.Subquery:
    """The links of these deliveries."""
    step = deliveries_within(ask)
    found = sa.select(Delivery.link_id.label("id")).join(step, step.c.id == Delivery.id)
    return found.distinct().subquery()


def deliveries_of(among: sa.FromClause) -> sa.Subquery:
    """The deliveries of links."""
    return sa.select(Delivery.id).join(among, among.c.id == Delivery.link_id).subquery()


def links_of_plans() -> sa.CTE:
    """The links by which a unit sells something of which it has ever planned a season."""
    planned = sa.select(sa.literal(1)).where(
        SeasonPlan.party_id == Link.seller_id, SeasonPlan.product_id == Link.product_id
    )
    return sa.select(Link.id).where(planned.exists()).cte()
