"""Asking and answering for programs: sending an inquiry, reading one's own, offering otherwise, declining,
withdrawing. Accepting makes a link and is in links/api.py. No rule stands here; the service refuses.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from market.accounts import current
from market.accounts.current import Who
from market.accounts.machine import Caller, Sent
from market.catalogue import queries as catalogue
from market.inquiries import bodies, documents, lists, queries, word_api
from market.inquiries import service as inquiries
from market.inquiries.bodies import DeclineBody, InquiryBody, OfferBody, WithdrawBody
from market.inquiries.documents import InquiryDocument, InquiryLines, InquiryStanding
from market.inquiries.models import STATES
from market.inquiries.proposals import Proposal
from market.inquiries.routes import may_ask
from market.links import queries as links
from market.listings import present
from market.listings import queries as listings
from market.listings.pricing import Pricing
from market.web import api, sent
from market.web.api import PREFIX, Parameter
from market.web.inputs import PathId
from market.web.pages import absolute
from market.web.sent import Made
from market.web.session import Db
from market.words import t

router = APIRouter()
router.routes.extend(word_api.router.routes)
B = TypeVar("B", bound=BaseModel)

PATH = f"{PREFIX}/inquiries"
STATE = Parameter("state", t("Only those in this state"), {"type": "string", "enum": list(STATES)})

OFFER = {"volume": 8, "unit": "tấn", "from": "2026-04-01", "to": "2026-04-30", "price": 9600, "version": 1}
ASK = {
    "listing_id": 12,
    "volume": 10,
    "unit": "tấn",
    "spec": {"moisture": [None, 14.5]},
    "from": "2026-04-01",
    "to": "2026-04-30",
    "price": 9400,
    "terms": {"payment": "on_delivery"},
    "message": "Giao tại bến Phước Long.",
}
SCHEDULE = {
    "listing_id": 12,
    "schedule": [
        {"from": "2026-04-01", "to": "2026-04-30", "volume": 300},
        {"from": "2026-05-01", "to": "2026-05-31", "volume": 300},
    ],
    "price": 9400,
}
TABLE = {
    "listing_id": 15,
    "volume": 2,
    "unit": "tấn",
    "spec": {"count_per_kg": [30, 40]},
    "from": "2026-04-01",
    "to": "2026-04-10",
    "price_kind": "table",
    "prices": [{"size": [30, 40], "price": 150000}, {"size": [41, 50], "price": 135000}],
}
REFERENCE = {
    "listing_id": 12,
    "volume": 30,
    "unit": "tấn",
    "from": "2026-04-01",
    "to": "2026-04-30",
    "price_kind": "reference",
    "price": 9200,
    "reference": {"source": "Sở Nông nghiệp và Môi trường", "plus": 200, "floor": 8500, "ceiling": 10500},
    "area": 5,
    "all_output": True,
}


@router.get(
    PATH,
    name="api:inquiries",
    operation_id="list_inquiries",
    summary=str(t("One's own inquiries, on either side")),
    response_model=InquiryLines,
    responses=api.PRIVATE,
    openapi_extra=api.private(STATE, api.PAGE),
    tags=["inquiries"],
)
def index(request: Request, session: Db, who: Caller) -> Response:
    """A page of them: what waits for the asker and is over soonest first; what is settled last."""
    given = api.read(request, STATE, api.PAGE)
    api.choice_of(given, STATE)
    number, party_id = api.page_of(given), who.acts_for
    rows, total = lists.list_inquiries(
        session, party_id=party_id, only_open=False, state=given.get("state"), page=number
    )
    paging = api.paging(request, PATH, given, page=number, total=total, size=lists.PAGE_SIZE)
    lines = [
        documents.tell_line(
            row,
            url=absolute(request, f"/inquiries/{row.id}"),
        )
        for row in rows
    ]
    return api.answer_page(request, InquiryLines(**paging, inquiries=lines))


@router.get(
    PATH + "/{inquiry_id}",
    name="api:inquiry",
    operation_id="get_inquiry",
    summary=str(t("An inquiry of one's own with its offers and messages")),
    response_model=InquiryDocument,
    responses=api.THEIRS,
    openapi_extra=api.private(),
    tags=["inquiries"],
)
def show(request: Request, session: Db, who: Caller, inquiry_id: PathId) -> Response:
    """For its two sides alone."""
    api.read(request)
    body = documents.tell_inquiry(
        session,
        party_id=who.acts_for,
        inquiry_id=inquiry_id,
        url=absolute(request, f"/inquiries/{inquiry_id}"),
        link_id=links.find_link_of(session, inquiry_id=inquiry_id),
    )
    return api.answer(request, body, secret=True)


@router.post(
    PATH,
    name="api:send_inquiry",
    operation_id="send_inquiry",
    summary=str(t("Ask about a listing")),
    status_code=201,
    response_model=InquiryStanding,
    responses=api.WRITTEN,
    openapi_extra=api.writes(InquiryBody, ASK, schedule=SCHEDULE, table=TABLE, reference=REFERENCE),
    tags=["inquiries"],
)
def send(request: Request, body: Sent, session: Db, who: Caller) -> Response:
    """The seller is told and has five days to answer. What terms leave out is not agreed yet."""
    api.read(request)
    may_ask(who)
    party_id = who.acts_for

    def work(wanted: InquiryBody) -> Made:
        listing = listings.get_offered(session, wanted.listing_id)
        inquiry = inquiries.send_inquiry(
            session,
            actor=who.actor,
            buyer_id=party_id,
            listing_id=listing.id,
            proposal=_proposal(session, wanted, listing.product_id, listings.pricing_of(session, listing)),
            remark=wanted.message,
        )
        return Made(_standing(request, session, party_id, inquiry.id), 201, f"{PATH}/{inquiry.id}")

    return sent.do_once(request, session, user_id=who.user_id, raw=body, model=InquiryBody, work=work)


@router.post(
    PATH + "/{inquiry_id}/offer",
    name="api:make_offer",
    operation_id="make_offer",
    summary=str(t("Offer otherwise")),
    response_model=InquiryStanding,
    responses=api.WRITTEN,
    openapi_extra=api.writes(OfferBody, OFFER),
    tags=["inquiries"],
)
def offer(request: Request, body: Sent, session: Db, who: Caller, inquiry_id: PathId) -> Response:
    """For the side whose turn it is; then it is the other's."""

    def act(wanted: OfferBody) -> None:
        inquiry, _ = queries.inquiry_for(session, party_id=who.acts_for, inquiry_id=inquiry_id)
        inquiries.make_offer(
            session,
            actor=who.actor,
            party_id=who.acts_for,
            inquiry_id=inquiry_id,
            proposal=_proposal(
                session, wanted, inquiry.product_id, queries.standing_pricing(session, inquiry)
            ),
            remark=wanted.message,
            version=wanted.version,
        )

    return _answer(request, session, who, inquiry_id, body, OfferBody, act)


