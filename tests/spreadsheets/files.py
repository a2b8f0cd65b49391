"""Files for the tests of this folder, made as people and programs make them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import xlsxwriter

#: A cooperative that can be imported; tests change what they are about.
COOPERATIVE = {
    "code": "HTX-T-001",
    "name": "Hợp tác xã Nông nghiệp Vĩnh Cường",
    "form": "HTX",
    "place_code": "31894",
    "fields": "rice; agricultural_services",
    "sectors": "rice",
    "tax_code": "1900123456",
    "status": "active",
    "members": 40,
    "households": 32,
    "representative": "Nguyễn Văn Tám",
    "position": "Giám đốc",
    "founded": date(2015, 3, 25),
    "dissolved": None,
    "phone": "0912000111",
    "email": "htx@vidu.test",
    "rating": "good",
    "rating_year": 2024,
    "pilot_field": "rice",
}


def xlsx(rows: Sequence[Sequence[Any]], *, name: str = "Sheet1") -> bytes:
    """A workbook of one sheet; None leaves a cell empty."""
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True})
    sheet = book.add_worksheet(name)
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(number, column, cell, day)
            elif isinstance(cell, str):
                sheet.write_string(number, column, cell)
            elif cell is not None:
                sheet.write(number, column, cell)
    book.close()
    return held.getvalue()


def text(rows: Sequence[Sequence[Any]], *, between: str = ",", code: str = "utf-8-sig") -> bytes:
    """A text file with separators."""
    held = io.StringIO(newline="")
    csv.writer(held, delimiter=between).writerows(rows)
    return held.getvalue().encode(code)


def table(rows: Sequence[dict[str, Any]]) -> list[list[Any]]:
    """Rows by key as a table under its headings."""
    heads = list(dict.fromkeys(key for row in rows for key in row))
    return [heads, *([row.get(head) for head in heads] for row in rows)]
