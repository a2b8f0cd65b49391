"""The second step of signing in: a code of an app (totp.py) after the password, or one of the recovery codes
that were shown once. Set up by the person, reset by an administrator (officers.py), asked for by sessions.py.
Security keys, which serve in place of the app's code, are in security_keys.py.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.accounts import codes, queries, sessions, throttle, totp
from market.accounts import service as accounts
from market.accounts.models import FactorRule, RecoveryCode, SecondFactor, SecurityKey, User
from market.db import lock
from market.errors import Conflict, Invalid, NotFound
from market.events import Actor, Event
from market.words import Words, t

RECOVERY_CODES = 8
#: Letters and digits that nobody takes for one another; 16 of them are 80 bits.
SIGNS = "abcdefghijkmnpqrstuvwxyz23456789"
LENGTH = 16
MOST_TRIES = 5
TRIES_WITHIN = timedelta(minutes=15)
#: A secret that was begun with and not confirmed is shown for so long: whoever sat before this browser then
#: may have it in an app, too.
BEGUN_LIFE = timedelta(minutes=30)

WRONG = t("This code is not right, or it has been used. Please wait for the next one in the app.")


@dataclass(frozen=True, slots=True)
class State:
    """A person's second step; ``secret`` only while it is being set up."""

    since: datetime | None
    secret: bytes | None
    codes_left: int


def read(session: Session, *, user_id: int, secret_key: str) -> State:
    """How far it is set up."""
    row = session.get(SecondFactor, user_id)
    if row is None or _is_stale(row):
        return State(None, None, 0)
    if row.confirmed_at is None:
        return State(None, totp.secret_of(secret_key, user_id=user_id, salt=row.salt), 0)
    return State(row.confirmed_at, None, _codes_left(session, user_id))


def start(session: Session, *, user_id: int) -> None:
    """Begin to set it up, with a new secret; again at once it stays. Refuses (Conflict) where it is on."""
    _hold(session, user_id)
    row = session.get(SecondFactor, user_id)
    if row is None:
        session.add(SecondFactor(user_id=user_id, salt=secrets.token_hex(16), begun_at=clock.now()))
    elif row.confirmed_at is not None:
        raise Conflict(t("It is switched on already."))
    elif _is_stale(row):
        row.salt, row.begun_at = secrets.token_hex(16), clock.now()


def confirm(
    session: Session, *, user_id: int, sign_in_id: int | None, present: str, code: str, secret_key: str
) -> list[str]:
    """Switch it on by a first code; gives the recovery codes, which are shown this once. All other sessions
    end. Refuses (Invalid, TooMany) a wrong password or code, (Conflict) where nothing was begun.
    """
    user = _hold(session, user_id)
    row = session.get(SecondFactor, user_id)
    if row is None or _is_stale(row):
        raise Conflict(t("Please begin once more."))
    if row.confirmed_at is not None:
        raise Conflict(t("It is switched on already."))
    sessions.check_present(session, user, present)
    check_tries(session, user_id)
    secret = totp.secret_of(secret_key, user_id=user_id, salt=row.salt)
    step = totp.find_step(secret, codes.digits_of(code), clock.now())
    if step is None:
        raise Invalid(WRONG, field="code")
    row.confirmed_at, row.last_step = clock.now(), step
    sessions.end_others(session, user_id=user_id, but=sign_in_id)
    tell(session, "account.factor_on", user_id, t("A second step was set up for signing in to your account."))
    return _make_codes(session, row)


def renew_codes(session: Session, *, user_id: int, present: str) -> list[str]:
    """New recovery codes in place of all before, shown this once. Refuses (Invalid, TooMany) a wrong
    password, (Conflict) where the second step is not on.
    """
    row = own(session, user_id, present)
    tell(session, "account.factor_codes", user_id, t("New recovery codes were made for your account."))
    return _make_codes(session, row)


def remove(session: Session, *, user_id: int, present: str) -> None:
    """Switch it off. Refuses as ``renew_codes``."""
    own(session, user_id, present)
    _forget(session, user_id)
    words = t("The second step of signing in to your account was switched off.")
    tell(session, "account.factor_off", user_id, words)


def reset(session: Session, *, actor: Actor, user_id: int) -> None:
    """Take another's second step away, who has lost the telephone; every session of theirs ends, and they are
    told. Refuses (Conflict) one's own, and where there is none.
    """
    if actor.user_id == user_id:
        raise Conflict(t("Your own second step is changed on the page of your account."))
    _hold(session, user_id)
    row = session.get(SecondFactor, user_id)
    if row is None or row.confirmed_at is None:
        raise Conflict(t("There is no second step to take away."))
    _forget(session, user_id)
    sessions.end_others(session, user_id=user_id, but=None)
    events.record(session, Event("officer.factor_reset", user_id, actor))
    words = t("The administrator has taken away the second step of signing in to your account.")
    accounts.tell_user(
        session, user_id=user_id, kind="account.factor", words=words, path="/account/second-step", actor=actor
    )


def required_from(session: Session) -> date | None:
    """From which day on every officer needs one."""
    return session.scalar(sa.select(FactorRule.required_from).order_by(FactorRule.id.desc()).limit(1))


