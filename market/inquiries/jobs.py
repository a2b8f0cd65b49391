"""What falls due by the clock: inquiries that nobody answered in time."""

from __future__ import annotations

from market.inquiries import service as inquiries
from market.runtime import Job, Runtime


def expire(runtime: Runtime) -> int:
    """End the inquiries whose time is over, each in a transaction of its own."""
    with runtime.database.reading() as session:
        due = inquiries.list_due(session)
    expired = 0
    for inquiry_id in due:
        with runtime.database.writing() as session:
            expired += inquiries.expire(session, inquiry_id=inquiry_id)
    return expired


JOBS = (Job("expire inquiries", 30.0, expire),)
