"""Files through the pages: sent, looked at, taken in or dropped; whose rows somebody may touch; what is told
of wrong ones; and that nothing stays lying about. What cells mean is tested with the kinds.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import clock, worker
from market.events import EventRow
from market.listings.models import Listing, Lot
from market.notices.models import Notice
from market.parties.models import Party
from market.runtime import Runtime
from market.settings import Settings
from market.spreadsheets import reading, uploads, working
from market.spreadsheets.incoming import Incoming
from market.spreadsheets.models import Upload
from tests import make
from tests.make import TODAY, Side
from tests.pages import Browser, Page, signed_in
from tests.spreadsheets import files

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
ROW: dict[str, Any] = {
    "cooperative_code": "HTX-T-001",
    "product": "lua-st25",
    "title": "Lúa ST25 Phước Long",
    "price_from": 9400,
    "volume": 12000,
    "from": TODAY + timedelta(days=10),
    "to": TODAY + timedelta(days=40),
}


@pytest.fixture
def runtime(app: FastAPI) -> Runtime:
    found: Runtime = app.state.runtime
    return found


@pytest.fixture
def unit(session: Session) -> Side:
    return make.make_unit(session, code="HTX-T-001")


@pytest.fixture
def manager(unit: Side, browser: Open) -> Browser:
    return signed_in(browser, unit)


def sheet(*rows: dict[str, Any]) -> bytes:
    return files.xlsx(files.table(rows))


def send(
    here: Browser, held: bytes, *, kind: str = "listings", name: str = "vụ mùa.xlsx", fields: Any = None
) -> Page:
    """Send a file by the form."""
    if fields is None:
        fields = here.get("/imports").form("/imports").fields
    fields = {name: value for name, value in fields.items() if name != "file"} | {"kind": kind}
    here.before()
    answer = here.client.post("/imports", data=fields, files=[("file", (name, held))])
    return Page(answer, here)


def look(here: Browser, runtime: Runtime, page: Page) -> Page:
    """The page again once the worker has been."""
    assert page.status == 200, page.text
    worker.run_due(runtime)
    return here.get(page.path)


def facts(page: Page) -> Sequence[int]:
    """The counts: rows, new, changed, same, wrong."""
    return [int(node.text()) for node in page.css(".facts dd")]


def uploads_of(session: Session) -> list[Upload]:
    return list(session.scalars(sa.select(Upload).order_by(Upload.id)))


def lying(settings: Settings) -> list[str]:
    """What lies in the folder of files that were sent."""
    return sorted(path.name for path in Incoming(settings.files).folder.glob("*"))


def test_a_manager_sends_looks_and_has_it_taken_in(
    session: Session, settings: Settings, runtime: Runtime, unit: Side, manager: Browser
) -> None:
    page = send(manager, sheet(ROW, {**ROW, "title": "Lúa thứ hai", "volume": 5000}))
    assert page.path.startswith("/imports/")
    assert "noscript" in page.response.text, "without JavaScript the page looks again too"
    assert page.css("[hx-trigger='every 1s']")
    page = look(manager, runtime, page)
    assert facts(page) == [2, 2, 0, 0, 0]
    assert not page.css("[hx-trigger='every 1s']")
    assert make.count_rows(session, Listing) == 0, "looking writes nothing"
    page = look(manager, runtime, page.form("/apply").send())
    assert page.css(".said")
    assert [row.title for row in session.scalars(sa.select(Listing).order_by(Listing.id))] == [
        "Lúa ST25 Phước Long",
        "Lúa thứ hai",
    ]
    event = session.scalars(sa.select(EventRow).where(EventRow.name == "listing.published")).first()
    assert event is not None
    assert (event.user_id, event.party_id, event.channel) == (unit.user.id, unit.party.id, "import")
    # The same file again changes nothing, and there is nothing to press.
    again = look(manager, runtime, send(manager, sheet(ROW)))
    assert facts(again) == [1, 0, 0, 1, 0]
    assert "/apply" not in again.response.text
    assert [one.state for one in uploads_of(session)] == ["applied", "checked"]
    assert len(manager.get("/imports").css("#sent li")) == 2


def test_thirty_wrong_rows_are_named_each_and_nothing_is_kept(
    session: Session, runtime: Runtime, unit: Side, manager: Browser
) -> None:
    rows = [{**ROW, "title": f"Lúa {n}", "price_from": "rẻ" if n % 2 else 9000} for n in range(60)]
    page = look(manager, runtime, send(manager, sheet(*rows)))
    assert facts(page)[0] == 60
    assert facts(page)[4] == 30
    wrong = [node.text(separator=" ") for node in page.css(".cells li")]
    assert len(wrong) == 30
    assert "3" in wrong[0]
    assert "Giá từ" in wrong[0]
    assert "rẻ" in wrong[0]
    assert "/apply" not in page.response.text
    assert len(manager.get(page.path, headers={"HX-Request": "true"}).css(".cells li")) == 30
    [upload] = uploads_of(session)
    manager.post(f"/imports/{upload.id}/apply", manager.get("/imports").form("/imports").fields)
    session.expire_all()
    worker.run_due(runtime)
    assert make.count_rows(session, Listing) == 0, "not even for who asks by hand"


def test_very_many_wrong_cells_are_leafed_through(
    session: Session, runtime: Runtime, unit: Side, manager: Browser
) -> None:
    rows = [{**ROW, "title": f"Lúa {n}", "price_from": "rẻ", "volume": "nhiều"} for n in range(600)]
    page = look(manager, runtime, send(manager, sheet(*rows)))
    assert len(page.css(".cells li")) == 100
    last = manager.get(page.path, page="10")
    assert len(last.css(".cells li")) == 100
    assert "1.200" in page.text
    assert len((uploads_of(session)[0].report or {})["errors"]) == 1000


@pytest.mark.parametrize(
    ("held", "name"),
    [
        (b"", "empty.xlsx"),
        (b"PK\x03\x04 nothing", "broken.xlsx"),
        (b"\0\1\2", "odd.bin"),
        (b"a,b\n1,2\n", "a.csv"),
    ],
)
def test_what_is_no_spreadsheet_is_refused_in_words(
    session: Session, runtime: Runtime, manager: Browser, held: bytes, name: str
) -> None:
    page = send(manager, held, name=name)
    if page.status == 200:
        page = look(manager, runtime, page)
        assert uploads_of(session)[0].state == "refused"
        assert page.css(".cells li")
    else:
        assert page.status == 422
    assert make.count_rows(session, Listing) == 0


def test_a_file_that_is_too_large_is_refused(
    session: Session, settings: Settings, runtime: Runtime, manager: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 3_000)
    page = look(manager, runtime, send(manager, b"x" * 10_000, name="a.csv"))
    assert uploads_of(session)[0].state == "refused"
    assert page.css(".cells li")
    [name] = lying(settings)
    assert len(Incoming(settings.files).read(name) or b"") == 3_001, "no more of it is kept than shows it"


def test_no_file_is_no_upload(session: Session, settings: Settings, manager: Browser) -> None:
    form = manager.get("/imports").form("/imports")
    manager.before()
    page = Page(manager.client.post("/imports", data=form.fields, files=[("file", ("", b""))]), manager)
    assert page.status == 422
    assert page.form("/imports").error("file")
    assert (uploads_of(session), lying(settings)) == ([], [])


def test_sent_twice_it_is_one(session: Session, settings: Settings, manager: Browser) -> None:
    fields = manager.get("/imports").form("/imports").fields
    first, second = (send(manager, sheet(ROW), fields=fields) for _ in range(2))
    assert first.path == second.path
    assert (len(uploads_of(session)), len(lying(settings))) == (1, 1)


def test_a_unit_touches_no_row_of_another(
    session: Session, runtime: Runtime, unit: Side, manager: Browser
) -> None:
    make.make_unit(session, code="HTX-T-002")
    others = ({**ROW, "cooperative_code": f"HTX-T-00{n}"} for n in (2, 3))
    told = [one.text() for one in look(manager, runtime, send(manager, sheet(ROW, *others))).css(".cells li")]
    assert [("HTX-T-002" in one, "nhập đơn vị" in one) for one in told] == [(True, False), (False, False)]
    assert send(manager, sheet(ROW), kind="cooperatives").status == 403
    assert manager.get("/imports/exports/cooperatives.xlsx").status == 404


def test_an_officer_touches_the_places_of_the_duty_alone(
    session: Session, runtime: Runtime, browser: Open
) -> None:
    mine, other = make.some_commune(session, index=3), make.some_commune(session, index=9)
    officer = make.make_officer(session, place_id=mine.id, duties=("register",))
    stranger = make.make_unit(session, place_id=other.id, code="HTX-T-900")
    here = signed_in(browser, officer)
    row = {"code": "HTX-T-001", "name": "HTX Mới", "form": "HTX", "place_code": mine.code}
    rows = [
        row,
        {**row, "code": "HTX-T-002", "place_code": other.code},
        {**row, "code": stranger.party.code, "name": "HTX Đổi"},
    ]
    page = look(here, runtime, send(here, sheet(*rows), kind="cooperatives"))
    assert sorted({node.text().split()[1] for node in page.css(".cells li")}) == ["3", "4"]
    page = look(here, runtime, send(here, sheet(row), kind="cooperatives"))
    look(here, runtime, page.form("/apply").send())
    made = session.scalars(sa.select(Party).where(Party.code == "HTX-T-001")).one()
    assert (made.name, made.standing) == ("HTX Mới", "confirmed")
    # What is taken out is of these places too.
    held = here.get("/imports/exports/cooperatives.csv").response.text
    assert "HTX-T-001" in held
    assert "HTX-T-900" not in held
    assert send(here, sheet(row), kind="links").status == 403, "another duty"


def test_rights_that_are_gone_by_then_are_gone(
    session: Session, runtime: Runtime, unit: Side, manager: Browser
) -> None:
    page = look(manager, runtime, send(manager, sheet(ROW)))
    assert facts(page) == [1, 1, 0, 0, 0]
    answer = page.form("/apply").send()
    session.execute(sa.text("UPDATE memberships SET can_trade = false"))
    session.commit()
    worker.run_due(runtime)
    [upload] = uploads_of(session)
    session.refresh(upload)
    assert (answer.status, upload.state, make.count_rows(session, Listing)) == (200, "refused", 0)


def test_what_has_changed_since_is_looked_at_again(
    session: Session, runtime: Runtime, unit: Side, manager: Browser
) -> None:
    page = look(manager, runtime, send(manager, sheet(ROW)))
    look(manager, runtime, page.form("/apply").send())
    page = look(manager, runtime, send(manager, sheet({**ROW, "volume": 10_000})))
    assert facts(page) == [1, 0, 1, 0, 0]
    # Meanwhile more of it is promised than the file would leave.
    session.execute(sa.update(Lot).values(committed=Lot.volume))
    session.commit()
    look(manager, runtime, page.form("/apply").send())
    assert uploads_of(session)[-1].state == "refused"
    assert session.scalars(sa.select(Lot.volume)).one() == 12_000_000


def test_dropped_it_is_gone_and_not_taken_in(
    session: Session, settings: Settings, runtime: Runtime, manager: Browser
) -> None:
    page = look(manager, runtime, send(manager, sheet(ROW)))
    form = page.form("/drop")
    assert form.send().path == "/imports"
    assert form.send().path == "/imports", "again changes nothing"
    refused = page.form("/apply").send()
    assert refused.status == 409
    worker.run_due(runtime)
    assert make.count_rows(session, Listing) == 0
    clock.move(clock.now() + timedelta(hours=2))
    with_age(settings, hours=3)
    working.clear_away(runtime)
    assert lying(settings) == []


def with_age(settings: Settings, *, hours: int) -> None:
    """Let the files look as if they had lain there for so long, by the clock of the test."""
    moment = (clock.now() - timedelta(hours=hours)).timestamp()
    for path in Incoming(settings.files).folder.glob("*"):
        os.utime(path, (moment, moment))


def test_a_file_nobody_comes_back_to_is_dropped(
    session: Session, settings: Settings, runtime: Runtime, manager: Browser
) -> None:
    look(manager, runtime, send(manager, sheet(ROW)))
    with_age(settings, hours=3)
    working.clear_away(runtime)
    assert lying(settings), "it is waited for"
    clock.move(clock.now() + timedelta(days=8))
    working.clear_away(runtime)
    session.expire_all()
    assert [one.state for one in uploads_of(session)] == ["dropped"]
    assert lying(settings) == []


def test_a_file_that_is_gone_is_asked_for_again(
    session: Session, settings: Settings, runtime: Runtime, manager: Browser
) -> None:
    page = send(manager, sheet(ROW))
    for path in Incoming(settings.files).folder.glob("*"):
        path.unlink()
    page = look(manager, runtime, page)
    assert uploads_of(session)[0].state == "refused"
    assert len(page.css(".cells li")) == 1


def test_a_worker_that_dies_begins_anew(
    session: Session, runtime: Runtime, unit: Side, manager: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = look(manager, runtime, send(manager, sheet(ROW, {**ROW, "title": "Lúa thứ hai"})))
    page.form("/apply").send()

    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as there:
        there.setattr(working, "_end", die)
        with pytest.raises(Killed):
            working.work(runtime)
    session.expire_all()
    assert make.count_rows(session, Listing) == 0, "all of it or nothing"
    assert [one.state for one in uploads_of(session)] == ["applying"]
    worker.run_due(runtime)
    session.expire_all()
    assert make.count_rows(session, Listing) == 2


def test_a_large_file_is_told_of_and_says_how_far_it_is(
    session: Session, settings: Settings, runtime: Runtime, unit: Side, manager: Browser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(working, "LARGE", 1)
    page = look(manager, runtime, send(manager, sheet(ROW, {**ROW, "title": "Lúa thứ hai"})))
    page.form("/apply").send()
    folder = Incoming(settings.files)
    [upload] = uploads_of(session)
    assert folder.progress(upload.file) is None
    folder.note(upload.file, 40, 200)
    half = manager.get(page.path)
    assert "40" in half.text
    assert half.css("progress[max='200'][value='40']")
    worker.run_due(runtime)
    kinds = session.scalars(sa.select(Notice.kind).where(Notice.user_id == unit.user.id)).all()
    assert list(kinds).count("upload.seen") == 2
    assert folder.progress(upload.file) == (0, 3), "noted at the first step; the last one tells the unit"


def test_nobody_sees_what_another_sent(
    session: Session, runtime: Runtime, manager: Browser, browser: Open
) -> None:
    page = look(manager, runtime, send(manager, sheet(ROW)))
    other = signed_in(browser, make.make_unit(session))
    assert other.get(page.path).status == 404
    assert signed_in(browser, make.make_admin(session)).get(page.path).status == 404
    assert signed_in(browser, make.make_buyer(session)).get("/imports").status == 403


def test_too_many_at_once_are_refused(session: Session, settings: Settings, manager: Browser) -> None:
    for _ in range(uploads.MOST_AT_WORK):
        assert send(manager, sheet(ROW)).status == 200
    page = send(manager, sheet(ROW))
    assert page.status == 409
    assert page.form("/imports").error("file")
    assert len(lying(settings)) == uploads.MOST_AT_WORK, "what is refused does not stay"


def test_templates_and_exports_come_back_as_they_are(
    session: Session, runtime: Runtime, unit: Side, manager: Browser
) -> None:
    page = look(manager, runtime, send(manager, sheet(ROW)))
    look(manager, runtime, page.form("/apply").send())
    for kind in ("listings", "season-plans"):
        answer = manager.get(f"/imports/templates/{kind}.xlsx").response
        [empty] = reading.read(answer.content)
        assert len(empty.rows) == 1
        assert f'filename="{kind}.xlsx"' in answer.headers["content-disposition"]
    for ending in ("xlsx", "csv"):
        held = manager.get(f"/imports/exports/listings.{ending}").response.content
        page = look(manager, runtime, send(manager, held, name=f"x.{ending}"))
        assert facts(page) == [1, 0, 0, 1, 0]
