"""The dashboard: it shows the figures that everything else shows, to whom they are open, kept or counted; and
what is kept is proven.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import clock
from market.places import queries as places
from market.statistics import figures, indicators, jobs, kept, overview, periods, publication
from market.statistics.aggregates import Dimension
from market.statistics.dashboard_models import KeptOverview
from market.statistics.figures import Figure
from tests import make, trade
from tests.pages import Browser, signed_in

Open = Callable[[], Browser]

#: Traded in one quarter, looked at in the next.
THEN, NOW = date(2026, 3, 10), date(2026, 4, 20)
QUARTER = "2026-Q1"


@pytest.fixture
def sold(session: Session) -> None:
    """Three cooperatives deliver 1, 2 and 3 tonnes under linkages, to an exporter and two supermarkets."""
    with clock.at(THEN):
        for number in range(3):
            seller = make.make_unit(session, place_id=make.some_commune(session, index=number % 2).id)
            more = {"buyer_kind": "supermarket", "destination": "region"} if number else {}
            buyer = make.make_buyer(session, **more)
            listing, _ = trade.make_listing(session, seller)
            link = trade.make_link(session, seller, buyer, listing)
            trade.deliver(session, seller, buyer, link, (number + 1) * trade.TONNE, on_date=THEN)


def counted(session: Session) -> overview.Overview:
    today = clock.today()
    return overview.count(session, places.province_on(session, day=today), on=today)


def of(some: list[Figure], code: str, **more: Any) -> list[Figure]:
    return [
        one
        for one in some
        if one.indicator.code == code and all(getattr(one, name) == value for name, value in more.items())
    ]


def test_the_dashboard_counts_what_the_figures_count(session: Session, sold: None) -> None:
    with clock.at(NOW):
        found = counted(session)
        period = periods.parse(QUARTER)
        assert len(of(found["linked_share"], "linked_share")) == overview.QUARTERS
        for name, code in (("kept_word", "delivered_volume"), ("kept_word", "contracted_volume"),
                           ("linked_share", "cooperatives"), ("durability", "links_ended")):  # fmt: skip
            same = figures.compute(
                session, indicators=[indicators.get(code)], period=period, place=None, as_of=NOW
            )
            last = [one for one in of(found[name], code) if one.period.code == QUARTER]
            assert [(one.value, one.unit) for one in last] == [(one.value, one.unit) for one in same], code
        assert of(found["kept_word"], "delivered_volume", unit="kg")[-1].value == 6 * trade.TONNE


def test_a_flow_adds_up_to_its_ends(session: Session, sold: None) -> None:
    with clock.at(NOW):
        flow = counted(session)["flow"]
        assert len(flow) == 3
        axes: tuple[tuple[int, Dimension], ...] = ((0, "place"), (1, "destination"))
        for at, by in axes:
            sums: dict[Any, int] = {}
            for one in flow:
                sums[one.group[at]] = sums.get(one.group[at], 0) + int(one.value or 0)
            ends = figures.compute(
                session,
                indicators=[indicators.get("outlet_volume")],
                period=periods.parse(QUARTER),
                place=None,
                as_of=NOW,
                by=by,
            )
            assert sums == {one.group: one.value for one in ends if one.value}
        assert sum(one.value or 0 for one in flow) == 6 * trade.TONNE


def test_the_page_shows_charts_with_their_tables(session: Session, browser: Open, sold: None) -> None:
    with clock.at(NOW):
        here = signed_in(browser, make.make_officer(session))
        page = here.get("/department")
        assert {"chart-linked_share", "chart-kept_word", "chart-flow", "chart-map", "chart-outlets"} <= {
            node.attributes["id"] for node in page.css("figure.chart")
        }
        for figure in page.css("figure.chart"):
            assert figure.css("svg"), "a drawing"
            assert figure.css("details table tbody tr"), "and its table"
        flow = page.css("#chart-flow")[0].text()
        assert "Nước ngoài" in flow
        assert page.follow("Số liệu này nghĩa là gì").status == 200


def test_trade_is_hidden_from_officers_without_the_duty_as_from_the_public(
    session: Session, browser: Open, sold: None
) -> None:
    with clock.at(NOW):
        theirs = signed_in(browser, make.make_officer(session, duties=("register",)))
        page = theirs.get("/department")
        assert "6 tấn" not in page.css("#chart-kept_word")[0].text(), "nothing of the year was chosen yet"
        publication.publish(session, NOW.year)
        session.commit()
        page = theirs.get("/department")
        assert not page.css("#chart-flow"), "each cell has one seller behind it"
        assert not page.css("#chart-available"), "open for no running period"
        assert "6 tấn" in page.css("#chart-kept_word")[0].text(), (
            "three sellers and three buyers stand behind"
        )
        assert page.css("#chart-map"), "the register is open to all"
        text = theirs.get("/department/dashboard/figures.csv").response.content.decode("utf-8-sig")
        assert "flow,outlet_volume" in text
        rows = [row for row in csv.DictReader(io.StringIO(text)) if row["chart"] in ("flow", "outlets")]
        assert rows
        assert all(row["value"] == "" for row in rows if row["chart"] == "flow")
        assert not theirs.get("/department/work/short").css("table")


def test_an_officer_of_a_commune_sees_her_commune(session: Session, browser: Open, sold: None) -> None:
    with clock.at(NOW):
        home, other = make.some_commune(session), make.some_commune(session, index=1)
        here = signed_in(browser, make.make_officer(session, place_id=home.id))
        page = here.get("/department")
        assert home.name in page.text
        # The first and the third of the three cooperatives are hers: 1 + 3 tonnes.
        assert "4 tấn" in page.css("#chart-kept_word")[0].text()
        assert here.get("/department", place=other.code).status == 404
        assert here.get("/department", place="nowhere").status == 404


def test_what_is_kept_is_what_is_counted_and_moves_on_with_the_data(
    session: Session, app: FastAPI, browser: Open, sold: None
) -> None:
    morning = datetime(2026, 4, 20, 8, 0, tzinfo=clock.LOCAL)
    with clock.at(morning):
        here = signed_in(browser, make.make_officer(session))
        runtime = app.state.runtime
        assert jobs.count_ahead(runtime) == 1
        assert jobs.count_ahead(runtime) == 0, "nothing has moved"
        place = places.province_on(session, day=NOW)
        shown = kept.shown(session, place)
        assert overview.plain(shown.figures) == overview.plain(counted(session))
        assert list(kept.differences(session)) == []
        session.rollback()
    with clock.at(morning + timedelta(minutes=5)):
        make.make_unit(session)
        assert "Tính lúc 08:00" in here.get("/department").text, "five minutes old is good enough"
        session.rollback()
        assert jobs.count_ahead(runtime) == 1
        assert "Tính lúc 08:05" in here.get("/department").text
    with clock.at(morning + timedelta(hours=3)):
        make.make_unit(session)
        assert "Tính lúc 11:00" in here.get("/department").text, "too old: counted by the page itself"


def test_verify_names_a_kept_figure_that_was_tampered_with(
    session: Session, app: FastAPI, browser: Open, sold: None
) -> None:
    with clock.at(NOW):
        signed_in(browser, make.make_officer(session))
        jobs.count_ahead(app.state.runtime)
        row = session.scalars(sa.select(KeptOverview)).one()
        document: dict[str, Any] = dict(row.document)
        some = [list(one) for one in document["figures"]["kept_word"]]
        some[-1][5] = 1
        row.document = {**document, "figures": {**document["figures"], "kept_word": some}}
        session.flush()
        (line,) = kept.differences(session)
        assert "kept_word" in line


def test_nobody_signed_in_keeps_the_worker_from_counting(session: Session, app: FastAPI, sold: None) -> None:
    with clock.at(NOW):
        make.make_officer(session)
        assert jobs.count_ahead(app.state.runtime) == 0
