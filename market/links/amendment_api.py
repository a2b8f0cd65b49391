"""Other terms of a live agreement, and its renewal, for programs: proposing, accepting, declining or taking
back. No rule stands here; the services refuse.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy.orm import Session

from market.accounts import machine
from market.accounts.machine import Caller, Sent
from market.catalogue import queries as catalogue
from market.inquiries import bodies as inquiry_bodies
from market.inquiries.bodies import ProposalBody
from market.inquiries.models import Inquiry
from market.inquiries.proposals import Proposal
from market.links import acting, agreed, amendments, queries, renewals
from market.links.bodies import AmendmentBody, AnswerBody
from market.links.documents import LinkDocument
from market.links.models import Link
from market.listings import present
from market.web import api
from market.web.api import PREFIX, Model
from market.web.inputs import PathId
from market.web.pages import absolute
from market.web.sent import Made
from market.web.session import Db
from market.words import t

router = APIRouter()

PATH = f"{PREFIX}/links/{{link_id}}"
TERMS = {
    "volume": 12,
    "unit": "tấn",
    "from": "2026-04-01",
    "to": "2026-05-15",
    "price": 9500,
    "version": 3,
}
ANEW = {"volume": 20, "unit": "tấn", "from": "2026-08-01", "to": "2026-09-30", "price": 9600}


class RenewalTold(Model):
    """What a renewal has become: the buyer's inquiry, or the seller's record, which the buyer confirms."""

    inquiry_id: int | None
    link_id: int | None
    url: str = Field(description="its page")


@router.post(
    PATH + "/amendments",
    name="api:propose_amendment",
    operation_id="propose_amendment",
    summary=str(t("Propose other terms for an agreement")),
    status_code=201,
    response_model=LinkDocument,
    responses=api.WRITTEN,
    openapi_extra=api.writes(AmendmentBody, TERMS),
    tags=["links"],
)
def propose(request: Request, body: Sent, session: Db, who: Caller, link_id: PathId) -> Response:
    """Whole, what was delivered included; until the other side accepts nothing changes."""
    api.read(request)
    link, _ = queries.link_for(session, party_id=who.acts_for, link_id=link_id)

    def work(wanted: AmendmentBody) -> Made:
        amendments.propose_amendment(
            session,
            actor=who.actor,
            party_id=who.acts_for,
            link_id=link_id,
            proposal=_proposal(session, wanted, link, amends=True),
            remark=wanted.message,
            version=wanted.version,
        )
        return Made(acting.told(request, session, who, link_id), 201, PATH.format(link_id=link_id))

    return machine.do_once(request, session, who, power="trade", raw=body, model=AmendmentBody, work=work)


@router.post(
    PATH + "/amendments/{amendment_id}/accept",
    name="api:accept_amendment",
    operation_id="accept_amendment",
    summary=str(t("Accept the other terms whole")),
    response_model=LinkDocument,
    responses=api.WRITTEN,
    openapi_extra=api.writes(AnswerBody, {"version": 4}),
    tags=["links"],
)
def accept(
    request: Request, body: Sent, session: Db, who: Caller, link_id: PathId, amendment_id: PathId
) -> Response:
    """From today on they hold. Refused (409) where the lots have not that much."""

    def do(wanted: AnswerBody) -> None:
        amendments.accept_amendment(
            session,
            actor=who.actor,
            party_id=who.acts_for,
            link_id=link_id,
            amendment_id=amendment_id,
            version=wanted.version,
        )

    return acting.act(request, session, who, link_id, power="bind", raw=body, model=AnswerBody, do=do)


@router.post(
    PATH + "/amendments/{amendment_id}/decline",
    name="api:decline_amendment",
    operation_id="decline_amendment",
    summary=str(t("Decline the other terms, or take back one's own")),
    response_model=LinkDocument,
    responses=api.WRITTEN,
    openapi_extra=api.writes(AnswerBody, {"version": 4}),
    tags=["links"],
)
def decline(
    request: Request, body: Sent, session: Db, who: Caller, link_id: PathId, amendment_id: PathId
) -> Response:
    """The agreement stands as it was."""

    def do(wanted: AnswerBody) -> None:
        amendments.decline_amendment(
            session,
            actor=who.actor,
            party_id=who.acts_for,
            link_id=link_id,
            amendment_id=amendment_id,
            version=wanted.version,
        )

    return acting.act(request, session, who, link_id, power="trade", raw=body, model=AnswerBody, do=do)


@router.post(
    PATH + "/renew",
    name="api:renew_link",
    operation_id="renew_link",
    summary=str(t("Renew an agreement that has ended, or ends within a month")),
    status_code=201,
    response_model=RenewalTold,
    responses=api.WRITTEN,
    openapi_extra=api.writes(ProposalBody, ANEW),
    tags=["links"],
)
def renew(request: Request, body: Sent, session: Db, who: Caller, link_id: PathId) -> Response:
    """The buyer asks anew; the seller records what was agreed by phone, and the buyer confirms it."""
    api.read(request)
    link, side = queries.link_for(session, party_id=who.acts_for, link_id=link_id)

    def work(wanted: ProposalBody) -> Made:
        made = renewals.renew(
            session,
            actor=who.actor,
            party_id=who.acts_for,
            link_id=link_id,
            proposal=_proposal(session, wanted, link),
            remark=wanted.message,
        )
        asked = isinstance(made, Inquiry)
        path = f"/inquiries/{made.id}" if asked else f"/links/{made.id}"
        told = RenewalTold(
            inquiry_id=made.id if asked else None,
            link_id=None if asked else made.id,
            url=absolute(request, path),
        )
        return Made(told, 201, PREFIX + path)

    power = "trade" if side == "buyer" else "bind"
    return machine.do_once(request, session, who, power=power, raw=body, model=ProposalBody, work=work)


def _proposal(session: Session, wanted: ProposalBody, link: Link, *, amends: bool = False) -> Proposal:
    goods = present.goods(session, catalogue.get_product(session, link.product_id))
    standing = agreed.pricing_of(session, link)
    return inquiry_bodies.read_proposal(session, wanted, goods, standing=standing, amends=amends)
