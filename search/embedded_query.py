"""A search put to the embedded engine: filters, words, scores, order and facet counts.

Queries are built term by term; no text of a visitor is ever read as query syntax. Scores are sums of fixed
steps instead of word statistics, so the same listings stand in the same order whatever else the index
holds. Where the index comes from is `embedded_index.py`'s matter.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol, cast

import tantivy
from tantivy import Occur

from search.embedded_schema import EVERYTHING, NONE_LAST, SCHEMA, exact, folded
from search.query import FIELDS, Facet, Page, Query
from search.words import GROUPS, Asked, Pair, Wanted, asked, most_of, storable

# Steps of one word's score by group, best first: with its accents, folded, as a beginning. A verified listing
# gets less than the smallest step, one in stock more than all words together, and whole numbers of this size
# stay exact in the engine's 32-bit floats.
_EXACT = dict(zip(GROUPS, (80.0, 72.0, 64.0, 56.0), strict=True))
_FOLDED = dict(zip(GROUPS, (40.0, 36.0, 32.0, 28.0), strict=True))
_BEGINNING = dict(zip(GROUPS, (16.0, 12.0, 8.0, 4.0), strict=True))
_VERIFIED = 1.0
_OPTIONAL = 24.0
# The goods meant: above anything that words can add.
_MEANT = 4096.0
_IN_STOCK = 8192.0

# Of one facet; the engine's own default would show ten.
_ALL_VALUES = {"size": 10_000, "segment_size": 10_000}

# So many hits are put in order at first, and at most, to break a tie.
_USUAL, _AFFORDABLE = 2_500, 20_000

_ORDERS: dict[str, tuple[str, tantivy.Order]] = {
    "newest": ("published_at", tantivy.Order.Desc),
    "price": ("price", tantivy.Order.Asc),
    "volume": ("available", tantivy.Order.Desc),
    "ending": ("ends_on", tantivy.Order.Asc),
}


class _Counted(Protocol):
    """What the engine's stubs forget to say of a search result."""

    @property
    def count(self) -> int: ...


def run(searcher: tantivy.Searcher, query: Query) -> Page:
    """Answer a query from one snapshot of the index, so that hits, total and facets belong together."""
    began = time.perf_counter()
    filters, text = _filters(query), asked(query)
    total, facets = _counts(searcher, query, text, filters)
    if not total and (known := _read(searcher, text, filtered=bool(filters))) is not text:
        text = known
        total, facets = _counts(searcher, query, text, filters)
    return Page(
        ids=_hits(searcher, query, text, filters, total),
        total=total,
        facets=facets,
        took_ms=(time.perf_counter() - began) * 1000,
        understood=text.understood(),
    )


def _read(searcher: tantivy.Searcher, whole: Asked, *, filtered: bool) -> Asked:
    """What a text means that nothing was found for: it may hold words that no listing has, or no listing all
    of them. Asked without the filters: what a text means must not change with a facet clicked beside it.
    """
    if len(whole.wanted) < 2 or (filtered and _count(searcher, _conjunction(_required(whole)))):
        return whole
    held = [bool(_count(searcher, _held(one, begun=begun))) for one, begun in _each(whole)]
    known = whole.among(held) if any(held) else whole
    if len(known.wanted) < 2 or (known is not whole and _count(searcher, _conjunction(_required(known)))):
        return known
    return replace(known, all_words=False)


def _each(text: Asked) -> list[tuple[Wanted, bool]]:
    """Each term, and whether it may only be begun."""
    last = len(text.wanted) - 1
    return [(one, text.unfinished and at == last) for at, one in enumerate(text.wanted)]


def _required(text: Asked) -> list[tantivy.Query]:
    if not text.wanted:
        return []
    found = [_held(one, begun=begun) for one, begun in _each(text)]
    if text.all_words:
        return [_scored(one, 0.0) for one in found]
    some = tantivy.Query.boolean_query(
        [(Occur.Should, one) for one in found], minimum_number_should_match=most_of(len(found))
    )
    return [_scored(some, 0.0)]


