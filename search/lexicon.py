"""The words that a question is understood by: goods with all their names, places, standards, seasons, and
every other word that stands in the listings. Plain values, handed in by the market; nothing is typed here.

What is made of them is `goods.py`'s matter (which product is meant) and `reading.py`'s (the rest).
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from search import spelling
from search.words import Pair, as_written, cut

#: How much a word of each kind says about the good: its names all, what describes it less.
NAME, GROUP, HINT = 1.0, 0.7, 0.4

#: How much like the word that is meant a typed one is.
SAME, FOLDED, OTHER_TONE, SOUNDS_ALIKE, SLIP, SHORT_SLIP, BEGUN = 1.0, 0.97, 0.85, 0.75, 0.7, 0.5, 0.6


#: Names of fewer words have no short form of their initials.
_FEWEST_INITIALS = 3
#: How a word ends with these two tones, which the south does not tell apart.
_HOI_NGA = {"qr": "qx", "qx": "qr"}


@dataclass(frozen=True, slots=True)
class Phrase:
    """A name of a good, cut into words; `weight` is NAME, GROUP or HINT."""

    words: tuple[Pair, ...]
    weight: float
    shown: Mapping[str, str] = field(default_factory=dict)  # the folded words as they are written
    folded: frozenset[str] = frozenset()
    vietnamese: bool = False  # some word has an accent

    @property
    def head(self) -> str:
        """The folded word that says what it is; English puts it last."""
        return self.words[0 if self.vietnamese else -1][1]


@dataclass(frozen=True, slots=True)
class Good:
    """A product by its slug, and every phrase by which people may mean it."""

    slug: str
    phrases: tuple[Phrase, ...]

    @classmethod
    def of(cls, slug: str, phrases: Iterable[tuple[str, float]]) -> "Good":
        """From texts with their weights."""
        made: dict[tuple[Pair, ...], Phrase] = {}
        for text, weight in phrases:
            words = tuple(cut(text))
            if words and (words not in made or weight > made[words].weight):
                folded = frozenset(one for _, one in words)
                vietnamese = any(token != plain for token, plain in words)
                made[words] = Phrase(words, weight, as_written(text), folded, vietnamese)
        return cls(slug, tuple(made.values()))


@dataclass(frozen=True, slots=True)
class Season:
    """A season by its folded name and the months in which it runs, '2026-12', from the asking day on."""

    name: str
    months: tuple[str, ...]


class Lexicon:
    """Everything known, made once and read by all threads; see `Good`, and for the others:

    `places` a place's folded name (as people say it, without 'xã' or 'huyện') to the keys of all places that
    bear it, `place_names` the same names with accents; `standards` a standard's folded name to its codes;
    `sellers` their folded names without what kind of unit they are; `festival_months` from now to the next
    Tết; `others` folded words of listings and sellers.
    """

    def __init__(
        self,
        goods: Iterable[Good],
        *,
        places: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
        place_names: Iterable[str] = (),
        standards: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
        seasons: Sequence[Season] = (),
        sellers: Iterable[str] = (),
        festival_months: Sequence[str] = (),
        others: Iterable[str] = (),
    ) -> None:
        self.goods = tuple(goods)
        self.places = dict(places)
        self.standards = dict(standards)
        self.seasons = tuple(seasons)
        self.sellers = frozenset(sellers)
        self.festival_months = tuple(festival_months)
        self.bags: dict[str, dict[str, float]] = {}
        self._shown: dict[str, str] = {}
        #: Each folded word to the tokens in which it is known with accents.
        self.accents: dict[str, set[str]] = {}
        for good in self.goods:
            bag = self.bags.setdefault(good.slug, {})
            for phrase in good.phrases:
                for token, folded in phrase.words:
                    self._shown.setdefault(folded, phrase.shown.get(folded, folded))
                    bag[folded] = max(bag.get(folded, 0.0), phrase.weight)
                    self.accents.setdefault(folded, set()).add(token)
        self.of_goods = frozenset(self.accents)
        #: Words of a group that names in it have too: what a thing is, whatever sort of it ('giống', 'khô').
        self.kinds = frozenset(
            folded for good in self.goods for folded in _folded(good, GROUP) & _folded(good, NAME)
        )
        #: The goods' names by each of their words, folded, and whose they are.
        self._names: dict[str, dict[tuple[str, ...], set[str]]] = {}
        for good in self.goods:
            for phrase in good.phrases:
                name = tuple(folded for _, folded in phrase.words)
                for folded in name:
                    self._names.setdefault(folded, {}).setdefault(name, set()).add(good.slug)
        self._initials = _initials(self.goods, self.of_goods)
        self._beside = {
            (one[1], other[1])
            for good in self.goods
            for phrase in good.phrases
            for one, other in zip(phrase.words, phrase.words[1:], strict=False)
        }
        self._called: dict[str, str] = {}
        for place_name in place_names:
            self._called.setdefault(" ".join(folded for _, folded in cut(place_name)), place_name)
            for token, folded in cut(place_name):
                self.accents.setdefault(folded, set()).add(token)
        other_names = (*self.places, *self.standards, *(season.name for season in self.seasons))
        self.known = frozenset(
            {*self.accents, *(word for name in other_names for word in name.split()), *others}
        )
        count = max(len(self.goods), 1)
        spread: dict[str, int] = {}
        for bag in self.bags.values():
            for folded in bag:
                spread[folded] = spread.get(folded, 0) + 1
        self._rarity = {folded: math.log(1 + count / held) for folded, held in spread.items()}
        self._whole = {
            phrase.words: sum(self._rarity[folded] for _, folded in phrase.words)
            for good in self.goods
            for phrase in good.phrases
        }
        self._goods_at: dict[str, list[int]] = {}
        for position, good in enumerate(self.goods):
            for folded in self.bags[good.slug]:
                self._goods_at.setdefault(folded, []).append(position)
        self.like = lru_cache(maxsize=20_000)(self._like)
        self.split = lru_cache(maxsize=20_000)(self._split)

    def goods_like(self, liked: Collection[str]) -> list[Good]:
        """The goods in whose names any of these folded words stands, in the order of the lexicon."""
        at = {position for folded in liked for position in self._goods_at.get(folded, ())}
        return [self.goods[position] for position in sorted(at)]

    def rarity_of(self, phrase: Phrase) -> float:
        """All of a phrase's words together."""
        return self._whole[phrase.words]

    def rarity(self, folded: str) -> float:
        """How much a word tells the goods apart: the fewer bear it the more; 0 for words of none."""
        return self._rarity.get(folded, 0.0)

    def beside(self, folded: str, following: str) -> bool:
        """Whether these words stand so side by side in some name of goods."""
        return (folded, following) in self._beside

    def is_name(self, *folded: str) -> bool:
        """Whether these words are the whole of some name of goods."""
        return folded in self._names.get(folded[0], {})

    def names_with(self, folded: str) -> Iterable[tuple[tuple[str, ...], set[str]]]:
        """The names of goods in which a folded word stands, as folded words, and whose they are."""
        return self._names.get(folded, {}).items()

    def goods_with(self, span: tuple[str, ...]) -> set[str]:
        """The goods in whose names these words stand side by side."""
        return {
            slug
            for name, slugs in self._names.get(span[0], {}).items()
            if any(name[at : at + len(span)] == span for at in range(len(name) - len(span) + 1))
            for slug in slugs
        }

    def in_full(self, folded: str) -> tuple[str, ...]:
        """The words that initials stand for, folded, if any do: 'ttct' for tôm thẻ chân trắng."""
        return self._initials.get(folded, ())

    def shown(self, folded: str) -> str:
        """A known word as it is written in the goods' names."""
        return self._shown.get(folded, folded)

    def called(self, folded: str) -> str:
        """A place's name as it is written."""
        return self._called.get(folded, folded)

    def accent(self, pair: Pair) -> float:
        """How well a typed word fits its known namesake by its accents alone."""
        token, folded = pair
        known = self.accents.get(folded, ())
        if token in known:
            return SAME
        if token[-2:] in _HOI_NGA and token[:-2] + _HOI_NGA[token[-2:]] in known:
            return SOUNDS_ALIKE
        some = token == folded or any(spelling.has_some_accents_of(one, token) for one in known)
        return FOLDED if some else OTHER_TONE

    def near(self, names: Mapping[str, tuple[str, ...]], folded: Sequence[str]) -> str:
        """The one of these names that the words are, but for a slip in one that is not known; "" if none."""
        strange = [at for at, one in enumerate(folded) if one not in self.known]
        if len(strange) != 1 or len(folded[strange[0]]) < (3 if len(folded) > 1 else 6):
            return ""
        [at] = strange
        for name in names:
            words = name.split()
            if len(words) == len(folded) and spelling.one_slip(folded[at], words[at]):
                words[at] = folded[at]
                if words == list(folded):
                    return name
        return ""

    def _like(self, folded: str) -> tuple[tuple[str, float], ...]:
        """Words of goods that may be meant by a typed one, other than itself, with their likeness."""
        if not folded:
            return ()
        found = {one: SOUNDS_ALIKE for one in spelling.southern(folded) if one in self.of_goods}
        if folded not in self.known:
            for one in spelling.as_code(folded):
                if one in self.of_goods:
                    found[one] = SOUNDS_ALIKE
            for one in self.of_goods:
                if one not in found and (slip := _slip(folded, one)):
                    found[one] = slip
        return tuple(found.items())

    def _split(self, folded: str) -> tuple[str, ...]:
        """The known words that a run of letters is made of, if they stand side by side in some name, or
        behind a whole one ('sohuyetsong').
        """
        if not 4 <= len(folded) <= 40:
            return ()
        best: list[tuple[str, ...] | None] = [()] + [None] * len(folded)
        for end in range(2, len(folded) + 1):
            for start in range(end):
                before, word = best[start], folded[start:end]
                if before is None or word not in self.of_goods or (len(word) < 2 and not word.isdigit()):
                    continue
                if before and not self._may_follow(before, word):
                    continue
                held = best[end]
                if held is None or len(before) + 1 < len(held):
                    best[end] = (*before, word)
        found = best[len(folded)]
        return found if found and len(found) > 1 else _code_and_more(folded, best)

    def _may_follow(self, before: tuple[str, ...], word: str) -> bool:
        """Whether a word stands beside the one before it in some name, or says more of a whole name."""
        named = len(before) > 1 and self.is_name(*before)
        return named or self.beside(before[-1], word) or self.beside(word, before[-1])


