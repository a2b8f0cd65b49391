"""A search put to Meilisearch: filters, words, order and facet counts in one request, seldom two.

What must be found is asked by filter, word by word (`meilisearch_filters.py`), so that totals and counts are
exact; the engine's own search then only orders what was found (`meilisearch_order.py`).
"""

import time
from dataclasses import replace

from search import meilisearch_order
from search.meilisearch_filters import Filters, each_of, filters_of, question, required
from search.meilisearch_order import Ask
from search.query import FIELDS, Facet, Page, Query
from search.words import Asked, asked


def run(ask: Ask, query: Query) -> Page:
    """Answer a query. Its counts and first hits are from one state of the index; what is asked only when
    those do not fill the page may be from the next.
    """
    began = time.perf_counter()
    text, filters = asked(query), filters_of(query)
    page = _run(ask, query, text, filters)
    if page is None:  # nothing holds every word
        held = [bool(one["estimatedTotalHits"]) for one in ask([question([way]) for way in each_of(text)])]
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
    needed = [*filters.values(), *required(text)]
    free = [facet for facet in dict.fromkeys(query.facets) if facet not in filters]
    order = meilisearch_order.of(query, text, list(filters.values()))
    # The first asks what there is; each facet with a filter of its own is counted without that one.
    queries = [question(needed, facets=free) | order.within]
    for facet in query.facets:
        if facet in filters:
            others = [one for name, one in filters.items() if name != facet]
            queries.append(question([*others, *required(text)], facets=[facet]))
    counted = len(queries)
    # Asked without the filters: what a text means must not change with a facet clicked beside it.
    doubtful = len(text.wanted) > 1 and text.all_words
    if doubtful and filters:
        queries.append(question(required(text)))
    answers = ask([*queries, *order.beside])
    total = int(answers[0]["estimatedTotalHits"])
    if doubtful and not (answers[counted]["estimatedTotalHits"] if filters else total):
        return None
    ids = order.read(ask, answers[0], answers[len(queries) :])
    found: dict[str, dict[str, int]] = {}
    for answer in answers[:counted]:
        found |= answer.get("facetDistribution") or {}
    return ids, total, {facet: _counts(facet, found.get(_field(facet), {})) for facet in query.facets}


def _field(facet: Facet) -> str:
    return FIELDS.get(facet, facet)


def _counts(facet: Facet, counts: dict[str, int]) -> dict[str, int]:
    if facet == "ocop":
        return {str(int(float(value))): count for value, count in counts.items() if count}
    return {value: count for value, count in counts.items() if count}
