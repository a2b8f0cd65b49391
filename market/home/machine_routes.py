"""What leads programs through the market: the API's page for those who write them, and the sitemap and
robots.txt for search engines.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from market.accounts.current import Anyone
from market.errors import NotFound
from market.home import contexts, operations, sitemap
from market.web import api
from market.web.pages import absolute, page
from market.web.session import Db

router = APIRouter()

#: What is nobody's to gather: people's own pages, and the same goods in every order and choice.
NOT_FOR_CRAWLERS = (
    "/account",
    "/department",
    "/inquiries",
    "/links",
    "/demands",
    "/language",
    "/listings/mine",
    "/listings/new",
    "/listings?",
    "/listings.atom?",
    "/cooperatives?",
    "/statistics?",
    "/open-data?",
    "/open-data/widget",
    "/open-data/register.csv?",
    "/open-data/register.json?",
    "/open-data/trade.csv?",
    "/open-data/trade.json?",
    "/api/v1/",
)
AN_HOUR = 3600


@router.get("/api/docs", name="api:docs")
def docs(request: Request, session: Db, who: Anyone) -> Response:
    """The API's operations with their parameters, as the OpenAPI document has them."""
    told = operations.of_document(request.app.state.api_document())
    return page(request, contexts.Api(operations=told))


@router.get("/sitemap.xml", name="home:sitemap")
def site(request: Request, session: Db) -> Response:
    """The public pages, or an index of the parts in which they are told (``?part=2``)."""
    text = request.query_params.get("part", "")
    part = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None
    if text and not part:
        raise NotFound
    content = sitemap.write(session, lambda path: absolute(request, path), part=part)
    return api.kept(request, content, media_type="application/xml", seconds=AN_HOUR)


@router.get("/robots.txt", name="home:robots")
def robots(request: Request) -> Response:
    """What crawlers may leave alone, and where the sitemap is."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in NOT_FOR_CRAWLERS),
        "",
        f"Sitemap: {absolute(request, '/sitemap.xml')}",
        "",
    ]
    return api.kept(request, "\n".join(lines).encode(), media_type="text/plain", seconds=AN_HOUR)
