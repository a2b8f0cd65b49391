"""The tables of places: provinces, districts and communes with the days they were valid, who succeeded whom,
and which place covers which. How the rows come here stands in service.py, how they are asked in queries.py.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Key, one_of

#: The beginning of a place whose founding day nobody gave us.
EVER = date(1900, 1, 1)

LEVELS = ("province", "district", "commune")
KINDS = ("tỉnh", "thành phố", "thị xã", "huyện", "phường", "thị trấn", "xã")


class Place(Base):
    """One administrative unit for as long as it kept its code, name and land.

    A code names another unit after a reform, so other tables point to ``id``. ``valid_to`` is the first day
    on which the place no longer was; null while it lasts.
    """

    __tablename__ = "places"
    __table_args__ = (
        sa.UniqueConstraint("code", "valid_from"),
        one_of("level", LEVELS),
        one_of("kind", KINDS),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="lasting"),
        sa.CheckConstraint("(level = 'province') = (parent_id IS NULL)", name="parent"),
    )

    id: Mapped[Key]
    code: Mapped[str]
    name: Mapped[str]
    short_name: Mapped[str]
    kind: Mapped[str]
    level: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("places.id"), index=True)
    latitude: Mapped[float]
    longitude: Mapped[float]
    coordinate_basis: Mapped[str]
    area_km2: Mapped[float | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    folded: Mapped[str] = mapped_column(index=True)
    sort_key: Mapped[str]


class PlaceSuccession(Base):
    """On ``on_date`` the new place took over the whole land of the old one; no place has two successors."""

    __tablename__ = "place_successions"
    __table_args__ = (sa.CheckConstraint("old_id <> new_id", name="other"),)

    id: Mapped[Key]
    old_id: Mapped[int] = mapped_column(sa.ForeignKey("places.id"), unique=True)
    new_id: Mapped[int] = mapped_column(sa.ForeignKey("places.id"), index=True)
    on_date: Mapped[date]


class PlaceCover(Base):
    """The ancestor covers the place: it is the place, stands above it, or the same holds of its successor.

    Computed from the two other tables by the service; never written elsewhere.
    """

    __tablename__ = "place_covers"

    ancestor_id: Mapped[int] = mapped_column(sa.ForeignKey("places.id"), primary_key=True)
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("places.id"), primary_key=True, index=True)


class PlaceBoundary(Base):
    """The outline of a commune: rings of (longitude, latitude) in degrees, from a file that was taken in.
    Without one a map shows the place's middle.
    """

    __tablename__ = "place_boundaries"

    place_id: Mapped[int] = mapped_column(sa.ForeignKey("places.id"), primary_key=True)
    rings: Mapped[list[Any]] = mapped_column(sa.JSON)
    source: Mapped[str]
    loaded_at: Mapped[datetime]
