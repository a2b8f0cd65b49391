"""Slowing down whoever guesses: failed tries are counted by a hash of the name that was tried, whether
anybody has it or not. A try is noted after its refusal was rolled back (``after_refusal`` in web/session.py).
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts import logins
from market.accounts.models import FailedTry
from market.accounts.tokens import hash_token
from market.db import take_turns
from market.errors import TooMany
from market.words import t


def key(action: str, login: str) -> str:
    """Under which tries of one action on one login are counted, however the login is typed."""
    return hash_token(f"{action}:{logins.read_login(login) or login.strip().lower()[:300]}")


def check(session: Session, key_hash: str, *, most: int, within: timedelta) -> None:
    """Refuse (TooMany) after so many failed tries within the time. A try of later than now was noted while
    the clock was ahead, and may have failed for that: it keeps nobody out once the clock has been put back.

    Of tries under one key one is judged at a time. Between the end of one and its note the next may begin, so
    of many at once one more passes than may, and not as many as there are connections.
    """
    take_turns(session, key_hash)
    now = clock.now()
    tries = session.scalar(
        sa.select(sa.func.count())
        .select_from(FailedTry)
        .where(FailedTry.key_hash == key_hash, FailedTry.at > now - within, FailedTry.at < now + clock.APART)
    )
    if (tries or 0) >= most:
        minutes = int(within.total_seconds() // 60)
        raise TooMany(t("Too many tries. Please wait {n} minutes and try again.", n=minutes))


def note(session: Session, key_hash: str) -> None:
    """Count a failed try."""
    session.add(FailedTry(key_hash=key_hash, at=clock.now()))


def forget(session: Session, key_hash: str) -> None:
    """A success clears the tries before it."""
    session.execute(sa.delete(FailedTry).where(FailedTry.key_hash == key_hash))
