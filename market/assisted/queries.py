"""Reading what officers entered by phone or took in from files: the marks on listings, offers, agreements and
deliveries, what waits for a unit's word, and the list of an officer with the duty trade data. ``places`` are
the ids her duty covers, None for everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from market.accounts import logins
from market.accounts.models import Person
from market.assisted import labels
from market.assisted.models import AssistedCall, AssistedEntry
from market.catalogue.models import Product
from market.errors import NotFound
from market.parties import desk
from market.parties.models import Party
from market.words import Named, Words

PAGE_SIZE = 30
#: Which power a unit's person needs to say whether an entry is so.
POWERS = {
    "listing": "trade",
    "offer": "trade",
    "decline": "trade",
    "accept": "bind",
    "delivery": "deliver",
    "link": "bind",
}
#: The kinds by which a unit is bound.
AGREEING = ("accept", "offer", "link")


def of_listing(listing_id: Any) -> sa.ScalarSelect[str | None]:
    """A column for a SELECT: what the unit says of the entry behind a listing, None without one."""
    return _state(AssistedEntry.listing_id == listing_id)


def of_listings(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """The same of several listings, of those that an officer entered."""
    if not ids:
        return {}
    rows = session.execute(
        sa.select(AssistedEntry.listing_id, AssistedEntry.state).where(AssistedEntry.listing_id.in_(ids))
    )
    return {row.listing_id: row.state for row in rows}


def of_offer(offer_id: Any) -> sa.ScalarSelect[str | None]:
    """The same of an offer."""
    return _state(AssistedEntry.offer_id == offer_id)


def of_answer(inquiry_id: Any) -> sa.ScalarSelect[str | None]:
    """The same of the yes or no that ended an inquiry."""
    return _state(AssistedEntry.inquiry_id == inquiry_id, AssistedEntry.kind.in_(("accept", "decline")))


def of_link(link_id: Any) -> sa.ScalarSelect[str | None]:
    """The same of an agreement, by either side's entry: what matters most."""
    return _state(AssistedEntry.link_id == link_id, AssistedEntry.kind.in_(AGREEING))


def of_delivery(delivery_id: Any) -> sa.ScalarSelect[str | None]:
    """The same of a delivery."""
    return _state(AssistedEntry.delivery_id == delivery_id)


def _state(*where: sa.ColumnElement[bool]) -> sa.ScalarSelect[str | None]:
    return sa.select(sa.func.max(AssistedEntry.state)).where(*where).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Heard:
    """Who called ("" once erased), from where and when; the officer's note; what the unit says is wrong, and
    what the department did about it.
    """

    name: str
    phone: str
    called_at: datetime
    note: str
    words: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry on a page. ``what`` is whole on the unit's own pages; on an officer's it goes without price
    and counterparty. ``call`` is None once it is no longer kept.
    """

    id: int
    kind: str
    channel: str
    kind_words: Words
    state: str
    state_words: Words
    tone: str
    what: Words
    path: str
    power: str
    party_id: int
    party: str
    officer: str
    made_at: datetime
    reminded_at: datetime | None
    answered_at: datetime | None
    how: Words | None
    #: What became of it once the unit denied it.
    outcome: Words | None
    settled_at: datetime | None
    settled_by: str
    link_id: int | None
    call: Heard | None


def list_waiting(session: Session, *, party_id: int | None, powers: Iterable[str]) -> list[Shown]:
    """What waits for the word of somebody who acts for a unit with these powers, the oldest first."""
    kinds = [kind for kind, power in POWERS.items() if power in set(powers)]
    if party_id is None or not kinds:
        return []
    mine = sa.and_(
        AssistedEntry.party_id == party_id, AssistedEntry.state == "waiting", AssistedEntry.kind.in_(kinds)
    )
    return _read(session, mine, order=AssistedEntry.id.asc(), limit=PAGE_SIZE)


def list_of(session: Session, *, party_id: int, whole: bool) -> list[Shown]:
    """The newest that was entered for a unit."""
    mine = AssistedEntry.party_id == party_id
    return _read(session, mine, order=AssistedEntry.id.desc(), limit=PAGE_SIZE, whole=whole)


def entry_for(session: Session, *, party_id: int, entry_id: int) -> Shown:
    """An entry for its unit; ``NotFound`` for anybody else."""
    return _one(session, AssistedEntry.party_id == party_id, entry_id, whole=True)


def list_for_officer(
    session: Session, *, places: desk.Places, state: str, page: int
) -> tuple[list[Shown], int]:
    """The entries of an officer's places in a state ("" for all; ``denied`` until it is settled), and how
    many; of what waits the oldest first.
    """
    where = _of_places(places, state)
    total = count(session, places=places, state=state)
    order = AssistedEntry.id.asc() if state in ("waiting", "denied") else AssistedEntry.id.desc()
    lines = _read(session, where, order=order, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE, whole=False)
    return lines, total


def count(session: Session, *, places: desk.Places, state: str) -> int:
    """How many entries of an officer's places are in a state, as ``list_for_officer`` takes it."""
    chosen = sa.select(sa.func.count()).select_from(AssistedEntry).where(_of_places(places, state))
    return session.scalar(chosen) or 0


