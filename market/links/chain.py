"""Which agreement of the same two sides one renews, and which renews it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from market.inquiries.models import OPEN_STATES, Inquiry
from market.links.models import Link

Which = sa.ColumnElement[int | None]


@dataclass(frozen=True, slots=True)
class Chain:
    """Ids of agreements; ``asked`` is the buyer's open inquiry for a renewal."""

    renews: int | None
    renewed_by: int | None
    asked: int | None

    @property
    def goes_on(self) -> bool:
        """Whether it is being renewed, or has been."""
        return self.renewed_by is not None or self.asked is not None


def columns() -> tuple[Which, Which, Which]:
    """What a Chain holds, for a SELECT from Link."""
    later = aliased(Link)
    renewed_by = sa.select(sa.func.max(later.id)).where(later.renews_id == Link.id, later.state != "lapsed")
    asked = sa.select(sa.func.max(Inquiry.id)).where(
        Inquiry.buyer_id == Link.buyer_id,  # by an index
        Inquiry.renews_id == Link.id,
        Inquiry.state.in_(OPEN_STATES),
    )
    return (
        Link.__table__.c.renews_id,
        renewed_by.correlate(Link).scalar_subquery(),
        asked.correlate(Link).scalar_subquery(),
    )


def of(session: Session, link_id: int) -> Chain:
    """What stands before and after an agreement, in one SELECT."""
    return Chain(*session.execute(sa.select(*columns()).where(Link.id == link_id)).one())
