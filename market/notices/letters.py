"""What an e-mail says, before it is put into words: a sentence, perhaps lines that each lead somewhere, one
thing to press, and how to hear less. Kept in a message as words are; written out, as text and as a page, in
mails.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from market.words import Words, pack, unpack

#: Where people choose what they are told, and how.
CHOICES = "/account/notices/choices"


@dataclass(frozen=True, slots=True)
class Line:
    """Words that lead to one of our paths."""

    words: Words
    path: str


@dataclass(frozen=True, slots=True)
class Letter:
    """``words`` stand alone in an SMS too. ``action`` is what is pressed; ``stop`` ends mails of this kind;
    ``chosen`` says that the reader chose to be told so, or may choose otherwise.
    """

    words: Words
    action: Line | None = None
    lines: tuple[Line, ...] = field(default=())
    more: Words | None = None
    stop: Line | None = None
    chosen: bool = False


def keep(letter: Letter) -> dict[str, Any]:
    """The letter as plain JSON: its words, and beside them the rest."""
    rest = {
        "action": _keep_line(letter.action),
        "lines": [_keep_line(line) for line in letter.lines],
        "more": pack(letter.more) if letter.more else None,
        "stop": _keep_line(letter.stop),
        "chosen": letter.chosen,
    }
    return {**pack(letter.words), "letter": rest}


def kept(packed: dict[str, Any]) -> Letter:
    """The letter that ``keep`` made this of; of words alone, one that says nothing else."""
    words, rest = unpack(packed), packed.get("letter")
    if rest is None:
        return Letter(words)
    return Letter(
        words,
        action=_line(rest["action"]),
        lines=tuple(Line(unpack(line), line["path"]) for line in rest["lines"]),
        more=unpack(rest["more"]) if rest["more"] else None,
        stop=_line(rest["stop"]),
        chosen=rest["chosen"],
    )


def _keep_line(line: Line | None) -> dict[str, Any] | None:
    return None if line is None else {**pack(line.words), "path": line.path}


def _line(packed: dict[str, Any] | None) -> Line | None:
    return None if packed is None else Line(unpack(packed), packed["path"])
