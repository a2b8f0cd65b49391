"""One of many that trade by dice at the same time, as a process of its own that may be killed at any moment:
``python -m tests.house.racer DATABASE JOURNAL SEED DEEDS``. Each deed is one transaction. What came of it is
one line of the journal, written only after the commit; started again, the process goes on where it ends.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from market import worker
from market.accounts.models import Membership
from market.db import Database
from market.demands.models import Demand
from market.engine import make_engine
from market.errors import MarketError
from market.events import Actor, EventRow
from market.inquiries.models import Inquiry, Offer
from market.links.models import Amendment, Commitment, CommitmentMove, Delivery, DeliveryClaim, Link
from market.listings.models import Listing, Lot, LotChange
from market.parties.models import Party
from tests import random_trade
from tests.random_trade import NothingToDo, Trade

#: Rows that are only ever added: what a deed has written of them must be there for good.
KEPT: dict[str, Any] = {
    table.__tablename__: table
    for table in (
        Amendment, Commitment, CommitmentMove, Delivery, DeliveryClaim, Demand, EventRow, Inquiry, Link,
        Listing, Lot, LotChange, Offer,
    )
}  # fmt: skip


def entries(journal: Path) -> list[dict[str, Any]]:
    """What the journal holds, deed by deed: its name, whether it was done or refused, the rows it wrote."""
    if not journal.exists():
        return []
    whole, _, _ = journal.read_bytes().rpartition(b"\n")
    return [json.loads(line) for line in whole.splitlines()]


def _sides(session: Session) -> Iterator[dict[int, Actor]]:
    """Who acts for the units, then who acts for the buyers."""
    rows = session.execute(
        sa.select(Party.id, Party.buyer_kind, Membership.user_id)
        .join(Membership, Membership.party_id == Party.id)
        .order_by(Party.id)
    ).all()
    for buys in (False, True):
        yield {row.id: Actor(row.user_id, row.id) for row in rows if (row.buyer_kind is not None) is buys}


def _note(written: list[Any], session: Session, _context: Any) -> None:
    written.extend(session.new)


def _deed(database: Database, dice: Random, sides: tuple[dict[int, Actor], ...]) -> dict[str, Any]:
    """Do one thing in one transaction, and say what came of it."""
    while True:
        name, written, refused = random_trade.choose(dice), [], ""
        try:
            with database.writing() as session:
                event.listen(session, "after_flush", partial(_note, written))
                Trade(session, dice, *sides).do(name)
                session.flush()
                # What was tried on a savepoint and taken back is none of it.
                stands = [row for row in written if sa.inspect(row).persistent]
        except NothingToDo:
            continue
        except MarketError as refusal:
            refused, stands = type(refusal).__name__, []
        rows: dict[str, list[int]] = {}
        for row in stands:
            if row.__tablename__ in KEPT:
                rows.setdefault(row.__tablename__, []).append(sa.inspect(row).identity[0])
        return {"deed": name, "refused": refused, "rows": rows}


def main(url: str, journal: Path, seed: str, deeds: int) -> None:
    """Go on until the journal holds so many deeds."""
    worker.subscribe_all()
    database = Database(make_engine(url, pool_size=1))
    with database.reading() as session:
        sides = tuple(_sides(session))
    with journal.open("ab", buffering=0) as file:
        for number in range(len(entries(journal)), deeds):
            done = _deed(database, Random(f"{seed} {number}"), sides)
            file.write(json.dumps(done).encode() + b"\n")
    database.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
