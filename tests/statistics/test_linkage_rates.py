"""Linkage rates: like by like, of precisely the place, sector, product and days published, or none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from market import clock
from market.catalogue import queries as catalogue
from market.links.models import Link, LinkState, LinkTerms
from market.official import facts
from market.official import service as official
from market.places import queries as places
from market.places.models import Place
from market.statistics import access, drilldown, figures, indicators, periods
from market.statistics.figures import Figure
from tests import make
from tests.make import SHELL
from tests.pages import Browser

END = date(2020, 12, 31)
AFTER = datetime(2021, 2, 1, tzinfo=clock.LOCAL)
HA, TONNE = 10_000, 1_000_000
AREA, OUTPUT = indicators.get("area_linkage_rate"), indicators.get("output_linkage_rate")
Open = Callable[[], Browser]


def _linkage(session: Session, *, product: str, area: int, base: str | None, volume: int) -> Link:
    """A linkage of 2020 with a form and a contract, as an officer enters it."""
    seller, buyer = make.make_unit(session, place_id=_commune(session).id), make.make_buyer(session)
    goods, day = catalogue.get_product(session, product), date(2020, 3, 1)
    shared: dict[str, Any] = {
        "kind": "linkage",
        "form": 3,
        "contract": "seen",
        "volume": volume,
        "value": 1,
        "from_date": day,
        "to_date": day + timedelta(days=200),
    }
    link = Link(
        seller_id=seller.party.id,
        buyer_id=buyer.party.id,
        product_id=goods.id,
        sector_code=goods.sector_code,
        seller_kind="cooperative",
        place_id=seller.party.place_id,
        buyer_kind=buyer.party.buyer_kind,
        destination="unknown",
        origin="officer",
        spec={},
        price=1,
        state="active",
        agreed_at=clock.start_of(day),
        **shared,
    )
    session.add(link)
    session.flush()
    known: dict[str, Any] = {"link_id": link.id, "on_date": day, "recorded_at": clock.now()}
    terms = LinkTerms(**shared, **known, area_m2=area, area_base=base)
    session.add_all([LinkState(state="active", channel="api", **known), terms])
    session.flush()
    return link


def _commune(session: Session) -> Place:
    return places.list_communes(session, on=END)[0]


@pytest.fixture
def province(session: Session) -> Place:
    """The province of 2020 with all that was published of it."""
    with clock.at(AFTER - timedelta(days=1)):
        for fact in facts.read():
            if fact.known_on <= END:
                fact.enter(session, actor=SHELL)
    return places.province_on(session, day=END)


def _of(found: list[Figure]) -> dict[tuple[str, Any, str], Any]:
    return {(one.indicator.code, one.group, one.unit): one.value for one in found}


def test_the_articles_rate_of_2020_comes_out_of_the_published_area(session: Session, province: Place) -> None:
    with clock.at(AFTER):
        _linkage(session, product="lua-st25", area=57_133 * HA, base=None, volume=356_126 * TONNE)
        session.flush()
        asked: dict[str, Any] = {"indicators": [AREA, OUTPUT], "period": periods.parse("2020"), "place": None}
        as_of = clock.today()
        area, output = figures.compute(session, **asked, as_of=as_of, sector="rice")
        assert area.value == 57_133 / 187_579
        assert round(area.value * 100, 2) == 30.46
        assert output.value is not None
        assert round(output.value * 100, 2) == 30.97
        # Of no whole that is made of its parts, nor of a part of the whole.
        whole = figures.compute(session, **asked, as_of=as_of)
        assert {one.value for one in whole if one.unit == "share"} == {None}
        by_sector = figures.compute(session, **asked, as_of=as_of, by="sector")
        assert _of(by_sector)["area_linkage_rate", "rice", "share"] == 57_133 / 187_579
        half = figures.compute(
            session,
            indicators=[AREA],
            period=periods.parse("2020-H1"),
            place=None,
            as_of=as_of,
            sector="rice",
        )
        assert [one.value for one in half] == [None]
        below = figures.compute(session, **asked, as_of=as_of, sector="rice", by="place")
        assert {one.value for one in below} == {None}
        # Not known before it was published.
        early = figures.compute(session, **asked, as_of=END - timedelta(days=1), sector="rice")
        assert {one.value for one in early} == {None}


def test_ponds_are_never_divided_by_sown_area(session: Session, province: Place) -> None:
    with clock.at(AFTER):
        _linkage(session, product="lua-st25", area=50 * HA, base="pond", volume=TONNE)
        found = figures.compute(
            session,
            indicators=[AREA],
            period=periods.parse("2020"),
            place=None,
            as_of=clock.today(),
            sector="rice",
        )
    assert {one.unit: one.value for one in found} == {"share": 0, "share_of_ponds": None}


def test_each_place_has_a_rate_by_its_own_number(session: Session, province: Place) -> None:
    with clock.at(AFTER):
        _linkage(session, product="lua-st25", area=50 * HA, base="sown", volume=TONNE)
        district = session.get_one(Place, _commune(session).parent_id)
        shared: dict[str, Any] = {
            "actor": SHELL,
            "over": None,
            "base": "sown",
            "sector": "rice",
            "from_date": date(2020, 1, 1),
            "to_date": END,
            "source": "Niên giám huyện",
            "source_date": "2021",
        }
        official.enter_denominator(session, place_id=district.id, amount=200 * HA, **shared)
        clock.move(clock.now() + timedelta(minutes=1))
        asked: dict[str, Any] = {
            "period": periods.parse("2020"),
            "as_of": clock.today(),
            "sector": "rice",
        }
        found = figures.compute(session, indicators=[AREA], place=province, by="place", **asked)
        assert {one.group: one.value for one in found if one.value is not None} == {district.id: 0.25}
        rows = drilldown.rows(session, indicator=AREA, place=district, **asked)
    assert [(row.part, row.value) for row in rows] == [("over", 50 * HA), ("under", 200 * HA)]
    assert rows[1].facts["source"] == "Niên giám huyện"


def test_what_is_published_does_not_hide_a_rate_but_few_sides_do(session: Session, province: Place) -> None:
    with clock.at(AFTER):
        for _ in range(3):
            _linkage(session, product="lua-st25", area=50 * HA, base="sown", volume=TONNE)
        asked: dict[str, Any] = {"period": periods.parse("2020"), "place": None, "sector": "rice"}
        found = figures.compute(session, indicators=[AREA], as_of=clock.today(), **asked)
        assert [one.value for one in access.for_public(found)] == [150 / 187_579]
        early = figures.compute(
            session, indicators=[AREA], as_of=clock.today(), **{**asked, "period": periods.parse("2020-01")}
        )
        assert [one.value for one in access.for_public(early)] == [None]


def test_an_officers_rate_opens_to_the_agreements_and_to_the_source(
    session: Session, browser: Open, province: Place
) -> None:
    with clock.at(AFTER):
        _linkage(session, product="lua-st25", area=57_133 * HA, base=None, volume=TONNE)
        here = browser()
        here.sign_in(make.make_officer(session).login)
        page = here.get("/statistics/area_linkage_rate", period="2020", sector="rice")
        assert "30,5" in page.text
        assert "kết quả sản xuất năm 2020 (S08)" in page.text
        assert page.status == 200
