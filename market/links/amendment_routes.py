"""Pages of amendments: proposing other terms for a live agreement, accepting, declining, withdrawing. Part of
the routes that routes.py hands to the application.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts import current
from market.accounts.current import Acting, Who
from market.catalogue import queries as catalogue
from market.inquiries import forms as inquiry_forms
from market.inquiries import present
from market.links import amendments, contexts, filled, queries, shown
from market.links.forms import VersionForm
from market.links.models import Link
from market.listings.terms import Terms
from market.web import forms
from market.web.context import language as spoken
from market.web.forms import Filled, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()


@router.get("/links/{link_id}/amend", name="links:amend")
def form(request: Request, session: Db, who: Acting, link_id: PathId) -> Response:
    """The form, filled with what holds now."""
    link = _own(session, who, link_id, "trade")
    return _page(request, session, link, filled.of_link(session, link))


@router.post("/links/{link_id}/amend", name="links:propose_amendment")
def propose(request: Request, session: Db, who: Acting, link_id: PathId, raw: Posted) -> Response:
    """Propose other terms; sent twice the second finds the first waiting."""
    link = _own(session, who, link_id, "trade")
    product = catalogue.get_product(session, link.product_id)
    proposed, proposal = inquiry_forms.read_proposal(
        session, raw, product, spoken(), standing=Terms.of(link), known=[link.price]
    )
    if proposal is not None:
        with refusals(session, proposed):
            amendments.propose_amendment(
                session,
                actor=who.actor,
                party_id=who.acts_for,
                link_id=link_id,
                proposal=proposal,
                remark=proposed.valid.remark,
                version=proposed.valid.version,
            )
            return redirect(
                request, f"/links/{link_id}", saying=t("Sent. Until the other side accepts, nothing changes.")
            )
        link = _own(session, who, link_id, "trade")
    return _page(request, session, link, proposed)


@router.post("/links/{link_id}/amendments/{amendment_id}/accept", name="links:accept_amendment")
def accept(
    request: Request, session: Db, who: Acting, link_id: PathId, amendment_id: PathId, raw: Posted
) -> Response:
    """Accept the other terms whole."""
    _own(session, who, link_id, "bind")
    answer = forms.fill(VersionForm, raw)
    if answer.ok:
        with refusals(session, answer):
            amendments.accept_amendment(
                session,
                actor=who.actor,
                party_id=who.acts_for,
                link_id=link_id,
                amendment_id=amendment_id,
                version=answer.valid.version,
            )
            return redirect(
                request, f"/links/{link_id}", saying=t("Accepted. The other terms hold from today.")
            )
    return shown.show_link(request, session, who, link_id, answer=answer, status=answer.status)


@router.post("/links/{link_id}/amendments/{amendment_id}/decline", name="links:decline_amendment")
def decline(
    request: Request, session: Db, who: Acting, link_id: PathId, amendment_id: PathId, raw: Posted
) -> Response:
    """Decline the other terms, or withdraw one's own."""
    _own(session, who, link_id, "trade")
    answer = forms.fill(VersionForm, raw)
    if answer.ok:
        with refusals(session, answer):
            amendments.decline_amendment(
                session,
                actor=who.actor,
                party_id=who.acts_for,
                link_id=link_id,
                amendment_id=amendment_id,
                version=answer.valid.version,
            )
            return redirect(request, f"/links/{link_id}", saying=t("The agreement stands as it was."))
    return shown.show_link(request, session, who, link_id, answer=answer, status=answer.status)


def _own(session: Session, who: Who, link_id: int, power: str) -> Link:
    link, _ = queries.link_for(session, party_id=who.acts_for, link_id=link_id)
    current.need_power(who, power)
    return link


def _page(request: Request, session: Session, link: Link, proposed: Filled[Any]) -> Response:
    product = catalogue.get_product(session, link.product_id)
    context = contexts.Amend(link=link, form=proposed, **present.proposal_choices(session, product))
    return page(request, context, status=proposed.status)
