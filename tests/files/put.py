"""Files for tests that are about who may see one, put up without being read."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from market import clock
from market.files.models import PDF, FileTitle, StoredFile
from market.files.papers import Papers
from market.inquiries.models import Remark
from tests.files import sheets
from tests.make import Side

NAME = "b" * 40


def put(session: Session, side: Side, kind: str, files: Path | None = None, **owner: int) -> int:
    """A file's row, its id; with ``files``, the folder of what is uploaded, its bytes lie there."""
    row = StoredFile(
        kind=kind,
        name=NAME,
        media=PDF,
        size=900,
        party_id=side.party.id,
        added_at=clock.now(),
        added_by=side.user.id,
        **owner,
    )
    session.add(row)
    session.flush()  # its id is asked for
    session.add(FileTitle(file_id=row.id, title="a.pdf"))
    if files is not None:
        path = Papers(files, most_bytes=1).place(f"{NAME}.pdf")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sheets.sheet())
    return row.id


def put_word(session: Session, side: Side, role: str, files: Path | None = None, **thread: int) -> int:
    """The same with a word in a thread, said by the buyer or the seller."""
    word = Remark(side=role, user_id=side.user.id, text="", at=clock.now(), **thread)
    session.add(word)
    session.flush()  # the file points to it
    return put(session, side, "word", files, remark_id=word.id, **thread)
