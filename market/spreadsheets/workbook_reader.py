"""Reads a workbook in a process of its own, with bounds on memory and time that the system holds: a small
file can claim billions of cells, and the reader would take all the memory there is. Run by reading.py with
the workbook on standard input; writes JSON lines (a sheet's head, then its rows). Imports nothing of ours.
"""

from __future__ import annotations

import datetime
import io
import json
import resource
import sys
from collections.abc import Iterator
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

#: Bytes of address space, and seconds of computing.
MEMORY = 1 << 30
SECONDS = 60


def main(most_rows: int) -> int:
    """0: read; 3: no workbook; 4: behind a password. Killed by the system: too much."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = sys.stdout
    try:
        for line in lines(sys.stdin.buffer.read(), most_rows):
            out.write(json.dumps(line, ensure_ascii=True, separators=(",", ":")))
            out.write("\n")
    except PasswordError:
        return 4
    except (CalamineError, OSError, ValueError):
        return 3
    return 0


def lines(held: bytes, most_rows: int) -> Iterator[Any]:
    """For each sheet of cells its head, then its rows as lists, the first row of the sheet first."""
    with CalamineWorkbook.from_filelike(io.BytesIO(held)) as book:
        for about in book.sheets_metadata:
            if about.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(about.name)
            yield {
                "sheet": about.name,
                "merged": sheet.merged_cell_ranges or [],
                "left": sheet.start[1] if sheet.start else 0,
            }
            for number, row in enumerate(sheet.iter_rows()):
                if number > most_rows:
                    break
                while row and row[-1] == "":
                    row.pop()
                yield [plain(cell) for cell in row]


def plain(cell: Any) -> Any:
    """A cell as JSON holds it: None, text, number, truth; a day or moment as ["d", ISO]."""
    if cell == "":
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return int(cell)
    if isinstance(cell, datetime.datetime):
        return [
            "d",
            cell.date().isoformat() if not (cell.hour or cell.minute or cell.second) else cell.isoformat(),
        ]
    if isinstance(cell, datetime.date):
        return ["d", cell.isoformat()]
    if isinstance(cell, datetime.time | datetime.timedelta):
        return str(cell)
    return cell


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
