"""What an authority wants taken down (Law on E-commerce 122/2025/QH15): its number, who asks, until when,
who did it and when. Carrying it out is hiding what it names; who is late stands on the officers' first
page.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from market import clock, events
from market.db import lock
from market.errors import Conflict, Invalid, NotFound
from market.events import Actor, Event
from market.listings.models import Listing
from market.moderation import hiding
from market.moderation.models import Takedown
from market.parties.models import Party
from market.words import t

#: No authority gives longer than a month.
MOST_HOURS = 31 * 24


def enter(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    listing_id: int | None,
    authority: str,
    number: str,
    words: str,
    hours: int,
) -> Takedown:
    """Write a request down that came just now; it is to be carried out within ``hours`` (1 to MOST_HOURS).

    Refuses (NotFound) what is not there, (Invalid, with the field) a missing authority, number or words, and
    other hours.
    """
    for name, text in (("authority", authority), ("number", number), ("words", words)):
        if not text.strip():
            raise Invalid(t("Please fill this in."), field=name)
    if hours < 1:
        raise Invalid(t("Please give at least {n}.", n=1), field="hours")
    if hours > MOST_HOURS:
        raise Invalid(t("Please give at most {n}.", n=MOST_HOURS), field="hours")
    if session.get(Party, party_id) is None:
        raise NotFound
    listing = session.get(Listing, listing_id) if listing_id is not None else None
    if listing_id is not None and (listing is None or listing.party_id != party_id):
        raise NotFound
    received = clock.now()
    made = Takedown(
        authority=authority.strip(),
        number=number.strip(),
        words=words.strip(),
        party_id=party_id,
        listing_id=listing_id,
        received_at=received,
        due_at=received + timedelta(hours=hours),
        entered_by=actor.user_id,
    )
    session.add(made)
    session.flush()  # the event and the page to come name it
    events.record(session, Event("takedown.received", made.id, actor))
    return made


def carry_out(session: Session, *, actor: Actor, takedown_id: int, reason: str) -> Takedown:
    """Hide what the request names; where it is hidden already, that does as well.

    Refuses (Conflict) a request that was carried out before.
    """
    found = session.get(Takedown, takedown_id)
    if found is None:
        raise NotFound
    lock(session, session.get_one(Party, found.party_id))
    lock(session, found)
    if found.done_at is not None:
        raise Conflict(t("This request was carried out already."))
    found.hiding_id = hiding.have_hidden(
        session,
        actor=actor,
        party_id=found.party_id,
        listing_id=found.listing_id,
        reason=reason,
        words=found.words,
        ground="authority",
    )
    found.done_at, found.done_by = clock.now(), actor.user_id
    events.record(session, Event("takedown.done", takedown_id, actor))
    return found
