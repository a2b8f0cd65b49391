"""What a search must answer, computed document by document from the words of `search/query.py` alone.

No engine and no index here: this is the yardstick the contract holds every engine against.
"""

from collections import Counter
from collections.abc import Callable, Iterable

from search import vietnamese
from search.documents import ListingDocument
from search.query import Query


def matching(
    documents: Iterable[ListingDocument], query: Query, *, without: str = ""
) -> list[ListingDocument]:
    """The documents a query lets through, one filter left out if asked; its text by folded words."""
    tests = _tests(query)
    tests.pop(without, None)
    words = vietnamese.fold(query.text).split()
    return [
        one
        for one in documents
        if all(test(one) for test in tests.values())
        and all(_begins(one, words[i:]) for i in range(len(words)))
    ]


def facets(documents: Iterable[ListingDocument], query: Query) -> dict[str, dict[str, int]]:
    """Counts of each facet asked for, without its own filter."""
    held = list(documents)
    return {
        facet: dict(
            Counter(value for one in matching(held, query, without=facet) for value in VALUES[facet](one))
        )
        for facet in query.facets
    }


VALUES: dict[str, Callable[[ListingDocument], tuple[str, ...]]] = {
    "sector": lambda one: (one.sector,),
    "product": lambda one: (one.product,),
    "place": lambda one: one.places,
    "standard": lambda one: one.standards,
    "ocop": lambda one: (str(one.ocop),),
    "month": lambda one: one.months,
}

KEYS: dict[str, Callable[[ListingDocument], tuple[int, ...]]] = {
    "newest": lambda one: (-one.published_at, one.id),
    "price": lambda one: (one.price_from is None, one.price_from or 0, one.id),
    "volume": lambda one: (-one.available, one.id),
    "ending": lambda one: (one.ends_on == 0, one.ends_on, one.id),
}


def _tests(query: Query) -> dict[str, Callable[[ListingDocument], bool]]:
    tests: dict[str, Callable[[ListingDocument], bool]] = {}
    if query.sectors:
        tests["sector"] = lambda one: one.sector in query.sectors
    if query.products:
        tests["product"] = lambda one: one.product in query.products
    if query.places:
        tests["place"] = lambda one: not set(query.places).isdisjoint(one.places)
    if query.standards:
        tests["standard"] = lambda one: not set(query.standards).isdisjoint(one.standards)
    if query.months:
        tests["month"] = lambda one: not set(query.months).isdisjoint(one.months)
    if (stars := query.ocop_min) is not None:
        tests["ocop"] = lambda one: one.ocop >= stars
    if (volume := query.volume_min) is not None:
        tests["volume"] = lambda one: one.available >= volume
    if (price := query.price_max) is not None:
        tests["price"] = lambda one: one.price_from is not None and one.price_from <= price
    return tests


def _begins(document: ListingDocument, words: list[str]) -> bool:
    """Whether the first of the words stands in the document; the last of a query may be a beginning."""
    held = _words(document)
    return words[0] in held if len(words) > 1 else any(word.startswith(words[0]) for word in held)


def _words(document: ListingDocument) -> set[str]:
    texts = (
        document.title,
        document.description,
        document.product_name,
        document.product_name_en,
        *document.words,
        document.cooperative,
        document.cooperative_code,
        *document.place_names,
    )
    return set(vietnamese.fold(" ".join(texts)).split())
