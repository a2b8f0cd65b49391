"""PostgreSQL full text with unaccent and trigrams, of Debian's postgresql and postgresql-contrib, as somebody
would use it who knows it: a weighted tsvector under GIN, a search configuration without accents, the last
word begun, trigrams where full text finds nothing, facets by GROUP BY over what was found.
"""

import os
import shutil
import subprocess
import tempfile
from dataclasses import astuple
from pathlib import Path

import psycopg

from benchmarks.lib.rows import COLUMNS, LIMIT, SEVERAL, SINGLE, Answer, Missing, answer, row
from search.documents import ListingDocument

_ADVICE = "apt-get install postgresql postgresql-contrib"
#: Debian keeps each version's programs in a folder that is not on the path.
_DEBIAN = Path("/usr/lib/postgresql")
#: Who may run a server when the benchmark is run by root, whom PostgreSQL refuses.
_OWNER = "postgres"

_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "shared_buffers": "512MB",
    "effective_cache_size": "2GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "512MB",
    "random_page_cost": "1.1",
    "jit": "off",  # compiling a search takes longer than the search
    "plan_cache_mode": "force_custom_plan",  # a plan for all words would be none for rare ones
    "autovacuum": "off",  # it is vacuumed once it is full
    # Of 0.6 (as delivered), 0.5, 0.4 and 0.3 the one that shows the right product most often.
    "pg_trgm.word_similarity_threshold": "0.3",
}

_TABLES = """
CREATE EXTENSION unaccent;
CREATE EXTENSION pg_trgm;
CREATE TEXT SEARCH CONFIGURATION folded (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION folded
    ALTER MAPPING FOR word, hword, hword_part, numword, numhword, hword_numpart WITH unaccent, simple;

-- unaccent() is only stable, since its rules might be edited; an index needs one that never changes.
CREATE FUNCTION folded(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
    $$ SELECT lower(public.unaccent('public.unaccent', $1)) $$;

CREATE FUNCTION asked(text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
    $$ SELECT regexp_replace(websearch_to_tsquery('public.folded', $1)::text, '''$', ''':*')::tsquery $$;

CREATE TABLE listings (
    id bigint PRIMARY KEY,
    title text, names text, seller text, places text, description text, papers text,
    sector text, product text, ocop text, volume text, price text,
    place text[], standard text[], month text[],
    sold_out integer, position integer, standing integer,
    words tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('public.folded', title || ' ' || names), 'A')
        || setweight(to_tsvector('public.folded', seller || ' ' || places), 'B')
        || setweight(to_tsvector('public.folded', description || ' ' || papers), 'C')
    ) STORED,
    alike text GENERATED ALWAYS AS (folded(title || ' ' || names)) STORED
);
"""
_INDEX = """
CREATE INDEX ON listings USING gin (words) WITH (fastupdate = off);
CREATE INDEX ON listings USING gin (alike gin_trgm_ops) WITH (fastupdate = off);
"""

_COUNTS = [
    *(f"SELECT '{one}', {one}, count(*) FROM found GROUP BY {one}" for one in SINGLE),
    *(f"SELECT '{one}', each, count(*) FROM found, unnest({one}) AS each GROUP BY each" for one in SEVERAL),
]


def _search(rank: str, where: str) -> str:
    return f"""
WITH found AS MATERIALIZED (
    SELECT id, sold_out, position, {", ".join((*SINGLE, *SEVERAL))}, {rank} AS rank
    FROM listings WHERE {where}
), hits AS (
    SELECT id, row_number() OVER (ORDER BY sold_out, rank DESC, position, id) AS number FROM found
    ORDER BY 2 LIMIT {LIMIT}
)
SELECT 'hit', id::text, number FROM hits
UNION ALL {" UNION ALL ".join(_COUNTS)}
"""


_WORDS = _search("ts_rank_cd(words, asked(%(text)s))", "words @@ asked(%(text)s)")
_TRIGRAMS = _search("word_similarity(folded(%(text)s), alike)", "folded(%(text)s) <%% alike")


class PostgresRival:
    """A server of its own on a socket in a folder of its own, and one connection to it."""

    name = "PostgreSQL"

    def __init__(self) -> None:
        self._programs = _programs()
        self._owner = _OWNER if os.geteuid() == 0 else None
        # Not in the benchmark's folder: its owner may not look into that.
        self._folder = Path(tempfile.mkdtemp(prefix="market-bench-postgres-"))
        if self._owner:
            shutil.chown(self._folder, self._owner)
        self._run("initdb", "-U", "market", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        with (self._folder / "data/postgresql.conf").open("a") as conf:
            for name, value in {**_SETTINGS, "unix_socket_directories": self._folder}.items():
                conf.write(f"{name} = '{value}'\n")
        self._run("pg_ctl", "start", "-w", "-l", str(self._folder / "log"))
        self._connection = psycopg.connect(
            host=str(self._folder), user="market", dbname="postgres", autocommit=True
        )
        try:
            self._check()
        except Missing:
            self.close()
            raise

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._programs / program, "-D", self._folder / "data", *arguments],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            user=self._owner,
            cwd=self._folder,
        )

    def _check(self) -> None:
        found = self._connection.execute(
            "SELECT count(*) FROM pg_available_extensions WHERE name IN ('unaccent', 'pg_trgm')"
        ).fetchone()
        if found != (2,):
            raise Missing(f"its server is here, unaccent and pg_trgm are not: {_ADVICE}")

    def fill(self, documents: list[ListingDocument]) -> None:
        """Copy the rows in, then make the indexes, then let the planner know."""
        self._connection.execute(_TABLES)
        columns = ", ".join(COLUMNS)
        with self._connection.cursor() as cursor:
            with cursor.copy(f"COPY listings ({columns}) FROM STDIN".encode()) as copy:
                for document in documents:
                    copy.write_row(
                        [list(one) if isinstance(one, tuple) else one for one in astuple(row(document))]
                    )
            cursor.execute(_INDEX)
            cursor.execute("VACUUM ANALYZE listings")

    def search(self, text: str) -> Answer:
        """All in one statement; a second one where full text finds nothing."""
        for statement in (_WORDS, _TRIGRAMS):
            # The driver prepares by itself what it sees again and again.
            found = self._connection.execute(statement.encode(), {"text": text}).fetchall()
            if found:
                break
        return answer(found)

    def close(self) -> None:
        """Stop the server and remove its folder."""
        self._connection.close()
        self._run("pg_ctl", "stop", "-w", "-m", "immediate")
        shutil.rmtree(self._folder)


def _programs() -> Path:
    """Where the server's programs are: on the path, or else the newest of Debian's."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = [one for one in _DEBIAN.glob("*/bin") if (one / "initdb").exists()]
    if not folders:
        raise Missing(f"no server here: {_ADVICE}")
    return max(folders, key=lambda one: int(one.parent.name))
