"""Demands for the programs of units: what an open one needs and which of the unit's own lots could serve it,
and an offer of its own accord. No rule stands here; the service refuses. Part of the routes that api.py hands
to the application.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy.orm import Session

from market import clock
from market.accounts import machine
from market.accounts.machine import Sent, UnitCaller
from market.catalogue import spec
from market.catalogue.models import Product
from market.demands import answering, goods, wanted
from market.inquiries import bodies as inquiry_bodies
from market.inquiries import documents as inquiry_documents
from market.inquiries.bodies import PricedBody
from market.inquiries.documents import InquiryStanding, ScheduleTold
from market.listings import bodies
from market.listings import present as listing_goods
from market.listings import queries as listings
from market.listings.documents import Qualities
from market.listings.models import Listing
from market.listings.searching import as_number, as_unit
from market.parties.models import Party
from market.places.models import Place
from market.web import api
from market.web.api import PREFIX, Amount, Model
from market.web.forms import Prose
from market.web.inputs import PathId
from market.web.pages import absolute
from market.web.sent import Amount as Volume
from market.web.sent import Id, Made, Unit
from market.web.session import Db
from market.words import t

router = APIRouter()

PATH = f"{PREFIX}/demands/{{demand_id}}"
OFFER = {"lot_id": 31, "volume": 12, "unit": "tấn", "price": 9400}
BY_SIZE = {"lot_id": 44, "volume": 2, "unit": "tấn"}


class OwnLot(Model):
    """A lot of the unit's beside the demand."""

    lot_id: int
    listing_id: int
    title: str
    product: str = Field(description="slug")
    from_: date = Field(alias="from")
    to: date
    most: Amount = Field(description="what may be offered of it")
    price: int | None = Field(description="đồng per kg or piece at the demanded size")
    price_kind: str = Field(description="fixed, table, reference or labour")
    may_be_offered: bool
    lacks: list[str] = Field(description="codes of what speaks against it, as a plan leaves out for")
    wrong: list[str] = Field(description="qualities, by key, that do not meet what is wanted")
    unheld: list[str] = Field(description="standards, by code, that are not claimed for it")


class OpenDemand(Model):
    """What an open demand needs, and the unit's own lots of these goods, the best first."""

    id: int
    url: str = Field(description="its page")
    buyer: str
    unit: str = Field(description="kg or piece")
    lines: list[ScheduleTold]
    spec: Qualities
    price_max: int | None
    price_basis: str
    standards: list[str] = Field(description="codes of what the goods have to hold")
    source_place: str | None = Field(description="code; goods from there alone")
    delivery_place: str | None = Field(description="code; null at the sellers' places")
    daily_intake: Amount | None = Field(description="what the buyer takes in a day at most")
    part_will_do: bool
    held_until: datetime | None = Field(description="where only the whole will do: until when parts are held")
    missing: Amount = Field(description="what no agreement brings yet")
    serves: Amount = Field(description="what those of the lots that lack nothing could bring of it")
    lots: list[OwnLot]


class OwnOfferBody(PricedBody):
    """What is offered for a demand; the days are the lot's within those of the demand."""

    lot_id: Id
    volume: Volume
    unit: Unit | None = None
    message: Annotated[Prose, Field(description="a word to the buyer")] = ""


