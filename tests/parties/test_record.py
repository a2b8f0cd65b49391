"""The department's pages of what the register keeps: each kind of change by its form, and the history that
says who noted what, when, and on what ground.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.parties.changes import CHANGES
from market.parties.models import Fact, Party
from market.parties.past import SAID
from market.parties.register_models import PartyCapital, RatingPoints, YearlyReturn
from tests import make
from tests.pages import Browser, Page, signed_in

Open = Callable[[], Browser]
SOURCE = "Quyết định 12/QĐ-UBND"


@pytest.fixture
def unit(session: Session) -> make.Side:
    return make.make_unit(session, name="HTX Sổ Cũ", place_id=make.some_commune(session).id)


@pytest.fixture
def officer(session: Session, browser: Open, unit: make.Side) -> Browser:
    account = make.make_officer(session, name="Cán bộ Sổ", place_id=make.some_commune(session).id)
    return signed_in(browser, account)


def form_of(officer: Browser, unit: make.Side, kind: str) -> Any:
    return officer.get(f"/department/parties/{unit.party.id}/register/{kind}").form(f"/register/{kind}")


def filled(session: Session) -> dict[str, tuple[dict[str, Any], str]]:
    """For each kind of change what is typed, and what the history says of it afterwards."""
    last, today = clock.today().year - 1, clock.today()
    day = f"{today.day}/{today.month}/{today.year}"
    points = {f"points{one}": "5" for one in range(1, 16)}
    return {
        "name": ({"name": "HTX Sổ Mới"}, "Tên: HTX Sổ Mới"),
        "place": (
            {"place_id": make.some_commune(session, index=0).id},
            f": {make.some_commune(session, index=0).name}",
        ),
        "kind": ({"kind": "union"}, "Liên hiệp hợp tác xã"),
        "status": ({"status": "suspended"}, "Tạm ngừng"),
        "founding": ({"founded_on": "3/2/2019"}, "3/2/2019"),
        "members": (
            {"official": "41", "associate": "2", "households": "30"},
            "41 chính thức; 2 liên kết; 30 hộ",
        ),
        "fields": ({"fields": ["rice"]}, "Lĩnh vực hoạt động: "),
        "capital": ({"amount": "500.000.000"}, "Vốn điều lệ: 500.000.000 đ"),
        "rating": ({"year": last, **points}, "75 điểm; 1. Vốn: 5"),
        "pilot": ({"field": "rice", "holds": "yes"}, "Đơn vị làm điểm: "),
        "high_tech": ({"holds": "no"}, "Ứng dụng công nghệ cao: Không"),
        "return": (
            {"year": last, "workers": "9", "profit": "-2.000.000"},
            f"{last}; Lao động thường xuyên: 9",
        ),
        "comparison": ({"agrees": "no", "on_date": day}, "Không khớp"),
    }


def test_each_kind_of_change_has_its_form_and_stands_in_the_history(
    session: Session, officer: Browser, unit: make.Side
) -> None:
    typed = filled(session)
    assert typed.keys() == CHANGES.keys()
    for kind, (fields, shown) in typed.items():
        answer = form_of(officer, unit, kind).send(source=f"{SOURCE} ({kind})", **fields)
        assert answer.status == 200, (kind, answer.text)
        noted = [line.text() for line in answer.css("ul.lines li") if f"({kind})" in line.text()]
        assert noted, (kind, answer.text)
        newest = noted[0]
        words = " ".join(newest.split())
        assert shown in words, (kind, words)
        assert "Cán bộ Sổ" in words
    session.expire_all()
    party = session.get_one(Party, unit.party.id)
    assert (party.name, party.kind, party.status, party.members) == ("HTX Sổ Mới", "union", "suspended", 43)
    assert make.count_rows(session, RatingPoints) == 15
    assert session.scalars(sa.select(YearlyReturn)).one().profit == -2_000_000


def test_every_table_of_the_register_is_said() -> None:
    kept = {one for one in Fact.__subclasses__() if hasattr(one, "__tablename__")}
    assert {one.__name__ for one in kept - set(SAID)} == {"UnitSector"}


def test_a_change_without_source_or_with_wrong_values_loses_nothing_typed(
    session: Session, officer: Browser, unit: make.Side
) -> None:
    answer = form_of(officer, unit, "capital").send(amount="500 triệu", source="")
    assert answer.status == 422
    form = answer.form("/register/capital")
    assert form.error("amount")
    assert form.error("source")
    assert form.fields["amount"] == "500 triệu"
    answer = form_of(officer, unit, "return").send(
        year=clock.today().year - 1, revenue="5", member_revenue="6", source=SOURCE
    )
    assert answer.status == 422
    assert answer.form("/register/return").error("member_revenue")
    assert answer.form("/register/return").fields["source"] == SOURCE
    assert not make.count_rows(session, PartyCapital)
    assert not make.count_rows(session, YearlyReturn)


def test_a_dissolved_unit_stays_so_in_words(officer: Browser, unit: make.Side) -> None:
    form_of(officer, unit, "status").send(status="dissolved", source=SOURCE)
    again = form_of(officer, unit, "status").send(status="active", source=SOURCE)
    assert again.status == 409
    assert again.form("/register/status").error("status")


def test_whose_it_is_not_finds_nothing(session: Session, browser: Open, unit: make.Side) -> None:
    buyer = make.make_buyer(session)
    province = signed_in(browser, make.make_officer(session))
    assert province.get(f"/department/parties/{buyer.party.id}/register").status == 404
    assert province.get(f"/department/parties/{unit.party.id}/register/nothing").status == 404
    other = make.make_officer(session, place_id=make.some_commune(session, index=5).id)
    there: Page = signed_in(browser, other).get(f"/department/parties/{unit.party.id}/register")
    assert there.status == 404
