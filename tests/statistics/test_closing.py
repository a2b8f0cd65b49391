"""Closing a period: two officers, communes that submit, figures that never change afterwards, revisions with
their rows and reason, and what is refused on the way.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.errors import Conflict, Invalid, MarketError, NotAllowed
from market.events import Actor, EventRow
from market.parties import service as parties
from market.places import queries as places
from market.statistics import calendar, closing, drilldown, figures, frozen, indicators, stored
from market.statistics.aggregates import Question
from market.statistics.models import ClosedFigure
from tests import make, trade
from tests.make import SHELL
from tests.pages import Browser
from tests.statements import counting

Open = Callable[[], Browser]
THEN, NOW = date(2026, 3, 10), date(2026, 9, 1)
MONTH = "2026-03"
WHOLE: dict[str, Any] = {"over": None}


@pytest.fixture
def sold(session: Session) -> None:
    """Three units sell rice to three buyers in March."""
    with clock.at(THEN):
        for _ in range(3):
            seller = make.make_unit(session)
            listing, _ = trade.make_listing(session, seller)
            trade.make_link(session, seller, make.make_buyer(session), listing)
    session.commit()


def value(session: Session, code: str, text: str = MONTH) -> Any:
    """A figure of the province as its page would count it today."""
    known = calendar.read(session, text, as_of=clock.today())
    found = figures.compute(
        session,
        indicators=[indicators.get(code)],
        period=known.period,
        place=None,
        as_of=clock.today(),
        known_before=known.known_before,
    )
    return found[0].value


def learn_late(session: Session) -> None:
    """A cooperative of March that the register learns of in September."""
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


def close(session: Session, code: str = MONTH) -> None:
    closing.prepare(session, actor=SHELL, code=code, **WHOLE)
    closing.close(session, actor=SHELL, code=code, **WHOLE)
    session.commit()


def test_what_is_frozen_is_read_as_it_would_be_counted(session: Session, sold: None) -> None:
    with clock.at(NOW):
        close(session)
        known = calendar.read(session, MONTH, as_of=clock.today())
        province = places.province_on(session, day=known.period.end)
        asked = Question(province, clock.today(), known_before=known.known_before)
        wanted = [one for one in indicators.ALL if one.code != "members"]
        session.execute(sa.delete(ClosedFigure).where(ClosedFigure.indicator == "links_new"))
        counted = figures.compute_for(session, indicators=wanted, periods_=[known.period], asked=asked)[0]
        periods_ = [(known.period, known.known_before), (known.period, None)]
        read, open_ = stored.compute(session, wanted, periods_, asked)

        def plain(some: list[figures.Figure]) -> list[tuple[Any, ...]]:
            return [(one.indicator.code, one.value, one.unit, one.rows, one.status) for one in some]

        assert plain(read) == plain(counted)
        assert {one.status for one in open_} == {"final"}
        assert [one.value for one in open_] == [one.value for one in read]
        session.execute(
            sa.update(ClosedFigure).where(ClosedFigure.indicator == "cooperatives").values(value="77")
        )
        [read] = stored.compute(session, [indicators.get("cooperatives")], periods_[:1], asked)
        assert read[0].value == 77, "it is read, not counted"


def test_a_closed_period_is_counted_the_same_for_ever_until_it_is_revised(
    session: Session, sold: None
) -> None:
    with clock.at(NOW):
        close(session)
        assert (value(session, "cooperatives"), value(session, "cooperatives_founded")) == (3, 0)
    with clock.at(NOW + timedelta(days=3)):
        learn_late(session)
        assert (value(session, "cooperatives"), value(session, "cooperatives_founded")) == (3, 0)
        assert value(session, "cooperatives", "2026-04") == 4, "an open period takes it in at once"
    with clock.at(NOW + timedelta(days=4)):
        row = closing.revise(session, actor=SHELL, code=MONTH, reason="HTX báo muộn", **WHOLE)
        session.commit()
        assert (value(session, "cooperatives"), value(session, "cooperatives_founded")) == (4, 1)
        kept = [frozen.stored(session, row, revision) for revision in (0, 1)]
        whole = ("cooperatives", row.place_id, "", "", "", "cooperative")
        assert [one[whole].value for one in kept] == ["3", "4"]
        assert list(frozen.differences(session)) == []


def test_the_rows_of_a_closed_figure_are_those_it_was_frozen_from(session: Session, sold: None) -> None:
    with clock.at(NOW):
        close(session)
        learn_late(session)
        known = calendar.read(session, MONTH, as_of=clock.today())
        rows = drilldown.rows(
            session,
            indicator=indicators.get("cooperatives"),
            period=known.period,
            place=None,
            as_of=clock.today(),
            known_before=known.known_before,
        )
        assert sum(row.value for row in rows) == value(session, "cooperatives") == 3


def test_what_is_learned_since_names_the_figures_and_the_rows(session: Session, sold: None) -> None:
    with clock.at(NOW):
        close(session)
        learn_late(session)
        row = closing.list_periods(session)[0]
        province, period = places.province_on(session, day=THEN), frozen.period_of(row)
        about = {"known_before": clock.now() + timedelta(minutes=1)}
        found = frozen.count(session, period, province, **about)
        alone = frozen.count_whole(session, period, province, **about)
        assert alone == {name: one for name, one in found.items() if not name[3]}
        changes = frozen.changes(session, row, found)
        whole = {one.name[0]: (one.was, one.now) for one in changes if not one.name[3]}
        assert whole["cooperatives"] == ("3", "4")
        assert whole["cooperatives_founded"] == ("0", "1")
        assert "links_new" not in whole
        with counting(session.connection().engine) as asked:
            causes = frozen.causes(session, row, province, period, **about)
        # One for all parts of all figures with the same rows: each by itself would read them every time.
        assert len(asked) == len({part.rows for one in indicators.ALL for part in one.parts})
        [cause] = [one for one in causes if one.indicator == "cooperatives"]
        assert (cause.was, cause.now) == (None, 1)


def test_what_was_tampered_with_is_found(session: Session, sold: None) -> None:
    with clock.at(NOW):
        close(session)
        assert list(frozen.differences(session)) == []
        session.execute(
            sa.update(ClosedFigure)
            .where(ClosedFigure.indicator == "cooperatives", ClosedFigure.cut == "")
            .values(value="9")
        )
        [line] = frozen.differences(session)
        assert "cooperatives" in line
        assert "9" in line


def test_whoever_prepares_does_not_close(session: Session, sold: None) -> None:
    first, second = (make.make_officer(session, duties=("figures",)) for _ in range(2))
    with clock.at(NOW):
        actors = [Actor(one.user.id) for one in (first, second)]
        closing.prepare(session, actor=actors[0], code=MONTH, reason="Các xã chưa gửi", **WHOLE)
        with pytest.raises(NotAllowed):
            closing.close(session, actor=actors[0], code=MONTH, **WHOLE)
        row = closing.close(session, actor=actors[1], code=MONTH, **WHOLE)
        assert (row.state, row.revision) == ("closed", 0)
        assert [one.step for one in closing.steps(session, row.id)] == ["prepared", "closed"]
        named = sa.select(EventRow.name).where(EventRow.name.like("period.%")).order_by(EventRow.id)
        assert list(session.scalars(named)) == ["period.prepared", "period.closed"]


def test_communes_submit_and_the_department_takes_or_returns(session: Session, sold: None) -> None:
    commune = make.some_commune(session)
    officer = Actor(make.make_officer(session).user.id)
    with clock.at(NOW):
        mine: dict[str, Any] = {"code": MONTH, "place_id": commune.id, "actor": officer}
        with pytest.raises(NotAllowed):
            closing.submit(session, over=(make.some_commune(session, index=5).id,), **mine)
        closing.submit(session, over=(commune.id,), **mine)
        with pytest.raises(Conflict):
            closing.submit(session, over=(commune.id,), **mine)
        with pytest.raises(Invalid) as refused:
            closing.answer(session, over=None, take=False, **mine)
        assert refused.value.field == "reason"
        closing.answer(session, over=None, take=False, reason="Thiếu hai tổ hợp tác", **mine)
        closing.submit(session, over=(commune.id,), **mine)
        closing.answer(session, over=None, take=True, **mine)
        [row] = closing.list_periods(session)
        said = {one.place_id: one.step for one in closing.communes(session, row)}
        assert said[commune.id] == "taken"
        assert sum(step == "taken" for step in said.values()) == 1
        with pytest.raises(Invalid) as refused:
            closing.prepare(session, actor=officer, code=MONTH, **WHOLE)
        assert refused.value.field == "reason", "the others have not been taken"


def test_communes_of_one_name_are_told_apart_by_their_districts(session: Session) -> None:
    with clock.at(NOW):
        closing.prepare(session, actor=SHELL, code="2024", **WHOLE)
        row = next(one for one in closing.list_periods(session) if one.code == "2024")
        names = [one.name for one in closing.communes(session, row)]
    assert len(set(names)) == len(names) == 64
    assert {"Phường 1, Thành phố Bạc Liêu", "Phường 1, Thị xã Giá Rai", "Phường 2"} < set(names)


@pytest.mark.parametrize("code", ["2026-09", "2026", "2026-H2", "2026-08-01..2026-09-01"])
def test_a_period_that_runs_is_not_prepared(session: Session, code: str) -> None:
    with clock.at(NOW), pytest.raises(Conflict):
        closing.prepare(session, actor=SHELL, code=code, **WHOLE)


def test_a_period_that_cuts_across_a_closed_one_is_refused(session: Session) -> None:
    with clock.at(NOW):
        close(session)
        for code in ("2026-03-15..2026-04-15", "2026-02-10..2026-03-10"):
            with pytest.raises(Conflict) as refused:
                closing.prepare(session, actor=SHELL, code=code, **WHOLE)
            assert refused.value.field == "code"
        for code in ("2026-Q1", "2026-03-05..2026-03-20", "2026-04"):
            closing.prepare(session, actor=SHELL, code=code, **WHOLE)


def test_a_named_period_may_have_days_of_its_own(session: Session, sold: None) -> None:
    with clock.at(NOW):
        edges = {"first_day": date(2025, 12, 15), "last_day": date(2026, 6, 14)}
        closing.schedule(session, actor=SHELL, code="2026-H1", source="Quy định thử", **WHOLE, **edges)
        session.commit()
        known = calendar.read(session, "2026-H1", as_of=NOW)
        assert (known.period.start, known.period.end) == (date(2025, 12, 15), date(2026, 6, 14))
        assert value(session, "links_new", "2026-H1") == 3
        for wrong in (
            {**edges, "last_day": date(2025, 12, 1)},
            {**edges, "first_day": date(2025, 9, 1)},
        ):
            with pytest.raises(Invalid):
                closing.schedule(session, actor=SHELL, code="2026-H1", source="Thử", **WHOLE, **wrong)
        close(session, "2026-H1")
        with pytest.raises(Conflict):
            closing.schedule(session, actor=SHELL, code="2026-H1", source="Thử", **WHOLE, **edges)


def test_a_reopened_period_is_counted_anew_and_closed_as_a_further_revision(
    session: Session, sold: None
) -> None:
    with clock.at(NOW):
        close(session)
        learn_late(session)
        with pytest.raises(Invalid):
            closing.reopen(session, actor=SHELL, code=MONTH, reason=" ", **WHOLE)
        closing.reopen(session, actor=SHELL, code=MONTH, reason="Sai sót lớn", **WHOLE)
        assert value(session, "cooperatives") == 4
    with clock.at(NOW + timedelta(days=1)):
        close(session)
        [row] = closing.list_periods(session)
        assert row.revision == 1
        assert value(session, "cooperatives") == 4


def test_a_revision_that_would_change_nothing_is_refused(session: Session, sold: None) -> None:
    with clock.at(NOW):
        close(session)
        with pytest.raises(Conflict):
            closing.revise(session, actor=SHELL, code=MONTH, reason="Thử", **WHOLE)


def test_two_who_answer_the_same_page_are_told(session: Session, sold: None) -> None:
    with clock.at(NOW):
        row = closing.prepare(session, actor=SHELL, code=MONTH, **WHOLE)
        seen = row.version
        closing.give_back(session, actor=SHELL, code=MONTH, reason="Thử", version=seen, **WHOLE)
        with pytest.raises(MarketError):
            closing.close(session, actor=SHELL, code=MONTH, version=seen, **WHOLE)


def test_an_officer_closes_a_period_on_its_page(session: Session, sold: None, browser: Open) -> None:
    with clock.at(NOW):
        first, second = browser(), browser()
        officers = [make.make_officer(session, duties=("figures",)) for _ in range(2)]
        for here, officer in zip((first, second), officers, strict=True):
            here.sign_in(officer.login)
        assert "tháng 8/2026" in first.get("/department/periods").text
        page = first.get("/department/periods/2026-03")
        refused = page.form("/department/periods/2026-03/prepare").send()
        assert refused.response.status_code == 422
        page = refused.form("/department/periods/2026-03/prepare").send(reason="Xã chưa có cán bộ")
        assert "Anh/chị đã lập kỳ này" in page.text
        page = second.get("/department/periods/2026-03").form("/department/periods/2026-03/close").send()
        assert "đã chốt" in page.text
        learn_late(session)
    with clock.at(NOW + timedelta(days=1)):
        second.sign_in(officers[1].login)
        page = second.get("/department/periods/2026-03")
        assert "Hợp tác xã thành lập mới" not in page.text, "it is counted for whoever asks"
        page = page.follow("Xem nếu tính hôm nay")
        assert "Hợp tác xã thành lập mới" in page.text
        page = page.form("/department/periods/2026-03/revise").send(reason="Báo muộn")
        assert "bản điều chỉnh số 1" in page.text
