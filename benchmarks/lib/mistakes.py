"""Names of goods as hurried people type them: without accents, as raw keystrokes, run together, with a slip,
as they are spoken in the south. Made by rule from the catalogue's names, never from what our search can undo.
"""

import random
import unicodedata
from collections.abc import Callable

_TONES = {"\u0300": ("f", "2"), "\u0309": ("r", "3"), "\u0303": ("x", "4"), "\u0301": ("s", "1"),
          "\u0323": ("j", "5")}  # fmt: skip
_SHAPES = {"\u0302": ("^", "6"), "\u0306": ("w", "8"), "\u031b": ("w", "7")}
_SOUTHERN = (("ch", "tr"), ("tr", "ch"), ("s", "x"), ("x", "s"), ("v", "d"), ("gi", "d"))
_ENDINGS = (("c", "t"), ("t", "c"), ("n", "ng"), ("ng", "n"))

KINDS = ("no_accents", "telex", "vni", "run_together", "slip", "southern", "other_tone")


def plain(text: str) -> str:
    """Without accents, in lower case."""
    marks = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(sign for sign in marks if unicodedata.category(sign) != "Mn")


def spoil(text: str, kind: str, dice: random.Random) -> str | None:
    """The text as somebody types it, None where this kind of mistake cannot be made in it."""
    words = text.lower().split()
    if kind == "no_accents":
        made = plain(text)
    elif kind in ("telex", "vni"):
        made = " ".join(_keystrokes(word, vni=kind == "vni") for word in words)
    elif kind == "run_together":
        made = plain("".join(words)) if 2 <= len(words) <= 3 else ""
    elif kind == "slip":
        made = _somewhere(words, lambda word: _slip(word, dice), dice)
    elif kind == "southern":
        made = _somewhere(words, lambda word: _spoken(word, dice), dice)
    else:
        made = _somewhere(words, lambda word: _other_tone(word, dice), dice)
    return made if made and made != text.lower() else None


def _keystrokes(word: str, *, vni: bool) -> str:
    """Shapes behind their letter, the tone at the end: how most people type."""
    made, tone = "", ""
    for sign in unicodedata.normalize("NFD", word.replace("đ", "d9" if vni else "dd")):
        if sign in _TONES:
            tone = _TONES[sign][1 if vni else 0]
        elif sign in _SHAPES:
            made += _SHAPES[sign][1] if vni else made[-1] if sign == "\u0302" else "w"
        else:
            made += sign
    return made + tone


def _somewhere(words: list[str], change: Callable[[str], str], dice: random.Random) -> str:
    places = list(range(len(words)))
    dice.shuffle(places)
    for at in places:
        changed = change(words[at])
        if changed and changed != words[at]:
            return " ".join([*words[:at], changed, *words[at + 1 :]])
    return ""


def _slip(word: str, dice: random.Random) -> str:
    if len(word) < 4 or not word.isalpha():
        return ""
    at = dice.randrange(1, len(word) - 1)
    return dice.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + word[at] * 2 + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + dice.choice("qwrtpsdfghklzxcvbnm") + word[at + 1 :],
        ]
    )


def _spoken(word: str, dice: random.Random) -> str:
    if not word.isalpha():
        return ""
    ways = [new + word[len(old) :] for old, new in _SOUTHERN if word.startswith(old) and len(word) > len(old)]
    ways += [word[: -len(old)] + new for old, new in _ENDINGS if word.endswith(old) and len(word) > 2]
    return dice.choice(ways) if ways else ""


def _other_tone(word: str, dice: random.Random) -> str:
    apart = unicodedata.normalize("NFD", word)
    held = [sign for sign in apart if sign in _TONES]
    if not held:
        return ""
    other = dice.choice([tone for tone in _TONES if tone != held[0]])
    return unicodedata.normalize("NFC", apart.replace(held[0], other))
