"""Reads of parties: one by its id or code, whether it may bind itself, and the search over units that anybody
may use. What officers see of it is in desk.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.catalogue.models import PartyField
from market.errors import MarketError, NotFound
from market.parties.models import (
    UNIT_KINDS,
    Party,
    PartyContact,
    Representative,
    RepresentativePerson,
    UnitField,
)
from market.places import queries as places
from market.words import Named
from search import vietnamese

PAGE_SIZE = 24


def get_party(session: Session, party_id: int) -> Party:
    """The party with this id; refuses NotFound."""
    party = session.get(Party, party_id)
    if party is None:
        raise NotFound
    return party


def find_by_code(session: Session, code: str) -> Party | None:
    """The party with this code."""
    return session.scalars(sa.select(Party).where(Party.code == code)).one_or_none()


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
class UnitCard:
    """A unit in a list."""

    code: str
    name: str
    kind: str
    status: str
    place: str
    fields: list[Named]
    members: int | None


@dataclass(frozen=True, slots=True)
class UnitPage:
    """A unit as anybody may see it."""

    id: int
    code: str
    name: str
    kind: str
    status: str
    standing: str
    place: str
    place_key: str
    former_place: str | None
    fields: list[Named]
    members: int | None
    households: int | None
    founded_on: date | None
    dissolved_on: date | None
    identity_level: str
    representative: str | None
    position: str | None
    is_demo: bool


@dataclass(frozen=True, slots=True)
class UnitSearch:
    """What somebody looks for among the units; ``place`` is a key as ``places.resolve`` reads it."""

    text: str = ""
    place: str = ""
    field: str = ""
    kind: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class UnitsFound:
    """A page of units, how many there are in all, and how many of each kind without regard to the kind asked."""

    cards: list[UnitCard]
    total: int
    by_kind: dict[str, int]


def public_units() -> sa.ColumnElement[bool]:
    """The condition that anybody may see the party as a unit of the register."""
    return sa.and_(Party.kind.in_(UNIT_KINDS), Party.standing == "confirmed")


def in_place(place_id: int) -> sa.ColumnElement[bool]:
    """The condition that a party is within a place: where it is entered, or where it was before the reform."""
    covered = places.covered_by(place_id)
    return sa.or_(Party.place_id.in_(covered), Party.former_place_id.in_(covered))


def search_units(session: Session, wanted: UnitSearch) -> UnitsFound:
    """Units by words of their name or by code, by place (all below it), field and kind, in alphabetical order.

    A place that cannot be read finds nothing.
    """
    where = [public_units()]
    for word in vietnamese.fold(wanted.text[:200]).split()[:10]:
        where.append(
            sa.or_(Party.folded.contains(word, autoescape=True), Party.code.ilike(_like(word), escape="\\"))
        )
    if wanted.place:
        try:
            place = places.resolve(session, text=wanted.place, on=clock.today())
        except MarketError:
            return UnitsFound([], 0, {})
        where.append(in_place(place.id))
    if wanted.field:
        where.append(Party.id.in_(_working_in(wanted.field)))
    by_kind = {
        kind: count
        for kind, count in session.execute(
            sa.select(Party.kind, sa.func.count()).where(*where).group_by(Party.kind)
        )
    }
    if wanted.kind:
        where.append(Party.kind == wanted.kind)
    rows = session.execute(
        sa.select(Party.id, Party.code, Party.name, Party.kind, Party.status, Party.place_id, Party.members)
        .where(*where)
        .order_by(Party.sort_key, Party.id)
        .limit(PAGE_SIZE)
        .offset((wanted.page - 1) * PAGE_SIZE)
    ).all()
    names = places_today(session, {row.place_id for row in rows if row.place_id})
    fields = fields_of(session, [row.id for row in rows])
    labels = field_names(session)
    cards = [
        UnitCard(
            code=row.code,
            name=row.name,
            kind=row.kind,
            status=row.status,
            place=names[row.place_id].name if row.place_id in names else "",
            fields=[labels[field] for field in fields.get(row.id, ()) if field in labels],
            members=row.members,
        )
        for row in rows
    ]
    total = by_kind.get(wanted.kind, 0) if wanted.kind else sum(by_kind.values())
    return UnitsFound(cards, total, by_kind)


def _like(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _working_in(field: str) -> sa.Select[int]:
    """The units whose last word on the field is that they work in it."""
    later, today = sa.orm.aliased(UnitField), clock.today()
    newer = sa.exists().where(
        later.party_id == UnitField.party_id,
        later.field == UnitField.field,
        later.on_date <= today,
        sa.or_(
            later.on_date > UnitField.on_date,
            sa.and_(later.on_date == UnitField.on_date, later.id > UnitField.id),
        ),
    )
    return sa.select(UnitField.party_id).where(
        UnitField.field == field, UnitField.works, UnitField.on_date <= today, ~newer
    )


@dataclass(frozen=True, slots=True)
class PlaceToday:
    """A party's place as it is called now, and the old one where they differ."""

    name: str
    key: str
    former: str | None


def places_today(session: Session, place_ids: Iterable[int]) -> dict[int, PlaceToday]:
    """By place id: the place itself, or the one that took over its land."""
    today, found = clock.today(), {}
    for place_id, name in places.names_of(session, place_ids, on=today).items():
        heir = places.successor(session, place_id)
        if heir is not None and heir.valid_from <= today:
            former = f"{name.name}, {name.parent_name}" if name.parent_name else name.name
            found[place_id] = PlaceToday(heir.name, places.key_of(heir, today), former)
        else:
            found[place_id] = PlaceToday(name.name, name.key, None)
    return found


def get_unit_page(session: Session, *, code: str, also_party_id: int | None = None) -> UnitPage:
    """A confirmed unit by its code, or one's own before it is; refuses NotFound."""
    party = find_by_code(session, code)
    if party is None or not party.is_unit:
        raise NotFound
    if party.standing != "confirmed" and party.id != also_party_id:
        raise NotFound
    place = places_today(session, [party.place_id]).get(party.place_id) if party.place_id else None
    former = place.former if place else None
    if party.former_place_id:
        former = places.name_of(session, party.former_place_id, on=clock.today()).name
    head = current_representative(session, party_id=party.id)
    labels = field_names(session)
    return UnitPage(
        id=party.id,
        code=party.code,
        name=party.name,
        kind=party.kind,
        status=party.status,
        standing=party.standing,
        place=place.name if place else "",
        place_key=place.key if place else "",
        former_place=former,
        fields=[labels[f] for f in fields_of(session, [party.id]).get(party.id, ()) if f in labels],
        members=party.members,
        households=party.households,
        founded_on=party.founded_on,
        dissolved_on=party.dissolved_on,
        identity_level=party.identity_level,
        representative=head.name if head else None,
        position=head.position if head else None,
        is_demo=party.is_demo,
    )


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
