"""Whom a loss falls on, as the seller chooses: the page to which the form of a loss (listings/lot_routes.py)
leads whoever wants to say so. Part of the routes that routes.py hands to the application.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from market.accounts.current import OfUnit, Who
from market.catalogue import queries as catalogue
from market.catalogue.amounts import GRAMS_A_KG
from market.errors import Conflict, Invalid
from market.links import contexts, losses
from market.links.losses import Draw, Loss
from market.listings import forms as listing_forms
from market.listings import present, queries, wording
from market.listings.forms import Cause, Goods
from market.listings.lot_routes import NOTED, REACHES
from market.listings.own_routes import MINE, trader
from market.web import forms, language, sending
from market.web.context import language as spoken
from market.web.forms import Day, Filled, Id, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db

router = APIRouter()

PATH = "/listings/{listing_id}/lots/{lot_id}/loss/shares"


class SharesForm(BaseModel):
    """The loss as the form before has read it, in base units; beside it a field for each ``Draw.name``."""

    amount: Id
    cause: Cause
    on_date: Day


@router.get(PATH, name="links:loss_shares")
def show(request: Request, session: Db, who: OfUnit, listing_id: PathId, lot_id: PathId) -> Response:
    """What draws on the lot, and how the loss would be shared pro rata."""
    queries.lot_for(session, party_id=trader(who), listing_id=listing_id, lot_id=lot_id)
    form = forms.fill(SharesForm, forms.query_fields(request))
    return _page(request, session, who, form, listing_id, lot_id)


@router.post(PATH, name="links:share_loss")
def share(
    request: Request, session: Db, who: OfUnit, listing_id: PathId, lot_id: PathId, raw: Posted
) -> Response:
    """Report the loss with its parts as chosen; sent twice it is one."""
    _, listing = queries.lot_for(session, party_id=trader(who), listing_id=listing_id, lot_id=lot_id)
    goods = present.goods(session, catalogue.get_product(session, listing.product_id))
    form = forms.fill(SharesForm, raw)
    chosen = _read(form, raw, goods)
    if form.ok:
        with refusals(session, form):
            if sending.take(session, who.user_id, "loss", raw, lot_id).led is not None:
                return redirect(request, MINE)
            losses.report(session, actor=who.actor, loss=_loss(lot_id, form), chosen=chosen)
            return redirect(request, MINE, saying=REACHES if any(chosen.values()) else NOTED)
    else:
        form.status = 422
    return _page(request, session, who, form, listing_id, lot_id)


def _loss(lot_id: int, form: Filled[SharesForm]) -> Loss:
    said = form.valid
    return Loss(lot_id, said.amount, said.cause, said.on_date)


def _read(form: Filled[Any], raw: Mapping[str, Any], goods: Goods) -> dict[str, int]:
    """How much of each is to be lowered; an empty field is nothing."""
    chosen = {}
    for name in raw:
        if losses.is_name(name):
            typed = str(form.get(name)).strip()
            amount = listing_forms.read_amount(form, raw, name, goods, spoken(), zero=True) if typed else 0
            chosen[name] = amount or 0
    return chosen


def _page(
    request: Request, session: Session, who: Who, form: Filled[SharesForm], listing_id: int, lot_id: int
) -> Response:
    lot, listing = queries.lot_for(session, party_id=who.acts_for, listing_id=listing_id, lot_id=lot_id)
    goods = present.goods(session, catalogue.get_product(session, listing.product_id))
    loss, short = None, 0
    draws: Sequence[Draw] = ()
    if form.value is not None:
        try:
            loss = _loss(lot_id, form)
            short, draws = losses.reach(session, loss)
        except (Conflict, Invalid) as refusal:
            loss, form.errors, form.status = None, {"": refusal.words}, refusal.status
    if loss is None:
        # Nothing can be chosen for a loss that cannot be: what is wrong with it has no field here.
        form.errors = {"": next(iter(form.errors.values()))}
    shown = {draw.name for draw in draws}
    for name in [name for name in form.errors if losses.is_name(name) and name not in shown]:
        form.errors.setdefault("choose", form.errors.pop(name))
    step = GRAMS_A_KG if goods.unit == "gram" else 1
    pro_rata = losses.propose(short, draws, step=step)
    form.raw = {name: _amount(part, goods) for name, part in pro_rata.items()} | form.raw
    context = contexts.LossPage(
        form=form,
        listing=listing,
        lot=lot,
        loss=loss,
        lost=_amount(loss.amount, goods) if loss else "",
        cause=wording.CAUSES[loss.cause] if loss else "",
        short=short,
        say_amount=lambda amount: _amount(amount, goods),
        draws=draws,
    )
    return page(request, context, status=form.status)


def _amount(amount: int, goods: Goods) -> str:
    """Base units to the gram, as a field reads them again."""
    if goods.unit == "gram" and amount % GRAMS_A_KG:
        return f"{language.number(Decimal(amount) / GRAMS_A_KG)} kg"
    return language.volume(amount, goods.unit, goods.piece)
