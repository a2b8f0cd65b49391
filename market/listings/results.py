"""The results of a search as they are drawn, kept for whoever asks for the same: for as long as the index
answers as before (``answers.py``) and each card says what it said. Nothing in them is anybody's own.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from markupsafe import Markup

from market.listings.search_form import SearchPage
from market.listings.searching import Found, Names

#: So many are kept by a process, each of some tens of kilobytes.
MOST = 300


@dataclass(frozen=True, slots=True)
class Drawn:
    """The block of results, and what the page around it says of the search."""

    block: Markup
    shown: SearchPage


@dataclass(frozen=True, slots=True)
class _Held:
    drawn: Drawn
    found: Found
    known: Names

    def holds(self, found: Found, known: Names) -> bool:
        """Whether the same would be drawn of this. Pages, cards and names are kept themselves: what is the
        same thing says the same.
        """
        return (
            self.known is known
            and self.found.page is found.page
            and self.found.relaxed == found.relaxed
            and len(self.found.cards) == len(found.cards)
            and all(mine is other for mine, other in zip(self.found.cards, found.cards, strict=True))
        )


class Results:
    """The results that a process has drawn, by what was asked. Any thread may use it at any time."""

    def __init__(self, *, most: int = MOST) -> None:
        self._most = most
        self._held: OrderedDict[Hashable, _Held] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, asked: Hashable, found: Found, known: Names) -> Drawn | None:
        """What was drawn when the same was asked, found and known."""
        with self._lock:
            held = self._held.get(asked)
            if held is None or not held.holds(found, known):
                return None
            self._held.move_to_end(asked)
            return held.drawn

    def keep(self, asked: Hashable, found: Found, known: Names, drawn: Drawn) -> None:
        """Keep it; what was unused for longest is let go."""
        with self._lock:
            self._held[asked] = _Held(drawn, found, known)
            self._held.move_to_end(asked)
            if len(self._held) > self._most:
                self._held.popitem(last=False)
