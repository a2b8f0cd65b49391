"""A search put to Meilisearch: filters, words, order and facet counts in one request, seldom two.

What must be found is asked by filter, word by word, so that totals and counts are exact; the engine's own
search then only orders what was found. Settings and fields are `meilisearch_settings.py`.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from search.meilisearch_settings import ALWAYS, EVERYTHING, exact_token
from search.query import Facet, Page, Query
from search.words import asked, most_of, storable

#: Puts queries to the server in one request and gives an answer for each.
Ask = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]

#: The engine takes no more words of a question than these.
_ENGINE_WORDS = 10

_ORDERS = {
    "relevance": ["in_stock:desc", "id:asc"],  # without words, with which the engine's own rules order
    "newest": ["published_at:desc", "id:asc"],
    "price": ["price:asc", "id:asc"],
    "volume": ["available:desc", "id:asc"],
    "ending": ["ends_on:asc", "id:asc"],
}

Filters = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Text:
    words: list[tuple[str, str]]
    dropped: int = 0
    all_words: bool = True

    @property
    def plain(self) -> list[str]:
        return [folded for _, folded in self.words]


def run(ask: Ask, query: Query) -> Page:
    """Answer a query. Its parts are answered from one state of the index or, for deep pages, from two."""
    began = time.perf_counter()
    kept, dropped = asked(query.text)
    text, filters = _Text(kept, dropped), _filters(query)
    page = _run(ask, query, text, filters)
    if page is None:  # nothing holds every word
        text = _Text(kept, dropped, all_words=False)
        page = _run(ask, query, text, filters)
        assert page
    ids, total, facets = page
    return Page(
        ids=ids,
        total=total,
        facets=facets,
        took_ms=(time.perf_counter() - began) * 1000,
        understood={"words": tuple(text.plain), "dropped": text.dropped, "all_words": text.all_words},
    )


_Found = tuple[tuple[int, ...], int, dict[str, dict[str, int]]]


def _run(ask: Ask, query: Query, text: _Text, filters: Filters) -> _Found | None:
    """Hits, total and counts; None if the text's words are found together nowhere, whatever the filters."""
    needed = [*filters.values(), *_required(text)]
    ranked = bool(text.words) and query.sort == "relevance"
    free = [facet for facet in dict.fromkeys(query.facets) if facet not in filters]
    # The first asks what there is; each facet with a filter of its own is counted without that one.
    queries = [_query(needed, facets=free)]
    for facet in query.facets:
        if facet in filters:
            others = [one for name, one in filters.items() if name != facet]
            queries.append(_query([*others, *_required(text)], facets=[facet]))
    counted = len(queries)
    # Asked without the filters: what a text means must not change with a facet clicked beside it.
    doubtful = len(text.words) > 1 and text.all_words
    if doubtful and filters:
        queries.append(_query(_required(text)))
    tiers = _tiers(text, list(filters.values())) if ranked else []
    if not ranked:
        queries[0] |= {"offset": query.offset, "limit": query.limit}
        queries[0]["sort"] = _ORDERS[query.sort]
    elif query.offset == 0:
        # Each tier's first hits hold the page's, whichever way they are mixed.
        queries += [{**tier, "limit": query.limit} for tier in tiers]
    else:
        queries += [{**tier, "facets": ["in_stock"]} for tier in tiers]
    answers = ask(queries)
    total = int(answers[0]["estimatedTotalHits"])
    if doubtful and not (answers[counted]["estimatedTotalHits"] if filters else total):
        return None
    if not ranked:
        ids = tuple(int(hit["id"]) for hit in answers[0]["hits"])
    elif query.offset == 0:
        ids = _mixed([one["hits"] for one in answers[-len(tiers) :]], query.limit)
    else:
        ids = _deeper(ask, query, tiers, answers[-len(tiers) :])
    found: dict[str, dict[str, int]] = {}
    for answer in answers[:counted]:
        found |= answer.get("facetDistribution") or {}
    return ids, total, {facet: _counts(facet, found.get(facet, {})) for facet in query.facets}


def _counts(facet: Facet, counts: dict[str, int]) -> dict[str, int]:
    if facet == "ocop":
        return {str(int(float(value))): count for value, count in counts.items() if count}
    return {value: count for value, count in counts.items() if count}


