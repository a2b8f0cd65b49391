"""How fast a rebuild fills an index from the database, beside the engine's own bulk rate: the very documents,
made beforehand, handed to the engine in its own way with the same settings. `MARKET_BENCH_REBUILD` (default
20000) is the number of listings.
"""

import os
import time
from contextlib import ExitStack
from pathlib import Path

import meilisearch
import tantivy

from benchmarks.lib import engines, market
from benchmarks.lib.report import tell
from market.settings import Settings
from search import embedded_schema, meilisearch_settings
from search.documents import ListingDocument
from search.embedded_index import REBUILD_HEAP
from tests.profiles import Server
from tests.services import Meilisearch

SIZE = int(os.environ.get("MARKET_BENCH_REBUILD", "20000"))
BATCH = 5_000
ROUNDS = 2


def main() -> None:
    """Measure and print."""
    with engines.folder() as where, ExitStack() as stack:
        for name in market.PROFILES:
            profile = stack.enter_context(market.profile(name, where / name))
            settings = profile.empty(where / name / "data")
            market.fill(settings, SIZE)
            made = market.documents(settings)
            own = rival = 0.0
            for number in range(ROUNDS):  # the better of each: the machine may be busy with something else
                if isinstance(profile, Server):
                    rival = max(rival, bulk_meilisearch(profile.meilisearch, made, f"bulk{number}"))
                else:
                    rival = max(rival, bulk_embedded(where / f"bulk{number}", made))
                own = max(own, rebuild(settings))
            tell("rebuild", f"{name}: the engine's own bulk rate", rival, "listings/s", n=SIZE)
            tell(
                "rebuild", f"{name}: rebuild from the database", own, "listings/s",
                against="the engine's own bulk rate", ratio=own / rival, n=SIZE,
            )  # fmt: skip


def rebuild(settings: Settings) -> float:
    """Listings a second, from the database to the index in its place."""
    began = time.perf_counter()
    return market.index(settings) / (time.perf_counter() - began)


def bulk_embedded(where: Path, made: list[ListingDocument]) -> float:
    """Listings a second that the embedded engine takes in."""
    prepared = [embedded_schema.to_engine(one) for one in made]
    where.mkdir()
    writer = tantivy.Index(embedded_schema.SCHEMA, path=str(where)).writer(
        heap_size=REBUILD_HEAP, num_threads=1
    )
    began = time.perf_counter()
    for one in prepared:
        writer.add_document(one)
    writer.commit()
    writer.wait_merging_threads()
    return len(made) / (time.perf_counter() - began)


def bulk_meilisearch(server: Meilisearch, made: list[ListingDocument], name: str) -> float:
    """Listings a second that Meilisearch takes in by its own client, several batches on their way at once."""
    prepared = [meilisearch_settings.to_engine(one) for one in made]
    index = server.master.index(name)
    for task in (
        server.master.create_index(name, {"primaryKey": "id"}),
        index.update_settings(meilisearch_settings.settings()),
    ):
        server.master.wait_for_task(task.task_uid, timeout_in_ms=60_000)
    began = time.perf_counter()
    tasks = index.add_documents_in_batches(prepared, batch_size=BATCH, primary_key="id")
    for task in tasks:
        done = _wait(server.master, task.task_uid)
        assert done == "succeeded", done
    return len(made) / (time.perf_counter() - began)


def _wait(client: meilisearch.Client, task_uid: int) -> str:
    return client.wait_for_task(task_uid, timeout_in_ms=900_000, interval_in_ms=20).status


if __name__ == "__main__":
    main()
