"""What the two sides have written to each other beside their offers, in the order it was said, each word with
the files that came with it. Writing is in talk.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.files import queries as files
from market.files.queries import Cards
from market.inquiries.models import Remark


@dataclass(frozen=True, slots=True)
class Word:
    """What a side wrote ("": it sent files alone), with its files."""

    id: int
    side: str
    at: datetime
    text: str
    files: Cards = ()


def list_words(
    session: Session, *, inquiry_id: int | None = None, link_id: int | None = None, cards: Cards | None = None
) -> tuple[Word, ...]:
    """The words of a thread; ``cards`` are its files where they have been read already."""
    rows = session.execute(
        sa.select(Remark.id, Remark.side, Remark.at, Remark.text)
        .where(
            Remark.inquiry_id == inquiry_id if inquiry_id is not None else Remark.link_id == link_id,
            Remark.offer_id.is_(None),
            Remark.claim_id.is_(None),
        )
        .order_by(Remark.id)
    ).all()
    if rows and cards is None:
        cards = files.list_files(session, inquiry_id=inquiry_id, link_id=link_id)
    return tuple(Word(*row, files=files.of(cards or (), "word", row.id)) for row in rows)
