"""Certificates: OCOP stars, VietGAP, organic, indications, growing-area and pond codes. A certificate is
claimed by its holder and verified by an officer who did not enter it; verdicts are append-only rows.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Key, between, one_of

STATES = ("claimed", "verified", "refused", "ended", "suspended", "revoked")


class Certificate(Base):
    """A certificate or code: what it covers and until when. Hectares are kept in square metres."""

    __tablename__ = "certificates"
    __table_args__ = (one_of("state", STATES), between("area_m2", 0, 10**12))

    id: Mapped[Key]
    standard_code: Mapped[str] = mapped_column(ForeignKey("standards.code"), index=True)
    number: Mapped[str]
    issuer: Mapped[str | None]
    holder_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    area_m2: Mapped[int | None]
    sites: Mapped[str | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    state: Mapped[str] = mapped_column(default="claimed")
    file: Mapped[str | None]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]


class CertificateUnit(Base):
    """A unit that the certificate covers (the holder may be a company)."""

    __tablename__ = "certificate_units"

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"), primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), primary_key=True)


class CertificateProduct(Base):
    """A product that the certificate covers."""

    __tablename__ = "certificate_products"

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), primary_key=True)


class CertificateVerdict(Base):
    """A step of a certificate's life: which state, on what ground, by whom, from which day."""

    __tablename__ = "certificate_verdicts"
    __table_args__ = (one_of("state", STATES), UniqueConstraint("certificate_id", "recorded_at", "state"))

    id: Mapped[Key]
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"), index=True)
    state: Mapped[str]
    ground: Mapped[str | None]
    on_date: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
