"""A unit of the register for programs: what its page says of the unit, nothing of persons, and only of those
whom everybody may see.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from market.parties import service as parties
from tests import make
from tests.listings.goods import make_certificate
from tests.machines import API, PERSONAL, Program
from tests.pages import Browser

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]


def test_it_says_what_the_page_says_of_the_unit(session: Session, browser: Open) -> None:
    unit = make.make_unit(
        session,
        name="HTX Muối Điền Hải",
        fields=("shrimp", "rice"),
        members=57,
        founded_on=date(2015, 4, 1),
        email="htx@vidu.test",
    )
    make_certificate(session, unit, "OCOP4", valid_to=date(2027, 1, 1))
    found = Program(browser()).ask(f"/cooperatives/{unit.party.code}")
    page = browser().get(f"/cooperatives/{unit.party.code}")
    assert found["url"] == f"http://testserver/cooperatives/{unit.party.code}"
    assert (found["name"], found["kind"], found["status"]) == ("HTX Muối Điền Hải", "cooperative", "active")
    assert (found["members"], found["households"], found["founded_on"]) == (57, 32, "2015-04-01")
    assert {one["code"] for one in found["fields"]} == {"shrimp", "rice"}
    assert found["place"] in page.text
    (held,) = found["certificates"]
    assert (held["standard"], held["verified"], held["valid_to"]) == ("OCOP4", True, "2027-01-01")
    assert held["number"] in page.text


def test_it_tells_nothing_of_persons(session: Session, browser: Open) -> None:
    unit = make.make_unit(session, email="htx@vidu.test")
    parties.add_representative(session, party_id=unit.party.id, name="Nguyễn Văn Đại Diện")
    session.commit()
    program = Program(browser())
    assert "Nguyễn Văn Đại Diện" in browser().get(f"/cooperatives/{unit.party.code}").text
    text = program.get(f"{API}/cooperatives/{unit.party.code}").text
    for words in ("Nguyễn Văn Đại Diện", "representative", *PERSONAL):
        assert words not in text, words


def test_only_those_are_told_whom_everybody_may_see(session: Session, browser: Open) -> None:
    pending = make.make_unit(session, confirm=False)
    own = browser()
    own.sign_in(pending.login)
    for side in (pending, make.make_buyer(session)):
        for here in (own, browser()):
            Program(here).refused(f"/cooperatives/{side.party.code}", 404)
