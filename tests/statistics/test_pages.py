"""The statistics pages through HTTP: what the public sees, what an officer's figure opens to, what a party
sees of its own, and how a question that cannot be meant is answered.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from market import clock
from market.statistics import publication
from market.statistics.indicators import ALL
from tests import make, trade
from tests.make import Side
from tests.pages import Browser

Open = Callable[[], Browser]

#: The world's agreements are made on this day, the pages are read half a year later.
THEN, NOW = date(2026, 3, 10), date(2026, 9, 1)
MONTH = "2026-03"


@pytest.fixture
def trading(session: Session) -> tuple[list[Side], list[Side]]:
    """Three units that each sell 4 tonnes of rice to one of three buyers, and a fourth that sells prawns."""
    with clock.at(THEN):
        sellers = [make.make_unit(session, name=f"HTX số {n}") for n in range(4)]
        buyers = [make.make_buyer(session, name=f"Công ty số {n}") for n in range(3)]
        for number, seller in enumerate(sellers[:3]):
            listing, _ = trade.make_listing(session, seller)
            link = trade.make_link(session, seller, buyers[number], listing)
            trade.deliver(session, seller, buyers[number], link, trade.TONNE, on_date=THEN)
        listing, _ = trade.make_listing(session, sellers[3], product="tom-su", price_from=200_000)
        trade.make_link(session, sellers[3], buyers[0], listing, price=200_000)
        session.commit()
    return sellers, buyers


def officer(session: Session, browser: Open, **changes: object) -> Browser:
    """A browser of an officer who may see trade data."""
    here = browser()
    here.sign_in(make.make_officer(session, **changes).login)
    return here


def test_the_public_sees_ended_periods_and_no_thin_cells(
    session: Session, browser: Open, trading: tuple[list[Side], list[Side]]
) -> None:
    with clock.at(NOW):
        publication.publish(session, NOW.year)
        session.commit()
        page = browser().get("/statistics/links_new", period=MONTH)
        assert "4 thỏa thuận" in page.text
        rows = {" ".join(row.text().split()) for row in page.css("tbody tr")}
        assert any(row.startswith("Tôm") and "–" in row for row in rows), "one seller: hidden"
        assert any(row.startswith("Lúa gạo") and "–" in row for row in rows), "4 less 3 would give it away"
        assert "HTX số 0" not in page.text
        assert "Không hiển thị" in browser().get("/statistics/links_new", period=MONTH, sector="shrimp").text


@pytest.mark.parametrize(
    "asked", [{"period": "2026-09"}, {"period": "2026-03-10"}, {"period": MONTH, "as_of": "2026-03-31"}]
)
def test_the_public_opens_no_running_period_no_day_and_no_past_knowledge(
    session: Session, browser: Open, trading: tuple[list[Side], list[Side]], asked: dict[str, str]
) -> None:
    with clock.at(NOW):
        page = browser().get("/statistics/links_new", **asked)
        assert page.status == 200
        assert "công bố theo tháng, quý" in page.text
        assert not page.css("main .tile-value")
        # The register's counts stand open for any day.
        assert page.browser.get("/statistics/cooperatives", **asked).css("main .tile-value")
        # An officer with the duty sees the same address filled.
        theirs = officer(session, browser).get("/statistics/links_new", **asked)
        assert theirs.css("main .tile-value")


def test_a_breakdown_has_a_scale_for_each_unit_and_names_apart_what_has_nothing(
    session: Session, browser: Open, trading: tuple[list[Side], list[Side]]
) -> None:
    with clock.at(THEN):
        seller, buyer = trading[0][0], trading[1][0]
        mats, _ = trade.make_listing(session, seller, product="chieu-lac", volumes=(900,))
        link = trade.make_link(session, seller, buyer, mats, volume=300)
        trade.deliver(session, seller, buyer, link, 300, on_date=THEN)
        session.commit()
    with clock.at(NOW):
        page = officer(session, browser).get("/statistics/delivered_volume", period=MONTH)
        by_sector = next(one for one in page.css("section") if "Theo ngành hàng" in one.text())
        rows = {
            " ".join(row.css_first("th").text().split()): (
                " ".join(row.css_first("td").text().split()),
                row.css("rect")[-1].attributes["width"],
            )
            for row in by_sector.css("tbody tr")
        }
        # A mat is not a thousandth of a gram of rice long.
        assert rows == {"Lúa gạo": ("3 tấn", "100"), "Thủ công mỹ nghệ": ("300 cái", "100")}
        by_place = next(one for one in page.css("section") if "Theo nơi" in one.text())
        named = by_place.css("details a")
        assert len(named) + len({row.css_first("th").text() for row in by_place.css("tbody tr")}) == 64
        assert f"Không có gì để tính: {len(named)}" in by_place.css_first("summary").text()
        assert named[0].attributes["href"].startswith("/statistics/delivered_volume?")


def test_the_public_is_shown_those_breakdowns_that_may_stand_there(
    session: Session, browser: Open, trading: tuple[list[Side], list[Side]]
) -> None:
    def headings(here: Browser, **asked: str) -> tuple[set[str], bool]:
        page = here.get("/statistics/links_new", **asked)
        found = {one.text() for one in page.css("h2") if one.text().startswith("Theo ")}
        return found, "cả tỉnh và cả năm" in page.text

    with clock.at(date(2027, 2, 1)):
        anybody, theirs = browser(), officer(session, browser)
        everything, told = headings(theirs, period=MONTH)
        assert len(everything) > 8
        assert not told
        assert headings(anybody, period=MONTH) == ({"Theo nơi", "Theo ngành hàng"}, True)
        of_year, told = headings(anybody, period="2026")
        assert {"Theo nơi", "Theo ngành hàng", "Theo loại"} < of_year < everything
        assert told, "by written contract nothing stands in public"
        narrowed, _ = headings(anybody, period="2026", sector="rice")
        assert narrowed == {"Theo nơi", "Theo sản phẩm"}


def test_an_officers_figure_opens_to_agreements_in_one_click_and_deliveries_in_two(
    session: Session, browser: Open, trading: tuple[list[Side], list[Side]]
) -> None:
    with clock.at(NOW):
        here = officer(session, browser)
        page = here.get("/statistics/links_new", period=MONTH)
        assert "4 dòng" in page.text
        assert "HTX số 3" in page.text
        assert "Công ty số" not in page.text, "the counterparty opens by a logged look alone"
        kept = here.client.get("/statistics/links_new").headers["cache-control"]
        assert "no-store" in kept, "nor is it kept for reading offline"
        assert "no-store" not in browser().client.get("/statistics/links_new").headers["cache-control"]
        opened = page.follow("Thỏa thuận")
        assert opened.path.startswith("/department/links/")
        delivered = here.get("/statistics/delivered_volume", period=MONTH)
        assert "3 tấn" in delivered.text
        one = next(href for href in delivered.links() if "#delivery-" in href)
        assert here.get(one.split("#")[0]).css("#" + one.split("#")[1])


def test_a_share_opens_to_both_of_its_parts(
    session: Session, browser: Open, trading: tuple[list[Side], list[Side]]
) -> None:
    with clock.at(NOW):
        page = officer(session, browser).get("/statistics/match_rate", period=MONTH)
        assert "100 %" in page.text
        assert "phần tử số" in page.text
        assert "phần mẫu số" in page.text


def test_a_party_sees_the_rows_it_is_a_side_of_and_no_others(
    session: Session, browser: Open, trading: tuple[list[Side], list[Side]]
) -> None:
    sellers, buyers = trading
    with clock.at(NOW):
        for side, count in ((sellers[3], 1), (buyers[0], 2), (make.make_buyer(session), 0)):
            here = browser()
            here.sign_in(side.login)
            page = here.get("/statistics/links_new", period=MONTH)
            assert len(page.css("#rows tbody tr")) == count
            for href in [link for link in page.links() if link.startswith("/links/")]:
                assert here.get(href).status == 200
        assert not browser().get("/statistics/links_new", period=MONTH).css("#rows tbody")


def test_an_officer_of_one_place_sees_rows_of_that_place_alone(
    session: Session, browser: Open, trading: tuple[list[Side], list[Side]]
) -> None:
    with clock.at(NOW):
        home = make.some_commune(session)
        here = officer(session, browser, place_id=home.id)
        assert here.get("/statistics/links_new", period=MONTH, place=home.code).css("#rows tbody tr")
        assert not here.get("/statistics/links_new", period=MONTH).css("#rows tbody tr")


def test_figures_narrow_to_sector_and_product(
    session: Session, browser: Open, trading: tuple[list[Side], list[Side]]
) -> None:
    with clock.at(NOW):
        here = officer(session, browser)
        page = here.get("/statistics/contracted_volume", period=MONTH).follow("Lúa gạo")
        assert "12 tấn" in page.text
        product = page.follow("Lúa ST25")
        assert "12 tấn" in product.text
        assert "mọi sản phẩm" in product.text
        overview = here.get("/statistics", period=MONTH, sector="shrimp")
        assert "Sổ đăng ký" not in overview.text, "the register knows no sectors"
        assert "4 tấn" in overview.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("period", "nonsense"),
        ("period", "2026-13"),
        ("period", "1950"),
        ("place", "99999"),
        ("place", "x@2022-02-30"),
        ("sector", "gold"),
        ("product", "no-such"),
        ("as_of", "31/2/2026"),
        ("as_of", "2100-01-01"),
        ("as_of", "1950-01-01"),
    ],
)
def test_what_cannot_be_meant_is_said_beside_its_field(browser: Open, field: str, value: str) -> None:
    for path in ("/statistics", "/statistics/links_new"):
        page = browser().get(path, **{field: value})
        assert page.status == 422, f"{path}: {page.status}"
        assert page.css(".problems")


def test_a_sector_is_refused_where_the_register_knows_none(browser: Open) -> None:
    page = browser().get("/statistics/cooperatives", sector="rice")
    assert page.status == 422
    assert "không chia theo ngành hàng" in page.text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_figure_has_its_page(session: Session, browser: Open, language: str) -> None:
    # Half of the figures in each language: the pages are the same.
    half = ALL[("vi", "en").index(language) :: 2]
    here = browser()
    here.get(f"/language/{language}")
    for indicator in half:
        page = here.get(f"/statistics/{indicator.code}", period="2025")
        assert page.status == 200
        assert page.heading == (indicator.name.vi if language == "vi" else indicator.name.en)
    assert here.get("/statistics/no_such_figure").status == 404


def test_the_rows_come_in_pages(session: Session, browser: Open) -> None:
    with clock.at(THEN):
        for number in range(52):
            make.make_unit(session, name=f"HTX thứ {number}")
    with clock.at(THEN + timedelta(days=1)):
        here = officer(session, browser)
        first = here.get("/statistics/cooperatives", period="2026-03-10")
        assert len(first.css("#rows tbody tr")) == 50
        following = first.css("a[rel=next]")[0].attributes["href"]
        assert len(here.get(following or "").css("#rows tbody tr")) == 2


def test_goods_by_the_piece_stand_beside_those_by_weight(session: Session, browser: Open) -> None:
    with clock.at(THEN):
        seller = make.make_unit(session)
        mats, _ = trade.make_listing(session, seller, product="chieu-lac", price_from=150_000, volumes=(600,))
        trade.make_link(session, seller, make.make_buyer(session), mats, volume=100, price=150_000)
        session.commit()
    with clock.at(NOW):
        page = officer(session, browser).get("/statistics", period=MONTH)
        assert page.status == 200
        tiles = {
            tile.css_first(".tile-name").text(): tile.css_first(".tile-value").text()
            for tile in page.css(".tile")
        }
        assert tiles["Sản lượng thỏa thuận, hàng đếm theo cái"].startswith("100")
