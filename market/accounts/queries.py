"""Reads of accounts: who has an address, who acts for a party, somebody's own sessions and memberships.
Who is asking in a request is current.py's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts import logins, passwords
from market.accounts.models import ApiToken, Membership, OfficerDuty, Person, SecondFactor, SignIn, User
from market.notices.models import Choice
from market.notices.topics import topic_of

# Parties stand above accounts; of them only what a person chooses between is read, by its columns.
_parties = sa.table("parties", sa.column("id"), sa.column("name"), sa.column("kind"), sa.column("standing"))


@dataclass(frozen=True, slots=True)
class Contact:
    """A person as they can be told something."""

    user_id: int
    name: str
    language: str
    email: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One of a person's sign-ins, for the list on their page."""

    id: int
    device: str
    created_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class Role:
    """A party that a person may act for."""

    membership_id: int
    party_id: int
    party_name: str
    party_kind: str
    is_this: bool


def holds(
    day_column_owner: type[Membership] | type[OfficerDuty], *, on: sa.BindParameter[date] | None = None
) -> sa.ColumnElement[bool]:
    """The condition that a membership or duty holds today, or on a day that is given later."""
    today, table = clock.today() if on is None else on, day_column_owner
    return sa.and_(table.valid_from <= today, sa.or_(table.valid_to.is_(None), table.valid_to > today))


def find_by_login(session: Session, *, login: str) -> User | None:
    """The active account with this e-mail or phone number, however it is typed."""
    kept = logins.read_login(login)
    if kept is None:
        return None
    column = Person.email if "@" in kept else Person.phone
    return session.scalars(
        sa.select(User).join(Person, Person.user_id == User.id).where(column == kept, User.is_active)
    ).one_or_none()


def _contacts() -> sa.Select[int, str, str, str | None, str | None]:
    return (
        sa.select(User.id, Person.name, User.language, Person.email, Person.phone)
        .join(Person, Person.user_id == User.id)
        .where(User.is_active)
    )


def _contact(row: Sequence[Any]) -> Contact:
    return Contact(row[0], row[1], row[2], row[3], row[4])


def list_people(session: Session, *, party_id: int) -> list[Contact]:
    """Who acts for a party today."""
    return [person for person, _ in list_told(session, party_id=party_id, kind="")]


def list_told(session: Session, *, party_id: int, kind: str) -> list[tuple[Contact, str]]:
    """Who acts for a party today, and how each wants to be told of news of this kind."""
    given = {"party_id": party_id, "today": clock.today(), "topic": topic_of(kind) or ""}
    return [(_contact(row), row[5] or "at_once") for row in session.execute(_members(), given)]


@cache  # everybody who is told anything is read by it
def _members() -> sa.Select[int, str, str, str | None, str | None, str | None]:
    members = sa.select(Membership.user_id).where(
        Membership.party_id == sa.bindparam("party_id"),
        holds(Membership, on=sa.bindparam("today", type_=sa.Date())),
    )
    return _with_choice().where(User.id.in_(members)).order_by(User.id)


def find_told(session: Session, *, user_id: int, kind: str) -> tuple[Contact, str] | None:
    """How to reach one person, and how they want to be told of news of this kind."""
    given = {"topic": topic_of(kind) or ""}
    row = session.execute(_with_choice().where(User.id == user_id), given).first()
    return None if row is None else (_contact(row), row[5] or "at_once")


def _with_choice() -> sa.Select[int, str, str, str | None, str | None, str | None]:
    """Contacts, with what was chosen for the bound ``topic``; none where nothing was."""
    chosen = sa.and_(Choice.user_id == User.id, Choice.topic == sa.bindparam("topic"))
    return _contacts().outerjoin(Choice, chosen).add_columns(Choice.how)


def find_contact(session: Session, *, user_id: int) -> Contact | None:
    """How to reach one person."""
    row = session.execute(_contacts().where(User.id == user_id)).first()
    return None if row is None else _contact(row)


def names_of(session: Session, user_ids: Iterable[int | None]) -> dict[int | None, str]:
    """The names of persons that are still known, by user id."""
    wanted = [user_id for user_id in set(user_ids) if user_id is not None]
    rows = session.execute(sa.select(Person.user_id, Person.name).where(Person.user_id.in_(wanted)))
    return {row.user_id: row.name for row in rows}


def is_officer(session: Session, *, user_id: int) -> bool:
    """Whether the person works for the department today."""
    duty = sa.exists().where(OfficerDuty.user_id == user_id, holds(OfficerDuty))
    return bool(session.scalar(sa.select(sa.or_(User.is_admin, duty)).where(User.id == user_id)))


