"""A search put to Meilisearch: filters, words, order and facet counts in one request, seldom two.

What must be found is asked by filter, word by word, so that totals and counts are exact; the engine's own
search then only orders what was found. Settings and fields are `meilisearch_settings.py`.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from search.meilisearch_settings import ALWAYS, EVERYTHING, exact_token
from search.query import FIELDS, Facet, Page, Query
from search.words import Asked, Pair, Wanted, asked, most_of, storable

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


def run(ask: Ask, query: Query) -> Page:
    """Answer a query. Its counts and first hits are from one state of the index; what is asked only when
    those do not fill the page may be from the next.
    """
    began = time.perf_counter()
    text, filters = asked(query), _filters(query)
    page = _run(ask, query, text, filters)
    if page is None:  # nothing holds every word
        held = [bool(one["estimatedTotalHits"]) for one in ask([_query([way]) for way in _each(text)])]
        known = text.among(held) if any(held) else text
        page = _run(ask, query, known, filters) if known is not text else None
        if page is None:
            known = replace(known, all_words=False)
            page = _run(ask, query, known, filters)
        text = known
        assert page
    ids, total, facets = page
    return Page(
        ids=ids,
        total=total,
        facets=facets,
        took_ms=(time.perf_counter() - began) * 1000,
        understood=text.understood(),
    )


_Found = tuple[tuple[int, ...], int, dict[str, dict[str, int]]]


def _run(ask: Ask, query: Query, text: Asked, filters: Filters) -> _Found | None:
    """Hits, total and counts; None if the text's words are found together nowhere, whatever the filters."""
    needed = [*filters.values(), *_required(text)]
    ranked = bool(text.wanted or query.goods or text.optional) and query.sort == "relevance"
    free = [facet for facet in dict.fromkeys(query.facets) if facet not in filters]
    # The first asks what there is; each facet with a filter of its own is counted without that one.
    queries = [_query(needed, facets=free)]
    for facet in query.facets:
        if facet in filters:
            others = [one for name, one in filters.items() if name != facet]
            queries.append(_query([*others, *_required(text)], facets=[facet]))
    counted = len(queries)
    # Asked without the filters: what a text means must not change with a facet clicked beside it.
    doubtful = len(text.wanted) > 1 and text.all_words
    if doubtful and filters:
        queries.append(_query(_required(text)))
    tiers = _tiers(query, text, list(filters.values())) if ranked else []
    if not ranked:
        queries[0] |= {"offset": query.offset, "limit": query.limit}
        queries[0]["sort"] = _ORDERS[query.sort]
    elif query.offset == 0:
        # Nearly always the first tier fills the page; the others are asked when it does not.
        queries.append({**tiers[0], "limit": query.limit})
    else:
        queries += [{**tier, "facets": ["in_stock"]} for tier in tiers]
    answers = ask(queries)
    total = int(answers[0]["estimatedTotalHits"])
    if doubtful and not (answers[counted]["estimatedTotalHits"] if filters else total):
        return None
    if not ranked:
        ids = tuple(int(hit["id"]) for hit in answers[0]["hits"])
    elif query.offset == 0:
        ids = _first(ask, query, tiers, answers[-1]["hits"], total)
    else:
        ids = _deeper(ask, query, tiers, answers[-len(tiers) :])
    found: dict[str, dict[str, int]] = {}
    for answer in answers[:counted]:
        found |= answer.get("facetDistribution") or {}
    return ids, total, {facet: _counts(facet, found.get(_field(facet), {})) for facet in query.facets}


def _first(
    ask: Ask, query: Query, tiers: Sequence[dict[str, Any]], hits: list[dict[str, Any]], total: int
) -> tuple[int, ...]:
    """The first page: each tier's first hits hold it, whichever way they are mixed."""
    found = [hits]
    missing = min(query.limit, total) > sum(hit["in_stock"] for hit in hits)
    if missing and len(tiers) > 1:
        rest = ask([{**tier, "limit": query.limit} for tier in tiers[1:]])
        found += [one["hits"] for one in rest]
    return _mixed(found, query.limit)


def _field(facet: Facet) -> str:
    return FIELDS.get(facet, facet)


def _counts(facet: Facet, counts: dict[str, int]) -> dict[str, int]:
    if facet == "ocop":
        return {str(int(float(value))): count for value, count in counts.items() if count}
    return {value: count for value, count in counts.items() if count}


