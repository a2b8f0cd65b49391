"""Registering: an account, its consents and a party in one transaction; the party then waits for an officer.
What a party is made of stands in service.py, what an account is in accounts/service.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from market.accounts import service as accounts
from market.accounts.models import POWERS, User
from market.events import Actor
from market.parties import service as parties
from market.parties.models import Party


@dataclass(frozen=True, slots=True)
class Newcomer:
    """The person who registers; phone or e-mail, or both."""

    name: str
    phone: str
    email: str
    password: str
    language: str


def enrol_unit(
    session: Session,
    *,
    person: Newcomer,
    kind: str,
    name: str,
    place_id: int,
    fields: Sequence[str],
    members: int | None,
    households: int | None,
    position: str,
    ground: str,
    authority_number: str | None = None,
    authority_date: date | None = None,
    tax_code: str | None = None,
    address: str | None = None,
) -> tuple[User, Party]:
    """A collective unit, and the person who registers it as its representative, with all powers."""
    user, party = _enrol(
        session,
        person,
        kind=kind,
        name=name,
        place_id=place_id,
        fields=fields,
        members=members,
        households=households,
        tax_code=tax_code,
        address=address,
    )
    parties.add_representative(
        session,
        party_id=party.id,
        user_id=user.id,
        name=person.name,
        position=position,
        ground=ground,
        authority_number=authority_number,
        authority_date=authority_date,
    )
    return user, party


def enrol_buyer(
    session: Session,
    *,
    person: Newcomer,
    kind: str,
    name: str,
    buyer_kind: str,
    destination: str,
    place_id: int | None = None,
    tax_code: str | None = None,
    address: str | None = None,
) -> tuple[User, Party]:
    """A buyer, and the person who registers it, with all powers. Without a place it is elsewhere."""
    return _enrol(
        session,
        person,
        kind=kind,
        name=name,
        buyer_kind=buyer_kind,
        destination=destination,
        place_id=place_id,
        tax_code=tax_code,
        address=address,
    )


def _enrol(session: Session, person: Newcomer, **of_party: Any) -> tuple[User, Party]:
    user = accounts.create_user(
        session,
        name=person.name,
        phone=person.phone or None,
        email=person.email or None,
        password=person.password,
        language=person.language,
    )
    accounts.record_consents(session, user_id=user.id)
    kept = accounts.address_of(session, user_id=user.id)
    party = parties.register_party(
        session, actor=Actor(user.id), phone=kept.phone, email=kept.email, **of_party
    )
    accounts.grant_membership(session, user_id=user.id, party_id=party.id, powers=POWERS)
    return user, party
