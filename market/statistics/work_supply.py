"""The rows of the list of goods without an outlet (worklists.py): by unit and product, what season plans
expect less what agreements have taken, and where nobody planned what open lots still hold.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from market.links.models import IN_FORCE, Link
from market.listings.models import Listing, Lot
from market.parties.models import Party
from market.statistics import rows_supply
from market.statistics.history import Ask

#: Harvests that began so long ago, and that begin so far ahead.
BEFORE, AHEAD = timedelta(days=90), timedelta(days=270)


def without_outlet(on: date) -> sa.Select[Any]:
    """One row a unit and product of which something has no outlet; ``volume`` says how much. First stand
    those without any agreement in force for the product, the largest volume first.
    """
    # The figure's own rows (supply_without_outlet), so that the list and the figure say the same.
    plan = rows_supply.plans(Ask.of(on - BEFORE, on + AHEAD, on)).subquery()
    planned = (
        sa.select(
            plan.c.party_id,
            plan.c.product_id,
            sa.func.sum(plan.c.without).label("volume"),
        )
        .group_by(plan.c.party_id, plan.c.product_id)
        .subquery()
    )
    listed = (
        sa.select(
            Listing.party_id,
            Listing.product_id,
            sa.func.sum(Lot.volume - Lot.committed).label("volume"),
            sa.func.min(Lot.from_date).label("first"),
            sa.func.max(Lot.to_date).label("last"),
        )
        .join(Lot, Lot.listing_id == Listing.id)
        .where(Listing.state == "published", Lot.to_date >= on, Lot.volume > Lot.committed)
        .group_by(Listing.party_id, Listing.product_id)
        .subquery()
    )
    both = sa.union(
        sa.select(planned.c.party_id, planned.c.product_id), sa.select(listed.c.party_id, listed.c.product_id)
    ).subquery()
    linked = (
        sa.select(Link.seller_id, Link.product_id)
        .where(Link.state.in_(IN_FORCE))
        .group_by(Link.seller_id, Link.product_id)
        .subquery()
    )
    volume = sa.cast(sa.func.coalesce(planned.c.volume, listed.c.volume), sa.BigInteger)
    # Volumes stay below 10^12 base units by unit and product: whoever has an agreement stands behind.
    rank = sa.case((linked.c.seller_id.is_(None), 0), else_=10**15) - volume
    return (
        sa.select(
            both.c.party_id,
            both.c.product_id.label("subject_id"),
            both.c.product_id,
            sa.cast(sa.null(), sa.BigInteger).label("link_id"),
            volume.label("volume"),
            listed.c.first,
            listed.c.last,
            Party.place_id,
            Party.former_place_id,
            rank.label("rank"),
        )
        .select_from(both)
        .join(Party, Party.id == both.c.party_id)
        .outerjoin(planned, _same(planned, both))
        .outerjoin(listed, _same(listed, both))
        .outerjoin(
            linked,
            sa.and_(linked.c.seller_id == both.c.party_id, linked.c.product_id == both.c.product_id),
        )
        .where(volume > 0, Party.standing == "confirmed")
    )


def _same(one: sa.Subquery, both: sa.Subquery) -> sa.ColumnElement[bool]:
    return sa.and_(one.c.party_id == both.c.party_id, one.c.product_id == both.c.product_id)
