"""The rows of the ledger of searches: what of an entry is kept, and what is read of many. Nothing that could
lead to a person is: no word that is not a name of a product or a place, no hour closer than the full one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product as combinations
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.catalogue.models import Product, ProductSynonym, Variant
from market.listings.ledger_models import Search, SearchSubject
from market.places.models import Place
from market.places.queries import make_key
from market.runtime import Runtime
from search import vietnamese
from search.query import Query

#: Fewer hits than this are "few".
FEW = 3
#: Combinations of product, month and place of one search that are kept.
MOST_SUBJECTS = 60
LONGEST_NAME = 6
#: Two years.
KEPT = timedelta(days=731)
#: Rows deleted in one transaction.
STEP = 200
#: A figure of unmet searches is shown from so many on.
LEAST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """A search and how many listings it found. ``products`` and ``places``: slugs and keys that its words
    were understood to mean, where the query does not say so itself. ``channel``: page, api or command.
    """

    query: Query
    total: int
    language: str
    channel: str
    products: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    at: datetime = field(default_factory=clock.now)

    @property
    def counts(self) -> bool:
        """Whether it is a search for something, and its first page."""
        query = self.query
        narrowed = query.chosen or query.ocop_min or query.volume_min or query.price_max
        return query.offset == 0 and bool(narrowed or query.text.strip())


@dataclass(frozen=True, slots=True)
class KnownNames:
    """The folded names of products and places, as tuples of words, with the slugs and place keys meant.
    ``words``: those that stand in the name of some product; of places only whole names are known, since
    persons bear the same words.
    """

    products: dict[tuple[str, ...], frozenset[str]]
    places: dict[tuple[str, ...], frozenset[str]]
    words: frozenset[str]

    @classmethod
    def read(cls, session: Session) -> KnownNames:
        products: dict[tuple[str, ...], set[str]] = {}
        variants = sa.select(Product.slug, Variant.name_vi, Variant.name_en).join(
            Product, Product.id == Variant.product_id
        )
        for named in (sa.select(Product.slug, Product.name_vi, Product.name_en), variants):
            for slug, *called in session.execute(named):
                for name in called:
                    products.setdefault(_words(name), set()).add(slug)
        synonyms = sa.select(Product.slug, ProductSynonym.text).join(
            Product, Product.id == ProductSynonym.product_id
        )
        for slug, name in session.execute(synonyms):
            products.setdefault(_words(name), set()).add(slug)
        words = frozenset(word for name in products for word in name)
        return cls(_frozen(products), _frozen(_places(session)), words)

    def find(self, text: str) -> tuple[list[str], set[str], set[str]]:
        """The names that stand in a text, the longest first taken, with the products and places they mean.
        All other words are left out: they may be anything, a person's name as well.
        """
        words = vietnamese.fold(text[:1000]).split()
        known: list[str] = []
        products: set[str] = set()
        places: set[str] = set()
        at = 0
        while at < len(words):
            for length in range(min(LONGEST_NAME, len(words) - at), 0, -1):
                name = tuple(words[at : at + length])
                if name in self.products or name in self.places:
                    known.append(" ".join(name))
                    products |= self.products.get(name, frozenset())
                    places |= self.places.get(name, frozenset()) if name not in self.products else set()
                    at += length
                    break
            else:
                known += [words[at]] if words[at] in self.words else []
                at += 1
        return known, products, places


def _places(session: Session) -> dict[tuple[str, ...], set[str]]:
    """The places by their names, with and without their kind: those of today before those of the past."""
    today = clock.today()
    valid: dict[tuple[str, ...], set[str]] = {}
    past: dict[tuple[str, ...], set[str]] = {}
    for row in session.execute(
        sa.select(Place.code, Place.name, Place.short_name, Place.valid_from, Place.valid_to)
    ):
        key = make_key(row.code, row.valid_from, row.valid_to, today)
        for called in (row.name, row.short_name):
            (past if "@" in key else valid).setdefault(_words(called), set()).add(key)
    return {**past, **valid}


def _words(name: str) -> tuple[str, ...]:
    return tuple(vietnamese.fold(name).split())


def _frozen(names: dict[tuple[str, ...], set[str]]) -> dict[tuple[str, ...], frozenset[str]]:
    return {words: frozenset(meant) for words, meant in names.items() if words}


def insert(session: Session, entries: Iterable[Entry], names: KnownNames) -> None:
    """Write entries, in two statements however many they are."""
    made = [_row(entry, names) for entry in entries]
    if not made:
        return
    ids = session.scalars(
        sa.insert(Search).returning(Search.id, sort_by_parameter_order=True), [row for row, _ in made]
    ).all()
    subjects = [
        {"search_id": id_, "product": one, "month": month, "place": place}
        for id_, (_, about) in zip(ids, made, strict=True)
        for one, month, place in about
    ]
    session.execute(sa.insert(SearchSubject), subjects)


def _row(entry: Entry, names: KnownNames) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """A search's row, and what it was about."""
    query = entry.query
    known, products, places = names.find(query.text)
    meant = sorted({*query.products, *(entry.products or query.goods or products)})
    where = sorted({*query.places, *(entry.places or places)})
    asked: dict[str, Any] = {
        "words": known,
        "sectors": query.sectors,
        "products": query.products,
        "places": query.places,
        "standards": query.standards,
        "months": query.months,
        "sizes": query.sizes,
        "broken_max": query.broken_max,
        "ocop_min": query.ocop_min,
        "volume_min": query.volume_min,
        "price_max": query.price_max,
    }
    row = {
        "searched_at": entry.at.replace(minute=0, second=0, microsecond=0),
        "asked": {name: value for name, value in asked.items() if value},
        "total": entry.total,
        "found": "some" if entry.total >= FEW else "few" if entry.total else "none",
        "language": entry.language,
        "channel": entry.channel,
    }
    subjects = list(combinations(meant or [""], sorted(query.months) or [""], where or [""]))
    return row, subjects[:MOST_SUBJECTS]


