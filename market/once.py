"""Idempotency keys: a form or an API call that creates something carries one, so that sending it twice
makes one thing. The first to insert the key does the work; the others are sent where it led.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from market import clock
from market.db import Base, insert_if_absent
from market.errors import Conflict
from market.words import Words, t


class Once(Base):
    """A key as its maker used it, and where the work led."""

    __tablename__ = "once"

    scope: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    body_hash: Mapped[str]
    answer: Mapped[str | None]
    at: Mapped[datetime]


def digest(*parts: object) -> str:
    """A stable hash of what was sent, to tell a repeat from another request under the same key."""
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()


def seen(
    session: Session, *, scope: str, key: str, body_hash: str, refusal: Words | None = None
) -> str | None:
    """Take the key: None when it is ours to do the work, else the answer of whoever did it.

    ``scope`` names the asker and the action. Another body under the same key is a ``Conflict``, in the words
    of ``refusal`` where no form was sent.
    """
    if insert_if_absent(session, Once, scope=scope, key=key, body_hash=body_hash, at=clock.now()):
        return None
    row = session.execute(sa.select(Once).where(Once.scope == scope, Once.key == key)).scalar_one()
    if row.body_hash != body_hash:
        words = t("This form was sent before with other contents. Open it again and resend.")
        raise Conflict(refusal or words)
    return row.answer or ""


def answered(session: Session, *, scope: str, key: str, answer: str) -> None:
    """Note where the work under this key led (an address or a JSON document)."""
    session.execute(sa.update(Once).where(Once.scope == scope, Once.key == key).values(answer=answer))
