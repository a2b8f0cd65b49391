"""What else happens in the random worlds of worlds.py: ratings and models, papers, season plans, renewals,
searches that find nothing, demands that end unfilled.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from market import clock
from market.catalogue import queries as catalogue
from market.catalogue.models import Season, Standard
from market.certificates import claims, moves
from market.certificates.models import ARROWS, Certificate
from market.demands import service as demands
from market.demands.models import Demand
from market.demands.pooling import Line as DemandLine
from market.demands.wanted import Wanted
from market.inquiries.proposals import Line, Proposal
from market.links import merging, renewals
from market.links import service as links
from market.links.models import Link, LinkState, LinkTerms
from market.listings import ledger_rows
from market.listings.ledger_rows import Entry, KnownNames
from market.listings.plans import plan_season
from market.parties import details as parties_details
from market.parties import returns
from market.parties import service as parties
from market.parties.models import FIELDS, RATINGS, Party
from market.places import queries as places
from market.places.models import Place
from market.statistics import closing, periods
from search.query import Query
from tests.make import SHELL
from tests.statistics.dealings import GOODS
from tests.statistics.worlds import Step, World, pick, verb


@verb
def rate(world: World, step: Step) -> None:
    """A unit's rating of this year or the last, told today or learned late."""
    parties.rate_party(
        world.session,
        actor=SHELL,
        party_id=world.any_unit(step.a).id,
        year=clock.today().year - step.b % 2,
        rating=RATINGS[step.c % len(RATINGS)],
        on_date=world.ago(step.c % 30),
    )


@verb
def learn_founding(world: World, step: Step) -> None:
    """The register learns late when a unit was founded."""
    parties_details.learn_founding(
        world.session,
        actor=SHELL,
        party_id=world.any_unit(step.a).id,
        founded_on=world.ago(step.c % 300),
    )


def close_month(world: World) -> None:
    """The last ended month is closed; whatever is learned later changes nothing of it."""
    code = next(periods.ended("month", today=clock.today(), count=1)).code
    closing.prepare(world.session, actor=SHELL, over=None, code=code)
    closing.close(world.session, actor=SHELL, over=None, code=code)


@verb
def make_model(world: World, step: Step) -> None:
    parties.designate_pilot(
        world.session,
        actor=SHELL,
        party_id=world.any_unit(step.a).id,
        field=FIELDS[step.b % 3],
        holds=step.c % 4 > 0,
        on_date=world.ago(step.c % 50),
    )


@verb
def merge(world: World, step: Step) -> None:
    """A unit turns out to stand twice; refused while it has agreements or inquiries."""
    party, into = world.any_unit(step.a), world.any_unit(step.b)
    day = world.ago(step.c % 20)
    merging.merge(
        world.session, actor=SHELL, party_id=party.id, into_id=into.id, on_date=day, source="Trùng hồ sơ"
    )


@verb
def report_year(world: World, step: Step) -> None:
    """A unit says its capital, a year in whole or in part, or whether it works with high technology."""
    to_unit: dict[str, Any] = {"actor": SHELL, "party_id": world.any_unit(step.a).id}
    if step.b % 4 == 0:
        amount = 1_000_000 * step.c
        returns.set_capital(world.session, amount=amount, on_date=world.ago(step.c % 60), **to_unit)
    elif step.b % 4 == 1:
        holds, day = step.c % 3 > 0, world.ago(step.c % 50)
        returns.note_high_tech(world.session, holds=holds, on_date=day, **to_unit)
    else:
        said = {
            "workers": step.c % 30,
            "revenue": 1_000_000 * step.c,
            "member_revenue": 500_000 * step.c,
            "profit": 10_000 * (step.c - 400),
            "member_income": 100_000 * step.c,
            "worker_income": 90_000 * step.c,
            "assets": 2_000_000 * step.c,
            "managers": 4,
            "trained_managers": step.c % 5,
        }
        # The higher numbers leave out what is a part of something, or the whole return but a part.
        for number, name in enumerate(("trained_managers", "member_revenue", "workers", "profit")):
            if step.b >> (2 + number) & 1:
                del said[name]
        year = clock.today().year - 1 - step.c % 2
        returns.report_year(world.session, year=year, items=said, **to_unit)


@verb
def claim_paper(world: World, step: Step) -> None:
    """A unit writes down a paper, for itself or others too, now and then for hectares or products."""
    codes = world.session.scalars(sa.select(Standard.code).order_by(Standard.position)).all()
    standard = pick((*codes[:4], "MSVT", "MS-NUOI"), step.c)
    sectors = world.session.get_one(Standard, standard).sectors
    goods = [catalogue.get_product(world.session, one) for one in GOODS]
    unit_id = world.any_unit(step.a).id
    claims.claim(
        world.session,
        actor=world.acting(unit_id),
        unit_id=unit_id,
        said=claims.Claim(
            standard=standard,
            number=f"{step.c}/CN",
            issuer="Đơn vị cấp thử",
            valid_from=world.ago(step.b % 40),
            valid_to=clock.today() + timedelta(days=1 + step.c % 60) if step.c % 3 else None,
            unit_ids=tuple(world.units[: step.b % 3]),
            product_ids=tuple(one.id for one in goods if one.sector_code in sectors)[: step.b % 3],
            area_m2=10_000 * (1 + step.b) if step.b % 2 else None,
        ),
    )


