"""A unit's pages of a demand: what is needed, which of its lots fit and what the others lack, and the offer.
Part of the routes that routes.py hands to the application.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market import clock
from market.accounts import current
from market.accounts.current import OfUnit, Who
from market.catalogue import amounts, spec
from market.demands import answering, goods, present, wanted, wording
from market.demands.forms import OfferForm
from market.errors import Invalid
from market.parties.models import Party
from market.web import forms, language, sending
from market.web.context import language as spoken
from market.web.forms import Filled, PathId, Posted, blank, refusals
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()


@router.get("/demands/{demand_id}/offer", name="demands:fits")
def show(request: Request, session: Db, who: OfUnit, demand_id: PathId) -> Response:
    """What is needed, beside the unit's own lots."""
    return _page(request, session, who, demand_id)


@router.post("/demands/{demand_id}/offer", name="demands:offer")
def offer(request: Request, session: Db, who: OfUnit, demand_id: PathId, raw: Posted) -> Response:
    """Offer one of the lots; sent twice it is one."""
    current.need_power(who, "trade")
    unit_id = who.acts_for
    demand = answering.demand_open_to(session, unit_id=unit_id, demand_id=demand_id)
    asked = goods.of(session, wanted.of(session, demand))
    form = forms.fill(OfferForm, raw)
    volume = price = 0
    try:
        volume = amounts.parse_volume(
            str(raw.get("volume", "")),
            unit=asked.unit,
            language=spoken(),
            packs=goods.packs(session, asked),
            piece=asked.piece,
        )
    except Invalid as wrong:
        form.errors.setdefault("volume", wrong.words)
    try:
        price = amounts.parse_price(str(raw.get("price", "")), language=spoken())
    except Invalid as wrong:
        form.errors.setdefault("price", wrong.words)
    if not form.ok:
        form.status = 422
        return _page(request, session, who, demand_id, form)
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
            price=price,
            remark=form.valid.remark,
        )
        sent.leads(f"/inquiries/{inquiry.id}")
        return redirect(request, f"/inquiries/{inquiry.id}", saying=t("Offered. The buyer has been told."))
    return _page(request, session, who, demand_id, form)


def _page(
    request: Request, session: Session, who: Who, demand_id: int, form: Filled[OfferForm] | None = None
) -> Response:
    demand = answering.demand_open_to(session, unit_id=who.acts_for, demand_id=demand_id)
    need = wanted.of(session, demand)
    asked = goods.of(session, need)
    found = answering.fits(session, unit_id=who.acts_for, demand=demand, on=clock.today())
    best = next((fit for fit in found if fit.may_be_offered), None)
    piece = asked.piece
    names = present.standard_names(session)
    if form is None:
        form = blank(
            OfferForm,
            lot=best.lot.lot_id if best else None,
            volume=language.volume(best.most, asked.unit, piece) if best else None,
            price=language.number(best.lot.price) if best and best.lot.price else None,
        )
    context = {
        "form": form,
        "demand_id": demand.id,
        "product": asked.name,
        "buyer": session.get_one(Party, demand.buyer_id).name,
        "unit": asked.unit,
        "piece": piece,
        "lines": [(line.from_date, line.to_date, line.volume) for line in need.lines],
        "price_max": demand.price_max,
        "qualities": spec.show(goods.described(session, asked), demand.spec, spoken()),
        "fits": found,
        "best": best,
        "lots": [(fit.lot.lot_id, fit.lot.title) for fit in found if fit.may_be_offered],
        "lacking": lambda lot: wording.lacking(lot, names),
        "per": language.per_unit(asked.unit, piece),
        "can_trade": who.can("trade"),
    }
    return page(request, "demands/offer.html", context, status=form.status)
