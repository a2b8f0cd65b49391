"""Saying things in the reader's language: the message catalogues (one .po a feature, read at the start, no
compiled files), and numbers, volumes, money and days in each language's way.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations

from market import clock
from market.web.context import language
from market.words import Money, Named, Volume, Words

LOCALES = Path(__file__).parent.parent / "locales"


@cache
def catalogue(code: str) -> Translations:
    """All the messages of a language; English is the source text itself."""
    merged = Translations()
    for path in sorted((LOCALES / code).glob("*.po")):
        compiled = BytesIO()
        with path.open("rb") as file:
            write_mo(compiled, read_po(file, locale=code))
        compiled.seek(0)
        part = Translations(compiled)
        merged.merge(part)
        # Merging leaves the plural rule behind: without it Vietnamese would fall back to English plurals.
        merged.plural = part.plural
    return merged


@cache
def _locale(code: str) -> Locale:
    return Locale.parse({"vi": "vi_VN", "en": "en_GB"}[code])


def gettext(message: str) -> str:
    """The message in the current language."""
    return str(catalogue(language()).ugettext(message))


def ngettext(singular: str, plural: str, n: int) -> str:
    """The message for ``n`` things in the current language."""
    return str(catalogue(language()).ungettext(singular, plural, n))


def pgettext(context: str, message: str) -> str:
    """The message as meant in a context."""
    return str(catalogue(language()).upgettext(context, message))


def npgettext(context: str, singular: str, plural: str, n: int) -> str:
    """The message for ``n`` things as meant in a context."""
    return str(catalogue(language()).unpgettext(context, singular, plural, n))


def say(thing: Any) -> str:
    """Any value as a reader sees it: words, names, volumes, money, days, numbers, plain text."""
    match thing:
        case None:
            return "–"
        case Words(text, values):
            return gettext(text).format(**{key: say(value) for key, value in values.items()})
        case Named(vi, en):
            return en if language() == "en" else vi
        case Volume(amount, unit):
            return volume(amount, unit)
        case Money(amount):
            return money(amount)
        case datetime():
            return moment(thing)
        case date():
            return day(thing)
        case bool():
            return str(thing)
        case int() | float() | Decimal():
            return number(thing)
    return str(thing)


def number(value: int | float | Decimal, places: int = 3) -> str:
    """A number with the language's separators, at most ``places`` decimals."""
    return _number(value, places, language())


@lru_cache(maxsize=20_000)  # a page holds hundreds, and the same ones again and again
def _number(value: int | float | Decimal, places: int, code: str) -> str:
    pattern = "#,##0" + ("." + "#" * places if places else "")
    exact = value if isinstance(value, int) else Decimal(str(value))
    return str(format_decimal(exact, format=pattern, locale=_locale(code)))


def percent(share: float | None) -> str:
    """A share of 0 to 1 as per cent; none is a dash."""
    return "–" if share is None else number(round(share * 100, 1), 1) + " %"


def volume(amount: int, unit: str, piece: Named | None = None) -> str:
    """Base units as people say them: tonnes from 1,000 kg, below it kg; pieces by their name."""
    if unit != "gram":
        if piece is None:
            name = npgettext("unit", "piece", "pieces", amount)
        else:
            name = say(piece) if amount == 1 or language() != "en" else piece.several
        return f"{number(amount)} {name}"
    if amount >= 1_000_000:
        tonnes = npgettext("unit", "tonne", "tonnes", 1 if amount == 1_000_000 else 2)
        return f"{number(Decimal(amount) / 1_000_000)} {tonnes}"
    return f"{number(Decimal(amount) / 1000)} kg"


def money(amount: int) -> str:
    """Đồng in full; from a thousand million on in tỷ, to be read at a glance."""
    if abs(amount) >= 10**9:
        billions = (Decimal(amount) / 10**9).quantize(Decimal("0.01"), ROUND_HALF_UP)
        unit = pgettext("money", "bn đ")
        return f"{number(billions, 2)} {unit}"
    return f"{number(amount)} đ"


def per_unit(unit: str, piece: Named | None = None) -> str:
    """What a price is for: "/kg" or "/đôi"."""
    name = say(piece) if piece else pgettext("unit", "piece")
    return "/kg" if unit == "gram" else f"/{name}"


def day(value: date | None) -> str:
    """A day: 25/3/2022 in Vietnamese, 25 Mar 2022 in English."""
    if value is None:
        return "–"
    if language() == "vi":
        return f"{value.day}/{value.month}/{value.year}"
    return str(format_date(value, "d MMM y", locale=_locale("en")))


def moment(value: datetime) -> str:
    """A moment in local time."""
    local = value.astimezone(clock.LOCAL)
    if language() == "vi":
        return f"{local:%H:%M} {day(local.date())}"
    return str(format_datetime(local.replace(tzinfo=None), "d MMM y, HH:mm", locale=_locale("en")))


def month(value: str) -> str:
    """``2026-12`` as "tháng 12/2026" or "Dec 2026"."""
    year, _, number_ = value.partition("-")
    if not number_:
        return value
    if language() == "vi":
        return f"tháng {int(number_)}/{year}"
    return str(format_date(date(int(year), int(number_), 1), "MMM y", locale=_locale("en")))


def ago(value: datetime) -> str:
    """How long since, or until, as people say it."""
    left = value - clock.now()
    past = left < timedelta()
    minutes = int(abs(left).total_seconds() // 60)
    if past and not minutes:
        return gettext("just now")
    if minutes < 60:
        n, text = minutes, ngettext("%(num)d minute", "%(num)d minutes", minutes)
    elif minutes < 48 * 60:
        n, text = minutes // 60, ngettext("%(num)d hour", "%(num)d hours", minutes // 60)
    else:
        n, text = minutes // 1440, ngettext("%(num)d day", "%(num)d days", minutes // 1440)
    span = text % {"num": n}
    return gettext("{span} ago").format(span=span) if past else gettext("{span} left").format(span=span)
