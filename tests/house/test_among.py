"""Ids are given to a statement as one value, so that it is one statement however many they are."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.db import among
from market.listings.models import Listing
from market.parties.models import Party

THERE = (1, 2, 3, 2**62)


@pytest.mark.every_case
@pytest.mark.parametrize("ids", [[], [2], [2**62, 1, 2, 2], list(range(2, 3_000))], ids=len)
def test_those_are_found_that_are_named_by_one_and_the_same_statement(
    session: Session, ids: list[int]
) -> None:
    numbers = sa.union_all(*(sa.select(sa.literal(one, sa.BigInteger()).label("n")) for one in THERE))
    found = numbers.subquery()
    asked = sa.select(found.c.n).where(among(found.c.n, "ids"))
    sent: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        sent.append(statement)

    bind = session.connection()
    sa.event.listen(bind, "before_cursor_execute", note)
    try:
        assert sorted(session.scalars(asked, {"ids": ids})) == sorted(set(THERE) & set(ids))
        assert session.scalars(asked, {"ids": [1]}).all() == [1]
    finally:
        sa.event.remove(bind, "before_cursor_execute", note)
    assert len(sent) == 2
    assert len(set(sent)) == 1


@pytest.mark.profiles("embedded")
def test_they_are_looked_up_and_not_looked_for(session: Session) -> None:
    asked = sa.select(Listing.id, Party.name).join(Party, Party.id == Listing.party_id)
    statement = asked.where(among(Listing.id, "ids")).compile(session.get_bind())
    plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", ("[1, 2]",))
    assert any(row[3].startswith("SEARCH listings USING INTEGER PRIMARY KEY") for row in plan)
