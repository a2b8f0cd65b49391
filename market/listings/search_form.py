"""The search page's fields and what it shows beside the hits: facets with counts, filters to be taken off,
the order, the pages. Reading is forgiving: a wrong value is named beside its field, the rest still searches.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field
from sqlalchemy.orm import Session

from market.listings import narrowing, searching
from market.listings.searching import Asked, Found, Names
from market.listings.suggestions import Suggestion
from market.web import language
from market.web.context import language as spoken
from market.web.forms import UNREADABLE, Code, Filled, OptionalLine, OptionalWhole, Refused, Whole, fill
from market.words import Named, Words, t
from search import highlight, vietnamese
from search.mending import Mended
from search.query import SORTS
from search.words import as_written

#: So many signs of a question count: a search box holds a line.
MOST_SIGNS = 200
#: So many values of a facet are shown; the rest is found by typing.
MOST_VALUES = 12

SORT_WORDS = {
    "relevance": t("Best match"),
    "newest": t("Newest first"),
    "price": t("Lowest price first"),
    "volume": t("Most volume first"),
    "ending": t("Ending soonest"),
}


def _readable(value: str) -> str:
    """What of a question can be searched: whatever somebody types or pastes is answered, not refused."""
    value = value[: 10 * MOST_SIGNS]
    signs = (" " if one == UNREADABLE or unicodedata.category(one) in ("Cc", "Cs") else one for one in value)
    return unicodedata.normalize("NFC", "".join(signs)).strip()[:MOST_SIGNS]


def _month(value: str) -> str:
    if not searching.is_month(value):
        raise Refused(t("Please choose one of the values in the list."))
    return value


def _one_to_five(value: int | None) -> int | None:
    if value is not None and not 1 <= value <= 5:
        raise Refused(t("OCOP stars are a number from 1 to 5."))
    return value


Month = Annotated[Code, AfterValidator(_month)]


class SearchForm(BaseModel):
    """The address's fields."""

    q: Annotated[str, BeforeValidator(_readable)] = ""
    sector: list[Code] = []
    product: list[Code] = []
    place: list[Code] = []
    standard: list[Code] = []
    ocop: Annotated[OptionalWhole, AfterValidator(_one_to_five)] = None
    month: list[Month] = []
    volume_min: Annotated[OptionalLine, Field(max_length=60)] = ""
    price_max: Annotated[OptionalLine, Field(max_length=60)] = ""
    as_words: list[Code] = []
    sort: Literal["relevance", "newest", "price", "volume", "ending"] = "relevance"
    page: Annotated[Whole, Field(ge=1, le=searching.DEEPEST_PAGE)] = 1


#: Fields that may be given several times.
MANY = ("sector", "product", "place", "standard", "month", "as_words")


def read(raw: Mapping[str, Any]) -> tuple[Filled[SearchForm], SearchForm]:
    """The form as sent, with its errors, and what of it can be used."""
    sent: dict[str, Any] = {}
    for name in SearchForm.model_fields:
        value = raw.get(name, "")
        given = [one for one in (value if isinstance(value, list) else [value]) if one != ""]
        if given:
            sent[name] = given if name in MANY else given[0]
    form = fill(SearchForm, sent)
    if form.value is not None:
        return form, form.value
    good = {name: value for name, value in sent.items() if name not in form.errors}
    return form, fill(SearchForm, good).value or SearchForm()


def ask(session: Session, known: Names, form: Filled[SearchForm], good: SearchForm, *, on: date) -> Asked:
    """The query; what cannot be meant is added to the form's errors."""
    asked = searching.ask(
        session,
        known,
        text=good.q,
        sectors=good.sector,
        products=good.product,
        place_keys=good.place,
        standards=good.standard,
        ocop=good.ocop,
        months=good.month,
        volume_min=good.volume_min,
        price_max=good.price_max,
        as_words=good.as_words,
        sort=good.sort,
        offset=(good.page - 1) * searching.PAGE_SIZE,
        language=spoken(),
        on=on,
    )
    for name, words in asked.errors.items():
        form.errors.setdefault(name, words)
    if form.errors:
        form.status = 422
    return asked


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a facet: its code, its name in the reader's language, how many, whether it is on."""

    code: str
    name: str
    count: int | None
    on: bool


