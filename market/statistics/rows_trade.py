"""The rows of trade: links with their states and terms, and deliveries. Place, sector, product, buyer kind
and evidence are those copied to the link when it was made. The definitions are in indicators_trade.py.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from market.links.models import IN_FORCE, DeliveryState, Link, LinkState, LinkTerms
from market.statistics import reach, rows_evidence
from market.statistics.definition import own_keys
from market.statistics.history import Ask, held_on_day, known, latest, shared, spans

#: A delivery counts once the other side, or an officer, has said yes to it.
COUNTED = ("confirmed", "settled")
#: How a link ends that was once in force.
FINISHED = ("fulfilled", "short", "ended_early")
#: The kinds whose keeping is judged; a spot sale is over with its delivery.
JUDGED_KINDS = ("season", "linkage")
#: Who buys to sell again to those who process or eat (glossary: collector, depot, broker).
MIDDLEMEN = ("collector", "depot")


@shared
def steps_of(ask: Ask, among: sa.FromClause) -> sa.CTE:
    """What held on the day of each counted delivery of these links (``link_id``)."""
    deliveries = reach.deliveries_of(among)
    found = latest(
        DeliveryState.delivery_id,
        deliveries.c.link_id,
        DeliveryState.state,
        DeliveryState.on_date,
        DeliveryState.accepted,
        DeliveryState.value,
        ask=ask,
        among=deliveries,
    )
    return sa.select(found).where(found.c.state.in_(COUNTED)).cte()


def delivered_of(ask: Ask, among: sa.FromClause) -> sa.Subquery:
    """What the counted deliveries of these links brought by the day: ``accepted`` in base units."""
    step = steps_of(ask, among)
    accepted = sa.func.sum(step.c.accepted).label("accepted")
    return sa.select(step.c.link_id, accepted).group_by(step.c.link_id).subquery()


@shared
def states_of(ask: Ask) -> sa.CTE:
    """The states of the links that a question can be about, each with its days."""
    among = reach.links_at(ask)
    found = spans(LinkState.link_id, LinkState.state, LinkState.force_majeure, ask=ask, among=among)
    return sa.select(found).cte()


@shared
def terms_of(ask: Ask) -> sa.CTE:
    """Their terms, each with its days."""
    found = spans(
        LinkTerms.link_id,
        LinkTerms.kind,
        LinkTerms.form,
        LinkTerms.contract,
        LinkTerms.volume,
        LinkTerms.value,
        LinkTerms.area_m2,
        LinkTerms.area_base,
        LinkTerms.households,
        ask=ask,
        among=reach.links_at(ask),
    )
    return sa.select(found).cte()


@shared
def terms_at(ask: Ask) -> sa.CTE:
    """Their terms of the day."""
    found = terms_of(ask)
    return sa.select(found).where(held_on_day(found, ask)).cte()


@own_keys
def links(ask: Ask) -> sa.Select[Any]:
    """One row a link that is in force or provisional on the day, became active within the window, or ended
    or lapsed within it.

    Flags (1 or 0): ``in_force``, ``provisional``, ``is_new`` (its first day as active lies in the window),
    ``ended``, ``lapsed``, ``judged`` (a season or linkage link that ended in the window, not by force
    majeure), ``renewed`` (one that ended and has been renewed by the day). Terms are those that held on the
    day, amendments included. Volumes in base units; ``value`` in đồng, 0 for wages (the goods are not
    sold). ``delivered``: what had been delivered and confirmed by the day, over the link's whole life.
    ``season_no``: which agreement of its chain it is, the first being 1.
    """
    said, states, terms = reach.said_at(ask), states_of(ask), terms_at(ask)
    state = sa.select(states).where(held_on_day(states, ask)).subquery()
    first = (
        sa.select(states.c.link_id, sa.func.min(states.c.on_date).label("on_date"))
        .where(states.c.state == "active", states.c.on_date <= ask.day)
        .group_by(states.c.link_id)
        .subquery()
    )
    delivered = delivered_of(ask, reach.links_at(ask))
    renewing = sa.select(Link.id, Link.renews_id).where(Link.renews_id.is_not(None)).subquery()
    renewal = (
        sa.select(renewing.c.renews_id, sa.func.min(LinkState.on_date).label("on_date"))
        .join(LinkState, LinkState.link_id == renewing.c.id)
        .where(LinkState.state == "active", known(LinkState, ask))
        .group_by(renewing.c.renews_id)
        .subquery()
    )
    in_force, provisional = state.c.state.in_(IN_FORCE), state.c.state == "provisional"
    lapsed = sa.and_(state.c.state == "lapsed", ask.within(state.c.on_date))
    is_new = sa.and_(first.c.on_date.is_not(None), ask.within(first.c.on_date))
    ended = sa.and_(state.c.state.in_(FINISHED), ask.within(state.c.on_date))
    judged = sa.and_(ended, terms.c.kind.in_(JUDGED_KINDS), state.c.force_majeure.is_(False))
    return (
        sa.select(
            said.c.id.label("key"),
            *of_link(said, terms),
            first.c.on_date,
            state.c.state,
            _flag(in_force).label("in_force"),
            _flag(provisional).label("provisional"),
            _flag(is_new).label("is_new"),
            _flag(ended).label("ended"),
            _flag(lapsed).label("lapsed"),
            _flag(sa.and_(ended, renewal.c.on_date.is_not(None))).label("renewed"),
            _flag(judged).label("judged"),
            sa.func.coalesce(terms.c.volume, 0).label("volume"),
            _goods(said, sa.func.coalesce(terms.c.value, 0)).label("value"),
            sa.func.coalesce(delivered.c.accepted, 0).label("delivered"),
            said.c.season_no,
        )
        .select_from(said)
        .join(state, state.c.link_id == said.c.id)
        .outerjoin(terms, terms.c.link_id == said.c.id)
        .outerjoin(first, first.c.link_id == said.c.id)
        .outerjoin(delivered, delivered.c.link_id == said.c.id)
        .outerjoin(renewal, renewal.c.renews_id == said.c.id)
        .where(sa.or_(in_force, provisional, is_new, ended, lapsed))
    )


@own_keys
def deliveries(ask: Ask) -> sa.Select[Any]:
    """One row a delivery of a day in the window that was confirmed, or settled, as far as known.

    Accepted volume in base units, ``value`` in đồng, 0 for wages; ``direct`` (1 or 0): to no middleman.
    """
    # The links come with all their deliveries, of the window and before: the figures of links need those.
    said, terms, step = reach.said_at(ask), terms_at(ask), steps_of(ask, reach.links_at(ask))
    return (
        sa.select(
            step.c.delivery_id.label("key"),
            *of_link(said, terms, rows_evidence.of_deliveries(step.c.delivery_id, said.c.evidence, ask)),
            step.c.on_date,
            step.c.state,
            step.c.accepted,
            _goods(said, step.c.value).label("value"),
            _flag(said.c.buyer_kind.not_in(MIDDLEMEN)).label("direct"),
        )
        .select_from(step)
        .join(said, said.c.id == step.c.link_id)
        .outerjoin(terms, terms.c.link_id == step.c.link_id)
        .where(ask.within(step.c.on_date))
    )


def of_link(
    link: sa.FromClause, terms: sa.FromClause, evidence: sa.ColumnElement[str] | None = None
) -> tuple[sa.ColumnElement[Any], ...]:
    """What every row of a link has: its two sides and the facts that figures group by. ``link`` is of
    ``reach.said_at``, ``terms`` are those of the day, ``evidence`` stands for the link's own.
    """
    return (
        link.c.id.label("link_id"),
        link.c.party_id,
        link.c.buyer_id,
        link.c.place_id,
        link.c.former_place_id,
        link.c.sector,
        link.c.product_id,
        link.c.unit,
        link.c.buyer_kind,
        link.c.destination,
        link.c.evidence if evidence is None else evidence,
        link.c.price_kind,
        terms.c.kind,
        terms.c.form,
        terms.c.contract,
    )


def _flag(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.case((condition, 1), else_=0)


def _goods(link: sa.FromClause, value: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    return sa.case((link.c.price_kind == "labour", 0), else_=value)