@router.post(
    PATH + "/{inquiry_id}/decline",
    name="api:decline_inquiry",
    operation_id="decline_inquiry",
    summary=str(t("Decline, with a reason")),
    response_model=InquiryStanding,
    responses=api.WRITTEN,
    openapi_extra=api.writes(DeclineBody, {"reason": "price", "version": 2}),
    tags=["inquiries"],
)
def decline(request: Request, body: Sent, session: Db, who: Caller, inquiry_id: PathId) -> Response:
    """For the side whose turn it is; it ends the talk."""

    def act(wanted: DeclineBody) -> None:
        inquiries.decline(
            session,
            actor=who.actor,
            party_id=who.acts_for,
            inquiry_id=inquiry_id,
            reason=wanted.reason,
            remark=wanted.message,
            version=wanted.version,
        )

    return _answer(request, session, who, inquiry_id, body, DeclineBody, act)


@router.post(
    PATH + "/{inquiry_id}/withdraw",
    name="api:withdraw_inquiry",
    operation_id="withdraw_inquiry",
    summary=str(t("Take back what was said")),
    response_model=InquiryStanding,
    responses=api.WRITTEN,
    openapi_extra=api.writes(WithdrawBody, {"message": "Đã mua nơi khác."}),
    tags=["inquiries"],
)
def withdraw(request: Request, body: Sent, session: Db, who: Caller, inquiry_id: PathId) -> Response:
    """For either side, whoever's turn it is; it ends the talk."""

    def act(wanted: WithdrawBody) -> None:
        inquiries.withdraw(
            session, actor=who.actor, party_id=who.acts_for, inquiry_id=inquiry_id, remark=wanted.message
        )

    return _answer(request, session, who, inquiry_id, body, WithdrawBody, act)


def _answer(
    request: Request,
    session: Session,
    who: Who,
    inquiry_id: int,
    raw: bytes,
    model: type[B],
    act: Callable[[B], None],
) -> Response:
    """Do what a side does to its inquiry, and say how it stands then."""
    api.read(request)
    queries.inquiry_for(session, party_id=who.acts_for, inquiry_id=inquiry_id)
    current.need_power(who, "trade")

    def work(wanted: B) -> Made:
        act(wanted)
        return Made(_standing(request, session, who.acts_for, inquiry_id))

    return sent.do_once(request, session, user_id=who.user_id, raw=raw, model=model, work=work)


def _proposal(session: Session, wanted: bodies.ProposalBody, product_id: int, standing: Pricing) -> Proposal:
    goods = present.goods(session, catalogue.get_product(session, product_id))
    return bodies.read_proposal(session, wanted, goods, standing=standing)


def _standing(request: Request, session: Session, party_id: int, inquiry_id: int) -> InquiryStanding:
    return documents.tell_standing(
        session, party_id=party_id, inquiry_id=inquiry_id, url=absolute(request, f"/inquiries/{inquiry_id}")
    )
