"""Words of a question as they were meant to be typed: keystrokes taken back, codes put together, words that
were run together parted. Done only where the result is a known word and what was typed is not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from search import keystrokes
from search.lexicon import Lexicon
from search.words import Pair, cut

#: So many pieces at most make a code: 's t 25'.
_PIECES = 3

Typed = tuple[str, Pair]  # a word as it stands in the question, and as it is searched


@dataclass(frozen=True, slots=True)
class Word:
    """A word as typed, as it is searched, and in letters for people."""

    typed: str
    pair: Pair
    text: str

    @property
    def mended(self) -> bool:
        """Whether something was done to it."""
        return self.typed != self.text


@dataclass(frozen=True, slots=True)
class Mended:
    """What was typed, and as what it was understood."""

    typed: str
    meant: str


def together(mended: Sequence[Mended]) -> tuple[Mended, ...]:
    """Each that was typed once, with all the words that it was understood as: 'tomsu' as 'tôm sú'."""
    meant: dict[str, dict[str, None]] = {}
    for one in mended:
        meant.setdefault(one.typed, {})[one.meant] = None
    return tuple(Mended(typed, " ".join(words)) for typed, words in meant.items())


def mend(lexicon: Lexicon, words: Sequence[Typed]) -> list[Word]:
    """The words in their order; see above for what may happen to them."""
    made: list[Word] = []
    at = 0
    while at < len(words):
        joined = _code(lexicon, words, at)
        if not joined and (whole := _in_two(lexicon, words, at)):
            joined = 2, whole
        if joined:
            count, folded = joined
            typed = " ".join(piece for piece, _ in words[at : at + count])
            made.append(Word(typed, (folded, folded), lexicon.shown(folded)))
            at += count
        else:
            made += _one(lexicon, *words[at])
            at += 1
    return made


def _code(lexicon: Lexicon, words: Sequence[Typed], at: int) -> tuple[int, str] | None:
    """Letters and digits that only together are known: 'om 18', 's t 25'."""
    for count in range(_PIECES, 1, -1):
        pieces = [pair[1] for _, pair in words[at : at + count]]
        whole = "".join(pieces)
        if len(pieces) < count or not pieces[-1].isdigit() or not all(one.isalpha() for one in pieces[:-1]):
            continue
        if len(whole) <= 8 and whole in lexicon.of_goods:
            return count, whole
    return None


def _in_two(lexicon: Lexicon, words: Sequence[Typed], at: int) -> str:
    """A word of goods written in two, of which the first is none: 'sea bass'."""
    pieces = [pair[1] for _, pair in words[at : at + 2]]
    whole = "".join(pieces)
    longer = len(pieces) == 2 and len(whole) >= 6 and whole.isalpha()
    return whole if longer and whole in lexicon.of_goods and pieces[0] not in lexicon.of_goods else ""


def _is_foreign(lexicon: Lexicon, pair: Pair) -> bool:
    """Whether names have the word without any accent and never with these: 'shrimps' is no 'shrímp'."""
    token, folded = pair
    known = lexicon.accents.get(folded, ())
    return folded in known and token not in known and token != folded


def _one(lexicon: Lexicon, typed: str, pair: Pair) -> list[Word]:
    token, folded = pair
    if folded in lexicon.known:
        return [Word(typed, pair, typed)]
    if token == folded:
        for meant in keystrokes.undo(folded):
            found = cut(meant)
            if len(found) == 1 and found[0][1] in lexicon.known and not _is_foreign(lexicon, found[0]):
                return [Word(typed, found[0], meant)]
    if parts := lexicon.split(folded) or lexicon.in_full(folded):
        return [Word(typed, (one, one), lexicon.shown(one)) for one in parts]
    return [Word(typed, pair, typed)]
