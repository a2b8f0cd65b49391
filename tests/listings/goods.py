"""Listings for the tests of this folder: one lot each, of goods that suit what a test is about."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from market import clock
from market.certificates.models import Certificate, CertificateUnit, CertificateVerdict
from market.listings.models import Listing
from tests import trade
from tests.make import Side


def make_listing(
    session: Session,
    unit: Side,
    *,
    product: str = "gao-st25",
    volume: int | None = 12_000_000,
    from_date: date | None = None,
    to_date: date | None = None,
    publish: bool = True,
    **changes: Any,
) -> Listing:
    """A listing of a unit with one lot (none with ``volume=None``, and then it stays a draft)."""
    today = clock.today()
    listing, _ = trade.make_listing(
        session,
        unit,
        product=product,
        volumes=() if volume is None else (volume,),
        window=(from_date or today, to_date or today + timedelta(days=60)),
        publish=publish and volume is not None,
        **{"title": "Gạo thơm vụ mới", "price_from": 18_500, **changes},
    )
    return listing


def make_certificate(
    session: Session, unit: Side, standard: str, *, state: str = "verified", valid_to: date | None = None
) -> Certificate:
    """A certificate of a unit for all that it offers, with its verdict."""
    found = Certificate(
        unit_id=unit.party.id,
        standard_code=standard,
        number=f"{standard}/2026",
        holder_id=unit.party.id,
        valid_from=clock.today(),
        valid_to=valid_to,
        state=state,
        created_at=clock.now(),
    )
    session.add(found)
    session.flush()  # the rows below point to it
    session.add(CertificateUnit(certificate_id=found.id, party_id=unit.party.id))
    session.add(
        CertificateVerdict(
            certificate_id=found.id, state=state, on_date=clock.today(), recorded_at=clock.now()
        )
    )
    session.commit()
    return found
