"""What the pages are drawn from that belong to no feature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from market.web.page_context import PageContext
from market.words import Words


@dataclass(frozen=True, kw_only=True)
class Error(PageContext):
    """A refusal or a fault."""

    template: ClassVar = "error.html"
    title: Words
    words: Words
    status: int
    request_id: str
