"""Keystrokes of a Vietnamese keyboard taken back: what Telex and VNI leave behind when the input method is
off ('gaoj', 'gajo', 'to6m su1') turned into the words that were meant.

Pure functions over one word at a time. Whether a word was meant so is not decided here: `lexicon.py` knows
which words there are.
"""

import unicodedata
from collections.abc import Iterator

_VOWELS = "aeiouy"
_TELEX_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_VNI_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_HAT, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_VNI_SHAPES = {"6": _HAT, "7": _HORN, "8": _BREVE}
_CAN_BEAR = {_HAT: "aeo", _BREVE: "a", _HORN: ""}

#: No syllable with its keystrokes is longer ('nghieengr' has nine).
_LONGEST = 12

Letters = list[str]


def undo(word: str) -> tuple[str, ...]:
    """The words that this one may be the keystrokes of, likeliest first; () if of none.

    Only plain ASCII words are looked at: with one accent right, the input method was on.
    """
    typed = word.lower()
    if not 2 <= len(typed) <= _LONGEST or not (typed.isascii() and typed.isalnum() and typed[0].isalpha()):
        return ()
    ways = [*_vni(typed), *_telex(typed)] if any(sign.isdigit() for sign in typed) else _telex(typed)
    return tuple(dict.fromkeys(made for made in ways if made != typed))


def _telex(typed: str) -> Iterator[str]:
    for rest, tone in _tone_taken(typed, _TELEX_TONES):
        yield from _toned(_telex_shapes(rest), tone)


def _vni(typed: str) -> Iterator[str]:
    for rest, tone in _tone_taken(typed, _VNI_TONES):
        yield from _toned(_vni_shapes(rest), tone)


def _tone_taken(typed: str, tones: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The word without the key of its tone, wherever after its first vowel it was struck; and with none."""
    first = next((at for at, sign in enumerate(typed) if sign in _VOWELS), None)
    if first is None:
        yield typed, ""  # letters that stand for words: 'ddt8'
        return
    for at in range(len(typed) - 1, first, -1):
        if typed[at] in tones:
            yield typed[:at] + typed[at + 1 :], tones[typed[at]]
    yield typed, ""


def _telex_shapes(typed: str) -> Letters:
    """The letters with the shapes that doubled ones and w give them."""
    letters: Letters = []
    for sign in typed:
        if sign == "w":
            if not _horn(letters, "aou"):
                letters.append("u" + _HORN)
        elif sign in "aeo" and (at := _last(letters, sign)) is not None:
            letters[at] = sign + _HAT
        elif sign == "d" and letters and letters[0] == "d":
            letters[0] = "đ"
        else:
            letters.append(sign)
    return letters


def _last(letters: Letters, vowel: str) -> int | None:
    """Where the vowel stands that a second one turns into its hatted form: 'too', but 'tomo' too."""
    for at in range(len(letters) - 1, -1, -1):
        if letters[at] == vowel:
            # Another vowel between them makes it a word of two syllables, which is none.
            between = letters[at + 1 :]
            return None if any(one[0] in _VOWELS for one in between) else at
    return None


def _horn(letters: Letters, bearers: str = "ou") -> bool:
    """Put a horn on what stands before: both of 'uo', else the last of the bearers; Telex lets w stand for
    the sign over a as well.
    """
    for at in range(len(letters) - 1, 0, -1):
        if letters[at] == "o" and letters[at - 1] == "u":
            letters[at - 1], letters[at] = "u" + _HORN, "o" + _HORN
            return True
    for at in range(len(letters) - 1, -1, -1):
        if letters[at] in bearers:
            letters[at] += _BREVE if letters[at] == "a" else _HORN
            return True
    return False


def _vni_shapes(typed: str) -> Letters:
    letters: Letters = []
    for sign in typed:
        if sign in _VNI_SHAPES:
            shape = _VNI_SHAPES[sign]
            if shape == _HORN and _horn(letters):
                continue
            bearers = [at for at, one in enumerate(letters) if one in _CAN_BEAR[shape]]
            if bearers:
                letters[bearers[-1]] += shape
            else:
                letters.append(sign)
        elif sign == "9" and "d" in letters:
            letters[letters.index("d")] = "đ"
        else:
            letters.append(sign)
    return letters


def _toned(letters: Letters, tone: str) -> Iterator[str]:
    if tone:
        at = _bearer(letters)
        if at is None:
            return
        letters[at] += tone
    yield unicodedata.normalize("NFC", "".join(letters))


def _bearer(letters: Letters) -> int | None:
    """The vowel that carries the tone: a shaped one, else by the old rule of writing."""
    vowels = [at for at, one in enumerate(letters) if one[0] in _VOWELS]
    if len(vowels) > 1 and vowels[0] and letters[vowels[0] - 1] + letters[vowels[0]] in ("qu", "gi"):
        vowels = vowels[1:]
    if not vowels:
        return None
    shaped = [at for at in vowels if len(letters[at]) > 1]
    if shaped:
        return shaped[-1]
    ends_open = vowels[-1] == len(letters) - 1
    return vowels[-2] if len(vowels) > 1 and ends_open else vowels[-1]
