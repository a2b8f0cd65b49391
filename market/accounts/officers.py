"""Who works for the department: adding officers, giving and ending their duties by the day, taking accounts
and the administrator's rights away. Everything here is the administrator's; who is an officer now is read by
officer_lists.py, and what a duty allows is asked where the work is done (current.py).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.accounts import codes, labels
from market.accounts import service as accounts
from market.accounts.models import DUTIES, SEAT, OfficerDuty, Person, User
from market.db import lock, refused_by_database
from market.errors import Conflict, Invalid, NotFound
from market.events import Actor, Event
from market.places import queries as places
from market.words import t


def add_officer(
    session: Session,
    *,
    actor: Actor,
    name: str,
    login: str,
    place_id: int,
    duties: Collection[str],
    valid_from: date,
) -> User:
    """An account with its first duties and no password yet: a code that is handed over sets it.

    Refuses (Invalid, with the field) what ``give_duties`` refuses, and a login that cannot be read or has an
    account already.
    """
    _check_duties(session, place_id=place_id, duties=duties, valid_from=valid_from)
    by_email = "@" in login
    try:
        user = accounts.create_user(
            session,
            name=name,
            email=login if by_email else None,
            phone=None if by_email else login,
            must_change_password=True,
        )
    except Invalid as wrong:
        if wrong.words == accounts.TAKEN:
            raise Invalid(
                t("An account has this e-mail address or phone number already, perhaps one that is closed."),
                field="login",
            ) from wrong
        raise Invalid(wrong.words, field="name" if wrong.field == "name" else "login") from wrong
    events.record(session, Event("officer.added", user.id, actor))
    _give(session, actor, user.id, place_id=place_id, duties=duties, valid_from=valid_from)
    return user


def give_duties(
    session: Session,
    *,
    actor: Actor,
    user_id: int,
    place_id: int,
    duties: Collection[str],
    valid_from: date,
) -> None:
    """Let an officer have these duties (of ``DUTIES``, or ``SEAT``) for a place and all below it from a day
    on. Refuses (Invalid, with the field) none, a day that has gone, a place that is not one on that day, a
    duty that is held there at any time from then on; (Conflict) a closed account.
    """
    user = _officer(session, user_id)
    lock(session, user)
    if not user.is_active:
        raise Conflict(t("This account is closed. Let the person in again first."))
    _check_duties(session, place_id=place_id, duties=duties, valid_from=valid_from)
    for held in session.scalars(
        sa.select(OfficerDuty)
        .where(
            OfficerDuty.user_id == user_id,
            OfficerDuty.place_id == place_id,
            OfficerDuty.duty.in_(duties),
            sa.or_(
                OfficerDuty.valid_to.is_(None),
                OfficerDuty.valid_to > valid_from,
                # Given and taken back for the same day: what was noted of that day stays.
                OfficerDuty.valid_from == valid_from,
            ),
        )
        .order_by(OfficerDuty.id)
    ):
        what = labels.DUTIES[held.duty]
        if held.valid_to is not None and held.valid_to <= valid_from:
            words = t("“{duty}” was given and ended here on this very day. Choose a later day.", duty=what)
            raise Invalid(words, field="valid_from")
        raise Invalid(
            t("“{duty}” is given for this place already, from {day}.", duty=what, day=held.valid_from),
            field="duties",
        )
    _give(session, actor, user_id, place_id=place_id, duties=duties, valid_from=valid_from)


def end_duty(session: Session, *, actor: Actor, user_id: int, duty_id: int, valid_to: date) -> None:
    """Let a duty hold no more from a day on; what it was until then stays. An end that is still to come may
    be brought forward. Refuses (Invalid, field ``valid_to``) a day that has gone, lies before the duty's
    first, or after the end that it has; (Conflict) one that has ended; NotFound for another's.
    """
    user = _officer(session, user_id)
    lock(session, user)
    held = session.get(OfficerDuty, duty_id)
    if held is None or held.user_id != user_id:
        raise NotFound
    lock(session, held)
    if held.valid_to == valid_to:
        return
    today = clock.today()
    if held.valid_to is not None and held.valid_to <= today:
        raise Conflict(t("This duty has ended already."))
    if valid_to < today:
        raise Invalid(t("This day has gone. Choose today or a later day."), field="valid_to")
    if valid_to < held.valid_from:
        raise Invalid(
            t("The duty begins on {day}: it cannot end before.", day=held.valid_from), field="valid_to"
        )
    if held.valid_to is not None and valid_to > held.valid_to:
        raise Invalid(
            t(
                "It ends on {day} already. To go on after that, give it anew from that day.",
                day=held.valid_to,
            ),
            field="valid_to",
        )
    _end(session, actor, held, valid_to)


def hand_over_code(session: Session, *, actor: Actor, user_id: int) -> str:
    """A one-time code that is read out to an officer, who then chooses a password; the person is told."""
    _officer(session, user_id)
    code = codes.hand_over(session, user_id=user_id)
    events.record(session, Event("officer.code_handed_over", user_id, actor))
    accounts.tell_user(
        session,
        user_id=user_id,
        kind="account.code_handed_over",
        words=t("An officer has given out a code to choose a new password for your account."),
        path="/account",
        actor=actor,
    )
    return code


def set_administrator(session: Session, *, actor: Actor, user_id: int, holds: bool) -> None:
    """Give the administrator's rights, or take them. Refuses (Conflict) to take the last one's."""
    user = _officer(session, user_id)
    if not holds:
        accounts.keep_an_administrator(session, without=user_id)
    lock(session, user)
    if not user.is_active:
        raise Conflict(t("This account is closed. Let the person in again first."))
    if user.is_admin == holds:
        return
    user.is_admin = holds
    events.record(session, Event("officer.admin_given" if holds else "officer.admin_taken", user_id, actor))


def shut_out(session: Session, *, actor: Actor, user_id: int) -> None:
    """Close an officer's account at once: every session and token ends, the duties and the administrator's
    rights too. Refuses (Conflict) the last administrator's.
    """
    user = _officer(session, user_id)
    accounts.keep_an_administrator(session, without=user_id)
    lock(session, user)
    if not user.is_active:
        return
    today = clock.today()
    standing = sa.or_(OfficerDuty.valid_to.is_(None), OfficerDuty.valid_to > today)
    mine = sa.select(OfficerDuty).where(OfficerDuty.user_id == user_id, standing).order_by(OfficerDuty.id)
    for held in session.scalars(mine).all():
        _end(session, actor, held, max(today, held.valid_from))
    user.is_admin = False
    accounts.close_account(session, user_id=user_id)
    events.record(session, Event("officer.shut_out", user_id, actor))


def let_in(session: Session, *, actor: Actor, user_id: int) -> None:
    """Open a closed account again: without duties, and with a password that is chosen anew."""
    user = _officer(session, user_id)
    lock(session, user)
    if user.is_active:
        return
    user.is_active, user.password_hash, user.must_change_password = True, None, True
    events.record(session, Event("officer.let_in", user_id, actor))


def _officer(session: Session, user_id: int) -> User:
    """The account, if it is or was an officer's or the administrator's and its person is known; NotFound."""
    user = session.get(User, user_id)
    had = sa.exists().where(OfficerDuty.user_id == user_id)
    if user is None or session.get(Person, user_id) is None:
        raise NotFound
    if not user.is_admin and not session.scalar(sa.select(had)):
        raise NotFound
    return user


def _check_duties(session: Session, *, place_id: int, duties: Collection[str], valid_from: date) -> None:
    if not duties or set(duties) - {*DUTIES, SEAT}:
        raise Invalid(t("Please choose one of the values in the list."), field="duties")
    if valid_from < clock.today():
        raise Invalid(t("This day has gone. Choose today or a later day."), field="valid_from")
    if not places.is_valid(places.get_place(session, place_id), valid_from):
        raise Invalid(t("There is no such place on this day."), field="place")


def _give(
    session: Session, actor: Actor, user_id: int, *, place_id: int, duties: Collection[str], valid_from: date
) -> None:
    rows = accounts.grant_duties(
        session, user_id=user_id, place_id=place_id, duties=duties, valid_from=valid_from
    )
    with refused_by_database(Conflict(t("Somebody else has just given this duty. Please look again."))):
        session.flush()  # a key may speak
    for row in rows:
        data = {"duty": row.duty, "place": place_id, "from": valid_from.isoformat()}
        events.record(session, Event("officer.duty_given", user_id, actor, data))


def _end(session: Session, actor: Actor, held: OfficerDuty, valid_to: date) -> None:
    held.valid_to = valid_to
    data = {"duty": held.duty, "place": held.place_id, "to": valid_to.isoformat()}
    events.record(session, Event("officer.duty_ended", held.user_id, actor, data))
