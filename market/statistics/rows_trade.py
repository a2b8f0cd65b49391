"""The rows of trade: links with their states and terms, and deliveries. Place, sector, product, buyer kind
and evidence are those copied to the link when it was made. The definitions are in indicators.py.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from market.catalogue.models import Product
from market.links.models import IN_FORCE, Delivery, DeliveryState, Link, LinkState, LinkTerms
from market.statistics.history import Ask, known, latest

#: A delivery counts once the other side, or an officer, has said yes to it.
COUNTED = ("confirmed", "settled")
#: How a link ends that was once in force.
FINISHED = ("fulfilled", "short", "ended_early")
#: The kinds whose keeping is judged; a spot sale is over with its delivery.
JUDGED_KINDS = ("season", "linkage")


def links(ask: Ask) -> sa.Select[Any]:
    """One row a link that is in force on the day, became active within the window, or ended within it.

    Flags (1 or 0): ``in_force``, ``is_new`` (its first day as active lies in the window), ``judged`` (a
    season or linkage link that ended in the window, not by force majeure). Terms are those that held on the
    day, amendments included. Volumes in base units; ``value`` in đồng, 0 for wages (the goods are not
    sold). ``delivered``: what had been delivered and confirmed by the day, over the link's whole life.
    """
    state = latest(LinkState.link_id, LinkState.state, LinkState.on_date, LinkState.force_majeure, ask=ask)
    terms = latest(
        LinkTerms.link_id,
        LinkTerms.kind,
        LinkTerms.form,
        LinkTerms.contract,
        LinkTerms.volume,
        LinkTerms.value,
        ask=ask,
    )
    first = (
        sa.select(LinkState.link_id, sa.func.min(LinkState.on_date).label("on_date"))
        .where(LinkState.state == "active", known(LinkState, ask))
        .group_by(LinkState.link_id)
        .subquery()
    )
    step = latest(DeliveryState.delivery_id, DeliveryState.state, DeliveryState.accepted, ask=ask)
    delivered = (
        sa.select(Delivery.link_id, sa.func.sum(step.c.accepted).label("accepted"))
        .join(step, step.c.delivery_id == Delivery.id)
        .where(step.c.state.in_(COUNTED))
        .group_by(Delivery.link_id)
        .subquery()
    )
    in_force = state.c.state.in_(IN_FORCE)
    is_new = sa.and_(first.c.on_date.is_not(None), ask.within(first.c.on_date))
    ended = sa.and_(state.c.state.in_(FINISHED), ask.within(state.c.on_date))
    judged = sa.and_(ended, terms.c.kind.in_(JUDGED_KINDS), state.c.force_majeure.is_(False))
    return (
        sa.select(
            Link.id.label("key"),
            *_of_link(terms),
            first.c.on_date,
            state.c.state,
            _flag(in_force).label("in_force"),
            _flag(is_new).label("is_new"),
            _flag(judged).label("judged"),
            sa.func.coalesce(terms.c.volume, 0).label("volume"),
            _goods(sa.func.coalesce(terms.c.value, 0)).label("value"),
            sa.func.coalesce(delivered.c.accepted, 0).label("delivered"),
        )
        .select_from(Link)
        .join(Product, Product.id == Link.product_id)
        .join(state, state.c.link_id == Link.id)
        .outerjoin(terms, terms.c.link_id == Link.id)
        .outerjoin(first, first.c.link_id == Link.id)
        .outerjoin(delivered, delivered.c.link_id == Link.id)
        .where(sa.or_(in_force, is_new, ended))
    )


def deliveries(ask: Ask) -> sa.Select[Any]:
    """One row a delivery of a day in the window that was confirmed, or settled, as far as known.

    Accepted volume in base units, ``value`` in đồng, 0 for wages.
    """
    step = latest(
        DeliveryState.delivery_id,
        DeliveryState.state,
        DeliveryState.on_date,
        DeliveryState.accepted,
        DeliveryState.value,
        ask=ask,
    )
    terms = latest(LinkTerms.link_id, LinkTerms.kind, LinkTerms.form, LinkTerms.contract, ask=ask)
    return (
        sa.select(
            Delivery.id.label("key"),
            *_of_link(terms),
            step.c.on_date,
            step.c.state,
            step.c.accepted,
            _goods(step.c.value).label("value"),
        )
        .select_from(Delivery)
        .join(step, step.c.delivery_id == Delivery.id)
        .join(Link, Link.id == Delivery.link_id)
        .join(Product, Product.id == Link.product_id)
        .outerjoin(terms, terms.c.link_id == Link.id)
        .where(step.c.state.in_(COUNTED), ask.within(step.c.on_date))
    )


def _of_link(terms: sa.Subquery) -> tuple[sa.ColumnElement[Any], ...]:
    return (
        Link.id.label("link_id"),
        Link.seller_id.label("party_id"),
        Link.buyer_id.label("buyer_id"),
        Link.place_id.label("place_id"),
        Link.former_place_id.label("former_place_id"),
        Link.sector_code.label("sector"),
        Link.product_id.label("product_id"),
        Product.unit.label("unit"),
        Link.buyer_kind.label("buyer_kind"),
        Link.destination.label("destination"),
        Link.origin.label("evidence"),
        Link.price_kind.label("price_kind"),
        terms.c.kind.label("kind"),
        terms.c.form.label("form"),
        terms.c.contract.label("contract"),
    )


def _flag(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.case((condition, 1), else_=0)


def _goods(value: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    return sa.case((Link.price_kind == "labour", 0), else_=value)
