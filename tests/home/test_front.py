"""The front page, what the market is, the choice of language, and the pages of errors, through HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy.orm import Session

from market.accounts import service as accounts
from market.home import routes
from market.places.models import Place
from market.settings import Settings
from tests import make, trade
from tests.pages import Browser

Open = Callable[[], Browser]
#: Letters that only Vietnamese has.
VIETNAMESE = re.compile("[ăằắẳẵặầấẩẫậđềếểễệĩỉịọỏồốổỗộơờớởỡợũủụưừứửữựỳýỷỹỵạảẹẻẽ]", re.IGNORECASE)


def test_the_front_page_leads_to_goods_figures_and_the_newest(session: Session, browser: Open) -> None:
    unit = make.make_unit(session)
    for number in range(routes.NEWEST + 2):
        trade.make_listing(session, unit, title=f"Lúa đợt {number}")
    trade.make_listing(session, unit, title="Lúa còn nháp", publish=False)
    here = browser()
    page = here.get("/")
    cards = [" ".join(node.text().split()) for node in page.css("ul.cards h3")]
    assert cards == [f"Lúa đợt {number}" for number in range(routes.NEWEST + 1, 1, -1)]
    assert "Lúa còn nháp" not in page.text
    assert page.css(".tiles .tile"), "the province in figures"
    assert here.get("/", q="x").status == 200
    found = page.form("/listings").send(q="lua dot 3")
    assert (found.status, found.path) == (200, "/listings")
    for link in {link for link in page.links() if link.startswith("/")}:
        assert here.get(link).status == 200, link


def test_the_front_page_of_an_empty_market_says_what_it_is_for(browser: Open) -> None:
    page = browser().get("/")
    assert page.status == 200
    assert not page.css("main ul.cards")
    assert "/account/register" in page.links()


def test_about_holds_both_texts_that_people_agree_to(browser: Open, settings: Settings) -> None:
    page = browser().get("/about")
    assert page.css("#terms")
    assert page.css("#privacy")
    assert page.text.count(accounts.TERMS_VERSION) == 2
    assert "91/2025/QH15" in page.text


@pytest.mark.parametrize(("code", "word"), [("en", "Cooperatives"), ("vi", "Hợp tác xã")])
def test_the_language_is_chosen_and_one_is_back_where_one_was(browser: Open, code: str, word: str) -> None:
    here = browser()
    page = here.get(f"/language/{code}", next="/cooperatives?q=t%C3%B4m&page=2")
    assert page.path == "/cooperatives"
    assert page.form("/cooperatives").fields["q"] == "tôm"
    assert page.css("html")[0].attributes["lang"] == code
    assert word in page.text
    assert here.get("/about").css("html")[0].attributes["lang"] == code, "and it is kept"


def test_the_link_to_the_other_language_brings_one_back(browser: Open) -> None:
    here = browser()
    there = here.get("/listings", q="lúa", sector="rice").follow("English")
    assert there.path == "/listings"
    assert there.form("/listings").fields["q"] == "lúa"
    assert there.follow("Tiếng Việt").css("html")[0].attributes["lang"] == "vi"


ELSEWHERE = (
    "https://evil.test/", "//evil.test", "///evil.test", "/\\evil.test", "\\\\evil.test",
    "javascript:alert(1)",
    "/\t/evil.test", "/\r\nSet-Cookie: a=b", "evil", "", " //evil.test", "/%09/evil.test", "http:evil.test",
)  # fmt: skip


def test_choosing_a_language_leads_nobody_elsewhere(browser: Open) -> None:
    here = browser()
    here.client.follow_redirects = False
    for to in ELSEWHERE:
        answer = here.get("/language/en", next=to).response
        assert answer.status_code == 303, to
        place = answer.headers["location"]
        assert place.startswith("/"), to
        assert not place.startswith(("//", "/\\", "/\t")), to
        assert "\n" not in place
        assert set(answer.cookies) <= {"language"}


def test_a_language_that_is_none_is_not_found(browser: Open) -> None:
    here = browser()
    for code in ("fr", "EN", "vi-VN", "%00", "x" * 100, "...", "en%0d%0a"):
        page = here.get(f"/language/{code}")
        assert page.status == 404 or page.path == "/", code
        assert "language" not in here.client.cookies
    here.client.cookies.set("language", "fr")
    assert here.get("/about").css("html")[0].attributes["lang"] == "vi", "an unknown one is the default"


PAGES = (
    "/", "/about", "/listings", "/listings?sector=rice&volume_min=x", "/cooperatives", "/statistics",
    "/account/sign-in", "/account/register", "/account/register/unit", "/account/register/buyer",
    "/account/reset", "/account/reset/code", "/no-such-page",
)  # fmt: skip
INSIDE = (
    "/account",
    "/account/notices",
    "/account/password",
    "/inquiries",
    "/links",
    "/listings/mine",
    "/listings/new",
)
AT_THE_DESK = ("/department", "/department/parties", "/department/parties?standing=all")


def own_words(html: str) -> str:
    """What a page says itself: without data (names of places, goods and fields are data in two languages)."""
    tree = LexborHTMLParser(html)
    for node in tree.css("[lang=vi], option[value], .brand, .card-by, title, script, .search-box input"):
        if "lang" not in node.attributes or node.tag != "html":
            node.decompose()
    said = [tree.body.text(separator=" ") if tree.body else ""]
    for name in ("aria-label", "title", "placeholder", "alt"):
        said += [node.attributes[name] or "" for node in tree.css(f"body [{name}]")]
    return " ".join(" ".join(said).split()).replace("Chợ Liên Kết", "")


def test_pages_in_english_hold_no_vietnamese_words(session: Session, browser: Open) -> None:
    plain = {"name": "Person", "language": "en"}
    unit = make.make_unit(session, name="HTX Plain", user=plain)
    named = sorted(session.scalars(sa.select(Place.name)), key=len, reverse=True)
    here, inside, desk = browser(), browser(), browser()
    inside.sign_in(unit.login)
    desk.sign_in(make.make_officer(session, name="Officer").login)
    for who, paths in ((here, PAGES), (inside, INSIDE), (desk, AT_THE_DESK)):
        who.get("/language/en")
        for path in paths:
            page = who.get(path)
            assert page.css("html")[0].attributes["lang"] == "en"
            words = own_words(page.response.text)
            # Places keep their own names, and a language among the choices its own.
            for own in ("Tiếng Việt", *named):
                words = words.replace(own, "")
            found = [word for word in words.split() if VIETNAMESE.search(word) and word != "đ"]
            assert not found, f"{path}: {found}"


def test_pages_in_vietnamese_differ_from_the_english_ones(browser: Open) -> None:
    here = browser()
    for path in PAGES:
        vietnamese = own_words(here.get(path).response.text)
        here.get("/language/en")
        english = own_words(here.get(path).response.text)
        here.get("/language/vi")
        for phrase in ("Find goods", "Cooperatives", "Sign in", "Please", "Register", "Show ", " of the "):
            assert phrase not in vietnamese, f"{path}: {phrase}"
        assert VIETNAMESE.search(vietnamese)
        assert vietnamese != english


def test_what_is_not_there_says_so_and_the_way_back(session: Session, browser: Open) -> None:
    here = browser()
    for path in (
        "/no-such-page",
        "/listings/0",
        "/statistics/none",
        "/static/none.css",
        "/about/",
        "/%00",
    ):
        page = here.get(path)
        assert page.status == 404, path
        assert "/" in page.links()
        assert page.css("html")[0].attributes["lang"] == "vi"
    here.sign_in(make.make_unit(session).login)
    assert here.get("/no-such-page").css("a.me"), "one is still signed in"
    assert here.post("/about", {}).status == 405
    machine = here.get("/api/v1/none")
    assert machine.status == 404
    assert machine.response.headers["content-type"] == "application/problem+json"
    assert machine.response.json()["status"] == 404


@pytest.fixture
def broken(app: FastAPI) -> None:
    """Addresses with a fault of ours behind them."""

    def fail() -> None:
        raise RuntimeError("secret password 12345 of /srv/market")

    app.add_api_route("/broken", fail)
    app.add_api_route("/api/broken", fail)


def test_a_fault_gives_its_number_and_nothing_else(
    broken: None, session: Session, browser: Open, caplog: pytest.LogCaptureFixture
) -> None:
    here = browser()
    for code, word in (("vi", "Số của yêu cầu"), ("en", "Number of this request")):
        here.get(f"/language/{code}")
        page = here.get("/broken")
        assert page.status == 500
        assert page.css("html")[0].attributes["lang"] == code
        for secret in ("secret", "12345", "RuntimeError", "Traceback", "/srv", ".py"):
            assert secret not in page.response.text
        number = re.search(r"\b[0-9a-f]{16}\b", page.text)
        assert number, page.text
        assert word.split()[0] in page.text
        assert number[0] in caplog.text, "by the number the fault is found in the log"
    machine = here.get("/api/broken")
    assert machine.status == 500
    assert machine.response.headers["content-type"] == "application/problem+json"
    assert "secret" not in machine.response.text
    assert here.get("/").status == 200, "and everything goes on"
