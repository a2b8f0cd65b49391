"""Signing in and out: a session is a row, the cookie holds its token, the table the token's hash; a row can
be revoked from anywhere. Whoever has a second step set up is let in by second_step.py after it; until then
there is only a ``Half``. How cookies are set is entering.py's, who is asking current.py's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.accounts import codes, passwords, queries, throttle
from market.accounts import service as accounts
from market.accounts.models import OneTimeCode, SignIn, User
from market.accounts.tokens import hash_token, new_token
from market.errors import Invalid, NotFound
from market.events import Actor, Event
from market.words import t

LIFE = timedelta(days=30)
#: Of officers and administrators, who see what is not for everybody (ASVS 4.0.3, 3.3.2).
OFFICER_LIFE = timedelta(hours=12)
#: A session begun by the link of a message, or on a device that others use too.
SHORT_LIFE = timedelta(hours=2)
#: Between the two steps of signing in.
HALF_LIFE = timedelta(minutes=10)
BY_LINK = "second_link"
HALVES = ("second", BY_LINK)
MOST_TRIES = 10
NO_MATCH = t("The e-mail, phone number or password is not right. Please try again.")
KEY_GONE = t(
    "The e-mail, phone number or password is not right, or it cannot be compared: a key that passwords were "
    "kept under is gone. Please try again, or choose a new password by a code."
)
TRIES_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Opened:
    """A fresh session: the token for the cookie, how long it lasts, and what the person has yet to do."""

    token: str
    life: timedelta
    user_id: int
    must_choose_party: bool
    must_change_password: bool


@dataclass(frozen=True, slots=True)
class Half:
    """The first step is done: the token for the browser until the second is."""

    token: str
    life: timedelta = HALF_LIFE


def sign_in(
    session: Session,
    *,
    login: str,
    password: str,
    device: str,
    to: str = "",
    replaces: int | None = None,
    shared: bool = False,
) -> Opened | Half:
    """Open a session for whoever has this login and password (a short one on a ``shared`` device), or the
    first half of it where a second step is set up (``to``: the page to go on to then). Refuses (Invalid,
    TooMany) in one way only.

    The caller notes a failed try by ``note_failed`` after the refusal. ``replaces`` is the session that the
    browser held until now; it ends.
    """
    throttle.check(session, throttle.key("sign-in", login), most=MOST_TRIES, within=TRIES_WITHIN)
    user = queries.find_by_login(session, login=login)
    if not passwords.matches(user.password_hash if user else None, password) or user is None:
        # Whether there is such an account is not told by this either: it asks of all.
        raise Invalid(KEY_GONE if queries.lack_a_key(session) else NO_MATCH)
    throttle.forget(session, throttle.key("sign-in", login))
    if user.password_hash and passwords.is_outdated(user.password_hash):
        user.password_hash = passwords.make_hash(password)
    if queries.has_factor(session, user_id=user.id):
        return _half(session, user, "second", to)
    return open_session(session, user=user, device=device, replaces=replaces, life=life_on(shared=shared))


def life_on(*, shared: bool) -> timedelta:
    """How long a session lasts, by whether others use the device too."""
    return SHORT_LIFE if shared else LIFE


def _half(session: Session, user: User, purpose: str, to: str) -> Half:
    half = Half(new_token())
    codes.keep(session, user.id, purpose, hash_token(half.token), half.life, path=to)
    return half


def _end_halves(session: Session, user_id: int) -> None:
    begun = sa.update(OneTimeCode).where(
        OneTimeCode.user_id == user_id, OneTimeCode.purpose.in_(HALVES), OneTimeCode.used_at.is_(None)
    )
    session.execute(begun.values(used_at=clock.now()))


def note_failed(session: Session, *, login: str) -> None:
    """Count a failed sign-in against the name that was typed."""
    throttle.note(session, throttle.key("sign-in", login))


def open_session(
    session: Session,
    *,
    user: User,
    device: str,
    replaces: int | None = None,
    membership_id: int | None = None,
    life: timedelta = LIFE,
    by_link: bool = False,
) -> Opened:
    """A session for a person who has shown who they are; of one membership only, it acts for that party."""
    roles = queries.list_roles(session, user_id=user.id)
    if membership_id is None and len(roles) == 1:
        membership_id = roles[0].membership_id
    if queries.is_officer(session, user_id=user.id):
        life = min(life, OFFICER_LIFE)
    if replaces is not None:
        _revoke(session, SignIn.id == replaces)
    token = new_token()
    session.add(
        SignIn(
            token_hash=hash_token(token),
            user_id=user.id,
            membership_id=membership_id,
            device=device[:200],
            by_link=by_link,
            created_at=clock.now(),
            expires_at=clock.now() + life,
        )
    )
    return Opened(
        token, life, user.id, membership_id is None and len(roles) > 1, bool(user.must_change_password)
    )


def open_by_link(
    session: Session, *, token: str, device: str, replaces: int | None = None
) -> tuple[Opened | Half, str]:
    """A short session by the link of an SMS (or its first half), and the page it leads to; refuses NotFound
    for a used one.
    """
    opening, membership_id = codes.use_opening(session, token=token)
    user = session.get_one(User, opening.user_id)
    if queries.has_factor(session, user_id=user.id):
        return _half(session, user, BY_LINK, opening.path), opening.path
    opened = open_session(
        session,
        user=user,
        device=device,
        replaces=replaces,
        membership_id=membership_id,
        life=SHORT_LIFE,
        by_link=True,
    )
    return opened, opening.path


def sign_out(session: Session, *, sign_in_id: int) -> None:
    """End this session."""
    _revoke(session, SignIn.id == sign_in_id)


def revoke(session: Session, *, user_id: int, sign_in_id: int) -> None:
    """End one of the person's own sessions; ``NotFound`` for somebody else's."""
    if not _revoke(session, sa.and_(SignIn.id == sign_in_id, SignIn.user_id == user_id)):
        raise NotFound


def end_others(session: Session, *, user_id: int, but: int | None) -> None:
    """End every session of a person but this one."""
    mine = SignIn.user_id == user_id
    _revoke(session, mine if but is None else sa.and_(mine, SignIn.id != but))


def choose_party(session: Session, *, user_id: int, sign_in_id: int, membership_id: int) -> None:
    """From now on this session acts by another of the person's memberships; ``NotFound`` for others."""
    if membership_id not in {role.membership_id for role in queries.list_roles(session, user_id=user_id)}:
        raise NotFound
    session.execute(
        sa.update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.user_id == user_id)
        .values(membership_id=membership_id)
    )


