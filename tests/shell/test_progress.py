"""A person at a terminal sees how far long work has come; a file or a program reads nothing of it."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys

from market import progress, worker
from tests import make, processes, trade
from tests.shell.conftest import Shell


def at_a_terminal(shell: Shell, *arguments: str) -> tuple[int, str, str]:
    """The exit code, what came on standard output, and what the terminal was sent on standard error."""
    mine, theirs = pty.openpty()
    ran = subprocess.Popen(
        [sys.executable, "-m", "market", *arguments],
        env=processes.surroundings(shell.settings),
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
    )
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(mine, 4096):
            shown += part
    except OSError:  # the other end is closed
        pass
    finally:
        os.close(mine)
    out, _ = ran.communicate(timeout=60)
    return ran.returncode, out, shown.decode()


def test_a_rebuild_is_watched_at_a_terminal_alone(shell: Shell) -> None:
    worker.subscribe_all()
    with shell.database() as database, database.session(write=True) as session:
        unit = make.make_unit(session)
        for number in range(3):
            trade.make_listing(session, unit, title=f"Lúa đợt {number}")
    code, out, shown = at_a_terminal(shell, "index", "rebuild")
    assert (code, out) == (0, "index: 3 listings\n")
    assert "search index: listings" in shown
    assert shown.endswith("\r")  # the line is empty again: what comes next begins where it began
    assert shell.process("index", "rebuild").err == ""


def test_what_a_worker_does_is_watched_by_nobody(shell: Shell) -> None:
    worker.subscribe_all()
    with shell.database() as database, database.session(write=True) as session:
        trade.make_listing(session, make.make_unit(session))
    code, _, shown = at_a_terminal(shell, "worker", "--once")
    assert code == 0
    assert "…" not in shown
    assert "\r " not in shown
    assert shell.here("index", "verify").code == 0  # it made the index all the same


def test_every_step_is_counted_and_the_line_is_emptied() -> None:
    out = io.StringIO()
    with progress.on_a_line(out):
        for _ in progress.counted(range(3), "rows", 3):
            assert "\rrows …" in out.getvalue()
        with progress.doing("the database"):
            assert out.getvalue().endswith("\rthe database …")
        progress.told("rows", 1, 2)
        assert out.getvalue().endswith("\rrows 1 of 2 …")
        progress.told("rows", 2, 2)
        said = out.getvalue()
        assert said.endswith("\r" + " " * len("rows 1 of 2 …") + "\r")
    assert list(progress.counted("ab", "letters")) == ["a", "b"]
    assert out.getvalue() == said  # nobody watches any more
