"""Which goods a question means: its words laid against every name in the lexicon, tolerant of tones, southern
spelling and slips of the finger, so that 'gạo lức' is gạo lứt and 'ca keo kho' the dried one if there is any.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from search import spelling
from search.lexicon import BEGUN, OTHER_TONE, SLIP, Good, Lexicon, Phrase
from search.words import Pair

#: Goods whose score is at least this share of the best one's are meant as well.
_AS_GOOD = 0.96
#: So much of what the question says about goods must be said by the good's names.
_ENOUGH = 0.55
#: The same of a name that stands whole in the question: what is said beside it describes the good.
_ENOUGH_WHOLE = 0.35
#: What a name is worth of which only what describes the good was said, where another's head was: 'tôm tươi'
#: is no 'artemia tươi'.
_HEADLESS = 0.6
#: What a good's other words add beside its best name, against words of the name itself.
_BESIDE = 0.6


@dataclass(frozen=True, slots=True)
class Meant:
    """The goods meant, best first, and which word of the question each is recognised by (its position) and in
    which spelling the names have it. Empty when the words tell nothing about goods.
    """

    slugs: tuple[str, ...] = ()
    spelt: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Fit:
    score: float
    mass: float
    spelt: dict[int, str]
    complete: bool = False
    #: Without the word that says what it is: a Vietnamese name begins with it ('tôm', 'lúa').
    headless: bool = False


Likes = list[dict[str, float]]


def meant_by(lexicon: Lexicon, words: Sequence[Pair], *, unfinished: bool = False) -> Meant:
    """The goods that these words mean; with `unfinished` the last of them may be the beginning of one."""
    likes = [_likes(lexicon, pair) for pair in words]
    if unfinished and words:
        for one in _begun(lexicon, words):
            likes[-1].setdefault(one, BEGUN)
    liked = {one for held in likes for one in held}
    fits = {good.slug: _fit(lexicon, good, likes, liked) for good in lexicon.goods_like(liked)}
    if any(not fit.headless for fit in fits.values()):
        fits = {slug: _lessened(fit) if fit.headless else fit for slug, fit in fits.items()}
    # A name that stands whole in the question beats a longer one that says no more of it: 'tôm' is any
    # shrimp, not the salt with shrimp.
    whole = max((fit.mass for fit in fits.values() if fit.complete), default=0.0)
    fits = {slug: fit for slug, fit in fits.items() if fit.complete or fit.mass > whole}
    best = max((fit.score for fit in fits.values()), default=0.0)
    if best <= 0.0:
        return Meant()
    # A guess at a slip says nothing by itself: it neither makes a good likely nor speaks against another.
    said = sum(
        max((lexicon.rarity(one) * like for one, like in held.items() if like > SLIP), default=0.0)
        for held in likes
    )
    if len(words) == 1 and likes[0].get(words[0][1]) == OTHER_TONE:
        return Meant()  # 'của' is no crab: one word with other accents is another word
    chosen = [
        slug
        for slug, fit in sorted(fits.items(), key=lambda item: -item[1].score)
        if fit.score >= _AS_GOOD * best and fit.mass >= (_ENOUGH_WHOLE if fit.complete else _ENOUGH) * said
    ]
    spelt: dict[int, str] = {}
    for slug in chosen:
        for at, one in fits[slug].spelt.items():
            spelt.setdefault(at, one)
    return Meant(tuple(chosen), spelt)


def _begun(lexicon: Lexicon, words: Sequence[Pair]) -> list[str]:
    """The words of goods that the last one may be the beginning of: those that stand behind the word before
    it in some name, if there are any; else any, unless it is a word of goods itself or one letter.
    """
    beginning = words[-1][1]
    begun = [one for one in lexicon.of_goods if one.startswith(beginning) and one != beginning]
    beside = [one for one in begun if len(words) > 1 and lexicon.beside(words[-2][1], one)]
    return beside or ([] if len(beginning) < 2 or beginning in lexicon.of_goods else begun)


def _likes(lexicon: Lexicon, pair: Pair) -> dict[str, float]:
    """The words of goods that a typed one may be, with their likeness."""
    token, folded = pair
    found = dict(lexicon.like(folded))
    if token != folded and spelling.is_syllable(token):
        # A word with its accents is no slip of another, and sounds like one only with the same accents.
        found = {
            one: like
            for one, like in found.items()
            if like > SLIP and spelling.may_sound_alike(token, lexicon.accents.get(one, ()))
        }
    if pair[1] in lexicon.of_goods:
        found[pair[1]] = lexicon.accent(pair)
    return found


def _fit(lexicon: Lexicon, good: Good, likes: Likes, liked: set[str]) -> _Fit:
    """How well the good's best name fits: the one that says most of the question, whole before in part."""
    best, best_key = _Fit(0.0, 0.0, {}), (0.0, False, 0.0)
    for phrase in good.phrases:
        if liked.isdisjoint(phrase.folded):
            continue
        spelt, mass = _laid(lexicon, phrase, likes)
        if not spelt:
            continue
        whole = lexicon.rarity_of(phrase)
        share = sum(lexicon.rarity(one) for one in spelt.values()) / whole if whole else 0.0
        score = mass * phrase.weight * (0.4 + 0.6 * min(share, 1.0) ** 2)
        key = (round(mass, 6), share > 0.999, score)
        if key > best_key:
            vietnamese = any(token != folded for token, folded in phrase.words)
            headless = vietnamese and phrase.words[0][1] not in spelt.values()
            best, best_key = _Fit(score, mass, spelt, share > 0.999, headless), key
    return _with_the_rest(lexicon, good, likes, best)


def _with_the_rest(lexicon: Lexicon, good: Good, likes: Likes, named: _Fit) -> _Fit:
    """The same with what the good's other names say of the words that this one leaves."""
    bag = lexicon.bags[good.slug]
    score, mass, spelt = named.score, named.mass, dict(named.spelt)
    for at, held in enumerate(likes):
        if at in spelt:
            continue
        gains = [(bag[one] * like * lexicon.rarity(one), one) for one, like in held.items() if one in bag]
        if gains:
            gain, spelt[at] = max(gains)
            mass += gain
            score += _BESIDE * gain
    return _Fit(score, mass, spelt, named.complete, named.headless)


def _lessened(fit: _Fit) -> _Fit:
    return replace(fit, score=_HEADLESS * fit.score, mass=_HEADLESS * fit.mass)


def _laid(lexicon: Lexicon, phrase: Phrase, likes: Likes) -> tuple[dict[int, str], float]:
    """Each word of the phrase to the likest word of the question that is still free."""
    spelt: dict[int, str] = {}
    mass = 0.0
    for _, folded in phrase.words:
        fitting = [(held[folded], -at) for at, held in enumerate(likes) if at not in spelt and folded in held]
        if fitting:
            like, at = max(fitting)
            spelt[-at] = folded
            mass += like * lexicon.rarity(folded)
    return spelt, mass
