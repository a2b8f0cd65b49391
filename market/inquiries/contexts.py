"""What the pages of this feature are drawn from, and what all pages share that show or take an offer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from market.accounts.looks import Look
from market.assisted.queries import Shown
from market.files.present import ShownFile
from market.inquiries.deal_words import DealWords
from market.inquiries.lists import InquiryRow
from market.inquiries.queries import Asked, Thread
from market.links.queries import Record
from market.listings.cards import Card
from market.listings.models import Listing
from market.web.forms import Filled
from market.web.page_context import Options, PageContext

#: What a quality says: labels and values.
Qualities = Sequence[tuple[str, str]]
#: The codes of offers in words, by what they are codes of.
OfferWords = Mapping[str, Mapping[Any, str]]
#: What the other side has done so far; by this name for present.py, which may not look above itself.
Others = Record


@dataclass(frozen=True, kw_only=True)
class ProposalPage(PageContext):
    """A page with the form of an offer: what it offers to choose from (`present.proposal_choices`)."""

    form: Filled[Any]
    size_field: Mapping[str, Any] | None
    price_kinds: Options
    price_rows: Callable[[Filled[Any]], Sequence[int]]
    specs: Sequence[Mapping[str, Any]]
    communes: Sequence[tuple[int, str]]
    bases: Options
    area_bases: Options
    leads: Options
    seasons: Options
    payments: Options
    kinds: Options
    parts: Options
    sides: Options
    checks: Options
    unit_hint: str


@dataclass(frozen=True, kw_only=True)
class DealPage(ProposalPage):
    """A page that also shows what was asked and offered so far (`present.deal_page`)."""

    thread: Thread
    reasons: Options
    place_names: Mapping[int, str]
    qualities: Mapping[int, Qualities]
    deals: Mapping[int, DealWords]
    words: OfferWords


@dataclass(frozen=True, kw_only=True)
class Index(PageContext):
    """A party's inquiries."""

    template: ClassVar = "inquiries/index.html"
    waiting: Sequence[Shown]
    rows: Sequence[InquiryRow]
    everything: bool
    page: int
    pages: int
    fields: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Desk(PageContext):
    """An inquiry for officers; what is offered in it opens by a look."""

    template: ClassVar = "inquiries/desk.html"
    asked: Asked
    link_id: int | None
    thread: Thread | None = None
    place_names: Mapping[int, str] = field(default_factory=dict)
    qualities: Mapping[int, Qualities] = field(default_factory=dict)
    deals: Mapping[int, DealWords] = field(default_factory=dict)
    words: OfferWords = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class New(ProposalPage):
    """The form of an inquiry."""

    template: ClassVar = "inquiries/new.html"
    listing: Listing
    card: Card | None


@dataclass(frozen=True, kw_only=True)
class Show(DealPage):
    """One inquiry, for its two sides: the offers, the words beside them, what may be answered."""

    template: ClassVar = "inquiries/show.html"
    answer: Filled[Any]
    word: Filled[Any]
    files: Mapping[int, Sequence[ShownFile]]
    counter_open: bool
    link_id: int | None
    record: Others | None
    looks: Sequence[Look]
