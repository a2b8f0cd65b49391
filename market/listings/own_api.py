"""A unit's own listings for its programs: writing and changing one, showing it to buyers or not, its lots.
All belongs to the party that the token acts for; anybody else's is not found. No rule stands here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy.orm import Session

from market import clock
from market.accounts.current import Who
from market.accounts.machine import Sent, UnitCaller
from market.assisted import queries as assisted
from market.catalogue import queries as catalogue
from market.errors import Invalid, under
from market.listings import bodies, documents, photo_api, present, queries, searching
from market.listings import service as listings
from market.listings.documents import Assisted, OwnListing
from market.listings.models import Listing
from market.listings.own_routes import trader
from market.web import api, sent
from market.web.api import PREFIX, Amount, Model, Paged
from market.web.inputs import PathId
from market.web.pages import absolute
from market.web.sent import Made, Nothing
from market.web.session import Db
from market.words import t

router = APIRouter()
router.routes.extend(photo_api.router.routes)

PATH = f"{PREFIX}/listings"
MINE = f"{PATH}/mine"

LOT = {"volume": 20, "unit": "tấn", "from": "2026-04-01", "to": "2026-06-30", "kind": "forecast"}
LISTING = {
    "product": "lua-st25",
    "title": "Lúa ST25 Phước Long",
    "price_from": 9400,
    "min_order": 1000,
    "spec": {"moisture": [None, 14.5]},
    "terms": {"payment": "on_delivery"},
    "lots": [LOT],
}
BY_SIZE = {
    "product": "tom-su",
    "title": "Tôm sú oxy",
    "price_kind": "table",
    "prices": [{"size": [20, 30], "price": 190000}, {"size": [31, 40], "price": 150000}],
}
BY_REFERENCE = {
    "product": "lua-st25",
    "title": "Lúa ST25 cả đồng",
    "price_kind": "reference",
    "price_from": 9200,
    "reference": {"source": "Sở Nông nghiệp và Môi trường", "plus": 200, "floor": 8500, "ceiling": 10500},
}


class OwnLine(Model):
    """A listing of one's own in the list."""

    id: int
    url: str
    title: str
    state: str = Field(description="draft, published or paused")
    version: int
    product: str = Field(description="slug")
    unit: str = Field(description="kg or piece")
    available: Amount
    price_from: int | None
    price_to: int | None
    assisted: Assisted


class OwnLines(Paged):
    """A page of one's own listings, those on sale first; what was taken back is left out."""

    listings: list[OwnLine]


@router.get(
    MINE,
    name="api:my_listings",
    operation_id="list_my_listings",
    summary=str(t("One's own listings, whatever their state")),
    response_model=OwnLines,
    responses=api.PRIVATE,
    openapi_extra=api.private(api.PAGE),
    tags=["listings"],
)
def mine(request: Request, session: Db, who: UnitCaller) -> Response:
    """A page of them; each with all it says is told by its number."""
    number = api.page_of(api.read(request, api.PAGE))
    found, total = queries.list_mine(session, party_id=who.acts_for, on=clock.today(), page=number)
    entered = assisted.of_listings(session, [card.id for card in found])
    rows = [
        OwnLine(
            id=card.id,
            url=absolute(request, f"/listings/{card.id}"),
            title=card.title,
            state=card.state,
            version=card.version,
            product=card.product,
            unit=searching.as_unit(card.unit),
            available=searching.as_number(card.available, card.unit),
            price_from=card.price_from,
            price_to=card.price_to,
            assisted=entered.get(card.id),
        )
        for card in found
    ]
    paging = api.paging(request, MINE, {}, page=number, total=total, size=queries.PAGE_SIZE)
    return api.answer_page(request, OwnLines(**paging, listings=rows))


@router.get(
    MINE + "/{listing_id}",
    name="api:my_listing",
    operation_id="get_my_listing",
    summary=str(t("A listing of one's own with its lots, as its changes name them")),
    response_model=OwnListing,
    responses=api.THEIRS,
    openapi_extra=api.private(),
    tags=["listings"],
)
def show(request: Request, session: Db, who: UnitCaller, listing_id: PathId) -> Response:
    """In any state, in the fields that PATCH and PUT take."""
    api.read(request)
    listing = queries.listing_for(session, party_id=who.acts_for, listing_id=listing_id)
    return api.answer(request, _told(request, session, listing), secret=True)


@router.post(
    PATH,
    name="api:create_listing",
    operation_id="create_listing",
    summary=str(t("Write a listing with its lots; it is a draft until it is published")),
    status_code=201,
    response_model=OwnListing,
    responses=api.WRITTEN,
    openapi_extra=api.writes(bodies.NewListing, LISTING, by_size=BY_SIZE, by_reference=BY_REFERENCE),
    tags=["listings"],
)
def create(request: Request, body: Sent, session: Db, who: UnitCaller) -> Response:
    """Amounts in the unit that is named, prices in đồng per kg or piece."""
    api.read(request)
    party_id = trader(who)

    def work(wanted: bodies.NewListing) -> Made:
        product = catalogue.find_product(session, wanted.product)
        if product is None:
            raise Invalid(t("There is no such product in the catalogue."), field="product")
        goods = present.goods(session, product)
        fields = bodies.read_listing(session, wanted, product, goods)
        listing = listings.create_listing(
            session, actor=who.actor, party_id=party_id, product_id=product.id, **fields
        )
        for position, one in enumerate(wanted.lots):
            with under(f"lots.{position}"):
                wish = bodies.read_lot(session, one, goods)
                listings.open_wished(session, actor=who.actor, listing_id=listing.id, wish=wish)
        return Made(_told(request, session, listing), 201, f"{MINE}/{listing.id}")

    return sent.do_once(request, session, user_id=who.user_id, raw=body, model=bodies.NewListing, work=work)


