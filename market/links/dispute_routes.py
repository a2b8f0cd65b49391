"""Pages about one delivery of an agreement: what both sides say of it, contesting, agreeing, noting that it
was paid. Part of the routes that routes.py hands to the application.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market import clock
from market.accounts import current
from market.accounts.current import Acting, Who
from market.catalogue import queries as catalogue
from market.catalogue import spec
from market.catalogue.models import Product
from market.errors import NotFound
from market.files import present as files_present
from market.files import queries as files
from market.inquiries import present
from market.links import claims, contexts, disputes, queries
from market.links import forms as link_forms
from market.links.claims import Claim, WeighedLine
from market.links.forms import AgreeForm, ContestForm, PaidForm
from market.links.queries import DeliveryCard, LinkPage
from market.listings import price_forms
from market.web import forms, language
from market.web.context import language as spoken
from market.web.forms import Filled, blank, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()


@router.get("/links/{link_id}/deliveries/{delivery_id}", name="links:delivery")
def show(request: Request, session: Db, who: Acting, link_id: PathId, delivery_id: PathId) -> Response:
    """A delivery for its two sides."""
    return show_delivery(request, session, who, link_id, delivery_id)


@router.post("/links/{link_id}/deliveries/{delivery_id}/contest", name="links:contest_delivery")
def contest(
    request: Request, session: Db, who: Acting, link_id: PathId, delivery_id: PathId, raw: Posted
) -> Response:
    """Say what was found instead."""
    party_id = _deliverer(session, who, link_id)
    link, _ = queries.link_for(session, party_id=party_id, link_id=link_id)
    product = catalogue.get_product(session, link.product_id)
    form, weighed = link_forms.read_contest(session, raw, product, spoken())
    if weighed is not None:
        with refusals(session, form):
            disputes.contest_delivery(
                session,
                actor=who.actor,
                party_id=party_id,
                link_id=link_id,
                delivery_id=delivery_id,
                what=form.valid.what,
                weighed=weighed,
                remark=form.valid.remark,
                line=form.valid.line,
            )
            return redirect(
                request,
                f"/links/{link_id}/deliveries/{delivery_id}",
                saying=t("Sent. The other side is asked to answer."),
            )
    return show_delivery(request, session, who, link_id, delivery_id, form=form)


@router.post("/links/{link_id}/deliveries/{delivery_id}/agree", name="links:agree_claim")
def agree(
    request: Request, session: Db, who: Acting, link_id: PathId, delivery_id: PathId, raw: Posted
) -> Response:
    """Agree with what the other side found."""
    party_id = _deliverer(session, who, link_id)
    answer = forms.fill(AgreeForm, raw)
    if answer.ok:
        with refusals(session, answer):
            delivery = disputes.accept_claim(
                session,
                actor=who.actor,
                party_id=party_id,
                link_id=link_id,
                delivery_id=delivery_id,
                line=answer.valid.line,
            )
            if delivery.state != "settled":
                return redirect(
                    request,
                    f"/links/{link_id}/deliveries/{delivery_id}",
                    saying=t("Agreed. The other weighings are still open."),
                )
            return redirect(request, f"/links/{link_id}", saying=t("Settled. The delivery now counts."))
    return show_delivery(request, session, who, link_id, delivery_id, answer=answer)


@router.post("/links/{link_id}/deliveries/{delivery_id}/paid", name="links:paid")
def paid(
    request: Request, session: Db, who: Acting, link_id: PathId, delivery_id: PathId, raw: Posted
) -> Response:
    """Note that the money has come."""
    party_id = _deliverer(session, who, link_id)
    form = forms.fill(PaidForm, raw)
    if form.ok:
        with refusals(session, form):
            disputes.mark_paid(
                session,
                actor=who.actor,
                party_id=party_id,
                link_id=link_id,
                delivery_id=delivery_id,
                on_date=form.valid.paid_on,
            )
            return redirect(request, f"/links/{link_id}", saying=t("Noted as paid."))
    return show_delivery(request, session, who, link_id, delivery_id, answer=form)


def _deliverer(session: Session, who: Who, link_id: int) -> int:
    queries.link_for(session, party_id=who.acts_for, link_id=link_id)
    current.need_power(who, "deliver")
    return who.acts_for


def show_delivery(
    request: Request,
    session: Session,
    who: Who,
    link_id: int,
    delivery_id: int,
    *,
    form: Filled[ContestForm] | None = None,
    answer: Filled[Any] | None = None,
    note: Filled[Any] | None = None,
) -> Response:
    """The page of a delivery for one of its two sides; a refused form comes back as it was typed."""
    link = queries.get_link(session, party_id=who.acts_for, link_id=link_id)
    delivery = next((one for one in link.deliveries if one.id == delivery_id), None)
    if delivery is None:
        raise NotFound
    product = catalogue.get_product(session, link.product_id)
    definitions = catalogue.specs_of(session, product)
    claimed = claims.of_link(session, link_id=link_id)
    said = claimed.get(delivery_id, ())
    lines = claims.lines_of(session, link_id=link_id, said=claimed)[delivery_id]
    by_line = claims.is_by_line(said)
    answer = answer or blank(PaidForm, paid_on=clock.today().isoformat())
    context = contexts.Delivery(
        link=link,
        delivery=delivery,
        claims=[(one, spec.show(definitions, one.spec, spoken())) for one in said],
        lines=[(one, spec.show(definitions, one.spec, spoken())) for one in lines],
        several=by_line or len(lines) > 1,
        by_line=by_line,
        to_contest=[
            (str(one.line), language.say(t("Weighing {n}", n=one.line)))
            for one in lines
            if one.turn == link.side
        ],
        my_turn=_my_turn(link, delivery, said, lines),
        form=form or _first_form(request, session, link, product, lines),
        answer=answer,
        note=note or Filled(raw={}),
        note_files=files_present.shown(
            files.of(files.list_files(session, link_id=link_id), "note", delivery_id),
            base=f"/links/{link_id}",
            party_id=who.acts_for if who.can("deliver") else None,
        ),
        what=[(code, language.say(words)) for code, words in claims.WHAT.items()],
        specs=present.proposal_choices(session, product)["specs"],
        unit_name="kg" if link.unit == "gram" else language.say(link.piece),
        sides={"seller": t("Seller"), "buyer": t("Buyer"), "officer": t("Department")},
    )
    status = max(one.status if one else 200 for one in (form, answer, note))
    return page(request, context, status=status)


def _my_turn(
    link: LinkPage, delivery: DeliveryCard, said: Sequence[Claim], lines: Sequence[WeighedLine]
) -> bool:
    if delivery.state == "contested" and said and claims.is_by_line(said):
        return any(one.waits and one.turn == link.side for one in lines)
    waiting = said[-1].side if said else delivery.side
    return delivery.state in ("recorded", "contested") and waiting != link.side


def _first_form(
    request: Request, session: Session, link: LinkPage, product: Product, lines: Sequence[WeighedLine]
) -> Filled[ContestForm]:
    """The form, of the weighing that the address names filled with what stands of it."""
    wanted = request.query_params.get("line", "")
    one = next((line for line in lines if str(line.line) == wanted and line.turn == link.side), None)
    if one is None:
        return blank(ContestForm, what="volume")
    stands = one.last or one
    return blank(
        ContestForm,
        line=str(one.line),
        what="volume",
        gross=_number(stands.gross, link.unit),
        deducted=_number(stands.deducted, link.unit) if stands.deducted else None,
        deduction_reason=stands.reason,
        price=price_forms.shown(stands.price, link.unit),
        **present.spec_fields(session, product, stands.spec),
    )


def _number(amount: int, unit: str) -> str:
    """A volume as its field holds it: kg to the gram, or pieces."""
    return language.number(Decimal(amount) / 1000, 3) if unit == "gram" else language.number(amount)
