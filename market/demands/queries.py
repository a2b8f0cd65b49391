"""Reading demands: whose they are, a buyer's list, what is still to be planned, and those that a unit's open
lots could serve. A demand's terms are open to units; who has agreed what is the buyer's alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.catalogue.models import Product
from market.demands import goods, planning, progress, standing, wanted, wording
from market.demands.goods import Name
from market.demands.models import OPEN_STATES, Demand, DemandInquiry, DemandLine, DemandProduct
from market.demands.planning import Planned
from market.demands.progress import Progress
from market.demands.wanted import Wanted
from market.errors import NotFound
from market.inquiries import several
from market.inquiries.models import Inquiry, InquiryState
from market.links.models import Link, LinkState
from market.listings.models import Listing
from market.parties.models import Party
from market.words import Named, Words

PAGE_SIZE = 30


def demand_for(session: Session, *, buyer_id: int, demand_id: int) -> Demand:
    """The buyer's own demand; ``NotFound`` for anybody else."""
    demand = session.get(Demand, demand_id)
    if demand is None or demand.buyer_id != buyer_id:
        raise NotFound
    return demand


def may_be_planned(demand: Demand) -> bool:
    """Whether something may still be asked for: also of a filled one, for a loss may have taken from it."""
    return demand.state in (*OPEN_STATES, "filled") and demand.ends_on >= clock.today()


def rest_of(need: Wanted, done: Progress) -> Wanted:
    """What is neither agreed nor asked yet."""
    return planning.left_of(need, done.taken)


def plan_of(session: Session, demand: Demand, *, on: date, max_units: int | None = None) -> Planned | None:
    """The best plan for what is still missing of a demand, of at most ``max_units`` in all, if given: fewer
    than its own limit (Invalid). None when nothing is missing, or its days are over.
    """
    need = wanted.of_fewer(wanted.of(session, demand), max_units)
    return plan_of_rest(session, demand, need, progress.of(session, demand, need), on=on)


def plan_of_rest(
    session: Session, demand: Demand, need: Wanted, done: Progress, *, on: date
) -> Planned | None:
    """The same with what is known already."""
    rest = rest_of(need, done)
    lines = tuple(line for line in rest.lines if line.to_date >= on)
    if not lines or not may_be_planned(demand):
        return None
    return planning.make(
        session,
        planning.only_lines(rest, lines),
        on=on,
        refused=refused(session, demand_id=demand.id),
        standing=standing.of(session, done),
    )


def refused(session: Session, *, demand_id: int) -> set[int]:
    """The listings that are not asked again for this demand: about which one side has said no, or nobody has
    answered, or the seller has gone back on what it had said, by withdrawing or by ending the agreement
    early; and all others of a seller that has itself said nothing but no.
    """
    ended = (
        sa.select(Link.inquiry_id)
        .join(LinkState, LinkState.link_id == Link.id)
        .where(LinkState.state.in_(("ended_early", "lapsed")), LinkState.by_side == "seller")
    )
    said = sa.select(InquiryState.inquiry_id).where(InquiryState.by_side == "seller")
    gone_back = sa.or_(Inquiry.id.in_(said.where(InquiryState.state == "withdrawn")), Inquiry.id.in_(ended))
    by_seller = sa.or_(
        Inquiry.id.in_(said.where(InquiryState.state == "declined")),
        sa.and_(Inquiry.state == "expired", Inquiry.turn == "seller"),
        gone_back,
    )
    mine = sa.select(DemandInquiry.inquiry_id).where(DemandInquiry.demand_id == demand_id)
    about = several.pairs(Inquiry.id.in_(mine))
    rows = session.execute(
        sa.select(
            about.c.listing_id,
            Inquiry.seller_id,
            sa.or_(Inquiry.state.in_(("declined", "expired")), gone_back),
            by_seller,
        ).join(Inquiry, Inquiry.id == about.c.inquiry_id)
    ).all()
    willing = {seller for _, seller, _, no in rows if not no}
    unwilling = {seller for _, seller, _, _ in rows} - willing
    others = sa.select(Listing.id).where(Listing.party_id.in_(unwilling))
    return {listing for listing, _, over, _ in rows if over} | set(session.scalars(others))


