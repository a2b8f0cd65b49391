"""What has really been published of the province: no invention, but the facts that come with the program,
each entered on the day of its source.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from market.demo.world import Step, World
from market.events import Actor
from market.official import facts
from market.official.facts import Fact

CLERK = Actor(channel="demo")


def plan_published(world: World) -> None:
    """Plan the entering of every fact."""
    for fact in facts.read():
        world.plan(fact.known_on, _entering(world, fact))


def _entering(world: World, fact: Fact) -> Step:
    def enter(session: Session) -> None:
        fact.enter(session, actor=CLERK)
        world.note("published facts")

    return enter
