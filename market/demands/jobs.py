"""What falls due by the clock: demands whose last day has passed, those of which something fell away that is
to be asked of others, and new ones that units are to be told of.
"""

from __future__ import annotations

from market.demands import replanning, telling
from market.demands import service as demands
from market.runtime import Job, Runtime, one_by_one


def expire(runtime: Runtime) -> int:
    """End what is over."""
    return one_by_one(runtime, demands.list_due, demands.expire)


def replan(runtime: Runtime) -> int:
    """Ask others for what fell away, where the buyer has chosen so."""
    return one_by_one(runtime, replanning.list_due, demands.replan)


def tell(runtime: Runtime) -> int:
    """Tell units of new demands that their goods could serve."""
    return one_by_one(runtime, telling.list_due, telling.tell)


JOBS = (
    Job("expire demands", 60.0, expire),
    Job("replan demands", 5.0, replan),
    Job("tell of demands", 5.0, tell),
)
