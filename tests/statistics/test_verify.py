"""``market figures verify`` names every stored value that its history does not bear out, and only those."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, worker
from market.links import conditions
from market.links import service as links
from market.links.models import (
    Commitment,
    CommitmentMove,
    Delivery,
    DeliveryState,
    Link,
    LinkState,
    LinkTerms,
)
from market.listings import service as listings
from market.listings.models import Listing, ListingState, Lot, LotChange
from market.parties import service as parties
from market.parties.models import Party, PartyKind, PartyMembers, PartyName, PartyPlace, PartyStatus
from market.statistics import verify
from tests.make import SHELL, make_buyer, make_unit
from tests.trade import TONNE, deliver, make_link, make_listing

START = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def traded(session: Session) -> None:
    """A unit with a past, a listing, an agreement with a contract, a delivery, and a loss."""
    worker.subscribe_all()
    with clock.at(START):
        seller, buyer = make_unit(session), make_buyer(session)
        listing, (lot,) = make_listing(session, seller)
        link = make_link(session, seller, buyer, listing, volume=4 * TONNE)
        clock.move(START + timedelta(days=5))
        conditions.record_contract(
            session, actor=seller.actor, party_id=seller.party.id, link_id=link.id, number="7", on_date=START
        )
        deliver(session, seller, buyer, link, TONNE, on_date=START + timedelta(days=2))
        listings.report_loss(
            session, actor=SHELL, lot_id=lot.id, amount=7 * TONNE, cause="storm", on_date=clock.today()
        )
        clock.move(START + timedelta(days=9))
        links.end_link(session, actor=buyer.actor, party_id=buyer.party.id, link_id=link.id)
        listings.pause(session, actor=SHELL, listing_id=listing.id)
        # Learned late: neither holds now.
        for day in (START + timedelta(days=8), START + timedelta(days=1)):
            parties.report_members(
                session, actor=SHELL, party_id=seller.party.id, official=day.day, associate=1, on_date=day
            )
            parties.rename_party(
                session, actor=SHELL, party_id=seller.party.id, name=f"Tên {day.day}", on_date=day
            )
    session.commit()


def test_what_the_services_wrote_equals_its_history(session: Session) -> None:
    assert list(verify.differences(session)) == []


STORED = [
    (Lot, {"volume": Lot.volume + 5}, "lot {id}: volume 3000005, its changes add up to 3000000"),
    (Lot, {"committed": Lot.committed + 1}, "lot {id}: committed 1000001, by committed 1000000"),
    (Link, {"state": "fulfilled"}, "link {id}: state is fulfilled, its history says ended_early"),
    (Link, {"volume": 1}, "link {id}: volume is 1, its history says 4000000"),
    (Link, {"value": 1}, "link {id}: value is 1, its history says 37600000"),
    (Link, {"kind": "season"}, "link {id}: kind is season, its history says spot"),
    (Link, {"form": 3}, "link {id}: form is 3, its history says None"),
    (Link, {"contract": "seen"}, "link {id}: contract is seen, its history says uploaded"),
    (Listing, {"state": "published"}, "listing {id}: state is published, its history says paused"),
    (Delivery, {"state": "settled"}, "delivery {id}: state is settled, its history says confirmed"),
    (Delivery, {"accepted": 2}, "delivery {id}: accepted is 2, its history says 1000000"),
    (Delivery, {"value": 3}, "delivery {id}: value is 3, its history says 9400000"),
    (Party, {"status": "stopped"}, "party {id}: status is stopped, its history says active"),
    (Party, {"kind": "group"}, "party {id}: kind is group, its history says cooperative"),
    (Party, {"name": "Ai đó"}, "party {id}: name is Ai đó, its history says Tên 10"),
    (Party, {"place_id": None}, "party {id}: place_id is None, its history says"),
    (Party, {"former_place_id": 1}, "party {id}: former_place_id is 1, its history says None"),
    (Party, {"members": 9}, "party {id}: members is 9, its history says 11"),
    (Party, {"members": None}, "party {id}: members is None, its history says 11"),
]


@pytest.mark.parametrize(("table", "values", "said"), STORED, ids=lambda value: str(value)[:40])
def test_a_stored_value_that_was_tampered_with_is_named(
    session: Session, table: type, values: dict[str, object], said: str
) -> None:
    row_id = session.scalar(sa.select(sa.func.min(table.id)))
    session.execute(sa.update(table).where(table.id == row_id).values(**values))
    found = list(verify.differences(session))
    assert found, "nothing noticed"
    assert found[0].startswith(said.format(id=row_id))
    # A lot's committed is held against two histories; everything else is named once.
    assert len(found) == (2 if "committed" in values else 1)


HISTORIES = [
    (LotChange, {"amount": LotChange.amount + 1}, "lot"),
    (CommitmentMove, {"amount": CommitmentMove.amount + 1}, "lot"),
    (Commitment, {"released": Commitment.released + 1}, "lot"),
    (LinkState, {"state": "provisional"}, "link"),
    (LinkTerms, {"volume": 7}, "link"),
    (ListingState, {"state": "draft"}, "listing"),
    (DeliveryState, {"accepted": 7}, "delivery"),
    (PartyStatus, {"status": "stopped"}, "party"),
    (PartyKind, {"kind": "institution"}, "party"),
    (PartyName, {"name": "Ai đó"}, "party"),
    (PartyPlace, {"place_id": None}, "party"),
    (PartyMembers, {"official": 77}, "party"),
]


@pytest.mark.parametrize(("table", "values", "owner"), HISTORIES, ids=lambda value: str(value)[:40])
def test_a_history_that_was_tampered_with_is_noticed(
    session: Session, table: type, values: dict[str, object], owner: str
) -> None:
    session.execute(sa.update(table).values(**values))
    found = list(verify.differences(session))
    assert found, "nothing noticed"
    assert all(line.startswith(f"{owner} ") for line in found)


HISTORY_OF = sorted({table for table, _, _ in HISTORIES} - {Commitment}, key=lambda table: table.__name__)


@pytest.mark.parametrize("table", HISTORY_OF, ids=lambda table: table.__name__)
def test_a_history_that_is_gone_is_noticed(session: Session, table: type) -> None:
    session.execute(sa.delete(table))
    assert list(verify.differences(session))
