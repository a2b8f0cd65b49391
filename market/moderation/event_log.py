"""The log of events as officers with the duty moderation read it: by kind, subject, party, day and channel,
the newest first, each event in plain words. Nothing is ever written here; rows hold numbers and codes,
never a person's words. Who trades with whom is not told: that takes a logged look (links/desk.py).
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
#: Kinds whose events, laid side by side, name both sides of a deal.
TRADE = ("amendment", "assisted", "delivery", "inquiry", "link")


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
    """An event. ``by``: the person's name if still known; ``party``: acted for. ``side``: it was one of the
    two sides of a deal, which is not told.
    """

    name: str
    subject_id: int
    at: datetime
    channel: str
    by: str | None
    user_id: int | None
    party: str | None
    side: bool
    data: dict[str, Any]


def find(session: Session, asked: Asked, *, page: int = 1, trade: bool = True) -> tuple[list[Line], int]:
    """A page of events, and how many there are in all; without ``trade`` none of the kinds of ``TRADE``. Of
    these it is told which side acted only where just this party was asked for.
    """
    where = _conditions(asked)
    if not trade:
        where += [sa.not_(_of_kind(kind)) for kind in TRADE]
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
    return [_line(row, names, named=asked.party_id is not None) for row in rows], total


def _line(row: Any, names: dict[int | None, str], *, named: bool) -> Line:
    one = row.EventRow
    side = not named and one.party_id is not None and one.name.partition(".")[0] in TRADE
    return Line(
        name=one.name,
        subject_id=one.subject_id,
        at=one.at,
        channel=one.channel,
        by=None if side else names.get(one.user_id),
        user_id=None if side else one.user_id,
        party=None if side else row.party,
        side=side,
        data=one.data,
    )


def _of_kind(kind: str) -> sa.ColumnElement[bool]:
    return EventRow.name.startswith(f"{kind}.", autoescape=True)


def _conditions(asked: Asked) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if asked.name:
        found.append(EventRow.name == asked.name)
    elif asked.kind:
        found.append(_of_kind(asked.kind))
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
