"""Which goods a question means: its words laid against every name in the lexicon, tolerant of tones, southern
spelling and slips of the finger, so that 'gạo lức' is gạo lứt and 'ca keo kho' the dried one if there is any.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from search import spelling
from search.lexicon import BEGUN, FOLDED, HINT, NAME, OTHER_TONE, SAME, SLIP, Good, Lexicon, Phrase
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
#: What a name is worth, at least, that begins with all that is asked: 'cá rô'.
_BEGINNING = 0.8
#: What a good's other words add beside its best name, against words of the name itself.
_BESIDE = 0.6


@dataclass(frozen=True, slots=True)
class Meant:
    """The goods meant, best first, and which word of the question each is recognised by (its position) and in
    which spelling the names have it; `whole` if a name of theirs surely stands whole in it. Empty when the
    words tell nothing about goods.
    """

    slugs: tuple[str, ...] = ()
    spelt: dict[int, str] = field(default_factory=dict)
    whole: bool = False


@dataclass(frozen=True, slots=True)
class _Fit:
    score: float
    mass: float
    spelt: dict[int, str]
    #: Where in the question words stand that are at most a slip of the name's.
    guessed: frozenset[int] = frozenset()
    complete: bool = False
    #: Whether each word was typed as it is, perhaps without accents.
    sure: bool = False
    #: Where in the question the words of the name stand, and the one that says what it is; where the first
    #: Vietnamese name of theirs begins that surely stands whole in it.
    at: frozenset[int] = frozenset()
    head: int = -1
    leads: int | None = None
    #: Whether it only describes what another names.
    less: bool = False
    #: Whether it is by what such goods are called together, and no name.
    group: bool = False

    @property
    def headless(self) -> bool:
        """Whether the word that says what it is was not said: a Vietnamese name begins with it ('tôm')."""
        return self.head < 0

    @property
    def is_name(self) -> bool:
        """Whether a name surely stands whole in the question."""
        return self.complete and self.sure and not self.group


Likes = list[dict[str, float]]
#: Each word of goods to how like it each word of the question is, with that one's place below zero.
Where = dict[str, list[tuple[float, int]]]


def meant_by(lexicon: Lexicon, words: Sequence[Pair], *, unfinished: bool = False) -> Meant:
    """The goods that these words mean; with `unfinished` the last of them may be the beginning of one."""
    likes = [_likes(lexicon, words, at) for at in range(len(words))]
    if unfinished and words:
        for one in _begun(lexicon, words):
            likes[-1].setdefault(one, BEGUN)
    where: Where = {}
    for at, held in enumerate(likes):
        for one, like in held.items():
            where.setdefault(one, []).append((like, -at))
    liked = where.keys()
    fits = {good.slug: _fit(lexicon, good, words, likes, where) for good in lexicon.goods_like(liked)}
    fits = _weighed(lexicon, fits)
    # A name that stands whole in the question beats a longer one that says no more of it: 'tôm' is any
    # shrimp, not the salt with shrimp.
    whole = max((fit.mass for fit in fits.values() if fit.complete), default=0.0)
    fits = {slug: fit for slug, fit in fits.items() if fit.complete or fit.mass > whole}
    fits, beside = _outdone(lexicon, _without_guesses(lexicon, fits))
    best = max((fit.score for fit in fits.values()), default=0.0)
    if best <= 0.0:
        return Meant()
    if len(words) == 1 and likes[0].get(words[0][1]) == OTHER_TONE:
        return Meant()  # 'của' is no crab: one word with other accents is another word
    # What is said behind these and only describes other goods says nothing about them.
    first = min((fit.head for fit in fits.values() if fit.sure and fit.head >= 0), default=0)
    spoken = {one for slug, fit in fits.items() if not fit.less for one in lexicon.bags[slug]}
    # A guess at a slip says nothing by itself: it neither makes a good likely nor speaks against another.
    said = sum(
        max((lexicon.rarity(one) * like for one, like in held.items() if like > SLIP), default=0.0)
        for at, held in enumerate(likes)
        if at not in beside and (at < first or not spoken.isdisjoint(held))
    )
    chosen = [
        slug
        for slug, fit in sorted(fits.items(), key=lambda item: -item[1].score)
        if fit.score >= _AS_GOOD * best and fit.mass >= (_ENOUGH_WHOLE if fit.complete else _ENOUGH) * said
    ]
    if unfinished:
        # What is begun is the beginning of something that some of them have.
        chosen = [slug for slug in chosen if len(words) - 1 in fits[slug].spelt] or chosen
    spelt: dict[int, str] = {}
    for slug in chosen:
        for at, one in fits[slug].spelt.items():
            spelt.setdefault(at, one)
    return Meant(tuple(chosen), spelt, any(fits[slug].complete and fits[slug].sure for slug in chosen))


def _weighed(lexicon: Lexicon, fits: dict[str, _Fit]) -> dict[str, _Fit]:
    """The fits; less count those without the word that says what it is, not at all those beside goods
    that were named before: 'cua tươi' is no 'artemia tươi', 'muối ướp cá' salt.
    """
    if all(fit.headless for fit in fits.values()):
        return fits
    first = min((fit.leads for fit in fits.values() if fit.leads is not None), default=None)
    leading = [fit for fit in fits.values() if first is not None and fit.leads == first]
    names = [fit for fit in fits.values() if fit.is_name and len(fit.at) > 1]
    return {
        slug: _lessened(fit) if fit.headless else fit
        for slug, fit in fits.items()
        if not (leading and _is_description(lexicon, fit, leading))
        and not (fit.group and names and all(one.at.isdisjoint(fit.at) for one in names))
    }


def _is_description(lexicon: Lexicon, fit: _Fit, leading: Sequence[_Fit]) -> bool:
    """Whether a fit only says something of the goods that were named first."""
    named = {at for one in leading for at in one.at}
    if fit.headless:
        return named.isdisjoint(fit.spelt)
    if fit in leading or fit.head <= min(one.head for one in leading):
        return False
    beside = named.isdisjoint(fit.at)
    if fit.group:
        return beside
    if beside and len(fit.at) == 1 and (not fit.sure or any(one.is_name for one in leading)):
        return True
    # 'cá khô' is 'khô cá' of some sort.
    kind = named <= fit.at and fit.spelt[fit.head] in lexicon.kinds
    return not (kind or (fit.complete and fit.sure))


def _without_guesses(lexicon: Lexicon, fits: dict[str, _Fit]) -> dict[str, _Fit]:
    """The fits without those that hang on a slip, but leave a word of a name that stands whole: 'bánh phồng
    tôm Sa Giang' is no 'bánh phồng sữa'.
    """
    names = [fit for fit in fits.values() if fit.is_name and len(fit.at) > 1]
    return {
        slug: fit
        for slug, fit in fits.items()
        if not fit.guessed
        or any(fit.spelt[at] in lexicon.kinds for at in fit.guessed)
        or not any(fit.at - fit.guessed <= one.at and not one.at <= fit.spelt.keys() for one in names)
    }


def _outdone(lexicon: Lexicon, fits: dict[str, _Fit]) -> tuple[dict[str, _Fit], set[int]]:
    """The fits without those whose name another one makes a mere description, and where their words stand:
    'lúa giống ST25' is seed, 'tôm sú khô' dried, 'cám gạo ST25' bran.
    """
    whole = {slug: fit for slug, fit in fits.items() if fit.is_name}
    least = {
        slug
        for slug, fit in whole.items()
        # What says all that another does, and more, is no description of it: 'frozen vannamei'.
        if any(
            _outdoes(lexicon, one, fit) for one in whole.values() if not one.spelt.keys() < fit.spelt.keys()
        )
    }
    if not least or least == whole.keys():
        return fits, set()
    left = {slug: fit for slug, fit in fits.items() if slug not in least}
    named = {at for slug, fit in left.items() if slug in whole for at in fit.at}
    return left, {at for slug in least for at in whole[slug].at} - named


def _outdoes(lexicon: Lexicon, one: _Fit, other: _Fit) -> bool:
    """Whether of two names that share a word the first says what it is, the other only of which sort."""
    own, others = one.at - other.at, other.at - one.at
    if not own or not others or other.head not in one.at:
        return False
    kinds = [
        any(fit.spelt[at] in lexicon.kinds for at in where) for fit, where in ((one, own), (other, others))
    ]
    codes = [any(_is_code(fit.spelt[at]) for at in where) for fit, where in ((one, own), (other, others))]
    if kinds[0] != kinds[1]:
        return kinds[0]
    if codes[0] != codes[1]:
        return codes[1]
    return min(own) < min(other.at)


def _is_code(folded: str) -> bool:
    return any(sign.isdigit() for sign in folded)


def _begun(lexicon: Lexicon, words: Sequence[Pair]) -> list[str]:
    """The words of goods that the last one may be the beginning of: those that stand behind the word before
    it in some name, if there are any; else any, unless it is a word of goods itself or one letter.
    """
    beginning = words[-1][1]
    begun = [one for one in lexicon.of_goods if one.startswith(beginning) and one != beginning]
    beside = [one for one in begun if len(words) > 1 and lexicon.beside(words[-2][1], one)]
    return beside or ([] if len(beginning) < 2 or beginning in lexicon.of_goods else begun)


def _likes(lexicon: Lexicon, words: Sequence[Pair], at: int) -> dict[str, float]:
    """The words of goods that a typed one may be, with their likeness."""
    token, folded = words[at]
    found = dict(lexicon.like(folded))
    if token != folded and spelling.is_syllable(token):
        # A word with its accents is no slip of another, and sounds like one only with the same accents.
        found = {
            one: like
            for one, like in found.items()
            if (like > SLIP and spelling.may_sound_alike(token, lexicon.accents.get(one, ())))
            or (like <= SLIP and _is_slip(lexicon, words, at, one))
        }
    if folded in lexicon.of_goods:
        found[folded] = lexicon.accent(words[at])
    elif token != folded and not spelling.is_syllable(token):
        # 'đn' is nearer to đen than to ăn.
        near = {one for one in found if _has_its_accents(lexicon, token, one)}
        found = {one: like for one, like in found.items() if not near or like > SLIP or one in near}
    return found


def _has_its_accents(lexicon: Lexicon, token: str, folded: str) -> bool:
    return any(spelling.one_slip_of(token, one) for one in lexicon.accents.get(folded, ()))


def _is_slip(lexicon: Lexicon, words: Sequence[Pair], at: int, meant: str) -> bool:
    """Whether a word with its accents, that nothing bears, is a slip of one all the same: that has the same
    accents, and names have it beside the same word: 'muối tôn'.
    """
    token, folded = words[at]
    return (
        folded not in lexicon.known
        and token[:2] in {one[:2] for one in lexicon.accents.get(meant, ())}
        and _has_its_accents(lexicon, token, meant)
        and (
            (at > 0 and lexicon.beside(words[at - 1][1], meant))
            or (at + 1 < len(words) and lexicon.beside(meant, words[at + 1][1]))
        )
    )


def _fit(lexicon: Lexicon, good: Good, words: Sequence[Pair], likes: Likes, where: Where) -> _Fit:
    """How well the good's best name fits: the one that says most of the question, whole before in part."""
    best, best_key, leads = _Fit(0.0, 0.0, {}), (False, 0.0, False, 0.0), None
    for phrase in good.phrases:
        if phrase.folded.isdisjoint(where):
            continue
        spelt, like, mass = _laid(lexicon, phrase, words, where)
        if not spelt:
            continue
        whole = lexicon.rarity_of(phrase)
        share = sum(lexicon.rarity(one) for one in spelt.values()) / whole if whole else 0.0
        begun = len(words) > 1 and list(spelt) == list(range(len(words)))
        fitting = max(0.4 + 0.6 * min(share, 1.0) ** 2, _BEGINNING if begun else 0.0)
        score = mass * phrase.weight * fitting
        # Three words of a name are no accident, and no part of another is more than that.
        key = (share > 0.999 and len(spelt) > 2, round(mass, 6), share > 0.999, score)
        if key <= best_key and share <= 0.999:
            continue
        head = next((at for at, one in spelt.items() if one == phrase.head), -1)
        # With other accents it is another word, and at most a slip.
        complete = share > 0.999 and OTHER_TONE not in like.values()
        sure = all(one >= FOLDED for one in like.values())
        if complete and sure and phrase.vietnamese and phrase.weight > HINT:
            leads = head if leads is None else min(head, leads)
        if key > best_key:
            best_key = key
            best = _Fit(
                score,
                mass,
                spelt,
                guessed=frozenset(at for at, one in like.items() if one <= SLIP),
                complete=complete,
                sure=sure,
                at=frozenset(spelt),
                head=head,
                group=phrase.weight < NAME,
            )
    return _with_the_rest(lexicon, good, likes, best, leads)


def _with_the_rest(lexicon: Lexicon, good: Good, likes: Likes, named: _Fit, leads: int | None) -> _Fit:
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
    return replace(named, score=score, mass=mass, spelt=spelt, leads=leads)


def _lessened(fit: _Fit) -> _Fit:
    return replace(fit, score=_HEADLESS * fit.score, mass=_HEADLESS * fit.mass, less=True)


def _laid(
    lexicon: Lexicon, phrase: Phrase, words: Sequence[Pair], where: Where
) -> tuple[dict[int, str], dict[int, float], float]:
    """Each word of the phrase to the likest word of the question that is still free, and how like it is."""
    spelt: dict[int, str] = {}
    alike: dict[int, float] = {}
    mass = 0.0
    for token, folded in phrase.words:
        if fitting := [one for one in where.get(folded, ()) if -one[1] not in spelt]:
            like, at = max(fitting)
            # Others may bear the word with the accents that were typed: 'cá rô', but 'rổ'.
            if like == SAME and not spelling.has_some_accents_of(token, words[-at][0]):
                like = OTHER_TONE
            spelt[-at], alike[-at] = folded, like
            mass += like * lexicon.rarity(folded)
    return spelt, alike, mass
