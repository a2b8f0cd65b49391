"""What an officer enters for a unit that calls, as tests need it."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.assisted.models import AssistedEntry
from market.assisted.service import Call
from market.calls import service as calls
from market.calls.service import Caller
from market.catalogue import queries as catalogue
from market.events import Actor
from market.inquiries.models import Inquiry
from market.links.agreed import Weighed
from market.links.models import Link
from market.listings.forms import FirstLot
from tests import trade
from tests.make import Account, Side


def caller(officer: Account, unit: Side) -> Caller:
    """The unit on the phone, just now."""
    call = Call("Anh Tư", "0912 345 678", clock.now(), "Đã gọi lại số này")
    return Caller(Actor(officer.user.id, unit.party.id, "phone"), unit.party.id, call)


def newest(session: Session) -> AssistedEntry:
    """What was entered last."""
    return session.scalars(sa.select(AssistedEntry).order_by(AssistedEntry.id.desc()).limit(1)).one()


def enter_listing(session: Session, officer: Account, unit: Side) -> AssistedEntry:
    """Five tonnes of paddy, on sale."""
    today = clock.today()
    calls.enter_listing(
        session,
        caller(officer, unit),
        product_id=catalogue.get_product(session, "lua-st25").id,
        fields={"title": "Lúa đọc qua điện thoại", "price_from": 9_000},
        lot=FirstLot(5 * trade.TONNE, today, today + timedelta(days=30), "forecast"),
    )
    return newest(session)


def enter_yes(session: Session, officer: Account, unit: Side, inquiry: Inquiry) -> AssistedEntry:
    """The unit agrees to what the buyer asks."""
    calls.accept(session, caller(officer, unit), inquiry_id=inquiry.id, version=inquiry.version)
    return newest(session)


def enter_delivery(session: Session, officer: Account, unit: Side, link: Link) -> AssistedEntry:
    """A tonne, handed over today."""
    calls.record_delivery(
        session,
        caller(officer, unit),
        link_id=link.id,
        on_date=clock.today(),
        weighed=Weighed(gross=trade.TONNE),
    )
    return newest(session)
