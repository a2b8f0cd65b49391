"""What the pages of this feature are drawn from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from market.demands.answering import Fit
from market.demands.candidates import Candidate
from market.demands.facts import Facts
from market.demands.goods import Name
from market.demands.listed import Listed
from market.demands.present import Shown
from market.demands.queries import DemandRow
from market.web.forms import Filled
from market.web.page_context import Grouped, Options, PageContext
from market.words import Named, Words


@dataclass(frozen=True, kw_only=True)
class Offer(PageContext):
    """The form of an offer to a demand; without a lot that may be offered there is nothing to fill in."""

    template: ClassVar = "demands/offer.html"
    demand_id: int
    product: Name
    buyer: str
    unit: str
    piece: Named | None
    facts: Facts
    fits: Sequence[Fit]
    chosen: Fit | None
    taken: Words
    lacking: Callable[[Candidate], Sequence[Words]]
    can_trade: bool
    form: Filled[Any]
    price_kinds: Options = ()
    price_rows: Callable[[Filled[Any]], Sequence[int]] | None = None
    size_field: Mapping[str, Any] | None = None
    unit_hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Index(PageContext):
    """Open demands."""

    template: ClassVar = "demands/index.html"
    rows: Sequence[DemandRow]
    as_seller: bool
    served: Mapping[int, Listed]
    taken: Words
    both: bool
    form: Filled[Any]
    narrowed: bool
    page: int
    pages: int
    fields: Mapping[str, Any]
    products: Options
    sectors: Options


@dataclass(frozen=True, kw_only=True)
class Choose(PageContext):
    """Of which product the demand is to be."""

    template: ClassVar = "demands/choose.html"
    products: Grouped
    sectors: Options
    form: Filled[Any]


@dataclass(frozen=True, kw_only=True)
class New(PageContext):
    """The form of a demand."""

    template: ClassVar = "demands/new.html"
    form: Filled[Any]
    bases: Options
    communes: Sequence[tuple[int, str]]
    others: Options
    per: str
    poolable: bool
    product: str
    product_name: str
    sector: str
    specs: Sequence[Mapping[str, Any]]
    standards: Options
    units: Options


@dataclass(frozen=True, kw_only=True)
class Show(PageContext):
    """One demand."""

    template: ClassVar = "demands/show.html"
    form: Filled[Any]
    s: Shown
    can_trade: bool