@verb
def judge_paper(world: World, step: Step) -> None:
    """By hand, as an officer would: what waits is verified or refused, what counts is stopped."""
    waiting = world.newest(Certificate, Certificate.state.in_(tuple(ARROWS)))
    paper = world.session.get_one(Certificate, pick(waiting, step.a % 3))
    arrows = ARROWS[paper.state]
    state = arrows[0] if paper.state == "claimed" and step.b % 5 else arrows[step.b % len(arrows)]
    moves.move(world.session, paper, state, SHELL)


@verb
def plan(world: World, step: Step) -> None:
    """A unit says what it will harvest in a season, or says it anew."""
    seasons = world.session.scalars(sa.select(Season.id).order_by(Season.id)).all()
    first = clock.today() + timedelta(days=step.c % 120 - 40)
    plan_season(
        world.session,
        actor=SHELL,
        party_id=world.any_unit(step.a).id,
        product_id=catalogue.get_product(world.session, pick(GOODS, step.b)).id,
        season_id=pick(seasons[:3], step.c),
        expected=1000 * step.c,
        from_date=first,
        to_date=first + timedelta(days=10 + step.b),
    )


@verb
def renew(world: World, step: Step) -> None:
    """An agreement is renewed: the buyer asks anew, and mostly the seller says yes at once."""
    old = world.session.get_one(Link, pick(world.newest(Link, Link.origin == "platform"), step.a % 4))
    day = clock.today()
    proposal = Proposal((Line(day, day + timedelta(days=20), max(1, old.volume // 3)),), price=1000 + step.b)
    made = renewals.renew(
        world.session,
        actor=world.acting(old.buyer_id),
        party_id=old.buyer_id,
        link_id=old.id,
        proposal=proposal,
    )
    if step.c % 4:
        seller = old.seller_id
        links.agree_link(world.session, actor=world.acting(seller), party_id=seller, inquiry_id=made.id)


@verb
def look(world: World, step: Step) -> None:
    """Somebody looks for goods, perhaps in a month and a place, and finds none, few or enough."""
    today = clock.today()
    known = world.session.scalars(sa.select(Place).where(Place.level != "province").order_by(Place.id)).all()
    query = Query(
        products=(pick(GOODS, step.b),) if step.b % 4 else (),
        sectors=() if step.b % 4 else ("rice",),
        places=(places.key_of(pick(known, 7 * step.c), today),) if step.c % 3 == 0 else (),
        months=(f"{today.year}-{1 + step.b % 12:02}",) if step.c % 2 else (),
    )
    entry = Entry(query=query, total=(0, 2, 9)[step.a % 3], language="vi", channel="page")
    ledger_rows.insert(world.session, [entry], KnownNames.read(world.session))


def _goods(world: World, step: Step) -> dict[str, Any]:
    """One product, or any of a sector."""
    if step.c % 6 == 5:
        return {"product_id": None, "sector": "rice", "unit": "gram"}
    return {"product_id": catalogue.get_product(world.session, pick(GOODS, step.b)).id}


@verb
def need(world: World, step: Step) -> None:
    """A buyer says openly what it needs, and perhaps asks all who could bring it."""
    buyer = pick(world.buyers, step.a)
    day = clock.today() + timedelta(days=step.c % 5)
    known = world.session.scalars(sa.select(Place.id).order_by(Place.id)).all()
    demand = demands.post_demand(
        world.session,
        actor=world.acting(buyer),
        buyer_id=buyer,
        need=Wanted(
            **_goods(world, step),
            lines=(DemandLine(day, day + timedelta(days=4 + step.b % 30), 1000 * (1 + step.c)),),
            source_place_id=pick(known, step.c) if step.b % 3 == 0 else None,
            buyer_id=buyer,
        ),
    )
    if step.a % 2:
        demands.send_plan(world.session, actor=world.acting(buyer), buyer_id=buyer, demand_id=demand.id)


@verb
def give_up(world: World, step: Step) -> None:
    """A buyer needs no more of what was asked for openly."""
    going = world.newest(Demand, Demand.state.in_(("open", "filling")))
    demand = world.session.get_one(Demand, pick(going, step.a % 3))
    buyer = demand.buyer_id
    demands.close_demand(world.session, actor=world.acting(buyer), buyer_id=buyer, demand_id=demand.id)


@verb
def declare(world: World, step: Step) -> None:
    """By hand: an agreement outside the platform, told days after it was made."""
    seller, buyer = world.any_unit(step.a), world.session.get_one(Party, pick(world.buyers, step.b))
    product = catalogue.get_product(world.session, pick(GOODS, step.c))
    on = world.ago(step.c % 50)
    shared: dict[str, Any] = {
        "kind": ("spot", "season")[step.b % 2],
        "form": (None, 3, 4)[step.c % 3],
        "contract": ("none", "seen", "seen")[step.b % 3],
        "volume": 1000 * (1 + step.b),
        "value": 5000 * (1 + step.c),
        "from_date": on,
        "to_date": on + timedelta(days=30),
    }
    link = Link(
        seller_id=seller.id,
        buyer_id=buyer.id,
        product_id=product.id,
        sector_code=product.sector_code,
        seller_kind=seller.kind,
        place_id=seller.place_id,
        former_place_id=seller.former_place_id,
        buyer_kind=buyer.buyer_kind,
        destination=buyer.destination or "unknown",
        origin=("declared_one", "declared_both", "officer")[step.c % 3],
        spec={},
        price=5,
        state="active",
        agreed_at=clock.start_of(on),
        **shared,
    )
    world.session.add(link)
    world.session.flush()  # its history needs its id
    known: dict[str, Any] = {"link_id": link.id, "on_date": on, "recorded_at": clock.now()}
    world.session.add_all([LinkState(state="active", channel="api", **known), LinkTerms(**shared, **known)])
