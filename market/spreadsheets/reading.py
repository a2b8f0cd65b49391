"""From the bytes of a file to sheets of cells: which make it is, whether it is one we take, and its rows.
What cannot be taken is refused with words that say what to do. Workbooks are read by workbook_reader.py in a
process of its own, text here. Which row holds the headings is found in headings.py.
"""

from __future__ import annotations

import csv
import io
import json
import re
import struct
import subprocess
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from market import apart
from market.errors import Invalid
from market.words import t

MOST_BYTES = 20_000_000
MOST_ROWS = 50_000
#: What a workbook may hold once it is unpacked, and how many parts it may be packed of.
MOST_UNPACKED = 250_000_000
MOST_PARTS = 2_000

_READER = Path(__file__).with_name("workbook_reader.py")

#: A cell: nothing, text, a number, a truth, a day; anything odd comes as text.
Cell = None | str | int | float | bool | date

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WHAT_TO_DO = t("This is no spreadsheet. Save it as .xlsx or .csv and try again.")
#: Text that a spreadsheet would take for a formula; in .csv an apostrophe stands before it (writing.py).
_DEFUSED = re.compile(r"'+[=+\-@\t\r]")


@dataclass(slots=True)
class Sheet:
    """A sheet: its rows from the first on (empty ones too), and the ranges of merged cells (row, column)."""

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)


