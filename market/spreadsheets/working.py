"""What the worker does with files that were sent: reads and compares them, carries out those that are wanted,
all of a file or nothing, and clears away what is done with. Killed in between, it begins with the file anew.
"""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session

from market import clock
from market.accounts import service as accounts
from market.db import lock
from market.errors import Invalid
from market.events import CLOCK, Actor
from market.runtime import Runtime
from market.spreadsheets import outcome, scope, service
from market.spreadsheets.incoming import Incoming
from market.spreadsheets.models import AT_WORK, Upload
from market.spreadsheets.reading import Sheet
from market.spreadsheets.report import Report
from market.spreadsheets.service import NotApplied
from market.spreadsheets.steps import Options
from market.words import Words, t

log = logging.getLogger("market.uploads")

#: Whoever works on files holds this lock.
LOCK = "uploads"
#: A file nobody has decided on is cleared away after so long, and one that is done with after so long.
FORGOTTEN, DONE = timedelta(days=7), timedelta(hours=1)
#: Seconds between two notes of how far it is.
PAUSE = 0.5

#: What is told when a large file has been seen to.
SAID = {
    "checked": t("The file has been read: look at what it would change, and have it taken in."),
    "refused": t("The file could not be taken in; nothing of it was kept. See what is wrong."),
    "applied": t("The file has been taken in."),
}
#: Files with more rows are told of by a notice: nobody waits that long.
LARGE = 2_000


def work(runtime: Runtime) -> int:
    """See to the file that has waited longest; says whether there was one."""
    with runtime.database.exclusive(LOCK) as mine:
        if not mine:
            return 0
        with runtime.database.reading() as session:
            next_one = sa.select(Upload.id, Upload.kind, Upload.state, Upload.file).where(
                Upload.state.in_(AT_WORK)
            )
            found = session.execute(next_one.order_by(Upload.id).limit(1)).first()
        if found is None:
            return 0
        try:
            _see_to(runtime, found)
        except (OperationalError, InterfaceError, NoConnection):
            raise  # the database is away: the file waits for it
        except Exception:
            # A fault of ours: it must not hold up the files behind it.
            log.exception("file %d", found.id)
            report = Report(found.kind)
            report.refuse(0, "", "", t("This file could not be worked on. Please send it again."))
            with runtime.database.writing() as session:
                _end(session, session.get_one(Upload, found.id), "refused", report)
        return 1


def _see_to(runtime: Runtime, found: Any) -> None:
    folder = Incoming(runtime.settings.files)
    held = folder.read(found.file)
    sheets = (
        service.open_file(held)
        if held is not None
        else Invalid(t("This file is not there any more. Please send it again."), field="file")
    )
    if found.state == "reading":
        _check(runtime, found.id, sheets)
    else:
        _carry_out(runtime, folder, found.id, sheets)


def _check(runtime: Runtime, upload_id: int, sheets: list[Sheet] | Invalid) -> None:
    with runtime.database.reading() as session:
        report = _preview(session, session.get_one(Upload, upload_id), sheets).report
    with runtime.database.writing() as session:
        _end(session, session.get_one(Upload, upload_id), "checked" if report.ok else "refused", report)


def _carry_out(runtime: Runtime, folder: Incoming, upload_id: int, sheets: list[Sheet] | Invalid) -> None:
    try:
        with runtime.database.writing() as session:
            upload = session.get_one(Upload, upload_id)
            lock(session, upload)
            found = _preview(session, upload, sheets)
            actor = Actor(upload.user_id, upload.party_id, "import")
            report = service.apply(session, found, actor=actor, told=_teller(folder, upload.file))
            _end(session, upload, "applied", report)
    except NotApplied as refusal:
        with runtime.database.writing() as session:
            _end(session, session.get_one(Upload, upload_id), "refused", refusal.report)


def _preview(session: Session, upload: Upload, sheets: list[Sheet] | Invalid) -> service.Plan:
    """Compared anew whenever it is looked at: the rows and the rights may be others by now."""
    limits = scope.of(session, kind=upload.kind, user_id=upload.user_id, party_id=upload.party_id)
    options = Options(draft=upload.draft)
    return service.preview(session, kind=upload.kind, file=sheets, options=options, scope=limits)


def _teller(folder: Incoming, name: str) -> service.Told:
    last = 0.0

    def tell(done: int, of: int) -> None:
        nonlocal last
        if time.monotonic() - last >= PAUSE:
            last = time.monotonic()
            folder.note(name, done, of)

    return tell


def _end(session: Session, upload: Upload, state: str, report: Report) -> None:
    upload.state, upload.report = state, outcome.keep(report)
    if state == "checked":
        upload.checked_at = clock.now()
    else:
        upload.done_at = clock.now()
    if report.rows > LARGE:
        _tell(session, upload, SAID[state])


def _tell(session: Session, upload: Upload, words: Words) -> None:
    accounts.tell_user(
        session,
        user_id=upload.user_id,
        kind="upload.seen",
        words=words,
        path=f"/imports/{upload.id}",
        actor=CLOCK,
    )


def clear_away(runtime: Runtime) -> int:
    """Let go of files that are done with or that nobody came back to; says how many."""
    folder, now = Incoming(runtime.settings.files), clock.now()
    with runtime.database.writing() as session:
        session.execute(
            sa.update(Upload)
            .where(Upload.state == "checked", Upload.checked_at < now - FORGOTTEN)
            .values(state="dropped", done_at=now)
        )
    with runtime.database.reading() as session:
        return folder.remove_strays(older_than=(now - DONE).timestamp(), known=partial(_waiting, session))


def _waiting(session: Session, names: list[str]) -> set[str]:
    """Those of these files that are still wanted."""
    wanted = sa.select(Upload.file).where(Upload.state.in_((*AT_WORK, "checked")))
    return set(session.scalars(wanted)) & set(names)
