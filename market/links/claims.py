"""Reading what two sides say of a contested delivery: every claim in order, and whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.links.models import Delivery, DeliveryClaim
from market.words import Words, t

WHAT: dict[str, Words] = {
    "volume": t("The volume"),
    "size": t("The size or quality"),
    "deduction": t("The deduction"),
    "price": t("The price"),
}


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody found. Volumes in base units, price in đồng per kg or piece, value in đồng."""

    side: str
    what: Words
    gross: int
    deducted: int
    reason: str | None
    accepted: int
    price: int
    value: int
    spec: dict[str, Any]
    ground: str | None
    made_at: datetime


def of_link(session: Session, *, link_id: int) -> dict[int, tuple[Claim, ...]]:
    """The claims of a link's deliveries by delivery, the first made first."""
    rows = session.scalars(
        sa.select(DeliveryClaim)
        .join(Delivery, Delivery.id == DeliveryClaim.delivery_id)
        .where(Delivery.link_id == link_id)
        .order_by(DeliveryClaim.id)
    )
    found: dict[int, list[Claim]] = {}
    for row in rows:
        found.setdefault(row.delivery_id, []).append(
            Claim(
                side=row.side,
                what=WHAT[row.what],
                gross=row.gross,
                deducted=row.deducted,
                reason=row.reason,
                accepted=row.accepted,
                price=row.price,
                value=row.value,
                spec=row.spec,
                ground=row.ground,
                made_at=row.made_at,
            )
        )
    return {delivery_id: tuple(claims) for delivery_id, claims in found.items()}
