"""Pieces of pages that are drawn once and kept: a list shows the same cards again and again, and drawing one
takes longer than reading it. What differs from page to page is put into a gap that the piece leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Protocol

from markupsafe import Markup, escape

from market.web.context import language

#: Stands for the gap while a piece is drawn; for private use, so it means nothing to anybody.
GAP = "\ue000"
#: So many pieces are kept, each of a few kilobytes.
MOST = 4_000


class Draw(Protocol):
    """Draws a thing with something in its gap."""

    def __call__(self, thing: Hashable, gap: object, /) -> Markup: ...


def kept(macro: Callable[[Hashable, str], Markup]) -> Draw:
    """A macro whose first argument is shown and whose second is a text in it, as a function that draws each
    thing once in each language. Whatever the macro says must come from the thing alone, and the gap be the
    first place where a visitor's text may stand.
    """

    @lru_cache(maxsize=MOST)
    def parts(thing: Hashable, _language: str) -> tuple[Markup, Markup]:
        before, _, after = macro(thing, GAP).partition(GAP)
        return before, after

    def draw(thing: Hashable, gap: object, /) -> Markup:
        before, after = parts(thing, language())
        return before + escape(gap) + after

    return draw
