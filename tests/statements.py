"""What the database is asked meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa


@contextmanager
def counting(engine: sa.Engine, *, frames: bool = False) -> Iterator[list[str]]:
    """Gives the statements that are sent, with those that only frame others if ``frames``."""
    asked: list[str] = []

    def note(_c: Any, _k: Any, statement: str, *_: Any) -> None:
        if frames or not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "SET", "RESET")):
            asked.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
