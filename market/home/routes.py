"""The doors of the house: the home page, what the market is, the language, and the two health checks. Nothing
is decided here; everything shown comes from the features' queries.
"""

from __future__ import annotations

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from market import clock
from market.accounts.current import Anyone
from market.listings import queries as listings
from market.runtime import Runtime
from market.statistics import present as statistics
from market.web import forms
from market.web.context import LANGUAGE_COOKIE, LANGUAGES
from market.web.pages import page, redirect
from market.web.session import Db
from search.errors import SearchError

router = APIRouter()

NEWEST = 6


@router.get("/", name="home:index")
def index(request: Request, session: Db, who: Anyone) -> Response:
    """The search box, the province's main figures, the newest listings."""
    today = clock.today()
    return page(
        request,
        "home/index.html",
        {
            "cards": listings.list_cards(session, newest=NEWEST, on=today),
            "tiles": statistics.front_tiles(session, today),
        },
    )


@router.get("/about", name="home:about")
def about(request: Request, session: Db, who: Anyone) -> Response:
    """What the market does and does not do."""
    return page(request, "home/about.html", {})


@router.get("/language/{code}", name="home:language")
def choose_language(request: Request, session: Db, who: Anyone, code: str) -> Response:
    """Speak another language from now on, and go back to where one was."""
    back = forms.query_fields(request).get("next", "/")
    answer = redirect(request, back if isinstance(back, str) else "/")
    if code in LANGUAGES:
        answer.set_cookie(
            LANGUAGE_COOKIE,
            code,
            max_age=365 * 24 * 3600,
            httponly=True,
            samesite="lax",
            secure=request.app.state.settings.production,
        )
    return answer


@router.get("/healthz", name="home:healthz", include_in_schema=False)
def healthz() -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz", name="home:readyz", include_in_schema=False)
def readyz(request: Request, session: Db) -> Response:
    """Database and index answer; 503 says which does not."""
    runtime: Runtime = request.app.state.runtime
    parts = {"database": "ok", "index": "ok"}
    try:
        session.execute(sa.text("SELECT 1"))
    except sa.exc.SQLAlchemyError:
        parts["database"] = "does not answer"
    try:
        runtime.the_index().health()
    except SearchError as error:
        parts["index"] = str(error)
    ready = all(state == "ok" for state in parts.values())
    return JSONResponse({"status": "ok" if ready else "degraded", **parts}, status_code=200 if ready else 503)
