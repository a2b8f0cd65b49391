"""What the pages of this feature are drawn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from market.assisted.queries import Shown
from market.calls.queries import AgreedLine, AskedLine
from market.catalogue.models import Product
from market.inquiries.contexts import DealPage
from market.links.desk import Deal, DeskLink
from market.parties.models import Party
from market.web.forms import Filled
from market.web.page_context import Grouped, Options, PageContext


@dataclass(frozen=True, kw_only=True)
class Unit(PageContext):
    """A unit that an officer enters for."""

    template: ClassVar = "calls/unit.html"
    party: Party
    phones: Options
    asked: Sequence[AskedLine]
    agreed: Sequence[AgreedLine]
    entries: Sequence[Shown]
    registers: bool


@dataclass(frozen=True, kw_only=True)
class Choose(PageContext):
    """Of which product the listing is to be."""

    template: ClassVar = "calls/choose.html"
    party: Party
    products: Grouped
    form: Filled[Any]


@dataclass(frozen=True, kw_only=True)
class Listing(PageContext):
    """The form of a listing that was told on the phone."""

    template: ClassVar = "calls/listing.html"
    party: Party
    form: Filled[Any]
    per: str
    product: Product
    product_name: str
    volume_hint: str


@dataclass(frozen=True, kw_only=True)
class Look(PageContext):
    """An inquiry whose price and buyer are not open to the officer, or that does not wait any more."""

    template: ClassVar = "calls/look.html"
    party: Party
    inquiry_id: int
    line: AskedLine | None
    form: Filled[Any]


@dataclass(frozen=True, kw_only=True)
class Inquiry(DealPage):
    """An inquiry that the officer has opened, with the form of the unit's answer."""

    template: ClassVar = "calls/inquiry.html"
    party: Party
    inquiry_id: int
    line: AskedLine
    answers: Options


@dataclass(frozen=True, kw_only=True)
class Delivery(PageContext):
    """The form of a delivery that was told on the phone."""

    template: ClassVar = "calls/delivery.html"
    party: Party
    link: DeskLink
    deal: Deal | None
    price_kind: str
    size_field: Mapping[str, str] | None
    unit_name: str
    form: Filled[Any]
