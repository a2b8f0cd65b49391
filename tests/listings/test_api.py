"""Listings for programs: the search answers as the page does but refuses what the page would leave out, with
the index and without; a listing says what its page says and nothing of persons.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from market import worker
from market.listings import machine_search, search_form
from market.listings import service as listings
from market.runtime import Runtime
from search.query import SORTS
from tests import make, trade
from tests.listings.goods import make_certificate, make_listing
from tests.machines import API, PERSONAL, Program
from tests.make import TODAY, Side
from tests.pages import Browser

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]


@pytest.fixture
def program(browser: Open) -> Program:
    return Program(browser())


@pytest.fixture
def runtime(app: Any) -> Runtime:
    found: Runtime = app.state.runtime
    return found


@pytest.fixture
def market(session: Session, runtime: Runtime) -> Side:
    """Rice, prawns and mats of two units."""
    one, two = make.make_unit(session), make.make_unit(session, name="HTX Long Điền Tây")
    make_certificate(session, one, "OCOP4")
    make_listing(session, one, title="Gạo ST25 đầu vụ", price_from=21_000, volume=30_000_500)
    make_listing(session, two, title="Tôm sú oxy", product="tom-su", price_from=180_000, volume=800_000)
    make_listing(session, one, title="Chiếu lác đôi", product="chieu-lac", price_from=150_000, volume=600)
    worker.run_due(runtime, long=False)
    return one


def titles(answer: dict[str, Any]) -> list[str]:
    return sorted(hit["title"] for hit in answer["hits"])


def test_a_hit_says_what_market_search_says(market: Side, program: Program) -> None:
    answer = program.ask("/listings", q="gạo")
    assert (answer["total"], answer["page"], answer["pages"], answer["from_sql"]) == (1, 1, 1, False)
    (hit,) = answer["hits"]
    assert hit == {
        "id": hit["id"],
        "title": "Gạo ST25 đầu vụ",
        "product": "gao-st25",
        "product_name": hit["product_name"],
        "sector": "rice",
        "cooperative": market.party.name,
        "cooperative_code": market.party.code,
        "place": hit["place"],
        "available": 30_000.5,
        "unit": "kg",
        "price_from": 21_000,
        "price_to": hit["price_to"],
    }
    (mats,) = program.ask("/listings", product="chieu-lac")["hits"]
    assert (mats["available"], mats["unit"]) == (600, "piece")


@pytest.mark.parametrize("away", [False, True])
@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ["Chiếu lác đôi", "Gạo ST25 đầu vụ", "Tôm sú oxy"]),
        ({"q": "tom su"}, ["Tôm sú oxy"]),
        ({"sector": ["rice", "shrimp"]}, ["Gạo ST25 đầu vụ", "Tôm sú oxy"]),
        ({"place": "96", "product": ["tom-su", "chieu-lac"]}, ["Chiếu lác đôi", "Tôm sú oxy"]),
        ({"volume_min": "30000"}, ["Gạo ST25 đầu vụ"]),
        ({"volume_min": "30 tan"}, ["Gạo ST25 đầu vụ"]),
        ({"volume_min": "600", "sector": "handicraft"}, ["Chiếu lác đôi"]),
        ({"price_max": "21.000"}, ["Gạo ST25 đầu vụ"]),
        ({"volume_min": "", "sort": "price", "page": "1", "lang": "en"}, None),
    ],
)
def test_the_fields_of_the_page_find_the_same_with_the_index_and_without(
    market: Side,
    program: Program,
    runtime: Runtime,
    away: bool,
    fields: dict[str, Any],
    expected: list[str] | None,
) -> None:
    if away:
        runtime.the_index().close()
    answer = program.ask("/listings", **fields)
    assert answer["from_sql"] is away
    if expected is not None:
        assert titles(answer) == expected
        assert answer["total"] == len(expected)
        page = program.browser.get("/listings", **fields)
        assert sorted(node.text().strip() for node in page.css(".card h3")) == expected


def test_what_is_verified_is_found_and_counted(market: Side, program: Program) -> None:
    answer = program.ask("/listings", standard="OCOP4", ocop="4")
    assert titles(answer) == ["Chiếu lác đôi", "Gạo ST25 đầu vụ"]
    assert answer["facets"]["sector"] == {"rice": 1, "handicraft": 1}


def test_pages_are_linked_in_the_answer_and_in_its_header(
    session: Session, runtime: Runtime, program: Program
) -> None:
    unit = make.make_unit(session)
    for number in range(43):
        make_listing(session, unit, title=f"Gạo {number:02}", price_from=10_000 + number)
    worker.run_due(runtime, long=False)
    seen: list[str] = []
    address: str | None = f"{API}/listings?q=gao&sort=price&sector=rice"
    before = None
    while address:
        response = program.get(address)
        answer = response.json()
        seen += [hit["title"] for hit in answer["hits"]]
        assert answer["pages"] == 3
        told = [f'<{answer[rel]}>; rel="{rel}"' for rel in ("next", "prev") if answer[rel]]
        assert response.headers["link"] == ", ".join(told)
        assert (answer["prev"] is None) is (before is None)
        if before is not None:
            assert [hit["title"] for hit in program.get(answer["prev"]).json()["hits"]] == before
        before = [hit["title"] for hit in answer["hits"]]
        address = answer["next"]
    assert seen == [f"Gạo {number:02}" for number in range(43)]
    beyond = program.ask("/listings", page=9)
    assert beyond["hits"] == []
    assert beyond["next"] is None
    assert "page=3" in beyond["prev"]
    nothing = program.ask("/listings", q="xi măng")
    assert (nothing["pages"], nothing["next"], nothing["prev"]) == (0, None, None)


@pytest.mark.parametrize("path", ["/listings", "/listings.atom"])
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sector", "gold"),
        ("product", "khong-co"),
        ("place", "00000"),
        ("place", "96@yesterday"),
        ("standard", "OCOP9"),
        ("ocop", "9"),
        ("ocop", "nhiều"),
        ("month", "2026-13"),
        ("volume_min", "nhiều"),
        ("volume_min", "-5"),
        ("price_max", "0"),
        ("sort", "fate"),
        ("page", "0"),
        ("page", "abc"),
        ("page", "501"),
        ("page", "9" * 40),
    ],
)
def test_a_wrong_value_is_refused_and_nothing_is_left_out(
    market: Side, program: Program, path: str, field: str, value: str
) -> None:
    wrong = program.refused(path, 422, **{field: value})
    assert set(wrong) == {field}
    assert wrong[field]
    english = program.refused(path, 422, lang="en", **{field: value})
    assert english[field] != wrong[field]


def test_all_that_is_wrong_is_told_at_once(program: Program) -> None:
    assert set(program.refused("/listings", 422, page="x", sort="y", sector="z")) == {
        "page",
        "sort",
        "sector",
    }


@pytest.mark.parametrize("lang", ["", "vi", "en"])
def test_a_number_that_the_two_languages_read_differently_is_refused(
    market: Side, program: Program, lang: str
) -> None:
    for value in ("30.000", "30,000", "1.500 kg"):
        assert set(program.refused("/listings", 422, lang=lang, volume_min=value)) == {"volume_min"}
    for value in ("30000.5", "30000,5", "30 000", "30.000,5", "30,000.5"):
        fields = {"volume_min": value, **({"lang": lang} if lang else {})}
        assert titles(program.ask("/listings", **fields)) == ["Gạo ST25 đầu vụ"], value


def test_every_field_of_the_page_is_described_and_no_other() -> None:
    described = {one.name: one for one in machine_search.FIELDS}
    assert set(described) == set(search_form.SearchForm.model_fields)
    assert {name for name, one in described.items() if one.many} == set(search_form.MANY)
    assert described["sort"].schema["enum"] == list(SORTS)


def test_a_listing_says_what_its_page_says(session: Session, program: Program) -> None:
    unit = make.make_unit(session)
    make_certificate(session, unit, "OCOP4")
    listing = make_listing(
        session,
        unit,
        volume=12_000_250,
        min_order=trade.TONNE,
        description="Dẻo.\nThơm.",
        standards=["HACCP"],
        spec={"broken": [0, 50]},
    )
    found = program.ask(f"/listings/{listing.id}")
    assert found["url"] == f"http://testserver/listings/{listing.id}"
    assert found["description"] == "Dẻo.\nThơm."
    assert (found["available"], found["unit"], found["min_order"]) == (12_000.25, "kg", 1000)
    (lot,) = found["lots"]
    assert lot == {
        "from_date": TODAY.isoformat(),
        "to_date": (TODAY + timedelta(days=60)).isoformat(),
        "kind": lot["kind"],
        "volume": 12_000.25,
        "available": 12_000.25,
    }
    assert {one["code"]: one["verified"] for one in found["standards"]} == {"OCOP4": True, "HACCP": False}
    assert found["qualities"]
    assert found["published_at"].startswith("2026-03-")
    assert (found["price_kind"], found["price_basis"]) == ("fixed", "field")
    assert found["names"]["vi"] == found["product_name"]


def test_no_answer_tells_of_persons(session: Session, program: Program, runtime: Runtime) -> None:
    unit = make.make_unit(session, user={"phone": "0912000222"})
    listing = make_listing(session, unit)
    worker.run_due(runtime, long=False)
    for path in ("/listings", f"/listings/{listing.id}", f"/cooperatives/{unit.party.code}"):
        text = program.get(API + path).text
        assert unit.party.name in text
        assert not [one for one in PERSONAL if one in text], path


@pytest.mark.parametrize("state", ["draft", "paused", "withdrawn"])
def test_what_is_not_on_sale_is_not_there_even_for_its_own_unit(
    session: Session, browser: Open, state: str
) -> None:
    unit = make.make_unit(session)
    listing = make_listing(session, unit, publish=state != "draft")
    if state != "draft":
        act = {"paused": listings.pause, "withdrawn": listings.withdraw}[state]
        act(session, actor=unit.actor, listing_id=listing.id)
        session.commit()
    own = browser()
    own.sign_in(unit.login)
    Program(own).refused(f"/listings/{listing.id}", 404)


NASTY = (
    "\x00",
    "\ud800",
    "\uffff",
    "%",
    "_",
    "'",
    '"',
    "9" * 40,
    str(2**63),
    "-1",
    "1e309",
    "NaN",
    "96@",
    "²",
)
MORE = ("0-0", "2026-00", "٣", "10 tấn", "1..000", "1,2,3", "*", "(", "\\", "a" * 1200, "<b>", "")


def test_nothing_that_is_asked_breaks_search_or_feed(
    market: Side, program: Program, runtime: Runtime
) -> None:
    names = st.sampled_from([one.name for one in machine_search.FIELDS])
    values = st.one_of(st.text(max_size=30), st.sampled_from(NASTY + MORE))
    paths = st.sampled_from((f"{API}/listings", "/listings.atom"))

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(paths, st.lists(st.tuples(names, values), max_size=4), st.booleans())
    def try_it(path: str, pairs: list[tuple[str, str]], raw: bool) -> None:
        query = urlencode(pairs, errors="surrogatepass" if raw else "replace")
        answer = program.get(f"{path}?{query}")
        assert answer.status_code in (200, 422), (query, answer.status_code)
        if answer.status_code == 422:
            assert answer.json()["errors"], query

    try_it()
    runtime.the_index().close()
    try_it()
