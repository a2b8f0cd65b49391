"""Take the pictures of the help pages anew: the demo served for a moment, each page as it looks on a small
telephone, in each language, to `market/static/help`. Run as `python -m tools.help_pictures [NAME...]` after
`make setup`; MARKET_DATA_DIR may name a folder that holds the demo already.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from market import settings
from market.__main__ import main as market
from market.web.context import LANGUAGES
from tests import processes
from tests.browser import chrome

INTO = Path(__file__).parents[1] / "market/static/help"
PASSWORD = "cho-lien-ket-demo"  # noqa: S105 - of the demo's accounts, which everybody may know
SIZE = {"width": 360, "height": 640}
BUYER, UNIT, OFFICER = "nguoimua@demo.test", "htx@demo.test", "canbo@demo.test"
ADMINISTRATOR = "quantri@demo.test"


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture: who looks, at which page, or at the first one it leads to by such links (and those by
    others) on which stands what is to be at the top.
    """

    name: str
    login: str
    path: str
    through: tuple[str, ...] = ()
    top: str = "main h1"


SHOTS = (
    Shot("buyer-find", BUYER, "/listings?q=lúa+ST25+10+tấn+tháng+12", top="main form"),
    Shot("buyer-plan", BUYER, "/demands", ("main a[href^='/demands/']:not([href$='/new'])",)),
    Shot("buyer-agreement", BUYER, "/links", ("main a[href^='/links/']",)),
    Shot("unit-list", UNIT, "/listings/new?product=tom-su"),
    Shot("unit-mine", UNIT, "/listings/mine"),
    Shot("unit-delivery", UNIT, "/links?all=1", ("main a[href^='/links/']", "main a[href*='/deliveries/']")),
    Shot("officer-register", OFFICER, "/department/parties"),
    Shot("officer-front", OFFICER, "/department"),
    Shot("officer-figure", OFFICER, "/statistics/delivered_volume"),
    Shot("administrator-officers", ADMINISTRATOR, "/department/officers"),
    Shot("administrator-status", ADMINISTRATOR, "/department/status"),
)


def main() -> None:
    """Load the demo, take all pictures, or those that are named, and stop."""
    wanted = sys.argv[1:]
    os.environ |= {"MARKET_DATABASE_URL": "", "MARKET_SEARCH_URL": ""}
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("MARKET_DATA_DIR", folder)
        found = settings.load()
        if not (found.data_dir / "market.sqlite").exists():
            assert market(["migrate"]) == 0
            assert market(["demo"]) == 0
        with processes.serving(found) as url, chrome.launched() as browser:
            for login in dict.fromkeys(one.login for one in SHOTS):
                mine = [one for one in SHOTS if one.login == login and (not wanted or one.name in wanted)]
                for language in LANGUAGES if mine else ():
                    page = signed_in(browser, url, login, language)
                    for one in mine:
                        take(page, url, one, language)
                    page.context.close()


def signed_in(browser: Browser, url: str, login: str, language: str) -> Page:
    """A small telephone on which somebody has signed in."""
    page = browser.new_context(viewport=SIZE, locale=language).new_page()
    page.goto(f"{url}/language/{language}?next=/account/sign-in")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit], main form button:not([type])")
    page.wait_for_load_state()
    assert "/sign-in" not in page.url, page.url
    return page


def take(page: Page, url: str, shot: Shot, language: str) -> None:
    """Write one picture."""
    page.goto(url + shot.path)
    assert leads(page, shot.through, shot.top), shot
    page.locator(shot.top).first.evaluate(
        "one => window.scrollTo(0, one.getBoundingClientRect().top + scrollY - 8)"
    )
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.save(INTO / f"{shot.name}.{language}.webp", quality=60, method=6)


def leads(page: Page, through: tuple[str, ...], top: str) -> bool:
    """Whether one of the links leads to where it is to be seen; then that page is open."""
    if not through:
        return bool(page.locator(top).count())
    links = page.locator(through[0]).evaluate_all("found => found.map(one => one.href)")
    return any(page.goto(link) and leads(page, through[1:], top) for link in links)


if __name__ == "__main__":
    main()
