"""An officer with the duty trade data enters for a unit of her places that has called: a listing, an answer,
a delivery. Price and counterparty open by a look that is logged and shown to the two sides. What was entered
so far, and the unit's own word on it, is in assisted/routes.py.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market import clock, events
from market.accounts import current, looks
from market.accounts.current import Officer, Who
from market.assisted import forms as call_forms
from market.assisted import queries as assisted
from market.assisted.forms import CallForm
from market.assisted.service import Call
from market.calls import contexts, queries
from market.calls import service as calls
from market.calls.forms import ReplyForm
from market.calls.service import Caller
from market.catalogue import queries as catalogue
from market.catalogue.models import Product
from market.errors import NotFound
from market.events import Event
from market.inquiries import forms as inquiry_forms
from market.inquiries import present as of_inquiries
from market.inquiries import queries as inquiries
from market.inquiries.models import Inquiry
from market.links import desk as link_desk
from market.links import forms as link_forms
from market.links import queries as links
from market.links import shown as link_pages
from market.links.models import Link
from market.listings import forms as listing_forms
from market.listings import own_routes
from market.listings import present as of_listings
from market.parties import desk
from market.parties.models import Party
from market.web import forms, language, sending
from market.web.context import language as spoken
from market.web.forms import Filled, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import Named, t

router = APIRouter()

DUTY = "trade_data"
UNITS = "/department/assisted/units"
#: Of a listing that a unit dictates; all else it adds itself.
USUAL = {"price_kind": "fixed", "price_basis": "field", "lot_kind": "forecast"}


@router.get("/department/assisted/units/{party_id}", name="calls:unit")
def unit(request: Request, session: Db, who: Officer, party_id: PathId) -> Response:
    """What may be entered for a unit, and what was."""
    party = _unit(session, who, party_id)
    context = contexts.Unit(
        party=party,
        phones=queries.phones_of(session, party_id=party_id),
        asked=queries.list_asked(session, party_id=party_id),
        agreed=queries.list_agreed(session, party_id=party_id),
        entries=assisted.list_of(session, party_id=party_id, whole=False),
        registers=who.has_duty("register"),
    )
    return page(request, context)


# --- a listing ---


@router.get("/department/assisted/units/{party_id}/listing", name="calls:new_listing")
def new_listing(request: Request, session: Db, who: Officer, party_id: PathId) -> Response:
    """First the product, then the short form for it."""
    party = _unit(session, who, party_id)
    slug = request.query_params.get("product", "")[:60]
    product = catalogue.find_product(session, slug) if slug else None
    form: Filled[Any] = Filled(raw={"product": slug})
    if product is None:
        if slug:
            form.errors["product"] = t("There is no such product in the catalogue.")
            form.status = 422
        context = contexts.Choose(party=party, products=of_listings.product_choices(session), form=form)
        return page(request, context, status=form.status)
    name = language.say(Named(product.name_vi, product.name_en))
    form = Filled(raw={**USUAL, "title": name, "called_at": call_forms.now_local()})
    return _listing_page(request, session, party, product, form)


@router.post("/department/assisted/units/{party_id}/listing", name="calls:enter_listing")
def enter_listing(request: Request, session: Db, who: Officer, party_id: PathId, raw: Posted) -> Response:
    """Write and publish it for the unit; sent twice it is one."""
    party = _unit(session, who, party_id)
    product = catalogue.get_product(session, str(raw.get("product", "")))
    goods = of_listings.goods(session, product)
    short = {**raw, **USUAL}
    form, fields = listing_forms.read_listing(short, goods, spoken())
    lot_form, lot = listing_forms.read_lot(short, goods, spoken())
    call = forms.fill(CallForm, raw)
    call_forms.join(form, lot_form)
    call_forms.join(form, call)
    if fields is not None and lot is not None and call.ok:
        with refusals(session, form):
            sent = sending.take(session, who.user_id, "call listing", raw, party_id)
            if sent.led:
                return redirect(request, sent.led)
            _, why_not = calls.enter_listing(
                session, _caller(who, party_id, call), product_id=product.id, fields=fields, lot=lot
            )
            sent.leads(f"{UNITS}/{party_id}")
            saying = t(
                "Entered; the unit is asked whether it is so. {became}", became=own_routes.published(why_not)
            )
            return redirect(request, f"{UNITS}/{party_id}", saying=saying)
        party = _unit(session, who, party_id)
    return _listing_page(request, session, party, product, form)


def _listing_page(
    request: Request, session: Session, party: Party, product: Product, form: Filled[Any]
) -> Response:
    goods = of_listings.goods(session, product)
    context = contexts.Listing(
        party=party,
        form=form,
        product=product,
        product_name=language.say(Named(product.name_vi, product.name_en)),
        per=language.per_unit(goods.unit, goods.piece),
        volume_hint=of_listings.volume_hint(goods),
    )
    return page(request, context, status=form.status)


# --- an answer ---


@router.get("/department/assisted/units/{party_id}/inquiries/{inquiry_id}", name="calls:inquiry")
def inquiry(request: Request, session: Db, who: Officer, party_id: PathId, inquiry_id: PathId) -> Response:
    """An inquiry that waits for the unit's answer; what is asked opens by a look."""
    return _inquiry_page(request, session, who, party_id, inquiry_id)