def _query(needed: Sequence[str], *, facets: Sequence[str] = ()) -> dict[str, Any]:
    made: dict[str, Any] = {"q": "", "limit": 0, "attributesToRetrieve": ["id", "in_stock"]}
    if needed:
        made["filter"] = " AND ".join(f"({one})" for one in needed)
    if facets:
        made["facets"] = list(facets)
    return made


def _required(text: _Text) -> list[str]:
    """What must be found, as filters: every word, the last of them perhaps only begun; or most of them."""
    if not text.words:
        return []
    each = [*(_holds(word) for word in text.plain[:-1]), _begins(text.plain[-1])]
    return each if text.all_words else [_at_least(most_of(len(each)), each)]


def _holds(word: str) -> str:
    # Words hold letters and digits alone, none of which means anything in a filter between quotes.
    return f'{EVERYTHING} = "{word}"'


def _begins(word: str) -> str:
    return f'{EVERYTHING} STARTS WITH "{word}"'


def _at_least(count: int, each: Sequence[str]) -> str:
    """So many of the conditions, in a tree that names a condition no oftener than it must."""
    if count == 1:
        return " OR ".join(each)
    if count == len(each):
        return " AND ".join(each)
    first, rest = each[0], each[1:]
    return f"({first} AND ({_at_least(count - 1, rest)})) OR ({_at_least(count, rest)})"


def _tiers(text: _Text, filters: list[str]) -> list[dict[str, Any]]:
    """Questions whose hits follow one another: the last word whole, then only begun; each with the engine's
    words in the order in which it may let go of them.
    """
    exact = [exact_token(*word) for word in text.words]
    if not text.all_words:
        some = _query([*filters, *_required(text)])
        return [{**some, **_words([ALWAYS, *text.plain])}]
    *before, last = text.plain
    together = [*filters, *(_holds(word) for word in before)]
    half = _ENGINE_WORDS // 2
    whole = _query([*together, _holds(last)]) | _words([*text.plain[:half], *exact[:half]])
    begun = _query([*together, _begins(last), f"NOT {_holds(last)}"])
    # The engine takes the last of its words as a beginning.
    begun |= _words([*before[: half - 1], *exact[: len(before)][: half - 1], last])
    return [whole, begun]


def _words(words: Sequence[str]) -> dict[str, Any]:
    return {"q": " ".join(words[:_ENGINE_WORDS]), "matchingStrategy": "last"}


def _mixed(tiers: Sequence[list[dict[str, Any]]], limit: int) -> tuple[int, ...]:
    """The first hits of all tiers, what is in stock before what is sold out."""
    in_order = [hit["id"] for stock in (1, 0) for hits in tiers for hit in hits if hit["in_stock"] == stock]
    return tuple(int(id_) for id_ in in_order[:limit])


def _deeper(
    ask: Ask, query: Query, tiers: Sequence[dict[str, Any]], counts: Sequence[dict[str, Any]]
) -> tuple[int, ...]:
    """A later page, put together from the stretches of the tiers that lie in it."""
    sizes = []
    for one in counts:
        by_stock = (one.get("facetDistribution") or {}).get("in_stock", {})
        sizes.append({stock: int(by_stock.get(str(stock), 0)) for stock in (1, 0)})
    skip, left, stretches = query.offset, query.limit, []
    for stock in (1, 0):
        for tier, size in zip(tiers, sizes, strict=True):
            passed = min(skip, size[stock])
            taken = min(left, size[stock] - passed)
            skip, left = skip - passed, left - taken
            if taken:
                # Within its tier what is sold out comes after all that is in stock.
                offset = passed if stock else size[1] + passed
                stretches.append({**tier, "offset": offset, "limit": taken})
    if not stretches:
        return ()
    return tuple(int(hit["id"]) for answer in ask(stretches) for hit in answer["hits"])


def _filters(query: Query) -> Filters:
    """Each filter by the facet it belongs to; those without a facet under their own name."""
    filters: Filters = {}
    for name, values in query.chosen.items():
        filters[name] = f"{name} IN [{', '.join(_quoted(value) for value in values)}]"
    if query.ocop_min is not None:
        filters["ocop"] = f"ocop >= {query.ocop_min}"
    if query.volume_min is not None:
        filters["volume"] = f"available >= {query.volume_min}"
    if query.price_max is not None:
        filters["price"] = f"price <= {query.price_max}"
    return filters


def _quoted(value: str) -> str:
    text = storable(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
