"""Datasette's faceted search over the file of `sqlite_rival.py`, asked over HTTP as its JSON API is meant to
be.
"""

import json
import subprocess
from urllib.parse import urlencode

from benchmarks.lib import apart
from benchmarks.lib.http import Client
from benchmarks.lib.rows import LIMIT, SEVERAL, SINGLE, Answer
from benchmarks.lib.sqlite_rival import SqliteRival, any_of, begun, words_of
from search.documents import ListingDocument
from tests import processes, services

_WANTED = "datasette==0.65.5"

_SETTINGS = {
    # As delivered a facet that takes more than 0.2 s is left out, a search that takes more than 1 s refused.
    "facet_time_limit_ms": "60000",
    "sql_time_limit_ms": "60000",
    "suggest_facets": "off",
    "cache_size_kb": "65536",
}
_TABLE = {
    "fts_table": "listings_fts",
    "fts_pk": "id",
    "searchmode": "raw",  # the words come in quotes and the last with its star
    # A table is ordered by one of its columns, never by how well a row answers: what is on sale first, then
    # the main goods of the catalogue.
    "sort": "standing",
}
_SHOWN = [
    *(("_facet", one) for one in SINGLE),
    *(("_facet_array", one) for one in SEVERAL),
    ("_facet_size", "max"),
    ("_size", str(LIMIT)),
]
_ASKED = [*_SHOWN, ("_col", "id"), ("_shape", "objects")]


class DatasetteRival:
    """A process on a free port of 127.0.0.1, and one kept connection to it."""

    name = "Datasette"

    def __init__(self, under: SqliteRival) -> None:
        self._program = apart.environment("Datasette", _WANTED) / "datasette"
        self._under = under
        self._process: subprocess.Popen[bytes] | None = None
        self._client = Client("")
        self.url = ""

    def fill(self, documents: list[ListingDocument]) -> None:
        """Serve the file, which is written unless that has been done."""
        file = self._under.file
        if not file.exists():
            self._under.fill(documents)
        metadata = file.with_suffix(".json")
        metadata.write_text(json.dumps({"databases": {file.stem: {"tables": {"listings": _TABLE}}}}))
        port = services.free_port()
        settings = [word for pair in _SETTINGS.items() for word in ("--setting", *pair)]
        log = file.with_suffix(".log")
        with log.open("ab") as said:
            self._process = subprocess.Popen(
                [
                    *(self._program, "serve", "--immutable", file, "--metadata", metadata),
                    *("--host", "127.0.0.1", "--port", str(port), *settings),
                ],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd=file.parent,
            )
        self.url = f"http://127.0.0.1:{port}"
        processes.wait_for(lambda: processes.answers(f"{self.url}/-/versions.json"), log)
        self._client = Client(self.url)

    def search(self, text: str) -> Answer:
        """One request; another one where that finds nothing: all words in what the goods are called, all
        words anywhere, any word in what they are called, any word anywhere. Since it does not rank, asking
        everywhere at once would put whatever only mentions the words among what bears them as its name.
        """
        said: dict[str, object] = {}
        words = words_of(text)
        ways = (begun(words), any_of(words)) if words else ()
        for expression in [one for way in ways for one in (f"{{title names}} : ({way})", way)]:
            said = self._ask(expression)
            if said["filtered_table_rows_count"]:
                break
        return _answer(said)

    def table(self, text: str) -> str:
        """Where people look for this: hits and the counts of all facets, by its first way to search."""
        words = [("_search", begun(words_of(text)))] if words_of(text) else []
        return f"/{self._under.file.stem}/listings?{urlencode([*words, *_SHOWN])}"

    def row(self, listing_id: int) -> str:
        """Where people read of one listing."""
        return f"/{self._under.file.stem}/texts/{listing_id}"

    def _ask(self, expression: str) -> dict[str, object]:
        query = urlencode([("_search", expression), *_ASKED])
        _, status, content = self._client.ask(f"/{self._under.file.stem}/listings.json?{query}")
        assert status == 200, (expression, status, content[:300])
        said = json.loads(content)
        assert isinstance(said, dict)
        # One that took too long would be left out without a word.
        assert said["facet_results"].keys() == {*SINGLE, *SEVERAL}, (expression, said["facet_results"].keys())
        return said

    def close(self) -> None:
        """Stop the process."""
        self._client.close()
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=30)
            self._process = None


def _answer(said: dict[str, object]) -> Answer:
    if not said:
        return Answer((), 0, {})
    rows, total, counted = said["rows"], said["filtered_table_rows_count"], said["facet_results"]
    assert isinstance(rows, list)
    assert isinstance(total, int)
    assert isinstance(counted, dict)
    return Answer(
        ids=tuple(row["id"] for row in rows),
        total=total,
        facets={
            name: {str(one["value"]): one["count"] for one in facet["results"]}
            for name, facet in counted.items()
        },
    )
