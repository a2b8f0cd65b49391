"""Goods listed in one question: of 'tôm sú, tôm thẻ' or 'cua gạch và cua thịt' each part is read by itself,
and all that they name are meant. A question of one part is read as a whole.
"""

from collections.abc import Sequence

from search.goods import Meant, meant_by
from search.lexicon import Lexicon
from search.mending import Word
from search.words import MOST_WORDS, Pair

#: Signs behind a word, and words between two, that part what is listed.
_SIGNS = (",", ";", "/", "+", "&")
_AND = frozenset(("va", "voi", "hoac", "hay", "cung", "and", "or"))


def meant(lexicon: Lexicon, asked: Sequence[Word], words: Sequence[Pair], *, unfinished: bool) -> Meant:
    """The goods that `words` mean, each once; `asked` are all, in the order in which they were asked."""
    parts = _parts(lexicon, asked, frozenset(words))
    if len(parts) > 1:
        read = [meant_by(lexicon, part, unfinished=unfinished and part is parts[-1]) for part in parts]
        # Of a part that says more of other things ('ghe vô tận nơi') goods are not what it lists.
        named = [
            (part, one)
            for part, one in zip(parts, read, strict=True)
            if one.whole and (part is parts[0] or 2 * len(one.spelt) >= len(part))
        ]
        if len(named) > 1 or (named and named[0][0] is parts[0]):
            slugs = _each_of([one.slugs for _, one in named])
            spelt = {part[at][1]: known for part, one in named for at, known in one.spelt.items()}
            found = {at: spelt[folded] for at, (_, folded) in enumerate(words) if folded in spelt}
            listed = Meant(slugs, found, whole=True)
            if len(named) > 1:
                return listed
            together = meant_by(lexicon, words, unfinished=unfinished)
            # 'cua, loại gạch': what follows may tell which.
            return together if together.slugs and set(together.slugs) < set(slugs) else listed
    return meant_by(lexicon, words, unfinished=unfinished)


def _each_of(parts: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """All goods of all parts; of those that share some these alone: 'gạo, ST25'."""
    found: list[list[str]] = []
    for slugs in parts:
        for at, held in enumerate(found):
            if shared := [slug for slug in held if slug in slugs]:
                found[at] = shared
                break
        else:
            found.append(list(slugs))
    return tuple(dict.fromkeys(slug for held in found for slug in held))


def _parts(lexicon: Lexicon, asked: Sequence[Word], counted: frozenset[Pair]) -> list[tuple[Pair, ...]]:
    """Each different one, but no more than a question has words: reading them takes time. A sign, an 'and'
    or a Vietnamese word that was said already begins the next.
    """
    parts: list[list[Pair]] = [[]]
    for word in asked:
        folded = word.pair[1]
        again = word.pair in parts[-1]
        if folded in _AND or (again and lexicon.accents.get(folded, set()) - {folded}):
            parts.append([])
        if word.pair in counted:
            parts[-1].append(word.pair)
        if word.typed.endswith(_SIGNS):
            parts.append([])
    return list(dict.fromkeys(tuple(part) for part in parts if part))[:MOST_WORDS]
