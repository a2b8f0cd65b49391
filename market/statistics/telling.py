"""Telling a unit of what stands about it in one of the department's lists: a notice to its people, once a
list, thing and day, however many officers press.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.accounts import service as accounts
from market.db import insert_if_absent
from market.errors import Conflict, NotFound
from market.events import Actor, Event
from market.statistics import worklists
from market.statistics.dashboard_models import Reminder
from market.statistics.worklists import Line, Places, Worklist
from market.words import Words, t

KIND = "department.reminder"


def tell(
    session: Session, *, actor: Actor, places: Places, worklist: Worklist, party_id: int, subject_id: int
) -> Line:
    """Tell the people of the unit; gives the line it was about.

    Refuses NotFound what stands in no list of these places (any more), Conflict what the unit was told of
    today already.
    """
    today = clock.today()
    line = worklists.find_line(
        session, worklist, places=places, on=today, party_id=party_id, subject_id=subject_id
    )
    if line is None:
        raise NotFound(t("This does not stand in the list any more."))
    about = {"worklist": worklist.code, "party_id": party_id, "subject_id": subject_id, "on_day": today}
    if not insert_if_absent(session, Reminder, **about, at=clock.now(), by=actor.user_id):
        raise Conflict(t("{party} was told of this today already.", party=line.party))
    accounts.tell_party(
        session,
        party_id=party_id,
        kind=KIND,
        words=words_for(worklist, line),
        path=worklist.path.format(link=line.link_id),
        actor=actor,
    )
    told = {"list": worklist.code, "subject": subject_id}
    events.record(session, Event("party.reminded", party_id, actor, told))
    return line


def words_for(worklist: Worklist, line: Line) -> Words:
    """What the unit reads."""
    values = {"product": line.product, "number": str(line.link_id or "")}
    return Words(worklist.told.text, {name: one for name, one in values.items() if one})


def told_last(session: Session, worklist: Worklist, lines: Collection[Line]) -> dict[tuple[int, int], date]:
    """By party and subject: the last day on which the unit was told."""
    parties = {one.party_id for one in lines}
    rows = session.execute(
        sa.select(Reminder.party_id, Reminder.subject_id, sa.func.max(Reminder.on_day).label("day"))
        .where(Reminder.worklist == worklist.code, Reminder.party_id.in_(parties))
        .group_by(Reminder.party_id, Reminder.subject_id)
    )
    return {(row.party_id, row.subject_id): row.day for row in rows}
