"""The help pages: one for each role, and the list of them."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from market.accounts.current import Anyone
from market.errors import NotFound
from market.home import contexts
from market.home import help as guides
from market.web.inputs import PathCode
from market.web.pages import page
from market.web.session import Db

router = APIRouter()


@router.get("/help", name="home:help")
def index(request: Request, session: Db, who: Anyone) -> Response:
    """Which guides there are."""
    return page(request, contexts.Help(guides=guides.GUIDES))


@router.get("/help/{code}", name="home:guide")
def guide(request: Request, session: Db, who: Anyone, code: PathCode) -> Response:
    """A role's way through the market."""
    found = guides.find(code)
    if found is None:
        raise NotFound
    return page(request, contexts.GuidePage(guide=found, guides=guides.GUIDES))
