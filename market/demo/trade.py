"""The demo's trade: units list, buyers ask, sides agree, goods are delivered, month after month, by the very
services that people's requests call. What the services refuse is counted and life goes on.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from sqlalchemy.orm import Session

from market import clock
from market.catalogue import queries as catalogue
from market.catalogue import spec
from market.demo.world import Buyer, Good, Unit, World
from market.errors import MarketError
from market.inquiries import service as inquiries
from market.inquiries.proposals import Line, Proposal
from market.links import conditions, deliveries
from market.links import service as links
from market.links.agreed import Weighed
from market.links.models import Link
from market.listings import service as listings
from market.listings.models import Listing, Lot
from market.listings.terms import Terms

#: Cooperatives that produce within a value chain at the end of 2021 (the article's figure).
LINKED_2021 = 47
SPOT_2021 = 30
PRAISE = ("vụ mới", "loại tốt", "giao tận nơi", "số lượng lớn")
#: The parts besides the sale that a demo linkage covers, in turn: forms 1, 3, 4, 5, 7.
PARTS = (
    (True, True, True),
    (False, True, False),
    (True, True, False),
    (False, True, True),
    (False, False, True),
)


def plan_trade(world: World) -> None:
    """Plan the listings of 2021, the article's 47 linkages, and the months after them."""
    world.plan(date(2021, 9, 6), lambda s: _first_season(world, s))
    month = date(2021, 12, 1)
    while month <= world.until.date():
        world.plan(month + timedelta(days=2), partial(_month, world, month=month))
        month = (month + timedelta(days=32)).replace(day=1)


def _first_season(world: World, session: Session) -> None:
    """September 2021: cooperatives list their harvest; 47 find a linkage, 30 more sell on the spot."""
    sellers = [unit for unit in world.units if unit.kind == "cooperative"]
    world.dice.shuffle(sellers)
    number = 0
    for unit in sellers:
        if number == LINKED_2021 + SPOT_2021 + 25:
            break
        window = (date(2021, 10, 1), date(2022, 3, 31))
        made = _list(world, session, unit, _good_of(world, unit, None), window)
        if made is None:
            continue
        number += 1
        if number <= LINKED_2021 + SPOT_2021:
            linkage = number <= LINKED_2021
            day = date(2021, 9, 7) + timedelta(days=number)
            _plan_deal(world, unit, made, day, linkage=linkage, window=window, part=60 if linkage else 30)


def _month(world: World, session: Session, month: date) -> None:
    """A month's listings and inquiries; more of both as the years pass."""
    pace = 4 + (month.year - 2021) * 3
    sellers = [unit for unit in world.units if unit.kind == "cooperative" or unit.party_id % 5 == 0]
    for unit in world.dice.sample(sellers, min(len(sellers), pace * 2 * world.scale)):
        good = _good_of(world, unit, month)
        if good is None:
            continue
        start = month + timedelta(days=world.dice.randrange(5, 70))
        window = (start, start + timedelta(days=good.window))
        made = _list(world, session, unit, good, window)
        if made is None:
            continue
        if world.dice.random() < 0.35:
            later = (window[1] + timedelta(days=1), window[1] + timedelta(days=good.window))
            _open_lot(world, session, unit, made, good, later)
        if world.dice.random() < 0.62:
            day = month + timedelta(days=world.dice.randrange(3, 24))
            linkage = world.dice.random() < 0.3
            part = world.dice.choice((25, 40, 60, 80))
            _plan_deal(world, unit, made, day, linkage=linkage, window=window, part=part)


def _good_of(world: World, unit: Unit, month: date | None) -> Good | None:
    near = {(month.month + ahead - 1) % 12 + 1 for ahead in range(4)} if month else set()
    fitting = [
        good
        for good in world.goods
        if good.field in unit.fields
        and unit.district in good.districts
        and (month is None or near & set(good.months))
    ]
    return world.dice.choice(fitting) if fitting else None


