"""What listings do by the clock: the index follows the change queue, answers what commands ask of it, is made
whole when it is broken; and what falls due by the calendar is queued for it.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import changes, clock
from market.certificates.models import Certificate, CertificateUnit
from market.changes import IndexState
from market.listings import freshness, indexing, ledger_rows, photos, saved_news
from market.listings.models import Listing, Lot
from market.runtime import Job, Runtime
from search.errors import SearchBroken, SearchError
from search.index import Index

#: Whoever tells the index something holds this lock.
LOCK = "index"
#: Rows in which commands ask the serving process begin so.
REQUEST = "request:"


def follow(runtime: Runtime) -> int:
    """Make the index whole if it is broken, answer requests, drain changes; says how much was done.

    One process at a time; the others look again in a moment, so that one takes over when that one dies.
    Without an index the changes wait: nothing is taken off the queue before the index holds it.
    """
    if runtime.index is None:
        return 0
    index, healed = runtime.index, 0
    with runtime.database.exclusive(LOCK) as mine:
        if not mine:
            return 0
        try:
            index.health()
        except SearchBroken:
            indexing.rebuild(runtime.database, index)
            healed = 1
        return healed + answer_requests(runtime, index) + indexing.drain(runtime.database, index)


def ask(session: Session, *, name: str, what: str) -> None:
    """Leave a request (rebuild, sync or verify) for the process that writes the index."""
    session.add(IndexState(name=REQUEST + name, asked=what, asked_at=clock.now()))


def answer_requests(runtime: Runtime, index: Index) -> int:
    """Do what waits in request rows and write the answers (JSON) beside them."""
    with runtime.database.reading() as session:
        waiting = session.execute(
            sa.select(IndexState.name, IndexState.asked)
            .where(IndexState.name.startswith(REQUEST), IndexState.done_at.is_(None))
            .order_by(IndexState.asked_at, IndexState.name)
        ).all()
    for name, asked in waiting:
        try:
            answer = do(runtime, index, asked or "")
        except SearchError as error:
            answer = {"error": str(error)}
        with runtime.database.writing() as session:
            session.execute(
                sa.update(IndexState)
                .where(IndexState.name == name)
                .values(done_at=clock.now(), answer=json.dumps(answer))
            )
    return len(waiting)


def do(runtime: Runtime, index: Index, what: str) -> dict[str, Any]:
    """Rebuild, sync or verify; the result as plain JSON values."""
    if what == "rebuild":
        return {"listings": indexing.rebuild(runtime.database, index)}
    if what == "sync":
        return {"changes": indexing.sync(runtime.database, index)}
    if what == "verify":
        # What still waits in the queue is no difference: it is about to be followed.
        indexing.sync(runtime.database, index)
        return verify(runtime, index, but_waiting=True)
    return {"error": f"nothing known of {what!r}"}


def verify(runtime: Runtime, index: Index, *, but_waiting: bool = False) -> dict[str, Any]:
    """Compare; ``but_waiting`` leaves out listings that changed meanwhile and wait to be followed."""
    found = indexing.verify(runtime.database, index)
    with runtime.database.reading() as session:
        waiting = set(indexing.waiting(session))
    left_out = waiting if but_waiting else set()
    return {
        "listings": found.held,
        "missing": [one for one in found.missing if one not in left_out],
        "beyond": [one for one in found.beyond if one not in left_out],
        "stale": [one for one in found.stale if one not in left_out],
        "waiting": len(waiting),
    }


def calendar(runtime: Runtime) -> int:
    """Queue what changed by the calendar alone since the last look: windows over, months turned, certificates
    begun or ended. Looks at once a day; says how many listings were queued.
    """
    today = clock.today()
    with runtime.database.reading() as session:
        done_at = session.scalar(sa.select(IndexState.done_at).where(IndexState.name == freshness.CALENDAR))
    last = clock.day_of(done_at) if done_at is not None else None
    if last == today:
        return 0
    with runtime.database.writing() as session:
        ids = due(session, since=last, today=today)
        changes.touch(session, changes.LISTING, ids)
        freshness.note_calendar(session, clock.now())
    return len(ids)


def due(session: Session, *, since: date | None, today: date) -> list[int]:
    """The published listings whose document is another on ``today`` than on the day ``since``."""
    published = Listing.state == "published"
    if since is None or since > today:
        return list(session.scalars(sa.select(Listing.id).where(published)))
    over = sa.select(Lot.listing_id).where(Lot.to_date >= since, Lot.to_date < today)
    month = today.replace(day=1)
    # Months that have passed leave a document whose lots began in them.
    turned = sa.select(Lot.listing_id).where(Lot.from_date < month, Lot.to_date >= month)
    moved = sa.or_(
        sa.and_(Certificate.valid_to > since, Certificate.valid_to <= today),
        sa.and_(Certificate.valid_from > since, Certificate.valid_from <= today),
    )
    holders = sa.select(Certificate.holder_id).where(moved)
    covered = (
        sa.select(CertificateUnit.party_id)
        .join(Certificate, Certificate.id == CertificateUnit.certificate_id)
        .where(moved)
    )
    return list(
        session.scalars(
            sa.select(Listing.id)
            .where(
                published,
                sa.or_(
                    Listing.id.in_(over),
                    sa.and_(sa.literal(since < month), Listing.id.in_(turned)),
                    Listing.party_id.in_(holders),
                    Listing.party_id.in_(covered),
                ),
            )
            .order_by(Listing.id)
        )
    )


JOBS = [
    Job("listings:calendar", every=60.0, run=calendar),
    Job("listings:index", every=0.25, run=follow, shared=True),  # its lock is its own
    Job("listings:saved", every=5.0, run=saved_news.tell_new),
    Job("listings:told", every=3600.0, run=saved_news.prune),
    Job("listings:photos", every=3600.0, run=photos.remove_orphans),
    Job("listings:ledger", every=3600.0, run=ledger_rows.forget_old),
]
