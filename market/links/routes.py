"""Pages of agreements: accepting an offer (which makes the link), the list, one agreement with deliveries,
its contract and its end. No rule stands here; the services refuse.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from market.accounts import current
from market.accounts.current import Acting
from market.catalogue import queries as catalogue
from market.files import receiving
from market.inquiries import present
from market.inquiries import queries as inquiries
from market.inquiries.forms import Answer
from market.links import (
    amendment_routes,
    check_routes,
    conditions,
    contexts,
    deliveries,
    desk_routes,
    dispute_routes,
    file_routes,
    holding,
    listed,
    loss_routes,
    merge_routes,
    outside_routes,
    papers,
    phone_routes,
    queries,
    renewal_routes,
    shown,
    weighing_forms,
)
from market.links import service as links
from market.links.file_routes import OfBinder, OfDeliverer
from market.links.forms import ContractForm, DeliveryForm, EndForm
from market.web import forms, sending
from market.web.context import language as spoken
from market.web.context import speaking
from market.web.forms import Filled, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()
router.routes.extend(desk_routes.router.routes)
router.routes.extend(merge_routes.router.routes)
router.routes.extend(dispute_routes.router.routes)
router.routes.extend(outside_routes.router.routes)
router.routes.extend(phone_routes.router.routes)
router.routes.extend(amendment_routes.router.routes)
router.routes.extend(renewal_routes.router.routes)
router.routes.extend(check_routes.router.routes)
router.routes.extend(file_routes.router.routes)
router.routes.extend(loss_routes.router.routes)


@router.post("/links/agree/{inquiry_id}", name="links:agree")
def agree(request: Request, session: Db, who: Acting, inquiry_id: PathId, raw: Posted) -> Response:
    """Accept the standing offer whole."""
    inquiries.inquiry_for(session, party_id=who.acts_for, inquiry_id=inquiry_id)
    current.need_power(who, "bind")
    answer = forms.fill(Answer, raw)
    if answer.ok:
        with refusals(session, answer):
            link = holding.accept(
                session,
                actor=who.actor,
                party_id=who.acts_for,
                inquiry_id=inquiry_id,
                version=answer.valid.version,
            )
            if link is None:
                return redirect(
                    request,
                    f"/inquiries/{inquiry_id}",
                    saying=t("Accepted. The volume is held until the other parts of the order are there."),
                )
            return redirect(
                request, f"/links/{link.id}", saying=t("Agreed. The agreement is recorded below.")
            )
    context = present.thread_page(
        session,
        who=who,
        inquiry_id=inquiry_id,
        answer=answer,
        link_id=queries.find_link_of(session, inquiry_id=inquiry_id),
    )
    return page(request, context, status=answer.status)


@router.get("/links", name="links:index")
def index(request: Request, session: Db, who: Acting) -> Response:
    """My agreements, newest first."""
    fields = forms.query_fields(request)
    everything = fields.get("all") == "1"
    number = forms.page_number(request)
    rows, total = listed.list_links(session, party_id=who.acts_for, only_live=not everything, page=number)
    return page(
        request,
        contexts.Index(
            rows=rows,
            everything=everything,
            page=number,
            pages=-(-total // queries.PAGE_SIZE),
            fields=fields,
        ),
    )


@router.get("/links/{link_id}", name="links:show")
def show(request: Request, session: Db, who: Acting, link_id: PathId) -> Response:
    """One agreement, for its two sides."""
    return shown.show_link(request, session, who, link_id)


@router.get("/links/{link_id}/print", name="links:print")
def printable(request: Request, session: Db, who: Acting, link_id: PathId) -> Response:
    """The agreement as a sheet of paper, in Vietnamese."""
    with speaking("vi"):
        return shown.print_link(request, session, who, link_id)


@router.post("/links/{link_id}/deliveries", name="links:record_delivery")
def record_delivery(
    request: Request, got: OfDeliverer, session: Db, who: Acting, link_id: PathId
) -> Response:
    """Record goods handed over, with their weighing note; sent twice it is one delivery."""
    link, _ = queries.link_for(session, party_id=who.acts_for, link_id=link_id)
    current.need_power(who, "deliver")
    product = catalogue.get_product(session, link.product_id)
    if weighing_forms.MORE in got.raw:
        more: Filled[DeliveryForm] = Filled(raw=dict(got.raw))
        return shown.show_link(request, session, who, link_id, delivery=more)
    form, weighed = weighing_forms.read(session, got.raw, product, spoken())
    if weighed is not None:
        with refusals(session, form):
            got.check()
            sent = sending.take(session, who.user_id, "delivery", got.raw, link_id, *got.names)
            if sent.led is None:
                made = deliveries.record_delivery(
                    session,
                    actor=who.actor,
                    party_id=who.acts_for,
                    link_id=link_id,
                    on_date=form.valid.on_date,
                    weighed=weighed,
                )
                papers.put_to_delivery(
                    session,
                    actor=who.actor,
                    party_id=who.acts_for,
                    link_id=link_id,
                    delivery_id=made.id,
                    papers=got.papers,
                    store=receiving.store_of(request),
                    quiet=True,
                )
                sent.leads(f"/links/{link_id}")
            return redirect(
                request, f"/links/{link_id}", saying=t("Recorded. The other side is asked to confirm.")
            )
        weighing_forms.place_errors(form)
    return shown.show_link(request, session, who, link_id, delivery=form, status=form.status)


@router.post("/links/{link_id}/deliveries/{delivery_id}/confirm", name="links:confirm_delivery")
def confirm_delivery(
    request: Request, session: Db, who: Acting, link_id: PathId, delivery_id: PathId, raw: Posted
) -> Response:
    """Say that a delivery is as the other side recorded it."""
    queries.link_for(session, party_id=who.acts_for, link_id=link_id)
    current.need_power(who, "deliver")
    answer: Filled[Any] = Filled(raw=raw)
    with refusals(session, answer):
        deliveries.confirm_delivery(
            session, actor=who.actor, party_id=who.acts_for, link_id=link_id, delivery_id=delivery_id
        )
        return redirect(request, f"/links/{link_id}", saying=t("Confirmed. The delivery now counts."))
    return shown.show_link(request, session, who, link_id, answer=answer, status=answer.status)


@router.post("/links/{link_id}/contract", name="links:contract")
def contract(request: Request, got: OfBinder, session: Db, who: Acting, link_id: PathId) -> Response:
    """Put up the signed contract: its number and day, and its pages as files."""
    queries.link_for(session, party_id=who.acts_for, link_id=link_id)
    current.need_power(who, "bind")
    form = forms.fill(ContractForm, got.raw)
    if form.ok:
        with refusals(session, form):
            got.check()
            link = conditions.record_contract(
                session,
                actor=who.actor,
                party_id=who.acts_for,
                link_id=link_id,
                number=form.valid.contract_number,
                on_date=form.valid.contract_date,
            )
            store = receiving.store_of(request)
            papers.put_to_contract(session, actor=who.actor, link=link, papers=got.papers, store=store)
            return redirect(request, f"/links/{link_id}", saying=t("The contract is recorded."))
    return shown.show_link(request, session, who, link_id, contract_form=form, status=form.status)


@router.post("/links/{link_id}/deposit", name="links:deposit")
def deposit(request: Request, session: Db, who: Acting, link_id: PathId, raw: Posted) -> Response:
    """Confirm that the deposit has come in."""
    queries.link_for(session, party_id=who.acts_for, link_id=link_id)
    current.need_power(who, "bind")
    answer: Filled[Any] = Filled(raw=raw)
    with refusals(session, answer):
        conditions.confirm_deposit(session, actor=who.actor, party_id=who.acts_for, link_id=link_id)
        return redirect(
            request, f"/links/{link_id}", saying=t("The deposit is recorded: the agreement is in force.")
        )
    return shown.show_link(request, session, who, link_id, answer=answer, status=answer.status)


@router.post("/links/{link_id}/close", name="links:close")
def close(request: Request, session: Db, who: Acting, link_id: PathId, raw: Posted) -> Response:
    """End the agreement; what was not delivered returns to the open lots."""
    queries.link_for(session, party_id=who.acts_for, link_id=link_id)
    current.need_power(who, "bind")
    form = forms.fill(EndForm, raw)
    if form.ok:
        with refusals(session, form):
            links.end_link(
                session,
                actor=who.actor,
                party_id=who.acts_for,
                link_id=link_id,
                reason=form.valid.reason or "agreed",
                version=form.valid.version,
            )
            return redirect(request, f"/links/{link_id}", saying=t("The agreement is closed."))
    return shown.show_link(request, session, who, link_id, answer=form, status=form.status)