def shown_to_officer(session: Session, *, places: desk.Places, entry_id: int) -> Shown:
    """An entry as an officer of its place sees it; else ``NotFound``."""
    return _one(session, _of_places(places, ""), entry_id, whole=False)


def _one(session: Session, theirs: sa.ColumnElement[bool], entry_id: int, *, whole: bool) -> Shown:
    mine = sa.and_(theirs, AssistedEntry.id == entry_id)
    found = _read(session, mine, order=AssistedEntry.id.asc(), limit=1, whole=whole)
    if not found:
        raise NotFound
    return found[0]


def for_officer(session: Session, *, places: desk.Places, entry_id: int) -> AssistedEntry:
    """The entry if its unit is in the officer's places; else ``NotFound``."""
    entry = session.scalars(
        sa.select(AssistedEntry).where(_of_places(places, ""), AssistedEntry.id == entry_id)
    ).one_or_none()
    if entry is None:
        raise NotFound
    return entry


def _of_places(places: desk.Places, state: str) -> sa.ColumnElement[bool]:
    hers = AssistedEntry.party_id.in_(sa.select(Party.id).where(desk.within(places)))
    if state == "settled":
        return sa.and_(hers, AssistedEntry.settled_at.is_not(None))
    if state == "denied":
        return sa.and_(hers, AssistedEntry.state == state, AssistedEntry.settled_at.is_(None))
    return sa.and_(hers, AssistedEntry.state == state) if state else hers


def _read(
    session: Session,
    where: sa.ColumnElement[bool],
    *,
    order: Any,
    limit: int,
    offset: int = 0,
    whole: bool = True,
) -> list[Shown]:
    other, settler = aliased(Party), aliased(Person)
    rows = session.execute(
        sa.select(AssistedEntry, AssistedCall, Product, Party.name, other.name, Person.name, settler.name)
        .join(Party, Party.id == AssistedEntry.party_id)
        .join(Product, Product.id == AssistedEntry.product_id)
        .outerjoin(other, other.id == AssistedEntry.other_id)
        .outerjoin(AssistedCall, AssistedCall.entry_id == AssistedEntry.id)
        .outerjoin(Person, Person.user_id == AssistedEntry.made_by)
        .outerjoin(settler, settler.user_id == AssistedEntry.settled_by)
        .where(where)
        .order_by(order)
        .limit(limit)
        .offset(offset)
    ).all()
    return [_shown(*row, whole=whole) for row in rows]


def _shown(
    entry: AssistedEntry,
    call: AssistedCall | None,
    product: Product,
    party: str,
    other: str | None,
    officer: str | None,
    settler: str | None,
    *,
    whole: bool,
) -> Shown:
    words, tone = labels.STATES[entry.state]
    named = Named(product.name_vi, product.name_en)
    return Shown(
        id=entry.id,
        kind=entry.kind,
        channel=entry.channel,
        kind_words=labels.KINDS[entry.kind],
        state=entry.state,
        state_words=words,
        tone=tone,
        what=labels.what(entry, named, product.unit, other or "", whole=whole),
        path=labels.path_of(entry),
        power=POWERS[entry.kind],
        party_id=entry.party_id,
        party=party,
        officer=officer or "",
        made_at=entry.made_at,
        reminded_at=entry.reminded_at,
        answered_at=entry.answered_at,
        how=labels.HOWS[entry.how] if entry.how else None,
        outcome=(
            (labels.TAKEN_BACK[entry.kind] if entry.undone else labels.STANDS)
            if entry.state == "denied"
            else None
        ),
        settled_at=entry.settled_at,
        settled_by=settler or "",
        link_id=entry.link_id,
        call=(
            Heard(
                call.name,
                logins.show_phone(call.phone),
                call.called_at,
                call.note,
                call.words or "",
                call.outcome or "",
            )
            if call is not None
            else None
        ),
    )
