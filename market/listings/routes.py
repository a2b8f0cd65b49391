"""The buyers' pages: search over all listings, and the page of one. A unit's own pages, in own_routes.py,
lot_routes.py and photo_routes.py, hang here too. Nothing is decided here.
"""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market import clock
from market.accounts.current import Anyone
from market.certificates import queries as certificates
from market.listings import (
    contexts,
    ledger,
    lot_routes,
    own_routes,
    photo_routes,
    queries,
    search_form,
    searching,
    suggestions,
    wording,
)
from market.listings.results import Drawn, Results
from market.listings.search_form import SearchForm
from market.listings.searching import Asked, Found, Names
from market.web import forms, qr
from market.web.context import language as spoken
from market.web.forms import Filled
from market.web.inputs import PathId
from market.web.pages import VARY, absolute, address, page, piece
from market.web.session import Db

router = APIRouter()
router.routes.extend(own_routes.router.routes)
router.routes.extend(lot_routes.router.routes)
router.routes.extend(photo_routes.router.routes)


@router.get("/listings", name="listings:index")
def index(request: Request, session: Db, who: Anyone) -> Response:
    """Search. A value that cannot be meant answers 422 and still shows what the rest finds."""
    today = clock.today()
    form, good = search_form.read(forms.query_fields(request))
    known = searching.names(session, on=today)
    asked = search_form.ask(session, known, form, good, on=today)
    index = request.app.state.runtime.index
    found = searching.answer(session, index, asked, on=today)
    request.app.state.ledger.note(
        ledger.Entry(asked.query, found.page.total, spoken(), "page", asked.query.goods, asked.query.places),
        client=f"{request.client.host if request.client else ''}|{request.headers.get('user-agent', '')}",
    )
    drawn = _draw(request, session, form, good, asked, known, found, on=today)
    answer = page(
        request,
        contexts.Index(form=form, s=drawn.shown, results=drawn.block),
        block="results",
        status=form.status,
    )
    # The address that is shared holds what is on, and no empty fields.
    answer.headers["HX-Push-Url"] = address("/listings", drawn.shown.fields)
    answer.headers["Vary"] = f"{VARY}, HX-Trigger"
    return answer


def _draw(
    request: Request,
    session: Session,
    form: Filled[SearchForm],
    good: SearchForm,
    asked: Asked,
    known: Names,
    found: Found,
    *,
    on: date,
) -> Drawn:
    """The results as they were drawn when the same was asked and found, or drawn now."""
    # On a phone the filters stay open while they are being ticked.
    facets_open = request.headers.get("hx-trigger") == "facets"
    held: Results = request.app.state.results
    address_key = (tuple(request.query_params.multi_items()), spoken(), facets_open, on)
    drawn = held.get(address_key, found, known)
    if drawn is None:
        index = request.app.state.runtime.index
        fields = search_form.address_fields(good, asked)
        shown = search_form.show(
            form,
            good,
            asked,
            known,
            found,
            on=on,
            facets_open=facets_open,
            suggestions=suggestions.suggest(session, index, asked, found, fields, on=on),
        )
        drawn = Drawn(piece(request, "listings/results.html", "results", form, shown), shown)
        if form.ok and not found.from_sql:
            held.keep(address_key, found, known, drawn)
    return drawn


@router.get("/listings/{listing_id}/trace", name="listings:trace")
def trace(request: Request, session: Db, who: Anyone, listing_id: PathId) -> Response:
    """Where the goods come from and what is proven of them: for whoever scans the code on a label."""
    today = clock.today()
    found = queries.get_page(session, listing_id=listing_id, viewer_id=who.party_id, on=today)
    proofs = certificates.list_proofs(
        session,
        party_id=found.card.party_id,
        product_id=found.card.product_id,
        sector=found.card.sector,
        on=today,
    )
    return page(
        request,
        contexts.Trace(
            s=found,
            card=found.card,
            proofs=proofs,
            checked_on=max((proof.checked_on for proof in proofs), default=None),
            code=qr.svg(absolute(request, f"/listings/{listing_id}/trace")),
        ),
    )


@router.get("/listings/{listing_id}", name="listings:show")
def show(request: Request, session: Db, who: Anyone, listing_id: PathId) -> Response:
    """The page of a listing; its own unit sees it in any state."""
    today = clock.today()
    found = queries.get_page(session, listing_id=listing_id, viewer_id=who.party_id, on=today)
    return page(
        request,
        contexts.Show(
            s=found,
            card=found.card,
            terms=found.terms,
            may_ask=not who.signed_in or who.is_buyer,
            can_trade=found.is_mine and who.can("trade"),
            words={"side": wording.SIDES, "payment": wording.PAYMENTS, "checks": wording.CHECKS},
        ),
    )
