"""A certificate with all that it says, covers and has been through, as its unit and officers read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from market.catalogue.models import Product, Standard
from market.certificates.models import (
    Certificate,
    CertificateProduct,
    CertificateUnit,
    CertificateVerdict,
)
from market.parties.models import Party
from market.words import Named


@dataclass(frozen=True, slots=True)
class Verdict:
    """A step of a certificate's life; ``by`` is the id of who took it, None: the clock."""

    state: str
    ground: str | None
    reference: str | None
    reason: str | None
    on_date: date
    recorded_at: datetime
    by: int | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A certificate as its unit and officers read it. ``area_m2`` in square metres; ``marked``: an officer
    entered it and the unit has not said yet that it is right.
    """

    id: int
    version: int
    standard: str
    name: Named
    number: str
    issuer: str | None
    unit_id: int
    unit: str
    unit_code: str
    holder_id: int
    holder: str
    holder_code: str
    area_m2: int | None
    sites: str | None
    valid_from: date | None
    valid_to: date | None
    state: str
    by_officer: bool
    marked: bool
    units: tuple[tuple[str, str], ...]  # code and name, besides the unit
    products: tuple[tuple[str, Named], ...]  # slug and name
    verdicts: tuple[Verdict, ...]  # the latest first

    @property
    def last(self) -> Verdict | None:
        """The latest step."""
        return self.verdicts[0] if self.verdicts else None


def list_of_unit(session: Session, *, party_id: int) -> list[Shown]:
    """All certificates entered for a unit, and the verified ones of others that cover it; what waits or
    counts first, the newest first.
    """
    covered = sa.select(CertificateUnit.certificate_id).where(CertificateUnit.party_id == party_id)
    alive = sa.case((Certificate.state.in_(("claimed", "verified")), 0), else_=1)
    chosen = (
        sa.select(Certificate.id)
        .where(
            sa.or_(
                Certificate.unit_id == party_id,
                sa.and_(Certificate.state == "verified", Certificate.id.in_(covered)),
            )
        )
        .order_by(alive, Certificate.id.desc())
    )
    return read(session, list(session.scalars(chosen)))


def read(session: Session, ids: Iterable[int]) -> list[Shown]:
    """These certificates in this order, whatever there is of them, in four SELECTs."""
    order = {one: position for position, one in enumerate(ids)}
    unit, holder = aliased(Party), aliased(Party)
    rows = session.execute(
        sa.select(Certificate, Standard, unit.name, unit.code, holder.name, holder.code)
        .join(Standard, Standard.code == Certificate.standard_code)
        .join(unit, unit.id == Certificate.unit_id)
        .join(holder, holder.id == Certificate.holder_id)
        .where(Certificate.id.in_(order))
    ).all()
    units = _by_certificate(
        session,
        sa.select(CertificateUnit.certificate_id, Party.id, Party.code, Party.name)
        .join(Party, Party.id == CertificateUnit.party_id)
        .where(CertificateUnit.certificate_id.in_(order))
        .order_by(Party.sort_key, Party.id),
    )
    products = _by_certificate(
        session,
        sa.select(CertificateProduct.certificate_id, Product.slug, Product.name_vi, Product.name_en)
        .join(Product, Product.id == CertificateProduct.product_id)
        .where(CertificateProduct.certificate_id.in_(order))
        .order_by(Product.position),
    )
    verdicts = _by_certificate(
        session,
        sa.select(
            CertificateVerdict.certificate_id,
            CertificateVerdict.state,
            CertificateVerdict.ground,
            CertificateVerdict.reference,
            CertificateVerdict.reason,
            CertificateVerdict.on_date,
            CertificateVerdict.recorded_at,
            CertificateVerdict.recorded_by,
        )
        .where(CertificateVerdict.certificate_id.in_(order))
        .order_by(CertificateVerdict.id.desc()),
    )
    found = [
        Shown(
            id=one.id,
            version=one.version,
            standard=standard.code,
            name=Named(standard.name_vi, standard.name_en),
            number=one.number,
            issuer=one.issuer,
            unit_id=one.unit_id,
            unit=unit_name,
            unit_code=unit_code,
            holder_id=one.holder_id,
            holder=holder_name,
            holder_code=holder_code,
            area_m2=one.area_m2,
            sites=one.sites,
            valid_from=one.valid_from,
            valid_to=one.valid_to,
            state=one.state,
            by_officer=one.by_officer,
            marked=one.by_officer and one.accepted_at is None,
            units=tuple(
                (code, name) for party_id, code, name in units.get(one.id, ()) if party_id != one.unit_id
            ),
            products=tuple((slug, Named(vi, en)) for slug, vi, en in products.get(one.id, ())),
            verdicts=tuple(Verdict(*values) for values in verdicts.get(one.id, ())),
        )
        for one, standard, unit_name, unit_code, holder_name, holder_code in rows
    ]
    return sorted(found, key=lambda shown: order[shown.id])


def _by_certificate(
    session: Session, chosen: sa.Select[*tuple[Any, ...]]
) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = {}
    for certificate_id, *values in session.execute(chosen):
        found.setdefault(certificate_id, []).append(tuple(values))
    return found
