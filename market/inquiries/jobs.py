"""What falls due by the clock: inquiries that nobody answered in time."""

from __future__ import annotations

from market.inquiries import service as inquiries
from market.runtime import Job, Runtime, one_by_one


def expire(runtime: Runtime) -> int:
    """End the inquiries whose time is over."""
    return one_by_one(runtime, inquiries.list_due, inquiries.expire)


JOBS = (Job("expire inquiries", 30.0, expire),)
