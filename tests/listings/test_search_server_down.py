"""The search server stopped, stalled or refusing the key: pages answer in time from the database and say so,
the check of readiness names the part, what is written waits, and all heals without a restart.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import worker
from market.app import create_app
from market.db import Database
from market.listings import indexing
from market.settings import Settings
from search import meilisearch_index
from search.errors import SearchUnavailable
from search.meilisearch_client import REST
from tests import make
from tests.listings.goods import make_listing
from tests.listings.test_index_down import titles
from tests.pages import Browser
from tests.services import MASTER_KEY, Meilisearch, meilisearch_server

pytestmark = pytest.mark.profiles("server")

#: Seconds within which a page answers, whatever the search server does.
IN_TIME = 3.0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Meilisearch]:
    with meilisearch_server(tmp_path / "meilisearch") as found:
        yield found


@pytest.fixture
def settings(settings: Settings, server: Meilisearch) -> Settings:
    """Those of the profile, with a search server of the test's own."""
    key = meilisearch_index.make_key(server.url, master_key=MASTER_KEY, name="market")
    return settings.model_copy(update={"search_url": server.url, "search_key": key, "search_index": "market"})


@pytest.fixture
def app(settings: Settings, database: Database) -> FastAPI:
    return create_app(settings, database=database, background=False)


@contextmanager
def stopped(server: Meilisearch) -> Iterator[None]:
    server.stop(kill=True)
    yield
    server.start()


@contextmanager
def stalled(server: Meilisearch) -> Iterator[None]:
    """It takes connections and never answers."""
    assert server.process
    server.process.send_signal(signal.SIGSTOP)
    yield
    server.process.send_signal(signal.SIGCONT)


@contextmanager
def refusing(server: Meilisearch) -> Iterator[None]:
    """It does not know the application's key."""
    own = [one for one in server.master.get_keys().results if one.indexes == ["market*"]]
    assert own
    for one in own:
        server.master.delete_key(one.uid)
    yield
    meilisearch_index.make_key(server.url, master_key=MASTER_KEY, name="market")


@pytest.mark.parametrize("trouble", [stopped, stalled, refusing])
def test_pages_answer_in_time_and_all_heals_without_a_restart(
    session: Session,
    app: FastAPI,
    server: Meilisearch,
    browser: Callable[[], Browser],
    trouble: Callable[[Meilisearch], AbstractContextManager[None]],
) -> None:
    unit = make.make_unit(session)
    make_listing(session, unit, title="Gạo ST25 có sẵn")
    worker.run_due(app.state.runtime, long=False)
    someone = browser()
    assert someone.get("/readyz").response.json() == {"ready": True, "database": True, "index": True}
    assert not someone.get("/listings", q="gao st25").css(".notice[role=status]")

    with trouble(server):
        for number in range(6):
            began = time.perf_counter()
            page = someone.get("/listings", q="gao st25") if number % 2 else someone.get("/")
            assert page.status == 200
            assert time.perf_counter() - began < IN_TIME
            if number % 2:
                assert page.css(".notice[role=status]"), "the page says that the quick search rests"
                assert titles(page) == ["Gạo ST25 có sẵn"]
        began = time.perf_counter()
        ready = someone.get("/readyz")
        assert time.perf_counter() - began < IN_TIME
        assert ready.status == 503
        assert ready.response.json() == {"ready": False, "database": True, "index": False}
        assert someone.get("/healthz").status == 200
        make_listing(session, unit, title="Gạo viết lúc vắng")
        with pytest.raises(SearchUnavailable):
            worker.run_due(app.state.runtime, long=False)
        assert indexing.waiting(session)
        assert sorted(titles(someone.get("/listings", q="gao"))) == ["Gạo ST25 có sẵn", "Gạo viết lúc vắng"]

    time.sleep(REST)
    worker.run_due(app.state.runtime, long=False)
    healed = someone.get("/listings", q="gao")
    assert not healed.css(".notice[role=status]")
    assert sorted(titles(healed)) == ["Gạo ST25 có sẵn", "Gạo viết lúc vắng"]
    assert someone.get("/readyz").status == 200
    assert indexing.verify(app.state.database, app.state.runtime.the_index()).none
