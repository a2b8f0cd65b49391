"""The photos of a listing through HTTP: added, put first, described, deleted, and every refusal, with nothing
stored. Their files, and who sees them, are in test_photo_files.py, what is read of one in test_pictures.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market import clock
from market.errors import Conflict
from market.events import EventRow
from market.files.disk import COMING
from market.listings import photo_routes, photos, pictures
from market.listings import service as listings
from market.listings.models import Listing
from market.listings.photo_models import ListingPhoto
from market.settings import Settings
from tests import make
from tests.listings import shots
from tests.listings.goods import make_listing
from tests.listings.shots import File, names, rows, send, shot, some
from tests.make import Side
from tests.pages import Browser, Page

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]


@pytest.fixture
def listing(session: Session, unit: Side) -> Listing:
    return make_listing(session, unit)


def nothing_stored(session: Session, settings: Settings) -> bool:
    return not make.count_rows(session, ListingPhoto) and not shots.files_in(settings.files)


def test_a_manager_adds_several_at_once_and_buyers_see_them(
    session: Session, settings: Settings, unit: Side, manager: Browser, browser: Open, listing: Listing
) -> None:
    page = send(
        manager,
        listing,
        ("tôm.jpg", shot("JPEG", (2000, 1000))),
        ("ao.png", shot("PNG", (500, 900))),
        ("kho.heic", shot("HEIF", (800, 600), turned=6)),
        ("nhỏ.webp", shot("WEBP", (200, 100))),
    )
    assert page.status == 200
    assert page.path == f"/listings/{listing.id}/edit"
    assert page.css(".said")
    assert len(page.css(".own-photos img")) == 4
    shown = browser().get(f"/listings/{listing.id}")
    images = [node.attributes for node in shown.css(".photos img")]
    assert [(one["width"], one["height"]) for one in images] == [
        ("1280", "640"),
        ("500", "900"),
        ("600", "800"),
        ("200", "100"),
    ]
    for number, one in enumerate(images, start=1):
        assert one["loading"] == "lazy"
        assert one["sizes"]
        assert one["alt"] == f"Ảnh {number} của “{listing.title}”"
    first, second, *_, small = (one["srcset"] or "" for one in images)
    assert [part.split()[1] for part in first.split(", ")] == ["320w", "640w", "1280w"]
    assert [part.split()[1] for part in second.split(", ")] == ["320w", "500w"]
    assert [part.split()[1] for part in small.split(", ")] == ["200w"]
    for address in (part.split()[0] for one in (first, second, small) for part in one.split(", ")):
        assert shown.browser.client.get(address).status_code == 200
    block = json.loads(shown.css("script[type='application/ld+json']")[0].text())
    assert block["image"] == [f"http://testserver{one['src']}" for one in images]
    assert {row.added_by for row in rows(session, listing)} == {unit.user.id}
    event = session.scalars(sa.select(EventRow).where(EventRow.name == "listing.photos_changed")).one()
    assert (event.subject_id, event.data) == (listing.id, {"photos": 4})
    assert not list((settings.files / "photos" / COMING).iterdir())


def test_a_page_without_photos_says_nothing_of_them(browser: Open, listing: Listing) -> None:
    page = browser().get(f"/listings/{listing.id}")
    assert not page.css(".photos")
    assert not page.css("img")
    assert "image" not in json.loads(page.css("script[type='application/ld+json']")[0].text())


def test_one_is_put_first_one_described_one_deleted(
    session: Session, manager: Browser, browser: Open, listing: Listing
) -> None:
    page = send(manager, listing, *some(3))
    a, b, c = names(session, listing)
    assert not page.css(f"form[action$='{a}/first']"), "the first is first already"
    page = page.form(f"/{c}/first").send()
    assert names(session, listing) == [c, a, b]
    page = page.form(f"/{a}/alt").send(alt="  Ao tôm <lúc> “nước lớn” & mưa ")
    assert [row.alt for row in rows(session, listing)] == ["", "Ao tôm <lúc> “nước lớn” & mưa", ""]
    assert page.form(f"/{a}/alt").fields["alt"] == "Ao tôm <lúc> “nước lớn” & mưa"
    page = page.form(f"/{c}/delete").send()
    assert names(session, listing) == [a, b]
    shown = browser().get(f"/listings/{listing.id}")
    assert [node.attributes["alt"] for node in shown.css(".photos img")] == [
        "Ao tôm <lúc> “nước lớn” & mưa",
        f"Ảnh 2 của “{listing.title}”",
    ]
    assert page.form(f"/{b}/delete").send().form(f"/{a}/delete").send().status == 200
    assert not names(session, listing)


def test_words_that_are_too_long_stand_beside_their_photo(
    session: Session, manager: Browser, listing: Listing
) -> None:
    page = send(manager, listing, *some(2))
    _, b = names(session, listing)
    refused = page.form(f"/{b}/alt").send(alt="x" * 201)
    assert refused.status == 422
    assert refused.form(f"/{b}/alt").error("alt")
    assert refused.form(f"/{b}/alt").fields["alt"] == "x" * 201
    assert refused.css(".problems a[href='#f-alt']")
    assert [row.alt for row in rows(session, listing)] == ["", ""]


def test_the_ninth_photo_is_refused(
    session: Session, settings: Settings, manager: Browser, listing: Listing
) -> None:
    page = send(manager, listing, *some(9))
    assert page.status == 422
    assert "8" in page.form("/photos").error("photos")
    assert page.css(".problems a[href='#f-photos']")
    assert nothing_stored(session, settings)
    fields = page.form("/photos").fields
    assert send(manager, listing, *some(7), fields=fields).status == 200
    before = names(session, listing)
    assert len(before) == 7
    refused = send(manager, listing, *some(2, start=7), fields=fields)
    assert refused.status == 422
    assert "7" in refused.form("/photos").error("photos")
    assert names(session, listing) == before
    assert len(shots.files_in(settings.files)) == 7
    again = send(manager, listing, *some(8), fields=fields)
    assert again.status == 200, "what is there already is no ninth"
    assert names(session, listing)[:7] == before
    assert len(names(session, listing)) == 8
    assert not again.css("form input[type=file]"), "there is no room for more"
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            sa.insert(ListingPhoto).values(
                listing_id=listing.id, position=9, name="f", width=1, height=1, alt="", added_at=clock.now()
            )
        )


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([], "chọn ít nhất một ảnh"),
        ([("", b"")], "chọn ít nhất một ảnh"),
        ([("a.jpg", b"no picture")], "a.jpg không phải ảnh"),
        ([("rỗng.jpg", b"")], "rỗng.jpg không phải ảnh"),
        ([("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")], "a.svg không phải ảnh"),
        ([("a.png", shots.png(2**31 - 1, 2**31 - 1))], "a.png có quá nhiều điểm ảnh"),
        ([("to.jpg", shot() + b"\0" * pictures.MOST_BYTES)], "to.jpg quá lớn"),
        ([*some(3), ("x.jpg", shot()[:2000]), *some(2, start=4)], "x.jpg không phải ảnh"),
    ],
    ids=["none", "empty field", "no picture", "empty file", "svg", "bomb", "large", "one of six"],
)
def test_what_is_refused_is_said_beside_the_field_and_nothing_is_stored(
    session: Session, settings: Settings, manager: Browser, listing: Listing, files: list[File], said: str
) -> None:
    page = send(manager, listing, *files) if files and files[0][0] else _raw(manager, listing, bool(files))
    assert page.status == 422
    assert said in page.form("/photos").error("photos")
    assert page.form("/edit").fields["title"] == listing.title, "the rest of the page is there"
    assert nothing_stored(session, settings)


def _raw(here: Browser, listing: Listing, with_field: bool) -> Page:
    """What a browser sends when no file was chosen."""
    token = here.get(f"/listings/{listing.id}/edit").form("/photos").fields["csrf_token"]
    body = f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
    if with_field:
        head = 'Content-Disposition: form-data; name="photos"; filename=""'
        body += f"--b\r\n{head}\r\nContent-Type: application/octet-stream\r\n\r\n\r\n"
    here.before()
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    return Page(
        here.client.post(f"/listings/{listing.id}/photos", content=body + "--b--", headers=headers), here
    )


@pytest.mark.parametrize("said", [True, False], ids=["by its length", "as it comes"])
def test_a_request_is_bounded(
    session: Session,
    settings: Settings,
    manager: Browser,
    listing: Listing,
    monkeypatch: pytest.MonkeyPatch,
    said: bool,
) -> None:
    monkeypatch.setattr(photo_routes, "MOST_BYTES", 2**20)
    if said:
        page = send(manager, listing, ("a.jpg", shot() + b"\0" * 2**20))
    else:
        manager.before()
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        body = b'--b\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\n\r\n'
        parts = iter([body, *[b"\0" * 2**16] * 64])
        page = Page(
            manager.client.post(f"/listings/{listing.id}/photos", content=parts, headers=headers), manager
        )
    assert page.status == 422
    assert "1 MB" in page.form("/photos").error("photos")
    assert nothing_stored(session, settings)


def test_a_name_is_text_whatever_it_holds(manager: Browser, listing: Listing) -> None:
    name = "'\"><script>alert(1)</script><img src=x onerror=alert(1)>.jpg"
    page = send(manager, listing, (name, b"no picture"))
    assert page.status == 422
    assert not page.css("main script")
    assert not page.css("img")
    good = send(manager, listing, (name, shot()))
    assert good.status == 200
    assert "alert" not in good.response.text


def test_a_form_without_its_token_is_refused_and_so_are_files_elsewhere(
    session: Session, settings: Settings, manager: Browser, listing: Listing
) -> None:
    assert send(manager, listing, *some(1), fields={}).status == 403
    token = manager.get(f"/listings/{listing.id}/edit").form("/photos").fields["csrf_token"]
    root = f"/listings/{listing.id}/photos"
    assert manager.client.post(root, data={"csrf_token": token}).status_code == 400
    wrong = manager.client.post(root, data={"csrf_token": token}, files=[("title", some(1)[0])])
    assert wrong.status_code == 400
    many = manager.client.post(root, data={"csrf_token": token}, files=[("photos", ("a", b"x"))] * 101)
    assert many.status_code == 400
    assert nothing_stored(session, settings)


def test_what_was_taken_back_takes_no_photos(
    session: Session, settings: Settings, unit: Side, manager: Browser, listing: Listing
) -> None:
    (name,) = shots.keep(session, unit, listing, settings.files, shot())
    form = manager.get(f"/listings/{listing.id}/edit").form("/photos")
    listings.withdraw(session, actor=unit.actor, listing_id=listing.id)
    session.commit()
    page = send(manager, listing, *some(1), fields=form.fields)
    assert page.status == 409
    assert page.form("/photos").error("photos")
    assert page.form(f"/{name}/delete").send().status == 409
    assert names(session, listing) == [name]
    assert len(shots.files_in(settings.files)) == 3
    with pytest.raises(Conflict):
        photos.remove(session, actor=unit.actor, listing_id=listing.id, name=name)