def require(session: Session, *, actor: Actor, officers: list[int], day: date | None) -> None:
    """Want a second step of every officer from a day on, or of nobody any more; the officers are told.
    Refuses (Invalid) a day that has gone.
    """
    if day is not None and day < clock.today():
        raise Invalid(t("This day has gone. Choose today or a later day."), field="required_from")
    if day == required_from(session):
        return
    assert actor.user_id is not None
    rule = FactorRule(required_from=day, made_by=actor.user_id, made_at=clock.now())
    session.add(rule)
    session.flush()  # the event is kept under the rule's number
    data = {"from": day.isoformat() if day else None}
    events.record(session, Event("officer.factor_required", rule.id, actor, data))
    if day is None:
        return
    words = t("From {day} on officers sign in with a second step. Please set it up before.", day=day)
    for user_id in officers:
        if not queries.has_factor(session, user_id=user_id):
            accounts.tell_user(
                session,
                user_id=user_id,
                kind="account.factor",
                words=words,
                path="/account/second-step",
                actor=actor,
            )


def check(session: Session, *, user_id: int, code: str, secret_key: str) -> None:
    """Take the code of the app, or a recovery code; it counts this once. Refuses (Invalid, TooMany); the
    caller notes a wrong one by ``note_wrong`` after the refusal.
    """
    check_tries(session, user_id)
    row = session.get(SecondFactor, user_id)
    if row is None or not (_take_step(session, row, code, secret_key) or _take_recovery(session, row, code)):
        raise Invalid(WRONG, field="code")
    forget_tries(session, user_id)


def note_wrong(session: Session, *, user_id: int) -> None:
    """Count a wrong code."""
    throttle.note(session, _key(user_id))


def check_tries(session: Session, user_id: int) -> None:
    """Refuse (TooMany) after too many wrong codes or answers of keys."""
    throttle.check(session, _key(user_id), most=MOST_TRIES, within=TRIES_WITHIN)


def forget_tries(session: Session, user_id: int) -> None:
    """A right one clears the wrong ones before it."""
    throttle.forget(session, _key(user_id))


def _key(user_id: int) -> str:
    return throttle.key("second", str(user_id))


def _take_step(session: Session, row: SecondFactor, code: str, secret_key: str) -> bool:
    secret = totp.secret_of(secret_key, user_id=row.user_id, salt=row.salt)
    step = totp.find_step(secret, codes.digits_of(code), clock.now())
    if step is None:
        return False
    unused = sa.or_(SecondFactor.last_step.is_(None), SecondFactor.last_step < step)
    taken = session.execute(
        sa.update(SecondFactor)
        .where(SecondFactor.user_id == row.user_id, SecondFactor.confirmed_at.is_not(None), unused)
        .values(last_step=step)
        .returning(SecondFactor.user_id)
    ).first()
    return taken is not None


def _take_recovery(session: Session, row: SecondFactor, code: str) -> bool:
    kept = _hash(row.salt, code)
    taken = session.execute(
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.user_id == row.user_id,
            RecoveryCode.code_hash == kept,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .returning(RecoveryCode.id)
    ).first()
    if taken is None:
        return False
    left = _codes_left(session, row.user_id)
    words = t("A recovery code has served to sign in to your account; {n} are left.", n=left)
    tell(session, "account.factor_recovered", row.user_id, words)
    return True


def own(session: Session, user_id: int, present: str) -> SecondFactor:
    """One's second step that is on, to change it by the password. Refuses as ``renew_codes``."""
    row = held(session, user_id)
    sessions.check_present(session, session.get_one(User, user_id), present)
    return row


def held(session: Session, user_id: int) -> SecondFactor:
    """A person's second step, taken; refuses (Conflict) where it is not on."""
    _hold(session, user_id)
    row = session.get(SecondFactor, user_id)
    if row is None or row.confirmed_at is None:
        raise Conflict(t("The second step is not switched on."))
    return row


def _is_stale(row: SecondFactor) -> bool:
    return row.confirmed_at is None and row.begun_at <= clock.now() - BEGUN_LIFE


def _hold(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound
    lock(session, user)  # begun or confirmed twice at once it would have two secrets
    return user


def _forget(session: Session, user_id: int) -> None:
    for table in (RecoveryCode, SecurityKey, SecondFactor):
        session.execute(sa.delete(table).where(table.user_id == user_id))


def _make_codes(session: Session, row: SecondFactor) -> list[str]:
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == row.user_id))
    made = ["".join(secrets.choice(SIGNS) for _ in range(LENGTH)) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(user_id=row.user_id, code_hash=_hash(row.salt, one)) for one in made)
    return ["-".join(one[at : at + 4] for at in range(0, LENGTH, 4)) for one in made]


def _codes_left(session: Session, user_id: int) -> int:
    unused = sa.select(sa.func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return session.scalar(unused) or 0


def _hash(salt: str, code: str) -> str:
    """What is kept of a recovery code; with 80 bits and a salt no slow hash is needed."""
    signs = "".join(sign for sign in code.lower() if sign.isascii() and sign.isalnum())
    return hmac.new(salt.encode(), b"recovery:" + signs.encode(), hashlib.sha256).hexdigest()


def tell(session: Session, name: str, user_id: int, words: Words) -> None:
    """Keep an event of one's second step, and tell the person."""
    actor = Actor(user_id)
    events.record(session, Event(name, user_id, actor))
    accounts.tell_user(
        session, user_id=user_id, kind="account.factor", words=words, path="/account/second-step", actor=actor
    )
