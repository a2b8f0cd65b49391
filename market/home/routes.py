"""Addresses that belong to no feature below: the language of the pages, what the market is, and whether the
process is alive and ready. Everything here reads; the figures and listings it may show are others' queries.
What is there for programs (the API's page, sitemap, robots.txt) is in machine_routes.py, how the installation
is in status_routes.py; both hang here too.
"""

from __future__ import annotations

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import SQLAlchemyError

from market import clock
from market.accounts import service as accounts
from market.accounts.current import Anyone
from market.errors import NotFound
from market.home import contexts, help_routes, machine_routes, offline_routes, status, status_routes
from market.listings import queries as listings
from market.moderation import retention
from market.runtime import Runtime
from market.statistics import present as statistics
from market.web.context import LANGUAGES
from market.web.inputs import PathCode
from market.web.pages import own_path, page, redirect, remember_language
from market.web.session import Db
from search.errors import SearchError

router = APIRouter()
router.routes.extend(help_routes.router.routes)
router.routes.extend(machine_routes.router.routes)
router.routes.extend(offline_routes.router.routes)
router.routes.extend(status_routes.router.routes)

NEWEST = 6


@router.get("/", name="home:index")
def index(request: Request, session: Db, who: Anyone) -> Response:
    """The search box, the province's main figures, the newest listings."""
    today = clock.today()
    return page(
        request,
        contexts.Index(
            cards=listings.list_cards(session, newest=NEWEST, on=today),
            tiles=statistics.front_tiles(session, today),
        ),
    )


@router.get("/language/{code}", name="home:language")
def language(request: Request, session: Db, who: Anyone, code: PathCode) -> Response:
    """Choose the language of the pages and go back to where one was. Only a cookie is written."""
    if code not in LANGUAGES:
        raise NotFound
    response = redirect(request, own_path(request.query_params.get("next")))
    remember_language(request, response, code)
    return response


@router.get("/about", name="home:about")
def about(request: Request, session: Db, who: Anyone) -> Response:
    """What the market is and is not, the terms of use, and how personal data are used."""
    return page(
        request,
        contexts.About(
            terms_version=accounts.TERMS_VERSION,
            privacy_version=accounts.PRIVACY_VERSION,
            periods=retention.PERIODS,
        ),
    )


@router.get("/healthz", name="home:alive")
def alive() -> Response:
    """The process answers; nothing is asked of the database."""
    return JSONResponse({"alive": True})


@router.get("/readyz", name="home:ready")
def ready(request: Request, session: Db) -> Response:
    """Whether database and index answer: 200, or 503 with what does not. The virus scanner, where there is
    one, is named beside them: without it everything but files goes on, and a balancer leaves the process in.
    """
    runtime: Runtime = request.app.state.runtime
    parts = {"database": True, "index": True}
    try:
        session.execute(sa.text("SELECT 1"))
    except SQLAlchemyError:
        parts["database"] = False
    try:
        runtime.the_index().health()
    except SearchError:
        parts["index"] = False
    fine = all(parts.values())
    scanner = status.scanner_answers(runtime)
    beside = {} if scanner is None else {"scanner": scanner}
    return JSONResponse({"ready": fine, **parts, **beside}, status_code=200 if fine else 503)
