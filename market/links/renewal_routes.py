"""Pages of renewals: the form, filled with what the old agreement says. Part of the routes that routes.py
hands to the application.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts import current
from market.accounts.current import Acting, Who
from market.catalogue import queries as catalogue
from market.errors import Conflict
from market.inquiries import forms as inquiry_forms
from market.inquiries import present
from market.inquiries.models import Inquiry
from market.links import contexts, filled, queries, renewals, shown
from market.listings.terms import Terms
from market.web import sending
from market.web.context import language as spoken
from market.web.forms import Filled, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()


@router.get("/links/{link_id}/renew", name="links:renew")
def form(request: Request, session: Db, who: Acting, link_id: PathId) -> Response:
    """The form; where there is nothing to renew, the agreement with the reason."""
    return _page(request, session, who, link_id, None)


@router.post("/links/{link_id}/renew", name="links:start_renewal")
def start(request: Request, session: Db, who: Acting, link_id: PathId, raw: Posted) -> Response:
    """Ask, or record; sent twice it is one."""
    _need(session, who, link_id)
    link, _ = queries.link_for(session, party_id=who.acts_for, link_id=link_id)
    product = catalogue.get_product(session, link.product_id)
    proposed, proposal = inquiry_forms.read_proposal(
        session, raw, product, spoken(), standing=Terms.of(link), known=[link.price]
    )
    if proposal is not None:
        with refusals(session, proposed):
            sent = sending.take(session, who.user_id, "renewal", raw, link_id)
            if sent.led:
                return redirect(request, sent.led)
            made = renewals.renew(
                session,
                actor=who.actor,
                party_id=who.acts_for,
                link_id=link_id,
                proposal=proposal,
                remark=proposed.valid.remark,
            )
            path = f"/inquiries/{made.id}" if isinstance(made, Inquiry) else f"/links/{made.id}"
            sent.leads(path)
            return redirect(
                request, path, saying=t("The renewal is sent. The other side is asked to answer.")
            )
    return _page(request, session, who, link_id, proposed)


def _need(session: Session, who: Who, link_id: int) -> None:
    """The buyer asks, the seller records what binds it."""
    _, side = queries.link_for(session, party_id=who.acts_for, link_id=link_id)
    current.need_power(who, "trade" if side == "buyer" else "bind")


def _page(
    request: Request, session: Session, who: Who, link_id: int, proposed: Filled[Any] | None
) -> Response:
    _need(session, who, link_id)
    try:
        link, side, listing = renewals.listing_to_renew(session, party_id=who.acts_for, link_id=link_id)
    except Conflict as refusal:
        refused: Filled[Any] = Filled(raw={})
        refused.refuse(refusal)
        return shown.show_link(request, session, who, link_id, answer=refused, status=refused.status)
    product = catalogue.get_product(session, link.product_id)
    form = proposed or filled.of_link(session, link, listing=listing)
    context = contexts.Renew(
        link=link,
        listing=listing,
        side=side,
        form=form,
        **present.proposal_choices(session, product),
    )
    return page(request, context, status=form.status)
