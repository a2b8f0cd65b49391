"""Finding what names a person in text that others wrote or that was kept for a while: the name, phone
number and e-mail address in the ways they are written, also as they stand in JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from market.accounts.logins import show_phone

#: Stands where somebody else's words named a person who is erased.
GONE = "[…]"


@dataclass(frozen=True, slots=True)
class Traces:
    """The ways in which a person may be named, longest first."""

    ways: tuple[str, ...]

    @classmethod
    def of(cls, *, name: str = "", email: str | None = None, phones: Iterable[str | None] = ()) -> Traces:
        """A name of one word alone says nobody's name (it is a word like any other), so it is not sought."""
        ways = {name} if len(name.split()) > 1 else set()
        if email:
            ways.add(email)
        for phone in phones:
            if phone:
                local = "0" + phone.removeprefix("+84") if phone.startswith("+84") else phone
                ways |= {phone, local, show_phone(phone) or phone}
                ways |= {f"{local[:4]}{sign}{local[4:7]}{sign}{local[7:]}" for sign in " .-"}
        return cls(tuple(sorted((way for way in ways if way.strip()), key=lambda way: (-len(way), way))))

    def within(self, column: Any) -> sa.ColumnElement[bool]:
        """The condition that a column (text or JSON) holds one of the ways."""
        text = sa.cast(column, sa.Text)
        # A backslash as it stands in JSON is a sign of its own in a pattern: escaped like the others.
        found = [text.contains(way, autoescape=True) for way in self.ways]
        found += [
            text.contains(written, autoescape=True)
            for way in self.ways
            if (written := json.dumps(way)[1:-1]) != way
        ]
        return sa.or_(sa.false(), *found)

    def without(self, text: str) -> str:
        """The text with each way replaced."""
        for way in self.ways:
            text = re.sub(re.escape(way), GONE, text, flags=re.IGNORECASE)
        return text