def _query(needed: Sequence[str], *, facets: Sequence[str] = ()) -> dict[str, Any]:
    made: dict[str, Any] = {"q": "", "limit": 0, "attributesToRetrieve": ["id", "in_stock"]}
    if needed:
        made["filter"] = " AND ".join(f"({one})" for one in needed)
    if facets:
        made["facets"] = [FIELDS.get(facet, facet) for facet in facets]
    return made


def _required(text: Asked) -> list[str]:
    """What must be found, as filters: every term, the last of them perhaps only begun; or most of them."""
    each = _each(text)
    return each if text.all_words or not each else [_at_least(most_of(len(each)), each)]


def _each(text: Asked) -> list[str]:
    last = len(text.wanted) - 1
    return [_held(one, begun=text.unfinished and at == last) for at, one in enumerate(text.wanted)]


def _held(wanted: Wanted, *, begun: bool) -> str:
    """A term in one way or another."""
    ways = [_all_of(words, begun=begun and words is wanted.words) for words in wanted.spellings]
    if wanted.products:
        ways.append(_one_of("product", wanted.products))
    return ways[0] if len(ways) == 1 else f"({' OR '.join(ways)})"


def _all_of(words: Sequence[Pair], *, begun: bool) -> str:
    *before, (_, last) = words
    each = [*(_holds(word) for _, word in before), _begins(last) if begun else _holds(last)]
    return each[0] if len(each) == 1 else f"({' AND '.join(each)})"


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


def _tiers(query: Query, text: Asked, filters: list[str]) -> list[dict[str, Any]]:
    """Questions whose hits follow one another: the goods meant, then the rest; of those first what holds the
    last word whole, then what only begins it. Each with the engine's words in the order in which it may let
    go of them.
    """
    among = [*filters, *_required(text)]
    if not query.goods:
        return _rest(text, filters, among)
    meant = _one_of("product", query.goods)
    lifted = _query([*among, meant]) | _whole(text, begun=text.unfinished)
    return [lifted, *_rest(text, [*filters, f"NOT {meant}"], [*among, f"NOT {meant}"])]


def _rest(text: Asked, filters: list[str], among: list[str]) -> list[dict[str, Any]]:
    if not text.all_words or not text.wanted or not text.unfinished:
        return [_query(among) | _whole(text)]
    last = text.wanted[-1]
    ends = _held(last, begun=False)
    *before, (_, beginning) = text.words
    half = _ENGINE_WORDS // 2
    # The engine takes the last of its words as a beginning.
    plain, exact = [folded for _, folded in before], [exact_token(*pair) for pair in before]
    words = [*plain[: half - 1], *exact[: half - 1], beginning]
    begun = _query([*among, f"NOT ({ends})"]) | _words(words)
    return [_query([*among, ends]) | _whole(text), begun]


def _whole(text: Asked, *, begun: bool = False) -> dict[str, Any]:
    """The engine's words: first plain, then with their accents, then optional. ``begun``: among what is to
    be found are listings that only begin the last word.
    """
    plain, exact = [folded for _, folded in text.words], [exact_token(*pair) for pair in text.words]
    optional = [folded for _, folded in text.optional]
    if not text.all_words:
        return _words([ALWAYS, *plain, *optional])
    half = _ENGINE_WORDS // 2
    # Words that only some of the listings hold (the goods' other names, a word that others only begin) must
    # not keep those from being found: then the engine begins with a word that all of them have.
    other_ways = any(one.products or len(one.spellings) > 1 for one in text.wanted)
    first = [ALWAYS] if other_ways or begun or not plain else []
    return _words([*first, *plain[:half], *exact[: half - len(first)], *optional])


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
        filters[name] = _one_of(name, values)
    if query.sizes:
        filters["size"] = _one_of("size", query.sizes)
    if query.broken_max is not None:
        filters["broken"] = f"broken <= {query.broken_max}"
    if query.ocop_min is not None:
        filters["ocop"] = f"ocop >= {query.ocop_min}"
    if query.volume_min is not None:
        filters["volume"] = f"available >= {query.volume_min}"
    if query.price_max is not None:
        filters["price"] = f"price <= {query.price_max}"
    return filters


def _one_of(name: str, values: Sequence[str]) -> str:
    return f"{name} IN [{', '.join(_quoted(value) for value in values)}]"


def _quoted(value: str) -> str:
    text = storable(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