@router.patch(
    PATH + "/{listing_id}",
    name="api:change_listing",
    operation_id="change_listing",
    summary=str(t("Change what a listing says")),
    response_model=OwnListing,
    responses=api.WRITTEN,
    openapi_extra=api.writes(
        bodies.ListingPatch, {"price_from": 9600, "version": 3}, taken_back={"min_order": None}
    ),
    tags=["listings"],
)
def change(request: Request, body: Sent, session: Db, who: UnitCaller, listing_id: PathId) -> Response:
    """A JSON merge patch (RFC 7396): what is left out stays. What was agreed before keeps its own terms."""
    api.read(request)
    listing = queries.listing_for(session, party_id=trader(who), listing_id=listing_id)
    given = sent.parse(body)

    def work() -> Made:
        product = catalogue.get_product(session, listing.product_id)
        held = _told(request, session, listing).model_dump(
            mode="json", include=set(bodies.ListingFields.model_fields)
        )
        wanted = sent.fit(bodies.ListingPatch, bodies.merge(held, given))
        fields = bodies.read_listing(session, wanted, product, present.goods(session, product))
        changed = listings.edit_listing(
            session,
            actor=who.actor,
            listing_id=listing_id,
            version=listing.version if wanted.version is None else wanted.version,
            **fields,
        )
        return Made(_told(request, session, changed))

    return sent.answer_once(request, session, user_id=who.user_id, given=given, work=work)


@router.put(
    PATH + "/{listing_id}/lots",
    name="api:put_lots",
    operation_id="put_lots",
    summary=str(t("Put the whole set of a listing's open lots")),
    response_model=OwnListing,
    responses=api.WRITTEN,
    openapi_extra=api.writes(bodies.LotSet, {"lots": [{"id": 17, "volume": 15, "unit": "tấn"}, LOT]}),
    tags=["listings"],
)
def put_lots(request: Request, body: Sent, session: Db, who: UnitCaller, listing_id: PathId) -> Response:
    """Those with a number get its volume, those without are opened, those left out closed: refused where
    something of one is agreed with buyers already.
    """
    api.read(request)
    listing = queries.listing_for(session, party_id=trader(who), listing_id=listing_id)

    def work(wanted: bodies.LotSet) -> Made:
        goods = present.goods(session, catalogue.get_product(session, listing.product_id))
        wishes = []
        for position, one in enumerate(wanted.lots):
            with under(f"lots.{position}"):
                wishes.append(bodies.read_lot(session, one, goods))
        listings.replace_lots(session, actor=who.actor, listing_id=listing_id, unit=goods.unit, wishes=wishes)
        return Made(_told(request, session, listing))

    return sent.do_once(request, session, user_id=who.user_id, raw=body, model=bodies.LotSet, work=work)


Step = Callable[..., Listing]


def _step(request: Request, session: Session, who: Who, listing_id: int, raw: bytes, act: Step) -> Response:
    api.read(request)
    queries.listing_for(session, party_id=trader(who), listing_id=listing_id)

    def work(_: Nothing) -> Made:
        return Made(_told(request, session, act(session, actor=who.actor, listing_id=listing_id)))

    return sent.do_once(request, session, user_id=who.user_id, raw=raw, model=Nothing, work=work)


def _steps() -> dict[str, Any]:
    """What the three steps declare alike."""
    return {
        "response_model": OwnListing,
        "responses": api.WRITTEN,
        "openapi_extra": api.writes(Nothing, {}),
        "tags": ["listings"],
    }


@router.post(
    PATH + "/{listing_id}/publish",
    name="api:publish_listing",
    operation_id="publish_listing",
    summary=str(t("Show a listing to buyers")),
    **_steps(),
)
def publish(request: Request, body: Sent, session: Db, who: UnitCaller, listing_id: PathId) -> Response:
    """Refused (409) until the department has seen the unit's papers, and without a price or an open lot."""
    return _step(request, session, who, listing_id, body, listings.publish)


@router.post(
    PATH + "/{listing_id}/pause",
    name="api:pause_listing",
    operation_id="pause_listing",
    summary=str(t("Hide a listing for a while")),
    **_steps(),
)
def pause(request: Request, body: Sent, session: Db, who: UnitCaller, listing_id: PathId) -> Response:
    """Agreements stand."""
    return _step(request, session, who, listing_id, body, listings.pause)


@router.post(
    PATH + "/{listing_id}/withdraw",
    name="api:withdraw_listing",
    operation_id="withdraw_listing",
    summary=str(t("Take a listing back for good")),
    **_steps(),
)
def withdraw(request: Request, body: Sent, session: Db, who: UnitCaller, listing_id: PathId) -> Response:
    """Agreements stand."""
    return _step(request, session, who, listing_id, body, listings.withdraw)


def _told(request: Request, session: Session, listing: Listing) -> OwnListing:
    return documents.tell_listing(session, listing, url=absolute(request, f"/listings/{listing.id}"))
