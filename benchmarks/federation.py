"""One index over one Meilisearch and the same over two, by its remote federation: the same listings, the same
questions in turn. `MARKET_BENCH_FEDERATED` (default 100000) is the number of listings. On one machine the two
share its processors: what is seen is what asking across servers costs, not what a second machine would bring.
"""

import os
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.lib import engines, goods, questions
from benchmarks.lib.report import percentile, tell
from market import clock
from search.documents import ListingDocument
from search.meilisearch_index import MeilisearchIndex, make_key
from search.query import Query
from tests.services import MASTER_KEY, meilisearch_server

SIZE = int(os.environ.get("MARKET_BENCH_FEDERATED", "100000"))
QUESTIONS, ROUNDS = 100, 3
ONE, TWO = "one server", "two servers"


def main() -> None:
    """Fill, ask, print."""
    with engines.folder() as where, ExitStack() as stack:
        servers = [stack.enter_context(meilisearch_server(where / name)) for name in ("first", "second")]
        made = {ONE: opened(servers[0].url, "one"), TWO: opened(f"{servers[0].url},{servers[1].url}", "two")}
        documents = listings(where)
        rates = {}
        for name, index in made.items():
            stack.callback(index.close)
            began = time.perf_counter()
            index.rebuild(documents)
            rates[name] = SIZE / (time.perf_counter() - began)
        tell("federation", f"{TWO}: rebuild", rates[TWO], "listings/s",
             against=ONE, ratio=rates[TWO] / rates[ONE], n=SIZE)  # fmt: skip
        took = ask(made, questions.asked(where, QUESTIONS))
        for share in (0.5, 0.95, 0.99):
            alone, both = percentile(took[ONE], share), percentile(took[TWO], share)
            tell("federation", f"{ONE}: a search, p{share * 100:.0f}", alone, "ms", n=len(took[ONE]))
            tell("federation", f"{TWO}: a search, p{share * 100:.0f}", both, "ms",
                 against=ONE, ratio=both / alone, n=len(took[TWO]))  # fmt: skip


def opened(url: str, name: str) -> MeilisearchIndex:
    """An index of that name on these servers."""
    return MeilisearchIndex(url, key=make_key(url, master_key=MASTER_KEY, name=name), name=name, patience=60)


def listings(where: Path) -> list[ListingDocument]:
    """So many listings as `goods.py` makes them."""
    with engines.reference(where) as session:
        return list(goods.listings(goods.read(session, on=clock.today()), SIZE))


def ask(made: dict[str, MeilisearchIndex], texts: list[str]) -> dict[str, list[float]]:
    """Milliseconds of each question, put to both in turn, after a round that is not counted."""
    took: dict[str, list[float]] = {name: [] for name in made}
    for round_ in range(1 + ROUNDS):
        for text in texts:
            found = set()
            for name, index in made.items():
                began = time.perf_counter()
                page = index.search(Query(text))
                if round_:
                    took[name].append((time.perf_counter() - began) * 1000)
                found.add((page.ids, page.total))
            assert len(found) == 1, text
    return took


if __name__ == "__main__":
    main()
