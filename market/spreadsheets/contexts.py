"""What the pages of this feature are drawn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from market.spreadsheets.models import Upload
from market.spreadsheets.present import Guide, Seen
from market.web.forms import Filled
from market.web.page_context import Options, PageContext
from market.words import Words


@dataclass(frozen=True, kw_only=True)
class Index(PageContext):
    """The files that can be sent, and those that were."""

    template: ClassVar = "spreadsheets/index.html"
    form: Filled[Any]
    guides: Sequence[Guide]
    kinds: Options
    sent: Sequence[Upload]
    names: Mapping[str, Words]
    states: Mapping[str, tuple[Words, str]]
    most: int
    most_rows: int


@dataclass(frozen=True, kw_only=True)
class Show(PageContext):
    """One file that was sent, and how far it is."""

    template: ClassVar = "spreadsheets/show.html"
    form: Filled[Any]
    upload: Upload
    at_work: bool
    progress: tuple[int, int] | None
    name: Words
    state: tuple[Words, str]
    seen: Seen | None