@dataclass(frozen=True, slots=True)
class Unmet:
    """Searches for a product in a month and a place (each "" where none was named): how many there were, and
    how many of them found nothing, or few.
    """

    product: str
    month: str
    place: str
    searches: int
    none: int
    few: int


def unmet(session: Session, since: datetime, until: datetime, *, least: int = LEAST_SHOWN) -> list[Unmet]:
    """What was looked for from ``since`` up to before ``until`` and hardly found, most wanted first: only
    where ``least`` searches or more found nothing or few, so that nobody's single wish can be seen.
    """
    hardly = sa.func.sum(sa.case((Search.found == "some", 0), else_=1))
    rows = session.execute(
        sa.select(
            SearchSubject.product,
            SearchSubject.month,
            SearchSubject.place,
            sa.func.count().label("searches"),
            sa.func.sum(sa.case((Search.found == "none", 1), else_=0)).label("none"),
            sa.func.sum(sa.case((Search.found == "few", 1), else_=0)).label("few"),
        )
        .join(Search, Search.id == SearchSubject.search_id)
        .where(Search.searched_at >= since, Search.searched_at < until)
        .group_by(SearchSubject.product, SearchSubject.month, SearchSubject.place)
        .having(hardly >= least)
        .order_by(hardly.desc(), SearchSubject.product, SearchSubject.month, SearchSubject.place)
    )
    return [Unmet(r.product, r.month, r.place, r.searches, int(r.none), int(r.few)) for r in rows]


def forget_old(runtime: Runtime) -> int:
    """Delete the searches of more than two years ago, some at a time; says how many."""
    old = clock.now() - KEPT
    with runtime.database.reading() as session:
        ids = session.scalars(sa.select(Search.id).where(Search.searched_at < old).limit(STEP)).all()
    if not ids:
        return 0
    with runtime.database.writing() as session:
        session.execute(sa.delete(SearchSubject).where(SearchSubject.search_id.in_(ids)))
        session.execute(sa.delete(Search).where(Search.id.in_(ids)))
    return len(ids)
