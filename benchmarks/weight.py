"""What a search weighs on the way to a phone: all that a first visit of a search page loads (page, styles,
script, icon), and the block that each next search loads, in a real Chromium on a served market. A body weighs
what gzip at level 6 makes of it, since the proxy before the market packs what it sends; headers are not
counted. Pages hold no pictures.
"""

import gzip
from pathlib import Path
from urllib.parse import quote, urljoin

from playwright.sync_api import Browser, Page, Response

from benchmarks import relevance
from benchmarks.lib import engines, market
from benchmarks.lib.report import percentile, tell
from tests import processes
from tests.browser import chrome

LISTINGS = 5_000
QUESTIONS = 20
#: Kilobytes of 1,024 bytes.
MOST_FIRST, MOST_NEXT = 60.0, 8.0

#: What a browser loads of a page, by its address.
Bodies = dict[str, bytes]


def main() -> None:
    """Measure and print."""
    asked = [one.text for one in relevance.written("queries.csv")]
    asked = asked[:: len(asked) // QUESTIONS][:QUESTIONS]
    with engines.folder() as where, market.profile("embedded", where) as profile:
        settings = profile.empty(where / "data")
        market.fill(settings, LISTINGS)
        market.index(settings)
        with processes.serving(settings) as url, chrome.launched() as browser:
            first = [sum(map(weight, first_visit(browser, url, text).values())) for text in asked]
            following = [weight(body) for body in next_searches(browser, url, asked)]
    tell_all("first visit", first, MOST_FIRST)
    tell_all("next search", following, MOST_NEXT)


def tell_all(figure: str, kilobytes: list[float], most: float) -> None:
    """The middle one and the heaviest, beside what is allowed."""
    for name, value in (("p50", percentile(kilobytes, 0.5)), ("highest", max(kilobytes))):
        tell(
            "weight",
            f"{figure}: {name}",
            value,
            "KB",
            against=f"{most:g} KB allowed",
            ratio=value / most,
            n=len(kilobytes),
        )


def weight(body: bytes) -> float:
    """Kilobytes, packed."""
    return len(gzip.compress(body, compresslevel=6)) / 1024


def first_visit(browser: Browser, url: str, text: str) -> Bodies:
    """All that somebody loads who comes for the first time, by a search's address."""
    with browser.new_context(locale="vi-VN") as context:
        page = context.new_page()
        answers: list[Response] = []

        def note(answer: Response) -> None:
            answers.append(answer)

        page.on("response", note)
        page.goto(f"{url}/listings?q={quote(text)}", wait_until="networkidle")
        bodies = {answer.url: answer.body() for answer in answers}
        # A browser without a window may leave the icon out.
        icon = urljoin(url, page.locator("link[rel=icon]").get_attribute("href"))
        bodies.setdefault(icon, context.request.get(icon).body())
        kinds = sorted(Path(address.partition("?")[0]).suffix for address in bodies)
        assert kinds == ["", ".css", ".js", ".svg"], bodies.keys()
        return bodies


def next_searches(browser: Browser, url: str, asked: list[str]) -> list[bytes]:
    """What each of these searches loads when it is typed on the search page."""
    with browser.new_context(locale="vi-VN") as context:
        page = context.new_page()
        page.goto(f"{url}/listings", wait_until="networkidle")
        return [typed(page, text) for text in asked]


def typed(page: Page, text: str) -> bytes:
    """The answer to what is typed. The icon is looked at again, and comes from the browser's own store."""
    with page.expect_response(lambda answer: "hx-request" in answer.request.headers) as answer:
        page.locator("#f-q").fill(text)
    return answer.value.body()


if __name__ == "__main__":
    main()
