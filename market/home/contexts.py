"""What the pages of this feature are drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from market.home.help import Guide
from market.home.operations import Operation
from market.home.status import Status
from market.listings.cards import Card
from market.moderation.retention import Period
from market.statistics.present import Tile
from market.web.page_context import PageContext


@dataclass(frozen=True, kw_only=True)
class Help(PageContext):
    """Which guides there are."""

    template: ClassVar = "home/help.html"
    guides: Sequence[Guide]


@dataclass(frozen=True, kw_only=True)
class GuidePage(PageContext):
    """One role's guide, with the others to go to."""

    template: ClassVar = "home/guide.html"
    guide: Guide
    guides: Sequence[Guide]


@dataclass(frozen=True, kw_only=True)
class Api(PageContext):
    """What programs may ask."""

    template: ClassVar = "home/api.html"
    operations: Sequence[Operation]


@dataclass(frozen=True, kw_only=True)
class Offline(PageContext):
    """What is shown where there is no line."""

    template: ClassVar = "home/offline.html"
    sent: bool


@dataclass(frozen=True, kw_only=True)
class Index(PageContext):
    """The front page."""

    template: ClassVar = "home/index.html"
    cards: Sequence[Card]
    tiles: Sequence[Tile]


@dataclass(frozen=True, kw_only=True)
class About(PageContext):
    """What the market is."""

    template: ClassVar = "home/about.html"
    terms_version: str
    privacy_version: str
    periods: Sequence[Period]


@dataclass(frozen=True, kw_only=True)
class StatusPage(PageContext):
    """How the market stands."""

    template: ClassVar = "home/status.html"
    s: Status
    known_years: Sequence[int]
    unknown_years: Sequence[int]
