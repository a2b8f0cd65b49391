"""A listing as the index sees it: plain values, made by the market, kept by an engine.

No engine's schema and no rule of the market lives here. `query.py` says what can be asked of these fields,
`index.py` what an engine does with them.
"""

import hashlib
import json
from dataclasses import dataclass, fields
from operator import attrgetter


@dataclass(frozen=True, slots=True)
class ListingDocument:
    """One published listing.

    Amounts are in base units (grams, or pieces), prices in đồng per kg or per piece, `published_at` in
    seconds since 1970 UTC, `ends_on` a date's ordinal (`date.toordinal()`) in the local calendar.
    """

    id: int  # 1 to 2^63 - 1
    title: str
    description: str
    product: str  # slug
    product_name: str  # Vietnamese
    product_name_en: str
    words: tuple[str, ...]  # synonyms, varieties, scientific names
    sector: str
    cooperative: str  # its name
    cooperative_code: str
    place_names: tuple[str, ...]
    places: tuple[str, ...]  # opaque keys: the place and all that cover it
    standards: tuple[str, ...]
    ocop: int  # highest stars, 1 to 5; 0 none
    months: tuple[str, ...]  # '2026-12', of the open lots
    available: int  # 0 means sold out
    unit: str  # 'gram' or 'piece'
    price_from: int | None  # None: no price stated
    price_to: int | None
    published_at: int
    ends_on: int  # day of the last open lot, 0 none
    verified: bool
    sizes: tuple[str, ...] = ()  # counts a kilogram that it promises, '45' to '55' each
    position: int = 0  # of the product in the catalogue, main goods first; up to 999
    broken: int | None = None  # at most so many per cent of broken grains; None: not said


#: Where the bands of volumes begin, in grams and in pieces, and where those of prices end, in đồng.
VOLUME_STEPS = {
    "gram": (500_000, 1_000_000, 5_000_000, 20_000_000, 100_000_000),
    "piece": (10, 50, 200, 1_000, 10_000),
}
PRICE_STEPS = (5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000)


def volume_band(document: ListingDocument) -> str:
    """The band of what is left, by its unit and its lower end ('gram:5000000'), which is 0 for little."""
    steps = VOLUME_STEPS.get(document.unit, VOLUME_STEPS["gram"])
    return f"{document.unit}:{max((step for step in steps if step <= document.available), default=0)}"


def price_band(document: ListingDocument) -> str:
    """The band of the lowest price by its upper end ('20000'), 'more' above them all, '' without one."""
    if document.price_from is None:
        return ""
    return str(next((step for step in PRICE_STEPS if document.price_from <= step), "more"))


def fingerprint(document: ListingDocument) -> str:
    """Sixteen hex digits over every field, in any process and on any day the same for equal documents.

    Kept beside the document in the index, so that a check against the database needs no document back. The
    names of the fields are hashed too: a document of an older shape never passes for one of today's.
    """
    text = f"[{_NAMES_WRITTEN},{_written(_values(document))}]"
    return hashlib.blake2b(text.encode("ascii"), digest_size=8).hexdigest()


_NAMES = [field.name for field in fields(ListingDocument)]
_values = attrgetter(*_NAMES)
# ASCII escapes keep lone surrogates hashable; a document should hold none, but a check must not fail on one.
_written = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
_NAMES_WRITTEN = _written(_NAMES)
