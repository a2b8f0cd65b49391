"""Looks: an officer opens what is for the two sides alone (price, counterparty) by a press that is an event,
which keeps it open for a while and is shown to the two sides (docs/decisions/0007-a-look-is-a-press.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts.models import Person
from market.errors import Conflict
from market.events import EventRow
from market.words import t

#: For so long a look keeps the deal open to the officer who looked.
OPEN_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Look:
    """A look as the two sides read it."""

    at: datetime
    officer: str


def is_fresh(session: Session, name: str, subject_id: int, *, user_id: int) -> bool:
    """Whether the officer's own look (an event of this name) at a subject still holds."""
    seen = session.scalar(
        sa.select(sa.func.max(EventRow.at)).where(
            EventRow.name == name, EventRow.subject_id == subject_id, EventRow.user_id == user_id
        )
    )
    return seen is not None and seen >= clock.now() - OPEN_FOR


def need(session: Session, name: str, subject_id: int, *, user_id: int) -> None:
    """Refuse (Conflict) an officer whose look is not fresh."""
    if not is_fresh(session, name, subject_id, user_id=user_id):
        raise Conflict(t("Please open price and buyer first: the two sides see that you did."))


def list_looks(session: Session, name: str, subject_id: int) -> list[Look]:
    """Who of the department looked, the latest first."""
    rows = session.execute(
        sa.select(EventRow.at, Person.name)
        .outerjoin(Person, Person.user_id == EventRow.user_id)
        .where(EventRow.name == name, EventRow.subject_id == subject_id)
        .order_by(EventRow.id.desc())
        .limit(50)
    )
    return [Look(row.at, row.name or "") for row in rows]
