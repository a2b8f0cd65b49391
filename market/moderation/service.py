"""Reports of listings and units, by anybody; an officer dismisses each with a word or hides what it is about
(hiding.py). What an authority wants taken down is in takedowns.py.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.accounts import service as accounts
from market.accounts import throttle
from market.db import lock
from market.errors import Conflict, Invalid, NotFound
from market.events import Actor, Event
from market.listings.models import Listing
from market.moderation import hiding
from market.moderation.models import REASONS, Report, ReportWords
from market.parties.models import Party
from market.words import Words, t

#: So many reports of one person, or from one address without an account, within the time.
MOST = 10
WITHIN = timedelta(hours=1)
#: Who has reported by so much may come again later: nobody is known by more than a hash of the address.
ACTION = "report"


def source_of(user_id: int | None, address: str = "") -> str:
    """What tries are counted by: the person, or the network address of somebody without an account."""
    return f"user {user_id}" if user_id is not None else f"address {address}"


def report(
    session: Session,
    *,
    actor: Actor,
    source: str,
    party_id: int,
    listing_id: int | None,
    reason: str,
    words: str,
    contact: str = "",
) -> Report:
    """Take a report of a listing, or (without one) of a unit. ``source`` is what tries are counted by
    (``source_of``); somebody without an account must leave a ``contact``.

    Refuses (TooMany) more than ``MOST`` within ``WITHIN``, (Invalid) an unknown reason or a missing contact,
    (NotFound) what is not there.
    """
    if reason not in REASONS:
        raise Invalid(t("Please choose one of the values in the list."), field="reason")
    if not words.strip():
        raise Invalid(t("Please say in a few words what is wrong."), field="words")
    if actor.user_id is None and not contact.strip():
        raise Invalid(
            t("Without an account please leave a phone number or an e-mail address."), field="contact"
        )
    _check_subject(session, party_id, listing_id)
    tries = throttle.key(ACTION, source)
    throttle.check(session, tries, most=MOST, within=WITHIN)
    throttle.note(session, tries)
    made = Report(
        party_id=party_id,
        listing_id=listing_id,
        reason=reason,
        user_id=actor.user_id,
        made_at=clock.now(),
    )
    session.add(made)
    session.flush()  # the words stand under it
    kept = contact.strip() or None if actor.user_id is None else None
    session.add(ReportWords(report_id=made.id, words=words.strip(), contact=kept))
    events.record(session, Event("report.received", made.id, actor, {"reason": reason}))
    return made


def dismiss(session: Session, *, actor: Actor, report_id: int, answer: str) -> Report:
    """No reason to act was found, says the officer, and why; who reported with an account is told."""
    return _decide(session, actor, report_id, "dismissed", answer)


def act(session: Session, *, actor: Actor, report_id: int, reason: str, words: str, whole: bool) -> Report:
    """Hide what a report is about, or (``whole``) all listings of the unit, and tell who reported. Where it
    is hidden already, the report is acted upon by that decision.
    """
    found = _locked(session, report_id)
    found.hiding_id = hiding.have_hidden(
        session,
        actor=actor,
        party_id=found.party_id,
        listing_id=None if whole else found.listing_id,
        reason=reason,
        words=words,
        ground="report",
    )
    return _decide(session, actor, report_id, "acted", words)


def _check_subject(session: Session, party_id: int, listing_id: int | None) -> None:
    if session.get(Party, party_id) is None:
        raise NotFound
    if listing_id is not None:
        owner = session.scalar(sa.select(Listing.party_id).where(Listing.id == listing_id))
        if owner != party_id:
            raise NotFound


def _locked(session: Session, report_id: int) -> Report:
    found = session.get(Report, report_id)
    if found is None:
        raise NotFound
    lock(session, found)
    if found.state != "open":
        raise Conflict(t("A colleague has decided on this report meanwhile."))
    return found


def _decide(session: Session, actor: Actor, report_id: int, state: str, answer: str) -> Report:
    found = _locked(session, report_id)
    if not answer.strip():
        raise Invalid(t("Please fill this in."), field="answer")
    found.state, found.answer = state, answer.strip()
    found.decided_at, found.decided_by = clock.now(), actor.user_id
    events.record(session, Event(f"report.{state}", report_id, actor))
    if found.user_id is not None:
        told: dict[str, Words] = {
            "dismissed": t("Your report was looked at; no reason to act was found."),
            "acted": t("Your report was looked at; what it is about is no longer shown. Thank you."),
        }
        accounts.tell_user(
            session,
            user_id=found.user_id,
            kind="moderation.report",
            words=told[state],
            path="/account/data",
            actor=actor,
        )
    return found
