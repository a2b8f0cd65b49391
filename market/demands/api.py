"""Demands for programs: posting one, reading one's own with what came of it, its plan with the proof, sending
the plan, closing. No rule stands here; the service refuses.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy.orm import Session

from market import clock
from market.accounts import current
from market.accounts.current import Who
from market.accounts.machine import Caller, Sent
from market.demands import bodies, goods, planning, progress, queries, unit_api, wanted
from market.demands import service as demands
from market.demands.bodies import DemandBody
from market.demands.models import STATES, Demand
from market.demands.routes import may_buy
from market.demands.wanted import MOST_UNITS
from market.errors import Conflict
from market.listings.searching import as_number, as_unit
from market.web import api, sent
from market.web.api import PREFIX, Amount, Count, Model, Parameter
from market.web.inputs import PathId
from market.web.pages import absolute
from market.web.sent import Body, Made, Nothing, Text, Whole
from market.web.session import Db
from market.words import t

router = APIRouter()
router.routes.extend(unit_api.router.routes)

PATH = f"{PREFIX}/demands"
MAX_UNITS = Parameter(
    "max_units",
    t("The plan with at most so many sellers in all, fewer than the demand would take"),
    {"type": "integer", "minimum": 1, "maximum": MOST_UNITS},
)
EXAMPLE = {
    "product": "lua-st25",
    "volume": 500,
    "unit": "tấn",
    "from": "2026-12-01",
    "to": "2027-01-31",
    "price_max": 10000,
    "spec": {"moisture": [None, 15]},
}


class DemandLine(Model):
    """A line of the schedule, what of it is agreed and what asked."""

    from_date: date
    to_date: date
    volume: Amount
    agreed: Amount
    asked: Amount


class DemandInquiry(Model):
    """An inquiry that was sent for a demand."""

    inquiry_id: int
    link_id: int | None
    cooperative: str
    cooperative_code: str
    product: str
    state: str
    turn: str
    volume: Amount = Field(description="what it still stands for")
    asked: Amount
    price: int
    price_kind: str = Field(description="fixed, table, reference or labour")
    too_dear: bool = Field(description="the price it counts at lies above the highest price")
    offered: bool = Field(description="the seller began it, of its own accord")
    at_risk: bool


class DemandDocument(Model):
    """A demand of one's own and what came of it."""

    id: int
    url: str
    product: str | None = Field(description="the first that would do; null of a sector")
    products: list[str] = Field(description="one of these will do; empty of a sector")
    sector: str | None = Field(description="any goods of it will do")
    state: str = Field(pattern=f"^({'|'.join(STATES)})$")
    version: int
    unit: str
    volume: Amount
    agreed: Amount
    price_max: int | None
    part_will_do: bool
    lines: list[DemandLine]
    inquiries: list[DemandInquiry]


class Plan(Model):
    """A plan with its proof, as ``market plan --json`` gives it."""

    product: str = Field(description="the one that the plan is of")
    status: str = Field(description="optimal, feasible (the best found in time) or infeasible")
    objective: float | None = Field(description="đồng")
    bound: float | None = Field(description="no plan of this volume costs less, đồng")
    wanted: Amount
    volume: Amount
    unit: str
    cost: Count
    units: Count = Field(description="how many sellers")
    max_units: int | None = Field(
        description="the most sellers that it may have, those who give already included"
    )
    lines: list[dict[str, Any]]
    lots: list[dict[str, Any]]
    left_out: list[dict[str, Any]]
    unknown: list[dict[str, Any]]
    near: list[dict[str, Any]]
    fewer_units: dict[str, Any] | None = Field(
        description="the next best plan with fewer sellers: product, units, cost, volume, status, and the "
        "max_units by which it is got and sent"
    )
    others: list[dict[str, Any]] = Field(
        description="what each other product that would do gives: product, status, volume, cost, units"
    )
    seconds: float
    seen: str = Field(description="names this plan when it is sent")


class SendBody(Body):
    """The plan that was seen; where the market has moved since, nothing is sent."""

    seen: Text | None = None
    max_units: (
        Annotated[
            Whole, Field(ge=1, le=MOST_UNITS, description="of the plan that was seen, where it had fewer")
        ]
        | None
    ) = None


@router.post(
    PATH,
    name="api:post_demand",
    operation_id="post_demand",
    summary=str(t("Post a demand")),
    status_code=201,
    response_model=DemandDocument,
    responses=api.WRITTEN,
    openapi_extra=api.writes(DemandBody, EXAMPLE),
    tags=["demands"],
)
def post(request: Request, body: Sent, session: Db, who: Caller) -> Response:
    """Nobody is asked yet: the plan shows who could fill it."""
    api.read(request)
    may_buy(who)
    party_id = who.acts_for

    def work(need: DemandBody) -> Made:
        asked = bodies.goods_of(session, need)
        demand = demands.post_demand(
            session,
            actor=who.actor,
            buyer_id=party_id,
            need=bodies.read(session, need, asked, buyer_id=party_id),
            hold_days=need.hold_days,
            replan=need.replan,
        )
        return Made(_document(request, session, demand), 201, f"{PATH}/{demand.id}")

    return sent.do_once(request, session, user_id=who.user_id, raw=body, model=DemandBody, work=work)


