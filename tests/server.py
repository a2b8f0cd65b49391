"""The application served for real, on a free port of 127.0.0.1; what it commits is committed. The embedded
profile is served from a thread of this process, the server profile by web processes and a worker.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI

from market.app import create_app
from market.db import Database
from market.engine import make_engine
from market.settings import Settings
from tests import processes


@dataclass(slots=True)
class Served:
    """A running application, and the way to its database."""

    url: str
    settings: Settings
    database: Database
    app: FastAPI | None = None  # where it runs in this process


@contextmanager
def serve(settings: Settings, *, workers: int = 1) -> Iterator[Served]:
    """Serve until the block ends, the server profile by so many web processes."""
    if settings.embedded_index:
        with in_a_thread(settings) as found:
            yield found
        return
    database = Database(make_engine(settings.database))
    try:
        with processes.serving(settings, "--workers", str(workers)) as url:
            yield Served(url, settings, database)
    finally:
        database.close()


@contextmanager
def in_a_thread(settings: Settings) -> Iterator[Served]:
    """Serve from this process, whatever the profile, until the block ends."""
    app = create_app(settings)
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", access_log=False)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    processes.wait_for(lambda: server.started or not thread.is_alive())
    assert server.started, "the server stopped at its start"
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Served(f"http://127.0.0.1:{port}", settings, app.state.database, app)
    finally:
        server.should_exit = True
        thread.join(timeout=30)
