"""Reading what two sides say of a contested delivery: every claim in order, how each of its weighings stands,
and whose turn it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.inquiries import service as inquiries
from market.inquiries.models import Remark
from market.links.models import Delivery, DeliveryClaim, Weighing
from market.words import Words, t

WHAT: dict[str, Words] = {
    "volume": t("The volume"),
    "size": t("The size or quality"),
    "deduction": t("The deduction"),
    "price": t("The price"),
}


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody found, of the whole delivery or of the weighing on ``line`` (from 1). Volumes in base
    units, price in đồng per kg or piece, value in đồng.
    """

    side: str
    what: Words
    code: str
    line: int | None
    gross: int
    deducted: int
    reason: str | None
    accepted: int
    price: int
    value: int
    off_table: bool
    spec: dict[str, Any]
    ground: str | None
    words: str | None
    made_at: datetime
    settled: bool


@dataclass(frozen=True, slots=True)
class WeighedLine:
    """A weighing as recorded, in the same units; ``last``: the last word on it. ``turn``: the side that may
    say something of it now.
    """

    line: int
    gross: int
    deducted: int
    reason: str | None
    accepted: int
    price: int
    value: int
    off_table: bool
    spec: dict[str, Any]
    last: Claim | None
    turn: str | None

    @property
    def waits(self) -> bool:
        """Whether something was said of it that waits for an answer."""
        return self.last is not None and self.turn is not None


def turn_of(state: str, recorded_side: str, *, last: str | None, agreed: bool) -> str | None:
    """The side that may say now what it found of a weighing; ``last``: who said the last word on it."""
    if state not in ("recorded", "contested") or agreed:
        return None
    return inquiries.other(last or recorded_side)


def of_link(session: Session, *, link_id: int) -> dict[int, tuple[Claim, ...]]:
    """The claims of a link's deliveries by delivery, the first made first."""
    rows = session.execute(
        sa.select(DeliveryClaim, Weighing.position, Remark.text)
        .join(Delivery, Delivery.id == DeliveryClaim.delivery_id)
        .outerjoin(Weighing, Weighing.id == DeliveryClaim.weighing_id)
        .outerjoin(Remark, Remark.claim_id == DeliveryClaim.id)
        .where(Delivery.link_id == link_id)
        .order_by(DeliveryClaim.id)
    )
    found: dict[int, list[Claim]] = {}
    for row, line, words in rows:
        found.setdefault(row.delivery_id, []).append(
            Claim(
                side=row.side,
                what=WHAT[row.what],
                code=row.what,
                line=line,
                gross=row.gross,
                deducted=row.deducted,
                reason=row.reason,
                accepted=row.accepted,
                price=row.price,
                value=row.value,
                off_table=row.off_table,
                spec=row.spec,
                ground=row.ground,
                words=words,
                made_at=row.made_at,
                settled=row.settled_at is not None,
            )
        )
    return {delivery_id: tuple(claims) for delivery_id, claims in found.items()}


def is_by_line(said: Sequence[Claim]) -> bool:
    """Whether what was said of a delivery is about its weighings, not about the whole."""
    return bool(said) and said[0].line is not None


def lines_of(
    session: Session, *, link_id: int, said: dict[int, tuple[Claim, ...]]
) -> dict[int, tuple[WeighedLine, ...]]:
    """The weighings of a link's deliveries by delivery, each with what was said of it (``of_link``)."""
    rows = session.execute(
        sa.select(Weighing, Delivery.state, Delivery.recorded_side)
        .join(Delivery, Delivery.id == Weighing.delivery_id)
        .where(Delivery.link_id == link_id)
        .order_by(Weighing.delivery_id, Weighing.position)
    )
    found: dict[int, list[WeighedLine]] = {}
    for row, state, recorded_side in rows:
        claims = said.get(row.delivery_id, ())
        last = next((one for one in reversed(claims) if one.line == row.position), None)
        whole = bool(claims) and not is_by_line(claims)
        found.setdefault(row.delivery_id, []).append(
            WeighedLine(
                line=row.position,
                gross=row.gross,
                deducted=row.deducted,
                reason=row.reason,
                accepted=row.accepted,
                price=row.price,
                value=row.value,
                off_table=row.off_table,
                spec=row.spec,
                last=last,
                turn=None
                if whole
                else turn_of(
                    state,
                    recorded_side,
                    last=last.side if last else None,
                    agreed=last is not None and last.settled,
                ),
            )
        )
    return {delivery_id: tuple(lines) for delivery_id, lines in found.items()}
