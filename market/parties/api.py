"""A unit of the register for programs: what its public page says of the unit, and nothing of persons. The
representative's name stands on the page and is left out here, where it would be gathered by the thousand.
"""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field

from market import clock
from market.certificates import queries as certificates
from market.parties import queries, units
from market.web import api
from market.web.api import PREFIX, Model, Name
from market.web.inputs import PathCode
from market.web.pages import absolute
from market.web.session import Db
from market.words import t

router = APIRouter()


class WorkField(Model):
    """A field of work."""

    code: str
    name: Name


class Certificate(Model):
    """A certificate that covers the unit: verified by an officer, or only claimed."""

    standard: str
    name: Name
    number: str
    issuer: str | None
    verified: bool
    valid_to: date | None = Field(description="the first day on which it no longer holds")


class Cooperative(Model):
    """A confirmed unit of the register."""

    code: str
    name: str
    url: str = Field(description="its page")
    kind: str = Field(description="cooperative, group or union")
    status: str = Field(description="active, suspended, stopped or dissolved")
    place: str = Field(description="as it is called today")
    place_key: str
    former_place: str | None
    fields: list[WorkField]
    members: int | None
    households: int | None
    founded_on: date | None
    dissolved_on: date | None
    papers_seen: bool = Field(description="the department has seen the unit's papers")
    certificates: list[Certificate]
    is_demo: bool = Field(description="invented, to show the market")


@router.get(
    PREFIX + "/cooperatives/{code}",
    name="api:cooperative",
    operation_id="get_cooperative",
    summary=str(t("A cooperative, group or union of the register")),
    response_model=Cooperative,
    responses=api.MISSING,
    openapi_extra=api.parameters(),
    tags=["register"],
)
def show(request: Request, session: Db, code: PathCode) -> Response:
    """Confirmed units alone; no contacts and no names of persons."""
    api.read(request)
    unit = units.get_unit_page(session, code=code)
    names = queries.field_names(session)
    works = queries.fields_of(session, [unit.id]).get(unit.id, [])
    body = Cooperative(
        code=unit.code,
        name=unit.name,
        url=absolute(request, f"/cooperatives/{unit.code}"),
        kind=unit.kind,
        status=unit.status,
        place=unit.place,
        place_key=unit.place_key,
        former_place=unit.former_place,
        fields=[WorkField(code=one, name=Name.of(names[one])) for one in works if one in names],
        members=unit.members,
        households=unit.households,
        founded_on=unit.founded_on,
        dissolved_on=unit.dissolved_on,
        papers_seen=unit.identity_level in ("papers", "vneid"),
        certificates=[
            Certificate(
                standard=held.standard,
                name=Name.of(held.name),
                number=held.number,
                issuer=held.issuer,
                verified=held.verified,
                valid_to=held.valid_to,
            )
            for held in certificates.list_held(session, party_id=unit.id, on=clock.today())
        ],
        is_demo=unit.is_demo,
    )
    return api.answer(request, body)
