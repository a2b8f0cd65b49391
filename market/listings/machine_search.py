"""A search as programs ask for it: the fields of the search page's address, read strictly. What the page
names beside its field and leaves out is refused here, and so is an amount that says one thing in Vietnamese
and another in English. The API and the feed ask in this one way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from market.listings import search_form, searching
from market.listings.searching import Found, Names
from market.web import api
from market.web.api import Parameter
from market.web.context import LANGUAGES, speaking
from market.words import Words, t
from search.index import Index
from search.query import SORTS, Query

#: The numbers that each language writes in its own way.
AMOUNTS = ("volume_min", "price_max")

FIELDS = (
    Parameter(
        "q", t("Words to look for, with or without Vietnamese marks"), {"type": "string", "maxLength": 200}
    ),
    Parameter("sector", t("Code of a sector; several are alternatives"), many=True),
    Parameter("product", t("Slug of a product; several are alternatives"), many=True),
    Parameter(
        "place", t("Code of a place as valid today, or CODE@2022-01-01; all below it count"), many=True
    ),
    Parameter("standard", t("Code of a standard, verified or claimed; several are alternatives"), many=True),
    Parameter("ocop", t("At least so many OCOP stars"), {"type": "integer", "minimum": 1, "maximum": 5}),
    Parameter(
        "month",
        t("A month as 2026-12 in which something can be had; several are alternatives"),
        {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"},
        many=True,
    ),
    Parameter("volume_min", t("At least so much is left: kg or pieces (30000), or with its unit (30 tan)")),
    Parameter("price_max", t("The lowest price is at most so many đồng per kg or piece")),
    Parameter("sort", t("The order"), {"type": "string", "enum": list(SORTS), "default": SORTS[0]}),
    Parameter(
        "page",
        t("Number of the page, from 1"),
        {"type": "integer", "minimum": 1, "maximum": searching.DEEPEST_PAGE, "default": 1},
    ),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A search as one language reads it."""

    query: Query
    page: int
    errors: Mapping[str, Words]


@dataclass(frozen=True, slots=True)
class Answered:
    """What was found, on which page of how many."""

    found: Found
    page: int
    pages: int


def search(
    session: Session, index: Index | None, given: Mapping[str, Any], *, on: date, **changes: Any
) -> Answered:
    """Search by the fields as given; refuses all that cannot be meant. ``changes`` are made to the query."""
    wanted = _understood(session, given, on=on)
    found = searching.find(session, index, replace(wanted.query, **changes), on=on)
    pages = min(-(-found.page.total // searching.PAGE_SIZE), searching.DEEPEST_PAGE)
    return Answered(found, wanted.page, pages)


def _understood(session: Session, given: Mapping[str, Any], *, on: date) -> Reading:
    codes = LANGUAGES if any(given.get(name) for name in AMOUNTS) else LANGUAGES[:1]
    known = searching.names(session, on=on)
    readings = [_read(session, known, given, code, on=on) for code in codes]
    # An error that one language alone finds is an amount that only the other can read: it is meant there.
    wrong = {
        name: words
        for name, words in readings[0].errors.items()
        if all(name in one.errors for one in readings)
    }
    amounts: dict[str, int | None] = {}
    for name in AMOUNTS:
        values = {getattr(one.query, name) for one in readings if name not in one.errors}
        if len(values) > 1:
            wrong[name] = t("This is one number in Vietnamese and another in English: write digits alone.")
        amounts[name] = next(iter(values), None)
    api.refuse(wrong)
    query = replace(readings[0].query, volume_min=amounts["volume_min"], price_max=amounts["price_max"])
    return Reading(query, readings[0].page, {})


def _read(session: Session, known: Names, given: Mapping[str, Any], language: str, *, on: date) -> Reading:
    with speaking(language):
        form, good = search_form.read(given)
        asked = search_form.ask(session, known, form, good, on=on)
        return Reading(asked.query, good.page, dict(form.errors))
