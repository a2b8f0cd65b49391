"""The photos of a listing through the API: sent as a body or in a form, ordered, described, taken away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from market.listings.models import Listing
from tests import make, trade
from tests.listings import shots
from tests.machines import API, Trader, check_declared
from tests.make import Side
from tests.pages import Browser

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
JPEG = {"Content-Type": "image/jpeg"}


@pytest.fixture
def coop(browser: Open, session: Session, seller: Side) -> Trader:
    return Trader(browser(), session, seller.user)


@pytest.fixture
def listing(session: Session, seller: Side) -> Listing:
    return trade.make_listing(session, seller)[0]


def send_form(coop: Trader, listing: Listing, *files: shots.File, field: str = "photos") -> Any:
    """Several at once."""
    path = f"/listings/{listing.id}/photos"
    headers = {"Authorization": f"Bearer {coop.token}"}
    coop.browser.before()
    answer = coop.browser.client.post(API + path, files=[(field, one) for one in files], headers=headers)
    check_declared(coop.document, "POST", path, answer)
    return answer


def names(told: Any) -> list[str]:
    return [one["name"] for one in told["photos"]]


def test_photos_are_sent_ordered_described_and_taken_away(
    session: Session, coop: Trader, listing: Listing
) -> None:
    path = f"/listings/{listing.id}/photos"
    photo = shots.shot("JPEG", (900, 600))
    first = coop.send("POST", path, raw=photo, key="one", **JPEG)
    assert first.status_code == 200
    [told] = first.json()["photos"]
    assert (told["width"], told["height"], told["alt"]) == (900, 600, "")
    again = coop.send("POST", path, raw=photo, key="one", **JPEG)
    assert (again.json(), again.headers["idempotent-replayed"]) == (first.json(), "true")
    assert coop.send("POST", path, raw=shots.shot(seed=7), key="one", **JPEG).status_code == 409
    # Without a key it is still the same photo.
    assert names(coop.send("POST", path, raw=photo, **JPEG).json()) == [told["name"]]

    sent = send_form(coop, listing, *shots.some(2))
    assert sent.status_code == 200
    one, two, three = names(sent.json())
    assert one == told["name"]
    assert names(coop.does("PUT", path, {"photos": [three, one, two]})) == [three, one, two]
    for wrong in ([three, one], [three, one, one], [three, one, two, two], [three, one, "x"]):
        assert "photos" in coop.wrong("PUT", path, 422, {"photos": wrong})
    told = coop.does("PATCH", f"{path}/{one}", {"alt": "Ruộng lúa"})
    assert [each["alt"] for each in told["photos"]] == ["", "Ruộng lúa", ""]
    assert "alt" in coop.wrong("PATCH", f"{path}/{one}", 422, {})
    assert names(coop.does("DELETE", f"{path}/{three}", key="gone")) == [one, two]
    assert names(coop.does("DELETE", f"{path}/{three}", key="gone")) == [one, two], "done once"
    assert coop.wrong("DELETE", f"{path}/{three}", 404) == {}
    seen = coop.look(f"/listings/mine/{listing.id}/photos")
    assert names(seen) == [one, two] == shots.names(session, listing)
    assert coop.get(seen["photos"][0]["url"]).headers["content-type"] == "image/webp"


def test_what_is_no_photo_or_too_many_is_refused_whole(coop: Trader, listing: Listing) -> None:
    path = f"/listings/{listing.id}/photos"
    assert "photos" in coop.wrong("POST", path, 422, raw=b"no photo", **JPEG)
    assert "photos" in coop.wrong("POST", path, 422, raw=b"", **JPEG)
    assert "photos" in coop.wrong("POST", path, 422, {"photos": []})
    assert coop.wrong("POST", path, 400, raw=b"x", **{"Content-Type": "multipart/form-data"}) == {}
    assert send_form(coop, listing, *shots.some(9)).status_code == 422
    assert send_form(coop, listing, *shots.some(1), ("b.jpg", b"no photo")).status_code == 422
    assert send_form(coop, listing, *shots.some(1), field="files").status_code == 400
    assert coop.look(f"/listings/mine/{listing.id}/photos")["photos"] == []


def test_a_body_that_is_too_long_is_not_kept(coop: Trader, listing: Listing) -> None:
    path = f"/listings/{listing.id}/photos"
    assert "photos" in coop.wrong("POST", path, 422, raw=b"\xff" * (15 * 2**20 + 1), **JPEG)


def test_only_the_own_unit_with_a_token_sends_photos(
    browser: Open, session: Session, coop: Trader, listing: Listing
) -> None:
    path = f"/listings/{listing.id}/photos"
    name = shots.note(session, listing)
    session.commit()
    rival = Trader(browser(), session, make.make_unit(session).user)
    buyer = Trader(browser(), session, make.make_buyer(session).user)
    photo = shots.shot()
    for who, status in ((rival, 404), (buyer, 403)):
        assert who.send("POST", path, raw=photo, **JPEG).status_code == status
        assert who.send("PUT", path, {"photos": [name]}).status_code == status
        assert who.send("PATCH", f"{path}/{name}", {"alt": "x"}).status_code == status
        assert who.send("DELETE", f"{path}/{name}").status_code == status
        assert who.send("GET", f"/listings/mine/{listing.id}/photos").status_code == status
    coop.token = "nobody's"
    assert coop.send("POST", path, raw=photo, **JPEG).status_code == 401
    assert shots.names(session, listing) == [name]
