"""Meilisearch with nothing around it, on the index that our server profile has filled: what every time in
`search.py` is measured against.
"""

import json
import time
from typing import Any

import meilisearch

from benchmarks.lib.http import Client
from market.settings import Settings
from search.query import FACETS, FIELDS
from tests.services import Meilisearch


class Bare:
    """One kept connection, and the engine's own Python client beside it."""

    def __init__(self, server: Meilisearch, settings: Settings) -> None:
        index = f"{settings.search_index}-listings"
        self._path = f"/indexes/{index}/search"
        self._client = Client(server.url)
        self._headers = {
            "Authorization": f"Bearer {server.key}",
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
        }
        self._official = meilisearch.Client(server.url, server.key).index(index)
        self._asked: dict[str, Any] = {
            "facets": [FIELDS.get(facet, facet) for facet in FACETS],
            "limit": 20,
            "attributesToRetrieve": ["id"],
        }

    def ask(self, text: str) -> float:
        """Milliseconds until the last byte is there."""
        body = json.dumps({"q": text, **self._asked}).encode()
        took, status, content = self._client.ask(self._path, method="POST", body=body, headers=self._headers)
        assert status == 200, (status, content[:300])
        return took

    def ask_by_client(self, text: str) -> float:
        """Milliseconds until the engine's client has read the answer."""
        began = time.perf_counter()
        self._official.search(text, self._asked)
        return (time.perf_counter() - began) * 1000

    def close(self) -> None:
        """Let the connection go."""
        self._client.close()
