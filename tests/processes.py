"""The ``market`` command as processes of their own, on the settings of a test: started, waited for, stopped
or killed. What a test starts it also stops.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

import market
from market.settings import Settings
from tests.make import environment
from tests.services import free_port

ROOT = Path(market.__file__).parent.parent


def surroundings(settings: Settings, **more: str) -> dict[str, str]:
    """The environment of a process: this one's, with these settings alone."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MARKET_")}
    return {**kept, "PYTHONPATH": str(ROOT), **environment(settings), **more}


def client(url: str = "", *, timeout: float = 30) -> httpx2.Client:
    """A client of a server that speaks without TLS: to read whom it may trust takes longer than what most are
    asked.
    """
    return httpx2.Client(base_url=url, timeout=timeout, verify=False)


def answers(url: str) -> bool:
    """Whether somebody answers there with 200."""
    try:
        with client(timeout=5) as asking:
            return asking.get(url).status_code == 200
    except httpx2.TransportError:
        return False


#: How long something may take to happen, in seconds: far more than it does, for two web processes need over
#: half a minute to start where other tests have the machine. Nothing is measured by it.
PATIENCE = 90.0


def wait_for(happened: Callable[[], object], log: Path | None = None, seconds: float = PATIENCE) -> None:
    """Wait until it has happened."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, log.read_text() if log and log.exists() else "not in time"
        time.sleep(0.05)


@dataclass(slots=True)
class Running:
    """A process in a group of its own, with its children."""

    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """As a power cut does: the children too."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Ctrl-C: in good order, without a traceback."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.kill()
                raise
        said = self.log.read_text()
        # Whoever is stopped while Python still imports has nothing yet that could take it calmly.
        assert "Traceback" not in said or "<frozen importlib" in said, said


def start(settings: Settings, *arguments: str, **more: str) -> Running:
    """Start ``market`` with these arguments; what it says goes to a log in the data folder."""
    return start_module(settings, arguments[0], "market", *arguments, **more)


def start_module(settings: Settings, name: str, module: str, *arguments: str, **more: str) -> Running:
    """Start any module in the same way; its log is named for it."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    log = settings.data_dir / f"{name}.log"
    with log.open("ab") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            cwd=settings.data_dir.parent,
            env=surroundings(settings, **more),
            start_new_session=True,
        )
    return Running(process, log)


@contextmanager
def running(settings: Settings, *arguments: str, **more: str) -> Iterator[Running]:
    """The same until the block ends."""
    found = start(settings, *arguments, **more)
    try:
        yield found
    finally:
        found.stop()


def start_serving(settings: Settings, *arguments: str, **more: str) -> tuple[Running, str]:
    """Start ``market serve`` and wait until it answers; gives its address as well."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    found = start(settings, "serve", "--port", str(port), *arguments, **more)
    wait_for(lambda: found.process.poll() is not None or answers(url + "/healthz"), found.log)
    assert found.process.poll() is None, found.log.read_text()
    return found, url


@contextmanager
def serving(settings: Settings, *arguments: str, **more: str) -> Iterator[str]:
    """``market serve`` (and ``market worker`` beside it, where the index is a server's) until the block ends;
    gives the address once all is ready.
    """
    workers = [] if settings.embedded_index else [start(settings, "worker", **more)]
    try:
        found, url = start_serving(settings, *arguments, **more)
        workers.append(found)
        wait_for(lambda: answers(url + "/readyz"), found.log)
        yield url
    finally:
        for one in reversed(workers):
            one.stop()