@dataclass(frozen=True, slots=True)
class FacetList:
    """A facet as a list of boxes to tick."""

    field: str
    name: str
    values: tuple[Value, ...]
    error: Words | None


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What the template shows. ``fields`` are those of the address, for links to other pages."""

    q: str
    total: int
    cards: Sequence[Any]
    titles: Mapping[int, highlight.Parts]
    facets: tuple[FacetList, ...]
    ocop: tuple[Value, ...]
    chips: tuple[narrowing.Chip, ...]
    sorts: tuple[tuple[str, str], ...]
    sort: str
    page: int
    pages: int
    fields: dict[str, Any]
    volume_steps: narrowing.Steps
    price_steps: narrowing.Steps
    from_sql: bool
    relaxed: bool
    some_words: bool
    not_found: str
    mended: tuple[Mended, ...]
    as_words: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]
    #: What a demand for it would begin with.
    demand: Mapping[str, Any]
    volume_hint: str
    facets_open: bool


def show(
    form: Filled[SearchForm],
    good: SearchForm,
    asked: Asked,
    known: Names,
    found: Found,
    *,
    on: date,
    facets_open: bool,
    suggestions: Sequence[Suggestion] = (),
) -> SearchPage:
    """Everything the page shows of a search."""
    counts = {name: dict(held) for name, held in found.page.facets.items()}
    fields = address_fields(good, asked)
    months = {month: Named(*_month_names(month)) for month in searching.coming_months(on)}
    wider = {month: Named(*_month_names(month)) for month in good.month}
    lists = (
        ("sector", t("Sector"), known.sectors, good.sector),
        ("product", t("Product"), known.products, good.product),
        ("place", t("Place"), {**asked.chosen_places, **known.places}, list(asked.chosen_places)),
        ("standard", t("Standard"), known.standards, good.standard),
        ("month", t("Month"), {**months, **wider}, good.month),
    )
    pages = min(-(-found.page.total // searching.PAGE_SIZE), searching.DEEPEST_PAGE)
    typed = as_written(good.q)
    return SearchPage(
        q=good.q,
        total=found.page.total,
        cards=found.cards,
        titles=_titles(asked, found),
        facets=tuple(
            _facet(name, language.say(title), names, on_, counts.get(name), form.errors.get(name))
            for name, title, names, on_ in lists
        ),
        ocop=_stars(counts.get("ocop", {}), good.ocop),
        chips=(
            *narrowing.chips(good, asked, known, fields),
            *narrowing.guesses(good, asked, found, fields),
        ),
        sorts=tuple((sort, language.say(SORT_WORDS[sort])) for sort in SORTS),
        sort=good.sort,
        page=good.page,
        pages=pages,
        fields=fields,
        volume_steps=narrowing.volume_steps(asked.volume_unit, counts.get("volume", {}), fields),
        price_steps=narrowing.price_steps(counts.get("price", {}), fields),
        from_sql=found.from_sql,
        relaxed=found.relaxed,
        not_found=", ".join(typed.get(word, word) for word in found.page.not_found),
        mended=asked.reading.mended,
        as_words=tuple(good.as_words),
        suggestions=tuple(suggestions),
        demand=_demand(good, asked),
        some_words=found.page.understood.get("all_words") is False,
        volume_hint=language.say(
            t("in pieces") if asked.volume_unit == "piece" else t("in kg, or as 10 tonnes")
        ),
        facets_open=facets_open,
    )


def _demand(good: SearchForm, asked: Asked) -> dict[str, str]:
    """The one product that is meant, if it is one, and the volume and price as they were typed."""
    meant = asked.query.products or asked.query.goods
    typed = {"volume": good.volume_min, "price_max": good.price_max}
    return {"product": meant[0], **typed} if len(meant) == 1 else {}


def _titles(asked: Asked, found: Found) -> dict[int, highlight.Parts]:
    """The hits' titles cut where they match."""
    words = {
        folded
        for text in (
            *(one for term in asked.reading.terms for one in term.spellings),
            *asked.reading.optional,
        )
        for folded in vietnamese.fold(text).split()
    }
    if not words:
        return {}
    last = vietnamese.fold(asked.reading.terms[-1].spellings[0]) if asked.reading.unfinished else ""
    return {card.id: highlight.mark(card.title, words, begun=last) for card in found.cards}


def address_fields(good: SearchForm, asked: Asked) -> dict[str, Any]:
    """The fields that stand in addresses: what is not the usual, places by their keys of today."""
    held = good.model_dump(exclude={"page"}) | {"place": list(asked.chosen_places)}
    return {name: value for name, value in held.items() if value and (name, value) != ("sort", "relevance")}


def _facet(
    name: str,
    title: str,
    names: Mapping[str, Named],
    chosen: Sequence[str],
    counts: Mapping[str, int] | None,
    error: Words | None,
) -> FacetList:
    values = []
    for code, called in names.items():
        count = None if counts is None else counts.get(code, 0)
        # Without counts (the index is away) only short lists are worth showing whole.
        if code in chosen or count or (counts is None and name in ("sector", "month")):
            values.append(Value(code, language.say(called), count, code in chosen))
    if name not in ("sector", "month"):
        values.sort(key=lambda value: (not value.on, -(value.count or 0)))
        values = values[: max(MOST_VALUES, len(chosen))]
    return FacetList(name, title, tuple(values), error)


def _stars(counts: Mapping[str, int], chosen: int | None) -> tuple[Value, ...]:
    """OCOP stars from so many on: the index counts each number by itself."""
    values = []
    for least in (3, 4, 5):
        count = sum(held for stars, held in counts.items() if stars.isdigit() and int(stars) >= least)
        if count or chosen == least:
            name = language.say(t("{n} stars and more", n=least)) if least < 5 else language.say(t("5 stars"))
            values.append(Value(str(least), name, count, chosen == least))
    return tuple(values)


def _month_names(month: str) -> tuple[str, str]:
    said = language.month(month)
    return said, said
