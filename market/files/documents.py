"""Files as programs are told them; what a program sends of them is received in receiving.py."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from market.files.models import KINDS, MEDIA
from market.files.queries import Cards, FileCard
from market.web.api import Model

#: What an operation answers that hands a file on, for the OpenAPI document.
CONTENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file",
        "content": {media: {"schema": {"type": "string", "format": "binary"}} for media in MEDIA},
    }
}


class FileTold(Model):
    """A file that was put to something."""

    id: int
    kind: str = Field(description=", ".join(KINDS))
    of: int | None = Field(description="the word, the step of a check, the delivery or the certificate")
    url: str = Field(description="its content, for whoever may see what it belongs to")
    media_type: str
    size: int = Field(description="bytes of what is kept")
    width: int | None = Field(description="pixels of a picture")
    height: int | None
    own: bool = Field(description="put up by the asker's party")
    added_at: datetime


class FileList(Model):
    """All files of one agreement or certificate, the oldest first."""

    files: list[FileTold]


def tell(one: FileCard, *, base: str, party_id: int) -> FileTold:
    """A file; ``base`` is the address of what it belongs to."""
    return FileTold(
        id=one.id,
        kind=one.kind,
        of=one.part,
        url=f"{base}/files/{one.id}",
        media_type=one.media,
        size=one.size,
        width=one.width or None,
        height=one.height or None,
        own=one.party_id == party_id,
        added_at=one.added_at,
    )


def tell_all(cards: Cards, *, base: str, party_id: int) -> FileList:
    """All of them."""
    return FileList(files=[tell(one, base=base, party_id=party_id) for one in cards])