@router.get(
    PATH + "/{demand_id}",
    name="api:demand",
    operation_id="get_demand",
    summary=str(t("A demand of one's own and what came of it")),
    response_model=DemandDocument,
    responses=api.THEIRS,
    openapi_extra=api.private(),
    tags=["demands"],
)
def show(request: Request, session: Db, who: Caller, demand_id: PathId) -> Response:
    """For its buyer alone."""
    api.read(request)
    demand = queries.demand_for(session, buyer_id=who.acts_for, demand_id=demand_id)
    return api.answer(request, _document(request, session, demand), secret=True)


@router.get(
    PATH + "/{demand_id}/plan",
    name="api:plan",
    operation_id="get_plan",
    summary=str(t("The best plan for what is missing of a demand, with its proof")),
    response_model=Plan,
    responses={409: api.WRITTEN[409], **api.THEIRS},
    openapi_extra=api.private(MAX_UNITS),
    tags=["demands"],
)
def plan(request: Request, session: Db, who: Caller, demand_id: PathId) -> Response:
    """Nothing is held by it. A demand of which nothing is missing, or whose days are over, has none (409)."""
    given = api.read(request, MAX_UNITS)
    demand = queries.demand_for(session, buyer_id=who.acts_for, demand_id=demand_id)
    most = api.number_of(given, MAX_UNITS)
    planned = queries.plan_of(session, demand, on=clock.today(), max_units=most)
    if planned is None:
        raise Conflict(t("Nothing of this demand is to be planned."))
    body = Plan(**planning.as_document(planned), seen=demands.mark(planned))
    return api.answer(request, body, secret=True, unsteady=("seconds",))


@router.post(
    PATH + "/{demand_id}/send",
    name="api:send_plan",
    operation_id="send_plan",
    summary=str(t("Ask every seller of the plan for its part")),
    response_model=DemandDocument,
    responses=api.WRITTEN,
    openapi_extra=api.writes(SendBody, {"seen": "1648-0-49840000-9800"}),
    tags=["demands"],
)
def send(request: Request, body: Sent, session: Db, who: Caller, demand_id: PathId) -> Response:
    """One inquiry a listing; what a seller accepts is committed at once, or held where only the whole will
    do.
    """
    _mine(session, who, demand_id)
    api.read(request)

    def work(wish: SendBody) -> Made:
        demands.send_plan(
            session,
            actor=who.actor,
            buyer_id=who.acts_for,
            demand_id=demand_id,
            seen=wish.seen,
            max_units=wish.max_units,
        )
        return Made(_document(request, session, _mine(session, who, demand_id)))

    return sent.do_once(request, session, user_id=who.user_id, raw=body, model=SendBody, work=work)


@router.post(
    PATH + "/{demand_id}/close",
    name="api:close_demand",
    operation_id="close_demand",
    summary=str(t("Close a demand")),
    response_model=DemandDocument,
    responses=api.WRITTEN,
    openapi_extra=api.writes(Nothing, {}),
    tags=["demands"],
)
def close(request: Request, body: Sent, session: Db, who: Caller, demand_id: PathId) -> Response:
    """What is agreed stays agreed; open inquiries are withdrawn, held volume is released."""
    _mine(session, who, demand_id)
    api.read(request)

    def work(_: Nothing) -> Made:
        demand = demands.close_demand(session, actor=who.actor, buyer_id=who.acts_for, demand_id=demand_id)
        return Made(_document(request, session, demand))

    return sent.do_once(request, session, user_id=who.user_id, raw=body, model=Nothing, work=work)


def _mine(session: Session, who: Who, demand_id: int) -> Demand:
    demand = queries.demand_for(session, buyer_id=who.acts_for, demand_id=demand_id)
    current.need_power(who, "trade")
    return demand


def _document(request: Request, session: Session, demand: Demand) -> DemandDocument:
    session.flush()  # what was done just now is told
    need = wanted.of(session, demand)
    asked = goods.of(session, need)
    done = progress.of(session, demand, need)
    unit = asked.unit
    slugs = [] if asked.sector else [product.slug for product in asked.products]
    return DemandDocument(
        id=demand.id,
        url=absolute(request, f"/demands/{demand.id}"),
        product=next(iter(slugs), None),
        products=slugs,
        sector=demand.sector_code,
        state=demand.state,
        version=demand.version,
        unit=as_unit(unit),
        volume=as_number(need.volume, unit),
        agreed=as_number(sum(done.agreed), unit),
        price_max=demand.price_max,
        part_will_do=demand.part_will_do,
        lines=[
            DemandLine(
                from_date=line.from_date,
                to_date=line.to_date,
                volume=as_number(line.volume, unit),
                agreed=as_number(agreed, unit),
                asked=as_number(asked, unit),
            )
            for line, agreed, asked in zip(need.lines, done.agreed, done.asked, strict=True)
        ],
        inquiries=[
            DemandInquiry(
                inquiry_id=one.inquiry_id,
                link_id=one.link_id,
                cooperative=one.seller_name,
                cooperative_code=one.seller_code,
                product=one.product,
                state=one.state,
                turn=one.turn,
                volume=as_number(one.volume, unit),
                asked=as_number(one.asked, unit),
                price=one.price,
                price_kind=one.price_kind,
                too_dear=one.too_dear,
                offered=one.offered,
                at_risk=one.at_risk,
            )
            for one in done.sent
        ],
    )
