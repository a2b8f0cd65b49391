"""The search page: facets, filters, orders and pages, in every state of the index, for whatever is typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.orm import Session

from market import worker
from market.listings import service as listings
from market.runtime import Runtime
from tests import make
from tests.listings.goods import make_certificate, make_listing
from tests.make import TODAY
from tests.pages import Browser, Page
from tests.profiles import Profile

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]


@pytest.fixture
def runtime(app: FastAPI) -> Runtime:
    found: Runtime = app.state.runtime
    return found


@contextmanager
def counting(app: FastAPI) -> Iterator[list[str]]:
    """The SELECTs that are sent meanwhile."""
    found: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")):
            found.append(statement)

    engine = app.state.database.engine
    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def titles(page: Page) -> list[str]:
    return [node.text().strip() for node in page.css(".card h3")]


def facet(page: Page, field: str) -> dict[str, str]:
    """The values of a facet with their counts as written."""
    found = {}
    for box in page.css(f"fieldset#f-{field} label"):
        value = box.css_first("input").attributes.get("value") or ""
        count = box.css_first(".n")
        found[value] = count.text() if count else ""
    return found


@pytest.fixture
def market(session: Session, runtime: Runtime) -> None:
    """Three units' listings: two of rice, one of shrimp, one of mats."""
    one, two = make.make_unit(session), make.make_unit(session, name="HTX Long Điền Tây")
    make_certificate(session, one, "OCOP4")
    make_listing(session, one, title="Gạo ST25 đầu vụ", price_from=21_000, volume=30_000_000)
    make_listing(session, two, title="Lúa khô", product="lua-st25", price_from=9_000, volume=90_000_000)
    make_listing(
        session,
        two,
        title="Tôm sú oxy",
        product="tom-su",
        price_from=180_000,
        volume=800_000,
        standards=["HACCP"],
        spec={"count_per_kg": [45, 55]},
    )
    make_listing(
        session,
        one,
        title="Chiếu lác đôi",
        product="chieu-lac",
        price_from=150_000,
        volume=600,
        from_date=TODAY + timedelta(days=40),
        to_date=TODAY + timedelta(days=80),
    )
    worker.run_due(runtime, long=False)


def test_words_find_with_and_without_accents(market: None, browser: Open) -> None:
    someone = browser()
    assert titles(someone.get("/listings", q="tôm sú")) == ["Tôm sú oxy"]
    assert titles(someone.get("/listings", q="tom su")) == ["Tôm sú oxy"]
    assert titles(someone.get("/listings", q="long dien tay lua")) == ["Lúa khô"]
    nothing = someone.get("/listings", q="xi măng")
    assert nothing.status == 200
    assert "0 tin" in nothing.text


def test_facets_tell_how_many_and_choosing_one_narrows(market: None, browser: Open) -> None:
    page = browser().get("/listings")
    assert facet(page, "sector") == {"rice": "2", "shrimp": "1", "handicraft": "1"}
    assert facet(page, "product")["tom-su"] == "1"
    # A verified certificate covers what its unit offers; a claimed standard is found too.
    assert facet(page, "standard") == {"OCOP4": "2", "HACCP": "1"}
    assert facet(page, "month")["2026-03"] == "3"
    assert facet(page, "ocop")["4"] == "2"
    rice = page.form("/listings").send(sector="rice")
    assert sorted(titles(rice)) == ["Gạo ST25 đầu vụ", "Lúa khô"]
    # Its sisters' counts stay, so that another may be added.
    assert facet(rice, "sector")["shrimp"] == "1"
    both = rice.browser.get("/listings", sector=["rice", "shrimp"])
    assert len(titles(both)) == 3
    chip = next(href for href in both.links() if href == "/listings?sector=rice")
    assert len(titles(both.browser.get(chip))) == 2


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"ocop": "4"}, ["Chiếu lác đôi", "Gạo ST25 đầu vụ"]),
        ({"standard": "HACCP"}, ["Tôm sú oxy"]),
        ({"month": "2026-05"}, ["Chiếu lác đôi", "Gạo ST25 đầu vụ", "Lúa khô", "Tôm sú oxy"]),
        ({"volume_min": "50 tấn"}, ["Lúa khô"]),
        ({"volume_min": "30.000"}, ["Gạo ST25 đầu vụ", "Lúa khô"]),
        ({"sector": "handicraft", "volume_min": "600"}, ["Chiếu lác đôi"]),
        ({"price_max": "21.000"}, ["Gạo ST25 đầu vụ", "Lúa khô"]),
        ({"place": "96"}, ["Chiếu lác đôi", "Gạo ST25 đầu vụ", "Lúa khô", "Tôm sú oxy"]),
        ({"product": ["tom-su", "chieu-lac"]}, ["Chiếu lác đôi", "Tôm sú oxy"]),
    ],
)
def test_filters_add_up_whether_the_index_answers_or_not(
    market: None, browser: Open, runtime: Runtime, fields: dict[str, object], expected: list[str]
) -> None:
    someone = browser()
    assert sorted(titles(someone.get("/listings", **fields))) == expected
    runtime.the_index().close()
    without = someone.get("/listings", **fields)
    assert without.status == 200
    if "ocop" not in fields:
        assert sorted(titles(without)) == expected


