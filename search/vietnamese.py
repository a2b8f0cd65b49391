"""Vietnamese text as search and sorting need it: folding, accents kept in ASCII, alphabetical keys.

Pure functions over strings: no engine, no database, no list of words lives here. `embedded_schema.py` shows
how an engine is fed with them; the market stores `fold` and `sort_key` as columns beside its names.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Combining marks after decomposition. A tone belongs to the whole syllable, a shape to its letter.
_TONES = {"\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0301": "s", "\u0323": "j"}
_SHAPES = {"\u0302": "^", "\u0306": "(", "\u031b": "+"}

# Dictionary order of the tones: ngang, huyền, hỏi, ngã, sắc, nặng.
_TONE_RANK = {"f": "1", "r": "2", "x": "3", "s": "4", "j": "5"}

# Telex keystrokes for a shaped letter: the spelling Vietnamese readers of an index dump can read.
_TELEX = {
    ("a", "^"): "aa",
    ("a", "("): "aw",
    ("e", "^"): "ee",
    ("o", "^"): "oo",
    ("o", "+"): "ow",
    ("u", "+"): "uw",
    ("d", "-"): "dd",
}

# A shaped letter follows its plain one and all that begins with it: "~" is above every other sign used.
_ALPHABET = {
    ("a", "("): "a~",
    ("a", "^"): "a~~",
    ("d", "-"): "d~",
    ("e", "^"): "e~",
    ("o", "^"): "o~",
    ("o", "+"): "o~~",
    ("u", "+"): "u~",
}

_HEX_AS_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_DIGITS = re.compile(r"[0-9]+")

# Longer pieces are no words; caching them would let one visitor fill the memory.
_CACHED_LENGTH = 40


@dataclass(frozen=True, slots=True)
class _Word:
    """One word taken apart: its letters with their shapes, and its tones wherever they were written. What is
    asked of it again and again is made once: folded, and as a token that tells its accents.
    """

    letters: tuple[tuple[str, str], ...]
    tones: str
    plain: str
    token: str

    @property
    def accented(self) -> bool:
        return self.token is not self.plain


def _word(letters: list[tuple[str, str]], tones: list[str]) -> _Word:
    plain, said = "".join(base for base, _ in letters), "".join(tones)
    if not said and not any(shape for _, shape in letters):
        return _Word(tuple(letters), said, plain, plain)
    spelt = "".join(_TELEX.get(letter, letter[0]) for letter in letters)
    return _Word(tuple(letters), said, plain, f"q{spelt}q{said}")


def nfc(text: str) -> str:
    """The composed form: official files mix composed and decomposed letters that look alike."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Lower case without diacritics, words parted by single blanks: what people type in a hurry.

    'Muối Bạc-Liêu' gives 'muoi bac lieu'. Whatever is neither letter nor digit parts words, lone surrogates
    and control characters too. Where a tone was written (hoà, hòa) makes no difference. Folding twice changes
    nothing.
    """
    return " ".join(word.plain for word in _words(text))


def exact_words(text: str) -> tuple[str, ...]:
    """One token for each word of `fold(text)`, in the same order, that tells accents apart.

    A word without accents stands for itself ('cua'); an accented one is spelt as in `tone_words` ('của' is
    'qcuaqr'), which is no Vietnamese word. So cua and của do not meet, while hoà and hòa, thuý and thúy do.
    """
    return tuple(word.token for word in _words(text))


def pairs(text: str) -> list[tuple[str, str]]:
    """Each word as `exact_words` and as `fold` give it."""
    return [(word.token, word.plain) for word in _words(text)]


def tone_words(text: str) -> tuple[str, ...]:
    """An ASCII token for each accented word, for engines that fold: 'muối' qmuooiqs, 'mười' qmuwowiqf.

    Between two q stand the letters as Telex spells them, then the tone, so old and new tone placement agree.
    Words without accents, or of another script, give no token.
    """
    return tuple(word.token for word in _words(text) if word.accented and word.plain.isascii())


def sort_key(text: str) -> str:
    """An ASCII string whose byte order is the Vietnamese alphabetical order, numbers by their value.

    Letters first (a ă â b c d đ e ê ...), a blank before any letter; only where all letters agree do tones
    decide (ngang huyền hỏi ngã sắc nặng). Case and punctuation do not count: add the id where ties matter.
    """
    words = _words(text)
    letters = "-".join(_alphabetical(word) for word in words)
    tones = "".join("".join(_TONE_RANK[tone] for tone in word.tones) or "0" for word in words).rstrip("0")
    # A blank sorts below "-", hence 'Cà Mau' with its tones still stands before 'Ca Mau A'.
    return f"{letters} {tones}" if tones else letters


def _alphabetical(word: _Word) -> str:
    spelt = "".join(_ALPHABET.get(letter, _ascii(letter[0])) for letter in word.letters)
    return _DIGITS.sub(_by_value, spelt) if any(base.isdigit() for base, _ in word.letters) else spelt


def _ascii(base: str) -> str:
    """Other scripts after z, by code point. No digits in it: those would be taken for a number."""
    if base.isascii():
        return base
    return "{" + f"{ord(base):06x}".translate(_HEX_AS_LETTERS)


def _by_value(number: re.Match[str]) -> str:
    digits = number.group().lstrip("0") or "0"
    return f"{min(len(digits), 9)}{digits}"


def _words(text: str) -> list[_Word]:
    words: list[_Word] = []
    for piece in text.split():
        words.extend(_pieces(piece) if len(piece) <= _CACHED_LENGTH else _take_apart(piece))
    return words


@lru_cache(maxsize=65_536)
def _pieces(piece: str) -> tuple[_Word, ...]:
    return _take_apart(piece)


def _take_apart(piece: str) -> tuple[_Word, ...]:
    # Compatibility forms too: m² and full-width digits come by copy and paste. Some of them hold capitals.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", piece).lower())
    words: list[_Word] = []
    letters: list[tuple[str, str]] = []
    tones: list[str] = []
    for sign in decomposed:
        if sign in _SHAPES:
            # The first shape wins; one that fits no Vietnamese letter (î) is dropped like any foreign accent.
            if letters and not letters[-1][1] and (letters[-1][0], _SHAPES[sign]) in _TELEX:
                letters[-1] = (letters[-1][0], _SHAPES[sign])
        elif sign in _TONES:
            if letters:
                tones.append(_TONES[sign])
        elif sign == "đ":
            letters.append(("d", "-"))
        elif sign.isalnum():
            letters.append((sign, ""))
        elif unicodedata.category(sign) == "Mn":
            continue
        elif letters:
            words.append(_word(letters, tones))
            letters, tones = [], []
    if letters:
        words.append(_word(letters, tones))
    return tuple(words)
