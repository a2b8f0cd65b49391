"""``market demo``: fills an empty database with the demo, by living through its years with the services."""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import changes, clock, features, worker
from market.accounts.models import User
from market.db import Database
from market.demo import desk, outlook, papers, pictures, published, trade, yearly
from market.demo import register as demo_register
from market.demo.world import World
from market.errors import Conflict, Misconfigured
from market.parties.models import Party
from market.settings import Settings
from market.shell import Commands, database
from market.statistics import publication
from market.words import t


def register(commands: Commands) -> None:
    """Add the command."""
    demo = commands.add_parser("demo", help="load demo data into an empty database")
    demo.add_argument("--seed", type=int, default=2021)
    demo.add_argument("--scale", type=int, default=1, help="times as many listings, for trials")
    demo.add_argument("--force", action="store_true", help="add to a database that is not empty")
    demo.set_defaults(run=run_demo)


def run_demo(args: argparse.Namespace, settings: Settings) -> int:
    """Load the demo; refused in production, and on a filled database without --force."""
    if settings.production:
        raise Misconfigured("MARKET_ENV: demo data is never loaded in production")
    features.load_models()
    worker.subscribe_all()
    with database(settings) as opened:
        with opened.reading() as session:
            if not args.force and _is_filled(session):
                raise Conflict(t("The database is not empty. Use --force to add the demo to what is there."))
        world = load(opened, seed=args.seed, scale=args.scale)
        world.note("pictures", pictures.put_pictures(opened, files=settings.files))
        with opened.writing() as session:
            for year in publication.list_due(session):
                publication.publish(session, year)
    print(", ".join(f"{count} {what}" for what, count in sorted(world.counts.items())), file=sys.stderr)
    return 0


def _is_filled(session: Session) -> bool:
    return any(session.scalar(sa.select(table.id).limit(1)) is not None for table in (User, Party))


def load(target: Database, *, seed: int = 2021, scale: int = 1) -> World:
    """Live through the demo's years up to now on an open, migrated database."""
    world = World(seed, until=clock.now(), scale=scale)
    with target.reading() as session:
        demo_register.plan_register(world, session)
    trade.plan_trade(world)
    published.plan_published(world)
    outlook.plan_outlook(world)
    yearly.plan_returns(world)
    world.live(target)
    # They have been there for a while: what happens on their desks is told to them.
    with clock.at(world.until - timedelta(days=30)), target.writing() as session:
        manager, buyer = demo_register.make_accounts(world, session)
        papers.plan_papers(world, session, manager)
    desk.plan_desk(world, manager, buyer)
    world.live(target)
    with target.writing() as session:
        changes.wait_from_now(session)
    return world
