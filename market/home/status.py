"""How the installation is: what the index holds and how far it lags behind, which database, which messages
wait. Read for the officers' page and for the metrics (status_routes.py); nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.orm import Session

from market import clock, measures, scanner
from market.listings import freshness
from market.listings.freshness import Freshness
from market.measures import Summary
from market.notices.models import Message
from market.runtime import Runtime
from search.errors import SearchError
from search.query import Query

#: What was sent and given up is told of for so long.
A_DAY = timedelta(days=1)

KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class Status:
    """``held``: listings in the index, None while it does not answer. ``queued_since``: when the oldest
    message that waits was written. ``scanner``: whether the virus scanner answers, None where there is none.
    """

    held: int | None
    index: str
    fresh: Freshness
    database: str
    queued: int
    queued_since: datetime | None
    sent: int
    failed: int
    scanner: bool | None
    measured: Summary


def read(session: Session, runtime: Runtime) -> Status:
    """How things are at this moment."""
    queued, since = session.execute(
        sa.select(sa.func.count(), sa.func.min(Message.created_at)).where(Message.state == "queued")
    ).one()
    dialect = session.get_bind().dialect
    version = ".".join(str(part) for part in dialect.server_version_info or ())
    return Status(
        held=_held(runtime),
        index="Tantivy" if runtime.settings.embedded_index else "Meilisearch",
        fresh=freshness.read(session),
        database=f"{KINDS.get(dialect.name, dialect.name)} {version}",
        queued=queued,
        queued_since=since,
        sent=_since_yesterday(session, Message.state == "sent", Message.sent_at),
        failed=_since_yesterday(session, Message.state == "failed", Message.due_at),
        scanner=scanner_answers(runtime),
        measured=measures.summary(),
    )


def scanner_answers(runtime: Runtime) -> bool | None:
    """Whether the virus scanner does; None where the settings name none."""
    url = runtime.settings.scanner_url
    return scanner.answers(url) if url else None


def _since_yesterday(session: Session, which: sa.ColumnElement[bool], at: Any) -> int:
    counted = sa.select(sa.func.count()).select_from(Message).where(which, at > clock.now() - A_DAY)
    return session.scalar(counted) or 0


def _held(runtime: Runtime) -> int | None:
    try:
        return runtime.the_index().search(Query(limit=0, facets=())).total
    except SearchError:
        return None


def as_metrics(status: Status) -> bytes:
    """The same for Prometheus. What comes from the database and the index every process says alike; what they
    measure of themselves they add up (measures.py).
    """
    families: list[GaugeMetricFamily] = []

    def gauge(name: str, words: str, value: float) -> None:
        families.append(GaugeMetricFamily(name, words, value=value))

    fresh = status.fresh
    gauge("market_index_up", "1 while the search index answers", status.held is not None)
    if status.held is not None:
        gauge("market_index_listings", "Listings that the search index holds", status.held)
    gauge("market_index_waiting", "Changes that the search index has yet to follow", fresh.waiting)
    gauge(
        "market_index_oldest_waiting_seconds",
        "How long the oldest of them has been waiting",
        fresh.oldest_seconds,
    )
    lags = GaugeMetricFamily(
        "market_index_lag_seconds",
        "From the writing of a change until it can be found; quantiles over the last changes",
        labels=["quantile"],
    )
    for quantile, lag in (("0.5", fresh.p50), ("0.95", fresh.p95), ("1", fresh.longest)):
        if lag is not None:
            lags.add_metric([quantile], lag)
    families.append(lags)
    gauge("market_messages_queued", "E-mails and SMS that wait to be sent", status.queued)
    gauge("market_messages_sent_last_day", "E-mails and SMS that were sent within a day", status.sent)
    gauge("market_messages_failed_last_day", "E-mails and SMS that were given up within a day", status.failed)
    if status.scanner is not None:
        gauge("market_scanner_up", "1 while the virus scanner answers", status.scanner)
    # Said as they are: a Gauge of several processes would be kept beside what they measure of themselves.
    registry = CollectorRegistry()
    registry.register(_Read(families))
    return generate_latest(registry) + measures.as_text()


class _Read(Collector):
    """What was read just now, as Prometheus' client collects it."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families
