"""What a provisional link waits for: the signed contract (also in place of a group's missing authority), then
the deposit. They come and the link is active, or time runs out and the link lapses.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.db import lock
from market.errors import Conflict, Invalid, NotAllowed
from market.events import Actor, Event, EventRow
from market.inquiries import service as inquiries
from market.links import commitments, queries, waiting
from market.links import service as links
from market.links.models import LIVE, Link
from market.words import t

Side = Literal["seller", "buyer"]


def record_contract(
    session: Session, *, actor: Actor, party_id: int, link_id: int, number: str, on_date: date
) -> Link:
    """A side puts up the signed contract. Once both have, what waited for it (or for authority) goes on."""
    link, side = queries.link_for(session, party_id=party_id, link_id=link_id)
    lock(session, link)
    if link.state not in LIVE:
        raise Conflict(t("This agreement has ended."))
    if link.awaits_side is not None:
        raise Conflict(t("First the other side has to say yes to it."))
    if not number:
        raise Invalid(t("Please fill this in."), field="contract_number")
    if on_date > clock.today():
        raise Invalid(t("The day of signing cannot lie ahead."), field="contract_date")
    if link.contract_number and link.contract_number != number:
        raise Invalid(
            t(
                "The other side gave the number {number}. Both must name the same paper.",
                number=link.contract_number,
            ),
            field="contract_number",
        )
    if link.contract == "seen" and link.contract_date is not None and link.contract_date != on_date:
        words = t("An officer has seen the contract: its day stays {day}.", day=link.contract_date)
        raise Conflict(words, field="contract_date")
    before = _sides_that_put_up(session, link)
    link.contract_number, link.contract_date = number, on_date
    if link.contract == "none":
        link.contract = "uploaded"
        links.note_terms(session, link, actor)
    link.version += 1
    events.record(session, Event("link.contract", link.id, actor, {"side": side}))
    if (
        link.state == "provisional"
        and link.waits_for in ("contract", "authority")
        and before | {side}
        == {
            "seller",
            "buyer",
        }
    ):
        go_on(session, link, actor, side)
    words = t("The other side has put up the signed contract.")
    if link.waits_for == "deposit":
        words = t("Both have put up the signed contract. The agreement now waits for the deposit.")
    links.tell(session, link, to=inquiries.other(side), kind="link.contract", actor=actor, words=words)
    return link


def _sides_that_put_up(session: Session, link: Link) -> set[str]:
    rows = session.scalars(
        sa.select(EventRow.data).where(EventRow.name == "link.contract", EventRow.subject_id == link.id)
    )
    return {str(data["side"]) for data in rows}


def confirm_deposit(session: Session, *, actor: Actor, party_id: int, link_id: int) -> Link:
    """The seller has received the deposit: the link that waited for it is active."""
    link, side = queries.link_for(session, party_id=party_id, link_id=link_id)
    lock(session, link)
    if side != "seller":
        raise NotAllowed(t("The seller confirms that the deposit has come in."))
    if link.state != "provisional" or link.waits_for != "deposit":
        raise Conflict(t("This agreement does not wait for a deposit."))
    activate(session, link, actor, side)
    links.tell(
        session, link, to="buyer", kind="link.active", actor=actor, words=t("The deposit has come in.")
    )
    return link


def go_on(session: Session, link: Link, actor: Actor, side: Side) -> None:
    """What both signed is there: it waits for the deposit if one was agreed, else it is active."""
    still = waiting.after_paper(link)
    if still is None:
        activate(session, link, actor, side)
        return
    link.waits_for, link.provisional_until = still, waiting.until(still, link, link.to_date)


def activate(session: Session, link: Link, actor: Actor, side: Side) -> None:
    links.move(session, link, actor, "active", side=side)
    link.waits_for = link.awaits_side = None
    link.provisional_until = None


def list_due(session: Session, *, limit: int = 100) -> list[int]:
    """Ids of provisional links that have waited long enough."""
    due = sa.and_(Link.state == "provisional", Link.provisional_until <= clock.now())
    return list(session.scalars(sa.select(Link.id).where(due).order_by(Link.id).limit(limit)))


def lapse_due(session: Session) -> int:
    """Let lapse all that waited in vain, in this one transaction."""
    return sum(lapse(session, link_id) for link_id in list_due(session))


def lapse(session: Session, link_id: int) -> bool:
    """Let lapse what waited in vain; its volume returns whole. False if it came at the last moment."""
    link = session.get_one(Link, link_id)
    commitments.hold(session, link=link)
    if link.state != "provisional" or (link.provisional_until or clock.now()) > clock.now():
        return False
    links.move(session, link, events.CLOCK, "lapsed", side=None)
    commitments.release(session, link=link, reason="lapsed", only_open_lots=False)
    for side in ("seller", "buyer"):
        links.tell(
            session,
            link,
            to=side,
            kind="link.lapsed",
            actor=events.CLOCK,
            words=t("A provisional agreement has lapsed: what it waited for did not come in time."),
        )
    return True
