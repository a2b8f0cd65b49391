"""The rows of what is to be harvested: season plans, and what agreements have taken of them already, whether
it was ever listed or not. The definition is in indicators_market.py.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from market.catalogue.models import Product
from market.links.models import Link, LinkState, LinkTerms
from market.listings.models import SeasonPlan
from market.parties.models import PartyPlace
from market.statistics import reach
from market.statistics.history import Ask, latest
from market.statistics.rows_trade import FINISHED, delivered_of


def plans(ask: Ask) -> sa.Select[Any]:
    """The season plans whose harvest begins within the period, as known on the day, in base units.

    A plan is a row with what is ``expected``, all of it ``without`` an outlet, and a row for each of its
    links, which takes from ``without`` and names the buyer. A link in force takes what it agreed, one that
    has ended what was delivered, in ascending id until nothing is left of the plan.
    """
    plan, taken = _plans(ask), _taken(ask)
    nobody = sa.cast(sa.null(), sa.BigInteger)

    def rows(link: Any, buyer: Any, expected: Any, without: Any) -> sa.Select[Any]:
        return sa.select(
            plan.c.id.label("key"),
            plan.c.party_id,
            plan.c.place_id,
            plan.c.former_place_id,
            plan.c.sector,
            plan.c.product_id,
            plan.c.unit,
            link.label("link_id"),
            buyer.label("buyer_id"),
            expected.label("expected"),
            without.label("without"),
        ).select_from(plan)

    whole = rows(nobody, nobody, plan.c.expected, plan.c.expected)
    room = sa.case((taken.c.before >= plan.c.expected, 0), else_=plan.c.expected - taken.c.before)
    takes = sa.case((taken.c.amount > room, room), else_=taken.c.amount)
    less = rows(taken.c.link_id, taken.c.buyer_id, sa.literal(0, sa.BigInteger), -takes).join(
        taken, taken.c.plan_id == plan.c.id
    )
    both = sa.union_all(whole, less).subquery()
    return sa.select(both)


def _plans(ask: Ask) -> sa.Subquery:
    held = _held(ask)
    place = latest(PartyPlace.party_id, PartyPlace.place_id, PartyPlace.former_place_id, ask=ask)
    return (
        sa.select(
            held.c.id,
            held.c.party_id,
            held.c.product_id,
            held.c.expected,
            place.c.place_id,
            place.c.former_place_id,
            Product.sector_code.label("sector"),
            Product.unit,
        )
        .select_from(held)
        .join(Product, Product.id == held.c.product_id)
        .outerjoin(place, place.c.party_id == held.c.party_id)
        .where(held.c.from_date.between(ask.start, ask.end), held.c.expected > 0)
        .subquery()
    )


def _held(ask: Ask) -> sa.Subquery:
    """The plan of each unit, product and season as it was known to stand."""
    return latest(
        SeasonPlan.party_id,
        SeasonPlan.id,
        SeasonPlan.expected,
        SeasonPlan.from_date,
        SeasonPlan.to_date,
        ask=ask,
        each=(SeasonPlan.product_id, SeasonPlan.season_id),
    )


def _taken(ask: Ask) -> sa.Subquery:
    """Which links take from which plan: each from one alone, that of its season, or where it names none the
    first of its days. ``before`` is what the links with lower ids have taken of the same plan.
    """
    plan = _held(ask)
    among = reach.links_of_plans()
    state = latest(LinkState.link_id, LinkState.state, ask=ask, among=among)
    terms = latest(
        LinkTerms.link_id,
        LinkTerms.volume,
        LinkTerms.from_date,
        LinkTerms.to_date,
        ask=ask,
        among=among,
    )
    delivered = delivered_of(ask, among)
    same_season = Link.season_id == plan.c.season_id
    same_days = sa.and_(
        Link.season_id.is_(None),
        terms.c.from_date <= plan.c.to_date,
        terms.c.to_date >= plan.c.from_date,
    )
    amount = sa.case(
        (state.c.state == "active", terms.c.volume), else_=sa.func.coalesce(delivered.c.accepted, 0)
    )
    first = (
        sa.func.row_number().over(partition_by=Link.id, order_by=(plan.c.from_date, plan.c.id)).label("turn")
    )
    fitting = (
        sa.select(
            plan.c.id.label("plan_id"), Link.id.label("link_id"), Link.buyer_id, amount.label("amount"), first
        )
        .select_from(Link)
        .join(state, state.c.link_id == Link.id)
        .join(terms, terms.c.link_id == Link.id)
        .join(
            plan,
            sa.and_(
                plan.c.party_id == Link.seller_id,
                plan.c.product_id == Link.product_id,
                plan.c.expected > 0,
                sa.or_(same_season, same_days),
            ),
        )
        .outerjoin(delivered, delivered.c.link_id == Link.id)
        .where(state.c.state.in_(("active", *FINISHED)))
        .subquery()
    )
    before = sa.func.sum(fitting.c.amount).over(
        partition_by=fitting.c.plan_id, order_by=fitting.c.link_id, rows=(None, -1)
    )
    return (
        sa.select(
            fitting.c.plan_id,
            fitting.c.link_id,
            fitting.c.buyer_id,
            fitting.c.amount,
            sa.func.coalesce(before, 0).label("before"),
        )
        .where(fitting.c.turn == 1, fitting.c.amount > 0)
        .subquery()
    )
