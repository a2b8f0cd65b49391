"""Reads of officers for the administrator: who works for the department, for which places, with which duties
and since when; one of them with all that was ever given. Writes are officers.py's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts import logins
from market.accounts.models import DUTIES, SEAT, OfficerDuty, Person, SecondFactor, User
from market.errors import NotFound
from market.places import queries as places
from search import vietnamese

ORDER = (*DUTIES, SEAT)


@dataclass(frozen=True, slots=True)
class Held:
    """A duty at a place; ``state``: ``now``, ``later`` or ``over``."""

    id: int
    duty: str
    place: str
    valid_from: date
    valid_to: date | None
    state: str


@dataclass(frozen=True, slots=True)
class AtPlace:
    """The duties that an officer has at a place today from one day on, to one day or none."""

    place: str
    valid_from: date
    valid_to: date | None
    duties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Officer:
    """A person who works for the department, or did. ``held``: all duties, the present ones first."""

    user_id: int
    name: str
    login: str
    is_admin: bool
    is_active: bool
    has_password: bool
    has_factor: bool
    held: tuple[Held, ...]

    @property
    def at_places(self) -> list[AtPlace]:
        """What is held today, by place and days."""
        found: dict[tuple[str, date, date | None], list[str]] = {}
        for one in self.of_state("now"):
            found.setdefault((one.place, one.valid_from, one.valid_to), []).append(one.duty)
        return [AtPlace(*key, tuple(duties)) for key, duties in found.items()]

    def of_state(self, state: str) -> list[Held]:
        """What is held now, later, or not any more."""
        return [one for one in self.held if one.state == state]


def list_officers(session: Session) -> list[Officer]:
    """All of them, those who may come in first, by name."""
    found = _read(session, sa.or_(User.is_admin, User.id.in_(sa.select(OfficerDuty.user_id))))
    return sorted(found, key=lambda one: (not one.is_active, vietnamese.sort_key(one.name), one.user_id))


def get_officer(session: Session, *, user_id: int) -> Officer:
    """One of them; refuses NotFound for anybody who never was one."""
    found = _read(session, User.id == user_id)
    if not found or not (found[0].is_admin or found[0].held):
        raise NotFound
    return found[0]


def _read(session: Session, which: sa.ColumnElement[bool]) -> list[Officer]:
    people = session.execute(
        sa.select(User, Person, SecondFactor.confirmed_at)
        .join(Person, Person.user_id == User.id)
        .outerjoin(SecondFactor, SecondFactor.user_id == User.id)
        .where(which)
        .order_by(User.id)
    ).all()
    ids = [user.id for user, _, _ in people]
    rows = session.scalars(sa.select(OfficerDuty).where(OfficerDuty.user_id.in_(ids))).all()
    held = _held(session, rows)
    return [
        Officer(
            user_id=user.id,
            name=person.name,
            login=person.email or logins.show_phone(person.phone),
            is_admin=user.is_admin,
            is_active=user.is_active,
            has_password=user.password_hash is not None,
            has_factor=confirmed_at is not None,
            held=tuple(held.get(user.id, ())),
        )
        for user, person, confirmed_at in people
    ]


def _held(session: Session, rows: Iterable[OfficerDuty]) -> dict[int, list[Held]]:
    today = clock.today()
    names = places.names_of(session, {row.place_id for row in rows}, on=today)
    found: dict[int, list[Held]] = {}
    for row in sorted(rows, key=lambda row: (row.place_id, ORDER.index(row.duty), row.valid_from, row.id)):
        state = "later" if row.valid_from > today else "now"
        if row.valid_to is not None and (row.valid_to <= today or row.valid_to <= row.valid_from):
            state = "over"
        place = names[row.place_id].name
        one = Held(row.id, row.duty, place, row.valid_from, row.valid_to, state)
        found.setdefault(row.user_id, []).append(one)
    return found
