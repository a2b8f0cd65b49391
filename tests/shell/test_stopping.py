"""A worker that is told to stop does not wait for a statement that counts for minutes: it is ended where it
runs, nothing of its transaction is kept, and the job is done when it is next due.
"""

from __future__ import annotations

import logging
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from market.catalogue.models import Sector
from market.runtime import Job, Runtime
from market.worker import Worker
from tests import processes
from tests.shell.conftest import Shell

#: Nothing that ends by itself while anybody waits.
FOREVER = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(600)",
}


@pytest.fixture
def runtime(app: FastAPI) -> Runtime:
    found: Runtime = app.state.runtime
    return found


@pytest.mark.parametrize("long", [True, False])
def test_a_job_under_way_is_ended(runtime: Runtime, caplog: pytest.LogCaptureFixture, long: bool) -> None:
    began, times = threading.Event(), []

    def count(runtime: Runtime) -> int:
        times.append(1)
        with runtime.database.writing() as session:
            session.add(Sector(code="half", name_vi="Nửa", name_en="Half", position=99))
            session.flush()
            began.set()
            session.execute(sa.text(FOREVER[session.get_bind().dialect.name]))
        return 0

    worker = Worker(runtime, [Job("count", 0.01, count, long=long)])
    with caplog.at_level(logging.INFO, "market.worker"):
        worker.start()
        assert began.wait(30)
        worker.stop(patience=0.1)
    assert not worker.alive
    assert times == [1]
    assert [record.levelname for record in caplog.records] == ["INFO"], "no fault"
    with runtime.database.reading() as session:
        assert session.get(Sector, "half") is None
        if not runtime.database.is_sqlite:
            asked = (
                "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(600)'"
            )
            assert session.scalar(sa.text(asked)) == 0


def test_a_job_that_is_quick_ends_by_itself(runtime: Runtime) -> None:
    began, done = threading.Event(), []

    def write(runtime: Runtime) -> int:
        with runtime.database.writing() as session:
            began.set()
            session.execute(sa.select(Sector.code))
            done.append(1)
        return 0

    worker = Worker(runtime, [Job("write", 3600.0, write)])
    worker.start()
    assert began.wait(30)
    worker.stop()
    assert not worker.alive
    assert done == [1]


def test_a_worker_started_in_the_background_hears_ctrl_c(shell: Shell) -> None:
    """A shell has what it starts in the background ignore that signal."""
    deaf = ["sh", "-c", 'trap "" INT; exec "$0" -m market worker', sys.executable]
    worker = subprocess.Popen(
        deaf, env=processes.surroundings(shell.settings), cwd=shell.folder, start_new_session=True
    )
    try:
        processes.wait_for(lambda: _hears(worker.pid, signal.SIGINT))
        worker.send_signal(signal.SIGINT)
        assert worker.wait(timeout=60) == 0
    finally:
        worker.kill()
        worker.wait()


def _hears(process: int, told: signal.Signals) -> bool:
    """Whether the worker is what runs there by now, and takes a signal; by what Linux says of it."""
    status = Path(f"/proc/{process}/status").read_text()
    (caught,) = re.findall(r"^SigCgt:\s*([0-9a-f]+)$", status, re.MULTILINE)
    runs = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")[1:4]
    return runs == [b"-m", b"market", b"worker"] and bool(int(caught, 16) >> (told - 1) & 1)
