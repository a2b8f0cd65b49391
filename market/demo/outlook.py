"""What the department's dashboard tells of the demo's last two years: season plans of which a part has no
buyer, agreements that are renewed or run short, ratings and models, demands that nobody filled and searches
that found nothing. Made by the services, with dice of its own: the story before stays as it was.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.catalogue import queries as catalogue
from market.demands import service as demands
from market.demands.pooling import Line as NeedLine
from market.demands.wanted import Wanted
from market.demo import trade
from market.demo.register import CLERK
from market.demo.world import Buyer, Good, Unit, World, dice_of
from market.errors import MarketError
from market.inquiries.proposals import Line, Proposal
from market.links import renewals
from market.links import service as links
from market.links.models import Link
from market.listings import ledger_rows, plans
from market.listings import service as listings
from market.listings.models import Listing
from market.parties import history
from market.parties.models import FIELDS
from search.query import Query

TONNE = 1_000_000
YEARS = timedelta(days=730)
#: Units that plan each season, and agreements that may be renewed each month.
PLANNERS, RENEWALS = 24, 6
#: What is looked for in vain, and how often in a month.
MISSED = (("artemia-trung", 7), ("tom-cang-xanh", 9), ("cua-gach", 6), ("kho-ca-keo", 8))


def plan_outlook(world: World) -> None:
    """Plan the two years; nothing before July 2022, whose figures are an article's."""
    dice = dice_of(f"{world.seed}, outlook")
    today = clock.day_of(world.until)
    month = max(today - YEARS, date(2022, 7, 1)).replace(day=1)
    while month <= today:
        world.plan(month + timedelta(days=3), partial(_plan_seasons, world, dice), hour=16)
        world.plan(month + timedelta(days=20), partial(_renew, world, dice), hour=16)
        world.plan(month + timedelta(days=12), partial(_miss, world, dice), hour=17)
        month = (month + timedelta(days=32)).replace(day=1)
    for year in (today.year - 2, today.year - 1):
        if year >= 2022:
            world.plan(date(year, 12, 18), partial(_rate, world, dice, year), hour=16)


def _sellers(world: World) -> list[Unit]:
    return [unit for unit in world.units if unit.kind == "cooperative"]


def _good_of(world: World, dice: random.Random, unit: Unit) -> Good | None:
    fitting = [good for good in world.goods if good.field in unit.fields and unit.district in good.districts]
    return dice.choice(fitting) if fitting else None


