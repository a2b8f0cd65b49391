"""What leads search engines: the sitemap whole and in parts, and robots.txt that names it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from sqlalchemy.orm import Session

from market.app import create_app
from market.db import Database
from market.home import sitemap
from market.listings import service as listings
from market.settings import Settings
from tests import make
from tests.listings.goods import make_listing
from tests.make import TODAY
from tests.pages import Browser

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
IN = {"s": sitemap.NAMESPACE}


def addresses(here: Browser, path: str = "/sitemap.xml", *, element: str = "url") -> list[str]:
    answer = here.get(path).response
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/xml"
    assert answer.headers["cache-control"] == "public, max-age=3600"
    root = ElementTree.fromstring(answer.content)
    assert root.tag == f"{{{sitemap.NAMESPACE}}}{'urlset' if element == 'url' else 'sitemapindex'}"
    return [node.text or "" for node in root.findall(f"s:{element}/s:loc", IN)]


@pytest.fixture
def world(session: Session) -> list[str]:
    """The paths of all that is public, among what is not."""
    one, two = make.make_unit(session), make.make_unit(session)
    shown = [make_listing(session, side) for side in (one, two, one)]
    make_listing(session, one, publish=False)
    gone = make_listing(session, one)
    listings.withdraw(session, actor=one.actor, listing_id=gone.id)
    make.make_unit(session, confirm=False)
    make.make_buyer(session)
    session.commit()
    return [
        *sitemap.PAGES,
        *(f"/listings/{listing.id}" for listing in shown),
        *(f"/cooperatives/{side.party.code}" for side in (one, two)),
    ]


def test_it_names_every_public_page_once_and_each_is_there(world: list[str], browser: Open) -> None:
    here = browser()
    found = addresses(here)
    assert found == [f"http://testserver{path}" for path in world]
    for address in found:
        assert here.get(urlsplit(address).path).status == 200, address


@pytest.fixture(params=[1, 2, 3, 7])
def short_parts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sitemap, "MOST", request.param)
    found: int = request.param
    return found


def test_a_large_market_is_told_in_parts(world: list[str], browser: Open, short_parts: int) -> None:
    here = browser()
    parts = addresses(here, element="sitemap")
    assert len(parts) == -(-len(world) // short_parts)
    found: list[str] = []
    for part in parts:
        told = addresses(here, part.removeprefix("http://testserver"))
        assert 0 < len(told) <= short_parts
        found += told
    assert found == [f"http://testserver{path}" for path in world]


@pytest.mark.parametrize("part", ["0", "2", "-1", "abc", "9" * 40, "٣", "%00", "1e1"])
def test_a_part_that_there_is_not_is_not_found(world: list[str], browser: Open, part: str) -> None:
    assert browser().get(f"/sitemap.xml?part={part}").status == 404
    assert len(addresses(browser(), "/sitemap.xml?part=1")) == len(world)


def test_robots_are_led_to_the_sitemap_and_past_peoples_pages(browser: Open) -> None:
    answer = browser().get("/robots.txt").response
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    lines = answer.text.splitlines()
    assert lines[0] == "User-agent: *"
    assert lines[-1] == "Sitemap: http://testserver/sitemap.xml"
    kept_out = [line.removeprefix("Disallow: ") for line in lines if line.startswith("Disallow: ")]
    assert {"/account", "/department", "/inquiries", "/links"} <= set(kept_out)
    for path in (*sitemap.PAGES, "/listings", "/listings/5", "/cooperatives/HTX-1", "/static/app.css"):
        assert not [rule for rule in kept_out if path.startswith(rule)], path


def test_the_settings_name_the_market_for_all_whatever_was_asked(
    session: Session, settings: Settings, database: Database, tmp_path: Path
) -> None:
    listing = make_listing(session, make.make_unit(session), to_date=TODAY + timedelta(days=9))
    named = settings.model_copy(update={"base_url": "https://cho.vidu.vn/"})
    application = create_app(named, database=database, background=False)
    with Browser(application, before=session.expunge_all) as here:
        assert f"https://cho.vidu.vn/listings/{listing.id}" in addresses(here)
        assert "Sitemap: https://cho.vidu.vn/sitemap.xml" in here.get("/robots.txt").response.text
        page = here.get(f"/listings/{listing.id}", headers={"Host": "elsewhere.test"})
        assert "https://cho.vidu.vn/listings/" in page.css("script[type='application/ld+json']")[0].text()
        assert "elsewhere.test" not in page.response.text
