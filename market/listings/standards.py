"""Which standards a listing shows: those its unit claims for it, and those an officer has verified for the
unit and the product. One SELECT for any number of listings; used by cards and by the index.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.catalogue.models import Product, Standard
from market.certificates.models import (
    Certificate,
    CertificateProduct,
    CertificateUnit,
    CertificateVerdict,
)
from market.listings.models import Listing, ListingStandard
from market.words import Named


@dataclass(frozen=True, slots=True)
class Held:
    """A standard of a listing; ``since`` and ``until`` speak of a verified certificate, None: open."""

    code: str
    name: Named
    stars: int
    verified: bool
    since: date | None = None
    until: date | None = None


def held_by(session: Session, ids: Iterable[int], *, on: date) -> Mapping[int, Sequence[Held]]:
    """The standards by listing, the catalogue's order; a verified one hides the same one claimed.

    A certificate counts from its first day until the day before it ends. Without products of its own it
    covers what the unit offers in the standard's sectors.
    """
    best: dict[int, dict[str, tuple[int, Held]]] = {}
    for row in session.execute(_held(), {"ids": list(ids), "on": on}):
        if not row.covered and row.sector not in row.sectors:
            continue
        held = Held(
            row.code,
            Named(row.name_vi, row.name_en),
            row.stars or 0,
            bool(row.verified),
            row.since,
            row.until,
        )
        of_listing = best.setdefault(row.listing_id, {})
        known = of_listing.get(row.code)
        if known is None or _lasts(held) > _lasts(known[1]):
            of_listing[row.code] = (row.position, held)
    return {
        listing_id: [held for _, held in sorted(found.values(), key=lambda pair: pair[0])]
        for listing_id, found in best.items()
    }


@cache
def _held() -> sa.CompoundSelect[Any]:
    """What is claimed for listings, and what is verified of their units. Put together once: that takes longer
    than running it.
    """
    wanted: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
    on = sa.bindparam("on", type_=sa.Date())
    what = (Standard.code, Standard.name_vi, Standard.name_en, Standard.stars, Standard.position)
    claimed = (
        sa.select(
            ListingStandard.listing_id,
            *what,
            sa.literal(0).label("verified"),
            sa.null().label("since"),
            sa.null().label("until"),
            sa.literal(1).label("covered"),
            Standard.sectors,
            sa.literal("").label("sector"),
        )
        .join(Standard, Standard.code == ListingStandard.standard_code)
        .where(ListingStandard.listing_id.in_(wanted))
    )
    covers = sa.exists().where(
        CertificateProduct.certificate_id == Certificate.id,
        CertificateProduct.product_id == Listing.product_id,
    )
    covers_some = sa.exists().where(CertificateProduct.certificate_id == Certificate.id)
    of_unit = sa.exists().where(
        CertificateUnit.certificate_id == Certificate.id, CertificateUnit.party_id == Listing.party_id
    )
    since = (
        sa.select(sa.func.max(CertificateVerdict.on_date))
        .where(CertificateVerdict.certificate_id == Certificate.id, CertificateVerdict.state == "verified")
        .scalar_subquery()
    )
    verified = (
        sa.select(
            Listing.id,
            *what,
            sa.literal(1),
            since,
            Certificate.valid_to,
            sa.case((covers, 1), else_=0),
            Standard.sectors,
            Product.sector_code,
        )
        .select_from(Listing)
        .join(Product, Product.id == Listing.product_id)
        .join(Certificate, sa.or_(Certificate.holder_id == Listing.party_id, of_unit))
        .join(Standard, Standard.code == Certificate.standard_code)
        .where(Listing.id.in_(wanted), valid_on(on), sa.or_(covers, sa.not_(covers_some)))
    )
    return sa.union_all(claimed, verified)


def valid_on(day: date | sa.BindParameter[date]) -> sa.ColumnElement[bool]:
    """The condition that a certificate is verified and holds on a day."""
    return sa.and_(
        Certificate.state == "verified",
        sa.or_(Certificate.valid_from.is_(None), Certificate.valid_from <= day),
        sa.or_(Certificate.valid_to.is_(None), Certificate.valid_to > day),
    )


def _lasts(held: Held) -> tuple[bool, date]:
    return held.verified, held.until or date.max
