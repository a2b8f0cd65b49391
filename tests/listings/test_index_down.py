"""The index away: pages answer from the database and say so, what is written meanwhile waits in the queue,
and nothing is lost when the process ends between commit and push. Healing is in test_search_page.py.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import clock, worker
from market.app import create_app
from market.listings import indexing
from market.runtime import Runtime
from tests import make
from tests.listings.goods import make_listing
from tests.pages import Browser, Page
from tests.profiles import Profile

ROOT = Path(__file__).resolve().parent.parent.parent
Open = Callable[[], Browser]


def titles(page: Page) -> list[str]:
    return sorted(node.text().strip() for node in page.css(".card h3"))


@pytest.fixture
def runtime(app: FastAPI) -> Runtime:
    found: Runtime = app.state.runtime
    return found


def test_whatever_is_asked_is_answered_from_the_database_with_a_word_about_it(
    session: Session, runtime: Runtime, browser: Open
) -> None:
    unit = make.make_unit(session)
    make_listing(session, unit, title="Gạo ST25 thơm")
    make_listing(session, unit, title="Tôm sú", product="tom-su", price_from=180_000, volume=800_000)
    runtime.index = None
    someone = browser()
    for fields, expected in (
        ({}, ["Gạo ST25 thơm", "Tôm sú"]),
        ({"q": "gao st25"}, ["Gạo ST25 thơm"]),
        ({"sector": "shrimp"}, ["Tôm sú"]),
        ({"volume_min": "10 tấn"}, ["Gạo ST25 thơm"]),
        ({"price_max": "20.000", "sort": "price"}, ["Gạo ST25 thơm"]),
        ({"q": "xi măng"}, []),
    ):
        page = someone.get("/listings", **fields)
        assert page.status == 200
        assert page.css(".notice[role=status]"), "the page says that the quick search rests"
        assert titles(page) == expected, fields
    assert someone.get("/").status == 200
    ready = someone.get("/readyz")
    assert (ready.status, ready.response.json()["index"]) == (503, False)
    assert someone.get("/healthz").status == 200


def test_what_is_written_while_the_index_is_away_is_kept_and_indexed_later(
    session: Session, app: FastAPI, runtime: Runtime, browser: Open
) -> None:
    unit = make.make_unit(session)
    manager = browser()
    manager.sign_in(unit.login)
    index, runtime.index = runtime.index, None
    today = clock.today()
    page = manager.get("/listings/new", product="gao-st25").form("/listings").send(
        title="Gạo viết lúc vắng", volume="3 tấn", price_from="18.500", then="publish",
        **{"from": today.isoformat(), "to": (today + timedelta(days=9)).isoformat()},
    )  # fmt: skip
    assert page.status == 200
    worker.run_due(runtime, long=False)
    assert indexing.waiting(session), "without an index nothing is taken off the queue"
    assert titles(manager.get("/listings", q="vang")) == ["Gạo viết lúc vắng"]
    runtime.index = index
    worker.run_due(runtime, long=False)
    assert not indexing.waiting(session)
    back = manager.get("/listings", q="vang")
    assert titles(back) == ["Gạo viết lúc vắng"]
    assert not back.css(".notice[role=status]")
    found = indexing.verify(app.state.database, runtime.the_index())
    assert found.none


#: Opens everything as the server does (the index's lock included), commits a listing, and is gone.
KILLED = """
import os, signal, sys
from market.app import create_app
from market.settings import Settings
from tests import make
from tests.listings.goods import make_listing

app = create_app(Settings.model_validate_json(sys.argv[1]), background=False)
assert app.state.runtime.index is not None
with app.state.database.session(write=True) as session:
    make_listing(session, make.make_unit(session), title="Gạo trước lúc tắt")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_process_killed_between_commit_and_push_loses_nothing(tmp_path: Path, profile: Profile) -> None:
    settings = profile.own(tmp_path)
    killed = subprocess.run([sys.executable, "-c", KILLED, settings.model_dump_json()], check=False, cwd=ROOT)
    assert killed.returncode == -signal.SIGKILL
    app = create_app(settings, background=False)
    with Browser(app) as again:
        with app.state.database.reading() as session:
            assert indexing.waiting(session)
        worker.run_due(app.state.runtime, long=False)
        page = again.get("/listings", q="truoc luc tat")
        assert titles(page) == ["Gạo trước lúc tắt"]
        assert not page.css(".notice[role=status]")
        with app.state.database.reading() as session:
            assert not indexing.waiting(session)
