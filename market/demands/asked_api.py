"""What one buyer asks of several of a unit's listings for one demand, for the unit's programs: seen with its
sum, and answered at once, all or nothing (matters.py). Part of the routes that api.py hands to the
application.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from market.accounts import machine
from market.accounts.current import Who
from market.accounts.machine import Sent, UnitCaller
from market.demands import asked, matters, queries
from market.inquiries import documents
from market.inquiries.bodies import DeclineReason
from market.inquiries.documents import OfferTold
from market.listings.searching import as_number, as_unit
from market.web import api
from market.web.api import PREFIX, Amount, Count, Model
from market.web.forms import Prose
from market.web.inputs import PathId
from market.web.pages import absolute
from market.web.sent import Body, Made, Text
from market.web.session import Db
from market.words import t

router = APIRouter()
B = TypeVar("B", bound=BaseModel)

PATH = f"{PREFIX}/demands/{{demand_id}}/asked"
SEEN = "0f3c9a5d2b7e4c18"


class AskedPart(Model):
    """What is asked of one listing."""

    inquiry_id: int
    link_id: int | None = Field(description="the agreement that it became")
    title: str
    product: str = Field(description="slug")
    state: str = Field(description="as of an inquiry")
    waits: bool = Field(description="it is for the unit to answer")
    offer: OfferTold = Field(description="the last one, which an answer is about")


class AskedTogether(Model):
    """All that a buyer asks of the unit for a demand."""

    demand_id: int
    url: str = Field(description="its page")
    buyer: str
    unit: str = Field(description="kg or piece")
    waiting: Count = Field(description="how many wait for the unit's answer")
    volume: Amount = Field(description="of what waits")
    value: int = Field(description="đồng, of what waits")
    valid_until: datetime | None = Field(description="when the first of what waits is over")
    whole: bool = Field(description="what is accepted is held until the buyer's whole order is there")
    seen: str = Field(description="names what waits, for the answer")
    parts: list[AskedPart] = Field(description="those that wait first")


class AcceptAllBody(Body):
    """Yes to all that was seen."""

    seen: Annotated[Text, Field(description="what names it; where it stands otherwise by now, 409")]


class DeclineAllBody(AcceptAllBody):
    """No to all that was seen, and why."""

    reason: DeclineReason
    message: Prose = ""


@router.get(
    PATH,
    name="api:asked",
    operation_id="get_asked",
    summary=str(t("What a buyer asks of a unit's listings for one demand")),
    response_model=AskedTogether,
    responses=api.THEIRS,
    openapi_extra=api.private(),
    tags=["demands"],
)
def show(request: Request, session: Db, who: UnitCaller, demand_id: PathId) -> Response:
    """For the unit that is asked; inquiries of a demand name it by their page."""
    api.read(request)
    return api.answer(request, _told(request, session, who, demand_id), secret=True)


@router.post(
    PATH + "/accept",
    name="api:accept_asked",
    operation_id="accept_asked",
    summary=str(t("Accept all that a buyer asks for one demand")),
    response_model=AskedTogether,
    responses=api.WRITTEN,
    openapi_extra=api.writes(AcceptAllBody, {"seen": SEEN}),
    tags=["demands"],
)
def accept(request: Request, body: Sent, session: Db, who: UnitCaller, demand_id: PathId) -> Response:
    """All or nothing: agreements, or holds where the buyer needs the whole order."""

    def act(wish: AcceptAllBody) -> None:
        matters.accept_all(
            session, actor=who.actor, unit_id=who.acts_for, demand_id=demand_id, seen=wish.seen
        )

    return _answer(request, session, who, demand_id, "bind", body, AcceptAllBody, act)


@router.post(
    PATH + "/decline",
    name="api:decline_asked",
    operation_id="decline_asked",
    summary=str(t("Decline all that a buyer asks for one demand, with a reason")),
    response_model=AskedTogether,
    responses=api.WRITTEN,
    openapi_extra=api.writes(DeclineAllBody, {"seen": SEEN, "reason": "price"}),
    tags=["demands"],
)
def decline(request: Request, body: Sent, session: Db, who: UnitCaller, demand_id: PathId) -> Response:
    """All or nothing, for one reason."""

    def act(wish: DeclineAllBody) -> None:
        matters.decline_all(
            session,
            actor=who.actor,
            unit_id=who.acts_for,
            demand_id=demand_id,
            seen=wish.seen,
            reason=wish.reason,
            remark=wish.message,
        )

    return _answer(request, session, who, demand_id, "trade", body, DeclineAllBody, act)


def _answer(
    request: Request,
    session: Session,
    who: Who,
    demand_id: int,
    power: str,
    raw: bytes,
    model: type[B],
    act: Callable[[B], None],
) -> Response:
    api.read(request)
    queries.asked_of(session, unit_id=who.acts_for, demand_id=demand_id)

    def work(wish: B) -> Made:
        act(wish)
        session.flush()  # what was answered just now is told
        return Made(_told(request, session, who, demand_id))

    return machine.do_once(request, session, who, power=power, raw=raw, model=model, work=work)


def _told(request: Request, session: Session, who: Who, demand_id: int) -> AskedTogether:
    matter = asked.get(session, unit_id=who.acts_for, demand_id=demand_id)
    return AskedTogether(
        demand_id=demand_id,
        url=absolute(request, f"/demands/{demand_id}/asked"),
        buyer=matter.buyer,
        unit=as_unit(matter.unit),
        waiting=matter.waiting,
        volume=as_number(matter.volume, matter.unit),
        value=matter.value,
        valid_until=matter.until,
        whole=matter.whole,
        seen=matter.seen,
        parts=[
            AskedPart(
                inquiry_id=part.inquiry_id,
                link_id=part.link_id,
                title=part.title,
                product=part.product.slug,
                state=part.state,
                waits=part.waits,
                offer=documents.tell_offer(session, part.card, part.product),
            )
            for part in matter.parts
        ],
    )
