"""SQLite's own full text, FTS5, as somebody would use it who knows it: accents taken off by the tokenizer,
columns weighted, the words as typed, then the last one begun, then any of them, facets by GROUP BY over what
was found.
"""

import json
import re
import sqlite3
from dataclasses import astuple
from pathlib import Path

from benchmarks.lib.rows import COLUMNS, LIMIT, SEVERAL, SINGLE, TEXTS, Answer, answer, row
from search.documents import ListingDocument

#: title, names, seller, places, description, papers
_WEIGHTS = (10, 8, 4, 4, 1, 2)

# The tokenizer takes off every accent but the stroke of đ, which is a letter of its own to Unicode: without
# this no 'dao ngan dua' would find 'Đao Ngan Dừa'. A user would see that on the first day and do as here.
_FOLDED = ", ".join(f"replace(replace({text}, 'đ', 'd'), 'Đ', 'D') AS {text}" for text in TEXTS)

# Two tables: what is counted lies close together, and long texts are not read for it.
_VALUES = COLUMNS[1 + len(TEXTS) :]

_TABLES = f"""
PRAGMA journal_mode = WAL;
CREATE TABLE texts (id INTEGER PRIMARY KEY, {", ".join(TEXTS)});
CREATE TABLE listings (id INTEGER PRIMARY KEY, {", ".join(_VALUES)});
CREATE VIEW folded AS SELECT id, {_FOLDED} FROM texts;
CREATE VIRTUAL TABLE listings_fts USING fts5(
    {", ".join(TEXTS)}, content = 'folded', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
);
"""
_INDEX = """
INSERT INTO listings_fts (listings_fts) VALUES ('rebuild');
INSERT INTO listings_fts (listings_fts) VALUES ('optimize');
ANALYZE;
PRAGMA journal_mode = DELETE;
"""

_COUNTS = [
    *(f"SELECT '{one}', {one}, count(*) FROM found GROUP BY 2" for one in SINGLE),
    *(f"SELECT '{one}', value, count(*) FROM found, json_each({one}) GROUP BY 2" for one in SEVERAL),
]
_SEARCH = f"""
WITH found AS MATERIALIZED (
    SELECT listings.id, sold_out, position, {", ".join((*SINGLE, *SEVERAL))},
        bm25(listings_fts, {", ".join(map(str, _WEIGHTS))}) AS rank
    FROM listings_fts JOIN listings ON listings.id = listings_fts.rowid
    WHERE listings_fts MATCH ?
)
SELECT * FROM (
    SELECT 'hit', id, row_number() OVER (ORDER BY sold_out, rank, position, id) FROM found
    ORDER BY 3 LIMIT {LIMIT}
)
UNION ALL {" UNION ALL ".join(_COUNTS)}
"""


def words_of(text: str) -> list[str]:
    """The words for FTS5, each in quotes so that no sign in it says anything there."""
    return [f'"{word}"' for word in re.findall(r"\w+", text.lower().replace("đ", "d"))]


def begun(words: list[str]) -> str:
    """All of the words, the last of which may be the beginning of one."""
    return " ".join(words) + "*"


def any_of(words: list[str]) -> str:
    """At least one of the words; the more a listing holds, the better it ranks."""
    return " OR ".join(words)


class SqliteRival:
    """A file, and a connection in this process."""

    name = "SQLite FTS5"

    def __init__(self, file: Path) -> None:
        self.file = file
        self._connection = sqlite3.connect(":memory:")

    def fill(self, documents: list[ListingDocument]) -> None:
        """Write the file and open it as one that no longer changes."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        written = sqlite3.connect(self.file)
        written.executescript(_TABLES)
        with written:
            for document in documents:
                made = [json.dumps(one) if isinstance(one, tuple) else one for one in astuple(row(document))]
                id_, texts, values = made[0], made[1 : 1 + len(TEXTS)], made[1 + len(TEXTS) :]
                for table, held in (("texts", texts), ("listings", values)):
                    marks = ", ".join("?" * (1 + len(held)))
                    written.execute(f"INSERT INTO {table} VALUES ({marks})", (id_, *held))
        written.executescript(_INDEX)
        written.close()
        self.close()
        self._connection = sqlite3.connect(f"file:{self.file}?immutable=1", uri=True)
        for pragma in ("cache_size = -65536", "mmap_size = 1073741824", "temp_store = MEMORY"):
            self._connection.execute(f"PRAGMA {pragma}")

    def search(self, text: str) -> Answer:
        """All in one statement; another one where that finds nothing: as typed, begun, any of the words."""
        found: list[tuple[str, str, int]] = []
        words = words_of(text)
        for expression in (" ".join(words), begun(words), any_of(words)) if words else ():
            if found := self._connection.execute(_SEARCH, (expression,)).fetchall():
                break
        return answer(found)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
