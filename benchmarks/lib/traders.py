"""People who trade in the market that `agreements.py` fills: somebody for each unit and some buyers, signed
in, each with a password; what can be asked for; and inquiries that wait for an answer.
"""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts import service as accounts
from market.accounts import sessions
from market.accounts.models import User
from market.catalogue.models import Product
from market.db import Database
from market.listings.models import Listing, Lot
from market.parties.models import Party
from tests import make
from tests.trade import TONNE, make_inquiry, propose

BUYERS = 100
#: Inquiries that wait from the beginning, so that there is something to accept.
WAITING = 50
LEAST = TONNE // 10


@dataclass(frozen=True, slots=True)
class Trader:
    """Somebody who acts for a party: how they sign in, and the token of a session."""

    party_id: int
    login: str
    token: str


@dataclass(frozen=True, slots=True)
class Lead:
    """A listing that still has something, from a day to another, and whose it is."""

    listing_id: int
    seller_id: int
    first: str
    last: str


@dataclass(slots=True)
class Traders:
    """Who there is, and what they have yet to do: every listing is asked for once. ``waiting``: inquiries
    with the session of whoever may accept them.
    """

    sellers: dict[int, Trader]
    buyers: list[Trader]
    leads: deque[Lead]
    waiting: deque[tuple[int, str]]


def gather(database: Database) -> Traders:
    """Make the accounts, open their sessions, and have some of the buyers ask."""
    dice = random.Random(9)
    with database.session(write=True) as session:
        sellers = {
            party_id: _seller(session, party_id)
            for party_id in session.scalars(sa.select(Party.id).where(Party.kind == "cooperative"))
        }
        sides = [make.make_buyer(session) for _ in range(BUYERS)]
        for side in sides:
            side.party.identity_level = "papers"  # else a limit would hold them
        buyers = [Trader(side.party.id, side.login, _token(session, side.user)) for side in sides]
        leads = _leads(session, dice)
        waiting = deque[tuple[int, str]]()
        for _ in range(min(WAITING, len(leads) // 10)):
            lead = leads.popleft()
            proposal = propose(LEAST, days=1)
            listing = session.get_one(Listing, lead.listing_id)
            inquiry = make_inquiry(session, dice.choice(sides), listing, proposal=proposal)
            waiting.append((inquiry.id, sellers[lead.seller_id].token))
        session.commit()
    return Traders(sellers, buyers, leads, waiting)


def _seller(session: Session, party_id: int) -> Trader:
    login = f"htx{party_id}@vidu.test"
    user = accounts.create_user(
        session, name=f"Giám đốc {party_id}", email=login, password_hash=make.password_hash()
    )
    accounts.grant_membership(session, user_id=user.id, party_id=party_id)
    session.flush()
    return Trader(party_id, login, _token(session, user))


def _token(session: Session, user: User) -> str:
    return sessions.open_session(session, user=user, device="load").token


def _leads(session: Session, dice: random.Random) -> deque[Lead]:
    """Listings sold by weight that have some left today, in any order."""
    today = clock.today()
    rows = session.execute(
        sa.select(Lot.listing_id, Listing.party_id, sa.func.max(Lot.to_date).label("last"))
        .join(Listing, Listing.id == Lot.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .where(Product.unit == "gram", Lot.from_date <= today, Lot.to_date >= today)
        .where(Lot.volume - Lot.committed >= LEAST)
        .group_by(Lot.listing_id, Listing.party_id)
        .order_by(Lot.listing_id)
    ).all()
    found = [Lead(row.listing_id, row.party_id, today.isoformat(), row.last.isoformat()) for row in rows]
    dice.shuffle(found)
    return deque(found)
