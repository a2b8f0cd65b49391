"""Amounts, prices, sizes, months and stars as people say them in a question ('10 tấn', 'dưới 9.000', '20
con/kg', 'tháng 12'), found in its text. Only what a number makes plain is taken; words stay words.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

_NUMBER = r"(\d{1,9}(?:[.,]\d{1,3}){0,3})"
_KILOS = {"tan": 1_000_000, "tonnes": 1_000_000, "tonne": 1_000_000, "tons": 1_000_000, "ton": 1_000_000,
          "t": 1_000_000, "ta": 100_000, "yen": 10_000, "kgs": 1_000, "kg": 1_000, "ky": 1_000, "ki": 1_000,
          "kilo": 1_000, "kilos": 1_000, "kilogram": 1_000, "kilograms": 1_000, "mt": 1_000_000}  # fmt: skip
_PIECES = ("doi", "chiec", "cai", "bo", "con", "tam", "cuon", "cay", "hu", "goi", "pieces", "pcs")
_THOUSAND = {"k": 1_000, "nghin": 1_000, "ngan": 1_000, "tr": 1_000_000, "trieu": 1_000_000}
#: More is no price, no number of pieces and no volume (in grams) that anybody means.
_MOST_PRICE, _MOST_PIECES, _MOST_GRAMS = 10**8, 10**9, 10**12
_MONTHS_EN = ("january", "february", "march", "april", "may", "june", "july", "august", "september",
              "october", "november", "december")  # fmt: skip

_AT_LEAST = r"(?:(?:it nhat|tren|tu|khoang|can mua|can|hon|so luong|sl|at least|over)\s+)?"
_MOST = r"(?:duoi|khong qua|toi da|nho hon|re hon|thap hon|under|below|at most|up to|max|<=?)"
_UNTIL = r"\s*(?:-|–|den|toi|to)\s*"
_EACH = r"(?:kg|ky|ki|kilo)"
_WEIGHT, _PIECE, _THOUSANDS = ("|".join(words) for words in (_KILOS, _PIECES, _THOUSAND))
#: 'k', '7k5', '1tr2'.
_TIMES = rf"(?:({_THOUSANDS})(\d{{1,3}})?)?"
#: Behind a number that says something by itself: not what counts or weighs.
_ALONE = rf"(?!\s*(?:{_WEIGHT}|{_PIECE})\b)"
#: More of a sort than that do not make a kilogram.
MOST_A_KILO = 300


@dataclass(frozen=True, slots=True)
class Said:
    """Something said with a number: `what` is volume (grams), pieces, heads (of animals: a count or a size),
    price (đồng), size (count per kg), broken (per cent), month ('2026-12', or several), stars, or pack; the
    last and heads are nothing to filter by. `most` ends a range of sizes.
    """

    what: str
    value: int | str | tuple[str, ...]
    start: int
    end: int
    most: int | None = None


def plain(text: str) -> str:
    """The text in lower case without accents, sign by sign, so that places in it are places in the text."""
    return "".join(_plain(sign) for sign in text)


def _plain(sign: str) -> str:
    base = unicodedata.normalize("NFD", sign)[:1].lower()
    return "d" if base == "đ" else base if len(base) == 1 else " "


def number(text: str) -> float:
    """A number written the Vietnamese way or the English one: three digits behind a sign are thousands, but
    for those of a number that begins with 0.
    """
    if re.fullmatch(r"0[.,]\d+", text):
        return float(text.replace(",", "."))
    whole = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", text)
    return float(whole.replace(",", ".")) if whole.count(".") + whole.count(",") < 2 else 0.0


def find(text: str, *, on: date) -> list[Said]:
    """What the text says with numbers, in order, nothing twice. `text` is NFC, `on` the day of asking."""
    flat = plain(text)
    taken: list[Said] = []
    for look in _LOOKS:
        for said in look(flat, on):
            if all(said.end <= one.start or said.start >= one.end for one in taken):
                taken.append(said)
    return sorted(taken, key=lambda one: one.start)


def _each(pattern: str, flat: str) -> Iterator[re.Match[str]]:
    return re.finditer(rf"(?<![\w.,/-]){pattern}(?![\w/])", flat)


def _packs(flat: str, on: date) -> Iterator[Said]:
    pack = r"(?:tui|bao|hop|goi|chai|bich|thung|lo|can|bag|sack|box|pack)"
    for found in _each(rf"{pack}\s+{_NUMBER}\s*(?:kg|g|gr|gram|lit|l|ml)", flat):
        yield Said("pack", found[0], found.start(), found.end())


def _sizes(flat: str, on: date) -> Iterator[Said]:
    span = rf"(?:(\d{{1,4}}){_UNTIL})?{_NUMBER}"
    heads = r"(?:\s*(?:con|pcs|pieces|cai)|c)"
    a_kilo = rf"\s*(?:/\s*1?|mot|per|1)\s*{_EACH}"
    no_more = rf"(?![-–]|\s*[/x%\d]|\s*(?:g|cm|m)\b){_ALONE}"
    animals = r"(?:\s*con|c)"
    for found in (
        *_each(rf"(?:(?:size|sz|co|loai)\s+)?{span}{heads}{a_kilo}", flat),
        *_each(rf"(?:size|sz|co)\s*{span}{animals}", flat),
        *_each(rf"(?:size|sz|co)\s*{span}{no_more}", flat),
    ):
        yield _size(found, round(number(found[2])))
    for found in (
        *_each(r"()(\d{1,3})c", flat),
        # Of a span of animals it is a size: so many are counted as one number.
        *_each(rf"(\d{{1,3}}){_UNTIL}(\d{{1,3}}){animals}", flat),
        # Fewer to the kilogram: the large ones.
        *_each(rf"(?:{_MOST})\s*()(\d{{1,3}}){animals}(?:{a_kilo})?", flat),
    ):
        if (last := int(found[2])) <= MOST_A_KILO:
            yield _size(found, last, first=1 if re.match(_MOST, found[0]) else last)


def _size(found: re.Match[str], last: int, *, first: int = 0) -> Said:
    first = int(found[1] or first or last)
    return Said("size", min(first, last), found.start(), found.end(), most=max(first, last))


def _broken(flat: str, on: date) -> Iterator[Said]:
    for pattern in (rf"{_NUMBER}\s*%\s*(?:tam|broken)", rf"tam\s+{_NUMBER}\s*%"):
        for found in _each(pattern, flat + " "):
            # All of it broken is no rice with broken grains, but broken rice.
            if (share := round(number(found[1]))) < 100:
                yield Said("broken", share, found.start(), found.end())


def _prices(flat: str, on: date) -> Iterator[Said]:
    each = rf"(?:{_EACH}|con|doi|chiec|cai)"
    unit = rf"{_TIMES}\s*(?:dong|vnd|d|₫)?(?:\s*/\s*1?\s*{each}|\s+(?:1|mot)\s*{each})?"
    # Of a span its upper end: who pays up to that takes what costs less.
    span = rf"(?:(?:gia|tu|from)\s+)+\d[\d.,]*\s*(?:{_THOUSANDS})?{_UNTIL}"
    bound = rf"(?:{span}|(?:gia\s+)?{_MOST})"
    no_more = r"(?!\s*(?:tan|ta|kg|con|doi|chiec|%))"
    for found in (
        *_each(rf"{bound}\s*{_NUMBER}\s*{unit}{no_more}", flat),
        *_each(rf"(?:gia\s+)?{_NUMBER}\s*{unit}\s*(?:tro xuong|do lai|tro lai)", flat),
        *_each(rf"\d[\d.,]*k?\s*[-–]\s*{_NUMBER}\s*(k|nghin|ngan)()(?:\s*/\s*{each})?{no_more}", flat),
        *_each(rf"{_MOST}\s+(nua)\s+(trieu)()(?:\s*/\s*{each})?", flat),
    ):
        value = 0.5 if found[1] == "nua" else number(found[1])
        if found[3]:
            value += int(found[3]) / 10 ** len(found[3])
        times = _THOUSAND.get(found[2] or "", 1)
        # Nobody means 120 đồng.
        times = 1_000 if times == 1 and value < 1_000 and not flat[found.end() :].strip() else times
        if 100 <= (price := round(value * times)) <= _MOST_PRICE:
            yield Said("price", price, found.start(), found.end())
    for found in _each(rf"(?:bao nhieu|nhieu tien|may tien)\s+(?:1|mot)\s*{each}", flat):
        yield Said("pack", found[0], found.start(), found.end())


def _volumes(flat: str, on: date) -> Iterator[Said]:
    # "Under ten tonnes" is no volume that a listing has to have.
    flat = re.sub(rf"{_MOST}\s*{_NUMBER}", lambda found: "_" * len(found[0]), flat)
    weight = f"({_WEIGHT})"
    for found in _each(rf"{_AT_LEAST}{_NUMBER}(?:\s*{weight})?{_UNTIL}{_NUMBER}\s*{weight}", flat):
        # Of a span its lower end: who wants that much takes more.
        lower = round(number(found[1]) * _KILOS[found[2] or found[4]])
        if 0 < lower <= min(number(found[3]) * _KILOS[found[4]], _MOST_GRAMS):
            yield Said("volume", lower, found.start(), found.end())
    for found in (
        *_each(rf"{_AT_LEAST}{_NUMBER}\s*{weight}(?:(?<=tan|.ta)(\d)|\s+(ruoi))?", flat),
        *_each(rf"(nua|chuc)\s+{weight}()()", flat),
    ):
        many = {"nua": 0.5, "chuc": 10.0}.get(found[1]) or number(found[1])
        many += 0.5 if found[4] else int(found[3] or 0) / 10
        value = round(many * _KILOS[found[2]])
        if 0 < value <= _MOST_GRAMS:
            yield Said("volume", value, found.start(), found.end())
    for found in _each(rf"{_AT_LEAST}{_NUMBER}\s*({_THOUSANDS})?\s*({_PIECE})(?!\s*%)", flat):
        value = round(number(found[1]) * _THOUSAND.get(found[2] or "", 1))
        if 0 < value <= _MOST_PIECES:
            # Animals are sized by the piece as often as they are counted by it.
            yield Said("heads" if found[3] == "con" else "pieces", value, found.start(), found.end())


def _months(flat: str, on: date) -> Iterator[Said]:
    for found in _each(rf"(?:thang|t)\s?(\d{{1,2}}){_UNTIL}(?:thang\s?|t)?(\d{{1,2}}){_ALONE}", flat):
        first, last = int(found[1]), int(found[2])
        if _month(first, None, on) and 1 <= last <= 12:
            begin = (on.year + (first < on.month)) * 12 + first - 1
            months = (_month_at(begin + at) for at in range((last - first) % 12 + 1))
            yield Said("month", tuple(months), found.start(), found.end())
    for found in _each(r"thang\s+(nay|sau|toi)", flat):
        coming = _month_at(on.year * 12 + on.month - 1 + (found[1] != "nay"))
        yield Said("month", coming, found.start(), found.end())
    for found in _each(r"(?:thang|t)\s?(\d{1,2})(?:\s*[/-]\s*(\d{4}))?", flat):
        if (month := _month(int(found[1]), found[2], on)) is not None:
            yield Said("month", month, found.start(), found.end())
    for found in _each(r"(\d{1,2})/(\d{4})", flat):
        if (month := _month(int(found[1]), found[2], on)) is not None:
            yield Said("month", month, found.start(), found.end())
    for found in _each(rf"(?:in\s+)?({'|'.join(_MONTHS_EN)})(?:\s+(\d{{4}}))?", flat):
        month = _month(_MONTHS_EN.index(found[1]) + 1, found[2], on)
        if month is not None and (found[1] != "may" or found[0] != "may"):
            yield Said("month", month, found.start(), found.end())


def _month_at(count: int) -> str:
    return f"{count // 12}-{count % 12 + 1:02d}"


def _month(number: int, year: str | None, on: date) -> str | None:
    """The month meant: of the year said, else the next one that is not over."""
    if not 1 <= number <= 12:
        return None
    meant = int(year) if year else on.year + (number < on.month)
    return f"{meant}-{number:02d}" if 1900 <= meant <= 2199 else None


def _stars(flat: str, on: date) -> Iterator[Said]:
    for found in _each(r"(?:ocop\s*([3-5])\s*(?:sao|stars?)?|([3-5])\s*(?:sao|stars?)(?:\s+ocop)?)", flat):
        yield Said("stars", int(found[1] or found[2]), found.start(), found.end())


_LOOKS: tuple[Callable[[str, date], Iterator[Said]], ...] = (
    _packs,
    _sizes,
    _broken,
    _prices,
    _stars,
    _months,
    _volumes,
)
