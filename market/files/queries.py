"""Files as pages and programs show them. Which of them somebody may see is decided where the inquiry, the
agreement or the certificate is fetched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.errors import NotFound
from market.files.models import PICTURE, FileTitle, StoredFile
from market.files.papers import WIDTHS


@dataclass(frozen=True, slots=True)
class FileCard:
    """A file: what it belongs to (``part``: the id of the remark, check or delivery), what it was called ("":
    erased), its bytes, and a picture's pixels.
    """

    id: int
    kind: str
    part: int | None
    title: str
    media: str
    size: int
    width: int
    height: int
    party_id: int | None
    added_at: datetime

    @property
    def is_picture(self) -> bool:
        """Whether it is shown as one."""
        return self.media == PICTURE

    @property
    def small(self) -> tuple[int, int]:
        """Width and height of the small picture."""
        width = min(self.width, WIDTHS[0])
        return width, max(1, round(self.height * width / self.width)) if self.width else 0


Cards = tuple[FileCard, ...]


def list_files(
    session: Session,
    *,
    inquiry_id: int | None = None,
    link_id: int | None = None,
    certificate_ids: Sequence[int] | None = None,
) -> Cards:
    """The files of one inquiry or agreement, or of certificates (``part`` is then the certificate)."""
    where: sa.ColumnElement[bool]
    if certificate_ids is not None:
        where = StoredFile.certificate_id.in_(certificate_ids)
    elif inquiry_id is not None:
        where = StoredFile.inquiry_id == inquiry_id
    else:
        where = StoredFile.link_id == link_id
    part = sa.func.coalesce(
        StoredFile.remark_id, StoredFile.check_id, StoredFile.delivery_id, StoredFile.certificate_id
    )
    rows = session.execute(
        sa.select(StoredFile, part, FileTitle.title)
        .outerjoin(FileTitle, FileTitle.file_id == StoredFile.id)
        .where(where)
        .order_by(StoredFile.id)
    )
    return tuple(
        FileCard(
            id=one.id,
            kind=one.kind,
            part=of,
            title=title or "",
            media=one.media,
            size=one.size,
            width=one.width or 0,
            height=one.height or 0,
            party_id=one.party_id,
            added_at=one.added_at,
        )
        for one, of, title in rows
    )


def of(cards: Cards, kind: str, part: int | None = None) -> Cards:
    """Those of a kind, of one part."""
    return tuple(one for one in cards if one.kind == kind and one.part == part)


def get_file(
    session: Session,
    file_id: int,
    *,
    inquiry_id: int | None = None,
    link_id: int | None = None,
    certificate_id: int | None = None,
) -> StoredFile:
    """A file of this inquiry, agreement or certificate; ``NotFound`` where it has no such."""
    found = session.get(StoredFile, file_id)
    owner = (inquiry_id, link_id, certificate_id)
    if found is None or (found.inquiry_id, found.link_id, found.certificate_id) != owner:
        raise NotFound
    return found


def title_of(session: Session, file_id: int) -> str:
    """What the file was called, "" where nobody knows any more."""
    return session.scalar(sa.select(FileTitle.title).where(FileTitle.file_id == file_id)) or ""
