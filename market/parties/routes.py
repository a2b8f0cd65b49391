"""The public pages of the register: the search over cooperatives, groups and unions, and a unit's own page.
Registering is in register_routes.py, the department's pages in department_routes.py.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from market import clock
from market.accounts.current import Anyone
from market.certificates import queries as certificates
from market.links import queries as links
from market.listings import queries as listings
from market.parties import (
    contexts,
    department_routes,
    labels,
    past,
    queries,
    record_routes,
    register_routes,
    units,
)
from market.parties.models import UNIT_KINDS
from market.places import queries as places
from market.web import forms, language
from market.web.forms import Filled
from market.web.inputs import PathCode
from market.web.pages import page
from market.web.session import Db

router = APIRouter()
router.routes.extend(register_routes.router.routes)
router.routes.extend(department_routes.router.routes)
router.routes.extend(record_routes.router.routes)


@router.get("/cooperatives", name="parties:index")
def index(request: Request, session: Db, who: Anyone) -> Response:
    """Search the register; the address is shareable."""
    params = request.query_params  # of a name that comes twice it gives the last
    asked = {name: params.get(name, "")[:200] for name in ("q", "place", "field", "kind")}
    wanted = units.UnitSearch(
        text=asked["q"],
        place=asked["place"],
        field=asked["field"],
        kind=asked["kind"] if asked["kind"] in UNIT_KINDS else "",
        page=forms.page_number(request),
    )
    found = units.search_units(session, wanted)
    return page(
        request,
        contexts.Index(
            form=Filled(asked),
            found=found,
            page=wanted.page,
            pages=-(-found.total // units.PAGE_SIZE),
            asked=asked,
            kinds=[
                (kind, language.say(labels.KINDS[kind]), found.by_kind.get(kind, 0)) for kind in UNIT_KINDS
            ],
            places=_places(session),
            fields=[(code, language.say(name)) for code, name in queries.field_names(session).items()],
            labels=labels,
        ),
        block="results",
    )


def _places(session: Session) -> list[tuple[str, str]]:
    today = clock.today()
    return [(places.key_of(place, today), place.name) for place in places.list_communes(session, on=today)]


@router.get("/cooperatives/{code}", name="parties:show")
def show(request: Request, session: Db, who: Anyone, code: PathCode) -> Response:
    """A unit's page."""
    today = clock.today()
    unit = units.get_unit_page(session, code=code, also_party_id=who.party_id)
    return page(
        request,
        contexts.Show(
            unit=unit,
            merged=past.merged_into(session, party_id=unit.id) if unit.dissolved_on else None,
            labels=labels,
            cards=listings.list_cards(session, party_id=unit.id, on=today),
            certificates=certificates.list_held(session, party_id=unit.id, on=today),
            record=links.record_of(session, party_id=unit.id),
        ),
    )
