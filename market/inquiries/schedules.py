"""A schedule of several lines as a form holds it: a row of fields for each call-off (``call1.volume``,
``call1.from``, ``call1.to``) instead of the one volume and window that a simple purchase has. What else a
proposal says is read in forms.py.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator

from market.errors import Invalid
from market.inquiries.proposals import Line
from market.web.forms import Filled, Refused, Whole, parse_day
from market.words import t

#: What a row's fields are named by, before its number.
ROW = "call"
MOST_ROWS = 99


def _one_if_empty(value: Any) -> Any:
    return "1" if value in (None, "") else value


#: How many months in a row the same is wanted; left empty it is once.
Months = Annotated[Whole, BeforeValidator(_one_if_empty)]


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


def monthly(
    first: date, last: date, volume: int, times: int, *, most: int = MOST_ROWS
) -> list[tuple[date, date, int]]:
    """The window with its volume, and the same a month later, so many times in all. Refuses Invalid."""
    if not 1 <= times <= most:
        raise Invalid(t("A schedule has at most {n} lines.", n=most), field="repeat")
    if times > 1 and later(first, 1) <= last:
        raise Invalid(
            t("What is repeated every month has to fit into one: please shorten the days."), field="to"
        )
    return [(later(first, number), later(last, number), volume) for number in range(times)]


def later(day: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def moved(lines: Sequence[tuple[date, date, int]], to: date) -> list[tuple[date, date, int]]:
    """The same schedule from another day on."""
    by = to - lines[0][0]
    return [(first + by, last + by, volume) for first, last, volume in lines]


def _day(form: Filled[Any], name: str) -> date | None:
    try:
        found: date = parse_day(str(form.get(name)))
    except Refused as wrong:
        form.errors[name] = wrong.words
        return None
    return found
