"""What a search costs over so many listings: the bare engine's answer, the block that htmx gets, the whole
page and the JSON API, on both profiles, one client, everything against bare Meilisearch in the same run.

`MARKET_BENCH_SIZES` (default 1000,10000,100000) are the sizes of the curve.
"""

import json
import os
import random
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import meilisearch

from benchmarks.lib import engines, goods, market, mistakes
from benchmarks.lib.http import Client
from benchmarks.lib.report import percentile, tell
from market import clock
from search.query import FACETS, FIELDS
from tests import processes
from tests.profiles import Server

SIZES = tuple(int(size) for size in os.environ.get("MARKET_BENCH_SIZES", "1000,10000,100000").split(","))
QUESTIONS = 100
ROUNDS = 2
HTMX = {"HX-Request": "true", "HX-Target": "results"}

Timings = dict[str, list[float]]


def questions(where: Path) -> list[str]:
    """Names of goods as they are, without accents, with mistakes, and with what buyers add to them."""
    dice = random.Random(11)
    with engines.reference(where) as session:
        catalogue = goods.read(session, on=clock.today())
    names = [product.name_vi for product in catalogue.products]
    made = []
    while len(made) < QUESTIONS:
        name = dice.choice(names)
        kind = dice.choice(("as is", "as is", "no_accents", "no_accents", "telex", "slip", "half", "more"))
        if kind == "as is":
            made.append(name)
        elif kind == "half":
            made.append(name[: max(3, len(name) - dice.randrange(1, 4))])
        elif kind == "more":
            made.append(f"{name} {dice.choice(('5 tấn', 'Đông Hải', 'tháng 12', 'Hồng Dân'))}")
        elif spoilt := mistakes.spoil(name, kind, dice):
            made.append(spoilt)
    return made


def main() -> None:
    """Measure and print."""
    with engines.folder() as where:
        asked = questions(where)
        for size in SIZES:
            measure(where / str(size), size, asked)


def measure(where: Path, size: int, asked: list[str]) -> None:
    """One size, both profiles beside each other."""
    with ExitStack() as stack:
        timings: Timings = {}
        clients: dict[str, Client] = {}
        bare: Client | None = None
        for name in market.PROFILES:
            profile = stack.enter_context(market.profile(name, where / name))
            settings = profile.empty(where / name / "data")
            market.fill(settings, size)
            began = time.perf_counter()
            market.index(settings)
            rate = size / (time.perf_counter() - began)
            tell("search", f"{name}: rebuild, {size} listings", rate, "listings/s", n=size)
            url = stack.enter_context(processes.serving(settings))
            clients[name] = Client(url)
            if isinstance(profile, Server):
                bare = Client(profile.meilisearch.url)
                key, uid = profile.meilisearch.key, settings.search_index
                server_url = profile.meilisearch.url
        assert bare
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        headers["Accept-Encoding"] = "identity"
        official = meilisearch.Client(server_url, key).index(f"{uid}-listings")
        facets = [FIELDS.get(facet, facet) for facet in FACETS]
        for round_ in range(ROUNDS + 1):
            for text in asked:
                body = {"q": text, "facets": facets, "limit": 20, "attributesToRetrieve": ["id"]}
                took, status, content = bare.ask(
                    f"/indexes/{uid}-listings/search",
                    method="POST",
                    body=json.dumps(body).encode(),
                    headers=headers,
                )
                assert status == 200, (status, content[:300])
                here = {"bare Meilisearch": took}
                began = time.perf_counter()
                official.search(text, {name: value for name, value in body.items() if name != "q"})
                here["bare Meilisearch, by its client"] = (time.perf_counter() - began) * 1000
                for name, client in clients.items():
                    path = f"/listings?q={quote(text)}"
                    ways = (("block", path, HTMX), ("page", path, {}), ("API", f"/api/v1{path}", {}))
                    for way, address, sent in ways:
                        took, status, _ = client.ask(address, headers=sent)
                        assert status == 200, (address, status)
                        here[f"{name}: {way}"] = took
                if round_:  # the first warms up
                    for figure, took in here.items():
                        timings.setdefault(figure, []).append(took)
        tell_all(size, timings)


def tell_all(size: int, timings: Timings) -> None:
    """Each figure beside bare Meilisearch."""
    against = timings["bare Meilisearch"]
    for figure, values in timings.items():
        for share in (0.5, 0.95, 0.99):
            value, other = percentile(values, share), percentile(against, share)
            tell(
                "search",
                f"{figure}, {size} listings, p{share * 100:.0f}",
                value,
                "ms",
                against="bare Meilisearch",
                ratio=value / other,
                n=len(values),
            )


if __name__ == "__main__":
    main()
