"""The web application put together: settings, database, gate, templates, every feature's routes, the error
pages, and who subscribes to which event. Only this module and worker.py know all features.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import cache
from typing import Any

import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.staticfiles import StaticFiles
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from market import features, logs, memory, replica, settings, worker
from market.accounts import current, machine, passwords
from market.db import Database
from market.engine import LONGEST, make_engine
from market.listings import schema_org
from market.listings.ledger import Ledger
from market.listings.results import Results
from market.parties.models import Party
from market.runtime import Runtime
from market.settings import Settings
from market.statistics.open_data import Files
from market.statistics.remembered import Remembered
from market.web import api, pages, problems
from market.web.context import ContextMiddleware
from market.web.incoming import IncomingMiddleware
from market.web.measuring import MeasuringMiddleware
from market.web.session import Gate

POOL = 16
#: What is asked for most: routes are looked through one after the other, and there are some hundred.
BUSIEST = ("market.listings.routes", "market.listings.api")
#: How often it is looked whether the demo has been loaded meanwhile.
LOOK_SECONDS = 2


class Application(FastAPI):
    """FastAPI with the request's context outermost: the answer to a fault is made outside of all other
    middleware, and it carries the same headers as any other.
    """

    def build_middleware_stack(self) -> ASGIApp:
        settings: Settings = self.state.settings
        inner = MeasuringMiddleware(IncomingMiddleware(super().build_middleware_stack()))
        return ContextMiddleware(
            inner,
            default_language=settings.language,
            secure=settings.production,
            apart=settings.replica_seconds if settings.replica_url else 0,
        )


def holds_demo(database: Database) -> bool:
    """Whether every page has to say that what it shows is invented."""
    with database.reading() as session:
        return session.execute(sa.select(Party.id).where(Party.is_demo).limit(1)).first() is not None


async def _watch_for_demo(app: FastAPI) -> None:
    """``market demo`` may be run beside a serving process; it is refused in production."""
    while not (app.state.is_demo or app.state.settings.production):
        await asyncio.sleep(LOOK_SECONDS)
        with suppress(sa.exc.DBAPIError):  # an answer that fails says more than this look would
            app.state.is_demo = await run_in_threadpool(holds_demo, app.state.database)


@cache
def _routes(*roles: str) -> Sequence[BaseRoute]:
    """All features' ``routes`` or ``api``, put together once in a process: what a route depends on is worked
    out when it is first asked for, and that takes a while. In a row, here and in the features: a router
    within a router is looked through once more at each level.
    """
    modules = [module for role in roles for module in reversed(features.gather(role))]
    modules.sort(key=lambda module: module.__name__ not in BUSIEST)
    return [route for module in modules for route in module.router.routes]


@cache
def _api_document() -> dict[str, Any]:
    return api.document(_routes("api"))


def create_app(settings: Settings, *, database: Database | None = None, background: bool = True) -> FastAPI:
    """The application. ``database`` is handed in by tests; ``background`` off leaves the jobs to others."""
    features.load_models()
    worker.subscribe_all()
    passwords.use_keys(settings.password_keys)
    database = database or Database(
        make_engine(settings.database, pool_size=POOL, slow_ms=settings.slow_sql_ms, longest=LONGEST)
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.gate = Gate(places=POOL, one_writer=database.is_sqlite)
        app.state.is_demo = holds_demo(database)
        watching = asyncio.create_task(_watch_for_demo(app)) if background else None
        # With a search server the jobs are the workers' (`market worker`).
        running = worker.start(app.state.runtime) if background and settings.embedded_index else None
        if background:
            app.state.ledger.start()
        if app.state.replica is not None:
            app.state.replica.start()
        yield
        if watching is not None:
            watching.cancel()
        if app.state.replica is not None:
            app.state.replica.stop()
        if running is not None:
            running.stop()
        app.state.ledger.stop()
        app.state.runtime.close()

    app = Application(
        title="Chợ Liên Kết",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.state.settings = settings
    app.state.database = database
    app.state.replica = replica.from_settings(settings, database.engine, pool_size=POOL)
    app.state.runtime = Runtime.open(settings, database)
    app.state.ledger = Ledger(database)
    app.state.results = Results()
    app.state.open_files = Files()
    app.state.remembered = Remembered()
    app.state.write_limit = machine.Limit()
    app.state.is_demo = False
    app.state.templates = pages.make_environment(settings)
    app.state.templates.globals["demo_mark"] = lambda: app.state.is_demo
    app.state.templates.globals["product_data"] = schema_org.product
    app.state.api_document = _api_document
    problems.install(app, current.load)
    app.router.routes.extend(_routes("routes", "api"))
    app.mount("/static", StaticFiles(directory=pages.ROOT / "static"), name="static")
    return app


def from_environment() -> FastAPI:
    """The application by the settings of the environment, for each of several serving processes."""
    memory.set_up()
    found = settings.load()
    logs.set_up(found)
    return create_app(found)
