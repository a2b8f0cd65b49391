"""Keeping listings out of buyers' sight, letting them be seen again, blotting a person out of their words.
Only the rows, which search follows. Who decides so, why and what can be said against it is in moderation/.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import changes
from market.listings.models import Listing
from search import vietnamese


def set_hidden(session: Session, *, listing_ids: Collection[int], hidden: bool) -> list[int]:
    """Mark the listings, in the caller's transaction; gives the ids of those that were not so before."""
    moved = session.scalars(
        sa.update(Listing)
        .where(Listing.id.in_(listing_ids), Listing.hidden.is_not(hidden))
        .values(hidden=hidden)
        .returning(Listing.id),
        execution_options={"synchronize_session": "fetch"},
    ).all()
    changes.touch(session, changes.LISTING, moved)
    return sorted(moved)


def reword(session: Session, listing: Listing, *, title: str, description: str) -> None:
    """Put other words for those that named somebody; what is searched in goes with them."""
    listing.title, listing.description = title, description
    listing.folded = vietnamese.fold(f"{title} {description}")
    listing.version += 1
    changes.touch(session, changes.LISTING, [listing.id])
