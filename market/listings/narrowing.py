"""What narrows a search, as the page shows it: chips for the filters that are on, those that the words were
understood to say among them, and steps of volumes and prices to choose from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from market.listings import by_sql
from market.listings.searching import PATH, Asked, Found, Names
from market.web import language
from market.web.pages import address
from market.words import Money, Named, Volume, t
from search.documents import PRICE_STEPS, VOLUME_STEPS
from search.query import Query
from search.reading import Reading

if TYPE_CHECKING:
    from market.listings.search_form import SearchForm


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, and the address without it; ``guessed``: the words were understood to say it."""

    name: str
    href: str
    guessed: bool = False


#: What is not read out of the words, by kind (``reading.KINDS``).
AS_WORDS = {
    "volume": t("Volume"),
    "size": t("Size"),
    "broken": t("Broken grains"),
    "month": t("Month"),
    "price": t("Price"),
    "place": t("Place"),
    "standard": t("Standard"),
    "ocop": t("OCOP stars"),
}

Steps = tuple[tuple[str, str, int], ...]  # what a step is called, its address, how many it leaves


def chips(good: SearchForm, asked: Asked, known: Names, fields: dict[str, Any]) -> list[Chip]:
    chips: list[Chip] = []

    def add(name: str, said: Any, rest: Any = None) -> None:
        chips.append(Chip(language.say(said), address(PATH, fields, **{name: rest})))

    names: tuple[tuple[str, Mapping[str, Named]], ...] = (
        ("sector", known.sectors),
        ("product", known.products),
        ("standard", known.standards),
    )
    for name, held in names:
        chosen = getattr(good, name)
        for code in dict.fromkeys(chosen):
            if code in held:
                add(name, held[code], [other for other in chosen if other != code])
    for key, called in asked.chosen_places.items():
        add("place", called, [other for other in asked.chosen_places if other != key])
    for month in dict.fromkeys(good.month):
        add("month", language.month(month), [other for other in good.month if other != month])
    for field, kind in (("ocop", "ocop"), ("volume_min", "volume"), ("price_max", "price")):
        if kind not in asked.guessed:
            for words in _said(kind, asked.query, asked.reading, asked.volume_unit):
                add(field, words)
    for kind in dict.fromkeys(good.as_words):
        if kind in AS_WORDS:
            said = t("{what}: as plain words", what=AS_WORDS[kind])
            add("as_words", said, [other for other in good.as_words if other != kind])
    return chips


def guesses(good: SearchForm, asked: Asked, found: Found, fields: dict[str, Any]) -> Iterator[Chip]:
    """What the words were understood to say, each to be taken off with one tap: then they are words again."""
    if found.relaxed:
        return
    query, said = asked.query, asked.reading
    for kind in asked.guessed:
        if found.from_sql and kind in by_sql.UNKNOWN:
            continue
        for name in _said(kind, query, said, asked.volume_unit):
            yield Chip(
                language.say(name), address(PATH, fields, as_words=[*good.as_words, kind]), guessed=True
            )


def _said(kind: str, query: Query, said: Reading, unit: str) -> Iterator[Any]:
    if kind == "volume" and query.volume_min is not None:
        yield t("at least {volume}", volume=Volume(query.volume_min, unit))
    elif kind == "price" and query.price_max is not None:
        yield t("at most {price}", price=Money(query.price_max))
    elif kind == "size":
        span = query.sizes[0] if len(query.sizes) == 1 else f"{query.sizes[0]}–{query.sizes[-1]}"
        yield t("size {size} a kilo", size=span)
    elif kind == "broken" and query.broken_max is not None:
        yield t("at most {n} % broken", n=query.broken_max)
    elif kind == "month":
        first, last = language.month(query.months[0]), language.month(query.months[-1])
        yield Named(first, first) if first == last else t("{first} to {last}", first=first, last=last)
    elif kind == "place":
        yield t("in {place}", place=said.place_name)
    elif kind == "standard":
        yield Named(said.standard_name, said.standard_name)
    elif kind == "ocop" and query.ocop_min is not None:
        yield t("OCOP from {n} stars", n=query.ocop_min)


def volume_steps(unit: str, counts: Mapping[str, int], fields: dict[str, Any]) -> Steps:
    """Volumes from so much on: the index counts each band by itself."""
    steps = []
    for least in VOLUME_STEPS[unit]:
        count = sum(counts.get(f"{unit}:{step}", 0) for step in VOLUME_STEPS[unit] if step >= least)
        typed = str(least) if unit == "piece" else f"{least // 1000} kg"
        name = t("from {volume}", volume=Volume(least, unit))
        steps.append((language.say(name), address(PATH, fields, volume_min=typed), count))
    return _telling(steps)


def price_steps(counts: Mapping[str, int], fields: dict[str, Any]) -> Steps:
    """Prices up to so much."""
    steps, count = [], 0
    for most in PRICE_STEPS:
        count += counts.get(str(most), 0)
        name = t("up to {price}", price=Money(most))
        steps.append((language.say(name), address(PATH, fields, price_max=str(most)), count))
    return _telling(steps)


def _telling(steps: Sequence[tuple[str, str, int]]) -> Steps:
    """The steps that divide: those that leave nothing, or as many as the one before, say nothing."""
    told: list[tuple[str, str, int]] = []
    for step in steps:
        if step[2] and (not told or told[-1][2] != step[2]):
            told.append(step)
    return tuple(told)
