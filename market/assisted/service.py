"""Keeping what an officer entered for a unit that called or took in from a file, and the unit's word on it.
What the entry itself is (a listing, an answer, a delivery, an agreement made outside) and what a denial takes
back is done in calls/service.py, which is told of a denial by an event.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.accounts import logins
from market.accounts import queries as people
from market.accounts import service as accounts
from market.assisted import labels
from market.assisted.models import AssistedCall, AssistedEntry
from market.assisted.queries import POWERS
from market.catalogue.models import Product
from market.db import lock
from market.errors import Conflict, Invalid, NotAllowed, NotFound
from market.events import Actor, Event
from market.parties.models import Party
from market.words import Named, t

#: A call may be entered so long afterwards, and a unit be asked again after so long.
LONGEST_AGO = timedelta(days=7)
ASKED_AGAIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Call:
    """Who called for the unit: a name, the number as typed, when, and what the officer notes."""

    name: str
    phone: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """What an entry made or changed: its kind and the rows it stands beside, with goods, volume (base units),
    price (đồng) and days as they were entered. ``other_id``: the other side of a deal.
    """

    kind: str
    product_id: int
    volume: int
    price: int | None = None
    from_date: date | None = None
    to_date: date | None = None
    other_id: int | None = None
    listing_id: int | None = None
    inquiry_id: int | None = None
    offer_id: int | None = None
    delivery_id: int | None = None
    link_id: int | None = None


def check(session: Session, *, actor: Actor, call: Call, party_ids: Iterable[int]) -> str:
    """Refuse an officer who acts for one of the sides herself, and a call that cannot be; gives the number in
    the form that is kept.
    """
    if people.acts_for(session, user_id=actor.user_id, party_ids=party_ids):
        raise NotAllowed(t("You act for one of the two sides yourself: please let a colleague enter this."))
    phone = logins.read_phone(call.phone)
    if phone is None:
        raise Invalid(t("This is no phone number. Please write it as 0912 345 678."), field="caller_phone")
    if not clock.now() - LONGEST_AGO <= call.at <= clock.now():
        raise Invalid(t("The call has to be of the last seven days."), field="called_at")
    return phone


def enter(
    session: Session, *, actor: Actor, party_id: int, call: Call, phone: str, made: Entered
) -> AssistedEntry:
    """Keep an entry that was made just now, and ask the unit at once whether it is so."""
    assert actor.user_id is not None
    entry = _entry(actor, party_id, made, "phone")
    session.add(entry)
    session.flush()  # the call and the message name it
    session.add(
        AssistedCall(
            entry_id=entry.id, name=call.name, phone=phone, called_at=call.at, note=call.note, words=None
        )
    )
    events.record(session, Event("assisted.entered", entry.id, actor, {"kind": entry.kind}))
    _ask(session, entry, actor)
    return entry


def enter_from_file(session: Session, *, actor: Actor, party_id: int, made: Sequence[Entered]) -> None:
    """Keep what of one kind was taken in from a file for one unit, and ask the unit once, however much it is.
    An agreement put right before the unit has said anything of it waits on, as it stands now.
    """
    waiting = {entry.link_id: entry for entry in _links_waiting(session, party_id)}
    entries = []
    for one in made:
        held = waiting.get(one.link_id) if one.kind == "link" else None
        if held is None:
            entries.append(_entry(actor, party_id, one, "import"))
        else:
            held.volume, held.price = one.volume, one.price
            held.from_date, held.to_date = one.from_date, one.to_date
    session.add_all(entries)
    session.flush()  # events and message name them
    for entry in entries:
        events.record(session, Event("assisted.entered", entry.id, actor, {"kind": entry.kind}))
    if len(entries) == 1:
        _ask(session, entries[0], actor)
    elif entries:
        accounts.ask_party(
            session,
            party_id=party_id,
            power=POWERS[entries[0].kind],
            kind="assisted.entered",
            words=(
                t(
                    "The department has entered {n} agreements of yours from a file. Are they so?",
                    n=len(entries),
                )
                if entries[0].kind == "link"
                else t(
                    "The department has entered {n} listings for you from a file. Are they so?",
                    n=len(entries),
                )
            ),
            path="/assisted",
            actor=actor,
        )


def tell_changed(session: Session, *, actor: Actor, party_id: int, count: int) -> None:
    """Tell a unit that so many of its own listings were changed from a file of the department's."""
    accounts.tell_party(
        session,
        party_id=party_id,
        kind="assisted.changed",
        words=t("The department has changed {n} of your listings from a file. Please look at them.", n=count),
        path="/listings/mine",
        actor=actor,
    )


def remind(session: Session, *, actor: Actor, entry: AssistedEntry) -> None:
    """Ask the unit again, at most once a day."""
    lock(session, entry)
    _need_waiting(entry)
    asked = entry.reminded_at or entry.made_at
    if asked > clock.now() - ASKED_AGAIN:
        raise Conflict(t("The unit was asked less than a day ago. Please wait until tomorrow, or call."))
    if not _ask(session, entry, actor):
        raise Conflict(t("Nobody who may answer for the unit has an account yet. Please call."))
    entry.reminded_at = clock.now()
    events.record(session, Event("assisted.reminded", entry.id, actor, {"kind": entry.kind}))


