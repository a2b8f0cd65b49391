"""Which agreements and deliveries a question can be about at all, so that no history is read of the many that
were over before: the same rows come out, only sooner. Agreements come with what their own rows say, so that
those are read once, whatever is asked.
"""

from __future__ import annotations

import sqlalchemy as sa

from market.catalogue.models import Product
from market.links.models import LIVE, Delivery, DeliveryState, Link, LinkState
from market.listings.models import SeasonPlan
from market.statistics import rows_evidence
from market.statistics.history import Ask, shared


@shared
def links_at(ask: Ask) -> sa.CTE:
    """The links (``id``) whose state may matter in the window or on its last day, or of which something was
    delivered within it.

    Left out are those of which all was known at the moment, and that were over before: their state now is a
    last one, and no step of theirs, nor of a delivery of theirs, is of these days or was learned later.
    """
    first = min(ask.start, ask.day)
    moved = sa.or_(LinkState.on_date >= first, LinkState.recorded_at >= ask.moment)
    every = sa.union_all(
        sa.select(Link.id).where(Link.state.in_(LIVE)),  # "not ended" would find them without the index
        sa.select(LinkState.link_id).where(moved),
        _delivered_within(ask),
    ).subquery()
    # Not by UNION: of what DISTINCT makes PostgreSQL knows that each stands there once, and hashes it; of the
    # other it hashes all links and all their histories instead.
    return sa.select(every.c.id).distinct().cte()


@shared
def said_at(ask: Ask) -> sa.CTE:
    """These links with what figures group them by, as it was copied to each when it was made."""
    among = links_at(ask)
    return (
        sa.select(
            Link.id,
            Link.seller_id.label("party_id"),
            Link.buyer_id,
            Link.place_id,
            Link.former_place_id,
            Link.sector_code.label("sector"),
            Link.product_id,
            Product.unit,
            Link.buyer_kind,
            Link.destination,
            rows_evidence.of_links(ask),
            Link.price_kind,
            Link.season_no,
        )
        .select_from(among)
        .join(Link, Link.id == among.c.id)
        # Each has one. Not by JOIN: SQLite would go through all links, product by product.
        .outerjoin(Product, Product.id == Link.product_id)
        .cte()
    )


def _delivered_within(ask: Ask) -> sa.Select[int]:
    """The links a delivery of which took a step in the window."""
    step = sa.select(DeliveryState.delivery_id).where(ask.within(DeliveryState.on_date)).distinct().subquery()
    return sa.select(Delivery.link_id).join(step, step.c.delivery_id == Delivery.id)


def deliveries_of(among: sa.FromClause) -> sa.Subquery:
    """The deliveries of links, each with its link (``link_id``)."""
    return sa.select(Delivery.id, Delivery.link_id).join(among, among.c.id == Delivery.link_id).subquery()


@shared
def links_of_plans() -> sa.CTE:
    """The links by which a unit sells something of which it has ever planned a season."""
    planned = sa.select(sa.literal(1)).where(
        SeasonPlan.party_id == Link.seller_id, SeasonPlan.product_id == Link.product_id
    )
    return sa.select(Link.id).where(planned.exists()).cte()
