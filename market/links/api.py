"""Agreements for programs: accepting an offer (which makes the link), one's own, what a provisional one waits
for, the end. Their deliveries stand in delivery_api.py, other terms and renewals in amendment_api.py. No rule
stands here; the services refuse.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from market.accounts import machine
from market.accounts.machine import Caller, Sent
from market.inquiries import queries as inquiries
from market.inquiries.bodies import AcceptBody
from market.inquiries.documents import InquiryStanding, tell_standing
from market.links import (
    acting,
    amendment_api,
    checks,
    conditions,
    delivery_api,
    documents,
    file_api,
    holding,
    listed,
    loss_api,
    phone,
    queries,
)
from market.links import service as links
from market.links.bodies import CheckBody, CloseBody, ConfirmBody, ContractBody
from market.links.documents import LinkDocument, LinkRows
from market.links.models import LINK_STATES
from market.web import api
from market.web.api import PREFIX, Parameter
from market.web.inputs import PathId
from market.web.pages import absolute
from market.web.sent import Made, Nothing
from market.web.session import Db
from market.words import t

router = APIRouter()
router.routes.extend(delivery_api.router.routes)
router.routes.extend(amendment_api.router.routes)
router.routes.extend(file_api.router.routes)
router.routes.extend(loss_api.router.routes)

PATH = f"{PREFIX}/links"
STATE = Parameter("state", t("Only those in this state"), {"type": "string", "enum": list(LINK_STATES)})


@router.post(
    f"{PREFIX}/inquiries/{{inquiry_id}}/accept",
    name="api:accept_inquiry",
    operation_id="accept_inquiry",
    summary=str(t("Accept the other side's last offer whole: an agreement comes of it")),
    status_code=201,
    response_model=LinkDocument,
    responses={
        200: {
            "model": InquiryStanding,
            "description": "A part of an order that only the whole of will do: its volume is held",
        },
        **api.WRITTEN,
    },
    openapi_extra=api.writes(AcceptBody, {"version": 2}),
    tags=["links"],
)
def accept(request: Request, body: Sent, session: Db, who: Caller, inquiry_id: PathId) -> Response:
    """The volume is committed in the same moment. Refused (409) where it is gone or the offer has changed."""
    api.read(request)
    inquiries.inquiry_for(session, party_id=who.acts_for, inquiry_id=inquiry_id)

    def work(wanted: AcceptBody) -> Made:
        link = holding.accept(
            session,
            actor=who.actor,
            party_id=who.acts_for,
            inquiry_id=inquiry_id,
            version=wanted.version,
        )
        if link is None:
            url = absolute(request, f"/inquiries/{inquiry_id}")
            return Made(tell_standing(session, party_id=who.acts_for, inquiry_id=inquiry_id, url=url))
        return Made(acting.told(request, session, who, link.id), 201, f"{PATH}/{link.id}")

    return machine.do_once(request, session, who, power="bind", raw=body, model=AcceptBody, work=work)


@router.get(
    PATH,
    name="api:links",
    operation_id="list_links",
    summary=str(t("One's own agreements, on either side")),
    response_model=LinkRows,
    responses=api.PRIVATE,
    openapi_extra=api.private(STATE, api.PAGE),
    tags=["links"],
)
def index(request: Request, session: Db, who: Caller) -> Response:
    """A page of them, newest first."""
    given = api.read(request, STATE, api.PAGE)
    api.choice_of(given, STATE)
    number = api.page_of(given)
    rows, total = listed.list_links(
        session, party_id=who.acts_for, only_live=False, state=given.get("state"), page=number
    )
    paging = api.paging(request, PATH, given, page=number, total=total, size=queries.PAGE_SIZE)
    told = [documents.tell_row(row, url=absolute(request, f"/links/{row.id}")) for row in rows]
    return api.answer_page(request, LinkRows(**paging, links=told))


@router.get(
    PATH + "/{link_id}",
    name="api:link",
    operation_id="get_link",
    summary=str(t("An agreement of one's own with its schedule and deliveries")),
    response_model=LinkDocument,
    responses=api.THEIRS,
    openapi_extra=api.private(),
    tags=["links"],
)
def show(request: Request, session: Db, who: Caller, link_id: PathId) -> Response:
    """For its two sides alone."""
    api.read(request)
    return api.answer(request, acting.told(request, session, who, link_id), secret=True)


@router.post(
    PATH + "/{link_id}/confirm",
    name="api:confirm_link",
    operation_id="confirm_link",
    summary=str(t("Say yes to an agreement that the other side recorded")),
    response_model=LinkDocument,
    responses=api.WRITTEN,
    openapi_extra=api.writes(ConfirmBody, {"version": 1}),
    tags=["links"],
)
def confirm(request: Request, body: Sent, session: Db, who: Caller, link_id: PathId) -> Response:
    """It was agreed so by phone; no is said by closing it."""

    def do(wanted: ConfirmBody) -> None:
        phone.confirm_agreement(
            session, actor=who.actor, party_id=who.acts_for, link_id=link_id, version=wanted.version
        )

    return acting.act(request, session, who, link_id, power="bind", raw=body, model=ConfirmBody, do=do)


@router.post(
    PATH + "/{link_id}/contract",
    name="api:record_contract",
    operation_id="record_contract",
    summary=str(t("Put up the signed contract")),
    response_model=LinkDocument,
    responses=api.WRITTEN,
    openapi_extra=api.writes(ContractBody, {"contract_number": "12/2026/HĐ", "contract_date": "2026-04-01"}),
    tags=["links"],
)
def record_contract(request: Request, body: Sent, session: Db, who: Caller, link_id: PathId) -> Response:
    """Once both sides have, an agreement that waited for it is in force."""

    def do(wanted: ContractBody) -> None:
        conditions.record_contract(
            session,
            actor=who.actor,
            party_id=who.acts_for,
            link_id=link_id,
            number=wanted.contract_number,
            on_date=wanted.contract_date,
        )

    return acting.act(request, session, who, link_id, power="bind", raw=body, model=ContractBody, do=do)


@router.post(
    PATH + "/{link_id}/checks",
    name="api:note_check",
    operation_id="note_check",
    summary=str(t("Note what has to pass before goods are handed over")),
    response_model=LinkDocument,
    responses=api.WRITTEN,
    openapi_extra=api.writes(CheckBody, {"check": "sample", "step": "done", "on_date": "2026-04-02"}),
    tags=["links"],
)
def note_check(request: Request, body: Sent, session: Db, who: Caller, link_id: PathId) -> Response:
    """Done by either side, then passed or failed by the buyer's word."""

    def do(wanted: CheckBody) -> None:
        checks.note(
            session,
            actor=who.actor,
            party_id=who.acts_for,
            link_id=link_id,
            code=wanted.check,
            step=wanted.step,
            on_date=wanted.on_date,
            paper=wanted.paper,
        )

    return acting.act(request, session, who, link_id, power="deliver", raw=body, model=CheckBody, do=do)