@router.post("/department/assisted/units/{party_id}/inquiries/{inquiry_id}/look", name="calls:look")
def look(
    request: Request, session: Db, who: Officer, party_id: PathId, inquiry_id: PathId, raw: Posted
) -> Response:
    """Open price and counterparty; the look is logged and shown to the two sides."""
    _asked(session, who, party_id, inquiry_id)
    events.record(session, Event(inquiries.LOOKED, inquiry_id, who.actor))
    return redirect(
        request,
        f"{UNITS}/{party_id}/inquiries/{inquiry_id}",
        saying=t("Price and buyer are open to you for half an hour. The look is shown to the two sides."),
    )


@router.post("/department/assisted/units/{party_id}/inquiries/{inquiry_id}", name="calls:answer")
def answer(
    request: Request, session: Db, who: Officer, party_id: PathId, inquiry_id: PathId, raw: Posted
) -> Response:
    """Accept, offer otherwise or decline, as the unit said; sent twice it is one."""
    asked = _asked(session, who, party_id, inquiry_id)
    reply, call = forms.fill(ReplyForm, raw), forms.fill(CallForm, raw)
    form: Filled[Any] = Filled(raw=raw)
    proposal = None
    if reply.ok and reply.valid.answer == "offer":
        product = catalogue.get_product(session, asked.product_id)
        standing = inquiries.standing_terms(session, asked)
        known = inquiries.known_prices(session, asked)
        form, proposal = inquiry_forms.read_proposal(
            session, raw, product, spoken(), standing=standing, known=known
        )
    call_forms.join(form, reply)
    call_forms.join(form, call)
    if form.ok:
        with refusals(session, form):
            looks.need(session, inquiries.LOOKED, inquiry_id, user_id=who.person)
            sent = sending.take(session, who.user_id, "call answer", raw, inquiry_id)
            if sent.led:
                return redirect(request, sent.led)
            caller = _caller(who, party_id, call)
            told: dict[str, Any] = {"inquiry_id": inquiry_id, "version": reply.valid.version}
            if proposal is not None:
                calls.offer(session, caller, proposal=proposal, remark=form.valid.remark, **told)
            elif reply.valid.answer == "accept":
                calls.accept(session, caller, **told)
            else:
                calls.decline(session, caller, reason=reply.valid.reason, **told)
            sent.leads(f"{UNITS}/{party_id}")
            saying = t("Entered. The other side is told, and the unit is asked whether it is so.")
            return redirect(request, f"{UNITS}/{party_id}", saying=saying)
    return _inquiry_page(request, session, who, party_id, inquiry_id, form=form)


def _inquiry_page(
    request: Request,
    session: Session,
    who: Who,
    party_id: int,
    inquiry_id: int,
    *,
    form: Filled[Any] | None = None,
) -> Response:
    _asked(session, who, party_id, inquiry_id)
    party = _unit(session, who, party_id)
    line = next((one for one in queries.list_asked(session, party_id=party_id) if one.id == inquiry_id), None)
    if line is None or not looks.is_fresh(session, inquiries.LOOKED, inquiry_id, user_id=who.person):
        form = form or Filled(raw={})
        closed = contexts.Look(party=party, inquiry_id=inquiry_id, line=line, form=form)
        return page(request, closed, status=form.status)
    thread = inquiries.get_thread(session, party_id=party_id, inquiry_id=inquiry_id)
    product = catalogue.get_product(session, thread.product_id)
    begun = of_inquiries.counter_form(session, thread, product).raw
    begun |= {"called_at": call_forms.now_local()}
    # Of a refused form whose answer has no offer in it the fields of one are as they began.
    shown: Filled[Any] = Filled(raw=begun)
    if form is not None:
        shown = Filled(raw=begun | form.raw, errors=form.errors, status=form.status)
    context = contexts.Inquiry(
        **of_inquiries.deal_page(session, thread, product),
        party=party,
        inquiry_id=inquiry_id,
        line=line,
        form=shown,
        answers=[
            ("accept", language.say(t("Agrees to the offer that stands"))),
            ("offer", language.say(t("Offers otherwise"))),
            ("decline", language.say(t("Declines"))),
        ],
    )
    return page(request, context, status=shown.status)


