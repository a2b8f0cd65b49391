"""The department's table of model units. Part of the routes that routes.py hands to the application."""

from __future__ import annotations

from collections import Counter
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from market import clock
from market.accounts import current
from market.accounts.current import Officer
from market.catalogue import queries as catalogue
from market.statistics import contexts, pilots
from market.statistics.pilots import GEOGRAPHIES, WANTED, Geography, Model
from market.web import language
from market.web.pages import address, page
from market.web.session import Db
from market.words import Named

router = APIRouter()

DUTY = "figures"
HOME = "/department/pilots"
#: How a place is named in the address where nobody has said which.
UNKNOWN = "none"


@router.get("/department/pilots", name="statistics:pilots")
def index(request: Request, session: Db, who: Officer) -> Response:
    """How many model units each place has in each field, and those of the cell that is asked for."""
    current.need_reading(who, DUTY)
    asked = {name: request.query_params.get(name, "")[:40] for name in ("geography", "place", "field")}
    geography: Geography = next((one for one in GEOGRAPHIES if one == asked["geography"]), "old")
    where = pilots.rows_of(session, geography, on=clock.today())
    found = pilots.models(session, where, on=clock.today())
    counts = Counter((one.place_id, one.field) for one in found)
    named = {
        one.code: language.say(Named(one.name_vi, one.name_en)) for one in catalogue.list_fields(session)
    }
    fields = pilots.fields(session)
    unsaid = any(one.place_id is None for one in found)
    names: list[tuple[int | None, str]] = [
        *((one.id, one.name) for one in where),
        *([(None, "")] if unsaid else []),
    ]
    lines = [
        {
            "name": name,
            "unsaid": place_id is None,
            "cells": [_cell(geography, place_id, field, counts[place_id, field]) for field in fields],
        }
        for place_id, name in names
    ]
    chosen = [one for one in found if (_key(one), one.field) == (asked["place"], asked["field"])]
    of_place = next((name for place_id, name in names if _as_key(place_id) == asked["place"]), None)
    context = contexts.Pilots(
        geography=geography,
        fields=[named[field] for field in fields],
        lines=lines,
        wanted=WANTED,
        wanted_all=WANTED * len(fields) * len(where),
        reached=sum(min(WANTED, counts[one.id, field]) for one in where for field in fields),
        total=len(found),
        opened=of_place is not None and asked["field"] in fields,
        of_place=of_place,
        of_field=named.get(asked["field"], ""),
        chosen=chosen,
    )
    return page(request, context)


def _cell(geography: str, place_id: int | None, field: str, count: int) -> dict[str, Any]:
    return {
        "count": count,
        "enough": count >= WANTED,
        "href": address(HOME, {"geography": geography, "place": _as_key(place_id), "field": field})
        + "#units",
    }


def _key(one: Model) -> str:
    return _as_key(one.place_id)


def _as_key(place_id: int | None) -> str:
    return UNKNOWN if place_id is None else str(place_id)
