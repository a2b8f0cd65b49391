"""What has really been published of the province: no invention, but the facts that come with the program,
each entered on the day of its source.
"""

from __future__ import annotations

from functools import partial

from sqlalchemy.orm import Session

from market.demo.register import CLERK
from market.demo.world import World
from market.official import facts
from market.official.facts import Fact


def plan_published(world: World) -> None:
    """Plan the entering of every fact."""
    for fact in facts.read():
        world.plan(fact.known_on, partial(_enter, world, fact))


def _enter(world: World, fact: Fact, session: Session) -> None:
    fact.enter(session, actor=CLERK)
    world.note("published facts")
