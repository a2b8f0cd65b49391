"""The papers of the demo's units: certificates for what their listings claim, most of them verified by the
demo's officer, some that wait, end soon or were refused. Every number says that it is invented.
"""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts import service as accounts
from market.certificates import service as certificates
from market.certificates.models import Certificate
from market.certificates.service import Claim
from market.demo.world import Unit, World
from market.events import Actor
from market.listings.models import Listing, ListingStandard

#: One unit in so many has papers.
ONE_IN = 3


def plan_papers(world: World, session: Session, manager: Unit) -> None:
    """Plan the last weeks of the papers: entered first, looked at by the officer some days later."""
    officer = accounts.get_by_login(session, login="canbo@demo.test")
    actor = Actor(officer.id, channel="demo")
    today = clock.day_of(world.until)
    others = [unit for unit in world.units if unit.listings and unit.party_id != manager.party_id]
    for number, unit in enumerate([manager, *others[::ONE_IN]]):
        _plan_paper(world, unit, actor, number, today)


def _plan_paper(world: World, unit: Unit, officer: Actor, number: int, today: date) -> None:
    # No dice: the story of the figures is thrown with them, and must not change.
    soon = number % 7 == 3
    end = today + timedelta(days=40) if soon else today + timedelta(days=300 + 11 * (number % 40))

    def enter(session: Session) -> None:
        standard = session.scalar(
            sa.select(ListingStandard.standard_code)
            .join(Listing, Listing.id == ListingStandard.listing_id)
            .where(Listing.party_id == unit.party_id)
            .order_by(ListingStandard.standard_code, Listing.id)
            .limit(1)
        )
        if standard is None:
            return
        made = certificates.claim(
            session,
            actor=unit.actor,
            unit_id=unit.party_id,
            said=Claim(
                standard=standard,
                number=f"DEMO-{standard}-{unit.party_id}",
                issuer="Nơi cấp demo",
                valid_from=clock.today() - timedelta(days=90),
                valid_to=end,
                area_m2=10_000 * (40 + number % 90),
            ),
        )
        world.note("certificates")
        if number % 5 != 4:
            day = today - timedelta(days=14 - number % 4)
            world.plan(day, lambda s: _decide(s, officer, made.id, refuse=number % 9 == 8))

    world.plan(today - timedelta(days=22 - number % 6), enter)


def _decide(session: Session, officer: Actor, certificate_id: int, *, refuse: bool) -> None:
    if refuse:
        certificates.refuse(
            session,
            actor=officer,
            places=None,
            certificate_id=certificate_id,
            reason="Bản chụp không đọc được số. Đơn vị mang bản gốc đến Sở (dữ liệu demo).",
        )
        return
    certificates.verify(
        session,
        actor=officer,
        places=None,
        certificate_id=certificate_id,
        version=session.get_one(Certificate, certificate_id).version,
        ground="original",
    )
