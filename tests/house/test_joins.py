"""How PostgreSQL is told to join is told for one SELECT, whatever becomes of it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.db import Database, joining_many

pytestmark = pytest.mark.profiles("server")


def _told(session: Session) -> str:
    return str(session.scalar(sa.text("SHOW enable_nestloop")))


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
