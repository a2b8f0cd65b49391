"""The public register: the search over units and a unit's own page, through HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from market import clock
from market.parties import service as parties
from market.parties import units
from market.places import queries as places
from tests import make, trade
from tests.pages import Browser, Page

Open = Callable[[], Browser]


def names(page: Page) -> list[str]:
    assert page.status == 200
    return [" ".join(node.text().split()) for node in page.css("ul.cards h2.card-name")]


def found(here: Browser, **fields: object) -> list[str]:
    return names(here.get("/cooperatives", **fields))


def total(page: Page) -> int:
    return int("".join(sign for sign in page.css("p[role=status]")[-1].text() if sign.isdigit()))


@pytest.fixture
def world(session: Session) -> dict[str, make.Side]:
    """Units of several kinds, places and fields, and some that nobody may see."""
    first, second = make.some_commune(session), make.some_commune(session, index=5)
    made = {
        "tôm": make.make_unit(session, name="HTX Nuôi tôm Đông Hải", place_id=first.id, fields=("shrimp",)),
        "muối": make.make_unit(session, name="HTX Muối Điền Hải", place_id=second.id, fields=("other",)),
        "đan": make.make_unit(
            session, kind="group", name="Tổ đan lát Ấp Một", place_id=first.id, fields=("handicraft", "rice")
        ),
        "liên": make.make_unit(
            session, kind="union", name="Liên hiệp Đồng Bằng", place_id=second.id, fields=()
        ),
        "chờ": make.make_unit(session, name="HTX Đang Chờ", place_id=first.id, confirm=False),
        "mua": make.make_buyer(session, name="Công ty Đông Hải", place_id=first.id),
    }
    refused = make.make_unit(session, name="HTX Bị Từ Chối", confirm=False)
    parties.refuse_party(session, actor=make.SHELL, party_id=refused.party.id, reason="Thiếu giấy tờ.")
    session.commit()
    return made


def test_the_register_shows_confirmed_units_in_the_alphabets_order(
    world: dict[str, make.Side], browser: Open
) -> None:
    assert found(browser()) == [
        "HTX Muối Điền Hải",
        "HTX Nuôi tôm Đông Hải",
        "Liên hiệp Đồng Bằng",
        "Tổ đan lát Ấp Một",
    ]


@pytest.mark.parametrize(
    ("typed", "finds"),
    [
        ("Đông Hải", ["HTX Nuôi tôm Đông Hải"]),
        ("dong hai", ["HTX Nuôi tôm Đông Hải"]),
        ("  HẢI   tôm ", ["HTX Nuôi tôm Đông Hải"]),
        ("hai", ["HTX Muối Điền Hải", "HTX Nuôi tôm Đông Hải"]),
        ("THT-", ["Tổ đan lát Ấp Một"]),
        ("công ty", []),
        ("chờ", []),
    ],
)
def test_a_name_is_found_with_and_without_diacritics(
    world: dict[str, make.Side], browser: Open, typed: str, finds: list[str]
) -> None:
    assert found(browser(), q=typed) == finds


def test_signs_alone_ask_for_nothing_in_particular(world: dict[str, make.Side], browser: Open) -> None:
    here = browser()
    for typed in ("%", "_", "\\", "%_%", "  "):
        assert len(found(here, q=typed)) == 4, typed
        assert found(here, q=f"{typed}dong{typed}hai") in ([], ["HTX Nuôi tôm Đông Hải"])


def test_a_code_finds_its_unit(world: dict[str, make.Side], browser: Open) -> None:
    party = world["đan"].party
    assert found(browser(), q=party.code) == [party.name]
    assert found(browser(), q=party.code.lower()) == [party.name]


def test_field_and_kind_narrow_and_the_tabs_count(world: dict[str, make.Side], browser: Open) -> None:
    here = browser()
    assert found(here, field="rice") == ["Tổ đan lát Ấp Một"]
    assert found(here, kind="union") == ["Liên hiệp Đồng Bằng"]
    assert found(here, kind="group", field="shrimp") == []
    page = here.get("/cooperatives", q="hai", kind="group")
    tabs = [" ".join(node.text().split()) for node in page.css("ul.tabs a")]
    assert [tab.rsplit("(", 1)[1] for tab in tabs[1:]] == ["2)", "0)", "0)"], "whatever kind was asked"
    assert page.css("ul.tabs a[aria-current]")[0].text().startswith("Tổ hợp tác")
    assert total(here.get("/cooperatives")) == 4


def test_a_field_that_is_given_up_is_no_longer_found(
    session: Session, world: dict[str, make.Side], browser: Open
) -> None:
    parties.set_fields(session, actor=make.SHELL, party_id=world["đan"].party.id, fields=("handicraft",))
    session.commit()
    assert found(browser(), field="rice") == []
    assert found(browser(), field="handicraft") == ["Tổ đan lát Ấp Một"]


def test_a_place_is_found_by_its_name_of_today_and_of_before(session: Session, browser: Open) -> None:
    with clock.at(date(2022, 3, 1)):
        old = make.some_commune(session)
        unit = make.make_unit(session, name="HTX Từ Trước", place_id=old.id)
        district = places.find_place(session, code="960", on=clock.today())
        assert district is not None
    heir = places.successor(session, old.id)
    assert heir is not None
    elsewhere = next(
        place for place in places.list_communes(session, on=clock.today()) if place.id != heir.id
    )
    here = browser()
    for key in (heir.code, "96", "960@2022-03-01", f"{old.code}@2022-03-01"):
        assert found(here, place=key) == ["HTX Từ Trước"], key
    assert found(here, place=elsewhere.code) == []
    page = here.get(f"/cooperatives/{unit.party.code}")
    assert heir.name in page.text
    assert old.name in page.text, "the old name stands beside the new"
    assert any(f"place={heir.code}" in link for link in page.links())


def test_units_come_in_pages_that_keep_what_was_asked(session: Session, browser: Open) -> None:
    for number in range(units.PAGE_SIZE + 3):
        make.make_unit(session, name=f"HTX Số {number:03d}", user={"password_hash": "x"})
    here = browser()
    first, second = (here.get("/cooperatives", q="số", kind="cooperative", page=page) for page in (1, 2))
    assert names(first) + names(second) == [f"HTX Số {number:03d}" for number in range(units.PAGE_SIZE + 3)]
    assert total(first) == total(second) == units.PAGE_SIZE + 3
    onward = [link for link in first.links() if "page=2" in link]
    assert onward
    assert "q=s" in onward[0]
    assert "kind=cooperative" in onward[0]
    assert names(here.get(onward[0])) == names(second)
    assert found(here, page=99) == []


HOSTILE = (
    "q=%00", "q=%ED%A0%80", "q=" + "x" * 5000, "q=a&q=b", "q=%27%20OR%201=1", "q=%25%25%25", "q[]=1", "q=(((",
    "place=%00", "place=96@", "place=@2022-01-01", "place=96@9999-99-99", "place=abc", "place=" + "9" * 3000,
    "field=gold", "field=%00", "kind=company", "kind=%00",
    "page=-1", "page=1e9", "page=99999", "page=" + "9" * 400,
    "sort=x&unknown=1", "%00=%00", "q=%F0%9F%A6%90", "q=%E2%80%AE",
)  # fmt: skip


def test_hostile_addresses_are_answered_politely(world: dict[str, make.Side], browser: Open) -> None:
    here = browser()
    for query in HOSTILE:
        page = here.get(f"/cooperatives?{query}")
        assert page.status == 200, query
        assert "Công ty Đông Hải" not in page.text, query
    twice = here.get("/cooperatives?q=muoi&q=tom")
    assert twice.form("/cooperatives").fields["q"] in ("muoi", "tom"), "one of what was typed, nothing else"
    for code in ("x", "%00", "HTX-000000", "'--", "x" * 3000, "..%2f", "Đ"):
        assert here.get(f"/cooperatives/{code}").status == 404, code


def test_htmx_gets_the_results_alone(world: dict[str, make.Side], browser: Open) -> None:
    page = browser().get("/cooperatives", q="hai", headers={"HX-Request": "true"})
    assert "<html" not in page.response.text
    assert page.response.text.strip().startswith('<div id="results">')
    assert "Cookie" in page.response.headers["vary"]


def test_a_units_page_says_what_anybody_may_know_and_no_more(session: Session, browser: Open) -> None:
    unit = make.make_unit(
        session,
        members=1234,
        founded_on=date(2019, 4, 30),
        tax_code="1900000007",
        phone="+84912000999",
        email="lienhe@vidu.test",
        address="Ấp Kín",
        user={"name": "Người Giữ Kín", "email": "kin@vidu.test"},
    )
    parties.add_representative(
        session, party_id=unit.party.id, name="Lê Thị Thử", position="Giám đốc", ground="law"
    )
    trade.make_listing(session, unit, title="Lúa đang bán")
    trade.make_listing(session, unit, title="Lúa còn nháp", publish=False)
    page = browser().get(f"/cooperatives/{unit.party.code}")
    assert page.heading == unit.party.name
    for words in ("1.234", "30/4/2019", "Lê Thị Thử, Giám đốc", "Lúa đang bán", unit.party.code):
        assert words in page.text
    for secret in (
        "1900000007", "0912000999", "912000999", "vidu.test", "Ấp Kín", "Người Giữ Kín", "Lúa còn nháp",
    ):  # fmt: skip
        assert secret not in page.response.text


def test_a_unit_that_is_dissolved_stays_in_the_register_and_says_so(session: Session, browser: Open) -> None:
    unit = make.make_unit(session)
    parties.change_status(session, actor=make.SHELL, party_id=unit.party.id, status="dissolved")
    session.commit()
    assert "giải thể" in browser().get(f"/cooperatives/{unit.party.code}").text.lower()
    assert found(browser()) == [unit.party.name]


def test_a_buyer_and_an_unconfirmed_unit_have_no_public_page(
    world: dict[str, make.Side], browser: Open
) -> None:
    here = browser()
    for side in ("chờ", "mua"):
        assert here.get(f"/cooperatives/{world[side].party.code}").status == 404
    here.sign_in(world["tôm"].login)
    assert here.get(f"/cooperatives/{world['chờ'].party.code}").status == 404
    own = browser()
    own.sign_in(world["chờ"].login)
    assert own.get(f"/cooperatives/{world['chờ'].party.code}").status == 200