def _code_and_more(folded: str, parts: Sequence[tuple[str, ...] | None]) -> tuple[str, ...]:
    """A code and what runs on behind it ('om5451bao50kg'), by what each beginning was found to be made of."""
    for end in range(len(folded) - 1, 3, -1):
        before = parts[end]
        if before and folded[end].isalpha() and before[-1][-1].isdigit() and not before[-1].isdigit():
            return (*before, folded[end:])
    return ()


def _folded(good: Good, weight: float) -> set[str]:
    return {one for phrase in good.phrases if phrase.weight == weight for one in phrase.folded}


def _initials(goods: Iterable[Good], taken: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Of the long Vietnamese names the initials of all words and of those behind the first, where they are
    those of one good's name, no word and not to be read as one.
    """
    found: dict[str, dict[tuple[str, ...], set[str]]] = {}
    for good in goods:
        for phrase in good.phrases:
            words = tuple(folded for _, folded in phrase.words)
            if phrase.weight < NAME or not phrase.vietnamese or not all(word.isalpha() for word in words):
                continue
            for part in (words, words[1:]):
                if len(part) >= _FEWEST_INITIALS:
                    initials = "".join(word[0] for word in part)
                    found.setdefault(initials, {}).setdefault(part, set()).add(good.slug)
    return {
        initials: next(iter(owners))
        for initials, owners in found.items()
        if set.intersection(*owners.values()) and initials not in taken and not set(initials) & set("aeiouy")
    }


def _is_once_more(typed: str, meant: str) -> bool:
    """Whether a code was typed with one of its signs twice."""
    again = (at for at in range(1, len(typed)) if typed[at] == typed[at - 1])
    return not typed.isdigit() and any(typed[:at] + typed[at + 1 :] == meant for at in again)


def _slip(typed: str, meant: str) -> float:
    """The likeness of a word typed wrongly, 0 if it is another. Codes differ by design: there letters may be
    swapped or left out, but no digit stands for another.
    """
    if spelling.one_slip(typed, meant):
        if any(sign.isdigit() for sign in typed + meant):
            once = _is_once_more(typed, meant)
            return SLIP if once or (sorted(typed) == sorted(meant) and len(typed) > 3) else 0.0
        if len(meant) == 1:
            return 0.0  # 'HS' is no 's' of a bird's nest
        return SLIP if min(len(typed), len(meant)) >= 4 else SHORT_SLIP
    long = min(len(typed), len(meant)) >= 6 and typed.isalpha() and meant.isalpha()
    return SHORT_SLIP if long and spelling.two_slips(typed, meant) else 0.0
