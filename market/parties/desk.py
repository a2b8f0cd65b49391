"""What an officer of the register reads: the parties of her places, those that wait first, and all of one. A
party outside her places is not found. ``places`` are the ids her duty covers, None for everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.accounts import logins
from market.accounts import queries as accounts
from market.errors import NotFound
from market.parties import queries
from market.parties.models import UNIT_KINDS, Identity, Party
from market.places.models import Place, PlaceCover
from market.words import Named
from search import vietnamese

PAGE_SIZE = 30

Places = tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class DeskLine:
    """A party in the officer's list."""

    id: int
    code: str
    name: str
    kind: str
    standing: str
    place: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A person who acts for the party."""

    user_id: int
    name: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Check:
    """A step of verifying who the party is."""

    level: str
    reference: str | None
    on_date: date


@dataclass(frozen=True, slots=True)
class DeskParty:
    """All that an officer of the register sees of a party."""

    id: int
    code: str
    name: str
    kind: str
    is_unit: bool
    standing: str
    status: str
    refusal: str | None
    place: str
    former_place: str | None
    tax_code: str | None
    buyer_kind: str | None
    destination: str | None
    fields: list[Named]
    members: int | None
    households: int | None
    identity_level: str
    phone: str
    email: str
    address: str
    created_at: datetime
    head: queries.Head | None
    people: list[Member]
    checks: list[Check]


def within(places: Places) -> sa.ColumnElement[bool]:
    """The condition that a party is an officer's: in her places, or without a place if one is a province."""
    if places is None:
        return sa.true()
    covered = sa.select(PlaceCover.place_id).where(PlaceCover.ancestor_id.in_(places))
    province = sa.exists().where(Place.id.in_(places), Place.level == "province")
    return sa.or_(Party.place_id.in_(covered), sa.and_(Party.place_id.is_(None), province))


def count_pending(session: Session, *, places: Places) -> int:
    """How many parties wait for the officer."""
    waiting = sa.select(sa.func.count()).select_from(Party)
    return session.scalar(waiting.where(within(places), Party.standing == "pending")) or 0


def list_parties(
    session: Session,
    *,
    places: Places,
    standing: str = "pending",
    side: str = "",
    text: str = "",
    page: int = 1,
) -> tuple[list[DeskLine], int]:
    """The officer's parties of a standing ("" for all), of units or buyers alone if asked, by words of their
    name or by their code, and how many.
    """
    where = [within(places), Party.standing != "none"]
    if standing:
        where.append(Party.standing == standing)
    if side in ("unit", "buyer"):
        of_unit = Party.kind.in_(UNIT_KINDS)
        where.append(of_unit if side == "unit" else ~of_unit)
    words = vietnamese.fold(text[:200]).split()[:10]
    if words:
        named = (Party.folded.contains(word, autoescape=True) for word in words)
        where.append(sa.or_(Party.code == text.strip().upper(), sa.and_(*named)))
    total = session.scalar(sa.select(sa.func.count()).select_from(Party).where(*where)) or 0
    # Who waits is served in turn; of the others the latest is looked for.
    order = Party.id if standing == "pending" else Party.id.desc()
    rows = session.execute(
        sa.select(
            Party.id, Party.code, Party.name, Party.kind, Party.standing, Party.place_id, Party.created_at
        )
        .where(*where)
        .order_by(order)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    names = queries.places_today(session, {row.place_id for row in rows if row.place_id})
    lines = [
        DeskLine(
            id=row.id,
            code=row.code,
            name=row.name,
            kind=row.kind,
            standing=row.standing,
            place=names[row.place_id].name if row.place_id in names else "",
            created_at=row.created_at,
        )
        for row in rows
    ]
    return lines, total


def party_for(session: Session, *, places: Places, party_id: int) -> Party:
    """The party if it is the officer's; ``NotFound`` for any other."""
    party = session.scalars(sa.select(Party).where(Party.id == party_id, within(places))).one_or_none()
    if party is None:
        raise NotFound
    return party


def holds(session: Session, *, places: Places, party_id: int) -> bool:
    """Whether the party is the officer's, for whoever sees more than she may change."""
    mine = sa.select(Party.id).where(Party.id == party_id, within(places))
    return session.scalar(mine) is not None


def unit_for(session: Session, *, places: Places, party_id: int) -> Party:
    """The collective unit, if it is one and the officer's; refuses NotFound."""
    party = party_for(session, places=places, party_id=party_id)
    if not party.is_unit:
        raise NotFound
    return party


def get_desk_party(session: Session, *, places: Places, party_id: int, contacts: bool = True) -> DeskParty:
    """The whole party for the officer's page; ``NotFound`` for one that is not hers. Without ``contacts``
    nothing of how people are reached, who they are, and which papers showed it.
    """
    party = party_for(session, places=places, party_id=party_id)
    place = queries.places_today(session, [party.place_id]).get(party.place_id) if party.place_id else None
    contact = queries.contact_of(session, party_id=party_id) if contacts else None
    people = accounts.list_people(session, party_id=party_id) if contacts else []
    labels = queries.field_names(session)
    works = queries.fields_of(session, [party_id]).get(party_id, ())
    checks = session.execute(
        sa.select(Identity.level, Identity.reference, Identity.on_date)
        .where(Identity.party_id == party_id)
        .order_by(Identity.id.desc())
    )
    return DeskParty(
        id=party.id,
        code=party.code,
        name=party.name,
        kind=party.kind,
        is_unit=party.is_unit,
        standing=party.standing,
        status=party.status,
        refusal=party.refusal,
        place=place.name if place else "",
        former_place=place.former if place else None,
        tax_code=party.tax_code,
        buyer_kind=party.buyer_kind,
        destination=party.destination,
        fields=[labels[field] for field in works if field in labels],
        members=party.members,
        households=party.households,
        identity_level=party.identity_level,
        phone=logins.show_phone(contact.phone if contact else None),
        email=(contact.email if contact else None) or "",
        address=(contact.address if contact else None) or "",
        created_at=party.created_at,
        head=queries.current_representative(session, party_id=party_id),
        people=[
            Member(one.user_id, one.name, logins.show_phone(one.phone), one.email or "") for one in people
        ],
        checks=[Check(row.level, row.reference if contacts else None, row.on_date) for row in checks],
    )
