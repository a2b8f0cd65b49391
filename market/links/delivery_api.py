"""Deliveries for programs: recorded by one side, confirmed or contested by the other, as a whole or by
weighing, answered by turns, and noted as paid. No rule stands here; the services refuse.
"""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts import machine
from market.accounts.current import Who
from market.accounts.machine import Caller, Sent
from market.catalogue import queries as catalogue
from market.links import acting, bodies, deliveries, delivery_documents, disputes, queries
from market.links.acting import B
from market.links.bodies import AgreeBody, ContestBody, DeliveryBody, PaidBody
from market.links.delivery_documents import DeliveryDocument
from market.listings import present
from market.web import api
from market.web.api import PREFIX
from market.web.inputs import PathId
from market.web.sent import Made, Nothing
from market.web.session import Db
from market.words import t

router = APIRouter()

PATH = f"{PREFIX}/links"
ONE = PATH + "/{link_id}/deliveries/{delivery_id}"

DELIVERY = {"on_date": "2026-04-10", "unit": "tấn", "gross": 4}
WEIGHINGS = {
    "on_date": "2026-04-10",
    "weighings": [
        {"gross": 2000, "spec": {"moisture": [14, 14]}},
        {"gross": 2000, "deducted": 15.5, "reason": "Bao bì"},
    ],
}
BY_SIZE = {
    "on_date": "2026-04-10",
    "weighings": [
        {"gross": 800, "spec": {"count_per_kg": 33}},
        {"gross": 200, "spec": {"count_per_kg": [38, 40]}},
    ],
}
BY_REFERENCE = {"on_date": "2026-04-10", "unit": "tấn", "gross": 4, "price": 9950}
WHOLE = {"what": "volume", "unit": "tấn", "gross": 3.9}
LINE = {"line": 2, "what": "deduction", "gross": 2000, "deducted": 40, "deduction_reason": "Lúa ướt"}


@router.get(
    ONE,
    name="api:delivery",
    operation_id="get_delivery",
    summary=str(t("A delivery with its weighings and what both sides say of it")),
    response_model=DeliveryDocument,
    responses=api.THEIRS,
    openapi_extra=api.private(),
    tags=["links"],
)
def show(request: Request, session: Db, who: Caller, link_id: PathId, delivery_id: PathId) -> Response:
    """For its two sides alone."""
    api.read(request)
    body = delivery_documents.tell(
        session, party_id=who.acts_for, link_id=link_id, delivery_id=delivery_id, words=True
    )
    return api.answer(request, body, secret=True)


@router.post(
    PATH + "/{link_id}/deliveries",
    name="api:record_delivery",
    operation_id="record_delivery",
    summary=str(t("Record goods handed over")),
    status_code=201,
    response_model=DeliveryDocument,
    responses=api.WRITTEN,
    openapi_extra=api.writes(
        DeliveryBody, DELIVERY, weighings=WEIGHINGS, by_size=BY_SIZE, by_reference=BY_REFERENCE
    ),
    tags=["links"],
)
def record_delivery(request: Request, body: Sent, session: Db, who: Caller, link_id: PathId) -> Response:
    """It counts once the other side has confirmed it."""
    api.read(request)
    link, _ = queries.link_for(session, party_id=who.acts_for, link_id=link_id)

    def work(wanted: DeliveryBody) -> Made:
        goods = present.goods(session, catalogue.get_product(session, link.product_id))
        made = deliveries.record_delivery(
            session,
            actor=who.actor,
            party_id=who.acts_for,
            link_id=link_id,
            on_date=wanted.on_date,
            weighed=bodies.read_weighings(wanted, goods),
            line_id=wanted.line,
        )
        return Made(_told(session, who, link_id, made.id), 201, f"{PATH}/{link_id}")

    return machine.do_once(request, session, who, power="deliver", raw=body, model=DeliveryBody, work=work)


