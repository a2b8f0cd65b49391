"""Certificates through HTTP: entered, compared, shown on card and in the filters, over on the day; what is
wrong stands beside its field; and the trace page with its code.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import clock, worker
from market.certificates.models import Certificate, CertificateVerdict
from market.events import EventRow
from market.web import qr
from tests import make
from tests.listings.goods import make_listing
from tests.make import TODAY, Side
from tests.pages import Browser, Page, signed_in

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
DESK = "/department/certificates"
PAPER = {
    "standard": "VIETGAP-TT",
    "number": "VG-12/2026",
    "issuer": "Trung tâm Vùng 5",
    "valid_from": "1/3/2026",
    "valid_to": "1/6/2026",
}


def badges(page: Page) -> list[tuple[str, bool]]:
    return [
        (node.text().strip(), "badge-verified" in (node.attributes["class"] or ""))
        for node in page.css(".badge")
    ]


def test_from_the_claim_to_its_last_day(
    session: Session, app: FastAPI, unit: Side, manager: Browser, browser: Open
) -> None:
    listing = make_listing(session, unit, to_date=TODAY + timedelta(days=120))
    somebody, officer = browser(), signed_in(browser, make.make_officer(session))
    search = {"standard": "VIETGAP-TT"}
    page = manager.get("/listings/mine").follow("Chứng nhận của đơn vị")
    assert page.css(".empty")
    page = page.form("/certificates").send(**PAPER)
    assert page.path == "/certificates"
    assert "Chờ Sở đối chiếu" in page.text
    assert "VietGAP trồng trọt" in page.text
    assert "1/6/2026" in page.text
    worker.run_due(app.state.runtime, long=False)
    assert listing.title not in somebody.get("/listings", **search).text
    shown = somebody.get(f"/cooperatives/{unit.party.code}")
    assert ("VietGAP trồng trọt · tự khai", False) in badges(shown)

    assert officer.get("/department").css(".tile-value")[1].text().strip() == "1"
    page = officer.get(DESK).follow("VietGAP trồng trọt")
    for words in ("VG-12/2026", "Trung tâm Vùng 5", unit.party.name):
        assert words in page.text
    wrong = page.form("/verify").send()
    assert wrong.status == 422
    assert wrong.form("/verify").error("ground")
    wrong = page.form("/verify").send(ground="decision")
    assert wrong.status == 422
    assert wrong.form("/verify").error("reference")
    assert wrong.form("/verify").fields["ground"] == "decision"
    done = page.form("/verify").send(ground="decision", reference="57/QĐ-SNN")
    assert done.path == DESK
    assert "Đã xác nhận" in done.css(".said")[0].text()
    assert "VG-12/2026" not in done.text
    assert "57/QĐ-SNN" in officer.get(DESK, state="verified").follow("VietGAP trồng trọt").text

    worker.run_due(app.state.runtime, long=False)
    found = somebody.get("/listings", **search)
    assert listing.title in found.text
    assert ("VietGAP trồng trọt", True) in badges(found)
    assert ("VietGAP trồng trọt", True) in badges(somebody.get(f"/listings/{listing.id}"))
    assert ("VietGAP trồng trọt", True) in badges(somebody.get(f"/cooperatives/{unit.party.code}"))
    assert "Sở đã đối chiếu" in manager.get("/certificates").text
    assert "đã được Sở xác nhận" in manager.get("/account/notices").text

    with clock.at(TODAY + timedelta(days=83)):  # the first of June
        for open_page in (lambda: somebody.get(f"/listings/{listing.id}"), lambda: somebody.get("/listings")):
            assert ("VietGAP trồng trọt", True) not in badges(open_page()), "on the day, whoever slept"
        worker.run_due(app.state.runtime, long=False)
        again = signed_in(browser, unit)
        assert listing.title not in somebody.get("/listings", **search).text
        assert "Đã hết hạn" in again.get("/certificates").text
        assert "đã hết hạn" in again.get("/account/notices").text


def test_a_certificate_sent_twice_is_one(session: Session, manager: Browser) -> None:
    form = manager.get("/certificates").form("/certificates")
    assert form.send(**PAPER).path == form.send(**PAPER).path == "/certificates"
    assert make.count_rows(session, Certificate) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("standard", ""),
        ("standard", "OCOP9"),
        ("number", ""),
        ("number", "x" * 201),
        ("issuer", "\x00"),
        ("valid_from", "31/2/2026"),
        ("valid_to", "hôm nay"),
        ("valid_to", "1/3/2026"),
        ("area", "nhiều"),
        ("area", "-1"),
        ("area", "0,00001"),
        ("area", "99999999999999"),
        ("sites", "\ud800".encode("utf-8", "replace").decode() + "\x07"),
        ("holder", "0000000000"),
        ("units", "HTX-999999"),
        ("products", "no-such"),
        ("products", "tom-su"),
    ],
)
def test_what_cannot_be_meant_stands_beside_its_field(
    session: Session, manager: Browser, field: str, value: str
) -> None:
    page = manager.get("/certificates").form("/certificates").send(**{**PAPER, field: value})
    assert page.status == 422
    form = page.form("/certificates")
    assert form.error(field)
    assert page.css(f".problems a[href='#f-{field}']")
    assert make.count_rows(session, Certificate) == 0
    if field != "number":
        assert form.fields["number"] == PAPER["number"], "what was typed stays"


def test_all_that_is_wrong_is_said_at_once(session: Session, manager: Browser) -> None:
    wrong = {
        "number": "",
        "valid_to": "2020-01-01",
        "holder": "HTX-999999",
        "units": "HTX-999998",
        "products": ["khong-co"],
        "area": "-1",
    }
    page = manager.get("/certificates").form("/certificates").send(**{**PAPER, **wrong})
    assert page.status == 422
    assert all(page.form("/certificates").error(field) for field in wrong)
    assert make.count_rows(session, Certificate) == 0


def test_the_same_number_again_is_told_beside_it(session: Session, unit: Side, manager: Browser) -> None:
    make.make_claim(session, unit, number=PAPER["number"])
    page = manager.get("/certificates").form("/certificates").send(**PAPER)
    assert page.status == 409
    assert page.form("/certificates").error("number")


def test_all_that_a_paper_says_is_kept_and_can_be_put_right(
    session: Session, unit: Side, buyer: Side, manager: Browser
) -> None:
    other = make.make_unit(session, name="HTX Cùng Nhóm")
    form = manager.get("/certificates").form("/certificates")
    page = form.send(
        **PAPER,
        area="1.234,5 ha",
        sites="Ấp 1\nẤp 2",
        holder=buyer.party.code.lower(),
        units=f" {other.party.code.lower()},\n{unit.party.code}",
        products=["lua-st25", "gao-st25"],
    )
    assert page.path == "/certificates"
    for words in ("1.234,5 ha", "Ấp 1", buyer.party.name, "HTX Cùng Nhóm"):
        assert words in page.text, words
    [one] = session.scalars(sa.select(Certificate))
    assert (one.area_m2, one.holder_id) == (12_345_000, buyer.party.id)
    form = manager.get(f"/certificates/{one.id}/edit").form("/edit")
    assert form.fields["area"] == "1.234,5"
    assert form.fields["holder"] == buyer.party.code
    assert form.fields["units"] == other.party.code
    assert sorted(form.fields["products"]) == ["gao-st25", "lua-st25"]
    wrong = form.send(valid_to="1/1/2020")
    assert wrong.form("/edit").error("valid_to")
    assert form.send(number="VG-13", products=None, area="", holder="").path == "/certificates"
    late = form.send(number="VG-14")
    assert late.status == 409, "somebody changed it meanwhile"
    session.expire_all()
    [one] = session.scalars(sa.select(Certificate))
    assert (one.number, one.area_m2, one.holder_id) == ("VG-13", None, unit.party.id)


def test_another_unit_neither_sees_nor_changes_it(session: Session, unit: Side, browser: Open) -> None:
    one = make.make_claim(session, unit)
    rival = signed_in(browser, make.make_unit(session))
    assert one.number not in rival.get("/certificates").text
    assert rival.get(f"/certificates/{one.id}/edit").status == 404


def test_who_only_looks_is_offered_nothing_to_fill_in(session: Session, browser: Open) -> None:
    side = make.make_unit(session, powers=("view",))
    make.make_claim(session, side)
    page = signed_in(browser, side).get("/certificates")
    assert page.status == 200
    assert not page.css("main form, main a[href$='/edit']")


def test_an_officer_enters_it_the_unit_says_it_is_right_and_a_colleague_verifies(
    session: Session, unit: Side, manager: Browser, browser: Open
) -> None:
    account = make.make_officer(session)
    officer = signed_in(browser, account)
    form = officer.get(DESK).follow("Nhập chứng nhận giúp đơn vị").form(DESK)
    for wrong in ("", "HTX-999999", make.make_buyer(session).party.code):
        page = form.send(**PAPER, unit=wrong)
        assert page.status == 422
        assert page.form(DESK).error("unit")
    page = form.send(**PAPER, unit=unit.party.code.lower())
    assert page.path.startswith(f"{DESK}/")
    assert "chưa xác nhận" in page.text
    assert not page.css("form[action$='/verify']"), "not by whoever entered it"
    one = session.scalars(sa.select(Certificate)).one()
    kept = session.scalars(sa.select(EventRow).where(EventRow.name == "certificate.claimed")).one()
    assert (kept.channel, kept.party_id, kept.user_id) == ("phone", unit.party.id, account.user.id)
    mine = manager.get("/certificates")
    assert "Cán bộ đã nhập giúp" in mine.text
    done = mine.form("/accept").send()
    assert not done.css("form[action$='/accept']")
    colleague = signed_in(browser, make.make_officer(session))
    page = colleague.get(f"{DESK}/{one.id}")
    assert "đã xác nhận là đúng" in page.text
    assert page.form("/verify").send(ground="issuer_list").path == DESK
    session.expire_all()
    assert session.get_one(Certificate, one.id).state == "verified"


def test_an_officer_sees_her_places_alone(session: Session, browser: Open) -> None:
    here, there = make.some_commune(session), make.some_commune(session, index=5)
    unit = make.make_unit(session, name="HTX Ở Đây", place_id=here.id)
    one = make.make_claim(session, unit)
    hers = signed_in(browser, make.make_officer(session, place_id=here.id, duties=("certificates",)))
    other = signed_in(browser, make.make_officer(session, place_id=there.id))
    register = signed_in(browser, make.make_officer(session, duties=("register",)))
    assert "HTX Ở Đây" in hers.get(DESK).text
    assert "HTX Ở Đây" not in other.get(DESK).text
    assert other.get(f"{DESK}/{one.id}").status == 404
    assert register.get(DESK).status == 403
    page = hers.get("/department")
    assert [node.text().strip() for node in page.css(".tile-value")] == ["1"]
    wide = make.make_claim(session, unit, unit_ids=(make.make_unit(session, place_id=there.id).party.id,))
    page = hers.get(f"{DESK}/{wide.id}")
    assert "ngoài địa bàn" in page.text
    assert not page.css("form[action$='/verify']")
    assert page.form("/refuse").send(reason="Nhờ tỉnh xem.").path == DESK


def test_the_list_is_narrowed_by_state_standard_and_place(session: Session, browser: Open) -> None:
    here, there = make.some_commune(session), make.some_commune(session, index=5)
    first, second = make.make_unit(session, place_id=here.id), make.make_unit(session, place_id=there.id)
    make.make_claim(session, first, number="A-1")
    make.make_claim(session, second, number="B-1", standard="SRP")
    make.make_claim(session, first, number="C-1", verified=True)
    make.make_claim(session, second, number="D-1", verified=True, valid_to=TODAY + timedelta(days=30))
    officer = signed_in(browser, make.make_officer(session))

    def numbers(**asked: str) -> list[str]:
        page = officer.get(DESK, **asked)
        assert page.status == 200
        return [
            node.text().split(" ")[0].strip() for node in page.css("#results .lines span > small:last-child")
        ]

    assert numbers() == ["A-1", "B-1"], "what waits, in turn"
    assert numbers(state="verified") == ["D-1", "C-1"]
    assert numbers(state="ending") == ["D-1"]
    assert numbers(state="all") == ["B-1", "A-1", "D-1", "C-1"]
    assert numbers(state="all", place=str(here.id)) == ["A-1", "C-1"]
    assert numbers(standard="SRP") == ["B-1"]
    assert numbers(state="refused") == []
    assert numbers(state="nonsense", place="x", standard="%", page="-1") == []
    assert "1 chứng nhận sắp hết hạn" in officer.get("/department").text


def test_refusing_tells_the_unit_why(session: Session, unit: Side, manager: Browser, browser: Open) -> None:
    one = make.make_claim(session, unit)
    officer = signed_in(browser, make.make_officer(session))
    page = officer.get(f"{DESK}/{one.id}")
    verify, wrong = page.form("/verify"), page.form("/refuse").send(reason=" ")
    assert wrong.status == 422
    assert wrong.css("details[open] form[action$='/refuse']")
    assert page.form("/refuse").send(reason="Số <b>không khớp</b>.").path == DESK
    assert "Số <b>không khớp</b>." in manager.get("/certificates").text
    assert "Số <b>không khớp</b>." in manager.get("/account/notices").text
    late = verify.send(ground="original")
    assert late.status == 409
    assert late.css(".problems")
    assert not late.css("form[action$='/verify']")


def test_a_verified_one_is_stopped_with_a_reason(session: Session, unit: Side, browser: Open) -> None:
    one = make.make_claim(session, unit, verified=True)
    account = make.make_officer(session)
    officer = signed_in(browser, account)
    form = officer.get(f"{DESK}/{one.id}").form("/stop")
    for changes in ({}, {"state": "revoked"}, {"reason": "Vì thế"}, {"state": "claimed", "reason": "Vì thế"}):
        wrong = form.send(**changes)
        assert wrong.status == 422
        assert wrong.css("details[open] form[action$='/stop']")
    done = form.send(state="suspended", reason="Tổ chức chứng nhận báo tạm đình chỉ.")
    assert "Bị tạm đình chỉ" in done.text
    assert "Tổ chức chứng nhận báo" in done.text
    assert not done.css("form[action$='/stop'], form[action$='/refuse']")
    assert make.count_rows(session, CertificateVerdict, CertificateVerdict.state == "suspended") == 1
    with clock.at(clock.now() + timedelta(days=9)):
        officer.sign_in(account.login)  # half a day is over
        again = officer.get(f"{DESK}/{one.id}").form("/verify")
        assert again.send().status == 422
        assert again.send(ground="issuer_answer", reference="45/CV").status == 200
        taken_up = officer.get(f"{DESK}/{one.id}")
    assert "45/CV" in taken_up.text
    assert taken_up.css("form[action$='/stop']")


def test_the_trace_page_says_what_is_proven_and_draws_its_own_address(
    session: Session, unit: Side, buyer: Side, browser: Open
) -> None:
    listing = make_listing(session, unit, area_code="VN-BLOR-0042")
    make.make_claim(
        session, unit, standard="MSVT", number="VN-BLOR-0042", issuer="Chi cục Trồng trọt", verified=True
    )
    make.make_claim(session, unit, number="VG-99", holder_id=buyer.party.id, verified=True)
    make.make_claim(session, unit, standard="ASC", number="ASC-7", verified=True)  # not for rice
    make.make_claim(session, unit, standard="SRP", number="SRP-8")  # nobody has looked at it
    here = browser()
    page = here.get(f"/listings/{listing.id}").follow("Truy xuất nguồn gốc")
    assert page.path == f"/listings/{listing.id}/trace"
    for words in (unit.party.name, "VN-BLOR-0042", "Chi cục Trồng trọt", "VG-99", buyer.party.name, "12 tấn"):
        assert words in page.text, words
    assert "Lần đối chiếu gần nhất: 10/3/2026" in page.text
    assert "ASC-7" not in page.text
    assert "SRP-8" not in page.text
    assert str(qr.svg(f"http://testserver{page.path}")) in page.response.text
    with clock.at(TODAY + timedelta(days=701)):
        assert "VG-99" not in here.get(page.path).text


def test_the_trace_of_what_is_not_on_sale_is_its_units_alone(
    session: Session, unit: Side, manager: Browser, browser: Open
) -> None:
    draft = make_listing(session, unit, publish=False)
    path = f"/listings/{draft.id}/trace"
    assert browser().get(path).status == 404
    page = manager.get(path)
    assert page.status == 200
    assert "Sở chưa đối chiếu" in page.text
