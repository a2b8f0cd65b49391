"""Requests about one's own data: asked by the person, answered and carried out by an officer, each by its
day. What erasing does is in erasing.py, what is held in own_data.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from market import clock, events
from market.accounts import service as accounts
from market.accounts.models import Consent, Membership, Person, User
from market.accounts.queries import holds
from market.db import lock, refused_by_database
from market.errors import Conflict, Invalid, NotFound
from market.events import Actor, Event
from market.inquiries.models import OPEN_STATES, Inquiry
from market.links.models import LIVE, Link
from market.moderation import deadlines, erasing
from market.moderation.data_models import OPEN_REQUESTS, REQUEST_KINDS, DataRequest, DataRequestWords
from market.parties.models import Party
from market.words import Words, t

#: Where a person sees what is held and what was asked.
PATH = "/account/data"


@dataclass(frozen=True, slots=True)
class Clocks:
    """The settings: working days until a request is answered, days until use of the data has stopped."""

    answer_days: int
    stop_days: int


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A party for which nobody else acts, and how much is open of it."""

    name: str
    agreements: int
    inquiries: int


def left_alone(session: Session, *, user_id: int) -> list[LeftAlone]:
    """The parties that nobody could act for if this person were gone, with what is open of each."""
    today = (Membership.user_id == user_id, holds(Membership))
    other = aliased(Membership)
    others = (
        sa.select(other.id)
        .join(User, sa.and_(User.id == other.user_id, User.is_active))
        .where(other.party_id == Membership.party_id, other.user_id != user_id, holds(other), other.can_bind)
    )

    def count(table: type[Link] | type[Inquiry], states: tuple[str, ...]) -> sa.ScalarSelect[int]:
        theirs = sa.or_(table.seller_id == Party.id, table.buyer_id == Party.id)
        return sa.select(sa.func.count(table.id)).where(theirs, table.state.in_(states)).scalar_subquery()

    rows = session.execute(
        sa.select(Party.id, Party.name, count(Link, LIVE), count(Inquiry, OPEN_STATES))
        .join(Membership, Membership.party_id == Party.id)
        .where(*today, ~others.exists())
        .order_by(Party.id)
        .distinct()
    )
    return [LeftAlone(*row[1:]) for row in rows]


def ask(
    session: Session, *, actor: Actor, user_id: int, kind: str, words: str, clocks: Clocks, understood: bool
) -> DataRequest:
    """A person asks to correct, to stop or to erase. Answered within the settings' working days, carried out
    within their days.

    Refuses (Conflict) a second open request of the kind; (Invalid, field ``understood``) stopping or erasing
    that would leave a party with open agreements to nobody, until the person has said to know it.
    """
    if kind not in REQUEST_KINDS:
        raise Invalid(t("Please choose one of the values in the list."), field="kind")
    if kind == "correct" and not words.strip():
        raise Invalid(t("Please say what is to be put right."), field="words")
    if kind != "correct" and not understood and _leaves_open(session, user_id):
        raise Invalid(t("Please read what happens first, and say that you know it."), field="understood")
    refusal = Conflict(t("You have asked for this already; it is being seen to."))
    if _open(session, user_id, kind) is not None:
        raise refusal
    today = clock.today()
    made = DataRequest(
        user_id=user_id,
        kind=kind,
        made_at=clock.now(),
        answer_by=deadlines.add_working_days(today, clocks.answer_days),
        done_by=today + timedelta(days=clocks.stop_days),
    )
    session.add(made)
    with refused_by_database(refusal):
        session.flush()  # the words stand under it
    session.add(DataRequestWords(request_id=made.id, words=words.strip()))
    events.record(session, Event("data.requested", made.id, actor, {"kind": kind}))
    return made


def ask_to_stop(session: Session, *, actor: Actor, user_id: int, clocks: Clocks) -> DataRequest:
    """What follows from taking an agreement back: use of the data stops, unless that was asked already."""
    found = _open(session, user_id, "stop")
    return found or ask(
        session, actor=actor, user_id=user_id, kind="stop", words="", clocks=clocks, understood=True
    )


