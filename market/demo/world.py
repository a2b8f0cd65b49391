"""The demo's small world: an agenda of things to do by date, lived through in order on the one clock, and
the people in it. Every unit and buyer is invented and says so by its name; places, products and standards
are real.
"""

from __future__ import annotations

import csv
import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from market import clock
from market.catalogue.models import Product
from market.db import Database
from market.events import Actor

DATA = Path(__file__).parent / "data"
#: Commit after this many steps: each commit waits for the disk.
BATCH = 60


@dataclass(frozen=True, slots=True)
class Good:
    """What the units may offer: usual price (đ), a lot's usual volume (kg or pieces), harvest months."""

    slug: str
    field: str
    price: int
    volume: int
    months: tuple[int, ...]
    window: int
    spec: str
    standards: tuple[str, ...]
    districts: tuple[str, ...]


@dataclass(slots=True)
class Unit:
    """A collective unit in the making; ``district`` is the old one its commune lay in."""

    party_id: int
    kind: str
    name: str
    district: str
    fields: tuple[str, ...]
    members: int
    listings: list[int] = field(default_factory=list)

    @property
    def actor(self) -> Actor:
        return Actor(party_id=self.party_id, channel="demo")


@dataclass(slots=True)
class Buyer:
    """A buyer; ``appetite`` says how often it asks."""

    party_id: int
    name: str
    appetite: int
    fields: tuple[str, ...]

    @property
    def actor(self) -> Actor:
        return Actor(party_id=self.party_id, channel="demo")


def goods() -> list[Good]:
    """Read data/goods.csv."""
    with (DATA / "goods.csv").open(encoding="utf-8", newline="") as file:
        return [
            Good(
                slug=row["product"],
                field=row["field"],
                price=int(row["price"]),
                volume=int(row["volume"]),
                months=tuple(int(month) for month in row["months"].split(";")),
                window=int(row["window"]),
                spec=row["spec"],
                standards=tuple(filter(None, row["standards"].split(";"))),
                districts=tuple(row["districts"].split(";")),
            )
            for row in csv.DictReader(file)
        ]


Step = Callable[[Session], None]


def dice_of(seed: int | str) -> random.Random:
    """Dice that fall the same way each time."""
    return random.Random(seed)  # noqa: S311 - a story, no secret


@dataclass(slots=True)
class World:
    """Dice, people, goods, and the agenda. The same ``seed`` makes the same story."""

    seed: int
    until: datetime
    scale: int = 1
    dice: random.Random = field(init=False)
    units: list[Unit] = field(default_factory=list)
    buyers: list[Buyer] = field(default_factory=list)
    goods: list[Good] = field(default_factory=goods)
    products: dict[str, Product] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    _agenda: list[tuple[datetime, int, Step]] = field(default_factory=list)
    _number: int = 0

    def __post_init__(self) -> None:
        self.dice = dice_of(self.seed)

    def plan(self, day: date, step: Step, *, hour: float = 9.0) -> None:
        """Do something on a day, at a local hour; nothing is planned beyond the end."""
        moment = datetime.combine(day, time(), clock.LOCAL) + timedelta(hours=hour)
        if moment <= self.until:
            self._number += 1
            heapq.heappush(self._agenda, (moment, self._number, step))

    def note(self, what: str, many: int = 1) -> None:
        """Count what was made, for the closing line."""
        self.counts[what] = self.counts.get(what, 0) + many

    def live(self, database: Database) -> None:
        """Do everything planned, in order, on the moving clock."""
        if not self._agenda:
            return
        with clock.at(self._agenda[0][0]):
            while self._agenda:
                with database.writing() as session:
                    for _ in range(BATCH):
                        if not self._agenda:
                            break
                        moment, _, step = heapq.heappop(self._agenda)
                        clock.move(moment)
                        step(session)
