"""A person's news as their page shows it, newest first. Writing is in service.py, sending in jobs.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.notices.models import Notice
from market.words import Words, unpack

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One line of the list."""

    id: int
    words: Words
    path: str
    created_at: datetime
    read: bool


def list_notices(session: Session, *, user_id: int, page: int = 1) -> tuple[list[NoticeLine], int]:
    """A page of somebody's notices and how many there are in all."""
    mine = Notice.user_id == user_id
    total = session.scalar(sa.select(sa.func.count()).select_from(Notice).where(mine)) or 0
    rows = session.execute(
        sa.select(Notice.id, Notice.text, Notice.values, Notice.path, Notice.created_at, Notice.read_at)
        .where(mine)
        .order_by(Notice.created_at.desc(), Notice.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    lines = [
        NoticeLine(
            id=row.id,
            words=unpack({"text": row.text, "values": row.values}),
            path=row.path,
            created_at=row.created_at,
            read=row.read_at is not None,
        )
        for row in rows
    ]
    return lines, total
