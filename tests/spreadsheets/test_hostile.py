"""Files that are no spreadsheets, or mean harm: each is refused with words that say what to do, quickly, and
nothing of it is kept.
"""

from __future__ import annotations

import io
import struct
import time
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from market.errors import Invalid
from market.parties import queries as parties
from market.spreadsheets import cells, reading, writing
from tests.shell.conftest import Shell
from tests.spreadsheets import files
from tests.spreadsheets.conftest import Import, counts

ROW = files.COOPERATIVE
GOOD = files.xlsx(files.table([ROW]))
#: Quickly: every test process packs the 260 MB below, though one needs them.
PACKED: Any = {"compression": zipfile.ZIP_DEFLATED, "compresslevel": 1}


def repacked(held: bytes, change: Callable[[str, bytes], bytes | None], **more: bytes) -> bytes:
    """A workbook with parts changed (None: left out) or added."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(held)) as old, zipfile.ZipFile(made, "w", **PACKED) as new:
        for part in old.infolist():
            content = change(part.filename, old.read(part))
            if content is not None:
                new.writestr(part.filename, content)
        for name, content in more.items():
            new.writestr(name, content)
    return made.getvalue()


def with_sheet(xml: bytes) -> bytes:
    """A workbook whose one sheet is this."""
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    whole = head + xml + b"</sheetData></worksheet>"
    return repacked(GOOD, lambda name, old: whole if name.endswith("sheet1.xml") else old)


def at(place: str, text: bytes = b"x") -> bytes:
    return b'<c r="%s" t="inlineStr"><is><t>%s</t></is></c>' % (place.encode(), text)


def lying(held: bytes) -> bytes:
    """A workbook whose directory says that its sheet is small."""
    large = b"0" * 5_000_000
    made = bytearray(repacked(held, lambda name, old: large if name.endswith("sheet1.xml") else old))
    for mark, sizes in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        begin = made.find(mark)
        while begin >= 0:
            if struct.unpack_from("<I", made, begin + sizes)[0] == 5_000_000:
                struct.pack_into("<I", made, begin + sizes, 100)
            begin = made.find(mark, begin + 4)
    return bytes(made)


def zipped(**parts: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", **PACKED) as new:
        for name, content in parts.items():
            new.writestr(name.replace("__xml", ".xml").replace("__", "/"), content)
    return made.getvalue()


ENDS = with_sheet(b"<row r='1'>" + at("A1") + b"</row><row r='900000'>" + at("XFD900000") + b"</row>")
ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))
    + b"]>"
)

LAUGHS = repacked(
    GOOD, lambda name, old: ENTITIES + b"<worksheet>&j;</worksheet>" if "sheet1" in name else old
)

#: What each file is, and a word of the answer.
FILES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "trống"),
    "blanks": (b" \r\n\t\0\0", "trống"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "Không đọc được chữ"),
    "a page": (b"<html><body><table><tr><td>code</td></tr></table></body></html>", "tiêu đề"),
    "a program": (b"\x7fELF\x02\x01\x01" + b"\0" * 99, ""),
    "half a workbook": (GOOD[: len(GOOD) // 2], "hỏng"),
    "an archive": (zipped(a=b"b"), "không phải bảng tính"),
    "a text document": (zipped(word__document__xml=b"<w/>"), "không phải bảng tính"),
    "macros": (repacked(GOOD, lambda _, old: old, **{"xl/vbaProject.bin": b"x"}), "macro"),
    "old macros": (reading._OLE + "_VBA_PROJECT".encode("utf-16-le"), "macro"),
    "an old workbook in ruins": (reading._OLE + b"\0" * 4096, "không phải bảng tính"),
    "a bomb": (repacked(GOOD, lambda _, old: old, bomb=b"0" * 260_000_000), "giải nén"),
    "a bomb that lies": (lying(GOOD), "giải nén"),
    "a thousand parts": (zipped(xl__workbook__xml=b"x", **{f"p{i}": b"" for i in range(2001)}), "giải nén"),
    "cells at the ends of the world": (ENDS, ""),
    "a sheet that is no XML": (with_sheet(b"<row><<<"), ""),
    "laughs": (LAUGHS, ""),
    "too many rows": (b"code,name\n" + b"a,b\n" * 50_001, "50.000"),
    "too many bytes": (b"x" * (reading.MOST_BYTES + 1), "20 MB"),
    "an open quotation": (b'code,name,form,place_code\na,"b,HTX,31894\n', "nháy kép"),
    "Latin letters": ("Mã số,Tên\nđ,é\n".encode("utf-16")[:-1] + b"\0\xd8", ""),
    "old letters": ("code,name\nA,Hợp tác".encode("cp1258", "replace"), "UTF-8"),
    "headings alone": (files.xlsx([list(ROW)]), "Không có dòng nào"),
    "no headings": (files.xlsx([["A1", "HTX Một", "HTX", "31894"]] * 3), "tiêu đề"),
    "two rows of headings": (files.xlsx([list(ROW), list(ROW), list(ROW.values())]), "nhiều dòng"),
    "a column twice": (files.xlsx([[*ROW, "Tên"], [*ROW.values(), "Khác"]]), "hai lần"),
    "a column missing": (files.xlsx([[k for k in ROW if k != "form"], ["A1", "HTX Một"]]), "Loại hình"),
}  # fmt: skip


@pytest.mark.parametrize("what", FILES)
def test_a_file_that_cannot_be_taken_is_refused_in_words(take: Import, what: str) -> None:
    held, word = FILES[what]
    for name in ("in.xlsx", "in.csv"):
        began = time.monotonic()
        report = take("cooperatives", held, name=name)
        assert time.monotonic() - began < 60
        assert report["errors"]
        assert all(wrong["reason"] for wrong in report["errors"])
        assert word in report["errors"][0]["reason"]
        assert (report["new"], report["changed"]) == (0, 0)


def test_merged_cells_are_told(take: Import) -> None:
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.merge_range(0, 0, 0, 3, "Danh sách hợp tác xã")  # above the headings people merge as they like
    sheet.write_row(1, 0, ["code", "name", "form", "place_code"])
    sheet.write_row(2, 0, ["A1", "HTX Một", "HTX", "31894"])
    sheet.write_row(3, 0, ["A2", "HTX Hai", None, "31894"])
    sheet.merge_range(2, 2, 3, 2, "HTX")
    book.close()
    report = take("cooperatives", held.getvalue())
    assert [(wrong["row"], wrong["column"]) for wrong in report["errors"]] == [(3, "")]


def test_formulas_give_what_they_last_came_to(take: Import, shell: Shell) -> None:
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["code", "name", "form", "place_code", "members"])
    sheet.write_row(1, 0, ["A1", "HTX Một", "HTX", 31894])
    sheet.write_formula(1, 4, "=20+22", None, 42)
    book.close()
    assert counts(take("cooperatives", held.getvalue())) == (1, 0, 0)
    with shell.database() as database, database.reading() as session:
        assert parties.get_by_code(session, "A1").members == 42


def test_the_sheet_with_the_headings_is_taken_and_notes_beside_it_are_not(take: Import) -> None:
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True})
    book.add_worksheet("Ghi chú").write_column(0, 0, ["Cách ghi", "Mã số: bắt buộc", "Tên: bắt buộc"])
    sheet = book.add_worksheet("Danh sách")
    sheet.write_row(2, 1, ["Mã số", "Tên", "Loại hình", "Mã đơn vị hành chính"])
    sheet.write_row(4, 1, ["A1", "HTX Một", "HTX", "x"])
    book.close()
    [wrong] = take("cooperatives", held.getvalue())["errors"]
    assert (wrong["row"], wrong["column"], wrong["value"]) == (5, "place_code", "x")


def test_what_looks_like_a_formula_goes_out_as_text() -> None:
    texts = ["=1+1", "+84", "-1", "@x", "\tx", "'=x", "''=x", "x=1", "'x"]
    [sheet] = reading.read(writing.write(".csv", title="x", heads=["a"], rows=[[text] for text in texts]))
    assert [row[0] for row in sheet.rows[1:]] == texts
    plain = writing.write(".csv", title="x", heads=["a"], rows=[[text] for text in texts]).decode("utf-8-sig")
    assert not any(line.strip('"').startswith(("=", "+", "-", "@", "\t")) for line in plain.splitlines()[1:])
    book = writing.write(".xlsx", title="x", heads=["a"], rows=[[text] for text in texts])
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")
    [sheet] = reading.read(book)
    assert [row[0] for row in sheet.rows[1:]] == texts


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(1900, 3, 1), date(2022, 3, 25), date(2100, 12, 31)])
def test_days_come_back_as_they_went(day: date) -> None:
    for ending in writing.ENDINGS:
        [sheet] = reading.read(writing.write(ending, title="x", heads=["a", "b"], rows=[["x", day]]))
        assert cells.day(sheet.rows[1][1]) == day


def test_what_the_reader_may_not_use_is_not_used() -> None:
    """The process apart gives up rather than take the memory there is."""
    with pytest.raises(Invalid) as refused:
        reading.read(ENDS)
    assert "new file" in str(refused.value) or "spreadsheet" in str(refused.value)
