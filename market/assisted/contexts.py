"""What the pages of this feature are drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from market.assisted.queries import Shown
from market.parties.desk import DeskLine
from market.web.forms import Filled
from market.web.page_context import Options, PageContext


@dataclass(frozen=True, kw_only=True)
class Settle(PageContext):
    """An entry by an officer, opened by the link of a message."""

    template: ClassVar = "assisted/settle.html"
    entry: Shown
    form: Filled[Any]


@dataclass(frozen=True, kw_only=True)
class Desk(PageContext):
    """Entries for officers."""

    template: ClassVar = "assisted/desk.html"
    lines: Sequence[Shown]
    waiting: int
    denied: int
    form: Filled[Any]
    refused: Filled[Any]
    states: Options
    units: Sequence[DeskLine]
    searched: bool
    page: int
    pages: int


@dataclass(frozen=True, kw_only=True)
class Mine(PageContext):
    """Entries that wait for the unit's word."""

    template: ClassVar = "assisted/mine.html"
    form: Filled[Any]
    waiting: Sequence[Shown]
    entries: Sequence[Shown]


@dataclass(frozen=True, kw_only=True)
class Show(PageContext):
    """One entry, with the unit's word."""

    template: ClassVar = "assisted/show.html"
    entry: Shown
    form: Filled[Any]
    may: bool