@router.post(
    ONE + "/confirm",
    name="api:confirm_delivery",
    operation_id="confirm_delivery",
    summary=str(t("Confirm a delivery that the other side recorded")),
    response_model=DeliveryDocument,
    responses=api.WRITTEN,
    openapi_extra=api.writes(Nothing, {}),
    tags=["links"],
)
def confirm_delivery(
    request: Request, body: Sent, session: Db, who: Caller, link_id: PathId, delivery_id: PathId
) -> Response:
    """From then on it counts."""

    def do(_: Nothing) -> None:
        deliveries.confirm_delivery(
            session, actor=who.actor, party_id=who.acts_for, link_id=link_id, delivery_id=delivery_id
        )

    return _act(request, session, who, link_id, delivery_id, body, Nothing, do)


@router.post(
    ONE + "/contest",
    name="api:contest_delivery",
    operation_id="contest_delivery",
    summary=str(t("Say what was found instead, of the whole or of one weighing")),
    response_model=DeliveryDocument,
    responses=api.WRITTEN,
    openapi_extra=api.writes(ContestBody, WHOLE, weighing=LINE),
    tags=["links"],
)
def contest_delivery(
    request: Request, body: Sent, session: Db, who: Caller, link_id: PathId, delivery_id: PathId
) -> Response:
    """For the side whose turn it is; then it is the other's. Nothing counts until it is settled."""
    api.read(request)
    link, _ = queries.link_for(session, party_id=who.acts_for, link_id=link_id)

    def work(wanted: ContestBody) -> Made:
        goods = present.goods(session, catalogue.get_product(session, link.product_id))
        disputes.contest_delivery(
            session,
            actor=who.actor,
            party_id=who.acts_for,
            link_id=link_id,
            delivery_id=delivery_id,
            what=wanted.what,
            weighed=bodies.read_found(wanted, goods),
            remark=wanted.message,
            line=wanted.line,
        )
        return Made(_told(session, who, link_id, delivery_id))

    return machine.do_once(request, session, who, power="deliver", raw=body, model=ContestBody, work=work)


@router.post(
    ONE + "/agree",
    name="api:agree_claim",
    operation_id="agree_claim",
    summary=str(t("Agree with what the other side found")),
    response_model=DeliveryDocument,
    responses=api.WRITTEN,
    openapi_extra=api.writes(AgreeBody, {}, weighing={"line": 2}),
    tags=["links"],
)
def agree_claim(
    request: Request, body: Sent, session: Db, who: Caller, link_id: PathId, delivery_id: PathId
) -> Response:
    """Of one weighing, else of all that wait for the asker; once nothing is open the delivery counts."""

    def do(wanted: AgreeBody) -> None:
        disputes.accept_claim(
            session,
            actor=who.actor,
            party_id=who.acts_for,
            link_id=link_id,
            delivery_id=delivery_id,
            line=wanted.line,
        )

    return _act(request, session, who, link_id, delivery_id, body, AgreeBody, do)


@router.post(
    ONE + "/paid",
    name="api:mark_paid",
    operation_id="mark_paid",
    summary=str(t("Note that a delivery was paid")),
    response_model=DeliveryDocument,
    responses=api.WRITTEN,
    openapi_extra=api.writes(PaidBody, {"paid_on": "2026-04-20"}),
    tags=["links"],
)
def mark_paid(
    request: Request, body: Sent, session: Db, who: Caller, link_id: PathId, delivery_id: PathId
) -> Response:
    """For the seller, once; no money passes through the market."""

    def do(wanted: PaidBody) -> None:
        disputes.mark_paid(
            session,
            actor=who.actor,
            party_id=who.acts_for,
            link_id=link_id,
            delivery_id=delivery_id,
            on_date=wanted.paid_on,
        )

    return _act(request, session, who, link_id, delivery_id, body, PaidBody, do)


def _act(
    request: Request,
    session: Session,
    who: Who,
    link_id: int,
    delivery_id: int,
    raw: bytes,
    model: type[B],
    do: Callable[[B], object],
) -> Response:
    """Do what a side does to a delivery, and tell it as it stands then."""
    return acting.act(
        request,
        session,
        who,
        link_id,
        power="deliver",
        raw=raw,
        model=model,
        do=do,
        tell=lambda: _told(session, who, link_id, delivery_id),
    )


def _told(session: Session, who: Who, link_id: int, delivery_id: int) -> DeliveryDocument:
    return delivery_documents.tell(
        session, party_id=who.acts_for, link_id=link_id, delivery_id=delivery_id, words=False
    )
