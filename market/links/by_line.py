"""A delivery contested weighing by weighing: each line has its own talk, in which a side says what it found
and the other agrees or says something else; lines that nobody contests stand as recorded. With the last open
line the delivery is settled, and its totals are the sums of its lines. disputes.py leads here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.errors import Conflict, Invalid
from market.events import Actor, Event
from market.inquiries import service as inquiries
from market.inquiries.proposals import unit_of
from market.links import agreed, claim_moves, claims, deliveries
from market.links import service as links
from market.links.agreed import Agreed, Weighed
from market.links.models import Delivery, DeliveryClaim, Link, Weighing
from market.words import t

Side = Literal["seller", "buyer"]

NOT_YOUR_TURN = t("It is the other side's turn to answer.")
WHOLE = t("This delivery is contested as a whole: please answer the whole.")
EACH = t("This delivery is contested weighing by weighing: please choose one of them.")


def is_by_line(said: Sequence[DeliveryClaim]) -> bool:
    """Whether what was said of a delivery is about its weighings, not about the whole."""
    return bool(said) and said[0].weighing_id is not None


def take(
    session: Session,
    link: Link,
    delivery: Delivery,
    said: Sequence[DeliveryClaim],
    line: int,
    *,
    side: str,
    weighed: Weighed,
) -> tuple[int, Weighed]:
    """The id of the weighing on this line, if the side (or an officer) may now say what it found of it, and
    what it found, at the price of the line where no other is said.

    Refuses a line that is not there or not this side's to answer, and what would lead the delivery's totals
    out of the bounds.
    """
    if said and not is_by_line(said):
        raise Conflict(WHOLE)
    rows = weighings_of(session, delivery)
    row = next((one for one in rows if one.position == line), None)
    if row is None:
        raise Invalid(t("This delivery has no such weighing."), field="line")
    last = _last(said).get(row.id)
    turn = claims.turn_of(
        delivery.state,
        delivery.recorded_side,
        last=last.side if last else None,
        agreed=last is not None and last.settled_at is not None,
    )
    if turn is None:
        settled = delivery.state == "contested"
        raise Conflict(t("This weighing is settled already.") if settled else claim_moves.WAITS_NO_MORE)
    if side == "officer":
        if last is None:
            raise Conflict(t("This weighing is not contested."), field="line")
    elif turn != side:
        raise Conflict(NOT_YOUR_TURN)
    terms = agreed.of(session, link)
    found = agreed.as_it_stands(terms, weighed, [row])
    _check_sums(unit_of(session, link.product_id), terms, rows, said, row, found)
    return row.id, found


def agree(
    session: Session,
    actor: Actor,
    link: Link,
    delivery: Delivery,
    said: Sequence[DeliveryClaim],
    *,
    side: Side,
    line: int | None,
) -> None:
    """Say yes to what the other side found of one weighing, or of all that wait for this side."""
    waiting = {
        weighing_id: claim
        for weighing_id, claim in _open(said).items()
        if claim.side == inquiries.other(side)
    }
    if line is not None:
        row = next((one for one in weighings_of(session, delivery) if one.position == line), None)
        if row is None:
            raise Invalid(t("This delivery has no such weighing."), field="line")
        waiting = {key: claim for key, claim in waiting.items() if key == row.id}
    if not waiting:
        raise Conflict(NOT_YOUR_TURN)
    for claim in waiting.values():
        claim.settled_at, claim.settled_by = clock.now(), actor.user_id
    go_on(session, actor, link, delivery, said, line=line, by="both")
    if _open(said):
        words = t("The other side agrees with what you found of a weighing.")
        to = inquiries.other(side)
        links.tell(session, link, to=to, kind="delivery.line_agreed", actor=actor, words=words)


def go_on(
    session: Session,
    actor: Actor,
    link: Link,
    delivery: Delivery,
    said: Sequence[DeliveryClaim],
    *,
    line: int | None,
    by: str,
) -> None:
    """A weighing is settled ``by`` both or an officer; with the last one the delivery is."""
    data = {"link": link.id, "by": by, **({} if line is None else {"line": line})}
    events.record(session, Event("delivery.line_settled", delivery.id, actor, data))
    if _open(said):
        return
    words = _last(said)
    standing = [words.get(row.id, row) for row in weighings_of(session, delivery)]
    claim_moves.settle(
        session,
        actor=actor,
        link=link,
        delivery=delivery,
        accepted=sum(one.accepted for one in standing),
        value=sum(one.value for one in standing),
        by=by,
    )


def weighings_of(session: Session, delivery: Delivery) -> list[Weighing]:
    """The weighings of a delivery in their order."""
    rows = sa.select(Weighing).where(Weighing.delivery_id == delivery.id)
    return list(session.scalars(rows.order_by(Weighing.position)))


def _last(said: Sequence[DeliveryClaim]) -> dict[int, DeliveryClaim]:
    """The last word on each weighing."""
    return {claim.weighing_id: claim for claim in said if claim.weighing_id is not None}


def _open(said: Sequence[DeliveryClaim]) -> dict[int, DeliveryClaim]:
    """The last words that wait for an answer."""
    return {weighing_id: claim for weighing_id, claim in _last(said).items() if claim.settled_at is None}


def _check_sums(
    unit: str,
    terms: Agreed,
    rows: Sequence[Weighing],
    said: Sequence[DeliveryClaim],
    row: Weighing,
    weighed: Weighed,
) -> None:
    """With every new word, so that the totals hold whichever of the last words are agreed with."""
    deliveries.check_weighed(weighed, terms, unit)
    found = deliveries.reckon(weighed, terms, unit)
    words = _last(said)
    others = [words.get(one.id, one) for one in rows if one is not row]
    deliveries.check_sums(
        found["accepted"] + sum(one.accepted for one in others),
        found["value"] + sum(one.value for one in others),
    )
