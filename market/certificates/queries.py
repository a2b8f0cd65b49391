"""Reads of certificates: what a unit's page shows of them. How they bear on a listing is told by
listings/standards.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.catalogue.models import Standard
from market.certificates.models import Certificate, CertificateUnit
from market.words import Named


@dataclass(frozen=True, slots=True)
class HeldCertificate:
    """A certificate on a page: ``verified`` by an officer, or only claimed."""

    standard: str
    name: Named
    number: str
    issuer: str | None
    verified: bool
    valid_to: date | None


def list_held(session: Session, *, party_id: int, on: date) -> list[HeldCertificate]:
    """The certificates that cover a unit on a day, verified ones first within each standard."""
    covers = sa.exists().where(
        CertificateUnit.certificate_id == Certificate.id, CertificateUnit.party_id == party_id
    )
    rows = session.execute(
        sa.select(
            Certificate.standard_code,
            Standard.name_vi,
            Standard.name_en,
            Certificate.number,
            Certificate.issuer,
            Certificate.state,
            Certificate.valid_to,
        )
        .join(Standard, Standard.code == Certificate.standard_code)
        .where(
            sa.or_(Certificate.holder_id == party_id, covers),
            Certificate.state.in_(("verified", "claimed")),
            sa.or_(Certificate.valid_from.is_(None), Certificate.valid_from <= on),
            sa.or_(Certificate.valid_to.is_(None), Certificate.valid_to > on),
        )
        .order_by(Standard.position, Certificate.state.desc(), Certificate.id)
    )
    return [
        HeldCertificate(
            standard=row.standard_code,
            name=Named(row.name_vi, row.name_en),
            number=row.number,
            issuer=row.issuer,
            verified=row.state == "verified",
            valid_to=row.valid_to,
        )
        for row in rows
    ]
