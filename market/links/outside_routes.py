"""Pages of "sold outside": from a lot in "my listings" two taps and a number. Part of the routes that
routes.py hands to the application.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts import current
from market.accounts.current import OfUnit, Who
from market.catalogue import queries as catalogue
from market.inquiries import present
from market.links import contexts, outside
from market.links import forms as link_forms
from market.links.forms import OutsideForm
from market.listings import present as listing_pages
from market.listings import queries as listings
from market.listings import wording
from market.listings.models import Listing, Lot
from market.parties import labels
from market.web import language, sending
from market.web.context import language as spoken
from market.web.forms import Filled, blank, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import t

router = APIRouter()


@router.get("/links/outside/{listing_id}/{lot_id}", name="links:outside")
def form(request: Request, session: Db, who: OfUnit, listing_id: PathId, lot_id: PathId) -> Response:
    """The form: a number, and whom it was sold to is the button."""
    lot, listing = _own_lot(session, who, listing_id, lot_id)
    return _page(request, session, lot, listing, blank(OutsideForm))


@router.post("/links/outside/{listing_id}/{lot_id}", name="links:sell_outside")
def sell(
    request: Request, session: Db, who: OfUnit, listing_id: PathId, lot_id: PathId, raw: Posted
) -> Response:
    """Note what was sold; sent twice it is one."""
    lot, listing = _own_lot(session, who, listing_id, lot_id)
    product = catalogue.get_product(session, listing.product_id)
    filled, sold = link_forms.read_outside(session, raw, product, spoken())
    if sold is not None:
        with refusals(session, filled):
            sent = sending.take(session, who.user_id, "outside", raw, lot_id)
            if sent.led:
                return redirect(request, sent.led)
            link = outside.sell_outside(
                session,
                actor=who.actor,
                party_id=who.acts_for,
                lot_id=lot_id,
                volume=sold.volume,
                buyer_kind=sold.buyer_kind,
                buyer_name=sold.buyer_name,
                price=sold.price,
                delivered=sold.delivered,
            )
            sent.leads(f"/links/{link.id}")
            return redirect(
                request, f"/links/{link.id}", saying=t("Noted. The volume is taken off what is left to sell.")
            )
        lot, listing = _own_lot(session, who, listing_id, lot_id)
    return _page(request, session, lot, listing, filled)


def _own_lot(session: Session, who: Who, listing_id: int, lot_id: int) -> tuple[Lot, Listing]:
    current.need_power(who, "trade")
    return listings.lot_for(session, party_id=who.acts_for, listing_id=listing_id, lot_id=lot_id)


def _page(
    request: Request, session: Session, lot: Lot, listing: Listing, filled: Filled[OutsideForm]
) -> Response:
    product = catalogue.get_product(session, listing.product_id)
    piece = catalogue.piece_of(product)
    context = contexts.Outside(
        form=filled,
        listing=listing,
        lot=lot,
        left=wording.amount(lot.volume - lot.committed, product.unit, piece),
        buyer_kinds=present.pairs(tuple(labels.BUYER_KINDS.items())),
        volume_hint=listing_pages.volume_hint(listing_pages.goods(session, product)),
        per=language.per_unit(product.unit, piece),
    )
    return page(request, context, status=filled.status)
