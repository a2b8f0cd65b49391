"""Reads of parties: one by its id or code, whether it may bind itself, its fields, place and representative
as they are now. The search over units that anybody may use is in units.py, what officers see in desk.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.catalogue.models import PartyField
from market.errors import NotFound
from market.parties.models import (
    Party,
    PartyContact,
    Representative,
    RepresentativePerson,
    UnitField,
)
from market.places import queries as places
from market.places.models import PlaceSuccession
from market.words import Named


def get_party(session: Session, party_id: int) -> Party:
    """The party with this id; refuses NotFound."""
    party = session.get(Party, party_id)
    if party is None:
        raise NotFound
    return party


def find_by_code(session: Session, code: str) -> Party | None:
    """The party with this code."""
    return session.scalars(sa.select(Party).where(Party.code == code)).one_or_none()


def find_by_tax_code(session: Session, tax_code: str) -> Party | None:
    """The party with this tax code, in the register or only known to it."""
    return session.scalars(sa.select(Party).where(Party.tax_code == tax_code)).one_or_none()


def get_by_code(session: Session, code: str) -> Party:
    """The party with this code; refuses NotFound."""
    party = find_by_code(session, code)
    if party is None:
        raise NotFound
    return party


def may_bind_fully(session: Session, *, party_id: int, on: date) -> bool:
    """Whether an acceptance of this party holds at once.

    A group is no legal person (Law on Cooperatives 2023): it needs a representative with the members' written
    authority on that day, or a cooperative that signs for it; else its agreement is provisional.
    """
    kind = session.scalar(sa.select(Party.kind).where(Party.id == party_id))
    if kind != "group":
        return True
    found = session.scalar(
        sa.select(Representative.id)
        .where(
            Representative.party_id == party_id,
            Representative.valid_from <= on,
            sa.or_(Representative.valid_to.is_(None), Representative.valid_to > on),
            sa.or_(Representative.ground == "authority", Representative.signed_through_id.is_not(None)),
        )
        .limit(1)
    )
    return found is not None


def fields_of(session: Session, party_ids: Iterable[int]) -> dict[int, list[str]]:
    """The fields that units work in today, by party, in the catalogue's order."""
    works: dict[tuple[int, str], bool] = {}
    for row in session.execute(
        sa.select(UnitField.party_id, UnitField.field, UnitField.works)
        .where(UnitField.party_id.in_(list(party_ids)), UnitField.on_date <= clock.today())
        .order_by(UnitField.on_date, UnitField.recorded_at, UnitField.id)
    ):
        works[row.party_id, row.field] = row.works
    order = {code: position for position, code in enumerate(field_names(session))}
    found: dict[int, list[str]] = {}
    for party_id, field in sorted(works, key=lambda pair: order.get(pair[1], 99)):
        if works[party_id, field]:
            found.setdefault(party_id, []).append(field)
    return found


def field_names(session: Session) -> dict[str, Named]:
    """The fields of work by code, in the catalogue's order."""
    rows = session.execute(
        sa.select(PartyField.code, PartyField.name_vi, PartyField.name_en).order_by(PartyField.position)
    )
    return {row.code: Named(row.name_vi, row.name_en) for row in rows}


@dataclass(frozen=True, slots=True)
class PlaceToday:
    """A party's place as it is called now, and the old one where they differ."""

    name: str
    key: str
    former: str | None


def places_today(session: Session, place_ids: Iterable[int]) -> dict[int, PlaceToday]:
    """By place id, in two SELECTs: the place itself, or the one that took over its land."""
    today, wanted = clock.today(), set(place_ids)
    heirs = dict(
        session.execute(
            sa.select(PlaceSuccession.old_id, PlaceSuccession.new_id).where(
                PlaceSuccession.old_id.in_(wanted), PlaceSuccession.on_date <= today
            )
        ).all()
    )
    names = places.names_of(session, wanted | set(heirs.values()), on=today)
    found = {}
    for place_id in wanted & names.keys():
        name, heir = names[place_id], names.get(heirs.get(place_id, 0))
        former = f"{name.name}, {name.parent_name}" if name.parent_name else name.name
        found[place_id] = (
            PlaceToday(heir.name, heir.key, former) if heir else PlaceToday(name.name, name.key, None)
        )
    return found


@dataclass(frozen=True, slots=True)
class Head:
    """Who represents a party today."""

    name: str | None
    position: str | None
    ground: str
    authority_number: str | None
    authority_date: date | None


def current_representative(session: Session, *, party_id: int) -> Head | None:
    """The representative named last whose time has not ended."""
    today = clock.today()
    row = session.execute(
        sa.select(
            RepresentativePerson.name,
            Representative.position,
            Representative.ground,
            Representative.authority_number,
            Representative.authority_date,
        )
        .outerjoin(RepresentativePerson, RepresentativePerson.representative_id == Representative.id)
        .where(
            Representative.party_id == party_id,
            Representative.valid_from <= today,
            sa.or_(Representative.valid_to.is_(None), Representative.valid_to > today),
        )
        .order_by(Representative.valid_from.desc(), Representative.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    return Head(row.name, row.position, row.ground, row.authority_number, row.authority_date)


def contact_of(session: Session, *, party_id: int) -> PartyContact | None:
    """How to reach the party itself."""
    return session.get(PartyContact, party_id)
