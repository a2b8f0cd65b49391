"""What an officer reads before she enters something for a unit that called: its numbers, its open inquiries
and live agreements, all without price and counterparty; these open by a look.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import TypeVar

from sqlalchemy.orm import Session

from market.accounts import logins
from market.accounts import queries as accounts
from market.inquiries import lists as inquiry_lists
from market.links import listed
from market.parties import queries as parties
from market.words import Named, Words

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AskedLine:
    """An inquiry that waits for the unit's answer."""

    id: int
    title: str
    volume: int
    unit: str
    piece: Named | None
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class AgreedLine:
    """An agreement in force of the unit."""

    id: int
    product: Named
    volume: int
    delivered: int
    unit: str
    piece: Named | None
    from_date: date
    to_date: date
    state_words: Words
    tone: str


def phones_of(session: Session, *, party_id: int) -> list[tuple[str, str]]:
    """From which numbers a unit may be expected to call: whose each is ("": the unit's own), and it."""
    contact = parties.contact_of(session, party_id=party_id)
    own = [("", logins.show_phone(contact.phone))] if contact and contact.phone else []
    people = accounts.list_people(session, party_id=party_id)
    return own + [(one.name, logins.show_phone(one.phone)) for one in people if one.phone]


def list_asked(session: Session, *, party_id: int) -> list[AskedLine]:
    """What the unit was asked and has to answer."""
    rows = _all(partial(inquiry_lists.list_inquiries, session, party_id=party_id, only_open=True))
    return [
        AskedLine(row.id, row.title, row.volume, row.unit, row.piece, row.valid_until)
        for row in rows
        if row.my_turn and row.side == "seller"
    ]


def list_agreed(session: Session, *, party_id: int) -> list[AgreedLine]:
    """The agreements in force by which the unit sells."""
    rows = _all(partial(listed.list_links, session, party_id=party_id, only_live=True, state="active"))
    return [
        AgreedLine(
            id=row.id,
            product=row.product,
            volume=row.volume,
            delivered=row.delivered,
            unit=row.unit,
            piece=row.piece,
            from_date=row.from_date,
            to_date=row.to_date,
            state_words=row.state_words,
            tone=row.tone,
        )
        for row in rows
        if row.side == "seller"
    ]


def _all(read: Callable[..., tuple[list[T], int]]) -> list[T]:
    """Every page of a list: what waits the shortest stands last in it."""
    found, total = read()
    for page in range(2, total + 1):
        if len(found) >= total:
            break
        found = found + read(page=page)[0]
    return found
