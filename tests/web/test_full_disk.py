"""A disk that takes no more: what is sent is refused in words and nothing of it is kept, everything can be
read, and once there is room the same form is taken, once.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from market import measures
from market.accounts import service as accounts
from market.app import create_app
from market.changes import Change
from market.db import Database
from market.errors import Conflict
from market.listings.models import Listing
from market.settings import Settings
from market.spreadsheets.incoming import Incoming
from market.statistics import verify
from tests import make
from tests.disks import Disk, small_disk
from tests.listings import shots
from tests.listings.shots import shot
from tests.make import Side
from tests.pages import Browser
from tests.processes import ROOT
from tests.trade import listing_form, make_listing

Open = Callable[[], Browser]
NO_ROOM = "Máy chủ đã hết chỗ"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk", megabytes=4) as found:
        yield found


def test_a_photo_is_refused_beside_its_field_and_taken_once_there_is_room(
    session: Session, settings: Settings, disk: Disk, unit: Side, manager: Browser
) -> None:
    settings.files_dir = disk.folder / "files"
    listing, _ = make_listing(session, unit)
    photos = [(f"{number}.jpg", shot(size=(1500, 1000), seed=number)) for number in (1, 2)]
    shots.send(manager, listing, photos[0])
    lying = shots.files_in(settings.files)
    assert lying
    disk.fill()
    page = shots.send(manager, listing, photos[1])
    assert page.status == 409
    assert "chưa lưu được ảnh" in page.form("/photos").error("photos")
    assert page.css(".problems a[href='#f-photos']")
    assert len(shots.names(session, listing)) == 1
    assert manager.get(f"/listings/{listing.id}").status == 200
    disk.make_room()
    assert shots.files_in(settings.files) == lying
    assert not list((settings.files / "photos" / "coming").iterdir())
    assert shots.send(manager, listing, photos[1], fields=page.form("/photos").fields).status == 200
    assert len(shots.names(session, listing)) == 2


def test_where_what_is_sent_has_no_room_to_wait_it_is_refused_beside_its_field(
    session: Session,
    settings: Settings,
    disk: Disk,
    unit: Side,
    manager: Browser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listing, _ = make_listing(session, unit)
    large = ("to.jpg", shot() + b"\0" * 3 * 2**20)
    monkeypatch.setattr(tempfile, "tempdir", str(disk.folder))
    fields = manager.get(f"/listings/{listing.id}/edit").form("/photos").fields
    sheet = manager.get("/imports").form("/imports").fields
    disk.fill()
    page = shots.send(manager, listing, large, fields=fields)
    assert page.status == 409
    assert "không còn chỗ" in page.form("/photos").error("photos")
    refused = manager.client.post(
        "/imports", data={**{k: v for k, v in sheet.items() if k != "file"}, "kind": "listings"},
        files=[("file", ("a.xlsx", large[1]))],
    )  # fmt: skip
    assert refused.status_code == 409
    assert "không còn chỗ" in refused.text
    disk.make_room()
    assert shots.names(session, listing) == []
    assert not list(Incoming(settings.files).folder.glob("*"))


def test_of_a_spreadsheet_that_finds_no_room_nothing_is_left(disk: Disk) -> None:
    incoming = Incoming(disk.folder / "files")
    if not disk.is_real:
        disk.fill()
    with tempfile.TemporaryFile() as sheet:
        sheet.write(b"x" * 5 * 2**20)
        sheet.seek(0)
        with pytest.raises(Conflict):
            incoming.keep(sheet)
    disk.make_room()
    assert not list(incoming.folder.glob("*"))
    name = incoming.keep(io.BytesIO(b"x" * 1000))
    incoming.note(name, 1, 2)
    disk.fill()
    incoming.note(name, 2, 2)  # whatever becomes of the note, the work goes on


@pytest.mark.profiles("embedded")
def test_a_database_that_is_full_refuses_in_words_and_goes_on_where_it_stopped(
    own_database: Database, settings: Settings
) -> None:
    most = 2**30
    event.listen(
        own_database.engine, "checkout", lambda one, *_: one.execute(f"PRAGMA max_page_count = {most}")
    )
    with own_database.session(write=True) as session:
        unit = make.make_unit(session)
        session.execute(sa.delete(Change))
        session.commit()
    with Browser(create_app(settings, database=own_database, background=False)) as here:
        here.sign_in(unit.login)
        pages = own_database.engine.connect().scalar(sa.text("PRAGMA page_count"))
        form, told = here.get("/listings/new", product="lua-st25").form("/listings"), []
        most = pages or 0
        for number in range(40):
            fields = {**listing_form(f"Lúa số {number}", once=f"full{number}"), "description": "dài " * 900}
            page = form.send(**fields)
            if page.status == 503:
                break
            assert page.status == 200, page.text
            told.append(fields["title"])
        assert NO_ROOM in page.text
        assert "còn ở trang trước" in page.text
        assert page.response.headers["retry-after"] == "60"
        for path in ("/", "/listings", "/listings/mine", "/statistics/cooperatives"):
            assert here.get(path).status == 200
        most = 2**30
        assert form.send(**fields).status == 200
        assert form.send(**fields).status == 200, "and once more"
    with own_database.reading() as session:
        titles = session.scalars(sa.select(Listing.title).order_by(Listing.id)).all()
        assert titles == [*told, fields["title"]]
        assert verify.everything(session) == []


@pytest.mark.profiles("embedded")
def test_a_program_reads_though_its_use_cannot_be_noted(own_database: Database, settings: Settings) -> None:
    with own_database.session(write=True) as session:
        unit = make.make_unit(session)
        token = accounts.add_token(session, user_id=unit.user.id, name="sổ")
        session.commit()
    event.listen(own_database.engine, "checkout", lambda one, *_: one.execute("PRAGMA query_only = 1"))
    with Browser(create_app(settings, database=own_database, background=False)) as here:
        answer = here.client.get("/api/v1/links", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200


def test_what_a_process_counts_into_lies_on_the_disk_before_it_counts(tmp_path: Path) -> None:
    # A file with holes: where one is written to and the disk is full, the system ends the process.
    environment = {**os.environ, measures.FOLDER: str(tmp_path)}
    once = "from market import measures; measures.request('GET', '/x', 200, 0.1); print(measures.as_text())"
    done = subprocess.run(
        [sys.executable, "-c", once], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "market_http_requests_total" in done.stdout
    held = {path.name.split("_")[0]: path.stat() for path in tmp_path.iterdir()}
    assert set(held) == {"counter", "histogram"}
    for one in held.values():
        assert one.st_blocks * 512 >= one.st_size >= measures.ROOM
