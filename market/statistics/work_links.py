"""The rows of the lists about agreements (worklists.py): about to end, past their last day, at risk, running
short. They tell how things are today, so they read the columns of today.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from market.links.models import Delivery, Link, LinkLine
from market.statistics.rows_trade import COUNTED, JUDGED_KINDS

#: So long before its last day an agreement is about to end.
SOON = timedelta(days=60)


def _of(volume: Any, rank: Any, *, subject: Any = Link.id) -> sa.Select[Any]:
    return sa.select(
        Link.seller_id.label("party_id"),
        subject.label("subject_id"),
        Link.product_id,
        Link.id.label("link_id"),
        volume.label("volume"),
        Link.from_date.label("first"),
        Link.to_date.label("last"),
        Link.place_id,
        Link.former_place_id,
        rank.label("rank"),
    ).where(Link.state == "active")


def _days_left(on: date) -> sa.ColumnElement[Any]:
    return sa.cast(sa.func.row_number().over(order_by=(Link.to_date, Link.id)), sa.BigInteger)


def ending(on: date) -> sa.Select[Any]:
    """Season and linkage agreements that end within ``SOON`` and that no agreement renews."""
    renewed = sa.select(Link.renews_id).where(Link.renews_id.is_not(None), Link.state != "lapsed")
    return _of(Link.volume, _days_left(on)).where(
        Link.kind.in_(JUDGED_KINDS),
        Link.to_date.between(on, on + SOON),
        Link.id.not_in(renewed),
    )


def overdue(on: date) -> sa.Select[Any]:
    """Agreements of any kind whose last day has passed and that nobody has closed, the longest past first."""
    return _of(Link.volume, _days_left(on)).where(Link.to_date < on)


def at_risk(on: date) -> sa.Select[Any]:
    """Agreements marked as at risk, those that end first first."""
    return _of(Link.volume, _days_left(on)).where(Link.at_risk.is_(True))


def short(on: date) -> sa.Select[Any]:
    """Agreements of which less was delivered than the lines whose days are over come to, less the tolerance
    (in hundredths of a per cent); ``volume`` is what is missing, most first.
    """
    due = (
        sa.select(LinkLine.link_id, sa.func.sum(LinkLine.volume).label("volume"))
        .join(Link, Link.id == LinkLine.link_id)
        .where(Link.state == "active", LinkLine.replaced_at.is_(None), LinkLine.to_date < on)
        .group_by(LinkLine.link_id)
        .subquery()
    )
    done = (
        sa.select(Delivery.link_id, sa.func.sum(Delivery.accepted).label("volume"))
        .join(Link, Link.id == Delivery.link_id)
        .where(Link.state == "active", Delivery.state.in_(COUNTED))
        .group_by(Delivery.link_id)
        .subquery()
    )
    delivered = sa.func.coalesce(done.c.volume, 0)
    missing = sa.cast(due.c.volume - delivered, sa.BigInteger)
    # Whole numbers on both sides: nothing is rounded.
    enough = due.c.volume * (10_000 - sa.func.coalesce(Link.tolerance, 0))
    return (
        _of(missing, -missing)
        .join(due, due.c.link_id == Link.id)
        .outerjoin(done, done.c.link_id == Link.id)
        .where(delivered * 10_000 < enough)
    )
