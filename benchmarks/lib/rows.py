"""The listings as the one table of a rival holds them: texts to search, values to count by, and what orders
hits that are equally good. Made from the very documents that our engines keep, so that all search the same
texts. How a rival searches them is its own file's; `rivals.py` says which there are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Protocol

from search.documents import ListingDocument, price_band, volume_band

LIMIT = 20
#: Counted by one value of a listing, and by several.
SINGLE = ("sector", "product", "ocop", "volume", "price")
SEVERAL = ("place", "standard", "month")


@dataclass(frozen=True, slots=True)
class Row:
    """One listing: six texts, eight facets by the names of `search.query.FACETS`, its order among equals."""

    id: int
    title: str
    names: str  # of the product, in both languages, synonyms, varieties, scientific names
    seller: str
    places: str
    description: str
    papers: str  # standards and stars as people write them, and the sizes promised
    sector: str
    product: str
    ocop: int
    volume: str
    price: str
    place: tuple[str, ...]
    standard: tuple[str, ...]
    month: tuple[str, ...]
    sold_out: int
    position: int
    standing: int  # both in one number, for a rival that orders by one column


COLUMNS = tuple(field.name for field in fields(Row))
TEXTS = COLUMNS[1:7]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page needs: the first hits in order, how many there are, counts by facet and value."""

    ids: tuple[int, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]]


class Rival(Protocol):
    """Something else that a market could search its listings with."""

    name: str

    def fill(self, documents: list[ListingDocument]) -> None:
        """Take in all listings; afterwards it is as ready as its makers advise."""
        ...

    def search(self, text: str) -> Answer:
        """What a buyer who typed this would be shown."""
        ...

    def close(self) -> None:
        """Stop it."""
        ...


class Missing(Exception):
    """What a rival stands on is not on this machine; says how to get it."""


def row(document: ListingDocument) -> Row:
    """A document as a row."""
    names = (document.product_name, document.product_name_en, *document.words)
    stars = (f"OCOP {document.ocop} sao",) if document.ocop else ()
    sizes = tuple(f"{size} con/kg" for size in document.sizes)
    sold_out = int(not document.available)
    return Row(
        id=document.id,
        title=document.title,
        names=", ".join(names),
        seller=f"{document.cooperative} {document.cooperative_code}",
        places=", ".join(document.place_names),
        description=document.description,
        papers=", ".join((*document.standards, *stars, *sizes)),
        sector=document.sector,
        product=document.product,
        ocop=document.ocop,
        volume=volume_band(document),
        price=price_band(document),
        place=document.places,
        standard=document.standards,
        month=document.months,
        sold_out=sold_out,
        position=document.position,
        standing=1_000 * sold_out + document.position,
    )


def answer(found: list[tuple[str, str, int]]) -> Answer:
    """An answer of rows (facet, value, count), the hits among them as ('hit', id, place in the order).

    A listing has one volume band, so their counts add up to the total.
    """
    hits: list[tuple[int, int]] = []
    facets: dict[str, dict[str, int]] = {}
    for facet, value, number in found:
        if facet == "hit":
            hits.append((number, int(value)))
        else:
            facets.setdefault(facet, {})[str(value)] = number
    return Answer(
        ids=tuple(id_ for _, id_ in sorted(hits)),
        total=sum(facets.get("volume", {}).values()),
        facets=facets,
    )
