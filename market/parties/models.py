"""Parties: the legal identities on both sides of a trade, and the register of collective units by date.
What is counted (place, kind, status, fields, members, rating) is append-only: ``on_date`` says when it holds,
``recorded_at`` when we learned it; the current values on the party repeat the last of them.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Key, between, one_of

UNIT_KINDS = ("cooperative", "group", "union")
KINDS = (*UNIT_KINDS, "company", "household_business", "institution")
STATUSES = ("active", "suspended", "stopped", "dissolved")
STANDINGS = ("pending", "confirmed", "refused", "none")
FIELDS = (
    "rice",
    "shrimp",
    "aquaculture",
    "fishery_services",
    "agricultural_services",
    "handicraft",
    "rural_trades",
    "other",
)
BUYER_KINDS = (
    "collector",
    "depot",
    "processor",
    "exporter",
    "supermarket",
    "wholesaler",
    "kitchen",
    "store_chain",
    "cooperative",
    "other",
)
DESTINATIONS = ("province", "region", "domestic", "export", "unknown")
IDENTITY_LEVELS = ("none", "phone", "papers", "vneid")
RATINGS = ("good", "fair", "average", "weak", "unrated")
GROUNDS = ("law", "charter", "authority")


class Party(Base):
    """One legal identity. A party whose other side has no account has the standing ``none``."""

    __tablename__ = "parties"
    __table_args__ = (
        one_of("kind", KINDS),
        one_of("status", STATUSES),
        one_of("standing", STANDINGS),
        one_of("buyer_kind", BUYER_KINDS),
        one_of("identity_level", IDENTITY_LEVELS),
        between("members", 0, 10**7),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    name: Mapped[str]
    folded: Mapped[str]
    sort_key: Mapped[str] = mapped_column(index=True)
    tax_code: Mapped[str | None] = mapped_column(unique=True)
    registration_number: Mapped[str | None]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"), index=True)
    former_place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    buyer_kind: Mapped[str | None]
    destination: Mapped[str | None]
    standing: Mapped[str] = mapped_column(default="pending", index=True)
    status: Mapped[str] = mapped_column(default="active")
    members: Mapped[int | None]
    households: Mapped[int | None]
    identity_level: Mapped[str] = mapped_column(default="none")
    founded_on: Mapped[date | None]
    dissolved_on: Mapped[date | None]
    refusal: Mapped[str | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    @property
    def is_unit(self) -> bool:
        """A collective unit: it lists, answers and is counted."""
        return self.kind in UNIT_KINDS


class PartyContact(Base):
    """How to reach a party. Personal where the party is a person's: in a row of its own."""

    __tablename__ = "party_contacts"

    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), primary_key=True)
    phone: Mapped[str | None]
    email: Mapped[str | None]
    address: Mapped[str | None]


class Fact:
    """What every dated fact of the register carries."""

    id: Mapped[Key]
    on_date: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    source: Mapped[str | None]


class PartyName(Fact, Base):
    """The name from a day on."""

    __tablename__ = "party_names"
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    name: Mapped[str]


class PartyPlace(Fact, Base):
    """The place from a day on. ``former_place_id`` says the old commune of a unit placed in a new one."""

    __tablename__ = "party_places"
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    former_place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))


class PartyKind(Fact, Base):
    """The kind from a day on (a group may become a cooperative)."""

    __tablename__ = "party_kinds"
    __table_args__ = (one_of("kind", KINDS),)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    kind: Mapped[str]


class PartyStatus(Fact, Base):
    """The operating status from a day on. ``founding``: it is the first, and the day is known to be that on
    which the unit was founded, not merely entered.
    """

    __tablename__ = "party_statuses"
    __table_args__ = (one_of("status", STATUSES),)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    status: Mapped[str]
    founding: Mapped[bool] = mapped_column(default=False)


class PartyMembers(Fact, Base):
    """Members (official and associate) and households as reported for a day."""

    __tablename__ = "party_members"
    __table_args__ = (
        between("official", 0, 10**7),
        between("associate", 0, 10**7),
        between("households", 0, 10**7),
    )
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    official: Mapped[int]
    associate: Mapped[int] = mapped_column(default=0)
    households: Mapped[int | None]


class UnitField(Fact, Base):
    """A field that the unit works in from a day on (``works`` false: no longer)."""

    __tablename__ = "unit_fields"
    __table_args__ = (one_of("field", FIELDS), Index("ix_unit_fields_party", "party_id", "field"))
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    field: Mapped[str]
    works: Mapped[bool] = mapped_column(default=True)


class UnitSector(Fact, Base):
    """A sector of the unit's products from a day on (``holds`` false: no longer), as the register says it."""

    __tablename__ = "unit_sectors"
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    sector_code: Mapped[str] = mapped_column(ForeignKey("sectors.code"))
    holds: Mapped[bool] = mapped_column(default=True)


class PartyRating(Fact, Base):
    """The yearly rating (Circular 01/2020/TT-BKHĐT), score 0 to 100. ``reason``: why an officer found another
    class than the one that follows from the score, or why the unit is not rated.
    """

    __tablename__ = "party_ratings"
    __table_args__ = (one_of("rating", RATINGS), between("score", 0, 100))
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    year: Mapped[int]
    rating: Mapped[str]
    score: Mapped[int | None]
    reason: Mapped[str | None]


class PilotDesignation(Fact, Base):
    """A model unit for a field from a day on (``holds`` false: no longer)."""

    __tablename__ = "pilot_designations"
    __table_args__ = (one_of("field", FIELDS),)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    field: Mapped[str]
    holds: Mapped[bool] = mapped_column(default=True)


class Identity(Fact, Base):
    """A step of verifying who the party is: level, reference, when, by whom. No pictures are kept."""

    __tablename__ = "identities"
    __table_args__ = (one_of("level", IDENTITY_LEVELS),)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    level: Mapped[str]
    reference: Mapped[str | None]


class Representative(Base):
    """Who may bind the party and on what ground. Without ``authority`` a group agrees only provisionally."""

    __tablename__ = "representatives"
    __table_args__ = (one_of("ground", GROUNDS), UniqueConstraint("party_id", "user_id", "valid_from"))

    id: Mapped[Key]
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    position: Mapped[str | None]
    ground: Mapped[str]
    authority_number: Mapped[str | None]
    authority_date: Mapped[date | None]
    authority_file: Mapped[str | None]
    signed_through_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class RepresentativePerson(Base):
    """The representative's name, apart so that it can be erased."""

    __tablename__ = "representative_persons"

    representative_id: Mapped[int] = mapped_column(ForeignKey("representatives.id"), primary_key=True)
    name: Mapped[str]