def duty_places(session: Session, *, user_id: int, duty: str) -> tuple[int, ...] | None:
    """The places whose part of the map an officer's duty covers today; None means everywhere."""
    if session.scalar(sa.select(User.is_admin).where(User.id == user_id)):
        return None
    places = sa.select(OfficerDuty.place_id).where(
        OfficerDuty.user_id == user_id, OfficerDuty.duty == duty, holds(OfficerDuty)
    )
    return tuple(sorted(session.scalars(places)))


def may_trade(session: Session, *, user_id: int, party_id: int) -> bool:
    """Whether somebody may trade for a party today."""
    mine = sa.exists().where(
        Membership.user_id == user_id,
        Membership.party_id == party_id,
        Membership.can_trade,
        holds(Membership),
    )
    return bool(session.scalar(sa.select(mine)))


def acts_for(session: Session, *, user_id: int | None, party_ids: Iterable[int]) -> bool:
    """Whether somebody acts today for one of these parties."""
    mine = sa.exists().where(
        Membership.user_id == user_id, Membership.party_id.in_(list(party_ids)), holds(Membership)
    )
    return bool(session.scalar(sa.select(mine)))


def list_able(session: Session, *, party_id: int, power: str) -> list[Contact]:
    """Who acts for a party today with this power."""
    able = sa.select(Membership.user_id).where(
        Membership.party_id == party_id, getattr(Membership, f"can_{power}"), holds(Membership)
    )
    rows = session.execute(_contacts().where(User.id.in_(able)).order_by(User.id))
    return [_contact(row) for row in rows]


def has_factor(session: Session, *, user_id: int) -> bool:
    """Whether a code of an app is asked for when this person signs in."""
    mine = sa.select(SecondFactor.user_id).where(
        SecondFactor.user_id == user_id, SecondFactor.confirmed_at.is_not(None)
    )
    return session.scalar(mine) is not None


def came_by_link(session: Session, *, sign_in_id: int | None) -> bool:
    """Whether a session was begun by the one-time link of a message."""
    return bool(session.scalar(sa.select(SignIn.by_link).where(SignIn.id == sign_in_id)))


def list_sessions(session: Session, *, user_id: int, sign_in_id: int | None) -> list[OpenSession]:
    """Where somebody is signed in, the newest first."""
    rows = session.execute(
        sa.select(SignIn.id, SignIn.device, SignIn.created_at)
        .where(SignIn.user_id == user_id, SignIn.revoked_at.is_(None), SignIn.expires_at > clock.now())
        .order_by(SignIn.created_at.desc(), SignIn.id.desc())
        .limit(50)
    )
    return [OpenSession(row.id, row.device, row.created_at, row.id == sign_in_id) for row in rows]


def list_tokens(session: Session, *, user_id: int) -> list[ApiToken]:
    """A person's tokens that still open something, the newest first."""
    return list(
        session.scalars(
            sa.select(ApiToken)
            .where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
            .order_by(ApiToken.id.desc())
        )
    )


def list_roles(session: Session, *, user_id: int, membership_id: int | None = None) -> list[Role]:
    """The parties that somebody may act for today."""
    rows = session.execute(
        sa.select(Membership.id, _parties.c.id.label("party_id"), _parties.c.name, _parties.c.kind)
        .join(_parties, _parties.c.id == Membership.party_id)
        .where(Membership.user_id == user_id, holds(Membership))
        .order_by(Membership.id)
    )
    return [Role(row.id, row.party_id, row.name, row.kind, row.id == membership_id) for row in rows]


def membership_for(session: Session, *, user_id: int, party_id: int | None) -> int | None:
    """The membership by which somebody acts for a party today."""
    return session.scalar(
        sa.select(sa.func.max(Membership.id)).where(
            Membership.user_id == user_id, Membership.party_id == party_id, holds(Membership)
        )
    )


def passwords_by_key(session: Session) -> dict[str, int]:
    """How many passwords stand under each key, by the key's name; under none by an empty one."""
    at = len(passwords.KEYED) + 1
    keyed = User.password_hash.startswith(passwords.KEYED, autoescape=True)
    name = sa.case((keyed, sa.func.substr(User.password_hash, at, passwords.NAME_LENGTH)), else_="")
    each = sa.select(name.label("name")).where(User.password_hash.is_not(None)).subquery()
    counted = sa.select(each.c.name, sa.func.count().label("n")).group_by(each.c.name)
    return {row.name: row.n for row in session.execute(counted)}


def lack_a_key(session: Session) -> bool:
    """Whether any password stands under a key that this process does not have."""
    return not passwords_by_key(session).keys() <= {"", *passwords.names()}
