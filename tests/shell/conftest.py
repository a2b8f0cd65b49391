"""The ``market`` command on a data folder of its own: as a process, or within this one where only its words
and exit code matter. What a test starts it also stops.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from market import __main__, clock
from market.db import Database
from market.engine import make_engine
from market.settings import Settings
from tests import make, processes
from tests.profiles import Profile


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def refused(self) -> str:
        """The one line of a refusal, after checking that it is one."""
        assert self.code == 1, (self.out, self.err)
        assert self.out == ""
        [line] = self.err.splitlines()
        assert line.startswith("market: ")
        assert "Traceback" not in line
        return line.removeprefix("market: ")


@dataclass(slots=True)
class Shell:
    """A data folder and a database, and the commands run on them."""

    settings: Settings
    patch: pytest.MonkeyPatch
    capture: pytest.CaptureFixture[str]
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return self.settings.data_dir

    def process(self, *arguments: str, stdin: bytes = b"") -> Ran:
        """Run the command as a process, away from the checkout."""
        done = subprocess.run(
            [sys.executable, "-m", "market", *arguments],
            input=stdin,
            capture_output=True,
            cwd=self.folder.parent,
            env=processes.surroundings(self.settings, **self.environment),
            timeout=120,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def here(self, *arguments: str, stdin: str | bytes = "", errors: str = "strict") -> Ran:
        """Run the command within this process, which spares the two seconds of starting one."""
        for name in [name for name in os.environ if name.startswith("MARKET_")]:
            self.patch.delenv(name)
        for name, value in {**make.environment(self.settings), **self.environment}.items():
            self.patch.setenv(name, value)
        self.patch.chdir(self.folder.parent)
        typed = stdin if isinstance(stdin, bytes) else stdin.encode()
        self.patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed), errors=errors))
        self.capture.readouterr()
        try:
            code = __main__.main(list(arguments))
        except SystemExit as stopped:
            code = int(str(stopped.code))
        out, err = self.capture.readouterr()
        return Ran(code, out, err)

    @contextmanager
    def database(self) -> Iterator[Database]:
        """The database, beside whatever runs on it."""
        found = Database(make_engine(self.settings.database))
        try:
            yield found
        finally:
            found.close()

    def dump(self) -> dict[str, list[str]]:
        """All that is in the database, table by table."""
        with self.database() as database, database.engine.connect() as connection:
            tables = sa.MetaData()
            tables.reflect(connection)
            return {
                table.name: sorted(str(row) for row in connection.execute(sa.select(table)))
                for table in tables.sorted_tables
            }

    def serving(self) -> AbstractContextManager[str]:
        """``market serve`` as a process (and ``market worker``, if it needs one), up; gives its address."""
        return processes.serving(self.settings, **self.environment)


@pytest.fixture
def bare(
    profile: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    """A shell on a folder that is not there yet and a database without tables."""
    assert clock._fixed is None
    return Shell(profile.empty(tmp_path / "data"), monkeypatch, capsys)


@pytest.fixture
def shell(
    profile: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    """A shell on a migrated database."""
    assert clock._fixed is None
    return Shell(profile.own(tmp_path / "data"), monkeypatch, capsys)
