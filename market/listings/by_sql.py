"""The search without the index: the same filters by plain SQL, words anywhere in listing, product or unit, no
ranking and no facet counts. For the time in which the index does not answer.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.catalogue.models import Product, Standard
from market.listings import queries
from market.listings.models import Listing, ListingStandard, Lot
from market.listings.queries import shown
from market.parties.models import Party
from market.places import queries as places
from search import words
from search.query import Page, Query
from search.words import Wanted

#: What only the index knows of a listing: these kinds of ``search.reading`` narrow nothing here.
UNKNOWN = ("size", "broken")


def find(session: Session, query: Query, *, on: date) -> Page:
    """The page of hits; sizes and shares of broken grains, which only the index knows, do not narrow it."""
    conditions = [shown(), *(_held(one) for one in words.asked(query).wanted)]
    if query.sectors:
        conditions.append(Product.sector_code.in_(query.sectors))
    if query.products:
        conditions.append(Product.slug.in_(query.products))
    if query.places:
        covering = [places.resolve(session, text=key, on=on).id for key in query.places]
        conditions.append(sa.or_(*(Party.place_id.in_(places.covered_by(place_id)) for place_id in covering)))
    if query.standards:
        conditions.append(
            Listing.id.in_(
                sa.select(ListingStandard.listing_id).where(
                    ListingStandard.standard_code.in_(query.standards)
                )
            )
        )
    if query.ocop_min:
        conditions.append(
            Listing.id.in_(
                sa.select(ListingStandard.listing_id)
                .join(Standard, Standard.code == ListingStandard.standard_code)
                .where(Standard.stars >= query.ocop_min)
            )
        )
    if query.price_max is not None:
        conditions.append(Listing.price_from <= query.price_max)
    left = (
        sa.select(sa.func.coalesce(sa.func.sum(Lot.volume - Lot.committed), 0))
        .where(Lot.listing_id == Listing.id, Lot.to_date >= on)
        .scalar_subquery()
    )
    if query.volume_min is not None:
        conditions.append(left >= query.volume_min)
    if query.months:
        spans = [_days_of(month) for month in query.months]
        meets = [sa.and_(Lot.from_date <= last, Lot.to_date >= first) for first, last in spans]
        conditions.append(
            sa.exists().where(
                Lot.listing_id == Listing.id, Lot.to_date >= on, Lot.volume > Lot.committed, sa.or_(*meets)
            )
        )
    order = {
        "price": (Listing.price_from.is_(None), Listing.price_from),
        "volume": (left.desc(),),
    }.get(query.sort, (Listing.published_at.desc(),))
    chosen = (
        sa.select(Listing.id)
        .join(Party, Party.id == Listing.party_id)
        .join(Product, Product.id == Listing.product_id)
        .where(*conditions)
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0
    ids = session.scalars(chosen.order_by(*order, Listing.id).limit(query.limit).offset(query.offset)).all()
    return Page(ids=tuple(ids), total=total)


def _held(wanted: Wanted) -> sa.ColumnElement[bool]:
    """A term of the question in one of its ways."""
    ways: list[Any] = [
        sa.and_(*queries.folded_matches([folded for _, folded in spelling])) for spelling in wanted.spellings
    ]
    if wanted.products:
        ways.append(Product.slug.in_(wanted.products))
    return sa.or_(*ways)


def _days_of(month: str) -> tuple[date, date]:
    year, number = (int(part) for part in month.split("-"))
    first = date(year, number, 1)
    following = date(year + number // 12, number % 12 + 1, 1)
    return first, date.fromordinal(following.toordinal() - 1)
