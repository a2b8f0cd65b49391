"""The register as anybody may see it: the search over collective units and a unit's own page. Reads of one
party for other purposes are in queries.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from market import clock
from market.errors import MarketError, NotFound
from market.parties import queries
from market.parties.models import UNIT_KINDS, Party, UnitField
from market.places import queries as places
from market.words import Named
from search import vietnamese

PAGE_SIZE = 24


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
    """A page of units, how many there are in all, and how many of each kind whatever kind was asked."""

    cards: list[UnitCard]
    total: int
    by_kind: dict[str, int]


def public_units() -> sa.ColumnElement[bool]:
    """The condition that anybody may see the party as a unit of the register."""
    return sa.and_(Party.kind.in_(UNIT_KINDS), Party.standing == "confirmed")


def in_place(place_id: int) -> sa.ColumnElement[bool]:
    """The condition that a party is within a place: entered there, or there before the reform."""
    covered = places.covered_by(place_id)
    return sa.or_(Party.place_id.in_(covered), Party.former_place_id.in_(covered))


def search_units(session: Session, wanted: UnitSearch) -> UnitsFound:
    """Units by words of their name or by code, by place (all below it), field and kind, alphabetically.

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
    kinds = sa.select(Party.kind, sa.func.count()).where(*where).group_by(Party.kind)
    by_kind = dict(session.execute(kinds).all())
    if wanted.kind:
        where.append(Party.kind == wanted.kind)
    rows = session.execute(
        sa.select(Party.id, Party.code, Party.name, Party.kind, Party.status, Party.place_id, Party.members)
        .where(*where)
        .order_by(Party.sort_key, Party.id)
        .limit(PAGE_SIZE)
        .offset((wanted.page - 1) * PAGE_SIZE)
    ).all()
    names = queries.places_today(session, {row.place_id for row in rows if row.place_id})
    fields = queries.fields_of(session, [row.id for row in rows])
    labels = queries.field_names(session)
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
    later, today = aliased(UnitField), clock.today()
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


def get_unit_page(session: Session, *, code: str, also_party_id: int | None = None) -> UnitPage:
    """A confirmed unit by its code, or one's own before it is; refuses NotFound."""
    party = queries.find_by_code(session, code)
    if party is None or not party.is_unit:
        raise NotFound
    if party.standing != "confirmed" and party.id != also_party_id:
        raise NotFound
    place = queries.places_today(session, [party.place_id]).get(party.place_id) if party.place_id else None
    former = place.former if place else None
    if party.former_place_id:
        former = places.name_of(session, party.former_place_id, on=clock.today()).name
    head = queries.current_representative(session, party_id=party.id)
    labels = queries.field_names(session)
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
        fields=[labels[f] for f in queries.fields_of(session, [party.id]).get(party.id, ()) if f in labels],
        members=party.members,
        households=party.households,
        founded_on=party.founded_on,
        dissolved_on=party.dissolved_on,
        identity_level=party.identity_level,
        representative=head.name if head else None,
        position=head.position if head else None,
        is_demo=party.is_demo,
    )
