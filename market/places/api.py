"""Places for programs: those valid today, with the codes that the other operations take. Who succeeded whom
is not told yet; a place of the past is asked for as ``CODE@2022-01-01``.
"""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field

from market import clock
from market.places import queries
from market.places.models import EVER
from market.web import api
from market.web.api import PREFIX, Model
from market.web.session import Db
from market.words import t

router = APIRouter()


class PlaceLine(Model):
    """A province, district or commune."""

    code: str
    name: str
    kind: str = Field(description="as xã, phường, tỉnh")
    level: str = Field(description="province, district or commune")
    parent: str | None = Field(description="code of the place above it; null for a province")
    valid_from: date | None = Field(description="its first day; null where it is not known")


class Places(Model):
    """The places that are valid on a day, the widest first."""

    on: date
    places: list[PlaceLine]


@router.get(
    f"{PREFIX}/places",
    name="api:places",
    operation_id="list_places",
    summary=str(t("The places that are valid today")),
    response_model=Places,
    responses=api.WRONG,
    openapi_extra=api.parameters(),
    tags=["places"],
)
def places(request: Request, session: Db) -> Response:
    """By level, then in the order of the alphabet."""
    api.read(request)
    today = clock.today()
    body = Places(
        on=today,
        places=[
            PlaceLine(
                code=place.code,
                name=place.name,
                kind=place.kind,
                level=place.level,
                parent=parent,
                valid_from=None if place.valid_from == EVER else place.valid_from,
            )
            for place, parent in queries.list_valid(session, on=today)
        ],
    )
    return api.answer(request, body)
