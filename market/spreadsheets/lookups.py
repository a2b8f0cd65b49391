"""What cells point to, read whole before the rows: places, products, seasons, sectors, fields, standards,
forms of linkage, parties. A few SELECTs however many rows there are; then each name is looked up in memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.catalogue.models import Product, Season
from market.catalogue.spec import Definition
from market.errors import Invalid, MarketError
from market.parties.models import UNIT_KINDS, Party
from market.places import queries as places
from market.places.models import Place
from market.spreadsheets import cells
from market.spreadsheets.reading import Cell
from market.spreadsheets.scope import Scope
from market.spreadsheets.vocabulary import Choices
from market.words import Named, t
from search import vietnamese


@dataclass(frozen=True, slots=True)
class Goods:
    """A product with all that a row about it needs."""

    id: int
    slug: str
    name: str
    sector: str
    unit: str
    piece: Named | None
    packs: tuple[Any, ...]
    definitions: tuple[Definition, ...]
    #: Units, volumes and qualities that were read before (qualities.py).
    read: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)


class Lookups:
    """The reference data of one import or export, each kind read when it is first asked for."""

    def __init__(self, session: Session, *, on: date, scope: Scope | None = None) -> None:
        self.session, self.on, self.scope = session, on, scope
        self._places: dict[str, Place | MarketError] = {}
        self._products: dict[str, Goods | Invalid] = {}

    # Places

    @cached_property
    def _bearers(self) -> dict[str, list[Place]]:
        found: dict[str, list[Place]] = defaultdict(list)
        for place in self.session.scalars(sa.select(Place).order_by(Place.valid_from)):
            found[place.code].append(place)
        return dict(found)

    @cached_property
    def place_keys(self) -> dict[int, str]:
        """How each place is written, by id."""
        return {place.id: places.key_of(place, self.on) for some in self._bearers.values() for place in some}

    def place(self, cell: Cell) -> int:
        """The id of the place meant by ``CODE`` (valid today) or ``CODE@DATE``."""
        typed = cells.plain(cell)
        if typed not in self._places:
            try:
                bearers = self._bearers.get(typed.partition("@")[0].strip(), ())
                self._places[typed] = places.choose(bearers, text=typed, on=self.on)
            except MarketError as refusal:
                self._places[typed] = refusal
        found = self._places[typed]
        if isinstance(found, MarketError):
            raise Invalid(found.words)
        if self.scope is not None and found.id not in self.scope.places:
            raise Invalid(t("This place is not among yours."))
        return found.id

    # Catalogue

    @cached_property
    def goods(self) -> dict[int, Goods]:
        """Every product by id."""
        definitions, packs = catalogue.list_specs(self.session), catalogue.all_pack_sizes(self.session)
        return {
            product.id: Goods(
                product.id,
                product.slug,
                product.name_vi,
                product.sector_code,
                product.unit,
                catalogue.piece_of(product),
                tuple(packs.get(product.id, ())),
                tuple(definitions.get(product.id, ())),
            )
            for product in self._listed
        }

    @cached_property
    def _listed(self) -> list[Product]:
        return list(catalogue.list_products(self.session))

    @cached_property
    def _called(self) -> dict[str, list[Product]]:
        """Products by what they are called, folded: a name first, a synonym where no name is meant."""
        by_name: dict[str, list[Product]] = defaultdict(list)
        by_synonym: dict[str, list[Product]] = defaultdict(list)
        words = catalogue.all_synonyms(self.session)
        for product in self._listed:
            for name in {vietnamese.fold(product.name_vi), vietnamese.fold(product.name_en)}:
                by_name[name].append(product)
            for word in {vietnamese.fold(word) for word in words.get(product.id, ())}:
                by_synonym[word].append(product)
        return {**by_synonym, **by_name}

    @cached_property
    def _slugs(self) -> dict[str, Product]:
        return {product.slug: product for product in self._listed}

    def product(self, cell: Cell) -> Goods:
        """The product meant by slug, name or a synonym that only one has; never guessed."""
        typed = cells.plain(cell)
        if typed not in self._products:
            self._products[typed] = self._product(typed)
        found = self._products[typed]
        if isinstance(found, Invalid):
            raise Invalid(found.words)
        return found

    def _product(self, typed: str) -> Goods | Invalid:
        if typed in self._slugs:
            return self.goods[self._slugs[typed].id]
        named = self._called.get(vietnamese.fold(typed), [])
        if len(named) > 1:
            exact = vietnamese.exact_words(typed)
            named = [
                product
                for product in named
                if exact in map(vietnamese.exact_words, (product.name_vi, product.name_en))
            ] or named
        if not named:
            return Invalid(t("There is no such product in the catalogue."))
        if len(named) > 1:
            return Invalid(
                t(
                    "Several products are called so: write one of {names}.",
                    names=_joined(p.slug for p in named),
                )
            )
        return self.goods[named[0].id]

    def product_name(self, goods: Goods) -> str:
        """The product's name where it is read back as this product, else its slug."""
        found = self._products.setdefault(goods.name, self._product(goods.name))
        return goods.name if found is goods else goods.slug

    @cached_property
    def fields(self) -> Choices:
        """What a unit works in."""
        return _choices((row.code, row.name_vi, row.name_en) for row in catalogue.list_fields(self.session))

    @cached_property
    def sectors(self) -> Choices:
        """Branches of products."""
        return _choices((row.code, row.name_vi, row.name_en) for row in catalogue.list_sectors(self.session))

    @cached_property
    def seasons(self) -> dict[int, Season]:
        """Every season by id."""
        return {season.id: season for season in catalogue.list_seasons(self.session)}

    @cached_property
    def _season_words(self) -> Choices:
        return _choices((row.code, row.name_vi, row.name_en) for row in self.seasons.values())

    @cached_property
    def _season_ids(self) -> dict[str, int]:
        return {season.code: season.id for season in self.seasons.values()}

    def season(self, cell: Cell) -> int:
        """The id of the season meant by its code or name; of one year, so the year has to be said."""
        try:
            return self._season_ids[self._season_words.read(cell)]
        except Invalid:
            raise Invalid(t("There is no such season. Write it with its year, as “Hè Thu 2025”.")) from None

    @cached_property
    def standards(self) -> Choices:
        """Standards and codes that goods can have."""
        return _choices((row.code, row.name_vi, row.name_en) for row in self._standards)

    @cached_property
    def _standards(self) -> list[Any]:
        return catalogue.list_standards(self.session)

    @cached_property
    def stars(self) -> dict[int, str]:
        """The standard of each number of OCOP stars."""
        return {row.stars: row.code for row in self._standards if row.stars is not None}

    @cached_property
    def forms(self) -> dict[int, Any]:
        """The seven forms of linkage by number."""
        return {form.no: form for form in catalogue.list_forms(self.session)}

    # Parties

    @cached_property
    def parties(self) -> dict[int, Any]:
        """Every party by id: the columns that cells may name or compare with."""
        columns = (
            Party.id, Party.code, Party.kind, Party.name, Party.folded, Party.tax_code, Party.place_id,
            Party.standing, Party.status, Party.identity_level, Party.members, Party.households,
            Party.founded_on, Party.dissolved_on, Party.buyer_kind, Party.destination,
        )  # fmt: skip
        return {row.id: row for row in self.session.execute(sa.select(*columns))}

    @cached_property
    def by_code(self) -> dict[str, Any]:
        """Every party by code."""
        return {row.code: row for row in self.parties.values()}

    @cached_property
    def by_tax_code(self) -> dict[str, Any]:
        """Every party that has a tax code by it."""
        return {row.tax_code: row for row in self.parties.values() if row.tax_code}

    @cached_property
    def by_name(self) -> dict[str, list[Any]]:
        """Parties by their folded name."""
        found: dict[str, list[Any]] = defaultdict(list)
        for row in self.parties.values():
            found[row.folded].append(row)
        return dict(found)

    def unit(self, cell: Cell) -> Any:
        """The collective unit with this code."""
        found = self.by_code.get(cells.plain(cell))
        if found is None or found.kind not in UNIT_KINDS:
            if self.scope is not None and not self.scope.places:  # a manager brings in no unit
                raise Invalid(t("No cooperative or group has this code."))
            raise Invalid(t("No cooperative or group has this code. Import it first."))
        self.check_unit(found.id)
        return found

    def check_unit(self, unit_id: int) -> None:
        """Refuse a unit whose rows whoever sends the file may not touch."""
        if self.scope is not None and unit_id not in self.scope.units:
            raise Invalid(t("This unit is not yours to speak for."))


def _choices(rows: Iterable[tuple[str, str, str]]) -> Choices:
    return Choices({code: (name_vi, name_en) for code, name_vi, name_en in rows})


def _joined(names: Iterable[str]) -> str:
    return ", ".join(names)
