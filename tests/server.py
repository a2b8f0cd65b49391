"""A real server for tests: the application under uvicorn in a thread, on a free port of 127.0.0.1, with a
database and an index of its own. What it commits is committed.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from market.app import create_app
from market.db import Database
from tests.make import make_settings


@dataclass(slots=True)
class Served:
    """A running application."""

    url: str
    app: FastAPI

    @property
    def database(self) -> Database:
        found: Database = self.app.state.database
        return found


@contextmanager
def serve(folder: Path, blueprint: Path) -> Iterator[Served]:
    """Serve a copy of the blueprint from ``folder`` until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(blueprint, folder / "market.sqlite")
    app = create_app(make_settings(folder))
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", access_log=False)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive(), "the server stopped at its start"
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Served(f"http://127.0.0.1:{port}", app)
    finally:
        server.should_exit = True
        thread.join(timeout=30)
