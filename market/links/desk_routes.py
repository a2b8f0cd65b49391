"""The department's page of an agreement: what was agreed and delivered; price and counterparty open after a
press that is logged and shown to the two sides. Part of the routes that routes.py hands to the application.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts import current
from market.accounts.current import Officer, Who
from market.catalogue import queries as catalogue
from market.catalogue import spec
from market.files import present as files_present
from market.files import queries as files
from market.files import serving
from market.inquiries import present
from market.links import claims, contexts, desk, disputes, endings, papers
from market.links import forms as link_forms
from market.links import shown as sides_page
from market.links.forms import SettleForm
from market.parties import labels
from market.web import language
from market.web.context import language as spoken
from market.web.forms import Filled, blank, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()

DUTY = "trade_data"
#: What a file of an agreement is put to.
FILES = {
    "word": t("with a word"),
    "check": t("check before delivery"),
    "contract": t("contract"),
    "note": t("weighing note"),
}


def _places(who: Who) -> tuple[int, ...] | None:
    current.need_duty(who, DUTY)
    return who.duty_places(DUTY)


@router.get("/department/links/{link_id}", name="links:desk")
def show(request: Request, session: Db, who: Officer, link_id: PathId) -> Response:
    """An agreement of the officer's places."""
    return _page(request, session, who, link_id)


def _page(
    request: Request,
    session: Session,
    who: Who,
    link_id: int,
    *,
    settling: Filled[SettleForm] | None = None,
    at: int | None = None,
    seeing: Filled[Any] | None = None,
) -> Response:
    link = desk.link_for_officer(session, places=_places(who), link_id=link_id)
    shown = desk.get_desk_link(session, link=link)
    product = catalogue.get_product(session, shown.product_id)
    settling = settling or blank(SettleForm)
    said = claims.of_link(session, link_id=link_id)
    lines = claims.lines_of(session, link_id=link_id, said=said)
    deal = desk.find_deal(session, link=link, user_id=who.person)
    seeing = seeing or Filled(raw={})
    context = contexts.Desk(
        link=shown,
        deal=deal,
        seeing=seeing,
        files=[
            (FILES[card.kind], one)
            for card in deal.files
            for one in files_present.shown((card,), base=f"/department/links/{link_id}", party_id=None)
        ]
        if deal
        else [],
        quality=spec.show(catalogue.specs_of(session, product), shown.spec, spoken()),
        form_name=catalogue.find_form_name(session, shown.form),
        size_field=sides_page.size_field(link.price_kind, catalogue.specs_of(session, product)),
        settling=settling,
        settling_at=at,
        claims=said,
        to_settle={
            delivery_id: [
                (str(one.line), language.say(t("Weighing {n}", n=one.line))) for one in held if one.waits
            ]
            for delivery_id, held in lines.items()
        },
        unit_name="kg" if shown.unit == "gram" else language.say(shown.piece),
        words={
            "kind": dict(present.pairs(present.KINDS)),
            "basis": dict(present.pairs(present.BASES)),
            "buyer_kind": labels.BUYER_KINDS,
            "destination": labels.DESTINATIONS,
            "end": dict(present.pairs(endings.WORDS)),
            "side": {"seller": t("Seller"), "buyer": t("Buyer"), "officer": t("Department")},
        },
    )
    return page(request, context, status=max(settling.status, seeing.status))


@router.post("/department/links/{link_id}/look", name="links:look")
def look(request: Request, session: Db, who: Officer, link_id: PathId, raw: Posted) -> Response:
    """Open price and counterparty; the look is logged."""
    link = desk.link_for_officer(session, places=_places(who), link_id=link_id)
    desk.look(session, actor=who.actor, link=link)
    return redirect(
        request,
        f"/department/links/{link_id}",
        saying=t("Price and buyer are open to you for half an hour. The look is shown to the two sides."),
    )


@router.post("/department/links/{link_id}/files/{file_id}", name="links:desk_file")
def open_file(
    request: Request, session: Db, who: Officer, link_id: PathId, file_id: PathId, raw: Posted
) -> Response:
    """Hand on a file of the agreement; the look is logged."""
    link = desk.link_for_officer(session, places=_places(who), link_id=link_id)
    found = files.get_file(session, file_id, link_id=link.id)
    desk.look(session, actor=who.actor, link=link)
    return serving.hand_on(request, session, found, secret=True)


@router.post("/department/links/{link_id}/contract", name="links:see_contract")
def see_contract(request: Request, session: Db, who: Officer, link_id: PathId, raw: Posted) -> Response:
    """Note that the contract was seen."""
    link = desk.link_for_officer(session, places=_places(who), link_id=link_id)
    form: Filled[Any] = Filled(raw={})
    with refusals(session, form):
        desk.need_look(session, link=link, user_id=who.person)
        papers.see_contract(session, actor=who.actor, link=link)
        saying = t("Noted: the contract was seen. Both sides are told.")
        return redirect(request, f"/department/links/{link_id}", saying=saying)
    return _page(request, session, who, link_id, seeing=form)


@router.post("/department/links/{link_id}/deliveries/{delivery_id}/settle", name="links:settle")
def settle(
    request: Request, session: Db, who: Officer, link_id: PathId, delivery_id: PathId, raw: Posted
) -> Response:
    """Settle what the two sides could not agree on."""
    link = desk.link_for_officer(session, places=_places(who), link_id=link_id)
    product = catalogue.get_product(session, link.product_id)
    form, weighed = link_forms.read_settling(session, raw, product, spoken())
    if weighed is not None:
        with refusals(session, form):
            desk.need_look(session, link=link, user_id=who.person)
            disputes.settle_by_officer(
                session,
                actor=who.actor,
                link=link,
                delivery_id=delivery_id,
                weighed=weighed,
                ground=form.valid.ground,
                line=form.valid.line,
            )
            return redirect(
                request, f"/department/links/{link_id}", saying=t("Settled. Both sides are told.")
            )
    return _page(request, session, who, link_id, settling=form, at=delivery_id)
