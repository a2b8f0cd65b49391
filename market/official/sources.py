"""Where a published number comes from: the source in words and its date, as far as the source tells it. Both
have to be there.
"""

from __future__ import annotations

import re
from datetime import date

from market import clock
from market.errors import Invalid
from market.words import t

#: Longest source and scope.
LONGEST = 300

_YEAR = re.compile(r"\d{4}")
_MONTH = re.compile(r"(\d{4})-(\d{1,2})|(\d{1,2})[/.-](\d{4})")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def read_date(text: str, *, field: str = "source_date") -> str:
    """2020, 2020-12 or 2020-12-31 in what is typed as such, as 12/2020 or as 31/12/2020; refuses Invalid."""
    text = text.strip()
    try:
        if _YEAR.fullmatch(text):
            first, found = date(int(text), 1, 1), text
        elif match := _MONTH.fullmatch(text):
            year, month = (match[1], match[2]) if match[1] else (match[4], match[3])
            first = date(int(year), int(month), 1)
            found = f"{first:%Y-%m}"
        elif match := _DAY.fullmatch(text):
            y, m, d = match.groups()[:3] if match[1] else reversed(match.groups()[3:])
            first = date(int(y), int(m), int(d))
            found = first.isoformat()
        else:
            raise ValueError(text)
    except ValueError:
        raise Invalid(
            t("Write the date of the source as 25/3/2022, or 3/2022 or 2022 where no more is known."),
            field=field,
        ) from None
    if first > clock.today():
        raise Invalid(t("This day is still to come."), field=field)
    if first.year < 1900:
        raise Invalid(t("This year cannot be meant."), field=field)
    return found


def show_date(text: str) -> str:
    """The date as people in Viet Nam write it."""
    return "/".join(reversed(text.split("-")))
