"""Open data: files that hold what the public sees and nothing more, with revision and licence; the catalogue
and the feed for programs; and the one page that other sites may frame.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from sqlalchemy.orm import Session

from market import clock
from market.events import Actor
from market.official import service as official
from market.parties import service as parties
from market.places import queries as places
from market.statistics import closing, open_data, open_figures, publication
from market.web import atom
from tests import make, trade
from tests.make import SHELL
from tests.pages import Browser

Open = Callable[[], Browser]
THEN, NOW = date(2026, 3, 10), date(2026, 9, 1)
MONTH = "2026-03"
IN = {"a": atom.NAMESPACE}
Line = dict[str, Any]
Told = dict[tuple[str, str], tuple[Any, int, bool]]


@pytest.fixture(autouse=True)
def _on_a_day() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def trading(session: Session) -> None:
    """Three units of one commune sell rice to three buyers, one of them prawns and mats to one."""
    with clock.at(THEN):
        sellers = [make.make_unit(session) for _ in range(3)]
        buyers = [make.make_buyer(session) for _ in range(3)]
        for seller, buyer in zip(sellers, buyers, strict=True):
            listing, _ = trade.make_listing(session, seller)
            trade.make_link(session, seller, buyer, listing)
        prawns, _ = trade.make_listing(session, sellers[0], product="tom-su", price_from=200_000)
        trade.make_link(session, sellers[0], buyers[0], prawns, price=200_000)
        mats, _ = trade.make_listing(
            session, sellers[0], product="chieu-lac", price_from=150_000, volumes=(600,)
        )
        trade.make_link(session, sellers[0], buyers[0], mats, volume=100, price=150_000)
    publication.publish(session, NOW.year)
    session.commit()


def document(here: Browser, dataset: str, **fields: str) -> Any:
    answer = here.get(f"/open-data/{dataset}.json", **fields).response
    assert answer.status_code == 200, answer.text
    return answer.json()


def lines(here: Browser, dataset: str, **fields: str) -> list[Line]:
    found: list[Line] = document(here, dataset, **fields)["rows"]
    assert all(tuple(line) == open_figures.COLUMNS for line in found)
    return found


def told(found: list[Line]) -> Told:
    """Value, rows and whether it is hidden, by figure and unit."""
    return {
        (one["indicator"], one["unit"]): (one["value"], one["rows"], one["missing"] == "suppressed")
        for one in found
    }


def check_part(part: Told, asked_for: Told) -> None:
    """What a breakdown says of a group is what is said when the group is asked for; what only one of them
    says is that there is nothing, which hides nothing.
    """
    both = part.keys() & asked_for.keys()
    assert {key: part[key] for key in both} == {key: asked_for[key] for key in both}
    rest = [found[key] for found in (part, asked_for) for key in found if key not in both]
    assert all(not value and not rows and not hidden for value, rows, hidden in rest)
    assert any(value or hidden for value, _, hidden in part.values())


def test_a_file_holds_what_the_public_sees_and_hides_what_is_hidden(
    session: Session, trading: None, browser: Open
) -> None:
    here = browser()
    commune = places.key_of(make.some_commune(session), NOW)
    below = [one for name in ("register", "trade") for one in lines(here, name, period=MONTH, by="place")]
    for place in ("", commune):
        where = {"place": place} if place else {}
        answer = here.get("/api/v1/figures", period=MONTH, **where).response.json()
        assert not answer["withheld"]
        public = {
            (one["indicator"], one["unit"]): (one["value"], one["rows"], one["status"] == "suppressed")
            for one in answer["figures"]
        }
        files = [one for name in ("register", "trade") for one in lines(here, name, period=MONTH, **where)]
        assert told(files) == public
        if place:
            check_part(told([one for one in below if one["place"] == place]), public)
    whole = told(lines(here, "trade", period=MONTH))
    assert whole["contracted_volume", "kg"] == (16_000, 4, False)
    assert whole["contracted_volume", "piece"] == (None, 0, True)


def test_what_is_hidden_is_there_in_every_breakdown_without_its_value(trading: None, browser: Open) -> None:
    here = browser()
    by_sector = lines(here, "trade", period=MONTH, by="sector")
    shown = {one["sector"]: one for one in by_sector if one["indicator"] == "links_new"}
    assert (shown["rice"]["value"], shown["rice"]["missing"]) == (3, None)
    for sector in ("shrimp", "handicraft"):
        assert (shown[sector]["value"], shown[sector]["rows"], shown[sector]["missing"]) == (
            None,
            0,
            "suppressed",
        )
    for sector in ("rice", "shrimp"):
        asked_for = told(lines(here, "trade", period=MONTH, sector=sector))
        check_part(told([one for one in by_sector if one["sector"] == sector]), asked_for)
    by_product = lines(here, "trade", period=MONTH, by="product")
    mats = [
        one for one in by_product if one["product"] == "chieu-lac" and one["indicator"] == "contracted_value"
    ]
    assert [(one["value"], one["missing"]) for one in mats] == [(None, "suppressed")]
    # By what is not public at all every group is there, and hidden.
    by_state = [one for one in lines(here, "trade", period=MONTH, by="month") if one["group"]]
    assert {one["missing"] for one in by_state if one["rows"] or one["missing"]} <= {
        "suppressed",
        "undefined",
    }


def test_a_file_for_spreadsheets_says_the_same_and_starts_no_formula(
    session: Session, trading: None, browser: Open
) -> None:
    here = browser()
    answer = here.get("/open-data/trade.csv", period=MONTH).response
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="trade.csv"'
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "set-cookie" not in answer.headers
    assert answer.headers["last-modified"].endswith("GMT")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    same = [
        {name: "" if value is None else str(value) for name, value in line.items()}
        for line in lines(here, "trade", period=MONTH)
    ]
    assert rows == same
    held = here.get("/open-data/trade.csv", period=MONTH, headers={"If-None-Match": answer.headers["etag"]})
    assert (held.status, held.response.content) == (304, b"")
    official.enter_figure(
        session,
        actor=SHELL,
        over=None,
        place_id=places.province_on(session, day=NOW).id,
        code="cooperatives",
        number=Decimal(608),
        unit="cooperative",
        from_date=date(2025, 12, 1),
        to_date=date(2025, 12, 31),
        source="=Nguồn thử",
        source_date="2025",
        scope="mọi HTX",
    )
    session.commit()
    text = here.get("/open-data/published.csv").response.content.decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text))
    assert (row["value"], row["source"], row["scope"]) == ("608", "'=Nguồn thử", "mọi HTX")


def test_a_revision_is_told_everywhere_and_names_nobody(session: Session, browser: Open) -> None:
    here = browser()
    officer = make.make_officer(session, name="Cán bộ Thứ Nhất", duties=("figures",))
    session.commit()
    whole: dict[str, Any] = {"code": MONTH, "over": None}

    def stands() -> tuple[Any, ...]:
        found = document(here, "register", period=MONTH)
        catalog = here.get("/open-data/catalog.jsonld").response.json()
        versions = {one["dct:identifier"]: one.get("dcat:version") for one in catalog["dcat:dataset"]}
        assert versions["trade"] == versions["register"] == str(found["revision"])
        first = found["rows"][0]
        return found["revision"], first["status"], first["revision"], first["value"]

    assert stands() == (0, "provisional", None, 0)
    closing.prepare(session, actor=SHELL, **whole)
    closing.close(session, actor=Actor(officer.user.id), **whole)
    session.commit()
    assert stands() == (1, "closed", 0, 0)
    with clock.at(NOW + timedelta(days=1)):
        parties.register_party(
            session,
            actor=SHELL,
            kind="cooperative",
            name="HTX biết muộn",
            place_id=make.some_commune(session).id,
            founded_on=date(2026, 3, 2),
            standing="confirmed",
        )
        session.commit()
        assert stands() == (1, "closed", 0, 0)
    with clock.at(NOW + timedelta(days=2)):
        closing.revise(session, actor=SHELL, reason="HTX biết muộn", **whole)
        session.commit()
        assert stands() == (2, "closed", 1, 1)
        answer = here.get("/open-data/periods.atom").response
    assert answer.headers["content-type"] == "application/atom+xml"
    feed = ElementTree.fromstring(answer.content)
    entries = feed.findall("a:entry", IN)
    assert [one.findtext("a:title", "", IN) for one in entries] == [
        "Đã sửa đổi: tháng 3/2026",
        "Đã chốt: tháng 3/2026",
    ]
    authors = [one.findtext("a:author/a:name", "", IN) for one in entries]
    assert authors == ["Quản trị sàn", "Cán bộ phụ trách số liệu"]
    assert feed.findtext("a:updated", "", IN) == entries[0].findtext("a:updated", "", IN)
    assert len({one.findtext("a:id", "", IN) for one in entries}) == 2
    for word in ("Thứ Nhất", "biết muộn"):
        assert word not in answer.text
    link = entries[0].find("a:link", IN)
    assert link is not None
    assert here.get(link.attrib["href"].removeprefix("http://testserver")).status == 200


def names_of(node: Any) -> Iterator[str]:
    """Every name and type in a JSON-LD document."""
    if isinstance(node, list):
        for one in node:
            yield from names_of(one)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name != "@context":
                yield value if name == "@type" else name
                yield from names_of(value)


def test_the_catalogue_has_what_dcat_asks_for_and_its_files_are_there(
    session: Session, browser: Open
) -> None:
    here = browser()
    answer = here.get("/open-data/catalog.jsonld").response
    assert answer.headers["content-type"] == "application/ld+json"
    catalog = answer.json()
    for name in names_of(catalog):
        assert name.startswith("@") or name.partition(":")[0] in catalog["@context"], name
    assert catalog["@type"] == "dcat:Catalog"
    assert {one["@language"] for one in catalog["dct:title"]} == {"vi", "en"}
    assert catalog["dct:publisher"]["foaf:name"]["@value"]
    assert [one["dct:identifier"] for one in catalog["dcat:dataset"]] == list(open_data.BY_CODE)
    for dataset in catalog["dcat:dataset"]:
        for name in (
            "dct:title",
            "dct:description",
            "dct:publisher",
            "dct:spatial",
            "dct:accrualPeriodicity",
        ):
            assert dataset[name], name
        assert dataset["dct:license"] == {"@id": open_data.LICENCE_URL}
        for file in dataset["dcat:distribution"]:
            assert file["@type"] == "dcat:Distribution"
            assert file["dct:license"] == {"@id": open_data.LICENCE_URL}
            path = urlsplit(file["dcat:downloadURL"]["@id"]).path
            fields = {"period": MONTH} if "dct:temporal" in dataset and "published" not in path else {}
            got = here.get(path, **fields).response
            assert got.status_code == 200
            assert file["dcat:mediaType"]["@id"].endswith(got.headers["content-type"].split(";")[0])
    page = here.get("/open-data")
    assert page.status == 200
    assert {"/open-data/trade.csv?kind=month", "/open-data/register.json?by=place"} <= set(page.links())
    assert open_data.LICENCE_URL in page.links()


def test_without_a_period_the_last_years_are_told(session: Session, browser: Open) -> None:
    found = lines(browser(), "register")
    assert [*dict.fromkeys(one["period"] for one in found)] == [
        "2025",
        "2024",
        "2023",
        "2022",
        "2021",
        "2020",
    ]


@pytest.mark.parametrize(
    ("dataset", "fields", "wrong"),
    [
        ("trade", {"period": "2026-09"}, "period"),
        ("register", {"period": "2026"}, "period"),
        ("trade", {"period": MONTH, "kind": "month"}, "kind"),
        ("trade", {"kind": "month", "by": "place"}, "by"),
        ("trade", {"by": "buyer"}, "by"),
        ("trade", {"as_of": "2026-03-31"}, "as_of"),
        ("register", {"place": "00000"}, "place"),
        ("places", {"period": MONTH}, "period"),
    ],
)
def test_what_cannot_be_meant_or_is_not_public_is_refused(
    browser: Open, dataset: str, fields: dict[str, str], wrong: str
) -> None:
    answer = browser().get(f"/open-data/{dataset}.csv", **fields).response
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [wrong]


def test_pages_do_not_wait_for_files(browser: Open) -> None:
    here = browser()
    app: Any = here.client.app
    files: open_data.Files = app.state.open_files
    for _ in range(files.AT_A_TIME):
        assert files._making.acquire(blocking=False)
    answer = here.get("/open-data/register.csv", period=MONTH).response
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "10")
    assert here.get("/open-data/places.csv").status == 200


def test_the_widget_alone_may_be_framed(session: Session, trading: None, browser: Open) -> None:
    here = browser()
    widget = here.get("/open-data/widget", period=MONTH, lang="en", indicator="contracted_volume")
    headers = widget.response.headers
    assert widget.status == 200
    assert "frame-ancestors *" in headers["content-security-policy"]
    assert "script-src" not in headers["content-security-policy"]
    assert "x-frame-options" not in headers
    assert "set-cookie" not in headers
    assert len(widget.response.content) < 4000
    assert not widget.css("script, form, img")
    assert widget.heading == "Figures of Tỉnh Cà Mau, month 3/2026"
    assert [one.text() for one in widget.css("dd") if one.css_first("small") is None] == ["16 tonnes"]
    assert "–" in widget.text
    assert "Hidden: fewer than three units or buyers" in widget.text
    assert any(link.startswith(f"/statistics?period={MONTH}") for link in widget.links())
    usual = here.get("/open-data/widget", lang="vi")
    assert usual.heading == "Số liệu Tỉnh Cà Mau, năm 2025"
    assert 4 <= len(usual.css("dl > div")) <= 6
    snippet = here.get("/open-data", period=MONTH).css("pre code")[0].text()
    assert f'src="http://testserver/open-data/widget?period={MONTH}&amp;lang=vi"' in snippet
    for path in (
        "/",
        "/open-data",
        "/statistics",
        "/open-data/places.csv",
        "/open-data/widget/",
        "/open-data/x.csv",
    ):
        kept = here.get(path).response.headers
        assert kept["x-frame-options"] == "DENY", path
        assert "frame-ancestors 'none'" in kept["content-security-policy"], path