def _plan_seasons(world: World, dice: random.Random, session: Session) -> None:
    """In a season's first month units say what they expect of it."""
    today = clock.today()
    for season in catalogue.list_seasons(session, on=today):
        if season.starts_on < today - timedelta(days=31):
            continue
        for unit in dice.sample(_sellers(world), PLANNERS):
            good = _good_of(world, dice, unit)
            if good is None or world.products[good.slug].unit != "gram":
                continue
            first = season.ends_on - timedelta(days=dice.randrange(30, 60))
            plans.plan_season(
                session,
                actor=unit.actor,
                party_id=unit.party_id,
                product_id=world.products[good.slug].id,
                season_id=season.id,
                expected=max(TONNE, good.volume * 1000 * dice.randrange(8, 25) // 10),
                from_date=first,
                to_date=first + timedelta(days=good.window),
                area_m2=10_000 * dice.randrange(10, 90),
                source="demo",
            )
            world.note("season plans")


def _renew(world: World, dice: random.Random, session: Session) -> None:
    """Of the agreements that have just ended some are agreed anew, with a fresh lot behind them."""
    today = clock.today()
    ended = session.scalars(
        sa.select(Link)
        .where(
            Link.kind.in_(("season", "linkage")),
            Link.state.in_(renewals.ENDED_IN_FORCE),
            Link.to_date.between(today - timedelta(days=60), today),
            Link.id.not_in(sa.select(Link.renews_id).where(Link.renews_id.is_not(None))),
            Link.listing_id.is_not(None),
        )
        .order_by(Link.id)
        .limit(RENEWALS)
    ).all()
    units = {unit.party_id: unit for unit in world.units}
    buyers = {buyer.party_id: buyer for buyer in world.buyers}
    for old in ended:
        unit, buyer = units.get(old.seller_id), buyers.get(old.buyer_id)
        listing = session.get_one(Listing, old.listing_id)
        if unit is None or buyer is None or listing.state != "published" or dice.random() < 0.4:
            continue
        first, last = today + timedelta(days=5), today + timedelta(days=5 + dice.randrange(60, 150))
        listings.open_lot(
            session,
            actor=unit.actor,
            listing_id=listing.id,
            from_date=first,
            to_date=last,
            volume=old.volume,
            kind="forecast",
        )
        session.flush()  # the renewal looks for it
        half = old.volume // 2
        middle = first + (last - first) // 2
        proposal = Proposal(
            lines=(
                Line(first, middle, old.volume - half),
                Line(middle + timedelta(days=1), last, half),
            ),
            price=old.price,
            spec=old.spec,
            kind=old.kind,
            covers_inputs=old.covers_inputs,
            covers_production=old.covers_production,
            covers_processing=old.covers_processing,
            area_m2=old.area_m2,
            area_base=old.area_base,
            households=old.households,
        )
        try:
            inquiry = renewals.renew(
                session, actor=buyer.actor, party_id=buyer.party_id, link_id=old.id, proposal=proposal
            )
            link = links.agree_link(session, actor=unit.actor, party_id=unit.party_id, inquiry_id=inquiry.id)
        except MarketError:
            world.note("refused")
            continue
        world.note("renewals")
        trade.sign(session, unit, buyer, link.id, number=f"{old.id}-TK/HĐ-DEMO")
        # One in three keeps only a part of its word so far.
        part = dice.choice((100, 100, 60))
        for day, amount in ((middle, (old.volume - half) * part // 100), (last, half)):
            world.plan(day, partial(_deliver, world, unit, buyer, link.id, amount))


def _deliver(world: World, unit: Unit, buyer: Buyer, link_id: int, amount: int, session: Session) -> None:
    link = session.get_one(Link, link_id)
    if link.state != "active" or amount < 1:
        return
    trade.bring(world, session, unit, buyer, link_id, amount, confirmed=True)
    if clock.today() >= link.to_date and session.get_one(Link, link_id).state == "active":
        links.end_link(session, actor=unit.actor, party_id=unit.party_id, link_id=link_id)


def _miss(world: World, dice: random.Random, session: Session) -> None:
    """Searches that found nothing, and demands of several buyers that are closed as nobody filled them."""
    now = clock.now()
    month = f"{now:%Y-%m}"
    entries = [
        ledger_rows.Entry(
            Query(products=(slug,), months=(month,)), 0, "vi", "page", at=now - timedelta(hours=hour)
        )
        for slug, count in MISSED
        if slug in world.products
        for hour in range(count + dice.randrange(4))
    ]
    ledger_rows.insert(session, entries, ledger_rows.KnownNames({}, {}, frozenset()))
    world.note("searches", len(entries))
    if now.month % 3:
        return
    known = [slug for slug, _ in MISSED if slug in world.products]
    for buyer in world.buyers[:3]:
        line = NeedLine(clock.today(), clock.today() + timedelta(days=20), dice.randrange(4, 20) * TONNE)
        need = Wanted(world.products[known[0]].id, (line,), buyer_id=buyer.party_id)
        made = demands.post_demand(session, actor=buyer.actor, buyer_id=buyer.party_id, need=need)
        made.tell_due = None  # of the past nobody is told any more
        world.note("demands")
        world.plan(clock.today() + timedelta(days=9), partial(_close, buyer, made.id))


def _close(buyer: Buyer, demand_id: int, session: Session) -> None:
    demands.close_demand(session, actor=buyer.actor, buyer_id=buyer.party_id, demand_id=demand_id)


def _rate(world: World, dice: random.Random, year: int, session: Session) -> None:
    """In December cooperatives are rated, and some are named models of their field."""
    classes = ("good", "good", "fair", "fair", "fair", "average", "average", "weak")
    for number, unit in enumerate(_sellers(world)):
        history.rate_party(
            session,
            actor=CLERK,
            party_id=unit.party_id,
            year=year,
            rating=dice.choice(classes),
            on_date=clock.today(),
            source="demo",
        )
        if number % 12 == 0:
            history.designate_pilot(
                session,
                actor=CLERK,
                party_id=unit.party_id,
                field=FIELDS[number // 12 % 6],
                holds=True,
                on_date=clock.today(),
                source="demo",
            )
    world.note("rating rounds")
