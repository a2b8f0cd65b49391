"""What an import found: how many rows are new, changed or the same, and every cell that cannot be taken,
by the row's number as the spreadsheet shows it. A report with errors was never applied.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from market.words import Words


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell that cannot be taken. Row 0 stands for the file as a whole; ``column`` is a key, or empty."""

    row: int
    column: str
    value: str
    reason: Words


@dataclass(slots=True)
class Report:
    """The outcome of reading a file, and of applying it if ``applied``."""

    kind: str
    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    errors: list[Wrong] = field(default_factory=list)
    warnings: list[Wrong] = field(default_factory=list)
    applied: bool = False

    def refuse(self, row: int, column: str, value: Any, reason: Words) -> None:
        """Note a cell that cannot be taken."""
        self.errors.append(Wrong(row, column, shown(value), reason))

    def warn(self, row: int, column: str, value: Any, reason: Words) -> None:
        """Note what is passed over."""
        self.warnings.append(Wrong(row, column, shown(value), reason))

    @property
    def ok(self) -> bool:
        return not self.errors

    @property
    def changes(self) -> bool:
        """Whether applying it would change anything."""
        return bool(self.counts["new"] or self.counts["changed"])

    def in_order(self) -> None:
        """Bring the errors into the order of the rows."""
        self.errors.sort(key=lambda wrong: wrong.row)

    def as_document(self, say: Callable[[Words], str] = str) -> dict[str, Any]:
        """As ``market import --json`` prints it; ``say`` puts the reasons into words."""
        return {
            "kind": self.kind,
            "rows": self.rows,
            **{name: self.counts[name] for name in ("new", "changed", "same")},
            "errors": [_document(wrong, say) for wrong in self.errors],
            "warnings": [_document(wrong, say) for wrong in self.warnings],
            "applied": self.applied,
        }


def shown(value: Any) -> str:
    """A cell as a line of a report has room for."""
    text = "" if value is None else " ".join(str(value).split())
    return text if len(text) <= 80 else text[:79] + "…"


def _document(wrong: Wrong, say: Callable[[Words], str]) -> dict[str, Any]:
    return {
        "row": wrong.row,
        "column": wrong.column,
        "value": wrong.value,
        "reason": say(wrong.reason),
    }
