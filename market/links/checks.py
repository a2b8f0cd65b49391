"""What the two sides have agreed has to pass before goods are handed over (a sample, tests for antibiotics or
residues): asked by the terms, done by a side, passed or failed by the buyer's word. Until all have passed no
delivery is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.db import lock
from market.errors import Conflict, Invalid, NotAllowed
from market.events import Actor, Event
from market.inquiries import service as inquiries
from market.links import queries
from market.links import service as links
from market.links.models import CHECK_STEPS, LIVE, Link, LinkCheck
from market.listings import wording
from market.listings.terms import Terms
from market.words import Words, t

STEPS: dict[str, tuple[Words, str]] = {
    "asked": (t("Not done yet"), "wait"),
    "done": (t("Done; the buyer has to look at it"), "wait"),
    "passed": (t("Passed"), "good"),
    "failed": (t("Failed"), "bad"),
}
LONGEST_PAPER = 120


@dataclass(frozen=True, slots=True)
class Check:
    """A check as it stands: ``step`` of ``STEPS``, when it came to that and by which paper."""

    code: str
    step: str
    on_date: date | None = None
    paper: str | None = None
    #: The steps that were noted, by which files are found.
    ids: tuple[int, ...] = ()

    @property
    def name(self) -> Words:
        return wording.CHECKS[self.code]

    @property
    def words(self) -> Words:
        return STEPS[self.step][0]

    @property
    def tone(self) -> str:
        return STEPS[self.step][1]

    @property
    def passed(self) -> bool:
        return self.step == "passed"


def of(session: Session, *, link_id: int, terms: Terms) -> list[Check]:
    """The checks that the terms ask for, each as it stands."""
    if not terms.checked:
        return []
    rows = session.scalars(sa.select(LinkCheck).where(LinkCheck.link_id == link_id).order_by(LinkCheck.id))
    last: dict[str, Check] = {}
    for row in rows:
        before = last[row.check_code].ids if row.check_code in last else ()
        last[row.check_code] = Check(row.check_code, row.step, row.on_date, row.paper, (*before, row.id))
    return [last.get(code, Check(code, "asked")) for code in terms.checked]


def need_passed(session: Session, link: Link) -> None:
    """Refuse (Conflict) while something has still to pass."""
    open_ones = [one for one in of(session, link_id=link.id, terms=Terms.of(link)) if not one.passed]
    if open_ones:
        raise Conflict(t("Before goods are handed over this has to pass: {what}.", what=open_ones[0].name))


def note(
    session: Session,
    *,
    actor: Actor,
    party_id: int,
    link_id: int,
    code: str,
    step: str,
    on_date: date,
    paper: str = "",
) -> LinkCheck:
    """A side says that a check was done, the buyer that it passed or failed; the other side is told."""
    link, side = queries.link_for(session, party_id=party_id, link_id=link_id)
    lock(session, link)
    if link.state not in LIVE:
        raise Conflict(t("This agreement has ended."))
    standing = {one.code: one for one in of(session, link_id=link.id, terms=Terms.of(link))}
    if code not in standing or step not in CHECK_STEPS:
        raise Invalid(t("Please choose one of the values in the list."), field="step")
    if on_date > clock.today():
        raise Invalid(t("This day lies ahead."), field="on_date")
    if step != "done":
        if side != "buyer":
            raise NotAllowed(t("Whether it passed is for the buyer to say."))
        if standing[code].step != "done":
            raise Conflict(t("First somebody has to note that it was done."))
    elif standing[code].passed:
        raise Conflict(t("This has passed already."))
    made = LinkCheck(
        link_id=link.id,
        check_code=code,
        step=step,
        side=side,
        on_date=on_date,
        paper=paper.strip()[:LONGEST_PAPER] or None,
        recorded_at=clock.now(),
        recorded_by=actor.user_id,
        channel=actor.channel,
    )
    session.add(made)
    events.record(session, Event("link.checked", link.id, actor, {"check": code, "step": step}))
    words = t("{check}: {step}.", check=wording.CHECKS[code], step=STEPS[step][0])
    links.tell(session, link, to=inquiries.other(side), kind="link.checked", actor=actor, words=words)
    return made
