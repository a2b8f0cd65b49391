"""What the pages of this feature are drawn from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from markupsafe import Markup

from market.catalogue.models import Product
from market.certificates.queries import Proof
from market.listings.cards import Card
from market.listings.models import Listing, Lot
from market.listings.photos import Photo
from market.listings.queries import ListingPage, LotChangeRow
from market.listings.saved import SavedLine
from market.listings.search_form import SearchPage
from market.listings.terms import Terms
from market.web.forms import Filled
from market.web.page_context import Grouped, Options, PageContext
from market.words import Named, Volume, Words


@dataclass(frozen=True, kw_only=True)
class LotPage(PageContext):
    """The form of a lot."""

    template: ClassVar = "listings/lot.html"
    form: Filled[Any]
    listing: Listing
    lot_kinds: Options
    volume_hint: str


@dataclass(frozen=True, kw_only=True)
class LossPage(PageContext):
    """The form that reports a loss."""

    template: ClassVar = "listings/loss.html"
    form: Filled[Any]
    listing: Listing
    lot: Lot
    left: Words | Volume
    committed: Words | Volume | None
    causes: Options
    losses: Sequence[LotChangeRow]
    product: Product
    piece: Named | None
    volume_hint: str


@dataclass(frozen=True, kw_only=True)
class Choose(PageContext):
    """Of which product the listing is to be."""

    template: ClassVar = "listings/choose.html"
    products: Grouped
    form: Filled[Any]


@dataclass(frozen=True, kw_only=True)
class Index(PageContext):
    """What is on sale, as it is looked for."""

    template: ClassVar = "listings/index.html"
    form: Filled[Any]
    s: SearchPage
    results: Markup


@dataclass(frozen=True, kw_only=True)
class Trace(PageContext):
    """Where what was sold comes from."""

    template: ClassVar = "listings/trace.html"
    s: ListingPage
    card: Card
    proofs: Sequence[Proof]
    checked_on: date | None
    code: Markup


@dataclass(frozen=True, kw_only=True)
class Show(PageContext):
    """One listing."""

    template: ClassVar = "listings/show.html"
    s: ListingPage
    card: Card
    terms: Terms
    may_ask: bool
    can_trade: bool
    words: Mapping[str, Mapping[str, Words]]


@dataclass(frozen=True, kw_only=True)
class Saved(PageContext):
    """Searches that were kept."""

    template: ClassVar = "listings/saved.html"
    form: Filled[Any]
    lines: Sequence[SavedLine]
    often: Options
    most: int


@dataclass(frozen=True, kw_only=True)
class Save(PageContext):
    """The form to keep a search."""

    template: ClassVar = "listings/save.html"
    form: Filled[Any]
    hidden: Options
    often: Options
    back: str


@dataclass(frozen=True, kw_only=True)
class Stop(PageContext):
    """The button that stops the messages of a search."""

    template: ClassVar = "listings/stop.html"
    name: str
    stopped: bool
    action: str


@dataclass(frozen=True, kw_only=True)
class Form(PageContext):
    """The form of a listing with what it offers to choose from (`present.listing_choices`); of one that is
    there also its photos (`present.photo_section`) and, where somebody else has changed it, what stands now.
    """

    template: ClassVar = "listings/form.html"
    form: Filled[Any]
    listing: Listing | None
    stands: Options
    product: Product
    product_name: str
    specs: Sequence[Mapping[str, Any]]
    size_name: str
    lines: Callable[[Filled[Any]], Sequence[int]]
    variants: Sequence[tuple[int, str]]
    standards: Options
    communes: Sequence[tuple[int, str]]
    bases: Options
    payments: Options
    sides: Options
    checks: Options
    lot_kinds: Options
    price_kinds: Options
    per: str
    volume_hint: str
    photos: Sequence[Photo] = ()
    photo_form: Filled[Any] | None = None
    wrong_photo: str = ""
    photos_left: int = 0


@dataclass(frozen=True, kw_only=True)
class Mine(PageContext):
    """A unit's own listings, each with its lots."""

    template: ClassVar = "listings/mine.html"
    cards: Sequence[Card]
    page: int
    pages: int
    states: Mapping[str, tuple[Words, str]]
    can_trade: bool
    assisted: Mapping[int, str]
    form: Filled[Any]
    wrong_lot: int | None
    lefts: Mapping[int, str]