@router.get(
    PATH + "/offer",
    name="api:demand_fits",
    operation_id="get_demand_fits",
    summary=str(t("What an open demand needs, beside a unit's own lots")),
    response_model=OpenDemand,
    responses=api.THEIRS,
    openapi_extra=api.private(),
    tags=["demands"],
)
def fits(request: Request, session: Db, who: UnitCaller, demand_id: PathId) -> Response:
    """For units; what cannot serve says what it lacks."""
    api.read(request)
    demand = answering.demand_open_to(session, unit_id=who.acts_for, demand_id=demand_id)
    need = wanted.of(session, demand)
    asked = goods.of(session, need)
    beside = answering.beside(session, unit_id=who.acts_for, demands=[demand], on=clock.today())[demand.id]
    slugs = {product.id: product.slug for product in asked.products}
    body = OpenDemand(
        id=demand.id,
        url=absolute(request, f"/demands/{demand.id}/offer"),
        buyer=session.get_one(Party, demand.buyer_id).name,
        unit=as_unit(asked.unit),
        lines=[
            ScheduleTold(from_=line.from_date, to=line.to_date, volume=as_number(line.volume, asked.unit))
            for line in need.lines
        ],
        spec=spec.tell(goods.described(session, asked), demand.spec),
        price_max=demand.price_max,
        price_basis=demand.price_basis,
        standards=list(need.standards),
        source_place=_code(session, demand.source_place_id),
        delivery_place=_code(session, demand.delivery_place_id),
        daily_intake=None if demand.daily_intake is None else as_number(demand.daily_intake, asked.unit),
        part_will_do=demand.part_will_do,
        held_until=demand.held_until,
        missing=as_number(beside.missing, asked.unit),
        serves=as_number(beside.serves, asked.unit),
        lots=[
            OwnLot(
                lot_id=fit.lot.lot_id,
                listing_id=fit.lot.listing_id,
                title=fit.lot.title,
                product=slugs[fit.lot.product_id],
                from_=fit.first,
                to=fit.last,
                most=as_number(fit.most, asked.unit),
                price=fit.lot.price,
                price_kind=fit.lot.price_kind,
                may_be_offered=fit.may_be_offered,
                lacks=list(fit.lot.reasons),
                wrong=list(fit.lot.wrong),
                unheld=list(fit.lot.unheld),
            )
            for fit in beside.fits
        ],
    )
    return api.answer(request, body, secret=True)


def _code(session: Session, place_id: int | None) -> str | None:
    return session.get_one(Place, place_id).code if place_id is not None else None


@router.post(
    PATH + "/offer",
    name="api:offer_for_demand",
    operation_id="offer_for_demand",
    summary=str(t("Offer one of the unit's lots for an open demand")),
    status_code=201,
    response_model=InquiryStanding,
    responses=api.WRITTEN,
    openapi_extra=api.writes(OwnOfferBody, OFFER, table=BY_SIZE),
    tags=["demands"],
)
def offer(request: Request, body: Sent, session: Db, who: UnitCaller, demand_id: PathId) -> Response:
    """An inquiry on which it is the buyer's turn. Without a price it is the listing's own, by size or by
    reference; the buyer is told where it lies above the highest price.
    """
    api.read(request)
    unit_id = who.acts_for
    # Whether it is still open is asked within: sent again, an offer is answered as it was.
    answering.demand_of_others(session, unit_id=unit_id, demand_id=demand_id)

    def work(wish: OwnOfferBody) -> Made:
        demand = answering.demand_open_to(session, unit_id=unit_id, demand_id=demand_id)
        fit = answering.fit_for(session, unit_id=unit_id, demand=demand, lot_id=wish.lot_id)
        counted = listing_goods.goods(session, session.get_one(Product, fit.lot.product_id))
        listing = session.get_one(Listing, fit.lot.listing_id)
        made = inquiry_bodies.read_pricing(
            wish,
            counted,
            listings.pricing_of(session, listing),
            answering.quality_of(demand, fit, kind="table"),
        )
        inquiry = answering.offer(
            session,
            actor=who.actor,
            unit_id=unit_id,
            demand_id=demand_id,
            lot_id=wish.lot_id,
            volume=bodies.read_amount(counted, wish.volume, wish.unit),
            made=made,
            remark=wish.message,
        )
        standing = inquiry_documents.tell_standing(
            session,
            party_id=unit_id,
            inquiry_id=inquiry.id,
            url=absolute(request, f"/inquiries/{inquiry.id}"),
        )
        return Made(standing, 201, f"{PREFIX}/inquiries/{inquiry.id}")

    return machine.do_once(request, session, who, power="trade", raw=body, model=OwnOfferBody, work=work)