def change_password(
    session: Session, *, user_id: int, sign_in_id: int | None, present: str, new: str, device: str
) -> Opened:
    """Replace the password; every session of the person ends and a fresh one begins for this browser."""
    user = session.get_one(User, user_id)
    check_present(session, user, present)
    passwords.check_strength(new, field="new")
    if present == new:
        raise Invalid(t("This is the password you have already. Please choose another one."), field="new")
    before = session.get(SignIn, sign_in_id) if sign_in_id is not None else None
    kept, life = (before.membership_id, before.expires_at - before.created_at) if before else (None, LIFE)
    _replace_password(session, user, new)
    return open_session(session, user=user, device=device, membership_id=kept, life=life)


def check_present(session: Session, user: User, present: str) -> None:
    """Refuse (Invalid, field ``present``; TooMany after too many) unless this is the person's password. The
    caller notes a wrong one by ``note_wrong_password`` after the refusal.
    """
    throttle.check(session, throttle.key("password", str(user.id)), most=MOST_TRIES, within=TRIES_WITHIN)
    if user.password_hash and passwords.lacks_key(user.password_hash):
        words = t(
            "Your password cannot be compared, for the key that it was kept under is gone. "
            "Please choose a new one by a code."
        )
        raise Invalid(words, field="present")
    if not passwords.matches(user.password_hash, present):
        raise Invalid(t("This is not your present password."), field="present")


def note_wrong_password(session: Session, *, user_id: int) -> None:
    """Count a wrong present password."""
    throttle.note(session, throttle.key("password", str(user_id)))


def reset_password(session: Session, *, login: str, code: str, new: str, device: str) -> Opened | Half:
    """Choose a new password by a one-time code; every session ends and a fresh one begins, or its first half.
    Refuses (Invalid, TooMany) a wrong code without saying who exists; the caller notes it by
    ``codes.note_wrong``.
    """
    passwords.check_strength(new, field="new")
    user = codes.redeem(session, login=login, code=code)
    _replace_password(session, user, new)
    if queries.has_factor(session, user_id=user.id):
        return _half(session, user, "second", "/account")
    return open_session(session, user=user, device=device)


def _replace_password(session: Session, user: User, new: str) -> None:
    user.password_hash = passwords.make_hash(new)
    user.must_change_password = False
    _revoke(session, SignIn.user_id == user.id)
    _end_halves(session, user.id)
    actor = Actor(user.id)
    events.record(session, Event("account.password_changed", user.id, actor))
    words = t("The password of your account was changed. Was it not you? Reset it and tell the department.")
    accounts.tell_user(
        session, user_id=user.id, kind="account.password", words=words, path="/account", actor=actor
    )


def _revoke(session: Session, which: sa.ColumnElement[bool]) -> bool:
    ended = session.execute(
        sa.update(SignIn)
        .where(which, SignIn.revoked_at.is_(None))
        .values(revoked_at=clock.now())
        .returning(SignIn.id),
        execution_options={"synchronize_session": False},
    ).all()
    return bool(ended)
