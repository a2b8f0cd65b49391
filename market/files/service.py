"""What is put to something and taken away again. Who may is decided by whoever owns the thing: a caller has
fetched it as the asker's own and holds its row, so that no more come than one thing may have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.errors import Conflict, Invalid, NotFound
from market.events import Actor, Event
from market.files.models import MOST_FILES, FileTitle, StoredFile
from market.files.papers import FIELD, Paper, Papers
from market.words import t

#: So many files an inquiry or an agreement holds altogether.
MOST_OF_ALL = 100


@dataclass(frozen=True, slots=True)
class Owner:
    """What a file belongs to: whose (one of the first three), and which part of it."""

    kind: str
    inquiry_id: int | None = None
    link_id: int | None = None
    certificate_id: int | None = None
    remark_id: int | None = None
    check_id: int | None = None
    delivery_id: int | None = None

    def columns(self) -> dict[str, object]:
        return {one.name: getattr(self, one.name) for one in fields(self)}


def keep(
    session: Session, *, actor: Actor, owner: Owner, papers: Sequence[Paper], store: Papers
) -> list[StoredFile]:
    """Put papers to their owner; one that it has already counts once. Refuses more than it may have.

    Files that a rollback leaves behind are removed by ``jobs.remove_orphans``.
    """
    mine = [getattr(StoredFile, name) == value for name, value in owner.columns().items()]
    held = set(session.scalars(sa.select(StoredFile.name).where(*mine)))
    new = {one.name: one for one in papers if one.name not in held}
    if not new:
        return []
    if len(held) + len(new) > MOST_FILES:
        words = t("So many files at most: {most}. There are {n} already.", most=MOST_FILES, n=len(held))
        raise Invalid(words, field=FIELD)
    _check_all(session, owner, len(new))
    store.keep(list(new.values()))
    rows = [
        StoredFile(
            **owner.columns(),
            name=one.name,
            media=one.media,
            size=one.size,
            width=one.width,
            height=one.height,
            party_id=actor.party_id,
            added_at=clock.now(),
            added_by=actor.user_id,
        )
        for one in new.values()
    ]
    session.add_all(rows)
    session.flush()  # the titles and the events need their ids
    for row, one in zip(rows, new.values(), strict=True):
        session.add(FileTitle(file_id=row.id, title=one.title))
        events.record(session, Event("file.added", row.id, actor, {"kind": owner.kind}))
    return rows


def _check_all(session: Session, owner: Owner, more: int) -> None:
    if owner.certificate_id is not None:
        return
    whole = sa.and_(StoredFile.inquiry_id == owner.inquiry_id, StoredFile.link_id == owner.link_id)
    count = session.scalar(sa.select(sa.func.count()).select_from(StoredFile).where(whole)) or 0
    if count + more > MOST_OF_ALL:
        raise Conflict(t("There are {n} files here; no more are taken.", n=count), field=FIELD)


def remove(session: Session, *, actor: Actor, file: StoredFile) -> None:
    """Take a file away; refuses (NotFound) what another party has put up. Its bytes go later, when no row
    names them any more.
    """
    if file.party_id != actor.party_id:
        raise NotFound
    events.record(session, Event("file.removed", file.id, actor, {"kind": file.kind}))
    session.execute(sa.delete(FileTitle).where(FileTitle.file_id == file.id))
    session.delete(file)
