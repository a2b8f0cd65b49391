"""A unit's pages of a demand: what is needed, which of its lots fit and what the others lack, and the offer.
Part of the routes that routes.py hands to the application.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market import clock
from market.accounts import current
from market.accounts.current import OfUnit, Who
from market.catalogue import amounts
from market.catalogue import queries as catalogue
from market.catalogue.models import Product
from market.demands import answering, contexts, facts, goods, wanted, wording
from market.demands.answering import Fit
from market.demands.forms import OfferForm
from market.errors import Invalid, NotFound
from market.inquiries import forms as inquiry_forms
from market.inquiries import present as inquiries
from market.listings import queries as listings
from market.listings.models import Listing, Lot
from market.listings.pricing import Pricing
from market.parties.models import Party
from market.web import forms, language, sending
from market.web.context import language as spoken
from market.web.forms import Filled, blank, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()


@router.get("/demands/{demand_id}/offer", name="demands:fits")
def show(request: Request, session: Db, who: OfUnit, demand_id: PathId) -> Response:
    """What is needed, beside the unit's own lots; the form is for the ``lot`` named, else the best."""
    return _page(request, session, who, demand_id, lot=forms.query_fields(request).get("lot"))


@router.post("/demands/{demand_id}/offer", name="demands:offer")
def offer(request: Request, session: Db, who: OfUnit, demand_id: PathId, raw: Posted) -> Response:
    """Offer one of the lots; sent twice it is one."""
    current.need_power(who, "trade")
    unit_id = who.acts_for
    demand = answering.demand_of_others(session, unit_id=unit_id, demand_id=demand_id)
    form, volume, made = _read(session, unit_id, raw, highest=demand.price_max)
    if form.ok:
        with refusals(session, form):
            sent = sending.take(session, who.user_id, "demand-offer", raw, demand_id)
            if sent.led:
                return redirect(request, sent.led)
            inquiry = answering.offer(
                session,
                actor=who.actor,
                unit_id=unit_id,
                demand_id=demand_id,
                lot_id=form.valid.lot,
                volume=volume,
                made=made,
                remark=form.valid.remark,
            )
            sent.leads(f"/inquiries/{inquiry.id}")
            return redirect(
                request, f"/inquiries/{inquiry.id}", saying=t("Offered. The buyer has been told.")
            )
    return _page(request, session, who, demand_id, form, lot=form.get("lot"))


def _read(
    session: Session, unit_id: int, raw: Mapping[str, Any], *, highest: int | None
) -> tuple[Filled[OfferForm], int, Pricing]:
    """The form, the volume in base units and how the price is made; what does not hold the form says."""
    form = forms.fill(OfferForm, dict(raw))
    if form.value is None:
        form.status = 422
        return form, 0, Pricing()
    listing = _listing_of(session, unit_id, form.value.lot)
    product = session.get_one(Product, listing.product_id)
    volume = 0
    try:
        volume = amounts.parse_volume(
            form.value.volume,
            unit=product.unit,
            language=spoken(),
            packs=catalogue.pack_sizes_of(session, product),
            piece=catalogue.piece_of(product),
        )
    except Invalid as wrong:
        form.errors.setdefault("volume", wrong.words)
    known, described = [listing.price_from, highest], catalogue.specs_of(session, product)
    made = inquiry_forms.read_pricing(form, raw, described, unit=product.unit, known=known)
    if not form.ok:
        form.status = 422
    return form, volume, made


def _listing_of(session: Session, unit_id: int, lot_id: int) -> Listing:
    lot = session.get(Lot, lot_id)
    if lot is None:
        raise NotFound
    return listings.listing_for(session, party_id=unit_id, listing_id=lot.listing_id)


def _page(
    request: Request,
    session: Session,
    who: Who,
    demand_id: int,
    form: Filled[OfferForm] | None = None,
    *,
    lot: str | None,
) -> Response:
    demand = answering.demand_open_to(session, unit_id=who.acts_for, demand_id=demand_id)
    need = wanted.of(session, demand)
    asked = goods.of(session, need)
    found = answering.fits(session, unit_id=who.acts_for, demand=demand, on=clock.today())
    offered = [fit for fit in found if fit.may_be_offered]
    chosen = next((fit for fit in offered if str(fit.lot.lot_id) == lot), None)
    chosen = chosen or next(iter(offered), None)
    names, described = facts.standard_names(session), goods.described(session, asked)
    offer: dict[str, Any] = {}
    if chosen is not None:
        product = session.get_one(Product, chosen.lot.product_id)
        offer = inquiries.price_choices(product, catalogue.specs_of(session, product))
        # A demand is for goods: no work is offered for it.
        offer["price_kinds"] = [pair for pair in offer["price_kinds"] if pair[0] != "labour"]
        form = form or _first_form(session, chosen, product)
    form = form or blank(OfferForm)
    context = contexts.Offer(
        demand_id=demand.id,
        product=asked.name,
        buyer=session.get_one(Party, demand.buyer_id).name,
        unit=asked.unit,
        piece=asked.piece,
        facts=facts.of(session, demand, need, asked),
        fits=found,
        chosen=chosen,
        taken=wording.TAKEN,
        lacking=lambda lot: wording.lacking(lot, described, names),
        can_trade=who.can("trade"),
        form=form,
        **offer,
    )
    return page(request, context, status=form.status)


def _first_form(session: Session, fit: Fit, product: Product) -> Filled[OfferForm]:
    """The form for a lot: as much of it as is needed, at the price of its listing."""
    listing = session.get_one(Listing, fit.lot.listing_id)
    return blank(
        OfferForm,
        lot=fit.lot.lot_id,
        volume=language.volume(fit.most, product.unit, catalogue.piece_of(product)),
        **inquiries.price_fields(session, product, listings.pricing_of(session, listing)),
    )
