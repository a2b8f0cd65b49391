"""The photos of listings. The files lie in the folder of pictures.py; these rows say which are whose. Written
by photos.py.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, between

#: So many a listing has at most; the positions hold it.
MOST_PHOTOS = 8


class ListingPhoto(Base):
    """A photo at its place among those of a listing. ``name`` is made of its content, ``alt`` says in words
    what it shows ("": nobody has said), width and height are the pixels of its widest file.
    """

    __tablename__ = "listing_photos"
    __table_args__ = (
        UniqueConstraint("listing_id", "name"),
        between("position", 1, MOST_PHOTOS),
        between("width", 1, 1280),
        between("height", 1, 2560),
    )

    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(index=True)
    width: Mapped[int]
    height: Mapped[int]
    alt: Mapped[str]
    added_at: Mapped[datetime]
    added_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
