"""Listings for programs: the search, and all that the page of a published listing says. The feed of a search,
which is no JSON but read by programs as well, is in feed.py; what a unit does to its own in own_api.py.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ConfigDict, Field

from market import clock
from market.listings import documents, feed, ledger, machine_search, own_api, queries, searching
from market.listings.documents import ReferenceTold
from market.listings.queries import ListingPage
from market.web import api
from market.web.api import PREFIX, Amount, Count, Model, Name
from market.web.context import language as spoken
from market.web.inputs import PathId
from market.web.pages import absolute
from market.web.session import Db
from market.words import t

router = APIRouter()
router.routes.extend(feed.router.routes)
# Before what is public: "mine" is no number of a listing.
router.routes.extend(own_api.router.routes)

PATH = f"{PREFIX}/listings"


class Hit(Model):
    """A listing in a list, as ``market search --json`` gives it."""

    # What the search comes to say more is handed on.
    model_config = ConfigDict(extra="allow")

    id: int
    title: str
    product: str = Field(description="slug")
    product_name: str
    sector: str
    cooperative: str
    cooperative_code: str
    place: str = Field(description="name of the commune as it is called today")
    available: Amount
    unit: str = Field(description="kg or piece", pattern="^(kg|piece)$")
    price_from: int | None = Field(description="đồng per unit")
    price_to: int | None


class Hits(Model):
    """A page of a search."""

    model_config = ConfigDict(extra="allow")

    total: Count
    took_ms: float
    hits: list[Hit]
    facets: dict[str, dict[str, int]] = Field(
        description="how many by value; each counted without its own filter"
    )
    understood: dict[str, Any] = Field(description="what was made of the words")
    from_sql: bool = Field(
        description="the index is away: no facets, no ranking, standards as declared alone"
    )
    page: int
    pages: Count
    next: str | None = Field(description="address of the next page")
    prev: str | None = Field(description="address of the page before")


class Lot(Model):
    """A volume in a window."""

    from_date: date
    to_date: date
    kind: str = Field(description="forecast or in_store")
    volume: Amount
    available: Amount


class Badge(Model):
    """A standard: verified by the department, or declared by the unit alone."""

    code: str
    name: Name
    verified: bool


class Quality(Model):
    """A quality in words."""

    name: Name
    value: Name


class SizePrice(Model):
    """A line of a price table."""

    size: Name
    price: int


class Terms(Model):
    """The terms that the seller proposes; what is null is not agreed yet."""

    delivery_place: str | None
    carrier: str | None
    carriage_paid_by: str | None
    payment: str | None
    payment_days: int | None
    weighed_at: str | None
    deductions: str | None
    tolerance: float | None = Field(description="a fraction: 0.05 is 5 %")


class ListingDocument(Hit):
    """A published listing."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(description="its page")
    description: str
    sector_name: Name
    names: Name = Field(description="of the product")
    grade: Name
    place_key: str
    price_kind: str = Field(description="fixed, table, reference or labour")
    price_basis: str = Field(description="where the price holds: field, store or buyer")
    prices: list[SizePrice]
    reference: ReferenceTold | None
    min_order: Amount | None
    area_code: str | None
    qualities: list[Quality]
    standards: list[Badge]
    lots: list[Lot] = Field(description="those whose windows are not over, earliest first")
    terms: Terms
    papers_seen: bool = Field(description="the department has seen the unit's papers")
    published_at: datetime | None


@router.get(
    PATH,
    name="api:listings",
    operation_id="list_listings",
    summary=str(t("Search the published listings")),
    response_model=Hits,
    responses=api.WRONG,
    openapi_extra=api.parameters(*machine_search.FIELDS),
    tags=["listings"],
)
def index(request: Request, session: Db) -> Response:
    """The search page's fields, but strict: what cannot be meant is refused and nothing is left out."""
    given = api.read(request, *machine_search.FIELDS)
    asked = machine_search.search(session, request.app.state.runtime.index, given, on=clock.today())
    query = asked.asked.query
    request.app.state.ledger.note(
        ledger.Entry(query, asked.found.page.total, spoken(), "api", query.goods, query.places)
    )
    links = api.beside(request, PATH, given, page=asked.page, pages=asked.pages)
    body = Hits.model_validate(
        {
            **searching.as_document(asked.found, asked.asked),
            "from_sql": asked.found.from_sql,
            "page": asked.page,
            "pages": asked.pages,
            **links,
        }
    )
    return api.answer(request, body, links=links, unsteady=("took_ms",))


@router.get(
    PATH + "/{listing_id}",
    name="api:listing",
    operation_id="get_listing",
    summary=str(t("A published listing with its lots")),
    response_model=ListingDocument,
    responses=api.MISSING,
    openapi_extra=api.parameters(),
    tags=["listings"],
)
def show(request: Request, session: Db, listing_id: PathId) -> Response:
    """Drafts and what was taken back are not here, for their own unit neither."""
    api.read(request)
    page = queries.public_listing(session, listing_id, on=clock.today())
    return api.answer(request, _document(page, url=absolute(request, f"/listings/{listing_id}")))


def _document(page: ListingPage, *, url: str) -> ListingDocument:
    card, terms = page.card, page.terms

    def amount(base_units: int) -> int | float:
        return searching.as_number(base_units, card.unit)

    return ListingDocument(
        **searching.as_hit(card),
        url=url,
        description=page.description,
        sector_name=Name.of(card.sector_name),
        names=Name.of(card.product_name),
        grade=Name.of(card.grade),
        place_key=card.place_key,
        price_kind=card.price_kind,
        price_basis=page.price_basis,
        prices=[SizePrice(size=Name.of(row.size), price=row.price) for row in page.price_rows],
        reference=documents.tell_reference(page.reference),
        min_order=amount(page.min_order) if page.min_order else None,
        area_code=page.area_code,
        qualities=[Quality(name=Name.of(name), value=Name.of(value)) for name, value in page.qualities],
        standards=[
            Badge(code=badge.code, name=Name.of(badge.text), verified=badge.verified) for badge in card.badges
        ],
        lots=[
            Lot(
                from_date=lot.from_date,
                to_date=lot.to_date,
                kind=lot.kind,
                volume=amount(lot.volume),
                available=amount(lot.available),
            )
            for lot in card.lots
        ],
        terms=Terms(
            delivery_place=page.delivery_place,
            carrier=terms.carrier,
            carriage_paid_by=terms.carriage_paid_by,
            payment=terms.payment,
            payment_days=terms.payment_days,
            weighed_at=terms.weighed_at,
            deductions=terms.deductions,
            tolerance=page.tolerance,
        ),
        papers_seen=page.verified_unit,
        published_at=page.published_at,
    )
