"""A shop of django-oscar with the same listings as its goods: its search instead of ours, its page of a good
instead of a listing's, served as its documentation says, by gunicorn.

It searches with Whoosh, which needs no server; it counts by no facet, where ours counts by eight. It holds
the first goods only, for to write its index takes ten milliseconds for each; fewer are in its favour.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import psycopg
import sqlalchemy as sa

from benchmarks.lib import apart, loops
from benchmarks.lib.loops import Ask
from benchmarks.lib.rows import Missing
from market.settings import Settings
from search.documents import ListingDocument
from tests import processes, services

_WANTED = (
    "django-oscar[sorl-thumbnail]==4.2.1",
    "psycopg[binary]==3.3.4",
    "Whoosh-Reloaded==2.7.5",
    "gunicorn==27.0.1",
)
_ROOT = Path(__file__).parents[2]
_THREADS = "8"
MOST_GOODS = 20_000


class Pages:
    """Its pages instead of ours."""

    def __init__(self, url: str, goods: list[int]) -> None:
        self.url, self._goods = url, goods

    def instead_of(self, deal: loops.Deal) -> loops.Deal:
        """What asks for its page where ours is asked for: the first twenty hits of a search, a good."""

        def asked() -> Ask:
            ask = deal()
            path = urlsplit(ask.path)
            if question := parse_qs(path.query).get("q"):
                return replace(ask, path=f"/search/?{urlencode({'q': question[0]})}", headers={})
            good = self._goods[int(path.path.rsplit("/", 1)[1]) % len(self._goods)]
            return replace(ask, path=_path(good), headers={})

        return asked


@contextmanager
def serving(where: Path, settings: Settings, documents: list[ListingDocument]) -> Iterator[Pages | None]:
    """The shop until the block ends, beside the market's own database. None, and a line that says so, where
    it cannot be had.
    """
    try:
        programs = apart.environment("django-oscar", *_WANTED)
    except Missing as missing:
        print(f"without django-oscar: {missing}", file=sys.stderr, flush=True)
        yield None
        return
    where.mkdir(parents=True, exist_ok=True)
    env, documents = _environment(where, settings), documents[:MOST_GOODS]
    goods, log = where / "goods.jsonl", where / "shop.log"
    goods.write_text("".join(f"{json.dumps(_good(one))}\n" for one in documents))
    subprocess.run([programs / "python", "-m", "benchmarks.lib.oscar.fill", goods], env=env, check=True)
    port = services.free_port()
    url = f"http://127.0.0.1:{port}"
    with log.open("ab") as said:
        shop = subprocess.Popen(
            [
                *(programs / "gunicorn", "benchmarks.lib.oscar.wsgi", "--bind", f"127.0.0.1:{port}"),
                *("--threads", _THREADS, "--keep-alive", "5"),
                "--no-control-socket",
            ],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env=env,
        )
    try:
        processes.wait_for(lambda: processes.answers(url + _path(documents[0].id)), log)
        yield Pages(url, [one.id for one in documents])
    finally:
        shop.terminate()
        shop.wait(timeout=30)


def _path(good: int) -> str:
    return f"/catalogue/p_{good}/"


def _environment(where: Path, settings: Settings) -> dict[str, str]:
    """What the shop's processes are told: a database of its own in the server of ours, made here."""
    server = sa.make_url(services.as_superuser(settings.database_url))
    with psycopg.connect(server.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS shop WITH (FORCE)")
        connection.execute("CREATE DATABASE shop")
    host = server.host or server.query["host"]
    told = {"PGHOST": host, "PGPORT": server.port, "PGUSER": server.username, "PGPASSWORD": server.password}
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        **{name: str(value) for name, value in told.items() if value},
        "PYTHONPATH": str(_ROOT),
        "SHOP_DATABASE": "shop",
        "SHOP_INDEX": str(where / "index"),
    }


def _good(document: ListingDocument) -> dict[str, object]:
    names = (document.product_name, document.product_name_en, *document.words, *document.place_names)
    return {
        "id": document.id,
        "title": document.title,
        "text": " ".join((document.description, *names)),
        "sector": document.sector,
        "product": document.product,
        "seller": document.cooperative,
        "price": document.price_from,
        "stock": document.available // 1_000_000 if document.unit == "gram" else document.available,
    }
