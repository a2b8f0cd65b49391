"""What the pages of this feature are drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from market.home.help import Guide
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
