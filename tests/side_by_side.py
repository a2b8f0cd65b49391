"""Tables that stand in one FROM without a word of how their rows belong together: every row of one beside
every row of the other. SQLAlchemy writes them so, and says nothing, when a SELECT deep inside another is not
tied to the one that it was meant for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

_TEXT = re.compile(r"'[^']*'")
_FROM = re.compile(r"\bFROM\s")
_END = re.compile(
    r"\b(WHERE|GROUP|ORDER|HAVING|LIMIT|OFFSET|UNION|EXCEPT|INTERSECT|WINDOW|FOR|RETURNING|SET)\b"
)


def find(statement: str) -> str | None:
    """The first FROM whose tables a comma parts, None where there is none."""
    text = _TEXT.sub("''", statement)
    for began in _FROM.finditer(text):
        depth = 0
        for at in range(began.end(), len(text)):
            sign = text[at]
            if sign == "(":
                depth += 1
            elif sign == ")":
                depth -= 1
            if depth < 0 or (depth == 0 and sign.isupper() and _END.match(text, at)):
                break
            if depth == 0 and sign == ",":
                return " ".join(text[began.start() : at + 80].split())
    return None


@contextmanager
def refused() -> Iterator[None]:
    """No statement of this process asks for them meanwhile."""
    seen: set[str] = set()

    def look(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement not in seen:
            assert (wrong := find(statement)) is None, f"tables side by side: {wrong}"
            seen.add(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", look)
    try:
        yield
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", look)
