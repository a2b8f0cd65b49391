"""A real clamd for tests, set up as docker-compose.yml has it, with one signature of our own: that of the
file with which scanners are tried. One that does not start fails the run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from market import scanner
from tests.services import ROOT, free_port

CONF = ROOT / "deploy/clamav/clamd.conf"
#: What is found, as clamd tells of a signature that is not ClamAV's own.
FOUND = "Market.Test.Eicar.UNOFFICIAL"


def eicar() -> bytes:
    """What scanners are tried with, put together here so that none of them takes this file away."""
    return b"$".join((rb"X5O!P%@AP[4\PZX54(P^)7CC)7}", b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!", b"H+H*"))


@dataclass(slots=True)
class Clamd:
    """A daemon in a folder of its own, by a port of 127.0.0.1 and by a socket in the folder."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    @property
    def socket(self) -> str:
        return f"unix://{self.folder}/clamd.ctl"

    def start(self, **changes: str) -> None:
        """Start it, with other values in its file, and wait until it answers."""
        program = shutil.which("clamd", path=f"{os.environ['PATH']}:/usr/sbin")
        assert program, "clamd is missing: make setup"
        signatures = self.folder / "signatures"
        signatures.mkdir(exist_ok=True)
        (signatures / "test.ndb").write_text(f"Market.Test.Eicar:0:*:{eicar().hex()}\n")
        given = {
            "TCPSocket": str(self.port),
            "TCPAddr": "127.0.0.1",
            "LocalSocket": str(self.folder / "clamd.ctl"),
            "DatabaseDirectory": str(signatures),
            "TemporaryDirectory": str(self.folder),
            **changes,
        }
        left = re.sub(rf"^({'|'.join(given)}) .*\n", "", CONF.read_text(), flags=re.MULTILINE)
        conf = self.folder / "clamd.conf"
        conf.write_text(left + "".join(f"{name} {value}\n" for name, value in given.items()))
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [program, "--foreground", f"--config-file={conf}"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 30
        while not scanner.answers(self.url):
            assert self.process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < deadline, "clamd does not answer"
            time.sleep(0.01)

    def kill(self) -> None:
        """End it as a power cut does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=30)
            self.process = None


@contextmanager
def running(folder: Path, **changes: str) -> Iterator[Clamd]:
    """A running one until the block ends."""
    folder.mkdir()
    found = Clamd(folder, free_port())
    try:
        found.start(**changes)
        yield found
    finally:
        found.kill()
