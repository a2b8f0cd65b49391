"""A real server for tests: the application under uvicorn in a thread, on a free port of 127.0.0.1, with a
database and an index of its own. What it commits is committed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI

from market.app import create_app
from market.db import Database
from market.settings import Settings


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
def serve(settings: Settings) -> Iterator[Served]:
    """Serve until the block ends."""
    app = create_app(settings)
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
