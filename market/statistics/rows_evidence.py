"""On which evidence a row rests: how an agreement came about, and whether the unit itself stands behind it.
What an officer entered by phone or took in from a file counts under a group of its own until the unit has
confirmed it; what the unit has denied and nobody could take back stays there.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from market.assisted.models import AssistedEntry
from market.assisted.queries import AGREEING
from market.links.models import Link
from market.listings.models import Listing
from market.statistics.history import Ask

#: Entered by an officer, and not confirmed by the unit as far as known.
UNCONFIRMED = "unconfirmed"
#: A listing that the unit wrote itself, or has confirmed.
OWN = "own"


def of_links(ask: Ask) -> sa.ColumnElement[str]:
    """The evidence of a link: its origin, as long as each side's yes is its own."""
    return _evidence(Link.id.in_(_unconfirmed(AssistedEntry.link_id, AGREEING, ask)), Link.origin)


def of_deliveries(
    delivery_id: sa.ColumnElement[int], of_link: sa.ColumnElement[str], ask: Ask
) -> sa.ColumnElement[str]:
    """The evidence of a delivery: that of its link, as long as it was not recorded by phone itself."""
    recorded = delivery_id.in_(_unconfirmed(AssistedEntry.delivery_id, ("delivery",), ask))
    return _evidence(recorded, of_link)


def of_listings(ask: Ask) -> sa.ColumnElement[str]:
    """The evidence of a listing: the unit's own, or not confirmed by it."""
    return _evidence(
        Listing.id.in_(_unconfirmed(AssistedEntry.listing_id, ("listing",), ask)), sa.literal(OWN)
    )


def _evidence(unconfirmed: sa.ColumnElement[bool], known: Any) -> sa.ColumnElement[str]:
    return sa.case((unconfirmed, UNCONFIRMED), else_=known).label("evidence")


def _unconfirmed(column: Any, kinds: tuple[str, ...], ask: Ask) -> sa.Select[Any]:
    """What stands behind entries that no unit had confirmed before the moment."""
    open_ = sa.or_(AssistedEntry.state != "confirmed", AssistedEntry.answered_at >= ask.moment)
    known = AssistedEntry.made_at < ask.moment
    return sa.select(column).where(AssistedEntry.kind.in_(kinds), column.is_not(None), known, open_)