def read_spec(world: World, session: Session, good: Good) -> dict[str, object]:
    """The good's usual quality, read as a form would."""
    raw = {f"spec.{pair.split('=')[0]}": pair.split("=")[1] for pair in good.spec.split(";") if pair}
    return spec.parse(catalogue.specs_of(session, world.products[good.slug]), raw)


def _list(
    world: World, session: Session, unit: Unit, good: Good | None, window: tuple[date, date]
) -> int | None:
    """Write, fill and publish a listing; gives its id."""
    if good is None:
        return None
    product = world.products[good.slug]
    step = 100 if good.price > 5000 else 10
    price = max(step, round(good.price * world.dice.uniform(0.92, 1.1) / step) * step)
    wholesale = good.volume >= 1000
    listing = listings.create_listing(
        session,
        actor=unit.actor,
        party_id=unit.party_id,
        product_id=product.id,
        title=f"{product.name_vi} {world.dice.choice(PRAISE)}",
        description="Tin chào bán demo: đơn vị và số lượng là giả định để dùng thử.",
        spec=read_spec(world, session, good),
        price_from=price,
        min_order=(500_000 if wholesale else 5_000) if product.unit == "gram" else 5,
        standards=good.standards[: world.dice.randrange(0, len(good.standards) + 1)],
        terms=Terms(payment=world.dice.choice(("on_delivery", "days_after", None)), payment_days=7),
    )
    _open_lot(world, session, unit, listing.id, good, window)
    listings.publish(session, actor=unit.actor, listing_id=listing.id)
    unit.listings.append(listing.id)
    world.note("listings")
    return listing.id


def _open_lot(
    world: World, session: Session, unit: Unit, listing_id: int, good: Good, window: tuple[date, date]
) -> None:
    unit_size = 1000 if world.products[good.slug].unit == "gram" else 1
    amount = max(10, round(good.volume * world.dice.uniform(0.5, 1.8) / 10) * 10)
    listings.open_lot(
        session,
        actor=unit.actor,
        listing_id=listing_id,
        from_date=window[0],
        to_date=window[1],
        volume=amount * unit_size,
        kind=world.dice.choice(("forecast", "in_store")),
    )


def _plan_deal(
    world: World,
    unit: Unit,
    listing_id: int,
    day: date,
    *,
    linkage: bool,
    window: tuple[date, date],
    part: int,
) -> None:
    """A buyer asks for ``part`` per cent of what is left; what follows depends on the dice (linkages of 2021
    always come about, so that the article's figure is reached)."""
    product_field = next((name for name in unit.fields), "rice")
    fitting = [buyer for buyer in world.buyers if set(buyer.fields) & set(unit.fields)] or world.buyers
    buyer = world.dice.choices(fitting, weights=[buyer.appetite for buyer in fitting])[0]
    sure = day.year == 2021 and day.month < 12
    number = world.dice.randrange(10**6)

    def ask(session: Session) -> None:
        listing = session.get_one(Listing, listing_id)
        lot = session.query(Lot).filter(Lot.listing_id == listing_id).order_by(Lot.from_date, Lot.id).first()
        if lot is None or listing.price_from is None:
            return
        left = (lot.volume - lot.committed) * part // 100
        wanted = max(left - left % (1000 if listing.product_id and left >= 1000 else 1), listing.min_order, 1)
        covers = PARTS[number % len(PARTS)] if linkage else (False, False, False)
        proposal = Proposal(
            lines=(Line(max(lot.from_date, clock.today()), lot.to_date, wanted),),
            price=listing.price_from,
            spec=listing.spec,
            kind=("linkage" if number % 3 == 0 else "season") if linkage else "spot",
            covers_inputs=covers[0],
            covers_production=covers[1],
            covers_processing=covers[2],
            area_m2=(20 + number % 400) * 10_000 if linkage and product_field == "rice" else None,
            area_base="sown" if linkage and product_field == "rice" else None,
            households=10 + number % 120 if linkage else None,
            terms=Terms(tolerance=500, payment="on_delivery"),
        )
        try:
            inquiry = inquiries.send_inquiry(
                session, actor=buyer.actor, buyer_id=buyer.party_id, listing_id=listing_id, proposal=proposal
            )
        except MarketError:
            world.note("refused")
            return
        world.note("inquiries")
        fate = 0.0 if sure else world.dice.random()
        if fate < 0.68:
            world.plan(day + timedelta(days=1), lambda s: _accept(world, s, unit, buyer, inquiry.id, number))
        elif fate < 0.85:
            world.plan(day + timedelta(days=1), lambda s: _decline(world, s, unit, inquiry.id))
        # The rest is answered by nobody and expires.
        world.plan(day + timedelta(days=6), _expire)

    world.plan(day, ask, hour=9 + world.dice.random() * 6)


