"""Telling people of new listings that fit their saved searches: at once, or in one message each morning. What
is new is found by the index, because a search is what the index makes of it; while it is away the news wait.

A listing is new when it was published, for the first time or again, since the search's last look. That look
reaches only as far as the index did: what still waited to be indexed is looked at again, and the table of
what was told keeps it from being told twice.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts import queries as accounts_queries
from market.accounts import service as accounts
from market.accounts.models import User
from market.changes import LISTING, Change
from market.db import Database, insert_if_absent
from market.events import CLOCK, EventRow
from market.listings import saved, searching
from market.listings.cards import Card
from market.listings.models import Listing
from market.listings.saved_models import SavedSearch, Told
from market.listings.searching import Names
from market.notices import service as notices
from market.notices.letters import Letter, Line
from market.notices.service import Recipient
from market.runtime import Runtime
from market.words import Volume, t
from search.query import DEEPEST

#: The kind of these news.
FOUND = "listings.found"
#: Daily messages leave from this hour of the local day on.
MORNING = 7
#: A transaction may commit this long after the moment that it wrote into its rows.
OVERLAP = timedelta(hours=1)
#: What was told is remembered so long; looks reach back for much less.
REMEMBERED = timedelta(days=90)
#: Hits fetched at a time, and listings named in one message.
STEP = 100
MOST_NAMED = 20

#: Seconds after which a round is broken off, to be gone on with: other jobs wait in the same thread.
BUDGET = 1.0


@dataclass(slots=True)
class _Progress:
    """The publications that every search told "at once" has been laid against, and in a round that is not
    over those that single ones have. Only spares work: a process that does not know them looks again, and
    nothing is told twice.
    """

    by_all: frozenset[int] = frozenset()
    by_one: dict[int, frozenset[int]] = field(default_factory=dict)


_progress: WeakKeyDictionary[Database, _Progress] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Publication:
    """That a listing was published, by its event."""

    event_id: int
    listing_id: int
    at: datetime


def tell_new(runtime: Runtime, *, seconds: float = BUDGET) -> int:
    """Look for news of every saved search that is due; says how many messages were queued, and counts one
    more where the time was too short for all, so that one who asks for all goes on.
    """
    database, now = runtime.database, clock.now()
    _bring_back(database, now)
    with database.reading() as session:
        due = _due(session, now)
        if not due:
            return 0
        # In this order: what is read as published is then indexed already, or seen to wait.
        published = _published(session, after=min(one.looked_at for one in due) - OVERLAP)
        waiting = _waiting(session)
        known = searching.names(session, on=clock.today()) if published else None
    whole = min([now, *waiting.values()])
    indexed = frozenset(one.event_id for one in published if one.listing_id not in waiting)
    progress = _progress.setdefault(database, _Progress())
    told, quiet, give_up = 0, [], time.monotonic() + seconds
    for one in due:
        horizon = max(one.since, one.looked_at - OVERLAP)
        examined = progress.by_all | progress.by_one.get(one.id, frozenset())
        fresh = {
            found.listing_id
            for found in published
            if found.at > horizon and (one.often == "daily" or found.event_id not in examined)
        }
        if not fresh or known is None:
            quiet.append(one)
            continue
        with database.reading() as session:
            cards = _news(session, runtime, one, known, fresh)
        with database.writing() as session:
            told += _tell(session, runtime, one, cards, whole=whole)
        progress.by_one[one.id] = indexed
        if time.monotonic() >= give_up and one is not due[-1]:
            told += 1
            break
    else:
        progress.by_all, progress.by_one = indexed, {}
    _note_quiet(database, quiet, whole)
    return told


def _bring_back(database: Database, now: datetime) -> None:
    """A search that was looked at later than now was so while the clock was ahead. Put back, it would miss
    all that is published until then: it goes on from now, and the overlap covers what came in between.
    """
    ahead = sa.or_(SavedSearch.looked_at > now + clock.APART, SavedSearch.since > now + clock.APART)
    with database.reading() as session:
        if session.scalar(sa.select(SavedSearch.id).where(ahead).limit(1)) is None:
            return
    today = clock.day_of(now)
    with database.writing() as session:
        for row in session.scalars(sa.select(SavedSearch).where(ahead).with_for_update()):
            row.looked_at, row.since = min(row.looked_at, now), min(row.since, now - OVERLAP)
            row.daily_on = min(row.daily_on, today)


def _due(session: Session, now: datetime) -> Sequence[SavedSearch]:
    """The searches to look for now: those told at once, and in the morning those of the day."""
    daily = sa.and_(SavedSearch.often == "daily", SavedSearch.daily_on < clock.day_of(now))
    morning = now.astimezone(clock.LOCAL).hour >= MORNING
    wanted = sa.or_(SavedSearch.often == "at_once", daily) if morning else SavedSearch.often == "at_once"
    return session.scalars(
        sa.select(SavedSearch)
        .join(User, sa.and_(User.id == SavedSearch.user_id, User.is_active))
        .where(wanted)
        .order_by(SavedSearch.id)
    ).all()


def _published(session: Session, *, after: datetime) -> list[Publication]:
    rows = session.execute(
        sa.select(EventRow.id, EventRow.subject_id, EventRow.at)
        .where(EventRow.name == "listing.published", EventRow.at > after)
        .order_by(EventRow.id)
    )
    return [Publication(row.id, row.subject_id, row.at) for row in rows]


def _waiting(session: Session) -> dict[int, datetime]:
    """The listings that the index has yet to follow, and since when."""
    rows = session.execute(
        sa.select(Change.subject_id, sa.func.min(Change.touched_at).label("at"))
        .where(Change.kind == LISTING)
        .group_by(Change.subject_id)
    )
    return {row.subject_id: row.at for row in rows}


def _news(session: Session, runtime: Runtime, one: SavedSearch, known: Names, fresh: set[int]) -> list[Card]:
    """Which of the freshly published listings fit, newest first, without those told already."""
    on = clock.today()
    told = sa.select(Told.listing_id).where(Told.saved_search_id == one.id, Told.listing_id.in_(fresh))
    left = fresh - set(session.scalars(told))
    asked = saved.meant(session, known, one.fields, on=on)
    if not left or asked.errors:
        # A filter that means nothing any more must not widen the search to what nobody asked for.
        return []
    oldest = session.scalar(sa.select(sa.func.min(Listing.published_at)).where(Listing.id.in_(left)))
    query = replace(asked.query, sort="newest", limit=STEP, facets=())
    cards: list[Card] = []
    for offset in range(0, DEEPEST, STEP):
        found = searching.find_by_index(session, runtime.the_index(), replace(query, offset=offset), on=on)
        understood = found.page.understood
        if understood.get("all_words") is False or understood.get("not_found"):
            return []  # nothing holds all the words: what comes instead was not asked for
        cards += [card for card in found.cards if card.id in left]
        over = len(cards) == len(left) or offset + STEP >= found.page.total or not found.page.ids
        if over or _older(session, found.page.ids[-1], oldest):
            break
    return cards


def _older(session: Session, listing_id: int, oldest: datetime | None) -> bool:
    """Whether a hit was published before all that is looked for: so are those after it."""
    at = session.scalar(sa.select(Listing.published_at).where(Listing.id == listing_id))
    # The index orders by whole seconds.
    return at is not None and oldest is not None and at < oldest - timedelta(seconds=1)


def _tell(
    session: Session, runtime: Runtime, one: SavedSearch, cards: Sequence[Card], *, whole: datetime
) -> int:
    """Note the look and queue the message, in one transaction; 1 if there is one."""
    row = session.scalars(
        sa.select(SavedSearch)
        .where(SavedSearch.id == one.id, SavedSearch.often == one.often)
        .with_for_update()
    ).one_or_none()
    if row is None:  # deleted, or to be told otherwise, meanwhile
        return 0
    now = clock.now()
    row.looked_at = max(row.looked_at, whole)
    if row.often == "daily":
        row.daily_on = clock.day_of(now)
    new = [
        card
        for card in cards
        if insert_if_absent(session, Told, saved_search_id=row.id, listing_id=card.id, told_at=now)
    ]
    if not new:
        return 0
    row.told_at = now
    return _send(session, row, new, secret_key=runtime.settings.secret_key)


def _send(session: Session, row: SavedSearch, new: Sequence[Card], *, secret_key: str) -> int:
    found = accounts_queries.find_told(session, user_id=row.user_id, kind=FOUND)
    if found is None:
        return 0
    person, how = found
    path = saved.address_of(row.fields, sort="newest")
    words = (
        t("{title}, {cooperative}: new for “{search}”.", title=new[0].title,
          cooperative=new[0].cooperative, search=row.name)
        if len(new) == 1
        else t("{n} new listings for “{search}”.", n=len(new), search=row.name)
    )  # fmt: skip
    if not person.email or how == "inside":
        accounts.tell_user(session, user_id=row.user_id, kind=FOUND, words=words, path=path, actor=CLOCK)
        return int(how != "inside")
    to = Recipient(person.user_id, person.language, "email", person.email)
    silent = Recipient(person.user_id, person.language)
    notice = notices.notify(session, to=silent, kind=FOUND, words=words, path=path)
    session.flush()  # the message names its notice
    stop = saved.stop_path(secret_key, saved_id=row.id, user_id=row.user_id)
    letter = Letter(
        words,
        Line(t("See all that fits"), path),
        lines=tuple(_named(card) for card in new[:MOST_NAMED]),
        more=t("… and {n} more", n=len(new) - MOST_NAMED) if len(new) > MOST_NAMED else None,
        stop=Line(t("No more mails about this search"), stop),
        chosen=True,
    )
    notices.write_to(session, to, letter, notice_id=notice.id, unsubscribe=stop)
    return 1


def _named(card: Card) -> Line:
    """A listing: what there is of it, where, and its address."""
    return Line(
        t(
            "{title}, {cooperative}, {place}: {volume}, {price}",
            title=card.title,
            cooperative=card.cooperative,
            place=card.place,
            volume=Volume(card.available, card.unit),
            price=card.price,
        ),
        f"/listings/{card.id}",
    )


def _note_quiet(database: Database, quiet: Sequence[SavedSearch], whole: datetime) -> None:
    """Note the looks that had nothing to look at; for those told at once only now and then."""
    daily = [one.id for one in quiet if one.often == "daily"]
    at_once = [one.id for one in quiet if one.often == "at_once" and one.looked_at < whole - OVERLAP]
    if not daily and not at_once:
        return
    with database.writing() as session:
        for ids, often, values in (
            (daily, "daily", {"daily_on": clock.today(), "looked_at": whole}),
            (at_once, "at_once", {"looked_at": whole}),
        ):
            for start in range(0, len(ids), STEP):
                session.execute(
                    sa.update(SavedSearch)
                    .where(SavedSearch.id.in_(ids[start : start + STEP]), SavedSearch.often == often)
                    .values(**values)
                )


def prune(runtime: Runtime) -> int:
    """Let go of what was told long ago; says how many rows that were."""
    old = clock.now() - REMEMBERED
    with runtime.database.reading() as session:
        if session.scalar(sa.select(Told.listing_id).where(Told.told_at < old).limit(1)) is None:
            return 0
    with runtime.database.writing() as session:
        gone = session.execute(sa.delete(Told).where(Told.told_at < old).returning(Told.listing_id)).all()
    return len(gone)
