"""What a side writes in a thread beside any offer, with files: a drawing, a photo, the slip of a test. It
changes no offer and nobody's turn.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.db import lock
from market.errors import Conflict, Invalid
from market.events import Actor, Event
from market.files import present
from market.files import queries as file_queries
from market.files import service as files
from market.files.models import StoredFile
from market.files.papers import Paper, Papers
from market.files.service import Owner
from market.inquiries import queries
from market.inquiries import service as inquiries
from market.inquiries.models import OPEN_STATES, Remark
from market.words import t

#: More words than any talk has.
MOST_WORDS = 200


def say(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    inquiry_id: int,
    text: str,
    papers: Sequence[Paper],
    store: Papers,
) -> Remark:
    """A side writes, or sends files, while the talk is open; the other side is told."""
    inquiry, side = queries.inquiry_for(session, party_id=party_id, inquiry_id=inquiry_id)
    lock(session, inquiry)
    if inquiry.state not in OPEN_STATES:
        raise Conflict(t("This talk has ended. If it became an agreement, please write there."))
    word = add(session, actor, side, text, papers, store, inquiry_id=inquiry.id)
    events.record(session, Event("inquiry.word", inquiry.id, actor, {"files": len(papers)}))
    inquiries.tell(
        session,
        inquiry,
        to=inquiries.other(side),
        kind="inquiry.word",
        actor=actor,
        words=t("The other side has sent files.") if papers else t("The other side has written to you."),
    )
    return word


def add(
    session: Session,
    actor: Actor,
    side: str,
    text: str,
    papers: Sequence[Paper],
    store: Papers,
    *,
    inquiry_id: int | None = None,
    link_id: int | None = None,
) -> Remark:
    """Keep a word with its files in a thread whose row the caller holds."""
    if not text and not papers:
        raise Invalid(t("Please write something, or choose a file."), field="word")
    whole = sa.and_(Remark.inquiry_id == inquiry_id, Remark.link_id == link_id)
    if (session.scalar(sa.select(sa.func.count()).select_from(Remark).where(whole)) or 0) >= MOST_WORDS:
        raise Conflict(t("No more can be written here. Please call each other."), field="word")
    word = Remark(
        inquiry_id=inquiry_id,
        link_id=link_id,
        side=side,
        user_id=actor.user_id,
        text=text,
        at=clock.now(),
    )
    session.add(word)
    session.flush()  # its files point to it
    owner = Owner("word", inquiry_id=inquiry_id, link_id=link_id, remark_id=word.id)
    files.keep(session, actor=actor, owner=owner, papers=papers, store=store)
    return word


def take_back(session: Session, *, actor: Actor, party_id: int, inquiry_id: int, file_id: int) -> None:
    """Take away a file that one has put up a short while ago."""
    inquiry, _ = queries.inquiry_for(session, party_id=party_id, inquiry_id=inquiry_id)
    lock(session, inquiry)
    regret(session, actor, file_queries.get_file(session, file_id, inquiry_id=inquiry.id))


def regret(session: Session, actor: Actor, file: StoredFile) -> None:
    """Take it away, if it is the actor's and young. A word that held nothing else goes with it."""
    if file.party_id == actor.party_id and clock.now() >= file.added_at + present.REGRET:
        raise Conflict(t("After a day a file stays: the other side may have built on it."))
    remark_id = file.remark_id
    files.remove(session, actor=actor, file=file)
    if remark_id is not None:
        session.flush()  # its row is looked for
        left = sa.select(StoredFile.id).where(StoredFile.remark_id == remark_id).limit(1)
        if session.scalar(left) is None:
            session.execute(sa.delete(Remark).where(Remark.id == remark_id, Remark.text == ""))
