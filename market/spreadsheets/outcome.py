"""What was found in a file, kept beside it: the counts, and what is wrong with words that are said when
somebody looks. Of very many wrong cells the first are kept, and how many there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from market.spreadsheets.report import Report, Wrong
from market.words import pack, unpack

#: So many wrong cells are kept; nobody mends more at a sitting.
MOST = 1_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """The counts of rows; wrong cells and warnings by row; ``wrong`` is how many cells there are in all."""

    rows: int
    new: int
    changed: int
    same: int
    wrong: int
    wrong_rows: int
    errors: tuple[Wrong, ...]
    warnings: tuple[Wrong, ...]


def keep(report: Report) -> dict[str, Any]:
    """A report as plain JSON."""
    return {
        "rows": report.rows,
        **{name: report.counts[name] for name in ("new", "changed", "same")},
        "wrong": len(report.errors),
        "wrong_rows": len({one.row for one in report.errors}),
        "errors": [_keep(one) for one in report.errors[:MOST]],
        "warnings": [_keep(one) for one in report.warnings[:MOST]],
    }


def _keep(one: Wrong) -> list[Any]:
    return [one.row, one.column, one.value, pack(one.reason)]


def read(kept: dict[str, Any]) -> Outcome:
    """The way back from ``keep``."""
    counts = {name: kept[name] for name in ("rows", "new", "changed", "same", "wrong", "wrong_rows")}
    return Outcome(
        **counts,
        errors=tuple(_read(one) for one in kept["errors"]),
        warnings=tuple(_read(one) for one in kept["warnings"]),
    )


def _read(one: list[Any]) -> Wrong:
    row, column, value, reason = one
    return Wrong(row, column, value, unpack(reason))
