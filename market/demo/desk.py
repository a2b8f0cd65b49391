"""What the demo's people find on their desks when they sign in: the last ten days of the manager's unit and
of the buyer, so that every step of the main loop can be taken at once. Made by the same services as all else.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from sqlalchemy.orm import Session

from market import clock
from market.demands import service as demands
from market.demands import telling
from market.demands.pooling import Line as NeedLine
from market.demands.wanted import Wanted
from market.demo import trade
from market.demo.register import CLERK
from market.demo.world import Buyer, Good, Step, Unit, World
from market.inquiries import service as inquiries
from market.inquiries.models import Inquiry
from market.inquiries.proposals import Line, Proposal
from market.links import service as links
from market.links.models import Link
from market.listings import service as listings
from market.listings.models import Listing
from market.listings.terms import Terms
from market.parties import service as parties
from market.places import queries as places

TONNE = 1_000_000
#: The product that the manager's unit sells on its desk.
PRODUCT = "gao-st25"


def plan_desk(world: World, manager: Unit, buyer: Buyer) -> None:
    """Plan the last ten days of the two, and two parties that wait for the officer."""
    today = clock.day_of(world.until)
    good = next(good for good in world.goods if good.slug == PRODUCT)
    others = [one for one in world.buyers if one.party_id != buyer.party_id and "rice" in one.fields][:2]

    def begin(session: Session) -> None:
        first = _listing(world, session, manager, good, "Gạo ST25 vụ mới", (TONNE * 12, TONNE * 18))
        second = _listing(world, session, manager, good, "Gạo ST25 đóng túi", (TONNE * 9,))
        third = _listing(world, session, manager, good, "Gạo ST25 loại tốt", (TONNE * 15,))
        agreed = _ask(world, session, buyer, third, 4 * TONNE)
        world.plan(today - timedelta(days=8), lambda s: _agree(world, s, manager, buyer, agreed.id))
        for days, who, volume in ((2, others[0], 3 * TONNE), (1, others[1], 5 * TONNE)):
            world.plan(today - timedelta(days=days), _question(world, who, first.id, volume))
        world.plan(
            today - timedelta(days=3),
            lambda s: _offer_otherwise(s, manager, _ask(world, s, buyer, second, 2 * TONNE)),
        )

    world.plan(today - timedelta(days=10), begin)
    world.plan(today - timedelta(days=1), lambda s: _newcomers(world, s), hour=14)
    world.plan(today - timedelta(days=1), lambda s: _demands(world, s, buyer), hour=15)


def _listing(
    world: World, session: Session, unit: Unit, good: Good, title: str, volumes: tuple[int, ...]
) -> Listing:
    product = world.products[good.slug]
    found = listings.create_listing(
        session,
        actor=unit.actor,
        party_id=unit.party_id,
        product_id=product.id,
        title=title,
        description="Tin chào bán demo: đơn vị và số lượng là giả định để dùng thử.",
        spec=trade.read_spec(world, session, good),
        price_from=good.price,
        min_order=TONNE // 2,
        standards=good.standards[:1],
        terms=Terms(payment="on_delivery"),
    )
    first = clock.today()
    for volume in volumes:
        last = first + timedelta(days=60)
        listings.open_lot(
            session,
            actor=unit.actor,
            listing_id=found.id,
            from_date=first,
            to_date=last,
            volume=volume,
            kind="in_store",
        )
        first = last + timedelta(days=1)
    listings.publish(session, actor=unit.actor, listing_id=found.id)
    world.note("listings")
    return found


def _propose(listing: Listing, volume: int, price: int) -> Proposal:
    today = clock.today()
    return Proposal(
        lines=(Line(today, today + timedelta(days=30), volume),),
        price=price,
        spec=listing.spec,
        terms=Terms(payment="on_delivery"),
    )


def _question(world: World, buyer: Buyer, listing_id: int, volume: int) -> Step:
    def ask(session: Session) -> None:
        _ask(world, session, buyer, session.get_one(Listing, listing_id), volume)

    return ask


def _ask(world: World, session: Session, buyer: Buyer, listing: Listing, volume: int) -> Inquiry:
    assert listing.price_from is not None
    world.note("inquiries")
    return inquiries.send_inquiry(
        session,
        actor=buyer.actor,
        buyer_id=buyer.party_id,
        listing_id=listing.id,
        proposal=_propose(listing, volume, listing.price_from),
    )


def _offer_otherwise(session: Session, unit: Unit, inquiry: Inquiry) -> None:
    listing = session.get_one(Listing, inquiry.listing_id)
    assert listing.price_from is not None
    inquiries.make_offer(
        session,
        actor=unit.actor,
        party_id=unit.party_id,
        inquiry_id=inquiry.id,
        proposal=_propose(listing, 2 * TONNE, listing.price_from + 500),
        remark="Giá này đã gồm đóng túi 5 kg.",
    )


def _agree(world: World, session: Session, unit: Unit, buyer: Buyer, inquiry_id: int) -> None:
    """The agreement, a delivery that the buyer has confirmed and one that waits for the buyer."""
    link = links.agree_link(session, actor=unit.actor, party_id=unit.party_id, inquiry_id=inquiry_id)
    world.note("links")
    today = clock.day_of(world.until)
    for days, confirmed in ((5, True), (1, False)):
        world.plan(
            today - timedelta(days=days),
            partial(_deliver, world, unit=unit, buyer=buyer, link_id=link.id, confirmed=confirmed),
        )


def _deliver(world: World, session: Session, unit: Unit, buyer: Buyer, link_id: int, confirmed: bool) -> None:
    if session.get_one(Link, link_id).state != "active":
        return
    trade.bring(world, session, unit, buyer, link_id, 3 * TONNE // 2, confirmed=confirmed)


def _newcomers(world: World, session: Session) -> None:
    """A group and a buyer that have registered and wait to be confirmed."""
    today: date = clock.today()
    commune = places.list_communes(session, on=today)[0]
    for kind, name, more in (
        ("group", f"THT Demo Chờ xác nhận {commune.name}", {"fields": ("rice",), "members": 11}),
        ("company", "Công ty Demo Chờ xác nhận", {"buyer_kind": "processor", "destination": "domestic"}),
    ):
        parties.register_party(
            session,
            actor=CLERK,
            kind=kind,
            name=name,
            place_id=commune.id,
            phone=f"+8429102{len(name):05d}",
            source="demo",
            is_demo=True,
            **more,
        )


def _demands(world: World, session: Session, buyer: Buyer) -> None:
    """Two open needs of the buyer: one that several units fill together, one that has to be filled whole."""
    today: date = clock.today()
    for slug, tonnes, whole in (("gao-st25", 45, False), ("lua-st25", 30, True)):
        product = world.products[slug]
        line = NeedLine(today, today + timedelta(days=45), tonnes * TONNE)
        need = Wanted(product.id, (line,), part_will_do=not whole, buyer_id=buyer.party_id)
        made = demands.post_demand(session, actor=buyer.actor, buyer_id=buyer.party_id, need=need)
        session.flush()  # who is told is read from its rows
        telling.tell(session, made.id)
        world.note("demands")
