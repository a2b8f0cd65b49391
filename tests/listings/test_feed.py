"""The feed of a search: well-formed whatever stands in the data, newest first, with ids that last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import clock, worker
from market.listings import feed
from market.listings import service as listings
from market.runtime import Runtime
from market.web import atom
from tests import make
from tests.listings.goods import make_listing
from tests.machines import PERSONAL, Program
from tests.make import TODAY
from tests.pages import Browser

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
IN = {"a": atom.NAMESPACE}


@pytest.fixture
def runtime(app: FastAPI) -> Runtime:
    found: Runtime = app.state.runtime
    return found


@pytest.fixture
def program(browser: Open) -> Program:
    return Program(browser())


def read(program: Program, **fields: Any) -> ElementTree.Element:
    """The feed, with what RFC 4287 asks of every feed and entry."""
    answer = program.get("/listings.atom", **fields)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/atom+xml"
    assert answer.headers["vary"] == "Accept-Language"
    root = ElementTree.fromstring(answer.content)
    assert root.tag == f"{{{atom.NAMESPACE}}}feed"
    for node in (root, *root.findall("a:entry", IN)):
        for name in ("id", "title", "updated"):
            assert len(node.findall(f"a:{name}", IN)) == 1, name
            assert text(node, name), name
        assert datetime.fromisoformat(text(node, "updated")).tzinfo is not None
    ids = [text(entry, "id") for entry in root.findall("a:entry", IN)]
    assert len(set(ids)) == len(ids)
    return root


def text(node: ElementTree.Element, name: str) -> str:
    found = node.find(f"a:{name}", IN)
    assert found is not None
    return found.text or ""


def titles(root: ElementTree.Element) -> list[str]:
    return [text(entry, "title") for entry in root.findall("a:entry", IN)]


def links(node: ElementTree.Element) -> dict[str, str]:
    return {link.attrib["rel"]: link.attrib["href"] for link in node.findall("a:link", IN)}


def test_it_holds_the_newest_fifty_of_the_search(
    session: Session, runtime: Runtime, program: Program
) -> None:
    unit = make.make_unit(session)
    for number in range(52):
        with clock.at(clock.start_of(TODAY) + timedelta(minutes=number)):
            make_listing(session, unit, title=f"Gạo {number:02}")
    make_listing(session, unit, title="Tôm", product="tom-su", price_from=180_000)
    worker.run_due(runtime, long=False)
    root = read(program, q="gao", sort="price", page="2")
    assert titles(root) == [f"Gạo {number:02}" for number in range(51, 1, -1)]
    assert links(root)["self"] == "http://testserver/listings.atom?q=gao"
    assert links(root)["alternate"] == "http://testserver/listings?q=gao"
    assert titles(read(program, sector="shrimp")) == ["Tôm"]
    runtime.the_index().close()
    assert len(titles(read(program, q="gao"))) == 50
    assert titles(read(program, q="xi măng")) == []


def test_an_entry_keeps_its_id_and_says_when_it_changed(
    session: Session, runtime: Runtime, program: Program
) -> None:
    unit = make.make_unit(session, user={"phone": "0912000222"})
    listing = make_listing(session, unit, title='Gạo <b>"thơm"</b> & dẻo ]]>')
    worker.run_due(runtime, long=False)
    (before,) = read(program).findall("a:entry", IN)
    assert text(before, "title") == 'Gạo <b>"thơm"</b> & dẻo ]]>'
    assert text(before, "id") == f"tag:testserver,2026:listings/{listing.id}"
    assert links(before)["alternate"] == f"http://testserver/listings/{listing.id}"
    assert text(before, "updated") == text(before, "published")
    assert "18.500 đ/kg" in text(before, "summary")
    author = before.find("a:author", IN)
    assert author is not None
    assert text(author, "name") == unit.party.name
    with clock.at(TODAY + timedelta(days=2)):
        listings.edit_listing(
            session,
            actor=unit.actor,
            listing_id=listing.id,
            version=listing.version,
            title=listing.title,
            price_from=20_000,
        )
        session.commit()
        worker.run_due(runtime, long=False)
        (after,) = read(program, lang="en").findall("a:entry", IN)
    assert text(after, "id") == text(before, "id")
    assert text(after, "published") == text(before, "published")
    assert text(after, "updated") > text(before, "updated")
    assert "20,000 đ/kg" in text(after, "summary")
    whole = program.get("/listings.atom").text
    assert not [one for one in PERSONAL if one in whole]


def test_the_page_and_the_feed_share_their_fields(program: Program) -> None:
    fields = {"q": "gạo", "sector": ["rice", "shrimp"], "sort": "price", "page": 3}
    address = feed.address_of(fields)
    assert address == "/listings.atom?q=g%E1%BA%A1o&sector=rice&sector=shrimp"
    assert program.get(address).status_code == 200


def test_no_sign_makes_it_anything_but_xml(program: Program) -> None:
    for sign in ("\uffff", "\ufffe", "<", "&", "]]>", "\u2028", "🦐", "\u0085", "\ufdd0"):
        answer = program.get("/listings.atom", q=f"gạo {sign}")
        if answer.status_code == 200:
            ElementTree.fromstring(answer.content)
        else:
            assert answer.status_code == 422
    entry = atom.Entry("\x00a", "\x0b\ud800b", "/c\uffff", "d", clock.now(), clock.now(), "\x1f", "e\x7f")
    made = atom.render(atom.Feed("x", "y", "/", "/", clock.now(), "vi", [entry]))
    root = ElementTree.fromstring(made)
    assert titles(root) == ["b"]


def test_an_address_without_a_host_of_names_still_gives_an_id() -> None:
    assert atom.tag("https://cho.vidu.vn:8443/", "listings/5") == "tag:cho.vidu.vn,2026:listings/5"
    assert atom.tag("http://[::1]:8000/", "/listings/5") == "tag:--1,2026:listings/5"
    assert atom.tag("nonsense", "/x") == "tag:market,2026:x"
