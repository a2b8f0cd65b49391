"""Which standards a listing shows: those its unit claims for it, and those an officer has verified for the
unit and the product. They come with the listings' own rows, as two columns; used by cards and by the index.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.certificates.models import (
    Certificate,
    CertificateProduct,
    CertificateUnit,
    CertificateVerdict,
)
from market.db import among
from market.listings import reference
from market.listings.models import Listing, ListingStandard
from market.listings.reference import Reference
from market.words import Named

# Its table, since the ORM adds more to a SELECT than the database takes.
_LISTINGS = Listing.__table__
# Signs that stand in no code and no date.
_NEXT, _PART = ",", "|"


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
    """The standards by listing, as `read` gives them."""
    known = reference.current(session, on)
    rows = session.execute(_of_listings(), {"ids": list(ids), "on": on}).all()
    found = {
        row.id: read(row.claimed, row.verified, known.goods[row.product_id].sector, known) for row in rows
    }
    return {listing_id: held for listing_id, held in found.items() if held}


def read(claimed: str | None, verified: str | None, sector: str, known: Reference) -> tuple[Held, ...]:
    """The standards of a listing of a sector out of its two ``columns``, in the catalogue's order; a verified
    one hides the same one claimed, and of two verified ones the one that lasts longer counts.
    """
    best: dict[str, Held] = {}
    for code in claimed.split(_NEXT) if claimed else ():
        best[code] = Held(code, known.standards[code].name, known.standards[code].stars, verified=False)
    for text in verified.split(_NEXT) if verified else ():
        code, since, until, covered = text.split(_PART)
        standard = known.standards[code]
        if covered != "1" and sector not in standard.sectors:
            continue
        held = Held(code, standard.name, standard.stars, True, _day(since), _day(until))
        if code not in best or _lasts(held) > _lasts(best[code]):
            best[code] = held
    return tuple(sorted(best.values(), key=lambda held: known.standards[held.code].position))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def _of_listings() -> sa.Select[Any]:
    return sa.select(_LISTINGS.c.id, _LISTINGS.c.product_id, *columns()).where(among(_LISTINGS.c.id, "ids"))


def columns() -> tuple[sa.Label[str], sa.Label[str]]:
    """What is claimed for a listing and what is verified of its unit on the day ``on``, each as one text, so
    that it comes with the listing's own row. The SELECT is of the table of listings.

    A certificate counts from its first day until the day before it ends. Without products of its own it
    covers what the unit offers in the standard's sectors.
    """
    on = sa.bindparam("on", type_=sa.Date())
    listing = _LISTINGS.c
    claimed = (
        sa.select(sa.func.aggregate_strings(ListingStandard.standard_code, _NEXT))
        .where(ListingStandard.listing_id == listing.id)
        .correlate(_LISTINGS)
        .scalar_subquery()
    )
    products = sa.select(CertificateProduct.product_id).where(
        CertificateProduct.certificate_id == Certificate.id
    )
    covers = listing.product_id.in_(products)
    since = (
        sa.select(sa.func.max(CertificateVerdict.on_date))
        .where(CertificateVerdict.certificate_id == Certificate.id, CertificateVerdict.state == "verified")
        .scalar_subquery()
    )
    own = Certificate.__table__.alias()
    theirs = sa.union(
        sa.select(own.c.id).where(own.c.holder_id == listing.party_id).correlate(_LISTINGS),
        sa.select(CertificateUnit.certificate_id)
        .where(CertificateUnit.party_id == listing.party_id)
        .correlate(_LISTINGS),
    )
    parts = [
        Certificate.standard_code,
        sa.func.coalesce(sa.cast(since, sa.Text), ""),
        sa.func.coalesce(sa.cast(Certificate.valid_to, sa.Text), ""),
        sa.case((covers, "1"), else_="0"),
    ]
    written: Any = parts[0]
    for part in parts[1:]:
        written = written + _PART + part
    verified = (
        sa.select(sa.func.aggregate_strings(written, _NEXT))
        .where(Certificate.id.in_(theirs), valid_on(on), sa.or_(covers, ~products.exists()))
        .correlate(_LISTINGS)
        .scalar_subquery()
    )
    return claimed.label("claimed"), verified.label("verified")


def valid_on(day: date | sa.BindParameter[date]) -> sa.ColumnElement[bool]:
    """The condition that a certificate is verified and holds on a day."""
    return sa.and_(
        Certificate.state == "verified",
        sa.or_(Certificate.valid_from.is_(None), Certificate.valid_from <= day),
        sa.or_(Certificate.valid_to.is_(None), Certificate.valid_to > day),
    )


def _lasts(held: Held) -> tuple[bool, date]:
    return held.verified, held.until or date.max
