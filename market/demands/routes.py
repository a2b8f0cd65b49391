"""Pages of demands: a buyer's list and form, the page of one with its plan and its answers, and what units
may serve. No rule stands here; the service refuses.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market import clock
from market.accounts import current
from market.accounts.current import Acting, SignedIn, Who
from market.catalogue import queries as catalogue
from market.demands import (
    answer_routes,
    contexts,
    goods,
    instead,
    listed,
    present,
    queries,
    wording,
)
from market.demands import forms as demand_forms
from market.demands import service as demands
from market.demands.forms import DemandForm, PlanForm, SendForm
from market.demands.goods import Goods
from market.errors import Invalid, NotAllowed
from market.inquiries import schedules
from market.listings import present as listings
from market.web import forms, sending
from market.web.context import language as spoken
from market.web.forms import Filled, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()
router.routes.extend(answer_routes.router.routes)


@router.get("/demands", name="demands:index")
def index(request: Request, session: Db, who: Acting) -> Response:
    """My demands; for a unit those that its goods could serve, with what they lack."""
    number = forms.page_number(request)
    fields = forms.query_fields(request)
    as_seller = who.is_unit and fields.get("mine") != "1"
    only = {name: demand_forms.text_of(fields, name) for name in ("product", "sector")}
    if as_seller:
        rows, total = queries.list_open(session, unit_id=who.acts_for, page=number, **only)
    else:
        rows, total = queries.list_mine(session, buyer_id=who.acts_for, page=number, **only)
    return page(
        request,
        contexts.Index(
            rows=rows,
            as_seller=as_seller,
            served=listed.of(session, unit_id=who.acts_for, rows=rows, on=clock.today()) if as_seller else {},
            taken=wording.TAKEN,
            # Whoever sells and buys chooses which; what was posted stays to be seen.
            both=who.is_unit and (who.is_buyer or not as_seller),
            form=Filled[Any](raw=fields),
            narrowed=any(only.values()),
            **present.filters(session, party_id=who.acts_for, as_seller=as_seller),
            page=number,
            pages=-(-total // queries.PAGE_SIZE),
            fields=fields,
        ),
    )


@router.get("/demands/new", name="demands:new")
def new(request: Request, session: Db, who: SignedIn) -> Response:
    """First the product, or the sector, then the form for it; what a search already said is filled in."""
    may_buy(who)
    fields = forms.query_fields(request)
    slug, sector = (demand_forms.text_of(fields, name) for name in ("product", "sector"))
    product = catalogue.find_product(session, slug) if slug else None
    asked: Goods | None = goods.of_product(product) if product else None
    form: Filled[Any] = Filled(raw={"product": slug, "sector": sector})
    if sector and not slug:
        try:
            asked = demand_forms.goods_of(session, fields)
        except Invalid as wrong:
            form.refuse(wrong)
    elif slug and product is None:
        form.errors["product"] = t("There is no such product in the catalogue.")
        form.status = 422
    if asked is None:
        choices = contexts.Choose(
            products=listings.product_choices(session),
            sectors=present.sectors(session),
            form=form,
        )
        return page(request, choices, status=form.status)
    known: dict[str, Any] = {
        "product": product.slug if product else "",
        "sector": "" if product else sector,
    }
    known |= {
        name: fields[name] for name in ("volume", "from", "to", "price_max", "others") if name in fields
    }
    return _form_page(request, session, _begun(asked, known), asked)


@router.get("/demands/instead/{link_id}", name="demands:instead")
def new_instead(request: Request, session: Db, who: SignedIn, link_id: PathId) -> Response:
    """The form for what an agreement lacks after a loss; or the demand that it was made for."""
    may_buy(who)
    found = instead.of_link(session, buyer_id=who.acts_for, link_id=link_id)
    if found.demand_id is not None:
        return redirect(request, f"/demands/{found.demand_id}")
    asked = goods.of_product(catalogue.get_product(session, found.fields["product"]))
    return _form_page(request, session, _begun(asked, found.fields), asked)


@router.post("/demands", name="demands:post")
def post(request: Request, session: Db, who: SignedIn, raw: Posted) -> Response:
    """Post a demand; its plan is on the next page. Sent twice it is one."""
    may_buy(who)
    asked = demand_forms.goods_of(session, raw)
    form, need = demand_forms.read(session, raw, asked, buyer_id=who.acts_for, language=spoken())
    if need is not None:
        with refusals(session, form):
            sent = sending.take(session, who.user_id, "demand", raw)
            if sent.led:
                return redirect(request, sent.led)
            demand = demands.post_demand(
                session,
                actor=who.actor,
                buyer_id=who.acts_for,
                need=need,
                hold_days=form.valid.hold_days,
                replan=form.valid.replan,
            )
            sent.leads(f"/demands/{demand.id}")
            return redirect(
                request,
                f"/demands/{demand.id}",
                saying=t("Your demand is posted. Below is how it can be filled."),
            )
    return _form_page(request, session, form, asked)


@router.get("/demands/{demand_id}", name="demands:show")
def show(request: Request, session: Db, who: Acting, demand_id: PathId) -> Response:
    """A demand with its answers and the plan for what is missing, or the one with fewer sellers."""
    form = forms.fill(PlanForm, forms.query_fields(request))
    return _demand_page(request, session, who, demand_id, form, form.value)


@router.post("/demands/{demand_id}/send", name="demands:send")
def send(request: Request, session: Db, who: Acting, demand_id: PathId, raw: Posted) -> Response:
    """Ask every seller of the plan for its part."""
    party_id = _mine(session, who, demand_id)
    form = forms.fill(SendForm, raw)
    if form.ok:
        with refusals(session, form):
            sent = demands.send_plan(
                session,
                actor=who.actor,
                buyer_id=party_id,
                demand_id=demand_id,
                seen=form.valid.seen,
                max_units=form.valid.max_units,
            )
            saying = (
                t("Sent: one seller is asked. You are told of the answer.")
                if len(sent) == 1
                else t("Sent: {n} sellers are asked. You are told of every answer.", n=len(sent))
            )
            return redirect(request, f"/demands/{demand_id}", saying=saying)
    return _demand_page(request, session, who, demand_id, form, form.value)


@router.post("/demands/{demand_id}/close", name="demands:close")
def close(request: Request, session: Db, who: Acting, demand_id: PathId, raw: Posted) -> Response:
    """Nothing more is needed."""
    party_id = _mine(session, who, demand_id)
    form: Filled[Any] = Filled(raw=raw)
    with refusals(session, form):
        demand = queries.demand_for(session, buyer_id=party_id, demand_id=demand_id)
        held = demands.inquiries_of(session, demand, "held")
        demands.close_demand(session, actor=who.actor, buyer_id=party_id, demand_id=demand_id)
        kept = t("Closed. What is agreed stays agreed; open inquiries are withdrawn.")
        freed = t("Closed. What was held is the sellers' again; open inquiries are withdrawn.")
        return redirect(request, f"/demands/{demand_id}", saying=freed if held else kept)
    return _demand_page(request, session, who, demand_id, form)


def may_buy(who: Who) -> None:
    """Refuse unless the asker buys for a party and may trade for it."""
    if not who.is_buyer:
        raise NotAllowed(t("Asking is for buyers. Please register as a buyer, or sign in as one."))
    current.need_power(who, "trade")


def _mine(session: Session, who: Who, demand_id: int) -> int:
    queries.demand_for(session, buyer_id=who.acts_for, demand_id=demand_id)
    current.need_power(who, "trade")
    return who.acts_for


def _begun(asked: Goods, fields: dict[str, Any]) -> Filled[DemandForm]:
    """A new form, with what is known already."""
    today = clock.today()
    return Filled(
        raw={
            "unit": asked.unit,
            "from": today.isoformat(),
            "to": schedules.later(today, 1).isoformat(),
            "repeat": "1",
            "price_basis": "field",
            "will_do": "part",
            **fields,
        }
    )


def _form_page(request: Request, session: Session, form: Filled[DemandForm], asked: Goods) -> Response:
    context = contexts.New(form=form, **present.choices(session, asked))
    return page(request, context, status=form.status)


def _demand_page(
    request: Request,
    session: Session,
    who: Who,
    demand_id: int,
    form: Filled[Any],
    asked: PlanForm | None = None,
) -> Response:
    demand = queries.demand_for(session, buyer_id=who.acts_for, demand_id=demand_id)
    try:
        shown = present.show(session, demand, max_units=asked.max_units if asked else None)
    except Invalid as wrong:
        form.refuse(wrong)
        shown = present.show(session, demand)
    if "max_units" in form.errors:  # the page has no field for it: the address says it
        form.errors[""] = form.errors.pop("max_units")
    context = contexts.Show(form=form, s=shown, can_trade=who.can("trade"))
    return page(request, context, status=form.status)
