"""What happens in trade in the random worlds of worlds.py: listings and lots, inquiries, agreements,
deliveries; most of it by the services. What is told late (terms, an agreement declared from outside) or by
other means (a held inquiry, a contested delivery) is written by hand.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from market import clock
from market.catalogue import queries as catalogue
from market.inquiries import service as inquiries
from market.inquiries.models import DECLINE_REASONS, Inquiry
from market.inquiries.proposals import Line, Proposal
from market.links import agreed, amendments, conditions, deliveries, outside
from market.links import service as links
from market.links.models import END_REASONS, Commitment, CommitmentMove, Delivery, Link, LinkTerms
from market.listings import service as listings
from market.listings.models import LOSS_CAUSES, Listing, Lot
from market.listings.terms import Terms
from market.parties.models import BUYER_KINDS
from tests.make import SHELL
from tests.statistics.worlds import NothingToDo, Step, World, pick, verb

#: Goods by weight of two sectors, and by the piece of two.
GOODS = ("lua-st25", "tom-su", "chieu-lac", "lua-st24", "muoi-tom")
PARTS = ((True, True, True), (False, True, False), (False, False, False), (True, False, False))


@verb
def offer(world: World, step: Step) -> None:
    """A unit lists goods with one lot or two, and publishes."""
    seller = world.any_unit(step.a).id
    product = catalogue.get_product(world.session, pick(GOODS, step.b))
    listing = listings.create_listing(
        world.session,
        actor=world.acting(seller),
        party_id=seller,
        product_id=product.id,
        title="Hàng thử",
        price_from=1000 + step.c,
    )
    for turn in range(1 + step.c % 2):
        first = clock.today() + timedelta(days=turn * 20)
        _open(world, listing, first, 20 + step.b, 1000 * (100 + step.c))
    listings.publish(world.session, actor=world.acting(seller), listing_id=listing.id)


def _open(world: World, listing: Listing, first: Any, days: int, volume: int) -> None:
    listings.open_lot(
        world.session,
        actor=world.acting(listing.party_id),
        listing_id=listing.id,
        from_date=first,
        to_date=first + timedelta(days=days),
        volume=volume,
    )


@verb
def open_lot(world: World, step: Step) -> None:
    listing = world.session.get_one(Listing, pick(world.newest(Listing), step.a))
    _open(world, listing, world.ago(step.b % 10), 15 + step.b % 40, 1000 * (50 + step.c))


@verb
def show_or_hide(world: World, step: Step) -> None:
    """A listing is paused, published again, or withdrawn."""
    act = (listings.pause, listings.publish, listings.publish, listings.withdraw)[step.b % 4]
    act(world.session, actor=SHELL, listing_id=pick(world.newest(Listing), step.a))


@verb
def change_lot(world: World, step: Step) -> None:
    """A lot is raised, lowered or closed."""
    lot_id = pick(world.newest(Lot), step.a)
    if step.b % 5 == 4:
        listings.close_lot(world.session, actor=SHELL, lot_id=lot_id)
    else:
        listings.change_volume(world.session, actor=SHELL, lot_id=lot_id, volume=1000 * (step.c + step.b))


@verb
def lose(world: World, step: Step) -> None:
    """A part of a lot is lost, today or, as is learned only now, days ago."""
    lot = world.session.get_one(Lot, pick(world.newest(Lot, Lot.volume > 0), step.a))
    listings.report_loss(
        world.session,
        actor=SHELL,
        lot_id=lot.id,
        amount=max(1, lot.volume * (10 + step.b % 90) // 100),
        cause=pick(LOSS_CAUSES, step.b),
        on_date=world.ago(step.c % 25 if step.b % 2 else 0),
    )


def _open_lot_of(world: World, number: int) -> tuple[Lot, Listing]:
    """A lot with something left of a listing on sale."""
    lots = world.session.scalars(
        sa.select(Lot)
        .join(Listing, Listing.id == Lot.listing_id)
        .where(Listing.state == "published", Lot.to_date >= clock.today(), Lot.volume > Lot.committed)
        .order_by(Lot.id.desc())
    ).all()
    lot = pick(lots, number)
    return lot, world.session.get_one(Listing, lot.listing_id)


@verb
def ask(world: World, step: Step) -> None:
    """A buyer (now and then a cooperative) asks, and mostly the seller answers at once."""
    lot, listing = _open_lot_of(world, step.b % 5)
    buyer = pick([*world.buyers, *world.buyers, *world.units], step.b)
    linkage = step.c % 3 > 0
    covers = pick(PARTS, step.c // 3) if linkage else (False, False, False)
    volume = max(1, (lot.volume - lot.committed) * (20 + step.c % 70) // 100)
    inquiry = inquiries.send_inquiry(
        world.session,
        actor=world.acting(buyer),
        buyer_id=buyer,
        listing_id=listing.id,
        proposal=Proposal(
            lines=(Line(max(lot.from_date, clock.today()), lot.to_date, volume),),
            price=900 + step.b,
            price_kind="labour" if step.b % 9 == 8 else "fixed",
            kind=("season", "linkage")[step.c % 2] if linkage else "spot",
            covers_inputs=covers[0],
            covers_production=covers[1],
            covers_processing=covers[2],
            **(_area(step) if linkage else {}),
            terms=Terms(
                tolerance=500,
                contract_wanted=step.c % 7 == 6 or None,
                deposit=1_000_000 if step.c % 7 == 5 else None,
            ),
        ),
    )
    if step.a % 2:
        _agree(world, inquiry)


def _area(step: Step) -> dict[str, Any]:
    """What a linkage says of its fields: hectares, how they were measured, households."""
    return {
        "area_m2": 10_000 * (1 + step.b),
        "area_base": ("sown", "sown", "land", "pond", None)[step.c % 5],
        "households": step.b % 9 if step.c % 2 else None,
    }


def _agree(world: World, inquiry: Inquiry) -> None:
    party_id = inquiry.seller_id if inquiry.turn == "seller" else inquiry.buyer_id
    links.agree_link(world.session, actor=world.acting(party_id), party_id=party_id, inquiry_id=inquiry.id)


@verb
def answer(world: World, step: Step) -> None:
    """Whose turn it is agrees, offers otherwise or declines; or somebody withdraws."""
    inquiry = world.session.get_one(
        Inquiry, pick(world.newest(Inquiry, Inquiry.state == "negotiating"), step.a)
    )
    party_id = inquiry.seller_id if inquiry.turn == "seller" else inquiry.buyer_id
    about: dict[str, Any] = {
        "actor": world.acting(party_id),
        "party_id": party_id,
        "inquiry_id": inquiry.id,
    }
    match step.b % 5:
        case 0 | 1:
            _agree(world, inquiry)
        case 2:
            day = clock.today()
            line = Line(day, day + timedelta(days=20), 1000 * (1 + step.c))
            inquiries.make_offer(world.session, proposal=Proposal((line,), price=1000 + step.c), **about)
        case 3:
            inquiries.decline(world.session, reason=pick(DECLINE_REASONS, step.c), **about)
        case _:
            inquiries.withdraw(world.session, **about)


@verb
def hold(world: World, step: Step) -> None:
    """By hand, as a plan will: an inquiry holds volume, or gives it back."""
    held = world.newest(Inquiry, Inquiry.state == "held")
    if held and step.b % 2:
        inquiry = world.session.get_one(Inquiry, pick(held, step.a))
        one = world.session.scalars(sa.select(Commitment).where(Commitment.inquiry_id == inquiry.id)).one()
        left = one.volume - one.released
        listings.give_back(world.session, amounts=[(one.lot_id, left)])
        one.released = one.volume
        _note_move(world, one, -left, "released")
        inquiries.end(world.session, inquiry, SHELL, "released", side="seller")
        return
    inquiry = world.session.get_one(
        Inquiry, pick(world.newest(Inquiry, Inquiry.state == "negotiating"), step.a)
    )
    lots = world.newest(Lot, Lot.listing_id == inquiry.listing_id, Lot.volume > Lot.committed)
    one = Commitment(lot_id=pick(lots, step.c), inquiry_id=inquiry.id, volume=1 + step.c)
    listings.take_volume(world.session, lot_ids_and_amounts=[(one.lot_id, one.volume)])
    world.session.add(one)
    world.session.flush()  # the move needs the commitment's id
    _note_move(world, one, one.volume, "held")
    inquiries.end(world.session, inquiry, SHELL, "held", side="seller")


def _note_move(world: World, one: Commitment, amount: int, reason: str) -> None:
    world.session.add(
        CommitmentMove(
            commitment_id=one.id,
            lot_id=one.lot_id,
            amount=amount,
            reason=reason,
            on_date=clock.today(),
            recorded_at=clock.now(),
        )
    )


def _live_link(world: World, number: int, *states: str) -> Link:
    return world.session.get_one(Link, pick(world.newest(Link, Link.state.in_(states)), number))


@verb
def sign(world: World, step: Step) -> None:
    """The written contract comes: from one side or from both."""
    link = _live_link(world, step.a % 2, "active", "provisional")
    for party_id in (link.seller_id, link.buyer_id)[: 1 if step.b % 4 == 3 else 2]:
        conditions.record_contract(
            world.session,
            actor=world.acting(party_id),
            party_id=party_id,
            link_id=link.id,
            number=link.contract_number or f"{step.c}/HĐ",
            on_date=clock.today(),
        )


@verb
def pay_deposit(world: World, step: Step) -> None:
    waiting = world.newest(Link, Link.state == "provisional", Link.waits_for == "deposit")
    link = world.session.get_one(Link, pick(waiting, step.a))
    seller = link.seller_id
    conditions.confirm_deposit(world.session, actor=world.acting(seller), party_id=seller, link_id=link.id)


@verb
def amend(world: World, step: Step) -> None:
    """By hand, as an officer's finding will: other terms from a day on, today or past."""
    link = world.session.get_one(Link, pick(world.newest(Link), step.a))
    on = max(world.ago(step.c % 40 if step.b % 2 else 0), clock.day_of(link.agreed_at))
    last = world.session.scalar(sa.select(sa.func.max(LinkTerms.on_date)).where(LinkTerms.link_id == link.id))
    terms: dict[str, Any] = {
        "kind": ("spot", "season", "linkage")[step.b % 3],
        "form": (None, 3, 7, link.form)[step.c % 4],
        "contract": ("none", "uploaded", "seen")[step.c % 3],
        "volume": link.volume * (50 + step.b) // 100,
        "value": link.value * (50 + step.b) // 100,
    }
    world.session.add(
        LinkTerms(
            link_id=link.id,
            from_date=link.from_date,
            to_date=link.to_date,
            on_date=on,
            recorded_at=clock.now(),
            **terms,
        )
    )
    if last is None or on >= last:
        for name, value in terms.items():
            setattr(link, name, value)


