"""Telling units of a new demand that their open lots could serve: those that can bring most, a bounded number
of them, and none more often a day than people read. All demands for a unit's goods stand on its own page.

The worker does it, so that no buyer waits for it; what is told and that it is told are written together, so
that a worker that dies in the middle has told nobody. Said is what is needed and when, which is open to
units; nothing of the price at which the buyer would buy.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts import service as accounts
from market.db import lock
from market.demands import candidates, goods, wanted
from market.demands.goods import Goods
from market.demands.models import OPEN_STATES, Demand, DemandState, DemandTelling
from market.demands.wanted import Wanted
from market.events import Actor
from market.words import Volume, t

#: Units that are told of one demand.
MOST_UNITS = 30
#: Demands that one unit is told of in a local day.
MOST_A_DAY = 5
#: What does not keep a lot from being told of: one question decides.
SLIGHT = frozenset({"unknown"})


def list_due(session: Session, *, limit: int = 100) -> list[int]:
    """Ids of demands of which nobody has been told yet, those that wait longest first."""
    due = sa.select(Demand.id).where(Demand.tell_due.is_not(None))
    return list(session.scalars(due.order_by(Demand.tell_due, Demand.id).limit(limit)))


def tell(session: Session, demand_id: int) -> bool:
    """Tell the people of the units, those that can bring most first; says whether it was due. Of a demand
    that is not open any more nobody is told.
    """
    demand = session.get_one(Demand, demand_id)
    lock(session, demand)
    if demand.tell_due is None:
        return False
    demand.tell_due = None
    if demand.state not in OPEN_STATES or demand.ends_on < clock.today():
        return True
    need = wanted.of(session, demand)
    of_all = goods.of(session, need)
    told = _chosen(session, need, of_all)
    if not told:
        return True
    words = t(
        "A buyer needs {volume} of {product}, from {first} to {last}. Your goods could serve.",
        volume=Volume(need.volume, of_all.unit),
        product=of_all.name,
        first=need.first,
        last=need.last,
    )
    actor = _posted_by(session, demand)
    for unit_id in told:
        session.add(DemandTelling(demand_id=demand.id, unit_id=unit_id, told_at=clock.now()))
        accounts.tell_party(
            session,
            party_id=unit_id,
            kind="demand.fits",
            words=words,
            path=f"/demands/{demand.id}/offer",
            actor=actor,
        )
    return True


def _posted_by(session: Session, demand: Demand) -> Actor:
    """Who posted it, and by which channel: of a demonstration's past nothing leaves the application."""
    channels = sa.select(DemandState.channel).where(DemandState.demand_id == demand.id)
    channel = session.scalars(channels.order_by(DemandState.id).limit(1)).one()
    return Actor(demand.created_by, demand.buyer_id, channel)


def _chosen(session: Session, need: Wanted, of_all: Goods) -> list[int]:
    brings: dict[int, int] = {}
    for lot in candidates.find(session, need, of_all, on=clock.today()):
        if not set(lot.reasons) - SLIGHT:
            brings[lot.unit_id] = brings.get(lot.unit_id, 0) + lot.available
    tired = _told_enough(session, brings)
    able = [unit_id for unit_id in brings if unit_id not in tired]
    return sorted(able, key=lambda unit_id: (-brings[unit_id], unit_id))[:MOST_UNITS]


def _told_enough(session: Session, unit_ids: Collection[int]) -> set[int]:
    today = sa.and_(
        DemandTelling.unit_id.in_(list(unit_ids)), DemandTelling.told_at >= clock.start_of(clock.today())
    )
    rows = session.scalars(
        sa.select(DemandTelling.unit_id)
        .where(today)
        .group_by(DemandTelling.unit_id)
        .having(sa.func.count() >= MOST_A_DAY)
    )
    return set(rows)
