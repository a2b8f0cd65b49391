"""What a search must answer, computed document by document from the words of `search/query.py` alone.

No engine and no index here: this is the yardstick the contract holds every engine against.
"""

from collections import Counter
from collections.abc import Callable, Iterable

from search import vietnamese
from search.documents import ListingDocument, price_band, volume_band
from search.query import Query, Term


def matching(
    documents: Iterable[ListingDocument], query: Query, *, without: str = ""
) -> list[ListingDocument]:
    """The documents a query lets through, one filter left out if asked; its text by folded words."""
    tests = _tests(query)
    tests.pop(without, None)
    terms = query.terms
    if terms is None:
        terms = tuple(Term((word,)) for word in vietnamese.fold(query.text).split())
    return [
        one
        for one in documents
        if all(test(one) for test in tests.values())
        and all(
            _holds(one, term, begun=query.unfinished and term is terms[-1]) or one.product in term.products
            for term in terms
        )
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
    "volume": lambda one: (volume_band(one),),
    "price": lambda one: (price_band(one),) if price_band(one) else (),
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
    if query.sizes:
        tests["size"] = lambda one: not set(query.sizes).isdisjoint(one.sizes)
    if (broken := query.broken_max) is not None:
        tests["broken"] = lambda one: one.broken is not None and one.broken <= broken
    return tests


def _holds(document: ListingDocument, term: Term, *, begun: bool) -> bool:
    """Whether a spelling's words all stand in the document; the last of the first may be a beginning."""
    held = _words(document)
    for spelling in term.spellings:
        *before, last = vietnamese.fold(spelling).split()
        may_begin = begun and spelling is term.spellings[0]
        ends = any(word.startswith(last) for word in held) if may_begin else last in held
        if ends and held.issuperset(before):
            return True
    return False


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