@verb
def amend_together(world: World, step: Step) -> None:
    """One side proposes other terms, which the other mostly accepts."""
    link, day = _live_link(world, step.a, "active", "provisional"), clock.today()
    line = Line(day, day + timedelta(days=15 + step.c), max(1, link.volume * (50 + step.b) // 100))
    asked, asks = (
        {"party_id": one, "actor": world.acting(one), "link_id": link.id}
        for one in (link.seller_id, link.buyer_id)
    )
    terms = Proposal((line,), price=1000 + step.b, kind=link.kind)
    made = amendments.propose_amendment(world.session, proposal=terms, **asks)
    answer = amendments.accept_amendment if step.c % 4 else amendments.decline_amendment
    answer(world.session, amendment_id=made.id, **asked)


@verb
def sell_outside(world: World, step: Step) -> None:
    """A unit sells of a lot to somebody without an account, and mostly hands the goods over at once."""
    lot, listing = _open_lot_of(world, step.a)
    outside.sell_outside(
        world.session,
        actor=world.acting(listing.party_id),
        party_id=listing.party_id,
        lot_id=lot.id,
        volume=max(1, (lot.volume - lot.committed) * (20 + step.b % 70) // 100),
        buyer_kind=pick(BUYER_KINDS, step.c),
        price=step.b % 3 * 1000,
        delivered=step.c % 3 > 0,
    )


@verb
def deliver(world: World, step: Step) -> None:
    """Goods of some days ago are recorded, and mostly confirmed at once."""
    _deliver(world, _live_link(world, step.a, "active"), step)


def _deliver(world: World, link: Link, step: Step) -> None:
    delivery = deliveries.record_delivery(
        world.session,
        actor=world.acting(link.seller_id),
        party_id=link.seller_id,
        link_id=link.id,
        on_date=max(world.ago(step.c % 20), clock.day_of(link.agreed_at)),
        weighed=[agreed.Weighed(gross=max(1, link.volume * (1, 2, 3)[step.b % 3] // 3))],
    )
    if step.b % 4:
        _confirm(world, delivery)


def _confirm(world: World, delivery: Delivery) -> None:
    link = world.session.get_one(Link, delivery.link_id)
    deliveries.confirm_delivery(
        world.session,
        actor=world.acting(link.buyer_id),
        party_id=link.buyer_id,
        link_id=link.id,
        delivery_id=delivery.id,
    )


@verb
def receive(world: World, step: Step) -> None:
    """A delivery that waits is confirmed, or (by hand) contested and later settled for less."""
    waiting = world.newest(Delivery, Delivery.state.in_(("recorded", "contested")))
    delivery = world.session.get_one(Delivery, pick(waiting, step.a))
    if delivery.state == "recorded" and step.b % 2:
        _confirm(world, delivery)
        return
    delivery.state = "contested" if delivery.state == "recorded" else "settled"
    if delivery.state == "settled":
        delivery.accepted, delivery.value = delivery.accepted * 3 // 4, delivery.value * 3 // 4
    deliveries.note_state(world.session, delivery, SHELL)


@verb
def end(world: World, step: Step) -> None:
    """A side closes an agreement: fulfilled, short or early, now and then by force majeure. Mostly the rest
    of the goods is handed over first."""
    link = _live_link(world, step.a, "active", "provisional")
    if not step.b % 3 and link.state == "provisional":
        raise NothingToDo
    if step.a % 3:
        if link.state == "active":
            _deliver(world, link, step)
        waiting = (Delivery.link_id == link.id, Delivery.state == "recorded")
        for delivery_id in world.newest(Delivery, *waiting):
            _confirm(world, world.session.get_one(Delivery, delivery_id))
    party_id = (link.seller_id, link.buyer_id)[step.c % 2]
    links.end_link(
        world.session,
        actor=world.acting(party_id),
        party_id=party_id,
        link_id=link.id,
        reason="force_majeure" if step.b % 4 == 3 else pick(END_REASONS, step.b),
    )
