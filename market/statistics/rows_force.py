"""Agreements by the days on which they were in force. What counts as a linkage in the province's figures is
decided here, once: in force, with a form of Decree 98/2018/NĐ-CP and a written contract.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from market.catalogue import areas
from market.links.models import IN_FORCE
from market.statistics import reach
from market.statistics.definition import own_keys
from market.statistics.history import Ask, held_within, met, shared
from market.statistics.rows_trade import of_link, states_of, terms_at, terms_of


@shared
def within(ask: Ask) -> sa.CTE:
    """Each link that was in force on some day of the window (``link_id``); ``linked`` (1 or 0): on one of
    those days its terms had a form of Decree 98/2018/NĐ-CP and a contract.

    In force: from the day the link became active to the day it ended, whatever its schedule.
    """
    state, terms = states_of(ask), terms_of(ask)
    linked = sa.case((sa.and_(terms.c.form.is_not(None), terms.c.contract != "none"), 1), else_=0)
    return (
        sa.select(state.c.link_id, sa.func.max(linked).label("linked"))
        .select_from(state)
        .outerjoin(
            terms,
            sa.and_(terms.c.link_id == state.c.link_id, held_within(terms, ask), met(state, terms)),
        )
        .where(state.c.state.in_(IN_FORCE), held_within(state, ask), sa.literal(ask.start <= ask.day))
        .group_by(state.c.link_id)
        .cte()
    )


@own_keys
def links(ask: Ask) -> sa.Select[Any]:
    """One row a link that was in force on some day of the window, at its own place, with the terms that held
    at the end: ``volume`` in base units, ``area_m2`` with its base, ``households``; 0 where unsaid.
    """
    held = in_force(ask)
    return sa.select(held.c.link_id.label("key"), *held.c)


def buyers(ask: Ask) -> sa.Select[Any]:
    """The same rows under the key of the buyer."""
    held = in_force(ask)
    return sa.select(held.c.buyer_id.label("key"), *held.c)


@shared
def in_force(ask: Ask) -> sa.CTE:
    """These rows, without a key."""
    said, force, terms = reach.said_at(ask), within(ask), terms_at(ask)
    return (
        sa.select(
            *of_link(said, terms),
            force.c.linked,
            sa.func.coalesce(terms.c.volume, 0).label("volume"),
            sa.func.coalesce(terms.c.area_m2, 0).label("area_m2"),
            # An area whose base nobody has said is measured as usual for the goods.
            sa.func.coalesce(terms.c.area_base, _usual_base(said)).label("area_base"),
            sa.func.coalesce(terms.c.households, 0).label("households"),
        )
        .select_from(said)
        .join(force, force.c.link_id == said.c.id)
        .outerjoin(terms, terms.c.link_id == said.c.id)
        .cte()
    )


def _usual_base(said: sa.FromClause) -> sa.ColumnElement[str]:
    return sa.case(areas.OF_SECTORS, value=said.c.sector, else_=areas.OTHERWISE)
