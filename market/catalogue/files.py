"""Reading the files of the catalogue into plain values for the tables; their columns are explained in
data/README.md. Writing them to the database is service.py's work.
"""

from __future__ import annotations

import calendar
import csv
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from market.errors import Misconfigured
from search import vietnamese

FOLDER = Path(__file__).parent / "data"

Rows = list[dict[str, Any]]
Cells = dict[str, str]


class Reader:
    """One folder of files; each method gives the rows of one table."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder

    def sectors(self) -> Rows:
        return self._rows("sectors", lambda cells: dict(cells), placed=True)

    def products(self) -> Rows:
        return self._rows("products", _product, placed=True)

    def synonyms(self) -> Rows:
        rows = self._rows("synonyms", lambda cells: {**cells, "words": _list(cells["words"])})
        return [{"product": row["product"], "text": word} for row in rows for word in row["words"]]

    def variants(self) -> Rows:
        return self._rows("variants", lambda cells: dict(cells))

    def packs(self) -> Rows:
        return _spread(self._rows("packs", _pack))

    def specs(self) -> Rows:
        return self._rows("specs", _spec)

    def choices(self) -> Rows:
        rows = self._rows("spec_choices", lambda cells: dict(cells), placed=True)
        return [{"spec_key": row.pop("spec"), **row} for row in rows]

    def product_specs(self, specs: Rows) -> Rows:
        decimals = {row["key"]: row["decimals"] for row in specs}

        def read(cells: Cells) -> dict[str, Any]:
            key = cells["spec"]
            return {
                "products": cells["products"],
                "spec_key": key,
                "low": _scaled(cells["low"], decimals[key]),
                "high": _scaled(cells["high"], decimals[key]),
            }

        return _spread(self._rows("product_specs", read))

    def standard_words(self) -> dict[str, tuple[str, ...]]:
        """What people call standards, by the word, and the codes of those that are called so."""
        rows = self._rows("standard_words", lambda cells: {name: _list(text) for name, text in cells.items()})
        return {word: tuple(row["standards"]) for row in rows for word in row["words"]}

    def same_words(self) -> list[tuple[str, ...]]:
        """Words that say the same in every name, the groups in turn."""
        return [
            tuple(row["words"])
            for row in self._rows("same_words", lambda cells: {"words": _list(cells["words"])})
        ]

    def festivals(self) -> list[date]:
        """The first days of the lunar years, in order."""
        rows = self._rows("festivals", lambda cells: {"day": date.fromisoformat(cells["on_date"])})
        return sorted(row["day"] for row in rows)

    def standards(self) -> Rows:
        return self._rows("standards", _standard, placed=True)

    def seasons(self) -> Rows:
        return [
            row for template in self._rows("seasons", lambda cells: dict(cells)) for row in _years(template)
        ]

    def forms(self) -> Rows:
        parts = ("inputs", "production", "processing", "sale")
        return self._rows(
            "forms",
            lambda cells: {**cells, "no": int(cells["no"]), **{part: _yes(cells[part]) for part in parts}},
        )

    def fields(self) -> Rows:
        rows = self._rows("fields", lambda cells: dict(cells), placed=True)
        return [{"pilot_code": row.pop("pilot") or None, **row} for row in rows]

    def _rows(self, name: str, read: Callable[[Cells], dict[str, Any]], *, placed: bool = False) -> Rows:
        rows: Rows = []
        with (self.folder / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            for line, cells in enumerate(csv.DictReader(lines), start=2):
                try:
                    row = read(cells)
                except (ArithmeticError, KeyError, TypeError, ValueError) as error:
                    raise Misconfigured(f"catalogue: {name}.csv:{line} cannot be read: {error}") from error
                rows.append({**row, "position": line - 1} if placed else row)
        return rows


def _product(cells: Cells) -> dict[str, Any]:
    return {
        "slug": cells["slug"],
        "sector_code": cells["sector"],
        **{name: cells[name] for name in ("group_vi", "group_en", "name_vi", "name_en", "unit")},
        **{name: cells[name] or None for name in ("scientific_name", "piece_vi", "piece_en", "hs_code")},
        "poolable": _yes(cells["poolable"]),
        "folded": vietnamese.fold(cells["name_vi"]),
        "sort_key": vietnamese.sort_key(cells["name_vi"]),
        "months": [int(month) for month in _list(cells["months"])],
    }


def _pack(cells: Cells) -> dict[str, Any]:
    return {**cells, "amount": int(cells["amount"]), "approximate": _yes(cells["approximate"])}


def _spec(cells: Cells) -> dict[str, Any]:
    decimals = int(cells["decimals"])
    return {
        **cells,
        "unit": cells["unit"] or None,
        "decimals": decimals,
        "low": _scaled(cells["low"], decimals),
        "high": _scaled(cells["high"], decimals),
        "lower_is_better": _yes(cells["lower_is_better"]) if cells["lower_is_better"] else None,
        "is_state": _yes(cells["is_state"]),
    }


def _standard(cells: Cells) -> dict[str, Any]:
    stars = int(cells["stars"]) if cells["stars"] else None
    return {**cells, "sectors": _list(cells["sectors"]), "stars": stars, "is_ocop": stars is not None}


def _years(template: Cells) -> Iterator[dict[str, Any]]:
    """The season of each year; one that ends before it begins in the calendar ends in the next year."""
    for year in range(int(template["first_year"]), int(template["last_year"]) + 1):
        later = year + (template["ends"] < template["starts"])
        both = template["label"] == "both"
        yield {
            "code": f"{template['code']}-{year}-{later}" if both else f"{template['code']}-{year}",
            "name_vi": f"{template['name_vi']} {year}–{later}" if both else f"{template['name_vi']} {year}",
            "name_en": f"{template['name_en']} {year}–{later}" if both else f"{template['name_en']} {year}",
            "starts_on": _day(year, template["starts"]),
            "ends_on": _day(later, template["ends"]),
        }


def _day(year: int, text: str) -> date:
    # A season up to the end of February is written 02-28 and gains a day in leap years.
    month, day = (int(part) for part in text.split("-"))
    return date(year, month, calendar.monthrange(year, 2)[1] if (month, day) == (2, 28) else day)


def _spread(rows: Rows) -> Rows:
    """A line for several products becomes a row for each."""
    return [
        {"product": slug, **{name: cell for name, cell in row.items() if name != "products"}}
        for row in rows
        for slug in _list(row["products"])
    ]


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _yes(text: str) -> bool:
    return {"yes": True, "no": False}[text]


def _scaled(text: str, decimals: int) -> int | None:
    if not text:
        return None
    number = Decimal(text).scaleb(decimals)
    if number != int(number):
        raise ValueError(f"{text} has more than {decimals} decimals")
    return int(number)
