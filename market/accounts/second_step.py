"""Signing in goes on: the first step was the password, a code to choose a new one or the link of a message
(sessions.py); the second is a code of the person's app (factors.py), and then the session begins.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts import codes, factors, sessions
from market.accounts.models import OneTimeCode, User
from market.accounts.tokens import hash_token
from market.errors import Invalid
from market.words import t

TOO_LATE = t("This took too long. Please begin to sign in once more.")


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody between the steps."""

    code_id: int
    user_id: int
    to: str
    by_link: bool


def finish(
    session: Session,
    *,
    half: str,
    code: str,
    device: str,
    secret_key: str,
    replaces: int | None = None,
    shared: bool = False,
) -> tuple[sessions.Opened, str]:
    """Take the code and open the session (a short one on a ``shared`` device); gives the page to go on to as
    well. Refuses (Invalid, TooMany) a wrong code, which the caller notes by ``note_wrong``, and a first step
    that is too long ago.
    """
    waiting = find(session, half=half)
    if waiting is None:
        raise Invalid(TOO_LATE)
    factors.check(session, user_id=waiting.user_id, code=code, secret_key=secret_key)
    if not codes.use_up(session, waiting.code_id):
        raise Invalid(TOO_LATE)
    user = session.get_one(User, waiting.user_id)
    if waiting.by_link:
        membership_id = codes.membership_of(session, user_id=user.id, path=waiting.to)
        opened = sessions.open_session(
            session,
            user=user,
            device=device,
            replaces=replaces,
            membership_id=membership_id,
            life=sessions.SHORT_LIFE,
            by_link=True,
        )
    else:
        opened = sessions.open_session(
            session, user=user, device=device, replaces=replaces, life=sessions.life_on(shared=shared)
        )
    return opened, waiting.to


def find(session: Session, *, half: str) -> Waiting | None:
    """Who it is that waits between the steps, by what their browser holds."""
    row = session.execute(
        sa.select(OneTimeCode.id, OneTimeCode.user_id, OneTimeCode.path, OneTimeCode.purpose)
        .join(User, User.id == OneTimeCode.user_id)
        .where(
            OneTimeCode.code_hash == hash_token(half),
            OneTimeCode.purpose.in_(sessions.HALVES),
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > clock.now(),
            User.is_active,
        )
    ).first()
    return row and Waiting(row.id, row.user_id, row.path or "", row.purpose == sessions.BY_LINK)


def note_wrong(session: Session, *, half: str) -> None:
    """Count a wrong code against whoever waits."""
    waiting = find(session, half=half)
    if waiting is not None:
        factors.note_wrong(session, user_id=waiting.user_id)
