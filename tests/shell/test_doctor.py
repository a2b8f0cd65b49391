"""``market doctor``: what it says of a healthy installation, and of database, schema and index where one of
them is not well; the rest is in test_doctor_ways.py. One fault hides no other, no password is said, and
looking changes nothing.
"""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from market import checks, clock
from market.changes import Change
from tests import make
from tests.notices import ways_out
from tests.processes import wait_for
from tests.profiles import Profile
from tests.services import as_superuser
from tests.shell.conftest import Shell
from tests.shell.test_general import PRODUCTION
from tests.shell.test_index import stocked

NAMES = ["settings", "database", "schema", "passwords", "index", "files", "mail", "clock"]
SECRET = "hunter2"


def said(shell: Shell) -> dict[str, dict[str, Any]]:
    """What the doctor says by name, after checking its form."""
    done = shell.here("doctor", "--json")
    document = done.json
    assert set(document) == {"ok", "checks"}
    assert [set(one) for one in document["checks"]] == [{"name", "ok", "words"}] * len(NAMES)
    assert [one["name"] for one in document["checks"]] == NAMES
    assert all(one["words"] and "\n" not in one["words"] for one in document["checks"])
    assert document["ok"] is all(one["ok"] for one in document["checks"])
    assert done.code == (0 if document["ok"] else 1)
    names = ", ".join(one["name"] for one in document["checks"] if not one["ok"])
    assert done.err == (f"market: not all is well: {names}\n" if names else "")
    return {one["name"]: one for one in document["checks"]}


def wrong(shell: Shell) -> dict[str, str]:
    """The words of all that is not ok."""
    return {name: one["words"] for name, one in said(shell).items() if not one["ok"]}


def made_healthy(shell: Shell) -> Shell:
    """With nothing to complain about."""
    assert shell.here("index", "rebuild").code == 0
    return shell


@pytest.fixture
def healthy(shell: Shell) -> Shell:
    return made_healthy(shell)


def test_all_is_well_after_migrating_and_a_rebuild(shell: Shell) -> None:
    stocked(shell)
    assert shell.here("index", "rebuild").code == 0
    before = shell.dump()
    found = said(shell)
    assert wrong(shell) == {}
    words = {name: one["words"] for name, one in found.items()}
    assert words["settings"].startswith("development")
    if shell.settings.embedded_index:
        assert str(shell.folder / "market.sqlite") in words["database"]
        assert str(shell.folder / "index") in words["index"]
    else:
        assert words["database"].startswith("PostgreSQL 18.")
        assert f"Meilisearch at {shell.settings.search_url}, key accepted" in words["index"]
        assert "the database's agrees" in words["clock"]
    assert "3 listings; waiting changes: 0" in words["index"]
    assert f"{shell.folder}, " in words["files"]
    assert "GB free" in words["files"]
    assert "MARKET_SMTP_URL is not set" in words["mail"]
    assert "waiting messages: 1, given up in 7 days: 0" in words["mail"], "the cooperative was welcomed"
    assert "Asia/Ho_Chi_Minh" in words["clock"]
    assert shell.dump() == before, "looking changes nothing"


@pytest.mark.profiles("embedded")
def test_for_people_it_is_a_line_each_and_the_code_says_the_same(healthy: Shell) -> None:
    done = healthy.process("doctor")
    assert (done.code, done.err) == (0, "")
    assert [line.split(", ")[0] for line in done.out.splitlines()] == [f"{name}: ok" for name in NAMES]
    done = healthy.process("doctor", "--json")
    assert (done.code, done.err, json.loads(done.out)["ok"]) == (0, "", True)
    healthy.environment = {"MARKET_SMTP_URL": "smtp://"}
    done = healthy.here("doctor")
    assert (done.code, done.err) == (1, "market: not all is well: mail\n")
    assert [line.split(", ")[0] for line in done.out.splitlines()] == [
        f"{name}: {'NOT OK' if name == 'mail' else 'ok'}" for name in NAMES
    ]
    assert healthy.here("doctor", "--wrong").code == 2


def test_it_looks_at_what_it_is_asked_to_alone(healthy: Shell) -> None:
    healthy.environment = {"MARKET_SMTP_URL": "nonsense"}
    assert healthy.here("doctor").code == 1
    few = healthy.here("doctor", "--only", "database", "--only", "index", "--json")
    assert (few.code, [one["name"] for one in few.json["checks"]]) == (0, ["database", "index"])
    assert healthy.here("doctor", "--only", "weather").code == 2


def test_without_tables_it_says_to_migrate_and_makes_nothing(bare: Shell) -> None:
    found = wrong(bare)
    assert "run 'market migrate'" in found["schema"]
    assert "index rebuild" in found["index"]
    assert "waiting changes not looked at" in found["index"]
    assert set(found) == {"schema", "index"} | ({"database"} if bare.settings.embedded_index else set())
    assert not bare.folder.exists()
    assert bare.here("migrate").code == 0
    assert set(wrong(bare)) == {"index"}


def test_an_older_schema_is_to_be_migrated(healthy: Shell) -> None:
    with healthy.database() as database, database.writing() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    found = wrong(healthy)
    assert set(found) == {"schema"}
    assert "run 'market migrate'" in found["schema"]


