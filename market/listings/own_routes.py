"""A unit's own pages: its listings with their lots, writing and editing, publishing and taking back. All
belongs to the party that the person acts for; anybody else's is not found. Lots are in lot_routes.py; a
person's own searches, which hang here too, in saved_routes.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market.accounts import current
from market.accounts.current import OfUnit, Who
from market.catalogue import queries as catalogue
from market.listings import contexts, present, queries, saved_routes
from market.listings import forms as listing_forms
from market.listings import service as listings
from market.listings.models import Listing
from market.listings.terms import Terms
from market.web import forms, sending
from market.web.context import language as spoken
from market.web.forms import Filled, refusals
from market.web.inputs import PathId, Posted
from market.web.pages import page, redirect
from market.web.session import Db
from market.words import Words, t

router = APIRouter()
router.routes.extend(saved_routes.router.routes)

MINE = "/listings/mine"


def trader(who: Who) -> int:
    """The party that the asker may trade for."""
    current.need_power(who, "trade")
    return who.acts_for


@router.get("/listings/mine", name="listings:mine")
def mine(request: Request, session: Db, who: OfUnit) -> Response:
    """My listings, each with its lots."""
    return show_mine(request, session, who, page_number=forms.page_number(request))


def show_mine(
    request: Request,
    session: Session,
    who: Who,
    *,
    form: Filled[Any] | None = None,
    lot_id: int | None = None,
    page_number: int = 1,
) -> Response:
    """The page of my listings; a refused form stands at its lot, or on top."""
    shown = present.mine_page(
        session,
        party_id=who.acts_for,
        page=page_number,
        can_trade=who.can("trade"),
        form=form,
        lot_id=lot_id,
    )
    return page(request, shown, status=form.status if form else 200)


@router.get("/listings/new", name="listings:new")
def new(request: Request, session: Db, who: OfUnit) -> Response:
    """First the product, then the form for it."""
    trader(who)
    slug = forms.query_fields(request).get("product", "")
    product = catalogue.find_product(session, slug) if isinstance(slug, str) and slug else None
    if product is None:
        choices = present.product_choices(session)
        wrong = Filled(raw={"product": slug}) if slug else Filled[Any](raw={})
        if slug:
            wrong.errors["product"] = t("There is no such product in the catalogue.")
            wrong.status = 422
        return page(
            request,
            contexts.Choose(products=choices, form=wrong),
            status=wrong.status,
        )
    known = present.goods(session, product)
    usual = {"price_kind": "fixed", "price_basis": "field", "lot_kind": "forecast"}
    form: Filled[Any] = Filled(raw=usual | lot_of_address(request))
    return _form_page(request, session, form, product.slug, known)


def lot_of_address(request: Request) -> dict[str, str]:
    """What an address says of a lot to come, as the link of a season plan does; the form checks it."""
    given = forms.query_fields(request)
    fields = ((name, given.get(name)) for name in ("volume", "from", "to"))
    return {name: text[:60] for name, text in fields if isinstance(text, str) and text}


def _form_page(
    request: Request,
    session: Session,
    form: Filled[Any],
    slug: str,
    known: listing_forms.Goods,
    listing: Listing | None = None,
    stands: Sequence[tuple[str, str]] = (),
    photo_form: Filled[Any] | None = None,
    wrong_photo: str = "",
) -> Response:
    product = catalogue.get_product(session, slug)
    context = contexts.Form(
        form=form,
        listing=listing,
        stands=stands,
        **present.listing_choices(session, product, known),
        **(present.photo_section(session, listing, photo_form, wrong_photo) if listing is not None else {}),
    )
    status = form.status if photo_form is None else photo_form.status
    return page(request, context, status=status)


@router.post("/listings", name="listings:create")
def create(request: Request, session: Db, who: OfUnit, raw: Posted) -> Response:
    """Write a listing with its first lot; sent twice it is one. Published at once if possible."""
    party_id = trader(who)
    product = catalogue.get_product(session, str(raw.get("product", "")))
    known = present.goods(session, product)
    form, fields = listing_forms.read_listing(raw, known, spoken())
    lot_form, lot = listing_forms.read_lot(raw, known, spoken())
    for name, words in lot_form.errors.items():
        form.errors.setdefault(name, words)
        form.status = 422
    if fields is None or lot is None:
        return _form_page(request, session, form, product.slug, known)
    with refusals(session, form):
        sent = sending.take(session, who.user_id, "listing", raw)
        if sent.led:
            return redirect(request, sent.led)
        listing = listings.create_listing(
            session, actor=who.actor, party_id=party_id, product_id=product.id, **fields
        )
        listings.open_lot(
            session,
            actor=who.actor,
            listing_id=listing.id,
            from_date=lot.from_date,
            to_date=lot.to_date,
            volume=lot.volume,
            kind=lot.kind,
        )
        saying = t("Your listing is kept as a draft.")
        if raw.get("then") == "publish":
            saying = published(listings.try_publish(session, actor=who.actor, listing_id=listing.id))
        where = f"/listings/{listing.id}"
        sent.leads(where)
        return redirect(request, where, saying=saying)
    return _form_page(request, session, form, product.slug, known)


def published(why_not: Words | None) -> Words:
    """What became of a listing that was to be published, in one sentence."""
    if why_not is not None:
        return t("Your listing is kept as a draft. {why}", why=why_not)
    return t("Your listing is on sale. Buyers can find it now.")


@router.get("/listings/{listing_id}/edit", name="listings:edit")
def edit(request: Request, session: Db, who: OfUnit, listing_id: PathId) -> Response:
    """The form of one's own listing."""
    return edit_page(request, session, who, listing_id)


