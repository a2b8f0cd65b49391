"""The small tables of agreed terms: standards, seasons, the forms of linkage, the fields a unit works in.
Products and their qualities stand in models.py, which also hands these classes on; rows come from data/.
"""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Key, between, one_of

SCOPES = ("farm", "plant", "product")


class Standard(Base):
    """A standard, protected name or code that a certificate can attest; ``sectors`` lists where it is met."""

    __tablename__ = "standards"
    __table_args__ = (
        one_of("scope", SCOPES),
        between("stars", 1, 5),
        sa.CheckConstraint("is_ocop = (stars IS NOT NULL)", name="ocop_stars"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    name_vi: Mapped[str]
    name_en: Mapped[str]
    scope: Mapped[str]
    sectors: Mapped[list[str]]
    is_ocop: Mapped[bool]
    stars: Mapped[int | None]
    position: Mapped[int]


class Season(Base):
    """A growing season of one particular year or pair of years; ``ends_on`` is its last day."""

    __tablename__ = "seasons"
    __table_args__ = (sa.CheckConstraint("ends_on > starts_on", name="lasting"),)

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(unique=True)
    name_vi: Mapped[str]
    name_en: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]


class LinkageForm(Base):
    """One of the seven forms of linkage of Decree 98/2018/NĐ-CP, Article 4, by the parts that it covers."""

    __tablename__ = "linkage_forms"
    __table_args__ = (
        between("no", 1, 7),
        sa.UniqueConstraint("inputs", "production", "processing", "sale"),
    )

    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    inputs: Mapped[bool]
    production: Mapped[bool]
    processing: Mapped[bool]
    sale: Mapped[bool]
    name_vi: Mapped[str]
    name_en: Mapped[str]


class PartyField(Base):
    """What a collective unit does; ``pilot_code`` is the field it stands under in the table of pilots."""

    __tablename__ = "party_fields"

    code: Mapped[str] = mapped_column(primary_key=True)
    name_vi: Mapped[str]
    name_en: Mapped[str]
    pilot_code: Mapped[str | None]
    position: Mapped[int]
