"""Files that people have sent to be taken in: what became of each, from the sending to the end. The file
itself lies in a folder (incoming.py) until it is done with; what was found in it stays.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Key, one_of

KINDS = ("cooperatives", "listings", "links", "season-plans", "denominators", "official-figures")
#: ``reading``: to be read and compared. ``checked``: waits for the word of who sent it. ``applying``: to be
#: carried out. ``refused``: something in it is wrong, nothing was kept. ``dropped``: not wanted after all.
STATES = ("reading", "checked", "refused", "applying", "applied", "dropped")
#: The states in which the worker has something to do.
AT_WORK = ("reading", "applying")


class Upload(Base):
    """A file of a person's, for the party acted for (``party_id``) or, without one, as an officer.

    ``file`` is its name in the folder. ``report`` holds the counts and what is wrong, words unsaid
    (outcome.py).
    """

    __tablename__ = "uploads"
    __table_args__ = (
        one_of("kind", KINDS),
        one_of("state", STATES),
        Index("ix_uploads_work", "state", "id"),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    kind: Mapped[str]
    name: Mapped[str]
    file: Mapped[str] = mapped_column(unique=True)
    draft: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default="reading")
    report: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON())
    sent_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
