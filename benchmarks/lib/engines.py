"""Engines with an index filled for a benchmark, in a folder that is gone afterwards."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

from market import commands, features
from market.db import Database
from market.engine import make_engine
from search.embedded_index import EmbeddedIndex
from search.index import Index
from search.meilisearch_index import MeilisearchIndex
from tests.services import meilisearch_server

NAMES = ("embedded", "meilisearch")


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for data that nobody keeps."""
    with tempfile.TemporaryDirectory(prefix="market-bench-") as name:
        yield Path(name)


@contextmanager
def reference(where: Path) -> Iterator[Session]:
    """A session on a migrated database with the catalogue and the places, and nothing else."""
    features.load_models()
    database = Database(make_engine(f"sqlite:///{where}/reference.sqlite"))
    commands.migrate(database)
    with database.reading() as session:
        yield session
    database.close()


@contextmanager
def both(where: Path) -> Iterator[dict[str, Index]]:
    """Both engines, empty."""
    with ExitStack() as stack:
        server = stack.enter_context(meilisearch_server(where / "meilisearch"))
        made: dict[str, Index] = {
            "embedded": EmbeddedIndex(where / "index", writable=True),
            "meilisearch": MeilisearchIndex(server.url, key=server.key, name="bench"),
        }
        yield made
        for index in made.values():
            index.close()