def test_orders_and_pages(session: Session, runtime: Runtime, browser: Open) -> None:
    unit = make.make_unit(session)
    for number in range(23):
        make_listing(session, unit, title=f"Gạo {number:02}", price_from=10_000 + number)
    worker.run_due(runtime, long=False)
    someone = browser()
    first = someone.get("/listings", sort="price")
    assert titles(first) == [f"Gạo {number:02}" for number in range(20)]
    assert titles(first.follow("Sau")) == ["Gạo 20", "Gạo 21", "Gạo 22"]
    beyond = someone.get("/listings", page=9)
    assert beyond.status == 200
    assert not titles(beyond)
    assert beyond.css(".empty a")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sector", "gold"),
        ("product", "khong-co"),
        ("place", "00000"),
        ("place", "96@yesterday"),
        ("standard", "OCOP9"),
        ("ocop", "9"),
        ("month", "2026-13"),
        ("volume_min", "nhiều"),
        ("price_max", "-5"),
        ("sort", "fate"),
        ("page", "0"),
        ("page", "99999999999999999999"),
    ],
)
def test_a_wrong_value_is_named_beside_its_field_and_the_rest_still_searches(
    market: None, browser: Open, field: str, value: str
) -> None:
    page = browser().get("/listings", **{field: value, "sector": ["rice"] if field != "sector" else value})
    assert page.status == 422
    assert page.css(f"#e-{field}")
    assert page.css(".problems")
    # On a phone as well the words beside a field of the filters are seen without opening them.
    assert bool(page.css("#facets[open]")) == (field not in ("sort", "page"))
    assert len(titles(page)) == (4 if field == "sector" else 2)


@pytest.mark.parametrize(
    "typed",
    [
        "a" * 10_000,
        "gạo " * 2_500,
        "gạo\x00\x1b nếp",
        "\u202egạo\u202c 🌾🦐",
        'gạo" OR 1=1 -- * ( \\ AND NOT',
        "lúa dưới 999999999.999.999.999 tr",
        "gạo 999999999.999.999.999 tấn",
    ],
)
def test_whatever_is_typed_is_answered(market: None, browser: Open, typed: str) -> None:
    someone = browser()
    for path in ("/listings", "/api/v1/listings", "/listings.atom"):
        answer = someone.client.get(path, params={"q": typed})
        assert answer.status_code == 200, (path, answer.text[:300])


def test_htmx_gets_the_results_alone_and_an_address_worth_sharing(market: None, browser: Open) -> None:
    someone = browser()
    answer = someone.client.get(
        "/listings?q=gao&volume_min=&ocop=&sector=rice",
        headers={"HX-Request": "true", "HX-Trigger": "facets"},
    )
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div id="results"')
    assert "<html" not in answer.text
    assert answer.headers["HX-Push-Url"] == "/listings?q=gao&sector=rice"
    assert 'id="facets" class="facets" open' in answer.text
    assert "HX-Trigger" in answer.headers["Vary"]
    whole = someone.client.get(
        "/listings?q=gao", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
    )
    assert "<html" in whole.text


