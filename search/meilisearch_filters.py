"""What must be found, as Meilisearch's filters: each condition of a query, and each term in all its ways."""

from collections.abc import Sequence
from typing import Any

from search.meilisearch_settings import EVERYTHING
from search.query import FIELDS, Facet, Query
from search.words import Asked, Pair, Wanted, most_of, storable

Filters = dict[str, str]


def question(needed: Sequence[str], *, facets: Sequence[Facet] = ()) -> dict[str, Any]:
    """A question without words and hits: how much there is that meets all these filters."""
    made: dict[str, Any] = {"q": "", "limit": 0, "attributesToRetrieve": ["id", "in_stock"]}
    if needed:
        made["filter"] = " AND ".join(f"({one})" for one in needed)
    if facets:
        made["facets"] = [FIELDS.get(facet, facet) for facet in facets]
    return made


def filters_of(query: Query) -> Filters:
    """Each filter by the facet it belongs to; those without a facet under their own name."""
    filters: Filters = {}
    for name, values in query.chosen.items():
        filters[name] = one_of(name, values)
    if query.sizes:
        filters["size"] = one_of("size", query.sizes)
    if query.broken_max is not None:
        filters["broken"] = f"broken <= {query.broken_max}"
    if query.ocop_min is not None:
        filters["ocop"] = f"ocop >= {query.ocop_min}"
    if query.volume_min is not None:
        filters["volume"] = f"available >= {query.volume_min}"
    if query.price_max is not None:
        filters["price"] = f"price <= {query.price_max}"
    return filters


def one_of(name: str, values: Sequence[str]) -> str:
    """A field that holds one of these values."""
    return f"{name} IN [{', '.join(_quoted(value) for value in values)}]"


def _quoted(value: str) -> str:
    text = storable(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def required(text: Asked) -> list[str]:
    """What of a text must be found: every term, the last of them perhaps only begun; or most of them."""
    each = each_of(text)
    return each if text.all_words or not each else [_at_least(most_of(len(each)), each)]


def each_of(text: Asked) -> list[str]:
    """The terms of a text, each by itself."""
    last = len(text.wanted) - 1
    return [held(one, begun=text.unfinished and at == last) for at, one in enumerate(text.wanted)]


def held(wanted: Wanted, *, begun: bool) -> str:
    """A term in one way or another."""
    ways = [_all_of(words, begun=begun and words is wanted.words) for words in wanted.spellings]
    if wanted.products:
        ways.append(one_of("product", wanted.products))
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