# --- a delivery ---


@router.get("/department/assisted/units/{party_id}/links/{link_id}", name="calls:link")
def link(request: Request, session: Db, who: Officer, party_id: PathId, link_id: PathId) -> Response:
    """An agreement of the unit of which goods were delivered."""
    return _link_page(request, session, who, party_id, link_id)


@router.post("/department/assisted/units/{party_id}/links/{link_id}/look", name="calls:look_at_link")
def look_at_link(
    request: Request, session: Db, who: Officer, party_id: PathId, link_id: PathId, raw: Posted
) -> Response:
    """Open price and counterparty; the look is logged and shown to the two sides."""
    link_desk.look(session, actor=who.actor, link=_agreed(session, who, party_id, link_id))
    return redirect(
        request,
        f"{UNITS}/{party_id}/links/{link_id}",
        saying=t("Price and buyer are open to you for half an hour. The look is shown to the two sides."),
    )


@router.post("/department/assisted/units/{party_id}/links/{link_id}", name="calls:deliver")
def deliver(
    request: Request, session: Db, who: Officer, party_id: PathId, link_id: PathId, raw: Posted
) -> Response:
    """Record goods handed over, as the unit said; sent twice it is one delivery."""
    agreed = _agreed(session, who, party_id, link_id)
    product = catalogue.get_product(session, agreed.product_id)
    form, weighed = link_forms.read_delivery(session, raw, product, spoken())
    call = forms.fill(CallForm, raw)
    call_forms.join(form, call)
    if weighed is not None and form.ok:
        with refusals(session, form):
            link_desk.need_look(session, link=agreed, user_id=who.person)
            sent = sending.take(session, who.user_id, "call delivery", raw, link_id)
            if sent.led:
                return redirect(request, sent.led)
            calls.record_delivery(
                session,
                _caller(who, party_id, call),
                link_id=link_id,
                on_date=form.valid.on_date,
                weighed=weighed,
            )
            sent.leads(f"{UNITS}/{party_id}")
            saying = t("Entered. The other side is told, and the unit is asked whether it is so.")
            return redirect(request, f"{UNITS}/{party_id}", saying=saying)
    return _link_page(request, session, who, party_id, link_id, form=form)


def _link_page(
    request: Request,
    session: Session,
    who: Who,
    party_id: int,
    link_id: int,
    *,
    form: Filled[Any] | None = None,
) -> Response:
    agreed = _agreed(session, who, party_id, link_id)
    product = catalogue.get_product(session, agreed.product_id)
    begun = {"on_date": clock.today().isoformat(), "called_at": call_forms.now_local()}
    context = contexts.Delivery(
        party=_unit(session, who, party_id),
        link=link_desk.get_desk_link(session, link=agreed),
        deal=link_desk.find_deal(session, link=agreed, user_id=who.person),
        price_kind=agreed.price_kind,
        size_field=link_pages.size_field(agreed.price_kind, catalogue.specs_of(session, product)),
        unit_name="kg" if product.unit == "gram" else language.say(catalogue.piece_of(product)),
        form=form or Filled(raw=begun),
    )
    return page(request, context, status=form.status if form else 200)


# --- whose it is ---


def _unit(session: Session, who: Who, party_id: int) -> Party:
    """The unit, if it is one and in the officer's places."""
    current.need_duty(who, DUTY)
    return desk.unit_for(session, places=who.duty_places(DUTY), party_id=party_id)


def _asked(session: Session, who: Who, party_id: int, inquiry_id: int) -> Inquiry:
    """What the unit was asked; what it asks of others it says itself."""
    _unit(session, who, party_id)
    found, side = inquiries.inquiry_for(session, party_id=party_id, inquiry_id=inquiry_id)
    if side != "seller":
        raise NotFound
    return found


def _agreed(session: Session, who: Who, party_id: int, link_id: int) -> Link:
    """An agreement in force by which the unit sells."""
    _unit(session, who, party_id)
    found, side = links.link_for(session, party_id=party_id, link_id=link_id)
    if side != "seller" or found.state != "active":
        raise NotFound
    return found


def _caller(who: Who, party_id: int, call: Filled[CallForm]) -> Caller:
    said = call.valid
    return Caller(
        who.phoned_by(party_id),
        party_id,
        Call(said.caller_name, said.caller_phone, said.called_at, said.note),
    )
