"""What the demo's cooperatives report of their years: in February, two of three of them. Every number is made
up, and its source says so.
"""

from __future__ import annotations

import random
from datetime import date
from functools import partial

from sqlalchemy.orm import Session

from market import clock
from market.demo.world import Unit, World, dice_of
from market.parties import returns

MILLION = 1_000_000
SOURCE = "demo"


def plan_returns(world: World) -> None:
    """Plan the returns of the years from 2022 on; those before have an article's figures."""
    dice = dice_of(f"{world.seed}, returns")
    for year in range(2022, clock.day_of(world.until).year):
        world.plan(date(year + 1, 2, 20), partial(_report_all, world, dice, year), hour=16)


def _report_all(world: World, dice: random.Random, year: int, session: Session) -> None:
    for unit in world.units:
        if unit.kind == "cooperative" and dice.random() < 2 / 3:
            _report(world, dice, session, unit, year)


def _report(world: World, dice: random.Random, session: Session, unit: Unit, year: int) -> None:
    # About as much a member as a small household sells in a year, and a little more each year.
    revenue = unit.members * dice.randrange(12, 45) * (90 + 5 * (year - 2020)) * MILLION // 100
    managers = dice.randrange(3, 8)
    returns.report_year(
        session,
        actor=unit.actor,
        party_id=unit.party_id,
        year=year,
        items={
            "workers": max(managers, unit.members // dice.randrange(3, 9)),
            "revenue": revenue,
            "member_revenue": revenue * dice.randrange(40, 90) // 100,
            "profit": revenue * dice.randrange(-3, 14) // 100,
            "member_income": dice.randrange(38, 72) * MILLION,
            "worker_income": dice.randrange(40, 78) * MILLION,
            "assets": revenue * dice.randrange(30, 120) // 100,
            "managers": managers,
            "trained_managers": dice.randrange(0, managers + 1),
        },
        source=SOURCE,
    )
    world.note("yearly returns")
    if year == 2022:
        amount = dice.randrange(2, 40) * 50 * MILLION
        returns.set_capital(session, actor=unit.actor, party_id=unit.party_id, amount=amount, source=SOURCE)
        if dice.random() < 1 / 12:
            returns.note_high_tech(session, actor=unit.actor, party_id=unit.party_id, source=SOURCE)
