"""The files of photos: who sees them and with which headers, who may change them, what is kept once, and the
job that removes the files which no row names.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import clock, worker
from market.db import Database
from market.errors import Invalid
from market.files.disk import COMING
from market.listings import photos, pictures
from market.listings import service as listings
from market.listings.models import Listing
from market.settings import Settings
from tests import make
from tests.listings import shots
from tests.listings.goods import make_listing
from tests.listings.shots import names, send, shot, some
from tests.make import Side
from tests.pages import Browser, signed_in

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]


@pytest.fixture
def listing(session: Session, unit: Side) -> Listing:
    return make_listing(session, unit)


def test_files_come_with_safe_headers_and_no_listing_of_them(
    session: Session, settings: Settings, unit: Side, browser: Open, listing: Listing
) -> None:
    (name,) = shots.keep(session, unit, listing, settings.files, shot())
    client = browser().client
    root = f"/listings/{listing.id}/photos"
    answer = client.get(f"{root}/{name}-640.webp")
    assert answer.status_code == 200
    assert answer.content[:4] == b"RIFF"
    headers = answer.headers
    assert headers["content-type"] == "image/webp"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-disposition"] == "inline"
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert "set-cookie" not in headers
    other = make_listing(session, unit, title="Tin khác")
    for path in (
        "",
        "/",
        f"/{name}",
        f"/{name}-321.webp",
        f"/{name}-640.jpg",
        f"/{name.upper()}-640.webp",
        f"/{'0' * 40}-640.webp",
        "/..%2f..%2fmarket.sqlite",
        "/.lock",
    ):
        assert client.get(root + path).status_code in (404, 405), path
    assert client.get(f"/listings/{other.id}/photos/{name}-640.webp").status_code == 404
    (settings.files / "photos" / name[:2] / name[2:4] / f"{name}-640.webp").unlink()
    assert client.get(f"{root}/{name}-640.webp").status_code == 404


def test_photos_of_what_is_not_on_sale_are_for_its_own_unit(
    session: Session, settings: Settings, unit: Side, manager: Browser, browser: Open
) -> None:
    draft = make_listing(session, unit, publish=False)
    (name,) = shots.keep(session, unit, draft, settings.files, shot())
    path = f"/listings/{draft.id}/photos/{name}-320.webp"
    stranger, rival = browser(), signed_in(browser, make.make_unit(session))

    def seen() -> tuple[int, ...]:
        return tuple(one.client.get(path).status_code for one in (manager, stranger, rival))

    assert seen() == (200, 404, 404)
    assert manager.client.get(path).headers["cache-control"] == "private, max-age=31536000, immutable"
    listings.publish(session, actor=unit.actor, listing_id=draft.id)
    session.commit()
    assert seen() == (200, 200, 200)
    listings.withdraw(session, actor=unit.actor, listing_id=draft.id)
    session.commit()
    assert seen() == (200, 404, 404)


def test_only_who_may_trade_for_the_unit_changes_them(
    session: Session, settings: Settings, unit: Side, browser: Open, listing: Listing
) -> None:
    (name,) = shots.keep(session, unit, listing, settings.files, shot())
    looker = make.make_unit(session, powers=("view",))
    own = make_listing(session, looker)
    root = f"/listings/{listing.id}/photos"
    for side, status, target in (
        (make.make_unit(session), 404, root),
        (make.make_buyer(session), 403, root),
        (looker, 403, f"/listings/{own.id}/photos"),
    ):
        here = signed_in(browser, side)
        token = here.get("/account").form("/account/sign-out").fields
        for step in (f"/{name}/first", f"/{name}/alt", f"/{name}/delete"):
            assert here.post(target + step, token).status == status
        sent = here.client.post(target, data=token, files=[("photos", some(1)[0])])
        assert sent.status_code == status
    nobody = browser()
    assert nobody.client.post(root, files=[("photos", some(1)[0])]).status_code == 401
    assert names(session, listing) == [name]
    assert len(shots.files_in(settings.files)) == 3


def test_the_same_photo_twice_is_kept_once(
    session: Session, settings: Settings, unit: Side, manager: Browser, listing: Listing
) -> None:
    one = ("a.jpg", shot("JPEG", (60, 40)))
    page = send(manager, listing, one, ("b.jpg", one[1]))
    assert page.status == 200
    assert len(names(session, listing)) == 1
    other = make_listing(session, unit, title="Tin khác")
    send(manager, other, one)
    assert names(session, other) == names(session, listing)
    assert len(shots.files_in(settings.files)) == 1
    first = names(session, listing)[0]
    page = manager.get(f"/listings/{listing.id}/edit").form(f"/{first}/delete").send()
    assert page.status == 200
    path = f"/listings/{other.id}/photos/{first}-320.webp"
    assert manager.client.get(path).status_code == 200


def _aged(settings: Settings, **changes: float) -> None:
    moment = (clock.now() - timedelta(**changes)).timestamp()
    for path in (settings.files / "photos").rglob("*"):
        os.utime(path, (moment, moment))


def test_files_that_no_row_names_go_after_a_day(
    app: FastAPI, session: Session, settings: Settings, unit: Side, listing: Listing
) -> None:
    def run() -> Any:
        return worker.run_due(app.state.runtime, long=False).get("listings:photos", 0)

    assert run() == 0, "there is no folder yet"
    kept, gone = shots.keep(session, unit, listing, settings.files, shot(), shot(seed=90))
    other = make_listing(session, unit, title="Tin khác")
    shots.keep(session, unit, other, settings.files, shot(seed=120), commit=False)
    session.rollback()
    photos.remove(session, actor=unit.actor, listing_id=listing.id, name=gone)
    session.rollback()
    assert names(session, listing) == [kept, gone]
    _aged(settings, days=2)
    assert run() == 3, "what the rolled back transaction had kept"
    assert len(shots.files_in(settings.files)) == 6, "what was not deleted after all is there"
    photos.remove(session, actor=unit.actor, listing_id=listing.id, name=gone)
    session.commit()
    _aged(settings, hours=23)
    assert run() == 0, "a younger one may be another's in a transaction that is not over"
    left = settings.files / "photos" / COMING / "left"
    left.mkdir()
    _aged(settings, hours=25)
    assert run() == 4
    assert shots.files_in(settings.files) == sorted(f"{kept}-{width}.webp" for width in (320, 640, 1280))
    assert not left.exists()


def test_what_is_sent_once_more_stays_though_its_file_was_old(
    app: FastAPI, session: Session, settings: Settings, unit: Side, listing: Listing
) -> None:
    (name,) = shots.keep(session, unit, listing, settings.files, shot())
    photos.remove(session, actor=unit.actor, listing_id=listing.id, name=name)
    session.commit()
    _aged(settings, days=9)
    with clock.at(clock.today() + timedelta(days=1)):
        shots.keep(session, unit, listing, settings.files, shot(), commit=False)
        before = (clock.now() - photos.SPARED).timestamp()
        store = pictures.Store(settings.files)
        assert store.remove_orphans(older_than=before, named=lambda _names: set()) == 0
        session.commit()
    assert len(shots.files_in(settings.files)) == 3


def test_at_once_they_are_no_more_than_a_listing_may_have(own_database: Database, tmp_path: Path) -> None:
    """Real threads and real commits: eight send two photos each, of which four find room."""
    store = pictures.Store(tmp_path)
    with own_database.session(write=True) as session:
        unit = make.make_unit(session)
        listing_id, actor = make_listing(session, unit).id, unit.actor
        session.commit()
    with ExitStack() as held:
        folder = held.enter_context(store.coming())
        read = store.read([shots.Given(content) for _, content in some(16)], folder)

        def add(number: int) -> bool:
            try:
                with own_database.writing() as session:
                    two = read[2 * number : 2 * number + 2]
                    photos.add_photos(session, actor=actor, listing_id=listing_id, pictures=two, store=store)
            except Invalid:
                return False
            return True

        with ThreadPoolExecutor(8) as threads:
            assert sum(threads.map(add, range(8))) == 4
    with own_database.reading() as session:
        held_now = photos.list_photos(session, listing_id=listing_id, title="")
    assert [photo.position for photo in held_now] == list(range(1, 9))
    assert {name.partition("-")[0] for name in shots.files_in(tmp_path)} == {one.name for one in held_now}
