"""Random worlds with a history, lived through the services with the clock moved forward: what the register
and the market go through. A world is a list of steps; each is a verb, some days, and three numbers by which
the verb chooses. The verbs of trade are in dealings.py. What the services refuse does not happen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.demands import service as demands
from market.errors import MarketError
from market.events import Actor
from market.inquiries import service as inquiries
from market.links import conditions
from market.parties import service as parties
from market.parties.models import BUYER_KINDS, Party
from market.places import queries as places
from market.places.models import Place
from tests.make import REFORM, SHELL

T = TypeVar("T")

#: How the names of units go on when they are renamed, and the kinds in which they are founded.
KINDS = ("cooperative", "group", "cooperative", "union")
STATUSES = ("suspended", "active", "stopped", "active", "dissolved")
#: Hours of the day at which things happen: what is written down just before and after midnight matters.
HOURS = (12, 0, 23)


class NothingToDo(Exception):
    """The world has nothing that this verb could be done to."""


@dataclass(frozen=True, slots=True)
class Step:
    """After ``days`` the verb happens to what ``a`` chooses; ``b`` and ``c`` say how."""

    verb: str
    days: int
    a: int
    b: int
    c: int


def pick(among: Sequence[T], number: int) -> T:
    """One of them; with none there is nothing to do."""
    if not among:
        raise NothingToDo
    return among[number % len(among)]


class World:
    """A world that is being lived through; ``clock.at`` stands around it."""

    def __init__(self, session: Session, start: date) -> None:
        self.session = session
        self.start = start
        self.units: list[int] = []
        self.buyers: list[int] = []
        self.number = 0
        clock.move(start)
        for number in range(5):
            self.do(Step("found", 0, number % 4, number, 7 * number))
        for number in range(3):
            self.do(Step("enter", 0, 3 * number, number, number))
        for number in range(2):
            self.do(Step("offer", 0, 2 * number, 60, 500 + number))

    def live(self, steps: Sequence[Step]) -> None:
        """Live through the steps; what falls due by the clock happens in between."""
        for step in steps:
            if step.days:
                self._let_pass(step.days, HOURS[step.c % len(HOURS)])
            self.do(step)
        self.session.flush()
        self.session.expire_all()

    def do(self, step: Step) -> None:
        """Do one thing, whole or not at all."""
        try:
            with self.session.begin_nested():
                VERBS[step.verb](self, step)
        except (MarketError, NothingToDo):
            pass

    def _let_pass(self, days: int, hour: int) -> None:
        day = clock.today() + timedelta(days=days)
        moment = clock.start_of(day) + timedelta(hours=hour, minutes=59 if hour == 23 else 0)
        clock.move(max(moment, clock.now()))
        with self.session.begin_nested():
            inquiries.expire_due(self.session)
            conditions.lapse_due(self.session)
            for demand_id in demands.list_due(self.session):
                demands.expire(self.session, demand_id)

    def ago(self, days: int) -> date:
        """A day in the past, for what is learned late."""
        return clock.today() - timedelta(days=days)

    def commune(self, number: int, on: date) -> tuple[int, int | None]:
        """A commune valid on a day, and now and then which old one it was there. Few, so that units meet."""
        district = places.find_place(self.session, code=("954", "960")[number % 2], on=REFORM - timedelta(1))
        assert district is not None
        old = places.list_children(self.session, place_id=district.id, on=REFORM - timedelta(1))
        former = old[number // 2 % 3]
        if on < REFORM:
            return former.id, None
        now = places.successor(self.session, former.id)
        assert now is not None
        return now.id, former.id if number % 3 else None

    def any_unit(self, number: int) -> Party:
        return self.session.get_one(Party, pick(self.units, number))

    def acting(self, party_id: int) -> Actor:
        return Actor(party_id=party_id, channel="api")

    def newest(self, table: type[Any], *where: sa.ColumnElement[bool]) -> list[int]:
        """The ids of rows, the newest first: a small number chooses what has just come about."""
        return list(self.session.scalars(sa.select(table.id).where(*where).order_by(table.id.desc())))


Verb = Callable[[World, Step], None]
VERBS: dict[str, Verb] = {}


def verb(act: Verb) -> Verb:
    """Make a function one of the things that may happen."""
    VERBS[act.__name__] = act
    return act


@verb
def found(world: World, step: Step) -> None:
    """A unit comes into the register: imported, confirmed at once, or waiting for an officer."""
    world.number += 1
    founded = world.ago(step.c * 13 % 400) if step.c % 2 else None
    place_id, former = world.commune(step.b, founded or clock.today())
    imported = step.a % 4 == 2
    party = parties.register_party(
        world.session,
        actor=SHELL,
        kind=KINDS[step.a % len(KINDS)],
        name=f"Đơn vị thử {world.number}",
        place_id=place_id,
        former_place_id=former,
        members=step.c % 50 if step.b % 5 else None,
        associate=step.b % 4,
        founded_on=founded,
        standing="confirmed" if imported else "pending",
    )
    if not imported and (step.b % 3 or world.number <= 5):
        parties.confirm_party(world.session, actor=SHELL, party_id=party.id)
    elif imported:
        party.identity_level = "papers"  # as an import does, which knows no officer's own look
    world.units.append(party.id)


@verb
def enter(world: World, step: Step) -> None:
    """A buyer comes in and is confirmed."""
    world.number += 1
    party = parties.register_party(
        world.session,
        actor=SHELL,
        kind=("company", "household_business", "institution")[step.a % 3],
        name=f"Bên mua thử {world.number}",
        place_id=world.commune(step.b, clock.today())[0],
        buyer_kind=pick(BUYER_KINDS, step.a),
        destination=("export", "province", None, "region")[step.b % 4],
    )
    parties.confirm_party(world.session, actor=SHELL, party_id=party.id)
    world.buyers.append(party.id)


@verb
def confirm(world: World, step: Step) -> None:
    """An officer confirms (or first refuses) a unit that waits."""
    waiting = world.newest(Party, Party.standing.in_(("pending", "refused")))
    party_id = pick(waiting, step.a)
    if step.b % 4 == 3:
        parties.refuse_party(world.session, actor=SHELL, party_id=party_id, reason="Chưa đủ giấy tờ")
    else:
        parties.confirm_party(world.session, actor=SHELL, party_id=party_id)


@verb
def move(world: World, step: Step) -> None:
    on = world.ago(step.c % 90) if step.b % 2 else clock.today()
    place_id, former = world.commune(step.b, on)
    parties.move_party(
        world.session,
        actor=SHELL,
        party_id=world.any_unit(step.a).id,
        place_id=place_id,
        former_place_id=former,
        on_date=on,
    )


@verb
def rename(world: World, step: Step) -> None:
    parties.rename_party(
        world.session,
        actor=SHELL,
        party_id=world.any_unit(step.a).id,
        name=f"Tên mới {step.b}",
        on_date=world.ago(step.c % 30),
    )


@verb
def report(world: World, step: Step) -> None:
    """Members as of today, or as of a day long past."""
    parties.report_members(
        world.session,
        actor=SHELL,
        party_id=world.any_unit(step.a).id,
        official=step.b % 90,
        associate=step.c % 7,
        on_date=world.ago(step.c % 120) if step.b % 2 else clock.today(),
    )


@verb
def change_status(world: World, step: Step) -> None:
    parties.change_status(
        world.session,
        actor=SHELL,
        party_id=world.any_unit(step.a).id,
        status=STATUSES[step.b % len(STATUSES)],
        on_date=world.ago(step.c % 60),
    )


@verb
def change_kind(world: World, step: Step) -> None:
    """A group becomes a cooperative, or the register finds that it was none."""
    parties.change_kind(
        world.session,
        actor=SHELL,
        party_id=world.any_unit(step.a).id,
        kind=("cooperative", "cooperative", "group")[step.b % 3],
        on_date=world.ago(step.c % 60),
    )


def places_to_ask(session: Session) -> list[Place]:
    """Where figures are asked: both provinces, two districts, and communes, old and new."""
    eve = REFORM - timedelta(days=1)
    found = [places.province_on(session, day=eve), places.province_on(session, day=REFORM)]
    for code in ("954", "960"):
        district = places.find_place(session, code=code, on=eve)
        assert district is not None
        old = places.list_children(session, place_id=district.id, on=eve)[:2]
        new = [places.successor(session, one.id) for one in old]
        found += [district, *old, *(one for one in new if one is not None)]
    return found
