"""One index over several Meilisearch servers, by the engine's own remote federation: the first server is
asked, asks the others and merges hits, totals and counts. Each listing lies on one server alone.

The servers know each other by the names given here (`introduce`), share a master key, and so take one key.
"""

from collections.abc import Sequence
from typing import Any

from meilisearch.errors import MeilisearchApiError

from search.errors import SearchBroken, SearchUnavailable, SearchUnfit
from search.meilisearch_client import REBUILD, Connection
from search.meilisearch_settings import SETTINGS

_MOST_VALUES = SETTINGS["faceting"]["maxValuesPerFacet"]

#: What a server answers that was never introduced to the others, or to others than these.
_STRANGERS = ("feature_not_enabled", "invalid_multi_search_remote", "missing_network_self")


def place_of(id_: int, parts: int) -> int:
    """On which of so many servers a listing lies."""
    return id_ % parts


def which(place: int, parts: int) -> str:
    """A mark of one part among so many; "" if it is the whole."""
    return f"{place} of {parts}" if parts > 1 else ""


def name_of(uid: str, place: int) -> str:
    """What the servers call the one at this place, of those that share the index; another index between the
    same servers has names and a key of its own.
    """
    return f"{uid}-{place}"


def introduce(server: Connection, at: int, servers: Sequence[str], *, uid: str, key: str) -> None:
    """Tell a server, with its master key, which of the servers it is, where the others are and by which key
    they answer.
    """
    client = server.client()
    client.update_experimental_features({"network": True})
    remotes = {name_of(uid, place): {"url": url, "searchApiKey": key} for place, url in enumerate(servers)}
    client.http.patch("network", {"self": name_of(uid, at), "remotes": remotes})


def ask(
    first: Connection, uid: str, parts: int, question: dict[str, Any], *, seconds: float
) -> dict[str, Any]:
    """The answer of all servers to one question. Raises SearchUnavailable when one of them gave none: a part
    of the market is no answer.
    """
    asked = {key: value for key, value in question.items() if key not in ("limit", "offset", "facets")}
    federation: dict[str, Any] = {"limit": question.get("limit", 20), "offset": question.get("offset", 0)}
    if facets := question.get("facets"):
        federation |= {"facetsByIndex": {uid: facets}, "mergeFacets": {"maxValuesPerFacet": _MOST_VALUES}}
    queries = [
        {**asked, "indexUid": uid, "federationOptions": {"remote": name_of(uid, place)}}
        for place in range(parts)
    ]
    try:
        answer: dict[str, Any] = first.client(seconds=seconds).multi_search(queries, federation=federation)
    except MeilisearchApiError as error:
        if error.code in _STRANGERS:
            words = f"the search servers do not know each other ({error.message})"
            raise SearchUnfit("key", words) from error
        raise
    for name, failure in (answer.get("remoteErrors") or {}).items():
        words = f"the search server {name} did not answer {first.url}: {failure.get('message')}"
        if "index_not_found" in str(failure):
            raise SearchBroken(f"{words}: {REBUILD}")
        raise SearchUnavailable(words)
    return answer
