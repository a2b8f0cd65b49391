"""What people send is looked through by a real clamd: what it finds something in is refused beside the field,
of whatever kind it is and whoever sends it, and no file goes by it while it is away.
"""

from __future__ import annotations

import io
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from market import scanner, settings
from market.certificates.models import Certificate
from market.errors import Misconfigured
from market.events import EventRow
from market.files.models import StoredFile
from market.listings.models import Listing
from market.listings.photo_models import ListingPhoto
from market.settings import Settings
from market.spreadsheets.models import Upload
from tests import make
from tests import scanner as clamav
from tests.files import sheets
from tests.files.sending import lying
from tests.files.sending import send as send_paper
from tests.listings import shots
from tests.listings.goods import make_listing
from tests.listings.shots import shot
from tests.machines import Trader
from tests.make import Side
from tests.notices.ways_out import closed_port
from tests.pages import Browser, Page
from tests.profiles import Profile
from tests.scanner import FOUND, Clamd
from tests.spreadsheets import files
from tests.spreadsheets.test_uploads import ROW
from tests.spreadsheets.test_uploads import lying as sheets_lying
from tests.spreadsheets.test_uploads import send as send_sheet

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
TYPED = {"standard": "OCOP4", "number": "57/QĐ-UBND", "issuer": "UBND tỉnh", "valid_to": "2028-03-10"}
LATER = "Vui lòng thử lại sau"


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clamd]:
    with clamav.running(tmp_path_factory.mktemp("clamav") / "own") as found:
        yield found


@pytest.fixture(name="settings")
def with_scanner(profile: Profile, tmp_path: Path, clamd: Clamd) -> Settings:
    return profile.settings(tmp_path).model_copy(update={"scanner_url": clamd.url})


@dataclass
class Ways:
    """What a cooperative's manager may send, of each kind."""

    session: Session
    settings: Settings
    here: Browser
    listing: Listing

    def photo(self, content: bytes) -> Page:
        return shots.send(self.here, self.listing, ("tôm.jpg", content))

    def paper(self, content: bytes) -> Page:
        return send_paper(self.here, "/certificates", "/certificates", ("giấy.pdf", content), **TYPED)

    def sheet(self, content: bytes) -> Page:
        fields = self.here.get("/imports").form("/imports").fields
        return send_sheet(self.here, content, fields={**fields, "draft": "1"})

    def kept(self) -> bool:
        """Whether anything is, in the tables or in the folders."""
        rows = [make.count_rows(self.session, one) for one in (ListingPhoto, StoredFile, Certificate, Upload)]
        names = (shots.files_in(self.settings.files), lying(self.settings), sheets_lying(self.settings))
        return any(rows) or any(names)


@pytest.fixture
def ways(session: Session, settings: Settings, unit: Side, manager: Browser) -> Ways:
    return Ways(session, settings, manager, make_listing(session, unit))


def pdf(within: bytes = b"") -> bytes:
    return sheets.sheet().replace(b"startxref", b"% " + within + b"\nstartxref")


def workbook(title: str) -> bytes:
    return files.xlsx(files.table([{**ROW, "title": title}]))


def test_a_virus_in_a_photo_a_pdf_or_a_spreadsheet_is_refused_and_nothing_kept(
    session: Session, unit: Side, ways: Ways
) -> None:
    virus = clamav.eicar()
    for way, content, action, field in (
        (ways.photo, shot() + virus, "/photos", "photos"),
        (ways.paper, pdf(virus), "/certificates", "files"),
        (ways.sheet, workbook(virus.decode()), "/imports", "file"),
    ):
        page = way(content)
        assert page.status == 422, field
        error = page.form(action).error(field)
        assert FOUND in error
        assert "vi-rút" in error
        assert not ways.kept(), field
    assert page.form("/imports").fields["draft"], "what was ticked stays ticked"
    assert "tệp có vi-rút" in events_page(session, ways)
    told = session.scalars(sa.select(EventRow).where(EventRow.name == "account.virus_refused")).all()
    assert {(one.user_id, one.party_id, one.channel) for one in told} == {
        (unit.user.id, unit.party.id, "web")
    }
    assert [set(one.data) for one in told] == [{"virus", "bytes"}] * 3, "nothing of the files"


