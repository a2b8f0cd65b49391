"""Programs of the two sides are told what an officer entered by phone, and what the unit says of it."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import worker
from market.assisted import service as assisted
from market.links.models import Link
from tests import make, trade
from tests.assisted import steps
from tests.machines import Trader
from tests.make import Side
from tests.pages import Browser


def test_what_was_entered_by_phone_says_so_to_programs(
    session: Session, browser: Callable[[], Browser], seller: Side, buyer: Side
) -> None:
    worker.subscribe_all()
    officer = make.make_officer(session, duties=("trade_data",))
    plain, _ = trade.make_listing(session, seller)
    inquiry = trade.make_inquiry(session, buyer, plain)
    entered = [
        steps.enter_listing(session, officer, seller),
        steps.enter_yes(session, officer, seller, inquiry),
    ]
    session.flush()
    link = session.scalars(sa.select(Link)).one()
    entered.append(steps.enter_delivery(session, officer, seller, link))
    session.commit()
    ours, theirs = (Trader(browser(), session, side.user) for side in (seller, buyer))

    def marks(here: Trader) -> tuple[str | None, ...]:
        deal = here.look(f"/links/{link.id}")
        (delivery,) = deal["deliveries"]
        alone = here.look(f"/links/{link.id}/deliveries/{delivery['id']}")
        thread = here.look(f"/inquiries/{inquiry.id}")
        return (
            deal["assisted"],
            delivery["assisted"],
            alone["assisted"],
            thread["assisted"],
            thread["offer"]["assisted"],
        )

    assert marks(ours) == marks(theirs) == ("waiting",) * 4 + (None,), "the offer is the buyer's own"
    told = {one["id"]: one["assisted"] for one in ours.look("/listings/mine")["listings"]}
    assert told == {plain.id: None, entered[0].listing_id: "waiting"}
    assert ours.look(f"/listings/mine/{entered[0].listing_id}")["assisted"] == "waiting"
    public = theirs.send("GET", f"/listings/{entered[0].listing_id}")
    assert "assisted" not in public.json(), "buyers see the goods alone"
    for entry in entered:
        assisted.confirm(
            session,
            actor=seller.actor,
            party_id=seller.party.id,
            entry_id=entry.id,
            sign_in_id=None,
        )
    session.commit()
    assert marks(theirs) == ("confirmed",) * 4 + (None,)
