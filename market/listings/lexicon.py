"""The lexicon by which a buyer's question is read, made from the catalogue, the places, the sellers and the
words of the listings themselves. Kept by the process for a while, since all of these change slowly.

How a question is read stands in search/reading.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.catalogue import files
from market.catalogue.models import Product, ProductSynonym, Season, Sector, Variant
from market.kept import Kept
from market.listings import strips
from market.listings.models import Listing
from market.parties.models import Party
from market.places import queries as places
from market.places.models import Place
from search import lexicon, vietnamese
from search.lexicon import GROUP, HINT, NAME, Good, Lexicon

#: Words are taken from so many of the newest listings.
MOST_TITLES = 20_000
#: What sort of unit a name begins with is no part of what people call it.
_KIND = re.compile(
    r"^(hợp tác xã|liên hiệp hợp tác xã|tổ hợp tác|htx|tht|lhhtx|công ty( tnhh| cổ phần| cp)?)\s+",
    re.IGNORECASE,
)
#: Fields of work that many units carry in their names before what they are called.
_FIELD = re.compile(
    r"^(nông nghiệp|dịch vụ|sản xuất|nuôi trồng thủy sản|thủy sản|thương mại|tôm|lúa|muối|và|-|–)\s+",
    re.IGNORECASE,
)


def current(session: Session, *, on: date) -> Lexicon:
    """The lexicon of this session's database, perhaps some minutes old."""
    return _kept(session, on)


def make(session: Session, *, on: date) -> Lexicon:
    """The lexicon for questions asked on a day."""
    keys, names = _places(session, on)
    sellers = session.scalars(sa.select(Party.name).where(Party.status != "dissolved")).all()
    titles = session.scalars(
        sa.select(Listing.title).where(Listing.on_sale).order_by(Listing.id.desc()).limit(MOST_TITLES)
    )
    return Lexicon(
        _goods(session),
        places=keys,
        place_names=names,
        standards=_standards(),
        seasons=_seasons(session, on),
        festival_months=_before_tet(on),
        sellers={called for name in sellers for called in _called(name)},
        others={word for text in {*titles, *sellers} for word in vietnamese.fold(text).split()},
    )


def _goods(session: Session) -> list[Good]:
    phrases: dict[str, list[tuple[str, float]]] = {}
    rows = session.execute(
        sa.select(Product, Sector.name_vi, Sector.name_en)
        .join(Sector, Sector.code == Product.sector_code)
        .order_by(Product.position, Product.id)
    )
    slugs: dict[int, str] = {}
    for row in rows:
        product: Product = row.Product
        slugs[product.id] = product.slug
        held = [(product.name_vi, NAME), (product.name_en, NAME), (product.scientific_name or "", NAME)]
        # 'Nghêu giống, sò huyết giống' is the name of either.
        held += [(part, NAME) for part in product.name_vi.split(", ")]
        # Customs codes are asked for by six digits more often than by eight, and by their heading of four.
        held += [(product.hs_code[:end], NAME) for end in (10, 7, 4)] if product.hs_code else []
        held += [
            (product.group_vi, GROUP),
            (product.group_en, GROUP),
            (row.name_vi, HINT),
            (row.name_en, HINT),
        ]
        phrases[product.slug] = held
    for product_id, text in session.execute(sa.select(ProductSynonym.product_id, ProductSynonym.text)):
        phrases[slugs[product_id]].append((text, NAME))
    for product_id, vi, en in session.execute(
        sa.select(Variant.product_id, Variant.name_vi, Variant.name_en)
    ):
        phrases[slugs[product_id]] += [(vi, HINT), (en, HINT)]
    same = files.Reader().same_words()
    return [Good.of(slug, [*held, *_in_other_words(held, same)]) for slug, held in phrases.items()]


def _in_other_words(
    phrases: Iterable[tuple[str, float]], same: Iterable[tuple[str, ...]]
) -> Iterable[tuple[str, float]]:
    """The names as they are with words that say the same: 'ngao giống' for 'nghêu giống'."""
    names = [(text, weight) for text, weight in phrases if weight != GROUP]
    for words in same:
        group = re.compile(rf"\b({'|'.join(words)})\b", re.IGNORECASE)
        for name, weight in names:
            if group.search(name):
                yield from ((group.sub(other, name, count=1), weight) for other in words)


def _places(session: Session, on: date) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """All places that ever were, by what people call them, and those names with their accents."""
    keys: dict[str, list[str]] = {}
    names: list[str] = []
    for place in session.scalars(sa.select(Place).order_by(Place.code, Place.valid_from)):
        called = vietnamese.fold(place.short_name)
        if not called.isdigit():
            keys.setdefault(called, []).append(places.key_of(place, on))
            names.append(place.short_name)
    return {name: tuple(dict.fromkeys(held)) for name, held in keys.items()}, names


def _standards() -> dict[str, tuple[str, ...]]:
    return {vietnamese.fold(word): codes for word, codes in files.Reader().standard_words().items()}


def _seasons(session: Session, on: date) -> list[lexicon.Season]:
    """Each season by its name: the one that runs, else the next one."""
    found: dict[str, lexicon.Season] = {}
    coming = sa.select(Season).where(Season.ends_on >= on).order_by(Season.starts_on)
    for season in session.scalars(coming):
        name = vietnamese.fold(re.sub(r"[0-9–-]+", " ", season.name_vi))
        months = strips.month_keys(max(season.starts_on, on), season.ends_on)
        # A rice season of this name, not the season of a good that is called so.
        if len(name.split()) > 1:
            found.setdefault(name, lexicon.Season(name, tuple(months)))
    return list(found.values())


def _before_tet(on: date) -> list[str]:
    """The months from now until the next Tết."""
    following = next((day for day in files.Reader().festivals() if day > on), None)
    return list(strips.month_keys(on, following)) if following is not None else []


def _called(name: str) -> Iterable[str]:
    """What people call a unit: its name without what sort of unit it is, and without its field of work."""
    rest = _KIND.sub("", name.strip())
    yield vietnamese.fold(rest)
    while (shorter := _FIELD.sub("", rest)) != rest:
        rest = shorter
    yield vietnamese.fold(rest)


_kept = Kept(lambda session, on: make(session, on=on), seconds=600)
