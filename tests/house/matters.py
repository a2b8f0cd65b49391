"""What a buyer asks of two of the seller's listings for one demand, for the worlds of the house's tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from market import clock
from market.catalogue import queries as catalogue
from market.demands import matters
from market.demands import service as demands
from market.demands.pooling import Line
from market.demands.wanted import Wanted
from tests import trade
from tests.make import Side

#: Nobody else in these worlds sells it.
PRODUCT = "lua-om5451"


def build(session: Session, seller: Side, buyer: Side) -> dict[str, Any]:
    """A demand whose plan has been sent: both listings wait for the seller's answer."""
    for title in ("Lúa ruộng trên", "Lúa ruộng dưới"):
        trade.make_listing(session, seller, product=PRODUCT, title=title)
    line = Line(clock.today(), clock.today() + timedelta(days=20), 20 * trade.TONNE)
    need = Wanted(catalogue.get_product(session, PRODUCT).id, (line,), buyer_id=buyer.party.id)
    demand = demands.post_demand(session, actor=buyer.actor, buyer_id=buyer.party.id, need=need)
    session.flush()  # its plan is asked for
    made = demands.send_plan(session, actor=buyer.actor, buyer_id=buyer.party.id, demand_id=demand.id)
    session.commit()
    assert len(made) == 2
    return {"matter": demand.id, "matter_seen": matters.mark(made)}