def withdraw(session: Session, *, actor: Actor, user_id: int, request_id: int) -> None:
    """Take a request back; refuses NotFound for another's, Conflict once it was carried out or refused."""
    found = session.get(DataRequest, request_id)
    if found is None or found.user_id != user_id:
        raise NotFound
    taken_back = sa.select(Consent.id).where(Consent.user_id == user_id, Consent.withdrawn_at.is_not(None))
    if found.kind == "stop" and session.scalar(taken_back.limit(1)) is not None:
        raise Conflict(t("You have taken your agreement back: without it the use of your data has to stop."))
    _move(session, found, actor, "withdrawn", OPEN_REQUESTS)


def answer(session: Session, *, actor: Actor, request_id: int, accept: bool, words: str) -> DataRequest:
    """An officer answers; what is accepted is still to be carried out. The person is told."""
    if not words.strip():
        raise Invalid(t("Please fill this in."), field="answer")
    found = _found(session, request_id)
    _move(session, found, actor, "accepted" if accept else "refused", ("received",))
    kept = session.get(DataRequestWords, request_id)
    if kept is not None:
        kept.answer = words.strip()
    said = (
        t("Your request about your data is accepted: {answer}", answer=words.strip())
        if accept
        else t("Your request about your data cannot be followed: {answer}", answer=words.strip())
    )
    _tell(session, found, actor, said)
    return found


def carry_out(session: Session, *, actor: Actor, request_id: int) -> DataRequest:
    """Do what was accepted: close the account (stop), erase the person, or note that it was put right.

    What else an erased person had asked is done with it. Refuses (Conflict) what is not accepted, what was
    done before, and the last administrator's account.
    """
    found = _found(session, request_id)
    if found.kind != "correct":
        accounts.keep_an_administrator(session, without=found.user_id)
    _move(session, found, actor, "done", ("accepted",))
    if found.kind == "correct":
        _tell(session, found, actor, t("What you asked to put right in your data has been done."))
    elif found.kind == "stop":
        accounts.close_account(session, user_id=found.user_id)
    else:
        erasing.erase_person(session, actor=actor, user_id=found.user_id)
        # Nothing is left that could be stopped or put right: what else was asked waits for nobody.
        for other in _open_ones(session, found.user_id):
            _move(session, other, actor, "done", OPEN_REQUESTS)
    return found


def _leaves_open(session: Session, user_id: int) -> bool:
    return any(one.agreements or one.inquiries for one in left_alone(session, user_id=user_id))


def _open_ones(session: Session, user_id: int) -> list[DataRequest]:
    mine = (DataRequest.user_id == user_id, DataRequest.state.in_(OPEN_REQUESTS))
    return list(session.scalars(sa.select(DataRequest).where(*mine).order_by(DataRequest.id)))


def _open(session: Session, user_id: int, kind: str) -> DataRequest | None:
    return next((one for one in _open_ones(session, user_id) if one.kind == kind), None)


def _found(session: Session, request_id: int) -> DataRequest:
    found = session.get(DataRequest, request_id)
    if found is None:
        raise NotFound
    return found


def _move(session: Session, found: DataRequest, actor: Actor, state: str, of: tuple[str, ...]) -> None:
    lock(session, found)
    if found.state not in of:
        raise Conflict(t("This request has been seen to meanwhile."))
    now, before = clock.now(), found.state
    found.state = state
    if before == "received" and state != "withdrawn":
        found.answered_at, found.answered_by = now, actor.user_id
    if state != "accepted":
        found.finished_at, found.finished_by = now, actor.user_id
    events.record(session, Event(f"data.{state}", found.id, actor, {"kind": found.kind}))


def _tell(session: Session, found: DataRequest, actor: Actor, words: Words) -> None:
    if session.get(Person, found.user_id) is not None:
        accounts.tell_user(
            session, user_id=found.user_id, kind="data.request", words=words, path=PATH, actor=actor
        )
