"""Words spelt otherwise: as they are spoken in the south, or with a slip of the finger.

Pure functions over folded words (`vietnamese.fold`); tones need no rule here, folding has taken them off
(hỏi and ngã, which the south does not tell apart, with them).
"""

import re
from collections.abc import Iterable
from functools import lru_cache

# Heads and ends of syllables that sound alike in the south, in groups.
_HEADS = (("s", "x"), ("tr", "ch"), ("v", "d", "gi"))
# Whole ones that do, or begin so: no list of heads, or 'que' would be 'hoe'.
_WITH_GLIDE = {"hoa": "qua", "qua": "hoa"}
_ENDS = (("c", "t"), ("n", "ng"), ("ch", "t"), ("i", "y"), ("ai", "ay"), ("ao", "au"))

_LETTER_FOR_DIGIT = {"0": "o", "1": "l", "5": "s", "8": "b"}
_DIGIT_FOR_LETTER = {"o": "0", "l": "1", "i": "1", "s": "5", "b": "8"}


# A syllable as `vietnamese.pairs` writes it with its accents: a head, a rime in Telex ('uwowng'), a tone.
_SYLLABLE = re.compile(
    r"q(?:ngh(?=[ei])|ng(?![ei])|gh(?=[ei])|gi|g(?!e)|kh|k(?=[eiy])|ch|c(?![eiy])|dd|d|th|tr|t|nh|n|ph|p|qu|b|h|l|m|r|s|v|x)?"
    r"(?:a(?:i|o|u|y|ch?|m|nh?|ng|p|t)?|aw(?:c|m|ng?|p|t)|aa(?:c|m|ng?|p|t|u|y)"
    r"|e(?:c|m|ng?|o|p|t)?|ee(?:ch|m|nh?|p|t|u)?"
    r"|i(?:a|ch|m|nh?|p|t|u|ee(?:c|m|ng?|p|t|u))?|ee(?:c|m|ng?|p|t|u)"
    r"|o(?:a(?:ch?|i|m|nh?|ng|o|p|t|y)?|aw(?:c|m|ng?|t)|c|e(?:n|o|t)?|i|m|ng?|p|t)?"
    r"|oo(?:c|i|m|ng?|p|t)?|ow(?:i|m|n|p|t)?"
    r"|u(?:a|c|i|m|ng?|p|t|aa(?:ng?|t|y)|ee(?:ch|nh)?|ow|oo(?:c|i|m|ng?|t)"
    r"|y(?:a|ch|ee(?:n|t)|nh|p|t|u)?)?"
    r"|uw(?:a|c|i|m|ng|t|u|ow(?:c|i|m|ng?|p|t|u))?|y(?:ee(?:m|ng?|t|u))?)"
    r"q[frxsj]?"
)


@lru_cache(maxsize=20_000)
def is_syllable(token: str) -> bool:
    """Whether a word with its accents can be Vietnamese: then it was meant as it was typed."""
    return _SYLLABLE.fullmatch(token) is not None


def has_some_accents_of(whole: str, token: str) -> bool:
    """Whether a word as `vietnamese.pairs` writes it is another one, with all of its accents, some or none:
    'đông', 'đong' or 'dong' of 'đông'.
    """
    left = iter(whole)
    return all(sign in left for sign in token)


_HEAD = re.compile(r"q?(?:gi(?=[aeouy])|qu(?=[aeioy])|[bcdghklmnpqrstvx]*)")
_PARTS = re.compile(r"([aeiouyw]+)([cghmnpt]*)(?:q([frxsj]?))?")


def may_sound_alike(token: str, others: Iterable[str]) -> bool:
    """Whether a word with its accents can be said like any of these, whose heads or ends differ: đ is said
    like no other letter, and where the vowels are the same letters so are their accents.
    """
    others = [one for one in others if token.startswith("qdd") == one.startswith("qdd")]
    return any(_said(token) == _said(one) or _vowels(token) != _vowels(one) for one in others)


