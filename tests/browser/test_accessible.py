"""Every page of the rights table, as somebody sees it who may, on a screen of 320 pixels: nothing that axe
(axe-core) calls against WCAG 2.2 AA, and nothing wider than the screen.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext

from market import worker
from tests.house import world
from tests.house.askers import Right
from tests.house.rights import TABLE
from tests.house.world import World
from tests.server import Served
from tests.services import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.profiles("embedded")]

AXE = ROOT / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def pages(there: World) -> dict[str, list[tuple[str, str]]]:
    """The addresses of all pages by who looks at them: of those who may, the first who is signed in."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, right in TABLE.items():
        if right.method != "GET" or right.path.startswith("/api/v1/"):
            continue
        asker = _asker(right)
        found.setdefault(asker, []).append((name, there.filled(right.path, asker)))
    return found


def _asker(right: Right) -> str:
    return next((one for one in right.who if one != "nobody"), right.who[0])


def _context(chromium: Browser, served: Served, there: World, asker: str, *, dark: bool) -> BrowserContext:
    context = chromium.new_context(
        base_url=served.url,
        viewport={"width": 320, "height": 640},
        locale="vi-VN",
        color_scheme="dark" if dark else "light",
        service_workers="block",
    )
    host = urlsplit(served.url).hostname or ""
    for name, value in there.cookies[asker].items():
        context.add_cookies([{"name": name, "value": value, "domain": host, "path": "/"}])
    return context


@pytest.mark.parametrize("each", [12, pytest.param(1, marks=pytest.mark.soak)], ids=["a twelfth", "all"])
def test_every_page_is_for_everybody(chromium: Browser, served: Served, each: int) -> None:
    """A twelfth of them in `make test`, by their places in the table; all in `make soak`. Every other asker
    has a dark screen.
    """
    worker.subscribe_all()
    with served.database.session(write=True) as session:
        there = world.build(session, files=served.settings.files)
        session.commit()
    wrong, looked_at = [], 0
    for number, (asker, addresses) in enumerate(pages(there).items()):
        context = _context(chromium, served, there, asker, dark=bool(number % 2))
        page = context.new_page()
        for name, path in addresses[::each]:
            # What is no page (a file, a picture, a feed) is not opened.
            answer = context.request.get(path, max_redirects=0)
            if answer.status != 200 or not answer.headers["content-type"].startswith("text/html"):
                continue
            page.goto(path, wait_until="domcontentloaded")
            if page.evaluate(WIDE):
                wrong.append(f"{name} ({path}) is wider than the screen")
            page.evaluate(AXE.read_text())
            told = page.evaluate("tags => axe.run(document, {runOnly: tags})", RULES)
            looked_at += 1
            wrong += [
                f"{name} ({path}) as {asker}: {one['id']}: {node['html'][:200]}"
                for one in told["violations"]
                for node in one["nodes"][:3]
            ]
        context.close()
    assert not wrong, "\n".join(wrong)
    assert looked_at * each > 100, looked_at
