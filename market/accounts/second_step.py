"""Signing in goes on: the first step was the password, a code to choose a new one or the link of a message
(sessions.py); the second is a code of the person's app (factors.py) or one of their security keys
(security_keys.py), and then the session begins.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts import codes, factors, security_keys, sessions
from market.accounts.models import OneTimeCode, User
from market.accounts.tokens import hash_token
from market.accounts.webauthn import Site
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

    def check(user_id: int) -> None:
        factors.check(session, user_id=user_id, code=code, secret_key=secret_key)

    return _finish(session, half, check, device, replaces, shared)


def finish_by_key(
    session: Session,
    *,
    half: str,
    answer: str,
    device: str,
    secret_key: str,
    site: Site | None,
    replaces: int | None = None,
    shared: bool = False,
) -> tuple[sessions.Opened, str]:
    """The same by the answer of a security key. Refuses as ``finish``, and (WentBack) what may be a copy."""
    challenge = security_keys.challenge_of(half, secret_key=secret_key)

    def check(user_id: int) -> None:
        security_keys.check(session, user_id=user_id, challenge=challenge, answer=answer, site=site)

    return _finish(session, half, check, device, replaces, shared)


def _finish(
    session: Session,
    half: str,
    check: Callable[[int], None],
    device: str,
    replaces: int | None,
    shared: bool,
) -> tuple[sessions.Opened, str]:
    waiting = find(session, half=half)
    # Used up first: of the same answer sent twice at once, the second comes too late and is no wrong one.
    if waiting is None or not codes.use_up(session, waiting.code_id):
        raise Invalid(TOO_LATE)
    check(waiting.user_id)
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


def asked(session: Session, *, waiting: Waiting, half: str, secret_key: str, site: Site | None) -> str:
    """What the browser of whoever waits is given to have a security key answer; "" where there is none."""
    challenge = security_keys.challenge_of(half, secret_key=secret_key)
    return security_keys.asked(session, user_id=waiting.user_id, challenge=challenge, site=site)


def note_wrong(session: Session, *, half: str) -> None:
    """Count a wrong code or answer against whoever waits."""
    waiting = find(session, half=half)
    if waiting is not None:
        factors.note_wrong(session, user_id=waiting.user_id)
