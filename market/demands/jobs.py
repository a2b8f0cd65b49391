"""What falls due by the clock: demands whose last day has passed, and those of which something fell away that
is to be asked of others.
"""

from __future__ import annotations

from market.demands import replanning
from market.demands import service as demands
from market.runtime import Job, Runtime, one_by_one


def expire(runtime: Runtime) -> int:
    """End what is over."""
    return one_by_one(runtime, demands.list_due, demands.expire)


def replan(runtime: Runtime) -> int:
    """Ask others for what fell away, where the buyer has chosen so."""
    return one_by_one(runtime, replanning.list_due, demands.replan)


JOBS = (Job("expire demands", 60.0, expire), Job("replan demands", 5.0, replan))
