"""``market doctor`` on settings, files, mail and clock: what is wrong is said with the setting to change, and
nothing else is made ill by it. Database and index are in test_doctor.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from market import checks, clock, events
from market.events import Event
from market.notices.models import Message
from tests import make, scanner
from tests.notices import ways_out
from tests.shell.conftest import Shell
from tests.shell.test_doctor import SECRET, made_healthy, said, wrong
from tests.shell.test_general import PRODUCTION


@pytest.fixture
def healthy(shell: Shell) -> Shell:
    return made_healthy(shell)


@contextmanager
def ways(shell: Shell) -> Iterator[None]:
    """Both ways out are open."""
    with ways_out.smtp() as box, ways_out.gateway() as gateway:
        before = shell.environment
        shell.environment = {**before, "MARKET_SMTP_URL": box.url, "MARKET_SMS_URL": gateway.url}
        yield
        shell.environment = before


def queue(shell: Shell, *addresses: str) -> None:
    with shell.database() as database, database.session(write=True) as session:
        make.queue_messages(session, *addresses)


@pytest.mark.profiles("embedded")
def test_a_folder_that_cannot_be_is_said(healthy: Shell) -> None:
    blocked = healthy.folder.parent / "blocked"
    blocked.write_text("a file stands where the folder should")
    healthy.environment = {"MARKET_FILES_DIR": str(blocked / "files")}
    found = wrong(healthy)
    assert set(found) == {"files"}
    assert f"MARKET_FILES_DIR: {blocked} is no folder" in found["files"]
    assert f"{healthy.folder}, " in found["files"], "the other folder is fine"
    healthy.environment = {"MARKET_FILES_DIR": str(healthy.folder.parent / "more" / "files")}
    assert "more/files (not there yet), " in said(healthy)["files"]["words"]
    assert not (healthy.folder.parent / "more").exists()


@pytest.mark.profiles("embedded")
def test_a_file_in_the_data_folders_place_is_said(bare: Shell) -> None:
    bare.folder.write_text("a file stands where the folder should")
    found = wrong(bare)
    assert f"MARKET_DATA_DIR: {bare.folder} is no folder" in found["files"]
    assert f"MARKET_FILES_DIR: {bare.folder} is no folder" in found["files"]
    assert "schema" in found


@pytest.mark.profiles("embedded")
def test_a_disk_that_is_nearly_full_is_said(healthy: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "LEAST_FREE", 10**18)
    found = wrong(healthy)
    assert set(found) == {"files"}
    assert "MARKET_DATA_DIR" in found["files"]
    assert "GB free: make room" in found["files"]


@pytest.mark.profiles("embedded")
def test_a_way_out_that_is_closed_is_said(healthy: Shell) -> None:
    mail, sms = ways_out.closed_port(), ways_out.closed_port()
    healthy.environment = {
        "MARKET_SMTP_URL": f"smtp://market:{SECRET}@127.0.0.1:{mail}",
        "MARKET_SMS_URL": f"http://127.0.0.1:{sms}/sms?key={SECRET}",
    }
    found = wrong(healthy)
    assert set(found) == {"mail"}
    assert f"MARKET_SMTP_URL: nothing answers at 127.0.0.1 port {mail}: Connection refused" in found["mail"]
    assert f"MARKET_SMS_URL: nothing answers at 127.0.0.1 port {sms}: Connection refused" in found["mail"]
    assert SECRET not in found["mail"]
    with ways(healthy):
        words = said(healthy)["mail"]
        assert words["ok"]
        assert "email: 127.0.0.1 port " in words["words"]
        assert "sms: 127.0.0.1 port " in words["words"]


@pytest.mark.parametrize(
    "address",
    [
        SECRET,
        f"smtp://{SECRET}@",
        f"http://user:{SECRET}@127.0.0.1",
        f"http://user:{SECRET}@127.0.0.1:25",
        f"smtp://user:{SECRET}@127.0.0.1:port",
        f"smtp://{SECRET}:25/word@127.0.0.1",
        f"smtp://{SECRET}:25#word@127.0.0.1",
        f"smtp://[{SECRET}",
    ],
)
@pytest.mark.profiles("embedded")
def test_a_mail_address_that_cannot_be_read_is_said_without_it(healthy: Shell, address: str) -> None:
    healthy.environment = {"MARKET_SMTP_URL": address}
    found = wrong(healthy)
    assert set(found) == {"mail"}
    assert "MARKET_SMTP_URL: write it as smtp://" in found["mail"]
    assert SECRET not in found["mail"]


def test_messages_that_wait_or_were_given_up_are_counted(healthy: Shell) -> None:
    queue(healthy, "mua@vidu.test", "+84912000333")
    with clock.at(clock.now() - timedelta(hours=1)):
        queue(healthy, "ban@vidu.test")
    for given_up in (timedelta(days=1), timedelta(days=8)):
        with healthy.database() as database, database.writing() as session:
            session.add(
                Message(
                    channel="email", address="a@vidu.test", language="vi", subject="", body="",
                    message_id=str(given_up), state="failed", created_at=clock.now() - given_up,
                    due_at=clock.now() - given_up,
                )
            )  # fmt: skip
    counted = "waiting messages: 3, given up in 7 days: 1"
    without_way = said(healthy)["mail"]
    assert without_way["ok"], "in development nobody has to send"
    assert without_way["words"].endswith(counted)
    with ways(healthy):
        found = wrong(healthy)
    assert set(found) == {"mail"}
    assert f"{counted}, the oldest for 60 min: is 'market " in found["mail"]
    healthy.environment = {"MARKET_SMTP_URL": f"smtp://127.0.0.1:{ways_out.closed_port()}"}
    assert wrong(healthy)["mail"].endswith(counted), "behind a closed way they must wait"


@pytest.mark.profiles("embedded")
def test_production_needs_safe_values_and_ways_out(healthy: Shell) -> None:
    healthy.environment = PRODUCTION
    found = wrong(healthy)
    assert set(found) == {"mail"}
    assert "MARKET_SMTP_URL is not set" in found["mail"]
    assert "MARKET_SMS_URL is not set" in found["mail"]
    with ways(healthy):
        assert wrong(healthy) == {}
        assert said(healthy)["settings"]["words"].startswith("production")
        sms = healthy.environment.pop("MARKET_SMS_URL")
        assert wrong(healthy) == {}, "a province may have no gateway"
        assert "nobody is told by sms" in said(healthy)["mail"]["words"]
        healthy.environment["MARKET_SMS_URL"] = sms
        for name, value in (
            ("MARKET_SECRET_KEY", SECRET),
            ("MARKET_BASE_URL", "http://cho.vidu.test"),
            ("MARKET_OPERATOR", ""),
        ):
            healthy.environment[name] = value
            found = wrong(healthy)
            assert set(found) == {"settings"}
            assert found["settings"].startswith(f"{name}: ")
            assert SECRET not in found["settings"]
            healthy.environment[name] = PRODUCTION[name]


@pytest.mark.profiles("embedded")
def test_a_setting_that_cannot_be_read_is_a_line_of_its_own(healthy: Shell) -> None:
    port = ways_out.closed_port()
    for name, value in (("MARKET_ENV", "staging"), ("MARKET_LANGUAGE", "fr")):
        healthy.environment = {name: value, "MARKET_SMTP_URL": f"smtp://127.0.0.1:{port}"}
        found = wrong(healthy)
        assert set(found) == {"settings", "mail"}
        assert found["settings"].startswith(f"{name}: ")
        assert str(port) in found["mail"], "the readable ones are still looked at"
    healthy.environment = {}
    file = healthy.folder.parent / ".env"
    file.write_text("MARKET_OPERATOR=Somebody\n")
    assert str(file) in said(healthy)["settings"]["words"]
    file.write_bytes("MARKET_OPERATOR=Sở Nông nghiệp\n".encode("utf-16"))
    assert "UTF-8" in wrong(healthy)["settings"]


@pytest.mark.profiles("embedded")
def test_a_folder_left_empty_is_the_usual_one(healthy: Shell) -> None:
    before = said(healthy)["files"]["words"]
    healthy.environment = {"MARKET_FILES_DIR": ""}
    assert said(healthy)["files"]["words"] == before


def test_a_clock_that_is_off_is_said(healthy: Shell) -> None:
    with clock.at(clock.now() - timedelta(minutes=2)):
        found = wrong(healthy)
    if healthy.settings.embedded_index:
        assert found == {}, "there is one clock"
    else:
        assert set(found) == {"clock"}
        # The statement takes its time on a busy machine.
        assert re.search(r"the database's is 12\d s away", found["clock"])


def test_what_was_written_by_a_clock_that_was_ahead_is_said(healthy: Shell) -> None:
    for ahead in (timedelta(minutes=4), timedelta(days=1)):
        with (
            clock.at(clock.now() + ahead),
            healthy.database() as database,
            database.writing() as session,
        ):
            events.record(session, Event("party.renamed", 1, events.CLOCK))
        if ahead < checks.LATE:
            assert wrong(healthy) == {}
    assert "the clock is behind, or was ahead then" in wrong(healthy)["clock"]


@pytest.mark.profiles("embedded")
def test_a_virus_scanner_is_asked_whether_it_takes_the_longest_file(healthy: Shell, tmp_path: Path) -> None:
    assert "MARKET_SCANNER_URL is not set" in said(healthy)["files"]["words"]
    with scanner.running(tmp_path / "clamav") as clamd:
        healthy.environment = {"MARKET_SCANNER_URL": clamd.url}
        assert "virus scanner: ClamAV 1." in said(healthy)["files"]["words"]
        clamd.kill()
        assert set(wrong(healthy)) == {"files"}
        assert f"MARKET_SCANNER_URL: {clamd.url}: Connection refused" in wrong(healthy)["files"]
        clamd.start(StreamMaxLength="19M")
        assert "does not look through files of 20 MB, which are taken" in wrong(healthy)["files"]
    healthy.environment = {"MARKET_SCANNER_URL": "clamav:3310"}
    found = wrong(healthy)
    assert set(found) == {"settings", "files"}
    assert found["settings"].startswith("MARKET_SCANNER_URL: write it as tcp://host:3310")
