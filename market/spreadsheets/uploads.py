"""Files that people send to be taken in: sent, checked by the worker (working.py), carried out on their word
or dropped. A file is its sender's alone, for the party that was acted for.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.db import lock
from market.errors import Conflict, NotFound
from market.spreadsheets import outcome
from market.spreadsheets.models import AT_WORK, Upload
from market.words import t

#: So many of the latest are listed.
LISTED = 20
#: So many of one person's may be at work at a time.
MOST_AT_WORK = 5
LONGEST_NAME = 120


def send(
    session: Session, *, user_id: int, party_id: int | None, kind: str, name: str, file: str, draft: bool
) -> Upload:
    """Take note of a file that lies in the folder as ``file``."""
    at_work = sa.select(sa.func.count()).select_from(Upload)
    waiting = session.scalar(at_work.where(Upload.user_id == user_id, Upload.state.in_(AT_WORK)))
    if (waiting or 0) >= MOST_AT_WORK:
        raise Conflict(t("Several of your files are still being read. Please wait for them."), field="file")
    upload = Upload(
        user_id=user_id,
        party_id=party_id,
        kind=kind,
        name=" ".join(name.split())[-LONGEST_NAME:] or "?",
        file=file,
        draft=draft,
        sent_at=clock.now(),
    )
    session.add(upload)
    session.flush()  # the page to come needs its id
    return upload


def list_own(session: Session, *, user_id: int, party_id: int | None) -> Sequence[Upload]:
    """The latest files of somebody who acts for this party, or as an officer."""
    mine = sa.select(Upload).where(*_mine(user_id, party_id))
    return session.scalars(mine.order_by(Upload.id.desc()).limit(LISTED)).all()


def own(session: Session, *, user_id: int, party_id: int | None, upload_id: int) -> Upload:
    """One of them; ``NotFound`` for anybody else's."""
    mine = sa.select(Upload).where(Upload.id == upload_id, *_mine(user_id, party_id))
    found = session.scalar(mine)
    if found is None:
        raise NotFound
    return found


def _mine(user_id: int, party_id: int | None) -> tuple[sa.ColumnElement[bool], ...]:
    return Upload.user_id == user_id, Upload.party_id.is_not_distinct_from(party_id)


def carry_out(session: Session, upload: Upload) -> None:
    """Have a checked file taken in; again changes nothing."""
    lock(session, upload)
    if upload.state in ("applying", "applied"):
        return
    if upload.state != "checked":
        raise Conflict(t("This file is not waiting to be taken in."))
    found = outcome.read(upload.report or {})
    if not (found.new or found.changed):
        raise Conflict(t("This file changes nothing."))
    upload.state = "applying"


def drop(session: Session, upload: Upload) -> None:
    """Let a checked file be; again changes nothing."""
    lock(session, upload)
    if upload.state == "checked":
        upload.state, upload.done_at = "dropped", clock.now()
    elif upload.state != "dropped":
        raise Conflict(t("This file is not waiting to be taken in."))
