"""Pages about one delivery of an agreement: what both sides say of it, contesting, agreeing, noting that it
was paid. Part of the routes that routes.py hands to the application.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market import clock
from market.accounts import current
from market.accounts.current import Acting, Who
from market.catalogue import queries as catalogue
from market.catalogue import spec
from market.errors import NotFound
from market.inquiries import present
from market.links import claims, disputes, queries
from market.links import forms as link_forms
from market.links.forms import ContestForm, PaidForm
from market.web import forms, language
from market.web.context import language as spoken
from market.web.forms import Filled, PathId, Posted, blank, refusals
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()


@router.get("/links/{link_id}/deliveries/{delivery_id}", name="links:delivery")
def show(request: Request, session: Db, who: Acting, link_id: PathId, delivery_id: PathId) -> Response:
    """A delivery for its two sides."""
    return _page(request, session, who, link_id, delivery_id)


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
            )
            return redirect(
                request,
                f"/links/{link_id}/deliveries/{delivery_id}",
                saying=t("Sent. The other side is asked to answer."),
            )
    return _page(request, session, who, link_id, delivery_id, form=form)


@router.post("/links/{link_id}/deliveries/{delivery_id}/agree", name="links:agree_claim")
def agree(
    request: Request, session: Db, who: Acting, link_id: PathId, delivery_id: PathId, raw: Posted
) -> Response:
    """Agree with what the other side found."""
    party_id = _deliverer(session, who, link_id)
    answer: Filled[Any] = Filled(raw=raw)
    with refusals(session, answer):
        disputes.accept_claim(
            session, actor=who.actor, party_id=party_id, link_id=link_id, delivery_id=delivery_id
        )
        return redirect(request, f"/links/{link_id}", saying=t("Settled. The delivery now counts."))
    return _page(request, session, who, link_id, delivery_id, answer=answer)


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
    return _page(request, session, who, link_id, delivery_id, answer=form)


def _deliverer(session: Session, who: Who, link_id: int) -> int:
    queries.link_for(session, party_id=who.acts_for, link_id=link_id)
    current.need_power(who, "deliver")
    return who.acts_for


def _page(
    request: Request,
    session: Session,
    who: Who,
    link_id: int,
    delivery_id: int,
    *,
    form: Filled[ContestForm] | None = None,
    answer: Filled[Any] | None = None,
) -> Response:
    link = queries.get_link(session, party_id=who.acts_for, link_id=link_id)
    delivery = next((one for one in link.deliveries if one.id == delivery_id), None)
    if delivery is None:
        raise NotFound
    product = catalogue.get_product(session, link.product_id)
    definitions = catalogue.specs_of(session, product)
    said = claims.of_link(session, link_id=link_id).get(delivery_id, ())
    last = said[-1] if said else None
    waiting = last.side if last else delivery.side
    my_turn = delivery.state in ("recorded", "contested") and waiting != link.side
    answer = answer or blank(PaidForm, paid_on=clock.today().isoformat())
    context = {
        "link": link,
        "delivery": delivery,
        "claims": [(one, spec.show(definitions, one.spec, spoken())) for one in said],
        "my_turn": my_turn,
        "form": form or blank(ContestForm, what="volume"),
        "answer": answer,
        "what": [(code, language.say(words)) for code, words in claims.WHAT.items()],
        "specs": present.proposal_choices(session, product)["specs"],
        "unit_name": "kg" if link.unit == "gram" else language.say(link.piece),
        "sides": {"seller": t("Seller"), "buyer": t("Buyer"), "officer": t("Department")},
    }
    status = max(form.status if form else 200, answer.status)
    return page(request, "links/delivery.html", context, status=status)