def _expire(session: Session) -> None:
    inquiries.expire_due(session)


def _decline(world: World, session: Session, unit: Unit, inquiry_id: int) -> None:
    inquiries.decline(
        session,
        actor=unit.actor,
        party_id=unit.party_id,
        inquiry_id=inquiry_id,
        reason=world.dice.choice(("price", "volume", "window")),
    )


def _accept(world: World, session: Session, unit: Unit, buyer: Buyer, inquiry_id: int, number: int) -> None:
    try:
        link = links.agree_link(session, actor=unit.actor, party_id=unit.party_id, inquiry_id=inquiry_id)
    except MarketError:
        world.note("refused")
        return
    world.note("links")
    if link.form is not None or link.waits_for:
        sign(session, unit, buyer, link.id, number=f"{number}/HĐ-DEMO")
    _plan_deliveries(world, unit, buyer, link)


def sign(session: Session, unit: Unit, buyer: Buyer, link_id: int, *, number: str) -> None:
    """Both sides say that the agreement is on paper since today."""
    for side in (unit, buyer):
        conditions.record_contract(
            session,
            actor=side.actor,
            party_id=side.party_id,
            link_id=link_id,
            number=number,
            on_date=clock.today(),
        )


def _plan_deliveries(world: World, unit: Unit, buyer: Buyer, link: Link) -> None:
    """One to three deliveries in the link's window, the last one short now and then, then the end."""
    days = max(1, (link.to_date - link.from_date).days)
    times = world.dice.randrange(1, 4)
    whole = link.volume * world.dice.choice((100, 100, 100, 99, 97, 80)) // 100
    for turn in range(times):
        day = link.from_date + timedelta(days=days * (turn + 1) // (times + 1))
        amount = whole // times + (whole % times if turn == 0 else 0)
        step = partial(_deliver, world, unit=unit, buyer=buyer, link_id=link.id, amount=amount)
        world.plan(max(day, clock.today()), step)
    world.plan(link.to_date + timedelta(days=3), lambda s: _close(world, s, unit, link.id), hour=15)


def _deliver(world: World, session: Session, unit: Unit, buyer: Buyer, link_id: int, amount: int) -> None:
    link = session.get_one(Link, link_id)
    if link.state != "active" or amount < 1:
        return
    sure = world.dice.random() < 0.95 or clock.today() < world.until.date() - timedelta(days=10)
    bring(world, session, unit, buyer, link_id, amount, confirmed=sure)


def bring(
    world: World, session: Session, unit: Unit, buyer: Buyer, link_id: int, amount: int, *, confirmed: bool
) -> None:
    """Deliver so many grams or pieces today; the buyer confirms it or has yet to."""
    made = deliveries.record_delivery(
        session,
        actor=unit.actor,
        party_id=unit.party_id,
        link_id=link_id,
        on_date=clock.today(),
        weighed=[Weighed(gross=amount)],
    )
    world.note("deliveries")
    if confirmed:
        deliveries.confirm_delivery(
            session, actor=buyer.actor, party_id=buyer.party_id, link_id=link_id, delivery_id=made.id
        )


def _close(world: World, session: Session, unit: Unit, link_id: int) -> None:
    if session.get_one(Link, link_id).state == "active":
        links.end_link(session, actor=unit.actor, party_id=unit.party_id, link_id=link_id)
