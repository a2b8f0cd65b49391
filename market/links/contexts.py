"""What the pages of this feature are drawn from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from market.accounts.looks import Look
from market.files.present import ShownFile
from market.inquiries.contexts import OfferWords, ProposalPage, Qualities
from market.inquiries.deal_words import DealWords
from market.inquiries.said import Word
from market.links.checks import Check
from market.links.claims import Claim, WeighedLine
from market.links.desk import Deal, DeskLink
from market.links.history import Changes
from market.links.listed import LinkRow
from market.links.losses import Draw, Loss
from market.links.merging import Standing
from market.links.models import Link
from market.links.queries import DeliveryCard, LinkPage
from market.listings.models import Listing, Lot
from market.parties.duplicates import Alike
from market.parties.models import Party
from market.web.forms import Filled
from market.web.page_context import Options, PageContext
from market.words import Named, Volume, Words


@dataclass(frozen=True, kw_only=True)
class Amend(ProposalPage):
    """The form of an amendment."""

    template: ClassVar = "links/amend.html"
    link: Link


@dataclass(frozen=True, kw_only=True)
class Desk(PageContext):
    """An agreement for officers."""

    template: ClassVar = "links/desk.html"
    link: DeskLink
    deal: Deal | None
    seeing: Filled[Any]
    files: Sequence[tuple[Words, ShownFile]]
    quality: Qualities
    form_name: Named | None
    size_field: Mapping[str, str] | None
    settling: Filled[Any]
    settling_at: int | None
    claims: Mapping[int, tuple[Claim, ...]]
    to_settle: Mapping[int, Options]
    unit_name: str
    words: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Delivery(PageContext):
    """One delivery, with what is said of it."""

    template: ClassVar = "links/delivery.html"
    link: LinkPage
    delivery: DeliveryCard
    claims: Sequence[tuple[Claim, Qualities]]
    lines: Sequence[tuple[WeighedLine, Qualities]]
    several: bool
    by_line: bool
    to_contest: Options
    my_turn: bool
    form: Filled[Any]
    answer: Filled[Any]
    note: Filled[Any]
    note_files: Sequence[ShownFile]
    what: Options
    specs: Sequence[Mapping[str, Any]]
    unit_name: str
    sides: Mapping[str, Words]


@dataclass(frozen=True, kw_only=True)
class LossPage(PageContext):
    """The form that says whom a loss falls on."""

    template: ClassVar = "links/loss.html"
    form: Filled[Any]
    listing: Listing
    lot: Lot
    loss: Loss | None
    lost: str
    cause: Words | str
    short: int
    say_amount: Callable[[int], str]
    draws: Sequence[Draw]


@dataclass(frozen=True, kw_only=True)
class Merge(PageContext):
    """The form that lays two buyers together."""

    template: ClassVar = "links/merge.html"
    party: Party
    form: Filled[Any]
    standing: Standing
    alike: Sequence[Alike]


@dataclass(frozen=True, kw_only=True)
class Outside(PageContext):
    """The form of a sale outside the market."""

    template: ClassVar = "links/outside.html"
    form: Filled[Any]
    listing: Listing
    lot: Lot
    left: Words | Volume
    buyer_kinds: Options
    volume_hint: str
    per: str


@dataclass(frozen=True, kw_only=True)
class Phone(ProposalPage):
    """The form of an agreement that was made by phone."""

    template: ClassVar = "links/phone.html"
    listing: Listing
    is_seller: bool


@dataclass(frozen=True, kw_only=True)
class Renew(ProposalPage):
    """The form that agrees anew."""

    template: ClassVar = "links/renew.html"
    link: Link
    listing: Listing
    side: str


@dataclass(frozen=True, kw_only=True)
class Index(PageContext):
    """A party's agreements."""

    template: ClassVar = "links/index.html"
    rows: Sequence[LinkRow]
    everything: bool
    page: int
    pages: int
    fields: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Show(PageContext):
    """One agreement, for its two sides, with all forms that may follow."""

    template: ClassVar = "links/show.html"
    link: LinkPage
    whose: str
    quality: Qualities
    place: str | None
    changes: Changes
    may_amend: bool
    may_renew: bool
    deal: DealWords
    deals: Mapping[int, DealWords]
    size_field: Mapping[str, str] | None
    qualities: Mapping[int, Qualities]
    place_names: Mapping[int, str]
    delivery: Filled[Any]
    delivery_open: bool
    weighing_rows: Sequence[int]
    checks: Sequence[Check]
    check: Filled[Any]
    word: Filled[Any]
    words_said: Sequence[Word]
    no_form: Filled[Any]
    files: Mapping[int, Sequence[ShownFile]]
    check_files: Mapping[str, Sequence[ShownFile]]
    contract_files: Sequence[ShownFile]
    notes: Mapping[int, int]
    contract_form: Filled[Any]
    answer: Filled[Any]
    end_reasons: Options
    unit_name: str
    words: OfferWords
    form_name: Named | None
    looks: Sequence[Look]


@dataclass(frozen=True, kw_only=True)
class Print(PageContext):
    """An agreement as a sheet of paper."""

    template: ClassVar = "links/print.html"
    link: LinkPage
    quality: Qualities
    place: str | None
    deal: DealWords
    checks: Sequence[Check]
    words: OfferWords
    form_name: Named | None
