"""A loss of a lot for programs, and what draws on the lot: shared pro rata, or as the seller chooses by
agreement. No rule stands here; the services refuse.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy.orm import Session

from market.accounts.machine import Sent, UnitCaller
from market.catalogue import queries as catalogue
from market.errors import Invalid, InvalidFields, under
from market.links import losses
from market.links.losses import Draw, Loss
from market.listings import bodies, present, queries
from market.listings import service as listings
from market.listings.forms import Cause, Goods
from market.listings.own_routes import trader
from market.listings.searching import as_number, as_unit
from market.web import api, sent
from market.web.api import PREFIX, Amount, Model
from market.web.inputs import PathId
from market.web.sent import Body, Day, Id, Made, Number, Unit
from market.web.session import Db
from market.words import t

router = APIRouter()

LOT = f"{PREFIX}/listings/{{listing_id}}/lots/{{lot_id}}"
#: More agreements than ever drew on one lot.
MOST_SHARES = 500


class LotDraw(Model):
    """An agreement, or a part held for a whole order, that draws on a lot: one of its numbers is there."""

    link_id: int | None
    inquiry_id: int | None = Field(description="of a part that is held until the whole order is there")
    buyer: str
    state: str = Field(description="the agreement's, or held")
    from_: date | None = Field(alias="from")
    to: date | None
    held_until: datetime | None
    committed: Amount = Field(description="what of the lot is committed to it")
    delivered: Amount = Field(description="what of that was handed over; it stays committed")
    lowerable: Amount = Field(description="what of it a loss may take")


class LotDraws(Model):
    """A lot of one's own with all that draws on it."""

    id: int
    listing_id: int
    unit: str = Field(description="kg or piece")
    from_: date = Field(alias="from")
    to: date
    volume: Amount
    committed: Amount
    available: Amount
    version: int
    agreements: list[LotDraw] = Field(description="the oldest first, then what is only held")


class ShareBody(Body):
    """What of the loss falls on one agreement, or on a part that is held."""

    link_id: Id | None = None
    inquiry_id: Annotated[Id, Field(description="of a part that is held")] | None = None
    amount: Annotated[Number, Field(description="in the unit of the loss")]


class LossBody(Body):
    """What is gone of a lot."""

    amount: sent.Amount
    unit: Unit | None = None
    cause: Cause
    on_date: Annotated[Day, Field(description="since which day")]
    choose: (
        Annotated[
            list[ShareBody],
            Field(
                max_length=MOST_SHARES,
                description="what of it falls on whom, where more is promised than is left: the sum is what "
                "is missing. Without it agreements are lowered pro rata",
            ),
        ]
        | None
    ) = None


@router.get(
    f"{PREFIX}/listings/mine/{{listing_id}}/lots/{{lot_id}}/agreements",
    name="api:lot_agreements",
    operation_id="list_lot_agreements",
    summary=str(t("What draws on a lot of one's own")),
    response_model=LotDraws,
    responses=api.THEIRS,
    openapi_extra=api.private(),
    tags=["listings"],
)
def draws(request: Request, session: Db, who: UnitCaller, listing_id: PathId, lot_id: PathId) -> Response:
    """Each with what a loss may take of it."""
    api.read(request)
    return api.answer(request, _told(session, who.acts_for, listing_id, lot_id), secret=True)