def events_page(session: Session, ways: Ways) -> str:
    officer = make.make_admin(session)
    desk = Browser(ways.here.client.app, before=ways.here.before).beside(ways.here)
    desk.sign_in(officer.login, make.PASSWORD)
    return desk.get("/department/moderation/events?kind=account").text


def test_what_was_typed_beside_an_infected_file_stays(ways: Ways) -> None:
    form = ways.paper(pdf(clamav.eicar())).form("/certificates")
    assert form.fields["number"] == TYPED["number"]
    assert "giấy.pdf" in form.error("files")


def test_clean_files_are_taken_as_ever(ways: Ways) -> None:
    assert ways.photo(shot()).status == 200
    assert ways.paper(pdf()).status == 200
    assert ways.sheet(workbook("Lúa ST25")).path.startswith("/imports/")
    rows = [make.count_rows(ways.session, one) for one in (ListingPhoto, StoredFile, Upload)]
    assert rows == [1, 1, 1]
    assert shots.files_in(ways.settings.files)
    assert sheets_lying(ways.settings)


def test_of_several_files_one_with_a_virus_is_named_and_none_kept(ways: Ways) -> None:
    page = shots.send(ways.here, ways.listing, ("ao.jpg", shot()), ("tôm.jpg", shot("PNG") + clamav.eicar()))
    assert page.status == 422
    assert "tôm.jpg" in page.form("/photos").error("photos")
    assert not ways.kept()


def test_a_program_is_refused_the_same_as_a_body_and_in_a_form(
    session: Session, settings: Settings, browser: Open, unit: Side
) -> None:
    listing = make_listing(session, unit)
    coop = Trader(browser(), session, unit.user)
    path = f"/listings/{listing.id}/photos"
    said = coop.wrong("POST", path, 422, raw=shot() + clamav.eicar(), **{"Content-Type": "image/jpeg"})
    assert FOUND in said["photos"]
    told = coop.browser.client.post(
        f"/api/v1{path}",
        files=[("photos", ("a.jpg", shot() + clamav.eicar()))],
        headers={"Authorization": f"Bearer {coop.token}"},
    )
    assert told.status_code == 422
    assert not shots.files_in(settings.files)
    channels = session.scalars(
        sa.select(EventRow.channel).where(EventRow.name == "account.virus_refused")
    ).all()
    assert list(channels) == ["api", "api"]


def test_while_the_scanner_is_away_every_file_is_refused_in_words(
    app: FastAPI, session: Session, ways: Ways, clamd: Clamd
) -> None:
    clamd.kill()
    try:
        for way, content, action, field in (
            (ways.photo, shot(), "/photos", "photos"),
            (ways.paper, pdf(), "/certificates", "files"),
            (ways.sheet, workbook("Lúa"), "/imports", "file"),
        ):
            page = way(content)
            assert page.status == 409, field
            assert LATER in page.form(action).error(field)
            assert not ways.kept(), field
        assert ways.paper(pdf()).form("/certificates").fields["number"] == TYPED["number"]
        assert not session.scalars(sa.select(EventRow).where(EventRow.name == "account.virus_refused")).all()
        assert health(app) == (200, False, 0.0)
        status = desk_of(session, ways).get("/department/status")
        assert "Bộ quét vi-rút không trả lời" in status.text
    finally:
        clamd.start()
    assert ways.photo(shot()).status == 200, "it is asked anew each time"
    assert health(app) == (200, True, 1.0)
    assert "Bộ quét vi-rút không trả lời" not in desk_of(session, ways).get("/department/status").text


def desk_of(session: Session, ways: Ways) -> Browser:
    desk = Browser(ways.here.client.app, before=ways.here.before).beside(ways.here)
    desk.sign_in(make.make_officer(session).login, make.PASSWORD)
    return desk


def health(app: FastAPI) -> tuple[int, bool, float]:
    """What a monitor reads: the status of /readyz, what it says of the scanner, and what /metrics does."""
    here = TestClient(app, client=("127.0.0.1", 5000))  # beside the browsers, by whom the application runs
    ready = here.get("/readyz")
    (up,) = re.findall(r"^market_scanner_up (\S+)$", here.get("/metrics").text, re.MULTILINE)
    return ready.status_code, ready.json()["scanner"], float(up)