@pytest.mark.parametrize(
    "address",
    [
        f"mysql://market:{SECRET}@localhost/market",
        f"no address, {SECRET}",
        f"postgresql://market:{SECRET}@localhost:port/market",
        f"postgresql://market:a@{SECRET}@localhost/market",
        f"postgresql://market:a@b/{SECRET}@localhost/market",
        f"postgresql://market:a@b:{SECRET}@localhost/market",
        f"postgresql://market:{SECRET}@127.0.0.1:CLOSED/market",
        f"postgresql://127.0.0.1:CLOSED/market?password={SECRET}",
    ],
)
def test_a_wrong_database_hides_nothing_else(healthy: Shell, address: str) -> None:
    healthy.environment = {
        "MARKET_DATABASE_URL": address.replace("CLOSED", str(ways_out.closed_port())),
        "MARKET_SMTP_URL": f"smtp://127.0.0.1:{ways_out.closed_port()}",
    }
    found = said(healthy)
    assert not found["database"]["ok"]
    assert "MARKET_DATABASE_URL: " in found["database"]["words"]
    assert found["schema"] == {
        "name": "schema", "ok": False, "words": "not looked at: the database does not answer",
    }  # fmt: skip
    assert found["index"]["ok"]
    assert "0 listings; waiting changes not looked at: the database" in found["index"]["words"]
    assert found["files"]["ok"]
    assert not found["mail"]["ok"]
    assert "messages not looked at: the database" in found["mail"]["words"]
    assert "not compared" in found["clock"]["words"]
    assert SECRET not in str(found)
    assert SECRET not in healthy.here("doctor").out


@pytest.mark.profiles("embedded")
def test_a_database_that_is_none_is_said(healthy: Shell, profile: Profile) -> None:
    profile.lose_database(healthy.settings)
    found = wrong(healthy)
    assert set(found) == {"database", "schema"}
    assert "not a database" in found["database"]


@pytest.mark.profiles("embedded")
def test_a_writer_that_never_ends_is_waited_for_only_so_long(
    healthy: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "PATIENCE", 0)
    with healthy.database() as database, database.writing() as session:
        session.connection()
        begun = time.monotonic()
        found = wrong(healthy)
        assert time.monotonic() - begun < 10
    assert set(found) == {"database"}
    assert "another process writes" in found["database"]
    assert wrong(healthy) == {}


@pytest.mark.profiles("server")
def test_a_database_that_only_reads_is_said(healthy: Shell) -> None:
    with healthy.database() as database, database.writing() as session:
        name = database.engine.url.database
        session.execute(sa.text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
    found = wrong(healthy)
    assert set(found) == {"database"}
    assert "MARKET_DATABASE_URL" in found["database"]
    assert "no writes" in found["database"]


@pytest.mark.profiles("server")
def test_an_account_that_may_change_the_log_is_said(healthy: Shell) -> None:
    healthy.environment = {"MARKET_DATABASE_URL": as_superuser(healthy.settings.database)}
    assert "may change the log" in said(healthy)["schema"]["words"]
    healthy.environment |= PRODUCTION
    assert "superuser" in wrong(healthy)["schema"]


def test_beside_a_serving_process_all_is_well(healthy: Shell) -> None:
    with healthy.serving():
        stocked(healthy, 1)
        # Whoever keeps the index is at work by then.
        wait_for(lambda: "1 listings; waiting changes: 0" in said(healthy)["index"]["words"])
        assert wrong(healthy) == {}


def test_an_index_that_is_gone_is_to_be_rebuilt(healthy: Shell, profile: Profile) -> None:
    profile.lose_index(healthy.settings)
    found = wrong(healthy)
    assert set(found) == {"index"}
    assert "market index rebuild" in found["index"]
    assert "waiting changes: 0" in found["index"], "what else there is to say of it is still said"


def test_a_search_server_that_does_not_answer_is_said(healthy: Shell) -> None:
    port = ways_out.closed_port()
    healthy.environment = {"MARKET_SEARCH_URL": f"http://market:a@b/{SECRET}@127.0.0.1:{port}"}
    found = wrong(healthy)
    assert set(found) == {"index"}
    assert "MARKET_SEARCH_URL" in found["index"]
    assert f"http://***@127.0.0.1:{port}" in found["index"]
    assert SECRET not in str(said(healthy))


@pytest.mark.profiles("server")
def test_a_search_servers_password_is_not_said_when_it_refuses_the_key(healthy: Shell) -> None:
    address = healthy.settings.search_url.replace("//", f"//market:{SECRET}@")
    healthy.environment = {"MARKET_SEARCH_URL": address}
    found = wrong(healthy)  # a password in the address is sent in the key's place
    assert set(found) == {"index"}
    assert "MARKET_SEARCH_KEY: the search server at http://***@127.0.0.1" in found["index"]
    assert SECRET not in found["index"]


@pytest.mark.profiles("server")
def test_a_key_that_is_refused_is_named_beside_a_database_that_is_wrong(healthy: Shell) -> None:
    healthy.environment = {
        "MARKET_SEARCH_KEY": SECRET,
        "MARKET_DATABASE_URL": f"postgresql://127.0.0.1:{ways_out.closed_port()}/market",
    }
    found = wrong(healthy)
    assert set(found) == {"database", "schema", "index"}
    assert "MARKET_SEARCH_KEY" in found["index"]
    assert "market index key" in found["index"]
    assert SECRET not in str(found)


def test_changes_that_nobody_follows_are_said(healthy: Shell) -> None:
    stocked(healthy, 2)
    found = said(healthy)["index"]
    with healthy.database() as database, database.writing() as session:
        waiting = make.count_rows(session, Change)
        assert found["ok"]
        assert f"waiting changes: {waiting}" in found["words"]
        session.execute(
            sa.update(Change).values(touched_at=clock.now() - checks.LATE + timedelta(seconds=30))
        )
    assert wrong(healthy) == {}, "not for long yet"
    with clock.at(clock.now() + timedelta(minutes=1)):
        late = said(healthy)["index"]
    assert not late["ok"]
    assert f"waiting changes: {waiting}, the oldest for 5 min" in late["words"]
    who = "serve" if healthy.settings.embedded_index else "worker"
    assert f"is 'market {who}' running?" in late["words"]
