"""Vietnamese words in a drawing. The one font that the drawing library carries knows no Vietnamese letters:
a letter is drawn without its marks, and the marks are drawn over it by hand.
"""

from __future__ import annotations

import math
import unicodedata

from PIL import ImageDraw, ImageFont

Colour = str
GRAVE, ACUTE, CIRCUMFLEX, TILDE, BREVE, HOOK, HORN, BELOW = "\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323"
#: Marks of the letter itself, over which the mark of its tone stands.
LOW = (CIRCUMFLEX, BREVE)


def write(pen: ImageDraw.ImageDraw, at: tuple[float, float], words: str, size: int, colour: Colour) -> None:
    """Write words with their middle and baseline here, ``size`` pixels high."""
    font = ImageFont.load_default(size)
    plain = [(_base(letter), _marks(letter)) for letter in words]
    x, y = at[0] - font.getlength("".join(base for base, _ in plain)) / 2, at[1]
    for base, marks in plain:
        pen.text((x, y), base, font=font, fill=colour, anchor="ls")
        wide = font.getlength(base)
        top = y + font.getbbox(base, anchor="ls")[1]
        _draw_marks(pen, x, wide, top, y, marks, size, colour)
        x += wide


def _base(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0].translate({0x111: "d", 0x110: "D"})


def _marks(letter: str) -> str:
    return letter if letter in "đĐ" else unicodedata.normalize("NFD", letter)[1:]


def _draw_marks(
    pen: ImageDraw.ImageDraw,
    x: float,
    wide: float,
    top: float,
    base: float,
    marks: str,
    size: int,
    colour: Colour,
) -> None:
    middle, one, thick = x + wide / 2, size / 100, max(2, size // 14)

    def line(*points: tuple[float, float]) -> None:
        pen.line(points, fill=colour, width=thick, joint="curve")

    above = top - 5 * one
    if marks == "Đ":
        line((x - 1 * one, (top + base) / 2), (x + wide * 0.5, (top + base) / 2))
    elif marks == "đ":
        line((x + wide * 0.42, top + 11 * one), (x + wide * 1.02, top + 11 * one))
    if HORN in marks:
        line((x + wide * 0.86, top + 6 * one), (x + wide * 1.06, top - 2 * one), (x + wide, top - 12 * one))
    if CIRCUMFLEX in marks:
        line((middle - 14 * one, above), (middle, above - 12 * one), (middle + 14 * one, above))
    if BREVE in marks:
        box = (middle - 14 * one, above - 22 * one, middle + 14 * one, above + 1)
        pen.arc(box, 20, 160, fill=colour, width=thick)
    if any(mark in marks for mark in LOW):
        middle, above = middle + 6 * one, above - 14 * one
    if ACUTE in marks:
        line((middle - 4 * one, above), (middle + 10 * one, above - 15 * one))
    if GRAVE in marks:
        line((middle + 4 * one, above), (middle - 10 * one, above - 15 * one))
    if TILDE in marks:
        steps = [(step / 8, math.sin(step / 8 * 2 * math.pi)) for step in range(9)]
        line(*((middle + (part - 0.5) * 30 * one, above - 7 * one - wave * 4 * one) for part, wave in steps))
    if HOOK in marks:
        pen.arc(
            (middle - 8 * one, above - 20 * one, middle + 8 * one, above - 5 * one),
            180,
            90,
            fill=colour,
            width=thick,
        )
        line((middle, above - 6 * one), (middle, above))
    if BELOW in marks:
        r = 5 * one
        pen.ellipse((middle - r, base + 10 * one - r, middle + r, base + 10 * one + r), fill=colour)
