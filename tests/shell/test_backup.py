"""``market backup`` and ``market restore``: one moment of database and files, taken while people trade, put
back in another place where everything verifies; what is broken, half or foreign is refused and changes
nothing.
"""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from market import schema, worker
from market.accounts import sessions
from market.accounts.models import SignIn
from market.backup import disk, manifest
from market.db import Database
from market.listings.models import Listing
from market.statistics import verify
from tests import make, rules, trade
from tests.files import put, sheets
from tests.processes import start, wait_for
from tests.profiles import Profile
from tests.shell.conftest import Shell
from tests.shell.test_index import stocked
from tests.trade import TONNE

#: Tables that a restored database holds otherwise: nobody is signed in, and the index is made anew.
ENDED = {"sign_ins", "one_time_codes", "index_states", "index_batches", "changes"}


@pytest.fixture(autouse=True)
def _listening() -> None:
    worker.subscribe_all()


@pytest.fixture
def elsewhere(shell: Shell, profile: Profile, tmp_path: Path) -> Shell:
    """A place where nothing is yet."""
    return replace(shell, settings=profile.empty(tmp_path / "elsewhere"), environment={})


@contextmanager
def trading(database: Database) -> Iterator[Callable[[], int]]:
    """Somebody agrees on one tonne after another until the block ends; gives how many there are by now."""
    done, stop = [0], threading.Event()

    def trade_on() -> None:
        with database.session(write=True) as session:
            seller, buyer = make.make_unit(session), make.make_buyer(session)
            listing, _ = trade.make_listing(session, seller, volumes=(900 * TONNE,), title="Lúa bán mãi")
            sessions.sign_in(session, login=buyer.login, password=make.PASSWORD, device="")
            session.commit()
            while not stop.is_set():
                trade.make_link(session, seller, buyer, listing, volume=TONNE)
                done[0] += 1

    thread = threading.Thread(target=trade_on)
    thread.start()
    try:
        yield lambda: done[0]
    finally:
        stop.set()
        thread.join()


def test_what_is_kept_while_people_trade_is_whole_in_another_place(shell: Shell, elsewhere: Shell) -> None:
    stocked(shell)
    folder = shell.folder.parent / "backup"
    shell.environment["MARKET_SMTP_URL"] = "smtp://sender:geheim@mail.example:587"
    with shell.database() as database:
        with database.session(write=True) as session:
            seller, buyer = make.make_unit(session), make.make_buyer(session)
            inquiry = trade.make_inquiry(session, buyer, trade.make_listing(session, seller)[0])
            put.put_word(session, buyer, "buyer", shell.settings.files, inquiry_id=inquiry.id)
            session.commit()
        with trading(database) as done:
            wait_for(lambda: done() > 2)
            before = done()
            made = shell.here("backup", str(folder))
            wait_for(lambda: done() > before + 2)
    assert (made.code, made.err) == (0, ""), made.err
    assert "schema 00" in made.out

    told = (folder / "manifest.json").read_text()
    for secret in (shell.settings.secret_key, shell.settings.search_key, "geheim", "sender"):
        assert not secret or secret not in told
    assert json.loads(told)["settings"]["MARKET_SMTP_URL"] == "smtp://mail.example:587"
    for path in (folder, *folder.rglob("*")):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path
    assert "there is something already" in shell.here("backup", str(folder)).refused()

    restored = elsewhere.here("restore", str(folder))
    assert (restored.code, restored.err) == (0, ""), restored.err
    assert "figures: every stored value equals its history" in restored.out
    assert "index: 5 listings, no difference" in restored.out
    assert "files: all that the database names are there" in restored.out
    there = elsewhere.dump()
    counts: dict[str, int] = json.loads(told)["counts"]
    assert {name: len(rows) for name, rows in there.items() if name not in ENDED} == {
        name: count for name, count in counts.items() if name not in ENDED
    }
    assert before <= counts["links"] < len(shell.dump()["links"])
    (paper,) = elsewhere.settings.files.rglob("*.pdf")
    assert paper.read_bytes() == sheets.sheet()
    with elsewhere.database() as database, database.session(write=True) as session:
        rules.check_volumes(session)
        rules.check_links(session)
        rules.check_commitments(session)
        schema.check_log(database)
        assert verify.everything(session) == []
        assert make.count_rows(session, SignIn) == 0
        # The keys go on behind those that came.
        trade.make_listing(session, make.make_unit(session))
    assert elsewhere.here("search", "lua ban mai", "--json").json["total"] > 0

    assert "--force" in elsewhere.here("restore", str(folder)).refused()
    left = elsewhere.folder / ".market.sqlite.restored-killed"  # by a restore that was killed
    left.mkdir()
    again = elsewhere.here("restore", str(folder), "--force")
    assert (again.code, again.err) == (0, ""), again.err
    assert len(elsewhere.dump()["listings"]) == counts["listings"]
    with elsewhere.database() as database:
        assert not (database.is_sqlite and left.exists())


