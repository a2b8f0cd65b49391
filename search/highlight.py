"""Which parts of a shown text match a question: the words that were searched for, and beginnings of words
where the last was half typed. For pages to mark; an engine's own snippets know only one of our spellings.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from search import vietnamese

_WORD = re.compile(r"\w+")

#: Titles of a market are made of few words.
_fold = lru_cache(maxsize=10_000)(vietnamese.fold)

Parts = tuple[tuple[str, bool], ...]  # the text in pieces, and whether each matches


def mark(text: str, words: Iterable[str], *, begun: str = "") -> Parts:
    """The text cut at its matches. `words` are folded; `begun` is the folded beginning of one."""
    wanted = frozenset(words)
    parts: list[tuple[str, bool]] = []
    end = 0
    for found in _WORD.finditer(text):
        folded = _fold(found[0])
        if folded in wanted or (begun and folded.startswith(begun)):
            hit = len(found[0])
            if folded not in wanted:
                # Only as much of it as was typed; marks written apart from their letters make it longer.
                hit = len(begun) if len(folded) == len(found[0]) else len(found[0])
            if found.start() > end:
                parts.append((text[end : found.start()], False))
            parts.append((text[found.start() : found.start() + hit], True))
            end = found.start() + hit
    if end < len(text):
        parts.append((text[end:], False))
    return tuple(parts)
