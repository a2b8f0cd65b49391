"""How a listing lies in Meilisearch: the settings with a reason beside each, and a document made into fields.

Words are cut by `words.py` before the engine sees them. How the fields are asked is `meilisearch_query.py`.
"""

import hashlib
import json
from functools import lru_cache
from typing import Any

from search import words
from search.documents import ListingDocument, fingerprint, price_band, volume_band
from search.errors import SearchRefused
from search.words import GROUPS, storable

#: Holds every folded word of a listing: what must be found at all is asked of it by filter.
EVERYTHING = "all"
#: A word of every listing's, so that a question may begin with one that excludes none. The field of this name
#: holds the product's token (`product_token`) too.
ALWAYS = "qq"

#: So many words of a question come before those that are typed.
LEAD = 2
#: A word that nothing asks for.
_BEFORE = "qqz"

#: What is only compared for being equal.
KEYS = (
    "sector", "product", "place", "standard", "month", "size", "volume_band", "price_band", EVERYTHING,
)  # fmt: skip

_LAYOUT = 5  # raise when the meaning of a field changes though neither names nor words do


def exact(group: str) -> str:
    """The name of a group's field with accents."""
    return f"{group}_exact"


def exact_token(with_accents: str, folded: str) -> str:
    """A word with its accents as one that is no folded word, nor the beginning of another such token."""
    return f"q{folded}qz" if with_accents == folded else f"{with_accents}z"


@lru_cache(maxsize=5_000)
def product_token(slug: str) -> str:
    """A product as a word that its listings alone hold."""
    return "qq" + hashlib.blake2b(slug.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _searchable() -> list[str]:
    # The order is the rank: a word in the title above the same in the description, accents beside folded.
    return [name for group in GROUPS for name in (group, exact(group))] + ["always"]


def _filterable(name: str, *, numbers: bool = False) -> dict[str, Any]:
    # Without facet search, which needs a second copy of all values.
    return {
        "attributePatterns": [name],
        "features": {"facetSearch": False, "filter": {"equality": True, "comparison": numbers}},
    }


SETTINGS: dict[str, Any] = {
    "searchableAttributes": _searchable(),
    "filterableAttributes": [
        *(_filterable(name) for name in KEYS),
        *(_filterable(name, numbers=True) for name in ("ocop", "available", "price", "in_stock", "broken")),
    ],
    "sortableAttributes": [
        "available",
        "ends_on",
        "id",
        "in_stock",
        "position",
        "price",
        "published_at",
        "verified",
    ],
    # In this order: the one asked for; what can be bought; how many of the words and accents; how good the
    # place they stand in; papers seen; the main goods of the catalogue before others; and the id, so that
    # pages neither overlap nor leave gaps. No typo rule (see below), no proximity or exactness: they would
    # tell listings apart that `index.py` promises to tie.
    "rankingRules": [
        "sort",
        "in_stock:desc",
        "words",
        "attribute",
        "verified:desc",
        "position:asc",
        "id:asc",
    ],
    # Half of the Vietnamese syllables are one letter from another: the engine's guesses would be wrong ones.
    "typoTolerance": {"enabled": False},
    # Nothing is asked of it, and by word it doubles the time of filling an index.
    "proximityPrecision": "byAttribute",
    # Totals are exact and pages as deep as asked for; the default stops at 1,000.
    "pagination": {"maxTotalHits": 1_000_000},
    "faceting": {"maxValuesPerFacet": 10_000, "sortFacetValuesBy": {"*": "count"}},
    # Milliseconds. The engine's own limit would cut ranking short without a word; ours is the client's.
    "searchCutoffMs": 10_000,
}


def signature() -> str:
    """Short hash of the settings and of how words are cut: an index with another one has to be rebuilt."""
    text = json.dumps([_LAYOUT, repr(words.sample()), SETTINGS], sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def settings(which: str = "") -> dict[str, Any]:
    """The settings to apply. The signature rides along as the name of a field that no document has, and with
    it ``which`` part of an index over several servers this is.
    """
    return {**SETTINGS, "displayedAttributes": ["fingerprint", "id", "in_stock", "product", _marked(which)]}


def bears_signature(found: dict[str, Any], which: str = "") -> bool:
    """Whether an index's settings were applied by this version of the program, for this part."""
    return _marked(which) in (found.get("displayedAttributes") or ())


def _marked(which: str) -> str:
    return "-".join(["signature", signature(), *which.split()])


def to_engine(document: ListingDocument) -> dict[str, Any]:
    """The engine's document. Raises SearchRefused for an id outside 1..2^63-1."""
    if not 1 <= document.id < 2**63:
        raise SearchRefused(f"listing id {document.id} is not in 1..2^63-1")
    made: dict[str, Any] = {
        "id": document.id,
        "fingerprint": fingerprint(document),
        "sector": storable(document.sector),
        "product": storable(document.product),
        "place": [storable(value) for value in document.places],
        "standard": [storable(value) for value in document.standards],
        "month": [storable(value) for value in document.months],
        "size": [storable(value) for value in document.sizes],
        "volume_band": volume_band(document),
        "position": document.position,
        "ocop": document.ocop,
        "available": document.available,
        "in_stock": int(document.available > 0),
        "published_at": document.published_at,
        "verified": int(document.verified),
        "always": f"{ALWAYS} {product_token(document.product)}",
    }
    # Left out where there is none: the engine sorts such documents last, either way round.
    if document.price_from is not None:
        made["price"] = document.price_from
        made["price_band"] = price_band(document)
    if document.broken is not None:
        made["broken"] = document.broken
    if document.ends_on:
        made["ends_on"] = document.ends_on
    everything: dict[str, None] = {}
    for group, written in _write(document).items():
        made[group], made[exact(group)] = _behind(written.folded, LEAD), _behind(written.exact, LEAD + 1)
        everything |= dict.fromkeys(written.words)
    made[EVERYTHING] = list(everything)
    return made


def _behind(text: str, words: int) -> str:
    # Of two listings the engine prefers the one in which a word stands as far from the beginning, in any
    # field, as in the question, which has the words with accents behind the folded ones
    # (`meilisearch_order.py`); so 'tôm' asks for what begins with it.
    return " ".join([*[_BEFORE] * words, text]) if text else text


# The same few thousand words come again and again.
_write = words.writer(lru_cache(maxsize=50_000)(lambda pair: exact_token(*pair)))