def test_an_index_that_does_not_answer_leaves_the_page_up_and_heals(
    session: Session, runtime: Runtime, browser: Open, profile: Profile
) -> None:
    unit = make.make_unit(session)
    make_listing(session, unit, title="Gạo trước")
    worker.run_due(runtime, long=False)
    profile.lose_index(runtime.settings)
    someone = browser()
    page = someone.get("/listings", q="gao")
    assert page.status == 200
    assert page.css(".notice")
    assert titles(page) == ["Gạo trước"]
    make_listing(session, unit, title="Gạo sau")
    worker.run_due(runtime, long=False)
    healed = someone.get("/listings", q="gao")
    assert not healed.css(".notice")
    assert sorted(titles(healed)) == ["Gạo sau", "Gạo trước"]


def test_a_stale_index_never_shows_what_was_taken_back(
    session: Session, runtime: Runtime, browser: Open
) -> None:
    unit = make.make_unit(session)
    listing = make_listing(session, unit)
    worker.run_due(runtime, long=False)
    listings.withdraw(session, actor=unit.actor, listing_id=listing.id)
    session.commit()
    assert titles(browser().get("/listings", q="gao")) == []


@pytest.mark.parametrize("signed_in", [False, True])
def test_the_busy_pages_ask_the_database_little(
    market: None, session: Session, app: FastAPI, browser: Open, signed_in: bool
) -> None:
    someone = browser()
    if signed_in:
        someone.sign_in(make.make_buyer(session).login)
    someone.get("/listings", q="gao")  # the lexicon is made once in ten minutes
    with counting(app) as statements:
        page = someone.get("/listings", q="gao", sector="rice", place="96")
    assert page.status == 200
    assert len(statements) <= 8, "\n\n".join(statements)
    link = page.css(".card h3 a")[0].attributes["href"] or ""
    with counting(app) as statements:
        assert someone.get(link).status == 200
    assert len(statements) <= 8, "\n\n".join(statements)


def test_nothing_that_is_typed_breaks_the_page(market: None, browser: Open, runtime: Runtime) -> None:
    client = browser().client
    names = st.sampled_from(
        (
            *("q", "sector", "product", "place", "standard", "ocop", "month"),
            *("volume_min", "price_max", "sort", "page", "x"),
        )
    )
    nasty = st.sampled_from(
        (
            *(
                "\x00",
                "\ud800",
                "%",
                "_",
                "'",
                '"',
                "9" * 40,
                "2^63",
                str(2**63),
                "-1",
                "1e9",
                "96@",
                "@",
                "²",
            ),
            *("0-0", "2026-00", "٣", "tấn", "10 tấn", "1..000", "NaN", "gạo ORDER BY", "*", "(", "\\"),
            "a" * 1200,
        )
    )
    values = st.one_of(st.text(max_size=30), nasty)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(names, values), max_size=6), st.booleans())
    def try_it(pairs: list[tuple[str, str]], raw: bool) -> None:
        query = urlencode(pairs, errors="surrogatepass") if raw else urlencode(pairs, errors="replace")
        answer = client.get(f"/listings?{query}")
        assert answer.status_code in (200, 422), (query, answer.status_code)

    try_it()
    runtime.the_index().close()
    try_it()


def test_the_page_counts_only_what_is_left(market: None, session: Session, browser: Open) -> None:
    # What is shown comes from the database at once, whatever the index still says.
    lot = session.execute(
        sa.text(
            "SELECT lots.id, volume FROM lots JOIN listings ON listings.id = listing_id"
            " WHERE title = 'Lúa khô'"
        )
    ).one()
    listings.take_volume(session, lot_ids_and_amounts=[(lot.id, lot.volume - 1_000)])
    session.commit()
    assert "1 kg" in browser().get("/listings", q="lúa khô").css(".card-sum")[0].text()
