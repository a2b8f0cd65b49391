"""The table of prices that an agreement has, a line a size. What an amendment replaced says when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from market.db import MAX_PRICE, Base, Key, between


class LinkPrice(Base):
    """From this size (scaled as the spec says) to that, the price in đồng per kg or piece."""

    __tablename__ = "link_prices"
    __table_args__ = (between("price", 1, MAX_PRICE),)

    id: Mapped[Key]
    link_id: Mapped[int] = mapped_column(ForeignKey("links.id"), index=True)
    position: Mapped[int]
    size_from: Mapped[int | None]
    size_to: Mapped[int | None]
    price: Mapped[int]
    replaced_at: Mapped[datetime | None]
