"""Rows into a file: .xlsx for people (headings and codes in Vietnamese, real dates and numbers) or .csv for
programs (keys and codes). Whatever could be taken for a formula is written as text, in .csv behind an
apostrophe that reading.py takes off again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from market.errors import Invalid
from market.words import t

ENDINGS = (".xlsx", ".csv")
#: Excel keeps no more of a text, and no days before this one.
LONGEST = 32_767
FIRST_DAY = date(1900, 3, 1)
#: When every workbook says that it was made: the same rows are the same bytes.
FIRST_MADE = datetime(2000, 1, 1, tzinfo=UTC)

_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def ending_of(path: Path) -> str:
    """``.xlsx`` or ``.csv``; refuses any other."""
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise Invalid(t("Name the file with the ending .xlsx or .csv."), field="file")
    return ending


def write(ending: str, *, title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A file of one sheet. Cells are None, text, numbers (``Decimal`` too) and days."""
    return _workbook(title, heads, rows) if ending == ".xlsx" else _text(heads, rows)


def _workbook(title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    held = io.BytesIO()
    # Row by row into a file on the disk: the memory it takes does not grow with the rows.
    book = xlsxwriter.Workbook(held, {"constant_memory": True, "default_date_format": "dd/mm/yyyy"})
    book.set_properties({"created": FIRST_MADE})
    sheet = book.add_worksheet(title)
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.freeze_panes(1, 0)
    for column, head in enumerate(heads):
        sheet.set_column(column, column, max(12, len(head) + 2))
        sheet.write_string(0, column, head, bold)
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if cell is None or cell == "":
                continue
            if isinstance(cell, date):
                if cell >= FIRST_DAY:
                    sheet.write_datetime(number, column, cell, day)
                else:
                    sheet.write_string(number, column, cell.isoformat())
            elif isinstance(cell, int | float | Decimal):
                sheet.write_number(number, column, cell)
            else:
                sheet.write_string(number, column, _short_enough(str(cell)))
    book.close()
    return held.getvalue()


def _short_enough(text: str) -> str:
    if len(text) > LONGEST:
        raise Invalid(t("A text is longer than a cell of .xlsx holds. Write a .csv instead."), field="file")
    return text


def _text(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    held = io.StringIO(newline="")
    writer = csv.writer(held)
    writer.writerow(heads)
    for row in rows:
        writer.writerow([_plain(cell) for cell in row])
    # With the mark by which Excel knows UTF-8.
    return held.getvalue().encode("utf-8-sig")


def _plain(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}".replace(".", ",")
    if isinstance(cell, int | float):
        return str(cell)
    return defused(str(cell))


def defused(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text
