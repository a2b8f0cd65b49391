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
from market.listings.searching import Asked, Found, Names
from market.web import api
from market.web.api import Parameter
from market.web.context import LANGUAGES, speaking
from market.words import Words, t
from search.index import Index
from search.query import SORTS
from search.reading import KINDS

#: The numbers that each language writes in its own way.
AMOUNTS = ("volume_min", "price_max")

FIELDS = (
    Parameter("q", t("Words to look for, with or without Vietnamese marks; the first 200 signs count")),
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
    Parameter(
        "as_words",
        t("What the words say of this is not to narrow the search"),
        {"type": "string", "enum": list(KINDS)},
        many=True,
    ),
    Parameter("sort", t("The order"), {"type": "string", "enum": list(SORTS), "default": SORTS[0]}),
    Parameter(
        "page",
        t("Number of the page, from 1"),
        {"type": "integer", "minimum": 1, "maximum": searching.DEEPEST_PAGE, "default": 1},
    ),
)


@dataclass(frozen=True, slots=True)
class Answered:
    """What was asked and found, on which page of how many."""

    asked: Asked
    found: Found
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Said:
    """A search as one language reads it."""

    asked: Asked
    page: int
    errors: Mapping[str, Words]


def search(
    session: Session, index: Index | None, given: Mapping[str, Any], *, on: date, **changes: Any
) -> Answered:
    """Search by the fields as given; refuses all that cannot be meant. ``changes`` are made to the query."""
    meant = _meant(session, given, on=on)
    meant.asked.query = replace(meant.asked.query, **changes)
    found = searching.answer(session, index, meant.asked, on=on)
    pages = min(-(-found.page.total // searching.PAGE_SIZE), searching.DEEPEST_PAGE)
    return Answered(meant.asked, found, meant.page, pages)


def _meant(session: Session, given: Mapping[str, Any], *, on: date) -> Said:
    """What both languages say; where an amount is a number in one of them alone, it is meant in that one."""
    known = searching.names(session, on=on)
    codes = LANGUAGES if any(given.get(name) for name in AMOUNTS) else LANGUAGES[:1]
    said = [_say(session, known, given, code, on=on) for code in codes]
    wrong = {name: words for name, words in said[0].errors.items() if all(name in one.errors for one in said)}
    if any(kind not in KINDS for kind in given.get("as_words", ())):
        wrong["as_words"] = t("Please choose one of the values in the list.")
    amounts: dict[str, int | None] = {}
    for name in AMOUNTS:
        values = {getattr(one.asked.query, name) for one in said if name not in one.errors}
        if len(values) > 1:
            wrong[name] = t("This is one number in Vietnamese and another in English: write digits alone.")
        amounts[name] = next(iter(values), None)
    api.refuse(wrong)
    first = min(said, key=lambda one: len(one.errors))
    first.asked.query = replace(
        first.asked.query, volume_min=amounts["volume_min"], price_max=amounts["price_max"]
    )
    return first


def _say(session: Session, known: Names, given: Mapping[str, Any], language: str, *, on: date) -> Said:
    with speaking(language):
        form, good = search_form.read(given)
        asked = search_form.ask(session, known, form, good, on=on)
        return Said(asked, good.page, dict(form.errors))
