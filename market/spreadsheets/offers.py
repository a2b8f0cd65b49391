"""Listings and lots as an import compares with them and an export writes them, in a few SELECTs however many
there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.listings.models import Listing, ListingPrice, ListingStandard, Lot
from market.listings.pricing import PriceLine

#: So many ids go into one question.
AT_ONCE = 5_000

_LISTING = (
    Listing.id, Listing.party_id, Listing.product_id, Listing.title, Listing.description, Listing.grade,
    Listing.spec, Listing.state, Listing.price_kind, Listing.price_from, Listing.price_to, Listing.min_order,
    Listing.area_code, Listing.price_reference,
)  # fmt: skip


@dataclass(slots=True)
class Part:
    """A lot as it stands; volumes in base units."""

    id: int
    from_date: date
    to_date: date
    volume: int
    committed: int
    spec: dict[str, Any]

    @property
    def window(self) -> tuple[date, date]:
        return self.from_date, self.to_date


@dataclass(slots=True)
class Offer:
    """A listing as it stands; ``listing`` is its row."""

    listing: Any
    parts: list[Part] = field(default_factory=list)
    standards: list[str] = field(default_factory=list)
    #: The lines of a table of prices.
    prices: list[PriceLine] = field(default_factory=list)


def key_of(party_id: int, product_id: int, title: str) -> tuple[int, int, str]:
    """What tells listings apart in a file."""
    return party_id, product_id, " ".join(title.split()).casefold()


def offers_of(session: Session, party_ids: Iterable[int]) -> dict[tuple[int, int, str], list[Offer]]:
    """What these units offer and have not withdrawn, by ``key_of``; their lots by window."""
    found: dict[tuple[int, int, str], list[Offer]] = {}
    for some in chunks(sorted(set(party_ids))):
        for offer in _offers(session, Listing.party_id.in_(some)):
            row = offer.listing
            found.setdefault(key_of(row.party_id, row.product_id, row.title), []).append(offer)
    return found


def all_offers(session: Session) -> list[Offer]:
    """Whatever is offered and not withdrawn, in the order of its making."""
    return _offers(session, sa.true())


def _offers(session: Session, which: sa.ColumnElement[bool]) -> list[Offer]:
    chosen = sa.and_(Listing.state != "withdrawn", which)
    found = {
        row.id: Offer(row) for row in session.execute(sa.select(*_LISTING).where(chosen).order_by(Listing.id))
    }
    lots = (
        sa.select(Lot.listing_id, Lot.id, Lot.from_date, Lot.to_date, Lot.volume, Lot.committed, Lot.spec)
        .join(Listing, Listing.id == Lot.listing_id)
        .where(chosen)
        .order_by(Lot.from_date, Lot.id)
    )
    for listing_id, *lot in session.execute(lots):
        found[listing_id].parts.append(Part(*lot))
    standards = (
        sa.select(ListingStandard.listing_id, ListingStandard.standard_code)
        .join(Listing, Listing.id == ListingStandard.listing_id)
        .where(chosen)
        .order_by(ListingStandard.standard_code)
    )
    for listing_id, code in session.execute(standards):
        found[listing_id].standards.append(code)
    prices = (
        sa.select(ListingPrice.listing_id, ListingPrice.size_from, ListingPrice.size_to, ListingPrice.price)
        .join(Listing, Listing.id == ListingPrice.listing_id)
        .where(chosen)
        .order_by(ListingPrice.listing_id, ListingPrice.position)
    )
    for row in session.execute(prices):
        found[row.listing_id].prices.append(PriceLine(row.size_from, row.size_to, row.price))
    return list(found.values())


def chunks(ids: list[int]) -> Iterator[list[int]]:
    """The ids in as few questions as the databases take."""
    for begin in range(0, len(ids), AT_ONCE):
        yield ids[begin : begin + AT_ONCE]