def edit_page(
    request: Request,
    session: Session,
    who: Who,
    listing_id: int,
    *,
    photo_form: Filled[Any] | None = None,
    wrong_photo: str = "",
) -> Response:
    """The form with what stands there; what was refused of the photos stands at them."""
    listing = queries.listing_for(session, party_id=trader(who), listing_id=listing_id)
    product = catalogue.get_product(session, listing.product_id)
    known = present.goods(session, product)
    form = present.edit_form(session, listing, known)
    return _form_page(
        request,
        session,
        form,
        product.slug,
        known,
        listing,
        photo_form=photo_form,
        wrong_photo=wrong_photo,
    )


@router.post("/listings/{listing_id}/edit", name="listings:save")
def save(request: Request, session: Db, who: OfUnit, listing_id: PathId, raw: Posted) -> Response:
    """Keep what was edited, unless somebody else changed it meanwhile."""
    listing = queries.listing_for(session, party_id=trader(who), listing_id=listing_id)
    product = catalogue.get_product(session, listing.product_id)
    known = present.goods(session, product)
    form, fields = listing_forms.read_listing(raw, known, spoken(), standing=Terms.of(listing))
    if fields is not None:
        with refusals(session, form):
            listings.edit_listing(
                session, actor=who.actor, listing_id=listing_id, version=form.valid.version, **fields
            )
            return redirect(request, f"/listings/{listing_id}", saying=t("Your changes are kept."))
        listing = queries.listing_for(session, party_id=who.acts_for, listing_id=listing_id)
    stands = present.what_differs(session, listing, known, form) if form.status == 409 else []
    if stands:
        # Who has seen what stands there now may put their own in its place.
        form.raw["version"] = str(listing.version)
    return _form_page(request, session, form, product.slug, known, listing, stands)


def _step(request: Request, session: Session, who: Who, listing_id: int, verb: str) -> Response:
    """Publish, pause or withdraw; a refusal stands on top of "my listings"."""
    queries.listing_for(session, party_id=trader(who), listing_id=listing_id)
    act = {"publish": listings.publish, "pause": listings.pause, "withdraw": listings.withdraw}[verb]
    said = {
        "publish": t("Your listing is on sale. Buyers can find it now."),
        "pause": t("Your listing is paused. Buyers do not see it; agreements stand."),
        "withdraw": t("Your listing is taken back. Agreements stand."),
    }[verb]
    form: Filled[Any] = Filled(raw={})
    with refusals(session, form):
        act(session, actor=who.actor, listing_id=listing_id)
        return redirect(request, MINE if verb == "withdraw" else f"/listings/{listing_id}", saying=said)
    form.errors = {"": next(iter(form.errors.values()))}
    return show_mine(request, session, who, form=form)


@router.post("/listings/{listing_id}/publish", name="listings:publish")
def publish(request: Request, session: Db, who: OfUnit, listing_id: PathId, raw: Posted) -> Response:
    """Show it to buyers."""
    return _step(request, session, who, listing_id, "publish")


@router.post("/listings/{listing_id}/pause", name="listings:pause")
def pause(request: Request, session: Db, who: OfUnit, listing_id: PathId, raw: Posted) -> Response:
    """Hide it for a while."""
    return _step(request, session, who, listing_id, "pause")


@router.post("/listings/{listing_id}/withdraw", name="listings:withdraw")
def withdraw(request: Request, session: Db, who: OfUnit, listing_id: PathId, raw: Posted) -> Response:
    """Take it back for good."""
    return _step(request, session, who, listing_id, "withdraw")
