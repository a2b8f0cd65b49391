"""Which sheet and row of a file holds the headings, and what stands under each: the key of a column or its
Vietnamese name, in any order, case and accents. From there on a file is rows of cells by key.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from market.errors import Invalid
from market.spreadsheets.cells import Reader, plain
from market.spreadsheets.reading import Cell, Sheet
from market.spreadsheets.report import Report
from market.words import Words, t
from search import vietnamese

#: So far down people set a title above the headings.
DEEPEST = 10


@dataclass(frozen=True, slots=True)
class Column:
    """A column: key, Vietnamese name, how a cell of it is read, and other names it is given."""

    key: str
    name: str
    read: Reader
    required: bool = False
    also: tuple[str, ...] = ()


@dataclass(slots=True)
class Row:
    """A row under the headings: its number as the spreadsheet shows it, its cells and what they mean. An
    empty cell is in neither. ``wrong`` holds the columns that were refused.
    """

    number: int
    cells: dict[str, Cell]
    values: dict[str, Any] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)

    def refuse(self, report: Report, column: str, words: Words) -> None:
        """Note that a cell of this row (or its lack) cannot be taken."""
        self.wrong.add(column)
        report.refuse(self.number, column, self.cells.get(column), words)


@dataclass(slots=True)
class Table:
    """A file as far as its headings are understood."""

    sheet: Sheet
    head: int
    places: dict[int, Column]
    columns: Sequence[Column]

    def rows(self) -> Iterator[Row]:
        """The rows that hold anything under a known heading."""
        for number, line in enumerate(self.sheet.rows[self.head + 1 :], start=self.head + 2):
            cells: dict[str, Cell] = {}
            for place, column in self.places.items():
                cell = line[place] if place < len(line) else None
                if cell is not None and not (isinstance(cell, str) and not cell.strip()):
                    cells[column.key] = cell
            if cells:
                yield Row(number, cells)


def find(sheets: Sequence[Sheet], columns: Sequence[Column], report: Report) -> Table | None:
    """The table of the file; None, with the reasons in the report, where it has no headings we can use."""
    known = {_folded(name): column for column in columns for name in (column.key, column.name, *column.also)}
    found = []
    for sheet in sheets:
        for place, line in enumerate(sheet.rows[:DEEPEST]):
            heads = {at: known[_folded(cell)] for at, cell in enumerate(line) if _folded(cell) in known}
            filled = sum(cell is not None for cell in line)
            if len(heads) >= 2 and 2 * len(heads) >= filled:
                found.append((sheet, place, heads))
    needed = ", ".join(column.name for column in columns if column.required)
    if not found:
        report.refuse(
            0, "", "", t("No row holds the headings. They have to name at least: {names}.", names=needed)
        )
        return None
    if len(found) > 1:
        places = ", ".join(f"{sheet.name or '–'}: {place + 1}" for sheet, place, _ in found)
        report.refuse(
            found[1][1] + 1, "", "",
            t("Several rows could be the headings ({places}). Leave one.", places=places),
        )  # fmt: skip
        return None
    sheet, place, heads = found[0]
    table = Table(sheet, place, heads, columns)
    _check(table, report)
    return table if report.ok else None


def _check(table: Table, report: Report) -> None:
    row = table.head + 1
    seen: set[str] = set()
    for column in table.places.values():
        if column.key in seen:
            report.refuse(row, column.key, column.name, t("This column stands there twice. Leave one."))
        seen.add(column.key)
    for column in table.columns:
        if column.required and column.key not in seen:
            report.refuse(row, column.key, "", t("The column “{name}” is missing.", name=column.name))
    for at, cell in enumerate(table.sheet.rows[table.head]):
        if cell is not None and at not in table.places and plain(cell):
            report.warn(row, plain(cell), cell, t("This column is not known and was passed over."))
    for (top, left), (bottom, right) in table.sheet.merged:
        if bottom > table.head and set(range(left, right + 1)) & table.places.keys():
            report.refuse(
                top + 1, "", "",
                t("Cells are merged here: only the first has a value. Unmerge them and fill in each."),
            )  # fmt: skip


def _folded(cell: Cell) -> str:
    # "Giá từ (đ/kg)" and "code *" are the headings that they begin with.
    if not isinstance(cell, str) or len(cell) > 80:
        return ""
    return vietnamese.fold(cell.partition("(")[0].replace("_", " "))


def read_cells(row: Row, columns: dict[str, Column], report: Report) -> None:
    """Read each cell of a row; what is refused or missing is noted with its reason."""
    for key, cell in row.cells.items():
        try:
            row.values[key] = columns[key].read(cell)
        except Invalid as refusal:
            row.wrong.add(key)
            report.refuse(row.number, key, cell, refusal.words)
    for column in columns.values():
        if column.required and column.key not in row.cells:
            row.wrong.add(column.key)
            report.refuse(row.number, column.key, "", t("Please fill this in."))
