"""``market serve``: the web application behind its server, in one process or several."""

from __future__ import annotations

import argparse
import socket
from contextlib import suppress
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from market import logs, measures, schema
from market.app import create_app
from market.errors import Misconfigured
from market.settings import Settings, check_ways_out

#: Bytes of a request's line and headers, as large as the proxy hands on: an address may hold a long question.
MOST_HEAD = 160 * 1024
#: Seconds after which one of several serving processes that says nothing is taken for dead.
SILENT = 30


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Serve until stopped. The embedded profile is one process: it alone writes its index."""
    if args.workers < 1:
        raise Misconfigured("--workers: at least 1")
    if args.workers > 1 and settings.embedded_index:
        raise Misconfigured("--workers: the embedded index has one writer; set MARKET_SEARCH_URL for more")
    check_ways_out(settings)
    logs.set_up(settings)
    app = create_app(settings)
    runtime = app.state.runtime
    try:
        # Before the server starts: what it would say otherwise is a traceback.
        if runtime.index is None and "locked" in runtime.index_error:
            raise Misconfigured(runtime.index_error)
        schema.check(runtime.database)
        runtime.check_search()
        listening = listen(args.host, args.port)
    except BaseException:
        runtime.close()
        raise
    with listening, suppress(KeyboardInterrupt):  # the server has stopped in good order by then
        if args.workers > 1:
            # Each process opens its own database and index: connections do not survive a fork.
            runtime.close()
            config = config_of(settings, "market.app:from_environment", factory=True, workers=args.workers)
            with measures.share():
                Multiprocess(config, sockets=[listening]).run()
            return 0
        server = uvicorn.Server(config_of(settings, app))
        server.run(sockets=[listening])
    return 0 if server.started else 1


def config_of(settings: Settings, app: Any, **more: Any) -> uvicorn.Config:
    """How an application is served."""
    return uvicorn.Config(
        app,
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        h11_max_incomplete_event_size=MOST_HEAD,
        # Whose word is taken for whom they ask, and by which scheme; without a proxy nobody's.
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        # A process that is slow because the machine is busy is not killed with all that it is answering.
        timeout_worker_healthcheck=SILENT,
        **more,
    )


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; refuses Misconfigured."""
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
