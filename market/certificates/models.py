"""Certificates: OCOP stars, VietGAP, organic, indications, growing-area and pond codes. A certificate is
claimed by a unit, or by an officer for it, and verified by an officer who did not enter it; verdicts are
append-only rows.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Key, between, one_of

STATES = ("claimed", "verified", "refused", "ended", "suspended", "revoked")
#: Which state follows which. What is suspended may be taken up again, by a verdict like the first; nothing
#: else leads back: a paper that counts again is claimed anew.
ARROWS = {
    "claimed": ("verified", "refused"),
    "verified": ("ended", "suspended", "revoked"),
    "suspended": ("verified",),
}
#: It waits, or it counts.
OPEN_STATES = ("claimed", "verified")
#: On what an officer verifies; ``decision`` names the number of a decision on VietGAP, OCOP and the like.
GROUNDS = ("original", "issuer_list", "issuer_answer", "decision")
#: How many days before the end it is said.
WARNINGS = (60, 14)
#: The bound of an area, in square metres.
MOST_AREA = 10**12

#: One and the same paper is not entered twice for a unit while it waits or counts.
OPEN = text("state IN ('claimed', 'verified')")


class Certificate(Base):
    """A certificate or code: what it covers and until when. Hectares are kept in square metres.

    ``unit_id`` is the unit that it was entered for: it keeps the claim right, and its place says whose
    officers decide. ``valid_to`` is the first day on which it no longer counts. What was entered
    ``by_officer`` is marked until the unit says that it is right (``accepted_at``).
    """

    __tablename__ = "certificates"
    __table_args__ = (
        one_of("state", STATES),
        between("area_m2", 0, MOST_AREA),
        CheckConstraint("valid_from < valid_to", name="lasting"),
        Index(
            "uq_certificates_open",
            "unit_id",
            "standard_code",
            "number",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index("ix_certificates_due", "state", "valid_to"),
    )

    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    standard_code: Mapped[str] = mapped_column(ForeignKey("standards.code"), index=True)
    number: Mapped[str]
    issuer: Mapped[str | None]
    holder_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    area_m2: Mapped[int | None]
    sites: Mapped[str | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    state: Mapped[str] = mapped_column(default="claimed")
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by_officer: Mapped[bool] = mapped_column(default=False)
    accepted_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class CertificateUnit(Base):
    """A unit that the certificate covers (the holder may be a company)."""

    __tablename__ = "certificate_units"

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"), primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), primary_key=True, index=True)


class CertificateProduct(Base):
    """A product that the certificate covers."""

    __tablename__ = "certificate_products"

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), primary_key=True)


class CertificateVerdict(Base):
    """A step of a certificate's life: which state, by whom, from which day; a verification on which ground
    and under what number, anything else for what reason.
    """

    __tablename__ = "certificate_verdicts"
    __table_args__ = (
        one_of("state", STATES),
        one_of("ground", GROUNDS),
        UniqueConstraint("certificate_id", "recorded_at", "state"),
    )

    id: Mapped[Key]
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"), index=True)
    state: Mapped[str]
    ground: Mapped[str | None]
    reference: Mapped[str | None]
    reason: Mapped[str | None]
    on_date: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class CertificateWarning(Base):
    """That a certificate's end was said so many days before."""

    __tablename__ = "certificate_warnings"
    __table_args__ = (between("days", 1, 365),)

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"), primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    said_at: Mapped[datetime]