def _held(wanted: Wanted, *, begun: bool) -> tantivy.Query:
    """The listings that hold a term, one way or another."""
    ways = [_all_of(words, begun=begun and words is wanted.words) for words in wanted.spellings]
    if wanted.products:
        ways.append(_one_of("product", wanted.products))
    return ways[0] if len(ways) == 1 else tantivy.Query.boolean_query([(Occur.Should, one) for one in ways])


def _all_of(words: Sequence[Pair], *, begun: bool) -> tantivy.Query:
    *before, (_, last) = words
    found = [_term(EVERYTHING, plain) for _, plain in before]
    found.append(_prefix(EVERYTHING, last) if begun else _term(EVERYTHING, last))
    return found[0] if len(found) == 1 else _conjunction(found)


def _one_of(field: str, values: Sequence[str]) -> tantivy.Query:
    return tantivy.Query.term_set_query(SCHEMA, field, [storable(value) for value in values])


def _preferred(query: Query, text: Asked) -> list[tantivy.Query]:
    """What lifts a hit: its stock, the goods meant, and each word by the best place it stands in."""
    lifts = [
        _scored(_flag("in_stock"), _IN_STOCK),
        _scored(_flag("verified"), _VERIFIED),
    ]
    if query.goods:
        lifts.append(_scored(_one_of("product", query.goods), _MEANT))
    words = text.words
    for position, (with_accents, plain) in enumerate(words):
        places = [_scored(_term(exact(group), with_accents), _EXACT[group]) for group in GROUPS]
        places += [_scored(_term(folded(group), plain), _FOLDED[group]) for group in GROUPS]
        if text.unfinished and position == len(words) - 1:
            places += [_scored(_prefix(folded(group), plain), _BEGINNING[group]) for group in GROUPS]
        lifts.append(tantivy.Query.disjunction_max_query(places))
    lifts += [_scored(_term(EVERYTHING, plain), _OPTIONAL) for _, plain in text.optional]
    return lifts


def _filters(query: Query) -> dict[str, tantivy.Query]:
    """Each filter by the facet it belongs to; those without a facet under their own name."""
    filters: dict[str, tantivy.Query] = {}
    for name, values in query.chosen.items():
        filters[name] = _one_of(name, values)
    if query.sizes:
        filters["size"] = _one_of("size", query.sizes)
    if query.broken_max is not None:
        filters["broken"] = _between("broken", highest=min(query.broken_max, NONE_LAST - 1))
    if query.ocop_min is not None:
        filters["ocop"] = _between("ocop", lowest=query.ocop_min)
    if query.volume_min is not None:
        filters["volume"] = _between("available", lowest=query.volume_min)
    if query.price_max is not None:
        filters["price"] = _between("price", highest=min(query.price_max, NONE_LAST - 1))
    return {name: _scored(one, 0.0) for name, one in filters.items()}


