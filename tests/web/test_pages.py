"""A page or its one block, where a redirect leads with htmx and without, and what is said once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy.orm import Session

from market import clock
from market.web import pages
from tests import make, trade
from tests.pages import Browser, signed_in

Open = Callable[[], Browser]
HTMX = {"HX-Request": "true"}
ROUTES = sorted((Path(pages.ROOT)).rglob("*routes.py"))
#: Addresses that answer with a block, and its name.
BLOCKS = {
    "/listings": "results",
    "/cooperatives": "results",
    "/department/parties": "results",
    "/department/certificates": "results",
    "/imports/{upload}": "upload",
}


def test_all_pages_with_a_block_are_known_here() -> None:
    asked = [name for path in ROUTES for name in re.findall(r'block="(\w+)"', path.read_text("utf-8"))]
    assert sorted(asked) == sorted(BLOCKS.values())


@pytest.mark.parametrize(("path", "block"), BLOCKS.items())
def test_htmx_gets_the_one_block_and_everybody_else_the_page(
    session: Session, browser: Open, path: str, block: str
) -> None:
    officer = make.make_officer(session)
    here = signed_in(browser, officer)
    path = path.format(upload=make.make_upload(session, officer).id)
    part = here.get(path, headers=HTMX)
    assert part.status == 200
    top = LexborHTMLParser(part.response.text, is_fragment=True).root
    assert top is not None
    elements = [node for node in top.iter() if node.tag != "-text"]
    assert [node.attributes.get("id") for node in elements] == [block], "the block holds its own element"
    for more in ({}, {"HX-Boosted": "true"}, {"HX-History-Restore-Request": "true"}):
        whole = here.get(path, headers={**(HTMX if more else {}), **more})
        assert "<html" in whole.response.text
        assert whole.css(f"#{block}")
        for name in ("HX-Request", "HX-Boosted", "HX-History-Restore-Request", "Cookie"):
            assert name in whole.response.headers["vary"]


def test_every_template_block_stands_alone_by_its_own_name() -> None:
    env = pages.make_environment(make.make_settings())
    found = {
        name: block
        for name in env.list_templates()
        for block in env.get_template(name).blocks
        if block not in ("title", "content", "description", "width", "head")
    }
    assert sorted(found.values()) == sorted(BLOCKS.values())
    for name, block in found.items():
        template = pages.ROOT / "templates" / name
        inside = template.read_text("utf-8").split(f"{{% block {block} %}}", 1)[1]
        if inside.startswith(f"{{{{ {block} }}}}"):  # drawn apart, by the macro of that name
            drawn = template.with_name(f"{block}.html").read_text("utf-8")
            inside = drawn.split("%}", 1)[1]
        assert re.match(rf'\s*<\w+ id="{block}"', inside), f"{name}: {block} begins with another element"


def test_a_redirect_reaches_htmx_as_a_place_to_go(session: Session, browser: Open) -> None:
    with clock.at(make.TODAY):
        unit = make.make_unit(session)
        listing, _ = trade.make_listing(session, unit)
        here = signed_in(browser, unit)
        form = here.get(f"/listings/{listing.id}").form("/pause")
        answer = here.post(form.action, form.fields, headers=HTMX)
        assert answer.status == 204
        place = json.loads(answer.response.headers["hx-location"])
        assert place["path"].startswith("/listings")
        assert place["headers"] == {"HX-Boosted": "true"}


def test_what_was_done_is_said_once(session: Session, browser: Open) -> None:
    with clock.at(make.TODAY):
        unit = make.make_unit(session)
        listing, _ = trade.make_listing(session, unit)
        here = signed_in(browser, unit)
        paused = here.get(f"/listings/{listing.id}").form("/pause").send()
        said = paused.css(".said")
        assert said
        assert not here.get(paused.path).css(".said")


@pytest.mark.parametrize("cookie", ["x", "x.y", "PGI-.0", "a" * 5000])
def test_nobody_else_puts_words_on_a_page(browser: Open, cookie: str) -> None:
    here = browser()
    page = here.get("/about", headers={"Cookie": f"{pages.FLASH_COOKIE}={cookie}"})
    assert page.status == 200
    assert not page.css(".said")


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("/listings?q=lúa", "/listings?q=l%C3%BAa"),
        ("//evil.test", "/"),
        ("https://evil.test", "/"),
        ("/\\evil.test", "/"),
        (None, "/"),
        ("/a\r\nSet-Cookie: x", "/a%0D%0ASet-Cookie:%20x"),
    ],
)
def test_only_own_addresses_are_gone_to(asked: object, kept: str) -> None:
    assert pages.own_path(asked) == kept
