"""The log of events as officers with the duty moderation read it: by kind, subject, party, day and channel,
the newest first, each event in plain words. Nothing is ever written here; rows hold numbers and codes,
never a person's words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts import queries as accounts
from market.events import CHANNELS, EventRow
from market.parties.models import Party

PAGE_SIZE = 50
#: Pages beyond are not counted out: whoever looks for something narrows the search.
MOST_PAGES = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for; empty fields narrow nothing. ``kind`` is what event names begin with (``link``)."""

    kind: str = ""
    name: str = ""
    subject_id: int | None = None
    party_id: int | None = None
    first: date | None = None
    last: date | None = None
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """An event. ``by``: the person's name if still known; ``party``: acted for."""

    name: str
    subject_id: int
    at: datetime
    channel: str
    by: str | None
    user_id: int | None
    party: str | None
    data: dict[str, Any]


def find(session: Session, asked: Asked, *, page: int = 1) -> tuple[list[Line], int]:
    """A page of events, and how many there are in all."""
    where = _conditions(asked)
    total = session.scalar(sa.select(sa.func.count()).select_from(EventRow).where(*where)) or 0
    rows = session.execute(
        sa.select(EventRow, Party.name.label("party"))
        .outerjoin(Party, Party.id == EventRow.party_id)
        .where(*where)
        .order_by(EventRow.id.desc())
        .limit(PAGE_SIZE)
        .offset((min(page, MOST_PAGES) - 1) * PAGE_SIZE)
    ).all()
    names = accounts.names_of(session, [row.EventRow.user_id for row in rows])
    return [
        Line(
            name=row.EventRow.name,
            subject_id=row.EventRow.subject_id,
            at=row.EventRow.at,
            channel=row.EventRow.channel,
            by=names.get(row.EventRow.user_id),
            user_id=row.EventRow.user_id,
            party=row.party,
            data=row.EventRow.data,
        )
        for row in rows
    ], total


def _conditions(asked: Asked) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if asked.name:
        found.append(EventRow.name == asked.name)
    elif asked.kind:
        found.append(EventRow.name.startswith(f"{asked.kind}.", autoescape=True))
    if asked.subject_id is not None:
        found.append(EventRow.subject_id == asked.subject_id)
    if asked.party_id is not None:
        found.append(EventRow.party_id == asked.party_id)
    if asked.channel in CHANNELS:
        found.append(EventRow.channel == asked.channel)
    if asked.first is not None:
        found.append(EventRow.at >= clock.start_of(asked.first))
    if asked.last is not None:
        found.append(EventRow.at < clock.end_of(asked.last))
    return found
