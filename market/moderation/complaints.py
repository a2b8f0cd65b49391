"""Complaints: received → answered → closed with an outcome, each answered by a day. Whoever complains sees
it by its number and a link that is shown once. The figures by outcome are for the yearly report.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.accounts import service as accounts
from market.accounts import throttle
from market.db import lock
from market.errors import Conflict, Invalid, NotFound
from market.events import Actor, Event
from market.moderation import deadlines
from market.moderation.complaint_models import OUTCOMES, SUBJECTS, Complaint, ComplaintWords
from market.words import t

#: So many complaints from one source within the time.
MOST = 5
WITHIN = timedelta(hours=1)
ACTION = "complaint"
LISTED = 200


@dataclass(frozen=True, slots=True)
class ComplaintPage:
    """A complaint as it is shown; words are None once they are erased. ``late``: its day has passed."""

    id: int
    number: str
    subject: str
    state: str
    received_at: datetime
    due_on: date
    answered_at: datetime | None
    outcome: str | None
    name: str | None
    contact: str | None
    words: str | None
    answer: str | None
    late: bool


def complain(
    session: Session,
    *,
    actor: Actor,
    source: str,
    subject: str,
    name: str,
    contact: str,
    words: str,
    days: int,
) -> Complaint:
    """Take a complaint, to be answered within so many working days.

    ``source`` is what tries are counted by (service.source_of). Refuses (TooMany, Invalid).
    """
    if subject not in SUBJECTS:
        raise Invalid(t("Please choose one of the values in the list."), field="subject")
    for field, text in (("name", name), ("contact", contact), ("words", words)):
        if not text.strip():
            raise Invalid(t("Please fill this in."), field=field)
    tries = throttle.key(ACTION, source)
    throttle.check(session, tries, most=MOST, within=WITHIN)
    throttle.note(session, tries)
    today = clock.today()
    made = Complaint(
        # Not to be guessed from another one, nor counted by whoever holds two.
        number=f"KN-{today.year}-{secrets.token_hex(4).upper()}",
        subject=subject,
        user_id=actor.user_id,
        received_at=clock.now(),
        due_on=deadlines.add_working_days(today, days),
    )
    session.add(made)
    session.flush()  # the words stand under it
    session.add(
        ComplaintWords(complaint_id=made.id, name=name.strip(), contact=contact.strip(), words=words.strip())
    )
    events.record(session, Event("complaint.received", made.id, actor, {"subject": subject}))
    return made


def answer(session: Session, *, actor: Actor, complaint_id: int, words: str) -> Complaint:
    """Answer it; whoever complained with an account is told. Refuses (Conflict) one that is answered."""
    found = _found(session, complaint_id)
    if not words.strip():
        raise Invalid(t("Please fill this in."), field="answer")
    lock(session, found)
    if found.state != "received":
        raise Conflict(t("A colleague has answered this complaint meanwhile."))
    found.state, found.answered_at, found.answered_by = "answered", clock.now(), actor.user_id
    kept = session.get(ComplaintWords, complaint_id)
    if kept is not None:
        kept.answer = words.strip()
    events.record(session, Event("complaint.answered", complaint_id, actor))
    if found.user_id is not None:
        accounts.tell_user(
            session,
            user_id=found.user_id,
            kind="complaint.answered",
            words=t("Your complaint {number} has been answered.", number=found.number),
            path=f"/complaints/{found.number}",
            actor=actor,
        )
    return found


def close(session: Session, *, actor: Actor, complaint_id: int, outcome: str) -> Complaint:
    """Close it with its outcome. Refuses (Conflict) one that is not answered yet, or closed."""
    found = _found(session, complaint_id)
    if outcome not in OUTCOMES:
        raise Invalid(t("Please choose one of the values in the list."), field="outcome")
    lock(session, found)
    if found.state != "answered":
        raise Conflict(t("Only what has been answered is closed, once."))
    found.state, found.outcome = "closed", outcome
    found.closed_at, found.closed_by = clock.now(), actor.user_id
    events.record(session, Event("complaint.closed", complaint_id, actor, {"outcome": outcome}))
    return found


def link_token(secret_key: str, *, number: str) -> str:
    """What opens a complaint by its link. It is worked out, so that no table and no copy of one holds it."""
    made = hmac.new(secret_key.encode(), b"complaint:" + number.encode(), hashlib.sha256)
    return made.hexdigest()[:40]


def by_link(session: Session, *, number: str, token: str, secret_key: str) -> ComplaintPage:
    """The complaint that number and token go with; refuses NotFound."""
    if not hmac.compare_digest(token, link_token(secret_key, number=number)):
        raise NotFound
    return _one(session, Complaint.number == number)


def own(session: Session, *, number: str, user_id: int) -> ComplaintPage:
    """A person's own complaint by its number; refuses NotFound for others'."""
    return _one(session, Complaint.number == number, Complaint.user_id == user_id)


def get(session: Session, *, complaint_id: int) -> ComplaintPage:
    """One complaint, for officers; refuses NotFound."""
    return _one(session, Complaint.id == complaint_id)


def list_open(session: Session) -> list[ComplaintPage]:
    """Those that wait by their day, then those that are answered, then the latest closed ones."""
    order = sa.case((Complaint.state == "received", 0), (Complaint.state == "answered", 1), else_=2)
    due = sa.case((Complaint.state != "closed", Complaint.due_on))
    latest = (Complaint.closed_at.desc(), Complaint.id.desc())
    rows = session.execute(_complaints().order_by(order, due, *latest).limit(LISTED))
    return [_page(row) for row in rows]


def figures(session: Session, *, year: int) -> dict[str, int]:
    """Of the complaints received in a year: how many, how many are open, answered in time, and of each
    outcome.
    """
    first, last = clock.start_of(date(year, 1, 1)), clock.start_of(date(year + 1, 1, 1))
    rows = session.execute(
        sa.select(Complaint.outcome, Complaint.answered_at, Complaint.due_on).where(
            Complaint.received_at >= first, Complaint.received_at < last
        )
    ).all()
    in_time = [one for one in rows if one.answered_at and clock.day_of(one.answered_at) <= one.due_on]
    return {
        "received": len(rows),
        "open": sum(one.outcome is None for one in rows),
        "in_time": len(in_time),
        **{outcome: sum(one.outcome == outcome for one in rows) for outcome in OUTCOMES},
    }


def _found(session: Session, complaint_id: int) -> Complaint:
    found = session.get(Complaint, complaint_id)
    if found is None:
        raise NotFound
    return found


def _complaints() -> Any:
    return sa.select(Complaint, ComplaintWords).outerjoin(
        ComplaintWords, ComplaintWords.complaint_id == Complaint.id
    )


def _one(session: Session, *where: sa.ColumnElement[bool]) -> ComplaintPage:
    row = session.execute(_complaints().where(*where)).first()
    if row is None:
        raise NotFound
    return _page(row)


def _page(row: Any) -> ComplaintPage:
    one, said = row.Complaint, row.ComplaintWords
    return ComplaintPage(
        id=one.id,
        number=one.number,
        subject=one.subject,
        state=one.state,
        received_at=one.received_at,
        due_on=one.due_on,
        answered_at=one.answered_at,
        outcome=one.outcome,
        name=said.name if said else None,
        contact=said.contact if said else None,
        words=said.words if said else None,
        answer=said.answer if said else None,
        late=one.state == "received" and one.due_on < clock.today(),
    )
