"""Commands beside ``market serve``, a process of its own: it alone writes the index, so they ask it and wait;
what they write in the database it follows.
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from market import worker
from market.changes import IndexState
from market.listings import jobs
from tests import make, trade
from tests.processes import client, wait_for
from tests.shell.conftest import Shell
from tests.shell.test_index import behind_its_back, stocked


@pytest.fixture(autouse=True)
def _listening() -> None:
    worker.subscribe_all()


@pytest.mark.long
def test_beside_a_serving_process_commands_ask_it_and_are_followed(shell: Shell) -> None:
    ids = stocked(shell)
    log = shell.folder / "serve.log"
    with shell.serving() as url:
        assert shell.here("index", "rebuild").out == "index: 3 listings\n"
        assert shell.here("index", "sync", "--json").json == {"changes": 0}
        fine = shell.here("index", "verify")
        assert (fine.code, fine.out, fine.err) == (0, "index: 3 listings\nno difference\n", "")

        behind_its_back(shell, ids[2], title="Một tên khác")
        differs = shell.here("index", "verify")
        assert differs.code == 1
        assert differs.err == "market: index and database differ: run 'market index rebuild'\n"
        assert f"out of date: {ids[2]}" in differs.out
        found = shell.here("index", "verify", "--json")
        assert (found.code, found.json["stale"]) == (1, [ids[2]])
        assert shell.here("index", "rebuild").code == 0
        assert shell.here("index", "verify").code == 0

        with shell.database() as database, database.reading() as session:
            asked = sa.select(IndexState.name).where(IndexState.name.startswith(jobs.REQUEST))
            assert session.scalars(asked).all() == [], "an answered request is taken away"

        # What another process commits the serving one follows by itself.
        with shell.database() as database, database.session(write=True) as session:
            more = trade.make_listing(session, make.make_unit(session), title="Lúa vừa gặt xong")[0].id
        wait_for(lambda: f"/listings/{more}" in _read(url + "/listings?q=vua+gat"), log)
        assert shell.here("search", "vua gat", "--json").json["hits"][0]["id"] == more

        accounts_are_known_at_once(shell, url)
        demo_is_marked_as_soon_as_it_is_there(shell, url)
        assert shell.here("worker", "--once").code == 0
        assert shell.here("migrate").code == 0

        if shell.settings.embedded_index:
            second = shell.here("serve", "--port", "1")
            assert "locked" in second.refused()
    assert shell.here("index", "verify").code == 0, "and the lock is free again"


def _read(url: str) -> str:
    with client() as asking:
        return asking.get(url).text


def accounts_are_known_at_once(shell: Shell, url: str) -> None:
    """Whoever is added by the shell signs in on the served pages."""
    add = ("user", "add", "--role", "admin", "--login", "a@vidu.test")
    assert shell.here(*add, stdin=make.PASSWORD + "\n").code == 0
    with client(url) as asking:
        asking.follow_redirects = True
        page = asking.get("/account/sign-in").text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        typed = {"csrf_token": token, "login": "a@vidu.test", "password": make.PASSWORD}
        answer = asking.post("/account/sign-in", data=typed)
        assert answer.status_code == 200
        assert answer.url.path == "/department"
        assert "server" not in answer.headers


def demo_is_marked_as_soon_as_it_is_there(shell: Shell, url: str) -> None:
    mark = "demo-mark"
    assert mark not in _read(url)
    with shell.database() as database, database.session(write=True) as session:
        make.make_unit(session, is_demo=True)
    wait_for(lambda: mark in _read(url))
