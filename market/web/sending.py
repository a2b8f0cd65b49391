"""A form that makes something carries a key, so that sending it twice makes one thing: the first does the
work, the others are sent where it led (market/once.py keeps the keys; what programs send has sent.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from market import once

#: Of a key as it came, what is kept.
LONGEST_KEY = 64


@dataclass(frozen=True, slots=True)
class Sending:
    """A form as it was sent; ``led`` is where the same one led before, None where the work is still to do."""

    session: Session
    scope: str
    key: str
    led: str | None

    def leads(self, where: str) -> None:
        """Note the address at which the work ended."""
        if self.key:
            once.answered(self.session, scope=self.scope, key=self.key, answer=where)


def take(
    session: Session, user_id: int | None, action: str, raw: Mapping[str, Any], *about: object
) -> Sending:
    """Take the key in the form's field ``once``, for an action of a user's, about what its address names.

    Refuses (Conflict) a key under which the form had other contents.
    """
    scope, key = f"{user_id}:{action}", str(raw.get("once", ""))[:LONGEST_KEY]
    if not key:
        return Sending(session, scope, key, None)
    fields = sorted((name, value) for name, value in raw.items() if name != "once")
    led = once.seen(session, scope=scope, key=key, body_hash=once.digest(*about, fields))
    return Sending(session, scope, key, led)