def test_a_file_beyond_its_bounds_is_refused_and_not_taken_for_clean(
    tmp_path: Path, app: FastAPI, ways: Ways
) -> None:
    long = pdf(b"x" * 3 * 2**20)
    assert ways.paper(long).status == 200, "to try the same file as below"
    for bounds in ({"StreamMaxLength": "1M"}, {"MaxFileSize": "1M"}):
        with clamav.running(tmp_path / next(iter(bounds)), **bounds) as narrow:
            app.state.settings = ways.settings.model_copy(update={"scanner_url": narrow.url})
            page = ways.paper(long)
        assert page.status == 422, bounds
        assert "quá lớn" in page.form("/certificates").error("files")


@pytest.mark.profiles("embedded")
def test_a_file_that_is_too_large_anyway_is_refused_for_that(ways: Ways) -> None:
    page = ways.photo(shot() + b"\0" * 15 * 2**20)
    assert "15 MB" in page.form("/photos").error("photos")


@contextmanager
def answering(answer: bytes | None) -> Iterator[str]:
    """What takes a connection and says this whatever it is told, or nothing and keeps it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        held: list[socket.socket] = []

        def serve() -> None:
            while True:
                try:
                    one, _ = listening.accept()
                except OSError:
                    return
                held.append(one)
                if answer is not None:
                    one.recv(100_000)
                    one.sendall(answer)
                    one.shutdown(socket.SHUT_WR)

        threading.Thread(target=serve, daemon=True).start()
        yield f"tcp://127.0.0.1:{port}"
        listening.shutdown(socket.SHUT_RDWR)
        for one in held:
            one.close()


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"stream: broken ERROR\0", None]
)
def test_what_gives_no_word_is_no_scanner(answer: bytes | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanner, "PATIENCE", 0.2)
    monkeypatch.setattr(scanner, "SOON", 0.2)
    with answering(answer) as url:
        with pytest.raises(scanner.ScannerUnavailable):
            scanner.scan(url, io.BytesIO(b"hello"))
        assert not scanner.answers(url)


def test_by_a_socket_it_is_asked_the_same(clamd: Clamd) -> None:
    file = io.BytesIO(b"x" * 10**6 + clamav.eicar())
    file.seek(9)
    assert scanner.scan(clamd.socket, file) == FOUND
    assert scanner.scan(clamd.socket, io.BytesIO(b"")) == ""
    assert scanner.version(clamd.socket).startswith("ClamAV 1.")
    assert file.read(1) == b"x", "it stands at its beginning again"
    for away in (f"{clamd.socket}.none", f"unix:///{'x' * 200}", f"tcp://127.0.0.1:{closed_port()}"):
        assert not scanner.answers(away)


@pytest.mark.parametrize(
    "url",
    [
        "clamav:3310",
        "http://clamav:3310",
        "tcp://",
        "tcp://clamav:port",
        "tcp://user@clamav:3310",
        "tcp://clamav:3310/path",
        "unix://run/clamd.ctl",
        "unix://",
        "unix:///",
        "/run/clamav/clamd.ctl",
    ],
)
def test_an_address_written_otherwise_stops_the_start(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARKET_SCANNER_URL", url)
    with pytest.raises(Misconfigured, match="MARKET_SCANNER_URL: write it as tcp://"):
        settings.load()


def test_addresses_are_read() -> None:
    assert settings.scanner_at("tcp://clamav") == ("clamav", 3310)
    assert settings.scanner_at("tcp://[::1]:3311/") == ("::1", 3311)
    assert settings.scanner_at("unix:///run/clamav/clamd.ctl") == "/run/clamav/clamd.ctl"


def test_whatever_is_received_is_looked_through() -> None:
    # A way in that went by the scanner would say nothing.
    market = Path(settings.__file__).parent
    calls = re.compile(r"\buploads\.receive(_one)?\(|\brequest\.form\(")
    found = {str(path.relative_to(market)) for path in market.rglob("*.py") if calls.search(path.read_text())}
    assert found == {"files/scanning.py", "web/inputs.py"}, "forms with text alone are read in the latter"
