"""What a unit does to its lots: opening one, saying what is left of it, reporting a loss. The lots of another
unit are not found; what the service refuses is shown where it was typed.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market import clock
from market.accounts.current import OfUnit, Who
from market.catalogue import queries as catalogue
from market.listings import contexts, present, queries, rules, wording
from market.listings import forms as listing_forms
from market.listings import own_routes as own
from market.listings import service as listings
from market.listings.forms import LeftForm, LossForm
from market.listings.models import Listing
from market.listings.own_routes import MINE
from market.web import forms, sending
from market.web.context import language as spoken
from market.web.forms import Filled, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import address, page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()

NOTED = t("The loss is noted.")
REACHES = t("The loss is noted. It reaches agreements: their buyers have been told.")


@router.get("/listings/{listing_id}/lots/new", name="listings:new_lot")
def new_lot(request: Request, session: Db, who: OfUnit, listing_id: PathId) -> Response:
    """The form of another lot."""
    listing = queries.listing_for(session, party_id=own.trader(who), listing_id=listing_id)
    return _lot_page(
        request, session, Filled(raw={"lot_kind": "forecast"} | own.lot_of_address(request)), listing
    )


def _lot_page(request: Request, session: Session, form: Filled[Any], listing: Listing) -> Response:
    known = present.goods(session, catalogue.get_product(session, listing.product_id))
    context = contexts.LotPage(
        form=form,
        listing=listing,
        lot_kinds=present.pairs(wording.LOT_KINDS),
        volume_hint=present.volume_hint(known),
    )
    return page(request, context, status=form.status)


@router.post("/listings/{listing_id}/lots", name="listings:open_lot")
def open_lot(request: Request, session: Db, who: OfUnit, listing_id: PathId, raw: Posted) -> Response:
    """Open another lot; sent twice it is one."""
    listing = queries.listing_for(session, party_id=own.trader(who), listing_id=listing_id)
    known = present.goods(session, catalogue.get_product(session, listing.product_id))
    form, lot = listing_forms.read_lot(raw, known, spoken())
    if lot is not None:
        with refusals(session, form):
            if sending.take(session, who.user_id, "lot", raw, listing_id).led is not None:
                return redirect(request, MINE)
            others = queries.open_lots(session, listing_id=listing_id, on=clock.today())
            shared = rules.shares_days(
                (lot.from_date, lot.to_date), [(one.from_date, one.to_date) for one in others]
            )
            listings.open_lot(
                session,
                actor=who.actor,
                listing_id=listing_id,
                from_date=lot.from_date,
                to_date=lot.to_date,
                volume=lot.volume,
                kind=lot.kind,
            )
            added = t("The lot is added.")
            saying = t("{added} {shared}", added=added, shared=rules.SHARED) if shared else added
            return redirect(request, MINE, saying=saying)
        listing = queries.listing_for(session, party_id=who.acts_for, listing_id=listing_id)
    return _lot_page(request, session, form, listing)


@router.post("/listings/{listing_id}/lots/{lot_id}", name="listings:change_lot")
def change_lot(
    request: Request, session: Db, who: OfUnit, listing_id: PathId, lot_id: PathId, raw: Posted
) -> Response:
    """Say what is left of a lot; what is committed stays committed."""
    lot, listing = queries.lot_for(session, party_id=own.trader(who), listing_id=listing_id, lot_id=lot_id)
    known = present.goods(session, catalogue.get_product(session, listing.product_id))
    form = forms.fill(LeftForm, raw)
    left = listing_forms.read_amount(form, raw, "left", known, spoken(), zero=True)
    if form.errors or left is None:
        form.status = 422
        # The lot has one field to show a message at; a hidden version that is no number belongs there too.
        form.errors = {"left": next(iter(form.errors.values()))}
        return _at_its_lot(request, session, who, form, listing_id, lot_id)
    with refusals(session, form):
        listings.change_volume(
            session,
            actor=who.actor,
            lot_id=lot_id,
            volume=lot.committed + left,
            version=form.valid.version,
        )
        return redirect(request, MINE, saying=t("What is left is changed."))
    form.errors = {"left": next(iter(form.errors.values()))}
    # What stands there now is shown instead of what was typed against an older state.
    form.raw = {}
    return _at_its_lot(request, session, who, form, listing_id, lot_id)


def _at_its_lot(
    request: Request, session: Session, who: Who, form: Filled[Any], listing_id: int, lot_id: int
) -> Response:
    """The page of "my listings" that holds the lot, with the refusal where it was typed."""
    number = queries.find_page_of(session, party_id=who.acts_for, listing_id=listing_id)
    return own.show_mine(request, session, who, form=form, lot_id=lot_id, page_number=number)


@router.get("/listings/{listing_id}/lots/{lot_id}/loss", name="listings:loss")
def loss(request: Request, session: Db, who: OfUnit, listing_id: PathId, lot_id: PathId) -> Response:
    """The form of a loss: a number, and the cause is the button."""
    queries.lot_for(session, party_id=own.trader(who), listing_id=listing_id, lot_id=lot_id)
    form: Filled[Any] = Filled(raw={"on_date": clock.today().isoformat()})
    return _loss_page(request, session, who, form, listing_id, lot_id)


def _loss_page(
    request: Request, session: Session, who: Who, form: Filled[Any], listing_id: int, lot_id: int
) -> Response:
    lot, listing = queries.lot_for(session, party_id=who.acts_for, listing_id=listing_id, lot_id=lot_id)
    product = catalogue.get_product(session, listing.product_id)
    context = contexts.LossPage(
        form=form,
        listing=listing,
        lot=lot,
        left=wording.amount(lot.volume - lot.committed, product.unit, catalogue.piece_of(product)),
        committed=wording.amount(lot.committed, product.unit, catalogue.piece_of(product))
        if lot.committed
        else None,
        causes=present.pairs(wording.CAUSES),
        losses=queries.losses(session, lot_id=lot_id),
        product=product,
        piece=catalogue.piece_of(product),
        volume_hint=present.volume_hint(present.goods(session, product)),
    )
    return page(request, context, status=form.status)


@router.post("/listings/{listing_id}/lots/{lot_id}/loss", name="listings:report_loss")
def report_loss(
    request: Request, session: Db, who: OfUnit, listing_id: PathId, lot_id: PathId, raw: Posted
) -> Response:
    """Report a loss; sent twice it is one. Agreements that it reaches are lowered and their buyers told; who
    wants to choose which of them is led on, and nothing is noted yet.
    """
    lot, listing = queries.lot_for(session, party_id=own.trader(who), listing_id=listing_id, lot_id=lot_id)
    known = present.goods(session, catalogue.get_product(session, listing.product_id))
    form = forms.fill(LossForm, raw)
    amount = listing_forms.read_amount(form, raw, "amount", known, spoken())
    if form.errors or amount is None:
        form.status = 422
        return _loss_page(request, session, who, form, listing_id, lot_id)
    loss: dict[str, Any] = {"amount": amount, "cause": form.valid.cause, "on_date": form.valid.on_date}
    with refusals(session, form):
        if form.valid.choose and listings.short_by(session, lot_id=lot_id, **loss):
            # What draws on the lot is known to links/loss_routes.py, whose page this is.
            return redirect(request, address(f"/listings/{listing_id}/lots/{lot_id}/loss/shares", loss))
        if sending.take(session, who.user_id, "loss", raw, lot_id).led is not None:
            return redirect(request, MINE)
        committed = lot.committed
        listings.report_loss(session, actor=who.actor, lot_id=lot_id, **loss)
        return redirect(request, MINE, saying=REACHES if lot.committed < committed else NOTED)
    return _loss_page(request, session, who, form, listing_id, lot_id)
