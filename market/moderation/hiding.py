"""Hiding a listing or all listings of a unit, lifting that, and what the owner may say against it. The rows
of ``hidings`` are the truth; the mark on the listings (listings/sight.py) follows them in the same
transaction, and nothing is deleted: agreements, inquiries and figures stay as they are.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.accounts import service as accounts
from market.db import lock, refused_by_database
from market.errors import Conflict, Invalid, NotFound
from market.events import Actor, Event
from market.listings import sight
from market.listings.models import Listing
from market.moderation.models import APPEAL_OUTCOMES, GROUNDS, REASONS, Appeal, AppealWords, Hiding
from market.parties.models import Party
from market.words import Words, t

#: Where an owner sees what was hidden.
PATH = "/hidings"
ALREADY = t("This is hidden already. Please look at the decision there is.")


def hide(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    listing_id: int | None,
    reason: str,
    words: str,
    ground: str = "officer",
) -> Hiding:
    """Hide a listing, or (without one) all listings of a unit, those to come included; its people are told.

    Refuses (Conflict) what is hidden by a decision in force already; (NotFound)
    a listing of another unit.
    """
    party = _party(session, party_id)
    if reason not in REASONS or ground not in GROUNDS:
        raise Invalid(t("Please choose one of the values in the list."), field="reason")
    if not words.strip():
        raise Invalid(t("Please fill this in."), field="words")
    listing = session.get(Listing, listing_id) if listing_id is not None else None
    if listing_id is not None and (listing is None or listing.party_id != party_id):
        raise NotFound
    lock(session, party)  # the marks on all its listings are worked out below
    if in_force(session, party_id=party_id, listing_id=listing_id) is not None:
        raise Conflict(ALREADY)
    hiding = Hiding(
        party_id=party_id,
        listing_id=listing_id,
        reason=reason,
        ground=ground,
        words=words.strip(),
        hidden_at=clock.now(),
        hidden_by=actor.user_id,
    )
    session.add(hiding)
    with refused_by_database(Conflict(ALREADY)):
        session.flush()  # events, notices and whoever asked for it name the decision
    mark(session, party_id=party_id)
    _record(session, actor, hiding, "hidden", reason=reason, ground=ground)
    said = (
        t("An officer has hidden your listing “{title}”: {reason}", title=listing.title, reason=hiding.words)
        if listing is not None
        else t(
            "An officer has hidden all listings of {party}: {reason}", party=party.name, reason=hiding.words
        )
    )
    _tell(session, hiding, said, actor)
    return hiding


def have_hidden(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    listing_id: int | None,
    reason: str,
    words: str,
    ground: str,
) -> int:
    """The id of the decision that hides it: the one in force, which does as well, else one that is made now
    (``hide``). For what asks that something be hidden: a report, a flag, an authority.
    """
    lock(session, _party(session, party_id))
    known = in_force(session, party_id=party_id, listing_id=listing_id)
    if known is not None:
        return known
    return hide(
        session,
        actor=actor,
        party_id=party_id,
        listing_id=listing_id,
        reason=reason,
        words=words,
        ground=ground,
    ).id


def lift(session: Session, *, actor: Actor, hiding_id: int, note: str) -> Hiding:
    """Let it be seen again. Refuses (Conflict) a decision that was lifted before."""
    hiding = _found(session, hiding_id)
    if not note.strip():
        raise Invalid(t("Please fill this in."), field="note")
    party = _party(session, hiding.party_id)
    lock(session, party)
    _lift(session, hiding, actor, note.strip())
    _tell(session, hiding, t("What an officer had hidden is shown again: {note}", note=note.strip()), actor)
    return hiding


def appeal(session: Session, *, actor: Actor, hiding_id: int, words: str) -> Appeal:
    """The owner says once why the decision is wrong. Refuses (Conflict) a second time, or once it was
    lifted.
    """
    hiding = _found(session, hiding_id)
    if not words.strip():
        raise Invalid(t("Please fill this in."), field="words")
    if hiding.lifted_at is not None:
        raise Conflict(t("This decision has been lifted meanwhile."))
    refusal = Conflict(t("An objection was made already; there is one for each decision."))
    if session.get(Appeal, hiding_id) is not None:
        raise refusal
    made = Appeal(hiding_id=hiding_id, user_id=actor.user_id, made_at=clock.now())
    session.add(made)
    with refused_by_database(refusal):
        session.flush()  # the words stand under it
    session.add(AppealWords(hiding_id=hiding_id, words=words.strip()))
    events.record(session, Event("hiding.appealed", hiding_id, actor))
    return made


def decide(session: Session, *, actor: Actor, hiding_id: int, outcome: str, answer: str) -> Appeal:
    """Another officer than the one who hid decides on the objection: the decision is kept, or lifted.

    Refuses (Conflict) the officer who hid it, an objection that was decided before, and to keep a decision
    that was lifted meanwhile.
    """
    hiding = _found(session, hiding_id)
    made = session.get(Appeal, hiding_id)
    if made is None:
        raise NotFound
    if outcome not in APPEAL_OUTCOMES:
        raise Invalid(t("Please choose one of the values in the list."), field="outcome")
    if not answer.strip():
        raise Invalid(t("Please fill this in."), field="answer")
    if hiding.hidden_by is not None and hiding.hidden_by == actor.user_id:
        raise Conflict(t("You have hidden this yourself. A colleague decides on the objection."))
    party = _party(session, hiding.party_id)
    lock(session, party)
    lock(session, made)
    if made.decided_at is not None:
        raise Conflict(t("This objection was decided on already."))
    lock(session, hiding)
    if outcome == "kept" and hiding.lifted_at is not None:
        raise Conflict(t("This decision has been lifted meanwhile."))
    made.decided_at, made.decided_by = clock.now(), actor.user_id
    made.outcome, made.answer = outcome, answer.strip()
    if outcome == "lifted" and hiding.lifted_at is None:
        _lift(session, hiding, actor, answer.strip())
    events.record(session, Event(f"hiding.{outcome}", hiding_id, actor))
    words = {
        "kept": t("Your objection was looked at; the decision stands: {answer}", answer=answer.strip()),
        "lifted": t("Your objection was right; it is shown again: {answer}", answer=answer.strip()),
    }
    _tell(session, hiding, words[outcome], actor)
    return made


def in_force(session: Session, *, party_id: int, listing_id: int | None) -> int | None:
    """The id of the decision that hides just this (without a listing: the whole unit) at this moment."""
    one = Hiding.listing_id.is_not_distinct_from(listing_id)
    return session.scalar(sa.select(Hiding.id).where(_in_force(party_id), one))


def mark(session: Session, *, party_id: int) -> None:
    """Make the marks on a unit's listings what the decisions in force say."""
    whole = in_force(session, party_id=party_id, listing_id=None)
    single = set(
        session.scalars(
            sa.select(Hiding.listing_id).where(_in_force(party_id), Hiding.listing_id.is_not(None))
        )
    )
    ids = set(session.scalars(sa.select(Listing.id).where(Listing.party_id == party_id)))
    hidden = ids if whole is not None else ids & single
    sight.set_hidden(session, listing_ids=hidden, hidden=True)
    sight.set_hidden(session, listing_ids=ids - hidden, hidden=False)


