"""The fingerprint of `search/documents.py`: by it the index is checked against the database."""

import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from search.documents import ListingDocument, fingerprint
from tests.search.documents import make_document


def test_every_field_counts() -> None:
    document = make_document(1)
    seen = {fingerprint(document)}
    for field in fields(ListingDocument):
        value = getattr(document, field.name)
        other: Any = 7 if value is None else not value if isinstance(value, bool) else value
        if isinstance(value, str):
            other = value + "!"
        elif isinstance(value, tuple):
            other = (*value, "x")
        elif isinstance(value, int) and not isinstance(value, bool):
            other = value + 1
        seen.add(fingerprint(replace(document, **{field.name: other})))
    assert len(seen) == len(fields(ListingDocument)) + 1


def test_equal_documents_agree_in_every_process() -> None:
    code = (
        "from tests.search.documents import make_document; from search.documents import fingerprint;"
        "print(fingerprint(make_document(1, title='muối')))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == fingerprint(make_document(1, title="muối"))
    assert len(said.stdout.strip()) == 16


def test_values_do_not_run_into_each_other() -> None:
    assert fingerprint(make_document(1, places=("a", "b"))) != fingerprint(make_document(1, places=("a,b",)))
    assert fingerprint(make_document(1, price_from=None)) != fingerprint(make_document(1, price_from=0))


def test_lone_surrogates_have_a_fingerprint_too() -> None:
    assert fingerprint(make_document(1, title="\ud800")) != fingerprint(make_document(1, title="\ud801"))
