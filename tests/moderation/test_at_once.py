"""An officer and a unit at the same instant, with real transactions: what is hidden stays hidden."""

from __future__ import annotations

import threading

import sqlalchemy as sa

from market.db import Database
from market.listings.models import Listing
from market.moderation import hiding
from tests import make, trade

#: Seconds within which a unit that waits for nobody has long published.
AMPLE = 2


def test_what_is_published_while_all_is_being_hidden_is_hidden(own_database: Database) -> None:
    with own_database.session(write=True) as session:
        seller, officer = make.make_unit(session), make.make_officer(session)
        party_id, actor = seller.party.id, officer.actor

    def publish() -> None:
        with own_database.session(write=True) as session:
            trade.make_listing(session, seller, title="Lúa vừa đăng")

    unit = threading.Thread(target=publish)
    with own_database.session(write=True) as session:
        hiding.hide(
            session, actor=actor, party_id=party_id, listing_id=None, reason="unlawful", words="Hàng cấm"
        )
        session.flush()
        unit.start()
        unit.join(AMPLE)
        session.commit()
    unit.join()
    with own_database.reading() as session:
        assert session.scalars(sa.select(Listing.hidden)).all() == [True]
