"""The ``market`` command on a data folder of its own, and how the tests of this folder call it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from market import features
from market.db import Base
from tests.shell.conftest import Ran, Shell, shell
from tests.spreadsheets import files

__all__ = ["shell"]

Import = Callable[..., dict[str, Any]]


#: What only migrations write.
REFERENCE = ("place", "product", "seasons", "sector", "spec_", "standard", "linkage_forms", "party_fields")


def kept(shell: Shell) -> dict[str, list[Any]]:
    """All that is in the database beside the reference data, table by table."""
    features.load_models()
    with shell.database() as database, database.engine.connect() as connection:
        return {
            name: sorted(str(row) for row in connection.execute(sa.select(table)))
            for name, table in Base.metadata.tables.items()
            if not name.startswith(REFERENCE)
        }


@pytest.fixture
def take(shell: Shell, tmp_path: Path) -> Import:
    """Imports rows (by key, or bytes) and gives the report, after checking that code and report agree."""

    def run(
        kind: str, rows: Sequence[dict[str, Any]] | bytes, *more: str, name: str = "in.xlsx"
    ) -> dict[str, Any]:
        path = tmp_path / name
        path.write_bytes(rows if isinstance(rows, bytes) else files.xlsx(files.table(rows)))
        before = kept(shell)
        ran: Ran = shell.here("import", kind, str(path), "--json", *more)
        assert "Traceback" not in ran.err
        report: dict[str, Any] = json.loads(ran.out)
        assert ran.code == (1 if report["errors"] else 0), (ran.out, ran.err)
        assert report["applied"] == (not report["errors"] and "--dry-run" not in more)
        if report["errors"] or "--dry-run" in more or report["same"] == report["rows"]:
            assert kept(shell) == before, "nothing is kept"
        return report

    return run


@pytest.fixture
def give(shell: Shell, tmp_path: Path) -> Callable[..., bytes]:
    """Exports a kind and gives the file."""

    def run(kind: str, ending: str = ".xlsx") -> bytes:
        path = tmp_path / f"out{ending}"
        ran = shell.here("export", kind, str(path))
        assert (ran.code, ran.out, ran.err) == (0, "", "")
        return path.read_bytes()

    return run


def counts(report: dict[str, Any]) -> tuple[int, int, int]:
    """New, changed and same, after checking that nothing was wrong."""
    assert report["errors"] == []
    return report["new"], report["changed"], report["same"]
