"""What statistics do by the clock: dashboards, and the figures of large provinces, are counted ahead of
whoever looks at them, and which trade figures stand in public is chosen anew. What takes long is read beside
everybody's work; only what comes of it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from market.runtime import Job, Runtime
from market.statistics import ahead, kept, publication

T = TypeVar("T")


def count_ahead(runtime: Runtime) -> int:
    """Count the dashboards whose data has moved on; says how many."""
    return _count_each(runtime, kept.list_due, kept.counted, kept.keep)


def count_figures_ahead(runtime: Runtime) -> int:
    """Count all figures of the periods that officers look at, where it is due; says of how many."""
    return _count_each(runtime, ahead.list_due, ahead.counted, ahead.keep)


def _count_each(
    runtime: Runtime,
    list_due: Callable[[Session], Sequence[T]],
    counted: Callable[[Session, T], dict[str, Any]],
    keep: Callable[[Session, T, dict[str, Any]], None],
) -> int:
    with runtime.database.reading() as session:
        due = list_due(session)
    for one in due:
        with runtime.database.reading() as session:
            found = counted(session, one)
        with runtime.database.writing() as session:
            keep(session, one, found)
    return len(due)


def publish(runtime: Runtime) -> int:
    """Choose the public trade figures of the years that are due; says of how many."""
    with runtime.database.reading() as session:
        due = publication.list_due(session)
    for year in due:
        at = publication.moment()
        with runtime.database.reading() as session:
            found = publication.choose(session, year, at=at)
        with runtime.database.writing() as session:
            publication.keep(session, year, found, at=at)
    return len(due)


JOBS = (
    Job("count dashboards", 20.0, count_ahead, long=True),
    Job("count figures", 60.0, count_figures_ahead, long=True),
    Job("publish figures", 600.0, publish, long=True),
)
