"""A statement that takes too long is ended where it runs, with words for whoever still waits, and nothing of
what it belonged to is kept. PostgreSQL alone can be told so; jobs and commands may take their time.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import engine
from market.app import create_app
from market.catalogue.models import Sector
from market.db import Database
from market.settings import Settings
from market.web.session import Db
from tests.pages import Browser
from tests.profiles import Profile

pytestmark = pytest.mark.profiles("server")

SLEEP = sa.text("SELECT pg_sleep(3)")


@pytest.fixture
def impatient(profile: Profile, settings: Settings) -> Iterator[Browser]:
    """The application with statements of half a second at most, and two routes that want three."""
    made = engine.make_engine(settings.database, longest=0.5)
    app = create_app(settings, database=Database(made), background=False)

    @app.get("/slow")
    def slow(session: Db) -> str:
        session.execute(SLEEP)
        return "done"

    @app.post("/slow")
    def slow_write(session: Db) -> str:
        session.add(Sector(code="slow", name_vi="Chậm", name_en="Slow", position=99))
        session.flush()
        session.execute(SLEEP)
        return "done"

    with Browser(app) as here:
        yield here
    made.dispose()


def test_whoever_asks_for_too_much_is_told_in_words(impatient: Browser) -> None:
    page = impatient.get("/slow")
    assert page.status == 503
    assert "quá lâu" in page.text
    assert impatient.get("/").status == 200, "the connection serves the next one"


def test_nothing_of_what_took_too_long_is_kept(impatient: Browser, session: Session) -> None:
    answer = impatient.client.post("/slow", headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 503
    assert "vẫn còn ở trang trước" in answer.text
    assert session.scalar(sa.select(Sector).where(Sector.code == "slow")) is None


def test_pages_have_the_limit_and_jobs_have_none(profile: Profile, settings: Settings) -> None:
    app = create_app(settings, background=False)
    try:
        for database, wanted in (
            (app.state.database, "45s"),
            (Database(engine.make_engine(settings.database)), "0"),
        ):
            with database.reading() as reading:
                assert reading.scalar(sa.text("SHOW statement_timeout")) == wanted
            database.close()
    finally:
        app.state.runtime.close()