@dataclass(frozen=True, slots=True)
class DemandRow:
    """A demand in a list. Volume in base units, ``price_max`` in đồng per kg or piece."""

    id: int
    product: Name
    unit: str
    piece: Named | None
    volume: int
    from_date: date
    to_date: date
    price_max: int | None
    state: str
    state_words: Words
    tone: str
    buyer: str


def list_mine(
    session: Session, *, buyer_id: int, product: str = "", sector: str = "", page: int = 1
) -> tuple[list[DemandRow], int]:
    """A buyer's demands, open ones first, the newest first; only those which a product (slug) or goods of a
    sector (code) would do for, if one is given.
    """
    mine = sa.and_(Demand.buyer_id == buyer_id, *_narrowed(product, sector))
    total = session.scalar(sa.select(sa.func.count()).select_from(Demand).where(mine)) or 0
    is_open = sa.case((Demand.state.in_(OPEN_STATES), 0), else_=1)
    rows = _rows(
        session,
        _listed()
        .where(mine)
        .order_by(is_open, Demand.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE),
    )
    return rows, total


def list_open(
    session: Session, *, unit_id: int, product: str = "", sector: str = "", page: int = 1
) -> tuple[list[DemandRow], int]:
    """Open demands for any of the goods that a unit has on sale, those that end soonest first; narrowed as
    ``list_mine`` is.
    """
    on_sale = sa.select(Listing.product_id).where(Listing.party_id == unit_id, Listing.on_sale)
    fits = sa.and_(
        Demand.state.in_(OPEN_STATES),
        Demand.ends_on >= clock.today(),
        Demand.buyer_id != unit_id,
        _served_by(Product.id.in_(on_sale)),
        *_narrowed(product, sector),
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(Demand).where(fits)) or 0
    chosen = _listed().where(fits).order_by(Demand.ends_on, Demand.id)
    return _rows(session, chosen.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)), total


def _served_by(good: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Demands for which a product that this holds of would do: named, or of the sector asked for."""
    named = (
        sa.select(DemandProduct.demand_id)
        .join(Product, Product.id == DemandProduct.product_id)
        .where(good, DemandProduct.demand_id == Demand.id)
    )
    of_sector = sa.select(Product.id).where(
        good, Product.sector_code == Demand.sector_code, Product.unit == Demand.unit
    )
    return sa.or_(named.exists(), of_sector.exists())


def _narrowed(product: str, sector: str) -> list[sa.ColumnElement[bool]]:
    asked = ((product, Product.slug == product), (sector, Product.sector_code == sector))
    return [_served_by(good) for given, good in asked if given]


def list_goods(session: Session, *, party_id: int, as_seller: bool) -> list[Product]:
    """The products by which a party's list of demands can be narrowed: what it has on sale, or what it has
    named as a buyer.
    """
    if as_seller:
        own = sa.select(Listing.product_id).where(Listing.party_id == party_id, Listing.on_sale)
    else:
        own = (
            sa.select(DemandProduct.product_id)
            .join(Demand, Demand.id == DemandProduct.demand_id)
            .where(Demand.buyer_id == party_id)
        )
    return list(session.scalars(sa.select(Product).where(Product.id.in_(own)).order_by(Product.position)))


def _listed() -> sa.Select[Demand, str, int, date, date]:
    sums = (
        sa.select(
            DemandLine.demand_id,
            sa.func.sum(DemandLine.volume).label("volume"),
            sa.func.min(DemandLine.from_date).label("first"),
            sa.func.max(DemandLine.to_date).label("last"),
        )
        .group_by(DemandLine.demand_id)
        .subquery()
    )
    return (
        sa.select(Demand, Party.name, sums.c.volume, sums.c.first, sums.c.last)
        .join(Party, Party.id == Demand.buyer_id)
        .join(sums, sums.c.demand_id == Demand.id)
    )


def _rows(session: Session, chosen: sa.Select[Demand, str, int, date, date]) -> list[DemandRow]:
    rows = session.execute(chosen).all()
    names = goods.names_by_demand(session, [row[0] for row in rows])
    return [
        DemandRow(
            id=demand.id,
            product=names[demand.id][0],
            unit=demand.unit,
            piece=names[demand.id][1],
            volume=int(volume),
            from_date=first,
            to_date=last,
            price_max=demand.price_max,
            state=demand.state,
            state_words=wording.STATES[demand.state],
            tone=wording.TONES[demand.state],
            buyer=name,
        )
        for demand, name, volume, first, last in rows
    ]
