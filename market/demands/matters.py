"""What one buyer asks of one unit for one demand, about several of its listings, answered as one matter: all
accepted, or all declined with a reason, in one transaction. What is asked is read by asked.py; each may also
be answered by itself, as any inquiry.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from market import clock, once
from market.accounts import service as accounts
from market.db import lock
from market.demands import queries
from market.demands.models import Demand
from market.errors import Conflict
from market.events import Actor
from market.inquiries import service as inquiries
from market.inquiries.models import Inquiry
from market.links import holding
from market.parties.models import Party
from market.words import Volume, t


def tell_together(
    session: Session, actor: Actor, demand: Demand, unit_id: int, *, count: int, volume: int
) -> None:
    """One word to a unit about all that it is asked at once."""
    words = t(
        "{party} asks to buy {volume} in all, from {n} of your listings.",
        party=session.get_one(Party, demand.buyer_id).name,
        volume=Volume(volume, demand.unit),
        n=count,
    )
    path = f"/demands/{demand.id}/asked"
    accounts.tell_party(session, party_id=unit_id, kind="inquiry.sent", words=words, path=path, actor=actor)


def mark(asked: Sequence[Inquiry]) -> str:
    """What tells the offers that a unit saw from later ones; short enough for a form's field."""
    return once.digest(*((inquiry.id, inquiry.version) for inquiry in asked))


def accept_all(session: Session, *, actor: Actor, unit_id: int, demand_id: int, seen: str) -> list[Inquiry]:
    """Accept all that waits for the unit's answer: agreements, or holds for an order that only the whole of
    will do; gives the inquiries. ``seen`` is the ``mark`` of what the unit saw. Refuses
    NotFound where nothing was asked, (Conflict) where it is no longer what was seen, or one of them cannot be
    accepted: then nothing is.
    """
    asked = _take(session, unit_id=unit_id, demand_id=demand_id, seen=seen)
    holding.accept_all(session, actor=actor, party_id=unit_id, asked=asked)
    return asked


def decline_all(
    session: Session,
    *,
    actor: Actor,
    unit_id: int,
    demand_id: int,
    seen: str,
    reason: str,
    remark: str = "",
) -> list[Inquiry]:
    """Decline all that waits for the unit's answer, for one reason; refuses as ``accept_all`` and
    (Invalid, field ``reason``) a reason that is none.
    """
    asked = _take(session, unit_id=unit_id, demand_id=demand_id, seen=seen)
    with session.begin_nested():
        for inquiry in asked:
            inquiries.decline(
                session,
                actor=actor,
                party_id=unit_id,
                inquiry_id=inquiry.id,
                reason=reason,
                remark=remark,
            )
    return asked


def _take(session: Session, *, unit_id: int, demand_id: int, seen: str) -> list[Inquiry]:
    """What waits for the unit, taken in the order of everybody: the buyer, then the inquiries by id."""
    asked = queries.asked_of(session, unit_id=unit_id, demand_id=demand_id)
    lock(session, session.get_one(Party, asked[0].buyer_id))
    for inquiry in asked:
        lock(session, inquiry)
    waiting = waiting_of(asked)
    if not waiting:
        raise Conflict(t("Nothing of this waits for your answer any more."))
    if seen != mark(waiting):
        raise Conflict(t("Something was answered meanwhile. Please look at what is asked now."))
    return waiting


def waiting_of(asked: Sequence[Inquiry]) -> list[Inquiry]:
    """Those that the seller can still answer."""
    now = clock.now()
    return [
        one for one in asked if one.state == "negotiating" and one.turn == "seller" and one.valid_until > now
    ]
