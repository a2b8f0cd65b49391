"""What a process measures of itself: requests, statements. Prometheus' own client counts; several web
processes of one ``market serve`` count into files of one folder, and each tells the sum of all (``share``).
What stands in the database or the index is measured when it is asked for, in home/status.py.
"""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

#: Where several processes count; the client looks for it when it is first imported in each.
FOLDER = "PROMETHEUS_MULTIPROC_DIR"

#: Bytes that a process takes for its counts of one kind before it counts: the client would write into a file
#: with holes, and where the disk has no room for one of them the system ends the process.
ROOM = 2 * 2**20


def _take_room() -> None:
    for kind in ("counter", "histogram"):
        with (
            suppress(OSError),
            open(os.path.join(os.environ[FOLDER], f"{kind}_{os.getpid()}.db"), "ab") as file,
        ):
            os.posix_fallocate(file.fileno(), 0, ROOM)


if FOLDER in os.environ:
    _take_room()

_registry = CollectorRegistry()
_requests = Counter(
    "market_http_requests",
    "Requests answered, by route and status",
    ["method", "route", "status"],
    registry=_registry,
)
_durations = Histogram(
    "market_http_request_seconds",
    "From a request to the end of its answer, by route",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=_registry,
)
_statements = Histogram(
    "market_sql_seconds",
    "Statements that the database was asked, and for how long",
    buckets=(0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10),
    registry=_registry,
)
_slow = Counter("market_sql_slow", "Statements slower than MARKET_SLOW_SQL_MS", registry=_registry)


@dataclass(slots=True)
class Tally:
    """What one request has asked of the database."""

    statements: int = 0
    seconds: float = 0.0


_tally: ContextVar[Tally | None] = ContextVar("tally", default=None)


@contextmanager
def tallied() -> Iterator[Tally]:
    """Count what is asked of the database within the block, in threads begun by it, too."""
    tally = Tally()
    token = _tally.set(tally)
    try:
        yield tally
    finally:
        _tally.reset(token)


def request(method: str, route: str, status: int, seconds: float) -> None:
    """Count a request that was answered."""
    _requests.labels(method, route, str(status)).inc()
    _durations.labels(route).observe(seconds)


def statement(seconds: float, *, slow: bool) -> None:
    """Count a statement."""
    _statements.observe(seconds)
    if slow:
        _slow.inc()
    tally = _tally.get()
    if tally is not None:
        tally.statements += 1
        tally.seconds += seconds


@contextmanager
def share() -> Iterator[None]:
    """Let processes that are started within the block count together."""
    with tempfile.TemporaryDirectory(prefix="market-measures-") as folder:
        os.environ[FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[FOLDER]


def as_text() -> bytes:
    """All that was measured, for Prometheus."""
    return generate_latest(_whole())


def _whole() -> CollectorRegistry:
    if FOLDER not in os.environ:
        return _registry
    registry = CollectorRegistry()
    collector: Any = MultiProcessCollector  # without types of its own
    collector(registry)
    return registry


@dataclass(frozen=True, slots=True)
class Summary:
    """The same for people. ``half`` and ``most``: seconds within which half and 95 in 100 requests were
    answered, by the buckets' upper bounds; None: nothing was measured, or they took longer than any.
    """

    requests: int
    faults: int
    half: float | None
    most: float | None
    statements: int
    slow: int


def summary() -> Summary:
    """What was measured since the processes were started."""
    requests = faults = statements = slow = 0.0
    buckets: dict[float, float] = {}
    for family in _whole().collect():
        for sample in family.samples:
            if sample.name == "market_http_requests_total":
                requests += sample.value
                faults += sample.value if sample.labels["status"].startswith("5") else 0
            elif sample.name == "market_http_request_seconds_bucket":
                bound = float(sample.labels["le"])
                buckets[bound] = buckets.get(bound, 0) + sample.value
            elif sample.name == "market_sql_seconds_count":
                statements += sample.value
            elif sample.name == "market_sql_slow_total":
                slow += sample.value
    half, most = (_within(buckets.items(), share) for share in (0.5, 0.95))
    return Summary(int(requests), int(faults), half, most, int(statements), int(slow))


def _within(buckets: Iterable[tuple[float, float]], part: float) -> float | None:
    ordered = sorted(buckets)
    if not ordered or not ordered[-1][1]:
        return None
    bound = next(bound for bound, count in ordered if count >= part * ordered[-1][1])
    return bound if math.isfinite(bound) else None
