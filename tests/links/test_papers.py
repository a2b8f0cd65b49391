"""Files of an agreement: with a word, a check, the contract, a delivery. Both sides see them; an officer
opens them by a press that is logged.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, worker
from market.accounts import service as accounts
from market.events import EventRow
from market.files.models import StoredFile
from market.inquiries.models import Remark
from market.links import desk
from market.links.models import Delivery, Link, LinkCheck, LinkTerms
from market.listings.terms import Terms
from market.notices.models import Notice
from market.settings import Settings
from tests import make, trade
from tests.files import sheets
from tests.files.sending import lying, send
from tests.listings.shots import shot
from tests.make import Side
from tests.pages import Browser, Page, signed_in

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]
PDF = ("a.pdf", sheets.sheet())


@pytest.fixture(autouse=True)
def listening() -> None:
    worker.subscribe_all()


@pytest.fixture
def link(session: Session, seller: Side, buyer: Side) -> Link:
    return trade.make_link(session, seller, buyer, trade.make_listing(session, seller)[0])


def hrefs(page: Page, near: str = "") -> list[str]:
    return [node.attributes["href"] or "" for node in page.css(f"{near} .files a")]


def told(session: Session, kind: str) -> set[int]:
    return set(session.scalars(sa.select(Notice.user_id).where(Notice.kind == kind)))


def files_of(session: Session, kind: str) -> int:
    return make.count_rows(session, StoredFile, StoredFile.kind == kind)


def test_either_side_writes_about_an_agreement_and_both_read_it(
    session: Session, browser: Open, seller: Side, buyer: Side, link: Link
) -> None:
    where = f"/links/{link.id}"
    here, there = signed_in(browser, seller), signed_in(browser, buyer)
    assert send(here, where, "/words", PDF, word="Bao bì mới.").status == 200
    assert told(session, "link.word") == {buyer.user.id}
    seen = there.get(where)
    assert "Bao bì mới." in seen.css("#words")[0].text()
    assert there.client.get(hrefs(seen, "#words")[0]).content == PDF[1]
    assert send(there, where, "/words", word="Đã xem.").status == 200
    assert send(there, where, "/words", ("a.pdf", b"MZ"), word="Hỏng.").status == 422
    assert make.count_rows(session, Remark, Remark.link_id == link.id) == 2
    own = here.get(where)
    assert [node.attributes.get("class") for node in own.css("#words .thread > li")] == ["mine", None]
    assert own.form("/delete", near="#words").send().status == 200
    assert not make.count_rows(session, StoredFile)
    stranger = signed_in(browser, make.make_buyer(session))
    assert stranger.client.get(hrefs(seen, "#words")[0]).status_code == 404


def test_the_pages_of_the_contract_stand_with_its_number_and_an_officer_notes_that_she_saw_it(
    session: Session, settings: Settings, browser: Open, seller: Side, buyer: Side, link: Link
) -> None:
    where = f"/links/{link.id}"
    here = signed_in(browser, seller)
    typed = {"contract_number": "12/2026/HĐ", "contract_date": clock.today().isoformat()}
    wrong = send(here, where, "/contract", ("hđ.pdf", sheets.locked()), **typed)
    assert wrong.status == 422
    form = wrong.form("/contract")
    assert "bị khóa bằng mật khẩu" in form.error("files")
    assert form.fields["contract_number"] == "12/2026/HĐ"
    assert session.get_one(Link, link.id).contract == "none", "nothing is kept half"
    assert not lying(settings)
    page = send(here, where, "/contract", ("hđ.pdf", sheets.sheet()), ("trang 2.jpg", shot()), **typed)
    assert page.status == 200
    assert session.get_one(Link, link.id).contract == "uploaded"
    assert told(session, "link.contract") == {buyer.user.id}
    there = signed_in(browser, buyer)
    pdf, _ = hrefs(there.get(where))
    assert there.client.get(pdf).content == sheets.sheet()
    again = send(there, where, "/contract", ("của tôi.pdf", sheets.sheet(5)), **typed)
    assert again.status == 200
    assert files_of(session, "contract") == 3

    officer = signed_in(browser, make.make_officer(session, duties=("trade_data",)))
    closed = officer.get(f"/department/links/{link.id}")
    assert not closed.css(".files"), "names of files are told after a look alone"
    opened = closed.form("/look").send()
    assert len(opened.css(".files form")) == 3
    before = len(desk.list_looks(session, link_id=link.id))
    given = opened.form(f"/files/{pdf.rpartition('/')[2]}")
    officer.before()
    answer = officer.client.post(given.action, data=given.fields)
    assert answer.content == sheets.sheet()
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert len(desk.list_looks(session, link_id=link.id)) == before + 1
    assert officer.client.get(pdf).status_code == 403, "the address of the two sides is theirs"
    seen = opened.form("/contract").send()
    assert seen.status == 200
    assert session.get_one(Link, link.id).contract == "seen"
    terms = session.scalars(sa.select(LinkTerms.contract).order_by(LinkTerms.id)).all()
    assert terms[-1] == "seen"
    assert told(session, "link.contract_seen") == {seller.user.id, buyer.user.id}
    assert not here.get(where).css(".files form"), "what was seen stays"
    refused = send(here, where, "/contract", ("mới.pdf", sheets.sheet(7)), **typed)
    assert refused.status == 409
    signed = session.get_one(Link, link.id).contract_date
    another = {**typed, "contract_date": (clock.today() - timedelta(days=1)).isoformat()}
    refused = send(here, where, "/contract", **another)
    assert refused.status == 409
    assert "ngày ký vẫn là" in refused.form("/contract").error("contract_date")
    assert session.get_one(Link, link.id, populate_existing=True).contract_date == signed
    assert opened.form("/contract").send().status == 409
    assert files_of(session, "contract") == 3


def test_an_officer_notes_no_contract_that_nobody_put_up_nor_without_a_look(
    session: Session, browser: Open, link: Link
) -> None:
    officer = signed_in(browser, make.make_officer(session, duties=("trade_data",)))
    path = f"/department/links/{link.id}"
    page = officer.get(path)
    token = page.form("/look").fields
    assert officer.post(f"{path}/contract", token).status == 409
    opened = page.form("/look").send()
    assert not opened.css("form[action$='/contract']")
    assert officer.post(f"{path}/contract", token).status == 409
    assert session.get_one(Link, link.id).contract == "none"
    assert officer.post(f"{path}/files/1", token).status == 404


def test_the_slip_of_a_check_stands_beside_it(
    session: Session, browser: Open, seller: Side, buyer: Side
) -> None:
    listing, _ = trade.make_listing(session, seller)
    link = trade.make_link(session, seller, buyer, listing, terms=Terms(checks="sample,antibiotics"))
    where = f"/links/{link.id}"
    here = signed_in(browser, seller)
    typed = {"check": "antibiotics", "step": "done", "paper": "Phiếu 7"}
    wrong = send(here, where, "/checks", ("phiếu.pdf", b"MZ"), **typed)
    assert wrong.status == 422
    sample, antibiotics = wrong.css("#checks form")
    assert antibiotics.css_first("#e-files") is not None
    assert sample.css_first("#e-files") is None
    assert not make.count_rows(session, LinkCheck)
    page = send(here, where, "/checks", ("phiếu.jpg", shot()), **typed)
    assert page.status == 200
    there = signed_in(browser, buyer)
    (first,) = hrefs(there.get(where), "#checks")
    assert there.client.get(first).headers["content-type"] == "image/webp"
    passed = send(there, where, "/checks", ("kết quả.pdf", sheets.sheet()), **{**typed, "step": "passed"})
    assert passed.status == 200
    assert len(hrefs(passed, "#checks")) == 2, "the slips of all its steps"


def test_a_weighing_note_comes_with_a_delivery_or_after_it(
    session: Session, settings: Settings, browser: Open, seller: Side, buyer: Side, link: Link
) -> None:
    where = f"/links/{link.id}"
    here, there = signed_in(browser, seller), signed_in(browser, buyer)
    wrong = send(here, where, "/deliveries", ("a.zip", sheets.packed()), gross="1 tấn")
    assert wrong.status == 422
    assert wrong.form("/deliveries").error("files")
    assert wrong.form("/deliveries").fields["gross"] == "1 tấn"
    assert not make.count_rows(session, Delivery)
    form = here.get(where).form("/deliveries")
    for _ in range(2):
        made = send(here, "", form.action, ("cân.jpg", shot()), fields=form.fields, gross="1 tấn")
        assert made.status == 200
    assert (make.count_rows(session, Delivery), files_of(session, "note")) == (1, 1)
    assert "có phiếu cân" in made.text
    assert not told(session, "delivery.note"), "they are told of the delivery itself"
    delivery = session.scalars(sa.select(Delivery)).one()
    path = f"{where}/deliveries/{delivery.id}"
    seen = there.get(path)
    assert there.client.get(hrefs(seen, "#note")[0]).headers["content-type"] == "image/webp"
    assert send(there, path, "/note", ("a.pdf", b"no paper")).form("/note").error("files")
    assert send(there, path, "/note").form("/note").error("files"), "none was chosen"
    assert send(there, path, "/note", PDF).status == 200
    assert told(session, "delivery.note") == {seller.user.id}
    assert send(there, path, "/note", PDF).status == 200
    assert files_of(session, "note") == 2, "the same paper is kept once"
    many = [(f"{n}.pdf", sheets.sheet(n)) for n in range(1, 5)]
    full = send(there, path, "/note", *many)
    assert full.status == 422
    assert "Đã có 2 tệp" in full.form("/note").error("files")
    assert files_of(session, "note") == 2
    with clock.at(clock.today() + timedelta(days=2)):
        assert not there.get(path).css("#note .files form"), "after a day it stays"


def test_whoever_only_looks_sends_nothing(session: Session, browser: Open, seller: Side, link: Link) -> None:
    where = f"/links/{link.id}"
    here = signed_in(browser, seller)
    send(here, where, "/words", PDF)
    action = here.get(where).form("/delete", near="#words").action
    viewer = make.make_account(session)
    accounts.grant_membership(session, user_id=viewer.user.id, party_id=seller.party.id, powers=("view",))
    session.commit()
    watching = signed_in(browser, viewer)
    page = watching.get(where)
    assert hrefs(page, "#words")
    assert not page.css(".files form")
    assert not page.css("input[type=file]")
    token = {"csrf_token": watching.get("/account/notices/choices").form("/choices").fields["csrf_token"]}
    before = make.count_rows(session, EventRow)
    for path in ("/words", "/contract", "/deliveries", "/checks"):
        assert send(watching, "", f"{where}{path}", PDF, fields=token).status == 403
        assert watching.post(f"{where}{path}", token).status == 403
    assert watching.post(action, token).status == 403
    assert make.count_rows(session, EventRow) == before
