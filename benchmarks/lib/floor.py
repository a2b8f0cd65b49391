"""The framework's floor: a page of FastAPI and Jinja2 that asks no database and no index, of as many bytes
as one of ours, served by the very settings of `market serve`. Run as
`python -m benchmarks.lib.floor PORT WORKERS BYTES`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import jinja2
import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from uvicorn.supervisors import Multiprocess

from benchmarks.lib.loops import Ask
from market import serving as market_serving
from market import settings as market_settings
from market.settings import Settings
from tests import processes, services

#: In the environment, because each of several processes makes its own.
BYTES = "MARKET_LOAD_PAGE_BYTES"
CARDS = 20
PAGE = """<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><title>{{ title }}</title></head><body><h1>{{ title }}</h1>
{% for card in cards %}
<article><h2><a href="/listings/{{ card.id }}">{{ card.title }}</a></h2><p>{{ card.text }}</p></article>
{% endfor %}
</body></html>"""


def app() -> FastAPI:
    """The page at ``/page``, twenty cards in a loop."""
    wanted = int(os.environ[BYTES])
    template = jinja2.Environment(autoescape=True).from_string(PAGE)
    made = FastAPI(openapi_url=None)

    def draw(room: int) -> str:
        cards = [{"id": number, "title": "Lúa ST25", "text": "a" * room} for number in range(CARDS)]
        return template.render(title="Lúa", cards=cards)

    room = max(0, wanted - len(draw(0).encode())) // CARDS

    @made.get("/page")
    def page() -> HTMLResponse:
        return HTMLResponse(draw(room))

    return made


@contextmanager
def serving(settings: Settings, workers: int, size: int, **more: str) -> Iterator[str]:
    """The page until the block ends, served in a process of its own; gives the address."""
    port = services.free_port()
    url = f"http://127.0.0.1:{port}"
    arguments = (str(port), str(workers), str(size))
    web = processes.start_module(settings, "floor", "benchmarks.lib.floor", *arguments, **more)
    try:
        processes.wait_for(lambda: processes.answers(f"{url}/page"), web.log, seconds=120)
        yield url
    finally:
        web.stop()


def ask() -> Ask:
    """What everybody asks there."""
    return Ask("page", "/page")


def main() -> None:
    """Serve it until stopped."""
    port, workers, os.environ[BYTES] = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    config = market_serving.config_of(
        market_settings.load(), "benchmarks.lib.floor:app", factory=True, workers=workers
    )
    with market_serving.listen("127.0.0.1", port) as listening, suppress(KeyboardInterrupt):
        if workers > 1:
            Multiprocess(config, sockets=[listening]).run()
        else:
            uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