@router.post(
    LOT + "/losses",
    name="api:report_loss",
    operation_id="report_loss",
    summary=str(t("Report a loss of a lot, or that it was sold elsewhere")),
    response_model=LotDraws,
    responses=api.WRITTEN,
    openapi_extra=api.writes(
        LossBody,
        {"amount": 4, "unit": "tấn", "cause": "storm", "on_date": "2026-04-02"},
        chosen={
            "amount": 4000,
            "cause": "disease",
            "on_date": "2026-04-02",
            "choose": [{"link_id": 12, "amount": 2500}, {"inquiry_id": 31, "amount": 500}],
        },
    ),
    tags=["listings"],
)
def report(
    request: Request, body: Sent, session: Db, who: UnitCaller, listing_id: PathId, lot_id: PathId
) -> Response:
    """Where it falls below what is committed, agreements are lowered and come at risk, and their buyers are
    told. Refused (409) where it would reach what was handed over.
    """
    api.read(request)
    _, listing = queries.lot_for(session, party_id=trader(who), listing_id=listing_id, lot_id=lot_id)

    def work(wanted: LossBody) -> Made:
        goods = present.goods(session, catalogue.get_product(session, listing.product_id))
        amount = bodies.read_amount(goods, wanted.amount, wanted.unit, field="amount")
        loss = Loss(lot_id, amount, wanted.cause, wanted.on_date)
        if wanted.choose is None:
            listings.report_loss(
                session,
                actor=who.actor,
                lot_id=lot_id,
                amount=amount,
                cause=loss.cause,
                on_date=loss.on_date,
            )
        else:
            chosen = _read(wanted.choose, goods, wanted.unit)
            with _by_position(list(chosen)):
                losses.report(session, actor=who.actor, loss=loss, chosen=chosen)
        return Made(_told(session, who.acts_for, listing_id, lot_id))

    return sent.do_once(request, session, user_id=who.user_id, raw=body, model=LossBody, work=work)


def _read(shares: Sequence[ShareBody], goods: Goods, unit: str | None) -> dict[str, int]:
    """How much of each is to be lowered, by its name."""
    chosen: dict[str, int] = {}
    for position, one in enumerate(shares):
        with under(f"choose.{position}"):
            if one.link_id is not None and one.inquiry_id is not None:
                raise Invalid(
                    t("Name an agreement, or an inquiry that is held: not both."), field="inquiry_id"
                )
            if one.link_id is not None:
                name = losses.name_of("link", one.link_id)
            elif one.inquiry_id is not None:
                name = losses.name_of("inquiry", one.inquiry_id)
            else:
                raise Invalid(t("Please fill this in."), field="link_id")
            if name in chosen:
                raise Invalid(t("Give this once."), field="link_id" if one.link_id else "inquiry_id")
            chosen[name] = bodies.read_amount(goods, one.amount, unit, field="amount", zero=True)
    return chosen


@contextmanager
def _by_position(names: Sequence[str]) -> Iterator[None]:
    """What is refused of an agreement by its name is said of where it stands in the body."""
    try:
        yield
    except InvalidFields as refusal:
        told = {name: f"choose.{position}.amount" for position, name in enumerate(names)}
        raise InvalidFields({told[name]: words for name, words in refusal.fields.items()}) from None


def _told(session: Session, party_id: int, listing_id: int, lot_id: int) -> LotDraws:
    lot, listing = queries.lot_for(session, party_id=party_id, listing_id=listing_id, lot_id=lot_id)
    unit = catalogue.get_product(session, listing.product_id).unit
    return LotDraws(
        id=lot.id,
        listing_id=listing.id,
        unit=as_unit(unit),
        from_=lot.from_date,
        to=lot.to_date,
        volume=as_number(lot.volume, unit),
        committed=as_number(lot.committed, unit),
        available=as_number(lot.volume - lot.committed, unit),
        version=lot.version,
        agreements=[_tell(draw, unit) for draw in losses.draws_on(session, lot_id=lot_id)],
    )


def _tell(draw: Draw, unit: str) -> LotDraw:
    return LotDraw(
        link_id=draw.id if draw.kind == "link" else None,
        inquiry_id=draw.id if draw.kind == "inquiry" else None,
        buyer=draw.buyer,
        state=draw.state,
        from_=draw.from_date,
        to=draw.to_date,
        held_until=draw.held_until,
        committed=as_number(draw.committed, unit),
        delivered=as_number(draw.delivered, unit),
        lowerable=as_number(draw.free, unit),
    )