def test_what_goes_away_while_files_are_copied_is_not_missed(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / name).write_text(name)
    found = disk.names(tmp_path)
    assert next(found) == "a"
    (tmp_path / "b").unlink()
    assert list(found) == ["c"]


def test_an_address_written_wrongly_is_not_told(tmp_path: Path) -> None:
    settings = make.make_settings(
        tmp_path, smtp_url="sender:geheim@mail.example", sms_url="gw.example/geheim"
    )
    assert "geheim" not in str(manifest.without_secrets(settings))


def _spoil(folder: Path, what: str) -> None:
    """Make a backup one that must be refused."""
    path = folder / "manifest.json"
    document: dict[str, Any] = json.loads(path.read_text())
    database = folder / document["database"]
    if what == "a byte":
        content = bytearray(database.read_bytes())
        content[len(content) // 2] ^= 1
        database.write_bytes(content)
    elif what == "a file":
        database.unlink()
    elif what == "no manifest":
        path.unlink()
    elif what == "half a manifest":
        path.write_text(path.read_text()[:200])
    else:
        document |= {
            "newer": {"schema_revision": "9000"},
            "other": {"dialect": "sqlite" if document["dialect"] == "postgresql" else "postgresql"},
            "outside": {"files": {**document["files"], "files/../../x": {"sha256": "0" * 64, "size": 1}}},
        }[what]
        path.write_text(json.dumps(document))


REFUSED = {
    "a byte": "the backup is damaged: database",
    "a file": "the backup is not whole: database",
    "no manifest": "no backup, or one that was cut short",
    "half a manifest": "no manifest of this program",
    "newer": "a schema that this program does not know (9000",
    "other": "it goes back into the kind that it came from",
    "outside": "leads out of the backup",
}


def test_a_backup_that_is_broken_half_or_foreign_is_refused(shell: Shell, elsewhere: Shell) -> None:
    whole = shell.folder.parent / "backup"
    assert shell.here("backup", str(whole)).code == 0
    for number, (what, words) in enumerate(REFUSED.items()):
        folder = Path(shutil.copytree(whole, whole.with_name(f"spoilt{number}")))
        _spoil(folder, what)
        assert words in elsewhere.here("restore", str(folder)).refused()
        assert elsewhere.dump() == {}
        assert not elsewhere.settings.files.exists()


def test_what_cannot_be_loaded_to_its_end_leaves_what_was_there(shell: Shell, elsewhere: Shell) -> None:
    stocked(shell)
    folder = shell.folder.parent / "backup"
    assert shell.here("backup", str(folder)).code == 0
    assert elsewhere.here("restore", str(folder)).code == 0
    before = elsewhere.dump()
    document = json.loads((folder / "manifest.json").read_text())
    database = folder / document["database"]
    # Cut short before it was counted: by its sums it is whole.
    database.write_bytes(database.read_bytes()[: database.stat().st_size * 2 // 3])
    document["files"][document["database"]] = disk.entry(database).model_dump()
    (folder / "manifest.json").write_text(json.dumps(document))
    refused = elsewhere.here("restore", "--force", str(folder))
    assert refused.code == 1
    assert len(refused.err.splitlines()) == 1, refused.err
    assert elsewhere.dump() == before


def test_nothing_is_restored_under_an_application_that_runs(shell: Shell) -> None:
    folder = shell.folder.parent / "backup"
    assert shell.here("backup", str(folder)).code == 0
    with shell.database() as database, database.reading() as session:
        session.scalar(sa.select(Listing.id))
        assert "stop" in shell.here("restore", "--force", str(folder)).refused()


@pytest.mark.profiles("embedded")
def test_killed_in_the_middle_it_leaves_no_backup(shell: Shell) -> None:
    shell.settings.files.mkdir(parents=True)
    large = shell.settings.files / "large"
    with large.open("wb") as file:
        file.truncate(2**31)
    folder = shell.folder.parent / "backup"
    running = start(shell.settings, "backup", str(folder))
    wait_for(lambda: list(folder.parent.glob(".backup.half-*/files/large")), running.log)
    running.kill()
    large.unlink()
    assert not folder.exists()
    (half,) = folder.parent.glob(".backup.half-*")
    assert "cut short" in shell.here("restore", str(half)).refused()
    assert shell.here("backup", str(folder)).code == 0
