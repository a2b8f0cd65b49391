"""Files that people put to something: to a word in the thread of an inquiry or an agreement, to what has to
pass before delivery, a contract, a delivery's weighing note, a certificate. The bytes lie in the folder of
papers.py; what the file was called is personal text and stands in a row of its own. Written by service.py.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Key, between, one_of

KINDS = ("word", "check", "contract", "note", "certificate")
PICTURE, PDF = "image/webp", "application/pdf"
MEDIA = (PICTURE, PDF)
#: So many one thing has at most.
MOST_FILES = 5
#: Signs of what a file was called.
LONGEST_TITLE = 120
OF_CONTRACT = text("kind = 'contract'")


class StoredFile(Base):
    """A file and what it belongs to. Whoever may see the inquiry, the agreement or the certificate sees it.

    ``name`` begins its SHA-256, ``size`` counts the bytes of what is kept, width and height the pixels of a
    picture; ``party_id`` is whoever put it up, None an officer.
    """

    __tablename__ = "stored_files"
    __table_args__ = (
        one_of("kind", KINDS),
        one_of("media", MEDIA),
        between("size", 1, 60 * 10**6),
        between("width", 1, 1600),
        between("height", 1, 3200),
        CheckConstraint(
            "(inquiry_id IS NOT NULL AND link_id IS NULL AND certificate_id IS NULL) OR"
            " (inquiry_id IS NULL AND link_id IS NOT NULL AND certificate_id IS NULL) OR"
            " (inquiry_id IS NULL AND link_id IS NULL AND certificate_id IS NOT NULL)",
            name="of_one",
        ),
        CheckConstraint("(kind = 'word') = (remark_id IS NOT NULL)", name="word"),
        CheckConstraint("(kind = 'check') = (check_id IS NOT NULL)", name="check"),
        CheckConstraint("(kind = 'note') = (delivery_id IS NOT NULL)", name="note"),
        CheckConstraint("(kind = 'certificate') = (certificate_id IS NOT NULL)", name="certificate"),
        UniqueConstraint("remark_id", "name"),
        UniqueConstraint("check_id", "name"),
        UniqueConstraint("delivery_id", "name"),
        UniqueConstraint("certificate_id", "name"),
        Index(
            "uq_stored_files_contract",
            "link_id",
            "name",
            unique=True,
            sqlite_where=OF_CONTRACT,
            postgresql_where=OF_CONTRACT,
        ),
    )

    id: Mapped[Key]
    kind: Mapped[str]
    inquiry_id: Mapped[int | None] = mapped_column(ForeignKey("inquiries.id"), index=True)
    link_id: Mapped[int | None] = mapped_column(ForeignKey("links.id"), index=True)
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificates.id"))
    remark_id: Mapped[int | None] = mapped_column(ForeignKey("remarks.id"))
    check_id: Mapped[int | None] = mapped_column(ForeignKey("link_checks.id"))
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id"))
    name: Mapped[str] = mapped_column(index=True)
    media: Mapped[str]
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    added_at: Mapped[datetime]
    added_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class FileTitle(Base):
    """What a file was called by whoever sent it: apart, so that it can be erased."""

    __tablename__ = "file_titles"

    file_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"), primary_key=True)
    title: Mapped[str]
