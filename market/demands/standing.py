"""What stands already of a demand, agreed or asked, as a further plan has to heed it: who gives, goods in
which state, and what comes when. Read from the demand's inquiries and the lots behind them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.demands import candidates
from market.demands.plans import Line
from market.demands.progress import Progress
from market.inquiries import several
from market.inquiries.models import Inquiry, OfferLine
from market.links.models import Commitment, Link
from market.listings.models import Listing, Lot


@dataclass(frozen=True, slots=True)
class Standing:
    """Units by the product of which they give, the states of the goods by product, deliveries as lines."""

    units: Mapping[int, frozenset[int]] = field(default_factory=dict)
    states: Mapping[int, frozenset[str]] = field(default_factory=dict)
    coming: tuple[Line, ...] = ()

    @property
    def all_units(self) -> frozenset[int]:
        """Who gives anything."""
        return frozenset().union(*self.units.values())

    def goes_with(self, product_id: int, state: str) -> bool:
        """Whether goods in a state may be added: of the same product, and of others with the same states,
        only in the state of what stands.
        """
        for other_id, states in self.states.items():
            alike = product_id == other_id or _keys(state) in {_keys(one) for one in states}
            if alike and _keys(state) and state not in states:
                return False
        return True


NOTHING = Standing()


def _keys(state: str) -> tuple[str, ...]:
    return tuple(key for key, _ in json.loads(state))


def of(session: Session, done: Progress) -> Standing:
    """What the inquiries that are not over stand for today."""
    stand = [one for one in done.sent if one.volume and (one.is_agreed or one.is_open)]
    if not stand:
        return NOTHING
    units: dict[int, set[int]] = {}
    for one in stand:
        units.setdefault(one.product_id, set()).add(one.seller_id)
    described = catalogue.list_specs(session)
    states: dict[int, set[str]] = {}
    for product_id, offered in _goods(session, done):
        states.setdefault(product_id, set()).add(candidates.state_key(offered, described.get(product_id, ())))
    return Standing(
        units={product_id: frozenset(mine) for product_id, mine in units.items()},
        states={product_id: frozenset(mine) for product_id, mine in states.items()},
        coming=tuple(line for one in stand for line in one.days),
    )


def _goods(session: Session, done: Progress) -> list[tuple[int, Mapping[str, Any]]]:
    """Product and qualities of the lots that are taken, or of which an open inquiry would take."""
    agreed = [one.inquiry_id for one in done.sent if one.is_agreed]
    asked = [one.inquiry_id for one in done.sent if one.is_open]
    taken = (
        sa.select(Listing.product_id, Listing.spec, Lot.spec)
        .join(Lot, Lot.listing_id == Listing.id)
        .join(Commitment, Commitment.lot_id == Lot.id)
        .outerjoin(Link, Link.id == Commitment.link_id)
        .where(
            sa.func.coalesce(Link.inquiry_id, Commitment.inquiry_id).in_(agreed),
            Commitment.volume > Commitment.released,
        )
    )
    about = several.pairs(Inquiry.id.in_(asked))
    open_to = (
        sa.select(Listing.product_id, Listing.spec, Lot.spec)
        .join(Lot, Lot.listing_id == Listing.id)
        .join(about, about.c.listing_id == Listing.id)
        .join(Inquiry, Inquiry.id == about.c.inquiry_id)
        .join(OfferLine, OfferLine.offer_id == Inquiry.last_offer_id)
        .where(
            Lot.volume > Lot.committed,
            Lot.from_date <= OfferLine.to_date,
            Lot.to_date >= OfferLine.from_date,
        )
    )
    rows = [*session.execute(taken), *session.execute(open_to)]
    return [(product_id, {**said, **of_lot}) for product_id, said, of_lot in rows]
