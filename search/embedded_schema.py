"""How a listing lies in the embedded engine: its fields, and a document turned into them.

Words are cut by `words.py` before the engine sees them, so that documents and queries are cut alike; the
engine only splits at blanks. What is done with the fields stands in `embedded_query.py`.
"""

import hashlib
from operator import itemgetter

import tantivy

from search import words
from search.documents import ListingDocument, fingerprint, price_band, volume_band
from search.errors import SearchRefused
from search.words import GROUPS, storable

EVERYTHING = "everything"  # all groups, folded: what must be found at all

# Stands where a listing has no price or no last day: after all others in ascending order.
NONE_LAST = 2**63 - 1

_KEYS = ("sector", "product", "place", "standard", "month", "size", "volume_band", "price_band")
_NUMBERS = (
    "id", "fingerprint", "ocop", "available", "price", "published_at", "ends_on", "broken", "position",
)  # fmt: skip
_FLAGS = ("in_stock", "verified")

_LAYOUT = 4  # raise when the meaning of a field changes though neither names nor words do


def exact(group: str) -> str:
    """The name of a group's field with accents."""
    return f"{group}_exact"


def folded(group: str) -> str:
    """The name of a group's field without accents."""
    return f"{group}_folded"


def _build() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in _NUMBERS:
        builder.add_integer_field(name, indexed=True, fast=True)
    # Unsigned: the highest bit says sold out, the others are the id, so one field orders a page without
    # words.
    builder.add_unsigned_field("browse", fast=True)
    for name in _KEYS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in _FLAGS:
        builder.add_boolean_field(name, indexed=True)
    # Neither frequencies nor positions: scores are fixed steps (see `embedded_query.py`).
    for group in GROUPS:
        for name in (exact(group), folded(group)):
            builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field(EVERYTHING, tokenizer_name="whitespace", index_option="basic")
    return builder.build()


SCHEMA = _build()


def signature() -> str:
    """Short hash of the fields and of how words are cut: an index with another one has to be rebuilt."""
    shape = [_LAYOUT, words.sample(), _KEYS, _NUMBERS, _FLAGS]
    return hashlib.blake2b(repr(shape).encode(), digest_size=6).hexdigest()


def to_engine(document: ListingDocument) -> tantivy.Document:
    """The engine's document. Raises SearchRefused for an id outside 1..2^63-1."""
    if not 1 <= document.id < 2**63:
        raise SearchRefused(f"listing id {document.id} is not in 1..2^63-1")
    made = tantivy.Document()
    numbers = {
        "id": document.id,
        "fingerprint": signed(fingerprint(document)),
        "ocop": document.ocop,
        "available": document.available,
        "price": NONE_LAST if document.price_from is None else document.price_from,
        "published_at": document.published_at,
        "ends_on": document.ends_on or NONE_LAST,
        "position": document.position,
        "broken": NONE_LAST if document.broken is None else document.broken,
    }
    for name, value in numbers.items():
        made.add_integer(name, value)
    made.add_unsigned("browse", document.id if document.available > 0 else document.id | 1 << 63)
    made.add_boolean("in_stock", document.available > 0)
    made.add_boolean("verified", document.verified)
    keys = {
        "sector": [document.sector],
        "product": [document.product],
        "place": document.places,
        "standard": document.standards,
        "month": document.months,
        "size": document.sizes,
        "volume_band": [volume_band(document)],
        "price_band": [band] if (band := price_band(document)) else [],
    }
    for name, values in keys.items():
        # Once each: the engine's facet counts count values, not documents.
        for key in dict.fromkeys(storable(value) for value in values):
            made.add_text(name, key)
    _add_words(made, document)
    return made


def _add_words(made: tantivy.Document, document: ListingDocument) -> None:
    everything: dict[str, None] = {}
    for group, written in _write(document).items():
        made.add_text(exact(group), written.exact)
        made.add_text(folded(group), written.folded)
        everything |= dict.fromkeys(written.words)
    made.add_text(EVERYTHING, " ".join(everything))


_write = words.writer(itemgetter(0))


def signed(digest: str) -> int:
    """Sixteen hex digits as the engine's 64-bit integer."""
    return int.from_bytes(bytes.fromhex(digest), "big", signed=True)


def digest(number: int) -> str:
    """The way back from `signed`."""
    return number.to_bytes(8, "big", signed=True).hex()
