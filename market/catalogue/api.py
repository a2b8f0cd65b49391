"""The catalogue for programs: products with their words and peak months, and the codes by which a search is
narrowed. It changes with a release and is answered whole.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field

from market.catalogue import queries
from market.catalogue.models import Product
from market.web import api
from market.web.api import PREFIX, Model, Name
from market.web.session import Db
from market.words import Named, t

router = APIRouter()


class ProductLine(Model):
    """A product."""

    slug: str
    name: Name
    sector: str
    group: Name
    scientific_name: str | None
    unit: str = Field(description="kg or piece: what amounts and prices are for", pattern="^(kg|piece)$")
    piece: Name | None = Field(description="what one piece is called")
    hs_code: str | None
    synonyms: list[str]
    months: list[int] = Field(description="calendar months in which much of it comes to market")


class Coded(Model):
    """A code with its name."""

    code: str
    name: Name


class StandardLine(Coded):
    """A standard, with the stars of an OCOP product."""

    stars: int | None


class Catalogue(Model):
    """Products, sectors and standards in their order."""

    products: list[ProductLine]
    sectors: list[Coded]
    standards: list[StandardLine]


@router.get(
    f"{PREFIX}/products",
    name="api:products",
    operation_id="list_products",
    summary=str(t("All products, sectors and standards")),
    response_model=Catalogue,
    responses=api.WRONG,
    openapi_extra=api.parameters(),
    tags=["catalogue"],
)
def products(request: Request, session: Db) -> Response:
    """Everything that a listing can be of, and what a search can be narrowed by."""
    api.read(request)
    words, months = queries.all_synonyms(session), queries.all_months(session)
    body = Catalogue(
        products=[
            _line(product, words.get(product.id, []), months.get(product.id, []))
            for product in queries.list_products(session)
        ],
        sectors=[
            Coded(code=one.code, name=Name(vi=one.name_vi, en=one.name_en))
            for one in queries.list_sectors(session)
        ],
        standards=[
            StandardLine(code=one.code, name=Name(vi=one.name_vi, en=one.name_en), stars=one.stars)
            for one in queries.list_standards(session)
        ],
    )
    return api.answer(request, body)


def _line(product: Product, synonyms: list[str], months: list[int]) -> ProductLine:
    piece: Named | None = queries.piece_of(product)
    return ProductLine(
        slug=product.slug,
        name=Name(vi=product.name_vi, en=product.name_en),
        sector=product.sector_code,
        group=Name(vi=product.group_vi, en=product.group_en),
        scientific_name=product.scientific_name,
        unit="kg" if product.unit == "gram" else "piece",
        piece=Name.of(piece) if piece else None,
        hs_code=product.hs_code,
        synonyms=synonyms,
        months=months,
    )
