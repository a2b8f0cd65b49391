"""The general commands: serve, worker, migrate. What belongs to a feature is in its own commands.py."""

from __future__ import annotations

import argparse
import signal
import socket
import sys
from contextlib import suppress
from typing import Any

import alembic.command
import uvicorn
from uvicorn.supervisors import Multiprocess

from market import features, schema, worker
from market.app import create_app
from market.catalogue import service as catalogue
from market.db import Database
from market.errors import Misconfigured
from market.places import service as places
from market.settings import Settings
from market.shell import Commands, database, opened


def register(commands: Commands) -> None:
    """Add the general commands."""
    serve = commands.add_parser("serve", help="serve the web application")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--workers", type=int, default=1)
    serve.set_defaults(run=run_serve)
    work = commands.add_parser("worker", help="run background work")
    work.add_argument("--once", action="store_true", help="do what is due and exit")
    work.set_defaults(run=run_worker)
    migrating = commands.add_parser("migrate", help="bring the schema and the reference data up to date")
    migrating.set_defaults(run=run_migrate)


def run_serve(args: argparse.Namespace, settings: Settings) -> int:
    """Serve until stopped. The embedded profile is one process: it alone writes its index."""
    if args.workers < 1:
        raise Misconfigured("--workers: at least 1")
    if args.workers > 1 and settings.embedded_index:
        raise Misconfigured("--workers: the embedded index has one writer; set MARKET_SEARCH_URL for more")
    app = create_app(settings)
    runtime = app.state.runtime
    try:
        # Before the server starts: what it would say otherwise is a traceback.
        if runtime.index is None and "locked" in runtime.index_error:
            raise Misconfigured(runtime.index_error)
        schema.check(runtime.database)
        runtime.check_search()
        listening = _listen(args.host, args.port)
    except BaseException:
        runtime.close()
        raise
    with listening, suppress(KeyboardInterrupt):  # the server has stopped in good order by then
        if args.workers > 1:
            # Each process opens its own database and index: connections do not survive a fork.
            runtime.close()
            config = _config("market.app:from_environment", factory=True, workers=args.workers)
            Multiprocess(config, sockets=[listening]).run()
            return 0
        server = uvicorn.Server(_config(app))
        server.run(sockets=[listening])
    return 0 if server.started else 1


def _config(app: Any, **more: Any) -> uvicorn.Config:
    return uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, **more)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as failure:
        reason = getattr(failure, "strerror", None) or failure
        raise Misconfigured(f"--host, --port: cannot listen on {host} port {port}: {reason}") from failure
    # What is accepted inherits it. Without it an answer's body waits 40 ms until its head is acknowledged:
    # the loop sets it by itself only on sockets that say their protocol, and these do not.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def run_worker(args: argparse.Namespace, settings: Settings) -> int:
    """Do what is due. In the embedded profile the web process does it; ``--once`` is for trials."""
    features.load_models()
    worker.subscribe_all()
    with opened(settings, access="write") as runtime:
        if args.once:
            for name, count in worker.run_due(runtime).items():
                print(f"{name}: {count}", file=sys.stderr)
            return 0
        # The first process of a container is told to stop by a signal that it must want to hear.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        running = worker.start(runtime)
        try:
            running.join()
        except KeyboardInterrupt:
            running.stop()
    return 0


def run_migrate(_args: argparse.Namespace, settings: Settings) -> int:
    """Bring the schema to the newest version and load places and catalogue, as often as one likes."""
    with database(settings, any_schema=True) as opened_database:
        migrate(opened_database)
    return 0


def migrate(target: Database) -> None:
    """Schema and reference data, on an open database."""
    features.load_models()
    schema.check_server(target)
    config = schema.config()
    with target.engine.connect() as connection:
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "head")
    with target.writing() as session:
        places.load(session)
        catalogue.load(session)
