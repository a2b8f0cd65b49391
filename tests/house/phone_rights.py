"""The rights table of what officers enter for units that call; part of rights.py. And an entry that waits,
for the small worlds of this folder.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.assisted import service as assisted
from market.assisted.models import AssistedEntry
from tests import make
from tests.assisted.steps import enter_listing
from tests.house.askers import PARTIES, SELLER, Right, having, on_duty, post
from tests.make import Side

TRADE = having("trade", "seller")
DUTY = on_duty("trade_data")
UNIT = "/department/assisted/units/{seller_id}"
CALL = {"caller_name": "Anh Tư", "caller_phone": "0912 345 678", "called_at": "{today}T00:00"}
GOODS = {
    "product": "lua-st25",
    "title": "Lúa gọi điện",
    "volume": "5 tấn",
    "from": "{today}",
    "to": "{soon}",
    "price_from": "9.000",
}

TABLE: dict[str, Right] = {
    "assisted:desk": Right(on_duty("trade_data", anywhere=True), "/department/assisted"),
    "assisted:remind": post(DUTY, "/department/assisted/{entry}/remind"),
    "assisted:settle_form": Right(DUTY, "/department/assisted/{denied}/settle"),
    "assisted:settle": post(DUTY, "/department/assisted/{denied}/settle", note="Đã gọi hai bên"),
    "assisted:mine": Right(PARTIES, "/assisted"),
    "assisted:show": Right(SELLER, "/assisted/{entry}"),
    "assisted:confirm_all": post(PARTIES, "/assisted/confirm", entries="{entry}"),
    "assisted:confirm": post(TRADE, "/assisted/{entry}/confirm"),
    "assisted:deny": post(TRADE, "/assisted/{entry}/deny", words="Không phải giá này"),
    "calls:unit": Right(DUTY, UNIT),
    "calls:new_listing": Right(DUTY, UNIT + "/listing?product=lua-st25"),
    "calls:enter_listing": post(DUTY, UNIT + "/listing", **GOODS, **CALL),
    "calls:inquiry": Right(DUTY, UNIT + "/inquiries/{inquiry}"),
    "calls:look": post(DUTY, UNIT + "/inquiries/{inquiry}/look"),
    "calls:answer": post(
        DUTY, UNIT + "/inquiries/{inquiry}", answer="accept", version="{inquiry_version}", **CALL
    ),
    "calls:link": Right(DUTY, UNIT + "/links/{link}"),
    "calls:look_at_link": post(DUTY, UNIT + "/links/{link}/look"),
    "calls:deliver": post(DUTY, UNIT + "/links/{link}", gross="1 tấn", on_date="{today}", **CALL),
}


def an_entry(session: Session, unit: Side) -> int:
    """Goods that an officer entered for the unit two days ago, of which it has said nothing yet."""
    entry = enter_listing(session, make.make_officer(session), unit)
    session.execute(
        sa.update(AssistedEntry)
        .where(AssistedEntry.id == entry.id)
        .values(made_at=clock.now() - timedelta(days=2))
    )
    return entry.id


def a_denied_entry(session: Session, unit: Side) -> int:
    """Goods that the unit says it never offered."""
    entry = enter_listing(session, make.make_officer(session), unit)
    assisted.deny(session, actor=unit.actor, party_id=unit.party.id, entry_id=entry.id, sign_in_id=None)
    return entry.id
