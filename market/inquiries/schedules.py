"""A schedule of several lines as a form holds it: a row of fields for each call-off (``call1.volume``,
``call1.from``, ``call1.to``) instead of the one volume and window that a simple purchase has. What else a
proposal says is read in forms.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from market.errors import Invalid
from market.inquiries.proposals import Line
from market.web.forms import Filled, Refused, parse_day
from market.words import t

#: What a row's fields are named by, before its number.
ROW = "call"
MOST_ROWS = 99


def several(raw: Mapping[str, Any]) -> bool:
    """Whether a form has rows."""
    return bool(Filled[Any](raw=dict(raw)).rows(ROW))


def fields(lines: Sequence[tuple[date, date, int]], show: Callable[[int], str]) -> dict[str, str]:
    """A schedule as the form's fields hold it: the one volume and window; of several lines a row each, and a
    blank one for another call-off.
    """
    if len(lines) == 1:
        [(first, last, volume)] = lines
        return {"volume": show(volume), "from": first.isoformat(), "to": last.isoformat()}
    filled: dict[str, str] = {}
    for number, (first, last, volume) in enumerate(lines, start=1):
        row = {"volume": show(volume), "from": first.isoformat(), "to": last.isoformat()}
        filled |= {f"{ROW}{number}.{name}": text for name, text in row.items()}
    if len(lines) < MOST_ROWS:
        filled[f"{ROW}{len(lines) + 1}.volume"] = ""
    return filled


def read(form: Filled[Any], measure: Callable[[str], int]) -> tuple[Line, ...]:
    """The lines of the rows, by day; ``measure`` reads a volume. A row without a volume is left out; what is
    wrong stands beside its field.
    """
    lines = []
    for number in form.rows(ROW):
        text = str(form.get(f"{ROW}{number}.volume")).strip()
        if not text:
            continue
        volume = 0
        try:
            volume = measure(text)
        except Invalid as wrong:
            form.errors[f"{ROW}{number}.volume"] = wrong.words
        first, last = _day(form, f"{ROW}{number}.from"), _day(form, f"{ROW}{number}.to")
        if first is None or last is None:
            continue
        if first > last:
            form.errors[f"{ROW}{number}.to"] = t("The last day is before the first.")
        lines.append(Line(first, last, volume))
    if not lines and form.ok:
        form.errors[f"{ROW}{form.rows(ROW)[0]}.volume"] = t("Please say how much and when.")
    return tuple(sorted(lines, key=lambda line: (line.from_date, line.to_date)))


def _day(form: Filled[Any], name: str) -> date | None:
    try:
        found: date = parse_day(str(form.get(name)))
    except Refused as wrong:
        form.errors[name] = wrong.words
        return None
    return found
