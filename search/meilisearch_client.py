"""The way to a Meilisearch server: the official client, one a thread, with time limits and a kept connection;
its errors translated, its tasks waited for; and a breaker, so that a server that is silent costs a few
visitors a moment and not all of them.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import meilisearch
import requests
from meilisearch._httprequests import HttpRequests
from meilisearch.config import Config
from meilisearch.errors import MeilisearchApiError, MeilisearchError, MeilisearchTimeoutError
from meilisearch.models.task import Task, TaskInfo

from search.errors import SearchBroken, SearchUnavailable, SearchUnfit

REBUILD = "run `market index rebuild`"

#: The oldest server whose answers this package was tried on, and the first that it was not written for.
OLDEST, TOO_NEW = (1, 21), (2, 0)

#: Seconds for a search (pages answer within three, from SQL if need be), for other requests, and for a task.
SEARCH_TIME, REQUEST_TIME, TASK_TIME = 1.5, 30.0, 600.0

#: Seconds for looking at a task once, and how often at most.
LOOK_TIME, LOOKS = 1.0, 10

#: So many failures in a row open the breaker for so many seconds; then one call tries, and the others still
#: fail at once until it has succeeded.
FAILURES, REST = 3, 2.0

_T = TypeVar("_T")


def key_request(name: str) -> dict[str, Any]:
    """What to ask the server for, with its master key, to get a key for the application: to search, tell and
    rebuild the indexes whose names begin with `name`, and nothing else.
    """
    return {
        "name": "Chợ Liên Kết",
        "description": "Searches, follows and rebuilds the listings",
        "actions": ["search", "documents.*", "indexes.*", "settings.*", "tasks.get", "version"],
        "indexes": [name if name.endswith("*") else f"{name}*"],
        "expiresAt": None,
    }


class _Kept(HttpRequests):
    """Requests over one kept connection, where the client's own would open one each."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.session = requests.Session()
        # Packed answers come in pieces, each of which waits 40 ms for the last one's receipt.
        self.session.headers["Accept-Encoding"] = "identity"
        # Neither proxies nor .netrc of the machine: the address is meant as it stands.
        self.session.trust_env = False

    def send_request(self, http_method: Callable[..., Any], path: str, *args: Any, **more: Any) -> Any:
        return super().send_request(getattr(self.session, http_method.__name__), path, *args, **more)


