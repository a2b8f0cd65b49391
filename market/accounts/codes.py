"""One-time codes: six digits to reset a password, eight handed over by an officer, and long tokens behind the
links of SMS. All are kept hashed, end by themselves, and serve once.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts import passwords, queries, throttle
from market.accounts.models import OneTimeCode, User
from market.accounts.tokens import hash_token
from market.errors import Invalid, NotFound
from market.notices import service as notices
from market.notices.models import Notice
from market.words import t

RESET_LIFE = timedelta(minutes=15)
HANDOVER_LIFE = timedelta(hours=24)
LINK_LIFE = timedelta(days=3)
MOST_ATTEMPTS = 5
#: So many reset codes at once for one person; whoever asks more gets the same answer and no message.
MOST_RESETS = 3
#: With the one that an officer has handed over.
MOST_CODES = MOST_RESETS + 1

WRONG_CODE = t("This code is not right, or it is no longer valid. Please ask for a new one.")
SERVED = t("This link has served already, or it is too old. Please sign in instead.")


@dataclass(frozen=True, slots=True)
class Opening:
    """What a link opens: whose it is, where it leads, and as whom they come."""

    code_id: int
    user_id: int
    path: str
    usable: bool


def ask_reset(session: Session, *, login: str) -> None:
    """Send a code to whoever has this login; without anybody nothing happens, in about the same time."""
    user = queries.find_by_login(session, login=login)
    contact = queries.find_contact(session, user_id=user.id) if user else None
    code = f"{secrets.randbelow(10**6):06d}"
    kept = passwords.make_hash(code)
    if contact is None or len(_usable(session, contact.user_id)) >= MOST_RESETS:
        return
    keep(session, contact.user_id, "reset", kept, RESET_LIFE)
    notices.queue_message(
        session,
        user_id=contact.user_id,
        channel="email" if contact.email else "sms",
        address=contact.email or contact.phone or "",
        language=contact.language,
        subject=t("Your code to choose a new password"),
        body=t(
            "Chợ Liên Kết: {code} is your code to choose a new password. It holds for 15 minutes. "
            "Give it to nobody. If you did not ask for it, nothing has to be done.",
            code=code,
        ),
    )


def hand_over(session: Session, *, user_id: int) -> str:
    """A code that an officer reads out to a person, who must then choose a new password; 24 hours."""
    user = session.get(User, user_id)
    if user is None or not user.is_active:
        raise NotFound
    code = f"{secrets.randbelow(10**8):08d}"
    session.execute(
        sa.update(OneTimeCode)
        .where(
            OneTimeCode.user_id == user_id, OneTimeCode.purpose == "handover", OneTimeCode.used_at.is_(None)
        )
        .values(used_at=clock.now())
    )
    keep(session, user_id, "handover", passwords.make_hash(code), HANDOVER_LIFE)
    user.must_change_password = True
    return code


def redeem(session: Session, *, login: str, code: str) -> User:
    """The person whose code this is; it is used up. Refuses (Invalid, TooMany) without saying who exists.

    The caller notes a wrong one by ``note_wrong`` after the refusal.
    """
    throttle.check(session, throttle.key("code", login), most=MOST_ATTEMPTS, within=RESET_LIFE)
    user = queries.find_by_login(session, login=login)
    digits = digits_of(code)
    found = None
    usable = _usable(session, user.id) if user else []
    # As often for whoever has fewer, or no account: how long it takes says nothing.
    for kept in [*usable, *(None for _ in range(MOST_CODES - len(usable)))]:
        if passwords.matches(kept.code_hash if kept else None, digits):
            found = kept
    if user is None or found is None or not use_up(session, found.id):
        raise Invalid(WRONG_CODE, field="code")
    return user


def note_wrong(session: Session, *, login: str) -> None:
    """Count a wrong code, against the name that was typed and against the codes it was tried on."""
    throttle.note(session, throttle.key("code", login))
    user = queries.find_by_login(session, login=login)
    for kept in _usable(session, user.id) if user else []:
        kept.attempts = OneTimeCode.attempts + 1  # counted by the database: others may be trying too


def make_link(session: Session, *, user_id: int, path: str) -> str:
    """A token whose link opens one page for one person, once, within three days."""
    token = secrets.token_urlsafe(18)  # 144 bits in 24 signs: an SMS is short
    keep(session, user_id, "open", hash_token(token), LINK_LIFE, path=path)
    return token


def find_opening(session: Session, *, token: str) -> Opening | None:
    """What the token opens, if it ever opened anything; nothing is used up."""
    row = session.execute(
        sa.select(
            OneTimeCode.id, OneTimeCode.user_id, OneTimeCode.path, OneTimeCode.used_at, OneTimeCode.expires_at
        )
        .join(User, User.id == OneTimeCode.user_id)
        .where(OneTimeCode.code_hash == hash_token(token), OneTimeCode.purpose == "open", User.is_active)
    ).first()
    if row is None:
        return None
    usable = row.used_at is None and row.expires_at > clock.now()
    return Opening(row.id, row.user_id, row.path or "/", usable)


def use_opening(session: Session, *, token: str) -> tuple[Opening, int | None]:
    """Use the token up; gives what it opens and by which membership. Refuses NotFound when it has served.

    The membership is that of the party which the newest notice with this path was for.
    """
    opening = find_opening(session, token=token)
    if opening is None or not use_up(session, opening.code_id):
        raise NotFound(SERVED)
    return opening, membership_of(session, user_id=opening.user_id, path=opening.path)


def membership_of(session: Session, *, user_id: int, path: str) -> int | None:
    """By which membership a person comes to a page that news led them to."""
    party_id = session.scalar(
        sa.select(Notice.party_id)
        .where(Notice.user_id == user_id, Notice.path == path)
        .order_by(Notice.id.desc())
        .limit(1)
    )
    return queries.membership_for(session, user_id=user_id, party_id=party_id)


def keep(
    session: Session, user_id: int, purpose: str, kept: str, life: timedelta, *, path: str | None = None
) -> None:
    """Keep the hash of a code for a purpose (``CODE_PURPOSES``)."""
    session.add(
        OneTimeCode(
            user_id=user_id,
            purpose=purpose,
            code_hash=kept,
            path=path,
            created_at=clock.now(),
            expires_at=clock.now() + life,
        )
    )


def use_up(session: Session, code_id: int) -> bool:
    """Whether a code serves yet; from now on it does no more. Of several at once it serves one."""
    taken = session.execute(
        sa.update(OneTimeCode)
        .where(OneTimeCode.id == code_id, OneTimeCode.used_at.is_(None), OneTimeCode.expires_at > clock.now())
        .values(used_at=clock.now())
        .returning(OneTimeCode.id),
        execution_options={"synchronize_session": False},
    ).first()
    return taken is not None


def digits_of(code: str) -> str:
    """The digits of a code, however it was typed."""
    return "".join(sign for sign in code if sign.isascii() and sign.isdigit())


def _usable(session: Session, user_id: int) -> list[OneTimeCode]:
    return list(
        session.scalars(
            sa.select(OneTimeCode)
            .where(
                OneTimeCode.user_id == user_id,
                OneTimeCode.purpose.in_(("reset", "handover")),
                OneTimeCode.used_at.is_(None),
                OneTimeCode.expires_at > clock.now(),
                OneTimeCode.attempts < MOST_ATTEMPTS,
            )
            .order_by(OneTimeCode.id)
        )
    )
