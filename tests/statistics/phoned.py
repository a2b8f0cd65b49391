"""What officers enter for units that call, in the random worlds of worlds.py, and what units say of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from market import clock
from market.accounts import service as accounts
from market.accounts.models import User
from market.assisted import service as assisted
from market.assisted.models import AssistedEntry
from market.assisted.service import Call
from market.calls import service as calls
from market.calls.service import Caller
from market.catalogue import queries as catalogue
from market.events import Actor
from market.inquiries.models import Inquiry
from market.links import deliveries
from market.links.agreed import Weighed
from market.links.models import Link
from market.listings.forms import FirstLot
from tests.statistics.dealings import GOODS
from tests.statistics.worlds import Step, World, pick, verb

#: Goods, a yes and a delivery by phone; the goods and then the yes are confirmed, another delivery is denied.
BY_PHONE = (
    Step("call", 1, 0, 0, 500),
    Step("ask", 0, 0, 3, 1),
    Step("call", 1, 0, 1, 0),
    Step("call", 1, 0, 2, 1),
    Step("say_of_a_call", 1, 2, 1, 0),
    Step("say_of_a_call", 1, 1, 1, 0),
    Step("call", 1, 0, 2, 0),
    Step("say_of_a_call", 1, 0, 0, 0),
)


def _caller(world: World, party_id: int) -> Caller:
    """An officer to whom the unit speaks on the phone."""
    officer = world.session.scalar(sa.select(sa.func.min(User.id)))
    if officer is None:
        officer = accounts.create_user(world.session, name="Cán bộ", email="canbo@vidu.test").id
    call = Call("Anh Tư", "0912 345 678", clock.now())
    return Caller(Actor(officer, party_id, "phone"), party_id, call)


@verb
def call(world: World, step: Step) -> None:
    """A unit has an officer enter goods for it, its yes to what a buyer asks, or a delivery."""
    day = clock.today()
    if step.b % 3 == 0:
        unit = world.any_unit(step.a).id
        product = catalogue.get_product(world.session, pick(GOODS, step.b // 3))
        lot = FirstLot(1000 * (100 + step.c), day, day + timedelta(days=30), "forecast")
        fields = {"title": "Hàng đọc qua điện thoại", "price_from": 1000 + step.c}
        calls.enter_listing(
            world.session, _caller(world, unit), product_id=product.id, fields=fields, lot=lot
        )
    elif step.b % 3 == 1:
        asked = world.newest(Inquiry, Inquiry.state == "negotiating", Inquiry.turn == "seller")
        inquiry = world.session.get_one(Inquiry, pick(asked, step.a))
        told = {"inquiry_id": inquiry.id, "version": inquiry.version}
        calls.accept(world.session, _caller(world, inquiry.seller_id), **told)
    else:
        link = world.session.get_one(Link, pick(world.newest(Link, Link.state == "active"), step.a))
        weighed = Weighed(gross=max(1, link.volume // 3))
        caller = _caller(world, link.seller_id)
        made = calls.record_delivery(world.session, caller, link_id=link.id, on_date=day, weighed=weighed)
        if step.c % 2:
            deliveries.confirm_delivery(
                world.session,
                actor=world.acting(link.buyer_id),
                party_id=link.buyer_id,
                link_id=link.id,
                delivery_id=made.id,
            )


@verb
def say_of_a_call(world: World, step: Step) -> None:
    """The unit says that what was entered for it is so, or that it is not."""
    waiting = world.newest(AssistedEntry, AssistedEntry.state == "waiting")
    entry = world.session.get_one(AssistedEntry, pick(waiting, step.a))
    say = assisted.confirm if step.b % 3 else assisted.deny
    about: dict[str, Any] = {"party_id": entry.party_id, "entry_id": entry.id, "sign_in_id": None}
    say(world.session, actor=world.acting(entry.party_id), **about)