def _hits(
    searcher: tantivy.Searcher, query: Query, text: Asked, filters: dict[str, tantivy.Query], total: int
) -> tuple[int, ...]:
    needed = [*filters.values(), *_required(text)]
    wanted = min(query.offset + query.limit, total)
    if query.limit == 0 or query.offset >= total:
        return ()
    if query.sort != "relevance":
        sought, (field, order) = _conjunction(needed), _ORDERS[query.sort]
    elif text.wanted or query.goods or text.optional:
        sought, field, order = _conjunction(needed, _preferred(query, text)), None, tantivy.Order.Desc
    else:
        sought, field, order = _conjunction(needed), "browse", tantivy.Order.Asc
    # The engine breaks ties by where a listing happens to lie. Reach on until the tie at the page's end is
    # whole, then break it by id. ("browse" knows no ties.)
    reach = wanted + 1 if field == "browse" else max(_USUAL, wanted + 1)
    while True:
        hits = searcher.search(sought, limit=reach, count=False, order_by_field=field, order=order).hits
        if len(hits) < reach or field == "browse" or hits[-1][0] != hits[wanted - 1][0]:
            break
        # Once more and for all where that is affordable: each pass scores every hit anew.
        reach = max(reach * 16, total) if total <= _AFFORDABLE else reach * 16
    last = hits[wanted - 1][0]
    hits = [hit for at, hit in enumerate(hits) if at < wanted or hit[0] == last]
    addresses = [address for _, address in hits]
    ids = [int(id_ or 0) for id_ in searcher.fast_field_values("id", addresses)]
    sign = 1 if order == tantivy.Order.Asc else -1
    # Equal hits of a question: main goods of the catalogue first.
    goods = searcher.fast_field_values("position", addresses) if field is None else [0] * len(hits)
    ranked = sorted(
        (sign * key, int(position or 0), id_)
        for (key, _), position, id_ in zip(hits, goods, ids, strict=True)
    )
    return tuple(id_ for _, _, id_ in ranked[query.offset : wanted])


def _counts(
    searcher: tantivy.Searcher, query: Query, text: Asked, filters: dict[str, tantivy.Query]
) -> tuple[int, dict[str, dict[str, int]]]:
    """How many there are, and the counts of the facets."""
    required = _required(text)
    counts: dict[str, dict[str, int]] = {}
    # Facets without a filter of their own share the pass that counts the hits; each of the others needs the
    # hits without its filter.
    passes: dict[Facet | None, list[Facet]] = {None: []}
    for facet in dict.fromkeys(query.facets):
        passes.setdefault(facet if facet in filters else None, []).append(facet)
    if not passes[None]:
        del passes[None]
        total = _count(searcher, _conjunction([*required, *filters.values()]))
    for own, facets in passes.items():
        among = _conjunction([*required, *(one for name, one in filters.items() if name != own)])
        wanted: dict[str, Any] = {
            facet: {"terms": {"field": FIELDS.get(facet, facet), **_ALL_VALUES}} for facet in facets
        }
        if own is None:
            wanted["total"] = {"value_count": {"field": "id"}}
        found = searcher.aggregate(among, wanted)
        for facet in facets:
            counts[facet] = {_label(one["key"]): int(one["doc_count"]) for one in found[facet]["buckets"]}
        if own is None:
            total = int(found["total"]["value"])
    return total, {facet: counts[facet] for facet in query.facets}


def _label(key: str | float) -> str:
    return key if isinstance(key, str) else str(int(key))


def _count(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    return _total(searcher.search(query, limit=1, count=True))


def _total(found: tantivy.SearchResult) -> int:
    return cast(_Counted, found).count


def _conjunction(needed: list[tantivy.Query], preferred: list[tantivy.Query] | None = None) -> tantivy.Query:
    clauses = [(Occur.Must, one) for one in needed or [_scored(tantivy.Query.all_query(), 0.0)]]
    clauses += [(Occur.Should, one) for one in preferred or []]
    return tantivy.Query.boolean_query(clauses)


def _scored(query: tantivy.Query, score: float) -> tantivy.Query:
    return tantivy.Query.const_score_query(query, score)


def _term(field: str, token: str) -> tantivy.Query:
    return tantivy.Query.term_query(SCHEMA, field, token, index_option="basic")


def _flag(field: str) -> tantivy.Query:
    return tantivy.Query.term_query(SCHEMA, field, True, index_option="basic")


def _prefix(field: str, beginning: str) -> tantivy.Query:
    # Folded words hold letters and digits alone, none of which means anything in a pattern.
    return tantivy.Query.regex_query(SCHEMA, field, f"{beginning}.*")


def _between(field: str, *, lowest: int | None = None, highest: int | None = None) -> tantivy.Query:
    kind = tantivy.FieldType.Integer
    return tantivy.Query.range_query(SCHEMA, field, kind, lower_bound=lowest, upper_bound=highest)
