"""What can be asked of an index, and what comes back. The same for every engine.

Reading addresses and forms into a `Query` is the market's work; turning one into an engine's language is the
work of that engine's module (`embedded_query.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from search.errors import SearchRefused

Sort = Literal["relevance", "newest", "price", "volume", "ending"]
Facet = Literal["sector", "product", "place", "standard", "ocop", "month", "volume", "price"]

SORTS: tuple[Sort, ...] = ("relevance", "newest", "price", "volume", "ending")
FACETS: tuple[Facet, ...] = (
    "sector", "product", "place", "standard", "ocop", "month", "volume", "price",
)  # fmt: skip

#: The fields of an index by which a facet is counted, where they bear another name.
FIELDS = {"volume": "volume_band", "price": "price_band"}

MOST_HITS = 1_000  # a page's limit; whoever wants all rows asks the database
DEEPEST = 100_000  # an offset's bound: engines keep as many hits in memory as they skip


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that is asked for: a listing holds it where any of the `spellings` stands in it (of several
    words all of them), or where it is of one of the `products`, which the thing is another name for.
    """

    spellings: tuple[str, ...]  # as understood first
    products: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """One search. Values within one filter are alternatives, filters add up.

    `volume_min` is in base units, `price_max` in đồng per kg or piece and compared with the lowest price of
    a listing (one without a price does not pass), `ocop_min` in stars. `sort`: 'relevance' as `index.py`
    promises; 'newest'; 'price' lowest first, without a price last; 'volume' most first; 'ending' soonest
    last day first, without one last. Ties go by id. Raises SearchRefused for an unknown sort or facet, or
    bounds out of range; `text` may be anything at all.

    `terms` is the text as `reading.py` understood it; without them each of its words is a term. `optional`
    are words that lift a listing but need not stand in it. `goods` are the products that are meant: theirs
    stand above all others. `unfinished`: the last term may be the beginning of a word. `sizes` are counts a
    kilogram, `broken_max` per cent of broken grains (a listing that does not say does not pass).
    """

    text: str = ""
    terms: tuple[Term, ...] | None = None
    optional: tuple[str, ...] = ()
    goods: tuple[str, ...] = ()
    unfinished: bool = True
    sizes: tuple[str, ...] = ()
    broken_max: int | None = None
    sectors: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    standards: tuple[str, ...] = ()
    ocop_min: int | None = None
    months: tuple[str, ...] = ()
    volume_min: int | None = None
    price_max: int | None = None
    sort: Sort = "relevance"
    offset: int = 0
    limit: int = 20
    facets: tuple[Facet, ...] = FACETS

    @property
    def chosen(self) -> dict[Facet, tuple[str, ...]]:
        """The values that are filtered by, by facet; a facet without any is left out."""
        values: dict[Facet, tuple[str, ...]] = {
            "sector": self.sectors,
            "product": self.products,
            "place": self.places,
            "standard": self.standards,
            "month": self.months,
        }
        return {facet: alternatives for facet, alternatives in values.items() if alternatives}

    def __post_init__(self) -> None:
        if self.sort not in SORTS:
            raise SearchRefused(f"unknown sort {self.sort!r}")
        if unknown := set(self.facets) - set(FACETS):
            raise SearchRefused(f"unknown facets {sorted(unknown)}")
        if not 0 <= self.offset <= DEEPEST:
            raise SearchRefused(f"offset {self.offset} is not in 0..{DEEPEST}")
        if not 0 <= self.limit <= MOST_HITS:
            raise SearchRefused(f"limit {self.limit} is not in 0..{MOST_HITS}")
        for name in ("ocop_min", "volume_min", "price_max", "broken_max"):
            value = getattr(self, name)
            if value is not None and not -(2**63) <= value < 2**63:
                raise SearchRefused(f"{name} {value} does not fit 64 bits")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of hits.

    `ids` in order, to be looked up in the database; `total` hits on all pages; `facets` counts by facet and
    value, without zeros; `took_ms` inside this package; `understood` what the engine made of the text:
    'words' (folded, as searched), 'dropped' (how many words were beyond the bound), 'all_words' (False:
    nothing held every word, so most of them had to do), 'not_found' (words that no listing holds; they did
    not count).

    A facet is counted without its own filter and with all others, so choosing one value leaves its sisters'
    counts standing. The counts of 'ocop' are by exact stars, listings without stars under '0'; those of
    'volume' and 'price' by the bands of `documents.py`, each listing in one.
    """

    ids: tuple[int, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=lambda: MappingProxyType({}))
    took_ms: float = 0.0
    understood: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def not_found(self) -> tuple[str, ...]:
        """The words that no listing holds."""
        words = self.understood.get("not_found")
        return words if isinstance(words, tuple) else ()
