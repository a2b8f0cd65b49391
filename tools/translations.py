"""Keeps the Vietnamese catalogues in step with the messages in code and templates.

``check`` fails on a message without a translation or with two, on a lost or invented placeholder, on words
that the pages do not use, and on translations that nothing asks for any more; ``missing`` prints entries to
be filled in.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
MARKET = ROOT / "market"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]
OPTIONS = {
    "**/templates/**.html": {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true"}
}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "t": None,
}
PLACE = re.compile(r"\{[a-z_]*\}|%\([a-z_]+\)d")

#: Words that the pages do not use, and those that they use instead: people are addressed in one way, and the
#: field's things have one name each.
STRANGE = {"bạn": "anh/chị", "quý vị": "anh/chị", "lô hàng": "đợt hàng", "các lô": "các đợt hàng"}
_STRANGE = re.compile(rf"\b({'|'.join(STRANGE)})\b", re.IGNORECASE)

Key = tuple[str | None, str]


def asked() -> dict[Key, list[str]]:
    """Every message that the program asks for, with where."""
    found: dict[Key, list[str]] = {}
    for name, line, message, _comments, context in extract_from_dir(
        str(MARKET), METHODS, OPTIONS, KEYWORDS, strip_comment_tags=False
    ):
        text = message[0] if isinstance(message, tuple) else message
        if text:
            found.setdefault((context, text), []).append(f"{name}:{line}")
    return found


def translated() -> Iterator[tuple[Path, Key, str, bool, set[str]]]:
    """Every translation, with its file and whether it is marked as doubtful."""
    for path in sorted((MARKET / "locales" / "vi").glob("*.po")):
        with path.open("rb") as file:
            for entry in read_po(file, locale="vi"):
                text = entry.id[0] if isinstance(entry.id, list | tuple) else entry.id
                said = entry.string[0] if isinstance(entry.string, list | tuple) else entry.string
                if text:
                    yield path, (entry.context, text), said, entry.fuzzy, _places(entry.id)


def _places(message: str | tuple[str, ...] | list[str]) -> set[str]:
    """The placeholders of a message; of a plural one those of its last form ("One thing" names no number)."""
    return set(PLACE.findall(message if isinstance(message, str) else message[-1]))


def problems() -> Iterator[str]:
    """What is wrong, one line each."""
    wanted = asked()
    known: dict[Key, str] = {}
    for path, key, said, fuzzy, places in translated():
        if key in known and known[key] != said:
            yield f"{path.name}: {key[1]!r} is translated elsewhere as {known[key]!r}"
        known[key] = said
        if not said or fuzzy:
            yield f"{path.name}: {key[1]!r} has no translation"
        elif key not in wanted:
            yield f"{path.name}: nothing asks for {key[1]!r}"
        elif places != set(PLACE.findall(said)):
            yield f"{path.name}: {key[1]!r} and its translation name different places"
        for word in _STRANGE.findall(said):
            yield f"{path.name}: {said!r} says {word!r}, the pages say {STRANGE[word.lower()]!r}"
    for key, where in wanted.items():
        if key not in known:
            yield f"{where[0]}: {key[1]!r} is not translated"


def main(command: str) -> int:
    """Run one command; 1 when something is wrong."""
    if command == "missing":
        known = {key for _, key, said, _, _ in translated() if said}
        for (context, text), where in asked().items():
            if (context, text) not in known:
                said = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
                print(f"# {where[0]}" + (f'\nmsgctxt "{context}"' if context else ""))
                print(f'msgid "{said}"\nmsgstr ""\n')
        return 0
    found = list(problems())
    print("\n".join(found) or "translations: complete")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))