def read(held: bytes) -> list[Sheet]:
    """The sheets of a file; refuses Invalid (field ``file``): no spreadsheet, too large, macros."""
    if not held.strip(b"\0 \t\r\n"):
        raise _refused(t("This file is empty."))
    if len(held) > MOST_BYTES:
        raise _refused(
            t("This file is larger than {n} MB. Split it into several.", n=MOST_BYTES // 1_000_000)
        )
    if held.startswith(_ZIP):
        _check_zip(held)
        sheets = _read_workbook(held)
    elif held.startswith(_OLE):
        if "_VBA_PROJECT".encode("utf-16-le") in held:
            raise _macros()
        sheets = _read_workbook(held)
    else:
        sheets = [_read_text(held)]
    for sheet in sheets:
        while sheet.rows and not any(cell is not None for cell in sheet.rows[-1]):
            sheet.rows.pop()
        if len(sheet.rows) > MOST_ROWS + 1:
            raise _refused(t("This sheet has more than {n} rows. Split it into several files.", n=MOST_ROWS))
    if not any(sheet.rows for sheet in sheets):
        raise _refused(t("This file is empty."))
    return [sheet for sheet in sheets if sheet.rows]


def _refused(words: Any) -> Invalid:
    return Invalid(words, field="file")


def _macros() -> Invalid:
    return _refused(t("This file holds macros. Save it as .xlsx (without macros) and try again."))


def _check_zip(held: bytes) -> None:
    """Refuse what is no workbook, has macros, or unpacks to more than its directory admits or we take."""
    try:
        with zipfile.ZipFile(io.BytesIO(held)) as packed:
            parts = packed.infolist()
            names = {part.filename.lower() for part in parts}
            if any(name.endswith("vbaproject.bin") or name.startswith("basic/") for name in names):
                raise _macros()
            if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
                raise _refused(_WHAT_TO_DO)
            too_large = _refused(t("This file unpacks to more than we take. Split it into several."))
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise too_large
            for part in parts:
                if not _is_as_large_as_it_says(held, part):
                    raise too_large
    except (zipfile.BadZipFile, struct.error, zlib.error, ValueError, NotImplementedError, IndexError):
        raise _refused(t("This file is damaged. Open it, save it anew and try again.")) from None


def _is_as_large_as_it_says(held: bytes, part: zipfile.ZipInfo) -> bool:
    """Unpack a part piece by piece, no further than its directory says: the directory may lie."""
    if part.compress_type == zipfile.ZIP_STORED:
        return part.compress_size == part.file_size
    if part.compress_type != zipfile.ZIP_DEFLATED:
        return False
    of_name, of_extra = struct.unpack_from("<HH", held, part.header_offset + 26)
    begin = part.header_offset + 30 + of_name + of_extra
    rest = held[begin : begin + part.compress_size]
    unpacker, size = zlib.decompressobj(-15), 0
    while rest and not unpacker.eof:
        size += len(unpacker.decompress(rest, 1 << 20))
        if size > part.file_size:
            return False
        rest = unpacker.unconsumed_tail
    return True


def _read_workbook(held: bytes) -> list[Sheet]:
    try:
        done = apart.run(_READER, str(MOST_ROWS + 2), data=held, patience=apart.PATIENCE)
    except subprocess.TimeoutExpired:
        raise _refused(t("This file took too long to read. Save it anew as .xlsx or .csv.")) from None
    if done.returncode == 4:
        raise _refused(t("This file is locked with a password. Save it without one and try again."))
    if done.returncode == 3:
        raise _refused(_WHAT_TO_DO)
    if done.returncode != 0:
        raise _refused(t("This file cannot be read. Copy the rows into a new file and try again."))
    return list(_sheets(done.stdout))


def _sheets(told: bytes) -> Iterator[Sheet]:
    sheet: Sheet | None = None
    for line in io.BytesIO(told):
        found = json.loads(line)
        if isinstance(found, dict):
            if sheet is not None:
                yield sheet
            left = found["left"]
            sheet = Sheet(found["sheet"])
            # Counted from the sheet's first filled column, as the rows are.
            sheet.merged = [((a, b - left), (c, d - left)) for (a, b), (c, d) in found["merged"]]
        elif sheet is not None:
            sheet.rows.append([_cell(one) if isinstance(one, list) else one for one in found])
    if sheet is not None:
        yield sheet


def _cell(dated: list[str]) -> Cell:
    return date.fromisoformat(dated[1]) if len(dated[1]) == 10 else dated[1]


def _read_text(held: bytes) -> Sheet:
    """Text with separators: UTF-8 or UTF-16, with commas, semicolons or tabs between the cells."""
    text = _decode(held)
    if "\0" in text:
        raise _refused(_WHAT_TO_DO)
    sample = next((line for line in text.split("\n") if line.strip()), "")
    if sample.lower().startswith("sep=") and len(sample.strip()) == 5:
        # The line by which Excel is told the separator; the spreadsheet does not show it.
        between = sample.strip()[4]
        text = text.split("\n", 1)[1] if "\n" in text else ""
    else:
        between = max(",;\t", key=lambda sign: _outside_quotes(sample, sign))
    sheet = Sheet("")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True)
    try:
        for row in rows:
            sheet.rows.append([undefused(cell) or None for cell in row])
            if len(sheet.rows) > MOST_ROWS + 2:
                break
    except csv.Error:
        raise _refused(
            t("Row {row} cannot be read: a quotation mark is missing there.", row=len(sheet.rows) + 1)
        ) from None
    return sheet


def _decode(held: bytes) -> str:
    if held.startswith((b"\xff\xfe", b"\xfe\xff")):
        code = "utf-16"
    elif held[1:2] == b"\0" or held[:1] == b"\0":
        code = "utf-16-le" if held[1:2] == b"\0" else "utf-16-be"
    else:
        code = "utf-8-sig"
    try:
        return held.decode(code)
    except UnicodeDecodeError:
        raise _refused(
            t("The letters of this file cannot be read. Save it as .xlsx, or as “CSV UTF-8”.")
        ) from None


def _outside_quotes(line: str, sign: str) -> int:
    return re.sub(r'"[^"]*"', "", line).count(sign)


def undefused(text: str) -> str:
    """The text without the apostrophe that kept a spreadsheet from taking it for a formula."""
    return text[1:] if _DEFUSED.match(text) else text
