"""What a question says narrows the search, is shown, and is let go with one tap; and what the page does when
nothing is found.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market.listings import indexing
from market.runtime import Runtime
from tests import make
from tests.make import Side
from tests.pages import Browser, Page
from tests.trade import TONNE, make_listing

Open = Callable[[], Browser]


@pytest.fixture
def market(app: FastAPI, session: Session, on_a_day: date, seller: Side) -> None:
    """Some goods on sale: paddy by the tonne, rice, two sorts of prawns, in two places."""
    elsewhere = make.make_unit(
        session, name="Hợp tác xã Khương Duy", place_id=make.some_commune(session, index=3).id
    )
    make_listing(session, seller, product="lua-st25", title="Lúa ST25 vụ mới", volumes=(30 * TONNE,))
    make_listing(session, seller, product="gao-st25", title="Gạo ST25 thơm", volumes=(2 * TONNE,))
    make_listing(session, elsewhere, product="tom-su", title="Tôm sú sống", volumes=(TONNE,))
    make_listing(session, elsewhere, product="tom-the", title="Tôm thẻ oxy", volumes=(4 * TONNE,))
    session.commit()
    runtime: Runtime = app.state.runtime
    indexing.sync(runtime.database, runtime.the_index())


def _titles(page: Page) -> list[str]:
    return [link.text() for link in page.css(".card h3 a")]


def test_typed_any_way_the_same_is_found(market: None, browser: Open) -> None:
    here = browser()
    for text in ("gạo st25", "gaoj st25", "ga5o ST 25", "gaost25", "gao s t 25", "gạo ts25"):
        assert _titles(here.get("/listings", q=text))[0] == "Gạo ST25 thơm", text
    for text in ("tôm sú", "tom su", "toom sus", "tom6 su1", "tomsu", "tômm sú", "black tiger shrimp"):
        assert _titles(here.get("/listings", q=text))[0] == "Tôm sú sống", text


def test_what_was_mended_is_said(market: None, browser: Open) -> None:
    page = browser().get("/listings", q="gaoj st25")
    assert "Hiểu là: gạo (gaoj)" in " ".join(page.text.split())
    assert "Hiểu là" not in browser().get("/listings", q="gạo st25").text


def test_a_volume_in_the_words_is_a_filter_to_be_taken_off(market: None, browser: Open) -> None:
    here = browser()
    page = here.get("/listings", q="st25 10 tấn")
    assert _titles(page) == ["Lúa ST25 vụ mới"]
    (chip,) = page.css(".chips a.guessed")
    assert "10 tấn" in chip.text()
    freed = here.get(chip.attributes["href"] or "")
    assert set(_titles(freed)) == {"Lúa ST25 vụ mới", "Gạo ST25 thơm"}
    assert not freed.css(".chips a.guessed")
    # It stays taken off while one goes on: the form and the pages carry it.
    assert freed.css('input[name="as_words"][value="volume"]')
    # That it does is seen, and one tap has it read again.
    (chip,) = freed.css(".chips a")
    assert "Số lượng: để nguyên là chữ" in " ".join(chip.text().split())
    assert _titles(here.get(chip.attributes["href"] or "")) == ["Lúa ST25 vụ mới"]


def test_a_field_counts_more_than_the_words(market: None, browser: Open) -> None:
    page = browser().get("/listings", q="st25 10 tấn", volume_min="1 tấn")
    assert len(_titles(page)) == 2
    assert not page.css(".chips a.guessed")


def test_a_guess_that_leaves_nothing_of_the_goods_is_let_go(market: None, browser: Open) -> None:
    page = browser().get("/listings", q="tôm sú 500 tấn")
    assert _titles(page)[0] == "Tôm sú sống"
    assert "gần nhất" in page.text
    assert not page.css(".chips a.guessed")


def test_matched_words_are_marked(market: None, browser: Open) -> None:
    page = browser().get("/listings", q="tom su")
    assert [mark.text() for mark in page.css(".card mark")] == ["Tôm", "sú"]
    assert not browser().get("/listings").css("mark")


def test_words_of_no_listing_are_named(market: None, browser: Open) -> None:
    page = browser().get("/listings", q="zxcv, quýt HTX Khương Duy")
    assert set(_titles(page)) == {"Tôm sú sống", "Tôm thẻ oxy"}
    assert "Chưa có tin nào có từ: zxcv, quýt" in page.text


def test_where_nothing_is_found_the_filter_to_drop_is_named_with_its_count(
    market: None, browser: Open
) -> None:
    here = browser()
    page = here.get("/listings", q="tôm sú", sector="rice")
    assert _titles(page) == []
    (drop,) = page.css(".suggestions a")
    assert "Ngành hàng" in drop.text()
    assert "1 tin" in page.css(".suggestions li")[0].text()
    assert _titles(here.get(drop.attributes["href"] or ""))[0] == "Tôm sú sống"


def test_where_nothing_is_found_a_known_word_is_offered(market: None, browser: Open) -> None:
    here = browser()
    page = here.get("/listings", q="Khuongg")
    (other,) = page.css(".suggestions a")
    assert "Tìm “khuong”" in other.text()
    assert _titles(here.get(other.attributes["href"] or ""))


def test_of_nothing_found_it_is_not_said_that_it_has_most_of_the_words(market: None, browser: Open) -> None:
    here, words = browser(), "thẻ thơm"
    assert "phần lớn từ" in here.get("/listings", q=words).text
    page = here.get("/listings", q=words, sector="handicraft")
    assert _titles(page) == []
    assert "phần lớn từ" not in page.text


def test_steps_of_volume_and_price_say_how_many_they_leave(market: None, browser: Open) -> None:
    here = browser()
    page = here.get("/listings")
    steps = {link.text(): link for link in page.css(".steps a")}
    assert "từ 5 tấn" in steps
    found = here.get(steps["từ 5 tấn"].attributes["href"] or "")
    assert _titles(found) == ["Lúa ST25 vụ mới"]


def test_the_filters_understood_are_in_english_too(market: None, browser: Open) -> None:
    here = browser()
    here.get("/language/en")
    page = here.get("/listings", q="st25 rice 1 tonne")
    assert page.css(".chips a.guessed")[0].text().strip().startswith("Understood from your words, take off:")


def test_without_the_index_the_same_words_are_understood(market: None, app: FastAPI, browser: Open) -> None:
    app.state.runtime.index, kept = None, app.state.runtime.index
    try:
        page = browser().get("/listings", q="gaoj st25")
        sized = browser().get("/listings", q="tôm sú 20 con/kg")
    finally:
        app.state.runtime.index = kept
    assert _titles(page) == ["Gạo ST25 thơm"]
    assert not sized.css(".chips a.guessed"), "a chip would promise what SQL does not do"
