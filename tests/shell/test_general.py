"""``market migrate``, ``worker``, ``serve``, ``demo``: what they do on good days, and the one line they leave
on bad ones.
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from market import clock, commands, worker
from market.catalogue.models import Product
from market.changes import Change
from market.inquiries import service as inquiries
from market.inquiries.models import Inquiry
from market.notices.models import Message
from market.places.models import Place
from tests import make, trade
from tests.notices import ways_out
from tests.shell.conftest import Shell

PRODUCTION = {
    "MARKET_ENV": "production",
    "MARKET_SECRET_KEY": "a key of at least thirty-two signs, for tests",
    "MARKET_BASE_URL": "https://cho.vidu.test",
    "MARKET_OPERATOR": "Đơn vị thử nghiệm",
}


def test_migrating_twice_is_migrating_once(bare: Shell) -> None:
    first = bare.here("migrate")
    assert (first.code, first.out) == (0, ""), first.err
    assert "Traceback" not in first.err
    before = bare.dump()
    with bare.database() as database, database.reading() as session:
        assert make.count_rows(session, Place) > 100
        assert make.count_rows(session, Product) > 10
    assert bare.here("migrate").code == 0
    assert bare.dump() == before


def test_migrating_keeps_what_is_there(shell: Shell) -> None:
    with shell.database() as database, database.session(write=True) as session:
        make.make_unit(session)
    before = shell.dump()
    assert shell.here("migrate").code == 0
    assert shell.dump() == before


def test_without_tables_every_command_says_to_migrate(bare: Shell) -> None:
    for arguments in (
        ("user", "add", "--role", "admin", "--login", "a@vidu.test"),
        ("token", "add", "--login", "a@vidu.test"),
        ("index", "rebuild"),
        ("worker", "--once"),
        ("demo",),
    ):
        refused = bare.here(*arguments, stdin=make.PASSWORD + "\n").refused()
        assert "market migrate" in refused, arguments
    served = bare.here("serve", "--port", str(ways_out.closed_port()))
    assert "market migrate" in served.refused()


@pytest.mark.profiles("embedded")
def test_a_database_that_is_none_is_one_line(bare: Shell) -> None:
    bare.folder.mkdir()
    (bare.folder / "market.sqlite").write_bytes(b"this is no database, whatever its name says " * 100)
    for arguments in (("migrate",), ("worker", "--once"), ("index", "rebuild")):
        assert "not a database" in bare.here(*arguments).refused()


@pytest.mark.profiles("embedded")
def test_a_data_folder_that_cannot_be_made_is_one_line(bare: Shell) -> None:
    bare.folder.write_text("a file stands where the folder should")
    for arguments in (("migrate",), ("worker", "--once"), ("index", "verify")):
        assert str(bare.folder) in bare.here(*arguments).refused()


def test_settings_that_cannot_be_read_are_named(shell: Shell) -> None:
    for name, value in (
        ("MARKET_ENV", "staging"),
        ("MARKET_LANGUAGE", "fr"),
    ):
        shell.environment = {name: value}
        assert name in shell.here("worker", "--once").refused()


def test_production_starts_with_no_unsafe_value(shell: Shell) -> None:
    for name, value in (
        ("MARKET_SECRET_KEY", ""),
        ("MARKET_SECRET_KEY", "short"),
        ("MARKET_BASE_URL", "http://cho.vidu.test"),
        ("MARKET_OPERATOR", ""),
    ):
        shell.environment = {**PRODUCTION, name: value}
        for arguments in (("serve", "--port", "1"), ("worker", "--once"), ("migrate",)):
            assert name in shell.here(*arguments).refused()
    shell.environment = PRODUCTION
    assert shell.here("worker", "--once").code == 0


@pytest.mark.profiles("embedded")
def test_a_second_worker_process_of_serve_is_refused_with_the_reason(shell: Shell) -> None:
    for workers in ("2", "0", "-1"):
        refused = shell.here("serve", "--workers", workers, "--port", "1").refused()
        assert "--workers" in refused
    assert "index has one writer" in shell.here("serve", "--workers", "2").refused()


def test_a_port_that_is_taken_is_said(shell: Shell) -> None:
    with ways_out.silent() as port:
        done = shell.here("serve", "--port", str(port))
    assert str(port) in done.refused()


def test_the_demo_is_refused_where_there_is_something_and_always_in_production(shell: Shell) -> None:
    shell.environment = PRODUCTION
    for arguments in (("demo",), ("demo", "--force")):
        assert "production" in shell.here(*arguments).refused()
    shell.environment = {}
    with shell.database() as database, database.session(write=True) as session:
        make.make_account(session)
    before = shell.dump()
    assert "--force" in shell.here("demo").refused()
    assert shell.dump() == before


@pytest.mark.parametrize("arguments", [("--scale", "x"), ("--seed", ""), ("--scale",)])
def test_the_demo_wants_whole_numbers(shell: Shell, arguments: tuple[str, ...]) -> None:
    assert shell.here("demo", *arguments).code == 2


def test_the_worker_does_once_what_is_due(shell: Shell) -> None:
    with shell.database() as database, database.session(write=True) as session:
        with clock.at(clock.now() - 2 * inquiries.TIME_TO_ANSWER):
            unit = make.make_unit(session)
            buyer = make.make_buyer(session, user={"email": "mua@vidu.test"})
            listing, _ = trade.make_listing(session, unit)
            inquiry_id = trade.make_inquiry(session, buyer, listing).id
        session.execute(sa.delete(Message))
        session.commit()
    with ways_out.smtp() as box:
        shell.environment = {"MARKET_SMTP_URL": box.url}
        done = shell.here("worker", "--once")
        assert done.code == 0, done.err
        assert done.out == ""
        assert "mua@vidu.test" in box.recipients, "the buyer is told that nobody answered"
    lines = dict(line.split(": ") for line in done.err.splitlines() if ": " in line)
    assert int(lines["messages"]) >= 1
    assert int(lines["listings:index"]) >= 1
    with shell.database() as database, database.reading() as session:
        assert session.get_one(Inquiry, inquiry_id).state == "expired"
        assert make.count_rows(session, Change) == 0
        assert make.count_rows(session, Message, Message.state == "queued") == 0
    again = shell.here("worker", "--once")
    assert (again.code, again.out, again.err) == (0, "", "")


def test_the_worker_waits_for_another_and_says_when_it_may_not_work(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "PATIENCE", 0.3)
    with shell.database() as database, database.exclusive(worker.LOCK) as mine:
        assert mine
        assert "background work" in shell.here("worker", "--once").refused()
    assert shell.here("worker", "--once").code == 0
