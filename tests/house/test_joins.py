"""What is joined to what, and how PostgreSQL is told to join: for one SELECT, whatever becomes of it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from market.db import Database, joining_many
from market.links.models import Delivery, Link
from tests import side_by_side


def _told(session: Session) -> str:
    return str(session.scalar(sa.text("SHOW enable_nestloop")))


@pytest.mark.profiles("server")
@pytest.mark.parametrize("alone", [False, True], ids=["in a transaction", "each by itself"])
def test_the_next_select_is_joined_as_ever(database: Database, alone: bool) -> None:
    with database.looking() if alone else database.session(write=False) as session:
        with joining_many(session):
            assert _told(session) == "off"
        assert _told(session) == "on"
        with pytest.raises(sa.exc.DBAPIError), joining_many(session):
            session.execute(sa.text("SELECT 1 / 0"))
        session.rollback()
        assert _told(session) == "on"


def test_a_select_that_is_tied_to_nothing_is_seen(session: Session) -> None:
    other = aliased(Delivery)
    mine = sa.select(sa.func.count()).where(other.link_id == Delivery.link_id)
    loose, tied = mine.scalar_subquery(), mine.correlate(Delivery).scalar_subquery()

    def asked(number: sa.ScalarSelect[int]) -> sa.Select[int]:
        inner = sa.exists().where(Link.id == Delivery.link_id, Link.volume > number)
        return sa.select(Delivery.id).where(inner)

    session.execute(asked(tied)).all()
    with pytest.raises(AssertionError, match="side by side"):
        session.execute(asked(loose))


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ("SELECT a FROM b, c WHERE d", "FROM b, c WHERE d"),
        ("SELECT a,\nb FROM (SELECT x, y FROM z) AS c, d", "FROM (SELECT x, y FROM z) AS c, d"),
        ("SELECT (SELECT 1 FROM b AS b_1, b WHERE b.c = 1) FROM d", "FROM b AS b_1, b WHERE b.c = 1) FROM d"),
        ("SELECT a FROM b JOIN c ON f(b.x, c.x) ORDER BY a, b", None),
        ("SELECT a, (SELECT 1 FROM b), c FROM d WHERE e IN (1, 2)", None),
        ("SELECT a FROM b WHERE c = 'FROM x, y' GROUP BY a, b", None),
        ("SELECT extract(year FROM a), b FROM c", None),
    ],
)
def test_tables_side_by_side_are_seen_in_the_text(statement: str, wrong: str | None) -> None:
    assert side_by_side.find(statement) == wrong
