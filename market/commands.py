"""The general commands: serve, worker, migrate. What belongs to a feature is in its own commands.py."""

from __future__ import annotations

import argparse
import signal
import sys

import alembic.command

from market import features, logs, schema, worker
from market.catalogue import service as catalogue
from market.db import Database
from market.places import service as places
from market.settings import Settings, check_ways_out
from market.shell import Commands, database, opened

#: Seconds for which ``worker --once`` waits while another process is at work.
PATIENCE = 30.0


def register(commands: Commands) -> None:
    """Add the general commands."""
    serve = commands.add_parser("serve", help="serve the web application")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--workers", type=int, default=1)
    # What these two do is asked for by others than who sits at the terminal.
    serve.set_defaults(run=run_serve, watched=False)
    work = commands.add_parser("worker", help="run background work")
    work.add_argument("--once", action="store_true", help="do what is due and exit")
    work.set_defaults(run=run_worker, watched=False)
    migrating = commands.add_parser("migrate", help="bring the schema and the reference data up to date")
    migrating.set_defaults(run=run_migrate)


def run_serve(args: argparse.Namespace, settings: Settings) -> int:
    """Serve until stopped."""
    # Here, because the web application takes as long to import as all the rest, and few commands need it.
    from market import serving

    return serving.run(args, settings)


def run_worker(args: argparse.Namespace, settings: Settings) -> int:
    """Do what is due. In the embedded profile the web process does it; ``--once`` is for trials."""
    check_ways_out(settings)
    logs.set_up(settings)
    features.load_models()
    worker.subscribe_all()
    with opened(settings, access="write") as runtime:
        if args.once:
            for name, count in worker.run_due(runtime, patience=PATIENCE).items():
                print(f"{name}: {count}", file=sys.stderr)
            return 0
        # The first process of a container is told to stop by a signal that it must want to hear, and a shell
        # that starts something in the background makes it deaf for Ctrl-C.
        for told in (signal.SIGTERM, signal.SIGINT):
            signal.signal(told, signal.default_int_handler)
        running = None
        try:
            running = worker.start(runtime)
            running.join()
        except KeyboardInterrupt:
            if running is not None:
                running.stop()
    return 0


def run_migrate(_args: argparse.Namespace, settings: Settings) -> int:
    """Bring the schema to the newest version and load places and catalogue, as often as one likes."""
    with database(settings, any_schema=True) as opened_database:
        if schema.is_newer(opened_database):
            found = schema.check(opened_database)
            print(f"schema {found} is newer than this program's and serves it: left as it is")
        else:
            migrate(opened_database)
    return 0


def migrate(target: Database) -> None:
    """Schema and reference data, on an open database."""
    features.load_models()
    schema.check_server(target)
    config = schema.config()
    # On SQLite the writer's place is taken first: what is read then still holds when it is written.
    with target.engine.execution_options(sqlite_write=True).connect() as connection:
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "head")
    with target.writing() as session:
        places.load(session)
        catalogue.load(session)
