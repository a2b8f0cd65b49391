"""Reads of certificates: whose they are and who may decide on them, what a unit's page shows of them, what
stands behind a listing. How they bear on a listing's badges is told by listings/standards.py; a certificate
with all that it says is read by reading.py, the officers' list by desk.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.catalogue.models import Standard
from market.certificates.models import (
    WARNINGS,
    Certificate,
    CertificateProduct,
    CertificateUnit,
    CertificateVerdict,
)
from market.errors import NotFound
from market.events import EventRow
from market.parties import desk as register
from market.parties.models import Party
from market.words import Named

#: Ids of the places that an officer's duty covers; None is everywhere.
Places = tuple[int, ...] | None

#: What is said by whoever enters a certificate or changes what waits.
ENTERED = ("certificate.claimed", "certificate.edited")


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
    """The certificates that cover a unit on a day, verified ones first within each standard. What is only
    claimed is shown of the unit that claims it, and of no other that it would cover.
    """
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
            sa.or_(
                sa.and_(Certificate.state == "verified", sa.or_(Certificate.holder_id == party_id, covers)),
                sa.and_(Certificate.state == "claimed", Certificate.unit_id == party_id),
            ),
            *_holds(on),
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


def _holds(on: date) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        sa.or_(Certificate.valid_from.is_(None), Certificate.valid_from <= on),
        sa.or_(Certificate.valid_to.is_(None), Certificate.valid_to > on),
    )


@dataclass(frozen=True, slots=True)
class Proof:
    """A verified certificate behind a listing; ``checked_on``: when an officer verified it."""

    name: Named
    number: str
    issuer: str | None
    holder: str
    valid_to: date | None
    checked_on: date


def list_proofs(session: Session, *, party_id: int, product_id: int, sector: str, on: date) -> list[Proof]:
    """The verified certificates of a unit that cover a product of a sector on a day."""
    covered = sa.select(CertificateUnit.certificate_id).where(CertificateUnit.party_id == party_id)
    products = sa.select(CertificateProduct.product_id).where(
        CertificateProduct.certificate_id == Certificate.id
    )
    named = sa.literal(product_id).in_(products)
    checked = (
        sa.select(sa.func.max(CertificateVerdict.on_date))
        .where(CertificateVerdict.certificate_id == Certificate.id, CertificateVerdict.state == "verified")
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(
            Standard,
            Certificate.number,
            Certificate.issuer,
            Certificate.valid_to,
            Party.name.label("holder"),
            checked.label("checked_on"),
            named.label("named"),
        )
        .join(Standard, Standard.code == Certificate.standard_code)
        .join(Party, Party.id == Certificate.holder_id)
        .where(
            Certificate.state == "verified",
            sa.or_(Certificate.holder_id == party_id, Certificate.id.in_(covered)),
            sa.or_(named, ~products.exists()),
            *_holds(on),
        )
        .order_by(Standard.position, Certificate.id)
    )
    return [
        Proof(
            name=Named(row.Standard.name_vi, row.Standard.name_en),
            number=row.number,
            issuer=row.issuer,
            holder=row.holder,
            valid_to=row.valid_to,
            checked_on=row.checked_on,
        )
        for row in rows
        if row.named or sector in row.Standard.sectors
    ]


# --- one certificate ---


def certificate_for(session: Session, *, unit_id: int, certificate_id: int) -> Certificate:
    """The certificate if it was entered for this unit; ``NotFound`` for anybody else."""
    certificate = session.get(Certificate, certificate_id)
    if certificate is None or certificate.unit_id != unit_id:
        raise NotFound
    return certificate


def certificate_within(session: Session, *, places: Places, certificate_id: int) -> Certificate:
    """The certificate if the unit that it was entered for is in the officer's places; else ``NotFound``."""
    found = session.scalars(
        sa.select(Certificate)
        .join(Party, Party.id == Certificate.unit_id)
        .where(Certificate.id == certificate_id, register.within(places))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def is_within(session: Session, *, places: Places, unit_id: int) -> bool:
    """Whether a unit is in the officer's places."""
    found = sa.select(Party.id).where(Party.id == unit_id, register.within(places))
    return session.scalar(found) is not None


def all_within(session: Session, *, places: Places, certificate_id: int) -> bool:
    """Whether all units that it covers are in the officer's places."""
    outside = (
        sa.select(Party.id)
        .join(CertificateUnit, CertificateUnit.party_id == Party.id)
        .where(CertificateUnit.certificate_id == certificate_id, ~register.within(places))
    )
    return session.scalar(outside.limit(1)) is None


def entered_by(session: Session, certificate_id: int) -> frozenset[int | None]:
    """The ids of everybody who has entered or changed it."""
    return frozenset(
        session.scalars(
            sa.select(EventRow.user_id).where(
                EventRow.name.in_(ENTERED), EventRow.subject_id == certificate_id
            )
        )
    )


def unit_ids(session: Session, certificate_id: int) -> list[int]:
    """The ids of the units that it covers."""
    covered = sa.select(CertificateUnit.party_id).where(CertificateUnit.certificate_id == certificate_id)
    return list(session.scalars(covered.order_by(CertificateUnit.party_id)))


# --- how many ---


def ending() -> sa.ColumnElement[bool]:
    """The condition that a verified certificate has its end before it, and that this is said."""
    return sa.and_(
        Certificate.state == "verified",
        Certificate.valid_to <= clock.today() + timedelta(days=max(WARNINGS)),
    )


def count_waiting(session: Session, *, places: Places) -> tuple[int, int]:
    """How many certificates wait for the officer, and how many of the verified ones end soon."""
    waiting, soon = session.execute(
        sa.select(sa.func.count().filter(Certificate.state == "claimed"), sa.func.count().filter(ending()))
        .select_from(Certificate)
        .join(Party, Party.id == Certificate.unit_id)
        .where(register.within(places))
    ).one()
    return waiting, soon
