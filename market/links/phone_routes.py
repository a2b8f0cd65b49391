"""Pages of agreements made by phone: recording one at a listing, and the other side's yes. Its no is closing
the agreement. Part of the routes that routes.py hands to the application.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts import current, throttle
from market.accounts.current import Acting, Who
from market.catalogue import queries as catalogue
from market.errors import NotAllowed, NotFound
from market.inquiries import forms as inquiry_forms
from market.inquiries import present
from market.links import contexts, phone, queries, shown
from market.links.forms import OtherForm, VersionForm
from market.listings.models import Listing
from market.listings.terms import Terms
from market.web import forms, sending
from market.web.context import language as spoken
from market.web.forms import Filled, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db, after_refusal
from market.words import t

router = APIRouter()

#: So many numbers that nobody has may be tried in an hour: this is no way to find out who is registered.
MOST_UNKNOWN = 10
WITHIN = timedelta(hours=1)


@router.get("/links/phone/{listing_id}", name="links:phone")
def form(request: Request, session: Db, who: Acting, listing_id: PathId) -> Response:
    """The form, filled with what the listing says."""
    listing = _about(session, who, listing_id)
    return _page(request, session, who, listing, present.first_form(session, listing))


@router.post("/links/phone/{listing_id}", name="links:record_phone")
def record(request: Request, session: Db, who: Acting, listing_id: PathId, raw: Posted) -> Response:
    """Record what was agreed; sent twice it is one."""
    listing = _about(session, who, listing_id)
    product = catalogue.get_product(session, listing.product_id)
    proposed, proposal = inquiry_forms.read_proposal(
        session, raw, product, spoken(), standing=Terms.of(listing), known=[listing.price_from]
    )
    there = forms.fill(OtherForm, raw)
    proposed.errors |= there.errors
    if not there.ok:
        proposed.status = 422
    if proposal is not None and there.ok:
        tries = throttle.key("record", str(who.user_id))
        with refusals(session, proposed):
            sent = sending.take(session, who.user_id, "phone", raw, listing_id)
            if sent.led:
                return redirect(request, sent.led)
            throttle.check(session, tries, most=MOST_UNKNOWN, within=WITHIN)
            link = phone.record_agreement(
                session,
                actor=who.actor,
                party_id=who.acts_for,
                listing_id=listing_id,
                proposal=proposal,
                other=there.valid.other,
                remark=proposed.valid.remark,
            )
            sent.leads(f"/links/{link.id}")
            return redirect(
                request,
                f"/links/{link.id}",
                saying=t("Recorded. The other side is asked to say yes; until then the volume is held."),
            )
        if proposed.errors.get("other") == phone.UNKNOWN:
            after_refusal(request, lambda again: throttle.note(again, tries))
        listing = _about(session, who, listing_id)
    return _page(request, session, who, listing, proposed)


@router.post("/links/{link_id}/confirm", name="links:confirm")
def confirm(request: Request, session: Db, who: Acting, link_id: PathId, raw: Posted) -> Response:
    """Say that it was agreed as the other side recorded."""
    queries.link_for(session, party_id=who.acts_for, link_id=link_id)
    current.need_power(who, "bind")
    answer = forms.fill(VersionForm, raw)
    if answer.ok:
        with refusals(session, answer):
            phone.confirm_agreement(
                session,
                actor=who.actor,
                party_id=who.acts_for,
                link_id=link_id,
                version=answer.valid.version,
            )
            return redirect(request, f"/links/{link_id}", saying=t("Confirmed. The agreement is recorded."))
    return shown.show_link(request, session, who, link_id, answer=answer, status=answer.status)


def _about(session: Session, who: Who, listing_id: int) -> Listing:
    """The listing that the asker sells by, or may buy of."""
    listing = session.get(Listing, listing_id)
    if listing is None or listing.state == "withdrawn":
        raise NotFound
    if listing.party_id != who.acts_for:
        if not listing.on_sale:
            raise NotFound
        if not who.is_buyer:
            raise NotAllowed(t("Asking is for buyers. Please register as a buyer, or sign in as one."))
    current.need_power(who, "bind")
    return listing


def _page(request: Request, session: Session, who: Who, listing: Listing, proposed: Filled[Any]) -> Response:
    product = catalogue.get_product(session, listing.product_id)
    context = contexts.Phone(
        listing=listing,
        form=proposed,
        is_seller=listing.party_id == who.party_id,
        **present.proposal_choices(session, product),
    )
    return page(request, context, status=proposed.status)