@router.post(
    PATH + "/{link_id}/deposit",
    name="api:confirm_deposit",
    operation_id="confirm_deposit",
    summary=str(t("Confirm that the deposit has come in")),
    response_model=LinkDocument,
    responses=api.WRITTEN,
    openapi_extra=api.writes(Nothing, {}),
    tags=["links"],
)
def confirm_deposit(request: Request, body: Sent, session: Db, who: Caller, link_id: PathId) -> Response:
    """For the seller; the agreement that waited for it is in force."""

    def do(_: Nothing) -> None:
        conditions.confirm_deposit(session, actor=who.actor, party_id=who.acts_for, link_id=link_id)

    return acting.act(request, session, who, link_id, power="bind", raw=body, model=Nothing, do=do)


@router.post(
    PATH + "/{link_id}/close",
    name="api:close_link",
    operation_id="close_link",
    summary=str(t("End an agreement")),
    response_model=LinkDocument,
    responses=api.WRITTEN,
    openapi_extra=api.writes(CloseBody, {"reason": "agreed", "version": 4}),
    tags=["links"],
)
def close(request: Request, body: Sent, session: Db, who: Caller, link_id: PathId) -> Response:
    """Fulfilled, short or ended early, as what was delivered says; what was not is on sale again."""

    def do(wanted: CloseBody) -> None:
        links.end_link(
            session,
            actor=who.actor,
            party_id=who.acts_for,
            link_id=link_id,
            reason=wanted.reason,
            version=wanted.version,
        )

    return acting.act(request, session, who, link_id, power="bind", raw=body, model=CloseBody, do=do)
