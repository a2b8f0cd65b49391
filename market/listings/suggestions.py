"""What to do when a search found nothing: which filter to take off and how many that would give, and what the
words may have been meant to be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from market.listings import lexicon
from market.listings.searching import Asked, Found
from market.words import Words, t
from search import spelling, vietnamese
from search.errors import SearchUnavailable
from search.index import Index
from search.query import Query

#: Words this short are one letter from too many others.
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An address's fields that would find so many: without the filter ``name``, or with ``text`` instead."""

    fields: Mapping[str, Any]
    count: int
    name: Words | None = None
    text: str = ""


def suggest(
    session: Session, index: Index | None, asked: Asked, found: Found, fields: Mapping[str, Any], *, on: date
) -> list[Suggestion]:
    """What would find something, most first; none while the index is away or when something was found."""
    if found.page.total or found.from_sql or index is None:
        return []
    try:
        made = [*_without_a_filter(index, asked, fields), *_other_words(session, index, asked, fields, on=on)]
    except SearchUnavailable:
        return []
    return sorted((one for one in made if one.count), key=lambda one: -one.count)


#: The fields of the address, the part of the query that each fills, and what it is called.
_PARTS = {
    "sector": ("sectors", t("Sector")),
    "product": ("products", t("Product")),
    "place": ("places", t("Place")),
    "standard": ("standards", t("Standard")),
    "ocop": ("ocop_min", t("OCOP stars")),
    "month": ("months", t("Month")),
    "volume_min": ("volume_min", t("Volume from")),
    "price_max": ("price_max", t("Price up to")),
}


def _without_a_filter(index: Index, asked: Asked, fields: Mapping[str, Any]) -> Iterator[Suggestion]:
    for name, (part, words) in _PARTS.items():
        if not fields.get(name):
            continue
        free: dict[str, Any] = {part: getattr(Query(), part)}
        count = _count(index, replace(asked.query, **free))
        yield Suggestion({one: value for one, value in fields.items() if one != name}, count, name=words)


def _other_words(
    session: Session, index: Index, asked: Asked, fields: Mapping[str, Any], *, on: date
) -> Iterator[Suggestion]:
    """The text with each unknown word as the known one that is a slip away, if all of them have one."""
    known = lexicon.current(session, on=on).known
    words, changed = [], False
    for typed in asked.query.text[:200].split():
        folded = vietnamese.fold(typed)
        nearest = folded if folded in known or len(folded) < _SHORTEST else _nearest(folded, known)
        changed = changed or nearest != folded
        words.append(typed if nearest == folded else nearest)
    if changed:
        text = " ".join(words)
        count = _count(index, replace(asked.query, text=text, terms=None, optional=(), goods=()))
        yield Suggestion({**fields, "q": text}, count, text=text)


def _nearest(folded: str, known: frozenset[str]) -> str:
    sounding = sorted(spelling.southern(folded) & known)
    if sounding:
        return sounding[0]
    slips = (one for one in known if abs(len(one) - len(folded)) < 2 and spelling.one_slip(folded, one))
    return min(slips, default=folded)


def _count(index: Index, query: Query) -> int:
    return index.search(replace(query, limit=0, offset=0, facets=())).total
