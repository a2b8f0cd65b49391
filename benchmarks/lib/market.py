"""A whole market for speed: a migrated database with so many listings written in bulk, on either profile, its
index filled, and a serving process on it.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.lib import goods
from market import clock, commands, features
from market.catalogue.models import Product
from market.db import Database
from market.engine import make_engine
from market.listings import indexing
from market.listings.models import Listing, ListingStandard, Lot
from market.parties.models import Party
from market.places.models import Place
from market.runtime import Runtime
from market.settings import Settings
from search import vietnamese
from search.documents import ListingDocument
from tests import profiles, services
from tests.profiles import Profile

PROFILES = ("embedded", "server")
UNITS = 700
STEP = 5_000


@contextmanager
def profile(name: str, where: Path) -> Iterator[Profile]:
    """A profile with servers of its own."""
    where.mkdir(parents=True, exist_ok=True)
    if name == "embedded":
        made: Profile = profiles.Embedded(where, where)
        yield made
        made.close()
        return
    with services.meilisearch_server(where / "meilisearch") as meilisearch:
        made = profiles.Server(where, where, services.postgres(where), meilisearch)
        yield made
        made.close()


def fill(settings: Settings, count: int) -> None:
    """Migrate, and write units and so many published listings with lots, as `goods.listings` makes them."""
    features.load_models()
    database = Database(make_engine(settings.database))
    commands.migrate(database)
    today, now = clock.today(), clock.now()
    dice = random.Random(3)
    with database.writing() as session:
        catalogue = goods.read(session, on=today)
        products = {row.slug: row.id for row in session.execute(sa.select(Product.slug, Product.id))}
        communes = session.scalars(
            sa.select(Place.id).where(Place.level == "commune", Place.valid_to.is_(None))
        ).all()
        units = [
            {
                "id": number,
                "code": f"HTX-{number:04d}",
                "kind": "cooperative",
                "name": (name := f"HTX {goods.seller(dice)} {number}"),
                "folded": vietnamese.fold(name),
                "sort_key": vietnamese.sort_key(name),
                "place_id": dice.choice(communes),
                "standing": "confirmed",
                "identity_level": "papers",
                "created_at": now,
            }
            for number in range(1, UNITS + 1)
        ]
        session.execute(sa.insert(Party), units)
    listings: list[dict[str, Any]] = []
    lots: list[dict[str, Any]] = []
    standards: list[dict[str, Any]] = []

    def write() -> None:
        with database.writing() as session:
            session.execute(sa.insert(Listing), listings)
            session.execute(sa.insert(Lot), lots)
            if standards:
                session.execute(sa.insert(ListingStandard), standards)
        for rows in (listings, lots, standards):
            rows.clear()

    for one in goods.listings(catalogue, count):
        listings.append(
            {
                "id": one.id,
                "party_id": dice.randrange(1, UNITS + 1),
                "product_id": products[one.product],
                "title": one.title,
                "description": one.description,
                "folded": vietnamese.fold(f"{one.title} {one.description}"),
                "spec": {"count_per_kg": [20, 30]} if one.sizes else {},
                "state": "published",
                "price_from": one.price_from,
                "price_to": one.price_to,
                "created_at": now,
                "published_at": now - timedelta(minutes=count - one.id),
            }
        )
        first = today + timedelta(days=dice.randrange(-20, 60))
        for month in range(2):
            start = first + timedelta(days=30 * month)
            lots.append(
                {
                    "listing_id": one.id,
                    "from_date": start,
                    "to_date": start + timedelta(days=29),
                    "volume": one.available // 2 + 1_000,
                    "committed": 0 if one.available else one.available // 2 + 1_000,
                    "spec": {},
                }
            )
        standards += [{"listing_id": one.id, "standard_code": code} for code in one.standards]
        if len(listings) == STEP:
            write()
    if listings:
        write()
    go_on(database, "listings", "parties")
    database.close()


def go_on(database: Database, *tables: str) -> None:
    """Let the next ids of these tables come after those that were written by hand, and count anew what the
    database plans by.
    """
    with database.writing() as session:
        if not database.is_sqlite:
            for table in tables:
                session.execute(
                    sa.text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
                )
        session.execute(sa.text("ANALYZE"))


def index(settings: Settings) -> int:
    """Fill the profile's index from the database."""
    runtime = Runtime.open(settings, Database(make_engine(settings.database)))
    try:
        return indexing.rebuild(runtime.database, runtime.the_index())
    finally:
        runtime.close()


def documents(settings: Settings) -> list[ListingDocument]:
    """The documents that the index is filled with, of the listings that `fill` has written."""
    database = Database(make_engine(settings.database))
    with database.reading() as session:
        made = list(indexing.all_documents(session))
    database.close()
    return made
