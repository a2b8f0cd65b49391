"""The department's pages of published numbers: entered, corrected, refused beside their field."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.official.models import Denominator, OfficialFigure
from tests import make
from tests.pages import Browser

Open = Callable[[], Browser]
SOWN = {
    "base": "sown",
    "place": "95@2025-06-30",
    "from_date": "2020-01-01",
    "to_date": "2020-12-31",
    "sector": "rice",
    "amount": "187.579",
    "unit": "ha",
    "source": "Sở Nông nghiệp, báo cáo năm 2020",
    "source_date": "12/2020",
}


def _officer(session: Session, browser: Open) -> Browser:
    here = browser()
    here.sign_in(make.make_officer(session).login)
    return here


def test_an_officer_enters_a_number_and_corrects_it(session: Session, browser: Open) -> None:
    here = _officer(session, browser)
    page = here.get("/department/denominators").form("/department/denominators").send(**SOWN)
    assert "187.579 ha" in page.text
    assert "12/2020" in page.text
    row = session.scalars(sa.select(Denominator)).one()
    assert (row.amount, row.source_date) == (1_875_790_000, "2020-12")
    again = here.get("/department/denominators", correct=str(row.id)).form("/department/denominators")
    assert again.fields["amount"] == "187.579"
    assert again.fields["place"] == "95@2025-06-30"
    page = again.send(amount="187.600")
    assert "187.600 ha" in page.text
    assert "187.579 ha" not in page.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Denominator)) == 2
    page = (
        here.get("/department/denominators").form("/department/denominators").send(**{**SOWN, "amount": "0"})
    )
    assert "Đã bỏ số này" in page.text, "nobody divides by zero"


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    session: Session, browser: Open
) -> None:
    here = _officer(session, browser)
    wrongs = {
        "unit": {"unit": "tonne"},
        "amount": {"amount": "nhiều"},
        "source": {"source": ""},
        "source_date": {"source_date": "hôm qua"},
        "to_date": {"to_date": "2019-01-01"},
        "product": {"product": "tom-su"},
    }
    for field, wrong in wrongs.items():
        form = here.get("/department/denominators").form("/department/denominators")
        page = form.send(**{**SOWN, **wrong})
        assert page.status == 422, field
        assert page.css(f"#e-{field}"), field
        kept = page.form("/department/denominators").fields
        assert all(kept[name] == value for name, value in {**SOWN, **wrong}.items()), field
    assert make.count_rows(session, Denominator) == 0


def test_an_officer_enters_a_published_figure_in_its_unit_alone(session: Session, browser: Open) -> None:
    here = _officer(session, browser)
    said = {
        **{name: SOWN[name] for name in ("place", "from_date", "to_date", "source", "source_date")},
        "code": "KT21",
        "value": "1.321,5",
        "unit": "tonne",
        "scope": "lúa",
    }
    path = "/department/official-figures"
    page = here.get(path).form(path).send(**said)
    assert page.status == 422
    assert page.css("#e-unit")
    page = page.form(path).send(unit="ha")
    assert "1.321,5 ha" in page.text
    row = session.scalars(sa.select(OfficialFigure)).one()
    assert (row.amount, row.decimals, row.scope) == (13215, 1, "lúa")
    again = here.get(path, correct=str(row.id)).form(path)
    assert again.fields["value"] == "1.321,5"
