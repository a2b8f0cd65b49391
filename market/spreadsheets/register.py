"""The register as an import compares with it and an export writes it: every unit as it stands today, in a few
SELECTs whatever their number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.parties.models import (
    UNIT_KINDS,
    Party,
    PartyContact,
    PartyMembers,
    PartyRating,
    PartyStatus,
    PilotDesignation,
    Representative,
    RepresentativePerson,
    UnitField,
    UnitSector,
)
from market.spreadsheets.lookups import Lookups


@dataclass(slots=True)
class Unit:
    """A collective unit as it stands; ``party`` is its row among ``Lookups.parties``."""

    party: Any
    phone: str | None = None
    email: str | None = None
    fields: list[str] = field(default_factory=list)
    sectors: list[str] = field(default_factory=list)
    pilots: list[str] = field(default_factory=list)
    ratings: dict[int, str] = field(default_factory=dict)
    associate: int = 0
    representative: str | None = None
    position: str | None = None
    first_known: date | None = None
    status_since: date | None = None


def units(session: Session, look: Lookups) -> dict[int, Unit]:
    """Every unit by its party's id."""
    today = clock.today()
    found = {row.id: Unit(row) for row in look.parties.values() if row.kind in UNIT_KINDS}
    is_unit = Party.kind.in_(UNIT_KINDS)

    def of(table: Any, *columns: Any) -> Iterable[tuple[Unit, Any]]:
        """The rows of a history up to today, in the order in which they came to hold."""
        rows = session.execute(
            sa.select(table.party_id, *columns)
            .join(Party, Party.id == table.party_id)
            .where(is_unit, table.on_date <= today)
            .order_by(table.on_date, table.recorded_at, table.id)
        )
        return ((found[row.party_id], row) for row in rows)

    contacts = sa.select(PartyContact.party_id, PartyContact.phone, PartyContact.email)
    for row in session.execute(contacts.join(Party, Party.id == PartyContact.party_id).where(is_unit)):
        found[row.party_id].phone, found[row.party_id].email = row.phone, row.email
    for unit, row in of(UnitField, UnitField.field, UnitField.works):
        _put(unit.fields, row.field, row.works)
    for unit, row in of(UnitSector, UnitSector.sector_code, UnitSector.holds):
        _put(unit.sectors, row.sector_code, row.holds)
    for unit, row in of(PilotDesignation, PilotDesignation.field, PilotDesignation.holds):
        _put(unit.pilots, row.field, row.holds)
    for unit, row in of(PartyRating, PartyRating.year, PartyRating.rating):
        unit.ratings[row.year] = row.rating
    for unit, row in of(PartyMembers, PartyMembers.associate):
        unit.associate = row.associate
    for unit, row in of(PartyStatus, PartyStatus.on_date):
        unit.first_known = unit.first_known or row.on_date
        unit.status_since = row.on_date
    heads = (
        sa.select(Representative.party_id, Representative.position, RepresentativePerson.name)
        .join(Party, Party.id == Representative.party_id)
        .outerjoin(RepresentativePerson, RepresentativePerson.representative_id == Representative.id)
        .where(
            is_unit,
            Representative.valid_from <= today,
            sa.or_(Representative.valid_to.is_(None), Representative.valid_to > today),
        )
        .order_by(Representative.valid_from, Representative.id)
    )
    for row in session.execute(heads):
        unit = found[row.party_id]
        unit.representative, unit.position = row.name, row.position
    return found


def _put(held: list[str], code: str, holds: bool) -> None:
    if code in held:
        held.remove(code)
    if holds:
        held.append(code)
