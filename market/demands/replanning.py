"""Demands whose buyers have chosen that what falls away is asked of others by itself: noted where it falls
away, planned and sent by the worker, so that nobody's answer waits for a plan.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.demands.models import Demand
from market.events import Actor


def note(demand: Demand, actor: Actor) -> bool:
    """Note that something fell away of a demand; says whether others are asked by itself. What the buyer lets
    go is not asked of anybody else.
    """
    if not demand.replan or actor.party_id == demand.buyer_id:
        return False
    demand.replan_due = clock.now()
    return True


def is_free(session: Session, demand: Demand) -> bool:
    """Whether nobody else has taken the demand to write to; takes it then, and never waits."""
    mine = sa.select(Demand.id).where(Demand.id == demand.id)
    return session.scalar(mine.with_for_update(key_share=True, skip_locked=True)) is not None


def list_due(session: Session, *, limit: int = 100) -> list[int]:
    """Ids of demands of which something has fallen away and not been asked of others yet."""
    due = sa.select(Demand.id).where(Demand.replan_due.is_not(None))
    return list(session.scalars(due.order_by(Demand.replan_due, Demand.id).limit(limit)))