class Breaker:
    """Counts failures in a row. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until = 0.0
        self._why = ""

    def check(self) -> None:
        """Raise SearchUnavailable while it is open; once it has rested, let one caller through at a time."""
        with self._lock:
            if self._failures < FAILURES:
                return
            if time.monotonic() < self._open_until:
                raise SearchUnavailable(f"the search server failed {self._failures} times: {self._why}")
            self._open_until = time.monotonic() + REST

    def succeeded(self) -> None:
        with self._lock:
            self._failures = 0

    def failed(self, why: str) -> None:
        with self._lock:
            self._failures += 1
            self._why = why
            self._open_until = time.monotonic() + REST


class Connection:
    """All the threads' clients of one server."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self._key = url.rstrip("/"), key
        self.breaker = Breaker()
        self._here = threading.local()
        self._lock = threading.Lock()
        self._sessions: list[requests.Session] = []
        self._closed = False

    def client(self, *, seconds: float = REQUEST_TIME) -> meilisearch.Client:
        """This thread's client, whose requests now wait so long for an answer."""
        if self._closed:
            raise SearchUnavailable("this search index has been closed")
        found: meilisearch.Client | None = getattr(self._here, "client", None)
        if found is None:
            found = meilisearch.Client(self.url, self._key or None)
            http = _Kept(found.config)
            found.http = found.task_handler.http = http
            with self._lock:
                self._sessions.append(http.session)
            self._here.client = found
        found.config.timeout = seconds  # type: ignore[assignment]  # handed on to requests, which takes floats
        return found

    def index(self, uid: str, *, seconds: float = REQUEST_TIME) -> meilisearch.index.Index:
        """An index under this thread's client; nothing is asked of the server."""
        client = self.client(seconds=seconds)
        found = client.index(uid)
        found.http = found.task_handler.http = client.http
        return found

    def finish(self, *started: TaskInfo, seconds: float = TASK_TIME) -> None:
        """Wait until the tasks have succeeded; SearchUnavailable says which failed or takes longer."""
        give_up = time.monotonic() + seconds
        for one in started:
            pause = 0.002
            while (task := self._look_at(one.task_uid)).status != "succeeded":
                if task.status in ("failed", "canceled"):
                    why = (task.error or {}).get("message")
                    raise SearchUnavailable(f"the search server's {task.type} {task.status}: {why}")
                if time.monotonic() > give_up:
                    raise SearchUnavailable(f"the search server's {task.type} takes over {seconds:.0f} s")
                time.sleep(pause)
                pause = min(pause * 1.5, 0.1)

    def _look_at(self, task_uid: int) -> Task:
        # While an index is being deleted the server now and then never answers this very request, though it
        # answers the same one a moment later (seen on 1.21.0).
        for _ in range(LOOKS - 1):
            with contextlib.suppress(MeilisearchTimeoutError):
                return self.client(seconds=LOOK_TIME).get_task(task_uid)
        return self.client(seconds=LOOK_TIME).get_task(task_uid)

    @contextlib.contextmanager
    def guarded(self, doing: str, *, breaker: bool = False) -> Iterator[None]:
        """Let no error of the client out, and count failures of the server if asked to."""
        if breaker:
            self.breaker.check()
        try:
            yield
        except SearchBroken:
            self.breaker.succeeded()  # the server has answered
            raise
        except SearchUnavailable as error:  # one that this server asks in turn has not
            if breaker:
                self.breaker.failed(str(error))
            raise
        except (MeilisearchError, requests.RequestException, ValueError) as error:
            found = self._translated(doing, error)
            if isinstance(found, SearchBroken):
                self.breaker.succeeded()
            elif breaker:
                self.breaker.failed(str(found))
            raise found from error
        else:
            self.breaker.succeeded()

    def _translated(self, doing: str, error: Exception) -> SearchUnavailable:
        if isinstance(error, MeilisearchApiError):
            if error.code == "index_not_found":
                return SearchBroken(f"there is no search index on {self.url} yet: {REBUILD}")
            if error.status_code in (401, 403):
                return SearchUnfit(
                    "key", f"the search server at {self.url} refuses the key ({error.message})"
                )
            if error.code in ("invalid_search_filter", "invalid_search_sort", "invalid_search_facets"):
                return SearchBroken(
                    f"the search index on {self.url} has other settings ({error.message}): {REBUILD}"
                )
            return SearchUnavailable(f"cannot {doing} the search index at {self.url}: {error.message}")
        if isinstance(error, MeilisearchError | requests.RequestException):
            return SearchUnavailable(f"nothing answers at {self.url}: {type(error).__name__}")
        return SearchUnavailable(f"what answers at {self.url} is no Meilisearch: {error}")

    def check_server(self) -> None:
        """Raise SearchUnfit, saying which part is wrong, unless a server of a known version takes the key."""
        try:
            with self.guarded("ask"):
                found = self.client(seconds=5).get_version()["pkgVersion"]
                version = tuple(int(part) for part in found.split("-")[0].split("."))
        except SearchUnfit:
            raise
        except (SearchUnavailable, KeyError, TypeError) as error:
            raise SearchUnfit(
                "url",
                str(error)
                if isinstance(error, SearchUnavailable)
                else (f"what answers at {self.url} is no Meilisearch"),
            ) from error
        if not OLDEST <= version < TOO_NEW:
            raise SearchUnfit(
                "server",
                f"Meilisearch {OLDEST[0]}.{OLDEST[1]} or newer is needed, at {self.url} there is {found}",
            )

    def close(self) -> None:
        """Let go of all connections; closing again is fine."""
        with self._lock:
            self._closed = True
            for session in self._sessions:
                session.close()
            self._sessions.clear()
