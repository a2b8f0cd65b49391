"""What the pages of this feature are drawn from, and what all pages share that show or take an offer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from market.inquiries.deal_words import DealWords
from market.inquiries.queries import Thread
from market.web.forms import Filled
from market.web.page_context import Options, PageContext


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
    qualities: Mapping[int, Sequence[tuple[str, str]]]
    deals: Mapping[int, DealWords]
    words: Mapping[str, Mapping[Any, str]]