def on_published(session: Session, event: Event) -> None:
    """What a unit publishes while all its listings are hidden is hidden, too."""
    party_id = session.scalar(sa.select(Listing.party_id).where(Listing.id == event.subject_id))
    if party_id is not None and in_force(session, party_id=party_id, listing_id=None) is not None:
        sight.set_hidden(session, listing_ids=[event.subject_id], hidden=True)


def _in_force(party_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(Hiding.party_id == party_id, Hiding.lifted_at.is_(None))


def _lift(session: Session, hiding: Hiding, actor: Actor, note: str) -> None:
    lifted = session.execute(
        sa.update(Hiding)
        .where(Hiding.id == hiding.id, Hiding.lifted_at.is_(None))
        .values(lifted_at=clock.now(), lifted_by=actor.user_id, lift_note=note)
        .returning(Hiding.id),
        execution_options={"synchronize_session": False},
    ).first()
    session.refresh(hiding)
    if lifted is None:
        raise Conflict(t("This decision has been lifted meanwhile."))
    mark(session, party_id=hiding.party_id)
    _record(session, actor, hiding, "unhidden")


def _record(session: Session, actor: Actor, hiding: Hiding, verb: str, **data: str) -> None:
    kind, subject = (
        ("party", hiding.party_id) if hiding.listing_id is None else ("listing", hiding.listing_id)
    )
    events.record(session, Event(f"{kind}.{verb}", subject, actor, {"hiding": hiding.id, **data}))


def _tell(session: Session, hiding: Hiding, words: Words, actor: Actor) -> None:
    accounts.tell_party(
        session,
        party_id=hiding.party_id,
        kind="moderation.hiding",
        words=words,
        path=f"{PATH}/{hiding.id}",
        actor=actor,
    )


def _found(session: Session, hiding_id: int) -> Hiding:
    hiding = session.get(Hiding, hiding_id, populate_existing=True)
    if hiding is None:
        raise NotFound
    return hiding


def _party(session: Session, party_id: int) -> Party:
    party = session.get(Party, party_id)
    if party is None:
        raise NotFound
    return party
