"""What people type, read: text, days, numbers and ids, with words for each error."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import pytest
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from market import clock
from market.accounts.models import User
from market.errors import Conflict, Invalid, NotFound
from market.web import forms
from market.web.forms import Filled
from market.words import t
from tests import make


class Typed(BaseModel):
    line: forms.Line = "some"
    day: forms.Day = date(2026, 3, 25)
    whole: forms.Whole = 1
    id: forms.Id = 1
    days: forms.OptionalDays = None
    ticked: forms.Ticked = False
    many: list[forms.Code] = []
    chosen: forms.Code = "rice"
    bounded: Annotated[forms.Whole, Field(ge=5, le=9)] = 5


def read(**raw: object) -> Filled[Typed]:
    return forms.fill(Typed, raw)


@pytest.mark.parametrize("text", ["25/3/2026", "25-3-2026", "25.03.2026", "2026-03-25", " 2026-3-25 "])
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert read(day=text).valid.day == date(2026, 3, 25)


@pytest.mark.parametrize(
    "text", ["31/2/2026", "25/3", "3-25-2026", "0001-01-01", "9999-12-31", "hôm nay", ""]
)
def test_what_is_no_day_is_refused_at_its_field(text: str) -> None:
    form = read(day=text)
    assert list(form.errors) == ["day"]
    assert form.status == 422
    assert form.get("day") == text, "what was typed is kept"


@pytest.mark.parametrize(
    ("text", "value"), [("12500", 12_500), ("12.500", 12_500), ("12,500", 12_500), ("1 250 000", 1_250_000)]
)
def test_a_whole_number_is_read_with_the_separators_of_either_language(text: str, value: int) -> None:
    assert read(whole=text).valid.whole == value


@pytest.mark.parametrize("text", ["1,5", "12.50", "-3", "x", "1e3", "٣", "１２", "9" * 30, ""])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    assert list(read(whole=text).errors) == ["whole"]


@pytest.mark.parametrize(("text", "fine"), [("1", True), ("0", False), (str(2**63), False), ("-1", False)])
def test_an_id_lies_within_what_the_database_holds(text: str, fine: bool) -> None:
    assert read(id=text).ok is fine


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "\x1b[2J"])
def test_signs_that_cannot_be_read_are_refused(text: str) -> None:
    assert "cannot be read" in str(read(line=text).errors["line"])


def test_text_is_composed_and_trimmed() -> None:
    assert read(line="  mười\r\n hai ").valid.line == "mười\n hai"


def test_bounds_are_said_in_words() -> None:
    assert "at least 5" in str(read(bounded="4").errors["bounded"])
    assert "at most 9" in str(read(bounded="10").errors["bounded"])
    assert "at most 365" in str(read(days="366").errors["days"])
    assert read(days="").valid.days is None
    assert "fill this in" in str(read(line="").errors["line"])
    assert "at most 200" in str(read(line="x" * 201).errors["line"])
    assert "fill this in" in str(read(chosen="").errors["chosen"])
    assert "cannot be read" in str(read(chosen="ri ce").errors["chosen"])


def test_one_value_of_a_list_and_several_of_one_field_are_taken() -> None:
    assert read(many="rice").valid.many == ["rice"]
    assert read(many=["rice", "shrimp"]).valid.many == ["rice", "shrimp"]
    assert read(line=["first", "second"]).valid.line == "first"


def test_a_refusal_takes_everything_back_and_stands_at_its_field(session: Session) -> None:
    form = read()
    before = make.count_rows(session, User)
    with forms.refusals(session, form):
        make_nobody(session)
        raise Invalid(t("No."), field="line")
    assert (form.status, str(form.errors["line"])) == (422, "No.")
    assert make.count_rows(session, User) == before
    with forms.refusals(session, form):
        raise Conflict(t("Moved on."))
    assert (form.status, str(form.errors[""])) == (409, "Moved on.")


def make_nobody(session: Session) -> None:
    """A row that is there only until the refusal."""
    session.add(User(created_at=clock.now()))
    session.flush()


def test_what_is_no_matter_of_the_form_goes_on(session: Session) -> None:
    with pytest.raises(NotFound), forms.refusals(session, read()):
        raise NotFound
