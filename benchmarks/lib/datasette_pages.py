"""Datasette's pages for people on the same listings: its table with a search and all facets, and the page of
a row, for the questions and listings that ours are asked for.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from benchmarks.lib import loops
from benchmarks.lib.datasette_rival import DatasetteRival
from benchmarks.lib.loops import Ask
from benchmarks.lib.rows import Missing
from benchmarks.lib.sqlite_rival import SqliteRival
from search.documents import ListingDocument


class Pages:
    """Its pages instead of ours."""

    def __init__(self, rival: DatasetteRival) -> None:
        self._rival, self.url = rival, rival.url

    def instead_of(self, deal: loops.Deal) -> loops.Deal:
        """What asks for its page where ours is asked for: the first twenty hits of a search with the counts
        of every facet, the texts of a listing.
        """

        def asked() -> Ask:
            ask = deal()
            path = urlsplit(ask.path)
            if question := parse_qs(path.query).get("q"):
                return replace(ask, path=self._rival.table(question[0]), headers={})
            return replace(ask, path=self._rival.row(int(path.path.rsplit("/", 1)[1])))

        return asked


@contextmanager
def serving(where: Path, documents: list[ListingDocument]) -> Iterator[Pages | None]:
    """Datasette with these listings until the block ends; None, and a line that says so, where it cannot be
    had.
    """
    try:
        rival = DatasetteRival(SqliteRival(where / "rivals.sqlite"))
    except Missing as missing:
        print(f"without Datasette: {missing}", file=sys.stderr, flush=True)
        yield None
        return
    try:
        rival.fill(documents)
        yield Pages(rival)
    finally:
        rival.close()