@lru_cache(maxsize=20_000)
def _said(token: str) -> tuple[str, str]:
    found = _PARTS.fullmatch(token, _HEAD.match(token).end())  # type: ignore[union-attr]
    return (found[1], (found[3] or "").replace("x", "r")) if found else (token, "")


def _vowels(token: str) -> str:
    """Without accents, as a run of doubled letters and 'w' tells them."""
    return re.sub(r"(.)\1", r"\1", _said(token)[0].replace("w", ""))


@lru_cache(maxsize=4096)
def southern(word: str) -> frozenset[str]:
    """Other spellings that sound the same in the south, by head or by end ('lut' for 'luc', 'trau' for
    'chau'). Both at once would make half the language alike.
    """
    if not 2 <= len(word) <= 8 or not word.isalpha():
        return frozenset()
    made = _swapped(word, _HEADS, at_end=False) | _swapped(word, _ENDS, at_end=True)
    if word[:3] in _WITH_GLIDE:
        made.add(_WITH_GLIDE[word[:3]] + word[3:])
    return frozenset(made - {word})


def _swapped(word: str, groups: tuple[tuple[str, ...], ...], *, at_end: bool) -> set[str]:
    made = set()
    for group in groups:
        # The longest that fits: 'ng' is no n, 'tr' no t.
        fitting = [one for one in group if (word.endswith(one) if at_end else word.startswith(one))]
        if not fitting or len(word) <= len(max(fitting, key=len)):
            continue
        own = max(fitting, key=len)
        if own == "n" and at_end and word.endswith("ng"):
            continue
        rest = word[: -len(own)] if at_end else word[len(own) :]
        made |= {rest + other if at_end else other + rest for other in group if other != own}
    return made


def one_slip(typed: str, meant: str) -> bool:
    """Whether one letter was left out, added, changed or swapped with its neighbour."""
    if typed == meant:
        return False
    short, long = sorted((typed, meant), key=len)
    if len(long) - len(short) > 1:
        return False
    at = next((at for at, (one, other) in enumerate(zip(short, long, strict=False)) if one != other), None)
    if at is None:
        return True
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    if short[at + 1 :] == long[at + 1 :]:
        return True
    return short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]


def one_slip_of(token: str, meant: str) -> bool:
    """The same of words with their accents (`vietnamese.pairs`) that bear the same tone."""
    (typed, tone), (other, other_tone) = _tone(token), _tone(meant)
    return tone == other_tone and one_slip(typed, other)


def _tone(token: str) -> tuple[str, str]:
    return (token[:-2], token[-1]) if token[-2:-1] == "q" and len(token) > 2 else (token, "")


def two_slips(typed: str, meant: str) -> bool:
    """Whether a long word is at most two letters away ('vanamei' one, 'shirmp' one, 'artmia' one)."""
    if abs(len(typed) - len(meant)) > 2:
        return False
    before = list(range(len(meant) + 1))
    last: list[int] = []
    for row, sign in enumerate(typed, 1):
        now = [row]
        for column, other in enumerate(meant, 1):
            cost = min(before[column] + 1, now[-1] + 1, before[column - 1] + (sign != other))
            if last and row > 1 and column > 1 and sign == meant[column - 2] and typed[row - 2] == other:
                cost = min(cost, last[column - 2] + 1)
            now.append(cost)
        last, before = before, now
    return before[-1] <= 2


def as_code(word: str) -> frozenset[str]:
    """What a code may stand for whose letters and digits look alike: '0m18' for 'om18', 'omi8' for 'om18'."""
    if not 3 <= len(word) <= 10 or not any(sign.isdigit() for sign in word):
        return frozenset()
    made = set()
    for at, sign in enumerate(word):
        for other in (_LETTER_FOR_DIGIT.get(sign), _DIGIT_FOR_LETTER.get(sign)):
            if other:
                made.add(word[:at] + other + word[at + 1 :])
    return frozenset(made - {word})