def confirm(
    session: Session, *, actor: Actor, party_id: int, entry_id: int, sign_in_id: int | None
) -> AssistedEntry:
    """The unit says that it is so; from now on it counts like what the unit entered itself."""
    entry = _answer(session, actor, party_id, entry_id, "confirmed", sign_in_id)
    events.record(session, Event("assisted.confirmed", entry.id, actor, {"kind": entry.kind}))
    return entry


def deny(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    entry_id: int,
    sign_in_id: int | None,
    words: str = "",
) -> AssistedEntry:
    """The unit says that it is not so: what can be taken back is (calls/service.py), and whoever entered it
    is told.
    """
    entry = _answer(session, actor, party_id, entry_id, "denied", sign_in_id)
    call = _said_of(session, entry)
    if call is not None and words:
        call.words = words
    events.record(session, Event("assisted.denied", entry.id, actor, {"kind": entry.kind}))
    if entry.made_by is not None:
        accounts.tell_user(
            session,
            user_id=entry.made_by,
            kind="assisted.denied",
            words=t(
                "{party} says that what you entered for it is not so.",
                party=session.get_one(Party, party_id).name,
            ),
            path="/department/assisted?state=denied",
            actor=actor,
        )
    return entry


def settle(session: Session, *, actor: Actor, entry: AssistedEntry, note: str) -> None:
    """The department is done with what a unit denies; what it did is noted. Refuses (NotAllowed) an officer
    who acts for one of the sides, and (Conflict) what is not denied, or settled already.
    """
    parties = [entry.party_id] + ([entry.other_id] if entry.other_id else [])
    if people.acts_for(session, user_id=actor.user_id, party_ids=parties):
        raise NotAllowed(t("You act for one of the two sides yourself: please let a colleague settle this."))
    lock(session, entry)
    if entry.state != "denied" or entry.settled_at is not None:
        raise Conflict(t("This is settled already, or nothing of it is to be settled."))
    entry.settled_at, entry.settled_by = clock.now(), actor.user_id
    call = _said_of(session, entry)
    if call is not None:
        call.outcome = note
    events.record(session, Event("assisted.settled", entry.id, actor, {"kind": entry.kind}))


def came_to(session: Session, *, link_id: int, offer_id: int | None, inquiry_id: int | None) -> None:
    """An agreement was made: whatever was entered by phone for it (the offer that was accepted, or the yes to
    a part that was held until now) is known as its.
    """
    behind = sa.or_(
        sa.and_(AssistedEntry.kind == "offer", AssistedEntry.offer_id == offer_id),
        sa.and_(AssistedEntry.kind == "accept", AssistedEntry.inquiry_id == inquiry_id),
    )
    session.execute(
        sa.update(AssistedEntry).where(behind, AssistedEntry.link_id.is_(None)).values(link_id=link_id),
        execution_options={"synchronize_session": "fetch"},
    )


def _said_of(session: Session, entry: AssistedEntry) -> AssistedCall | None:
    """Where words on an entry are kept: beside its call, while that is kept; of what came by a file alone."""
    call = session.get(AssistedCall, entry.id)
    if call is None and entry.channel == "import":
        call = AssistedCall(entry_id=entry.id, name="", phone="", called_at=entry.made_at, note="")
        session.add(call)
    return call


def _links_waiting(session: Session, party_id: int) -> list[AssistedEntry]:
    mine = sa.and_(AssistedEntry.party_id == party_id, AssistedEntry.state == "waiting")
    return list(session.scalars(sa.select(AssistedEntry).where(mine, AssistedEntry.kind == "link")))


def _entry(actor: Actor, party_id: int, made: Entered, channel: str) -> AssistedEntry:
    return AssistedEntry(
        party_id=party_id,
        other_id=made.other_id,
        kind=made.kind,
        channel=channel,
        listing_id=made.listing_id,
        inquiry_id=made.inquiry_id,
        offer_id=made.offer_id,
        delivery_id=made.delivery_id,
        link_id=made.link_id,
        product_id=made.product_id,
        volume=made.volume,
        price=made.price,
        from_date=made.from_date,
        to_date=made.to_date,
        state="waiting",
        made_at=clock.now(),
        made_by=actor.user_id,
    )


def _answer(
    session: Session, actor: Actor, party_id: int, entry_id: int, state: str, sign_in_id: int | None
) -> AssistedEntry:
    entry = session.get(AssistedEntry, entry_id)
    if entry is None or entry.party_id != party_id:
        raise NotFound
    lock(session, entry)
    _need_waiting(entry)
    if entry.made_by == actor.user_id:
        raise NotAllowed(t("Whoever entered it does not answer for the unit."))
    entry.state, entry.answered_at, entry.answered_by = state, clock.now(), actor.user_id
    entry.how = "link" if people.came_by_link(session, sign_in_id=sign_in_id) else "sign_in"
    return entry


def _need_waiting(entry: AssistedEntry) -> None:
    if entry.state != "waiting":
        raise Conflict(t("This has been answered already."))


def _ask(session: Session, entry: AssistedEntry, actor: Actor) -> int:
    product = session.get_one(Product, entry.product_id)
    what = labels.what(entry, Named(product.name_vi, product.name_en), product.unit, whole=False)
    words = (
        t("The department has entered for you, as was said by phone: {what}. Is that right?", what=what)
        if entry.channel == "phone"
        else t("The department has entered for you from a file: {what}. Is that right?", what=what)
    )
    return accounts.ask_party(
        session,
        party_id=entry.party_id,
        power=POWERS[entry.kind],
        kind="assisted.entered",
        words=words,
        path=f"/assisted/{entry.id}",
        actor=actor,
    )
