"""docs/security.md names tests that there are, each number once, and says by what each row is shown."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def rows() -> list[list[str]]:
    """The cells of every row of the tables."""
    lines = (ROOT / "docs" / "security.md").read_text("utf-8").splitlines()
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [row for row in found if row[0] not in ("No.", "---")]


def test_the_table_names_tests_that_there_are() -> None:
    told = NAMED.findall((ROOT / "docs" / "security.md").read_text("utf-8"))
    assert len(told) > 80
    missing = [
        f"{file}::{name}"
        for file, name in told
        if not re.search(rf"^def {name}\(", (ROOT / file).read_text("utf-8"), re.MULTILINE)
    ]
    assert not missing


def test_every_row_says_by_what_it_is_shown_and_no_number_stands_twice() -> None:
    numbers: list[str] = []
    for row in rows():
        assert len(row) == 3, row
        numbers += [] if "(" in row[0] else row[0].split(", ")
        assert NAMED.search(row[2]) or row[2].startswith(("does not apply", "not done", "set-up")), row
    assert len(numbers) == len(set(numbers))
    assert {one.partition(".")[0] for one in numbers} == {str(chapter) for chapter in range(2, 15)}
