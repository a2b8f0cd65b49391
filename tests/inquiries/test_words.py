"""Words and files beside the offers of an inquiry: either side sends them, both see them and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import clock, worker
from market.files import receiving
from market.files.models import FileTitle, StoredFile
from market.inquiries import service as inquiries
from market.inquiries.models import Inquiry, Remark
from market.notices.models import Notice
from market.settings import Settings
from tests import make, trade
from tests.files import sheets
from tests.files.sending import aged, lying, send
from tests.listings.shots import MAKER, shot
from tests.make import Side
from tests.pages import Browser, signed_in

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]


@pytest.fixture
def inquiry(session: Session, seller: Side, buyer: Side) -> Inquiry:
    return trade.make_inquiry(session, buyer, trade.make_listing(session, seller)[0])


@pytest.fixture
def asking(browser: Open, buyer: Side) -> Browser:
    return signed_in(browser, buyer)


def test_both_sides_see_a_word_with_its_files_and_nobody_else_does(
    session: Session,
    settings: Settings,
    browser: Open,
    asking: Browser,
    buyer: Side,
    seller: Side,
    inquiry: Inquiry,
) -> None:
    where = f"/inquiries/{inquiry.id}"
    page = send(
        asking,
        where,
        "/words",
        ("bản vẽ.pdf", sheets.sheet()),
        ("mẫu.jpg", shot("JPEG", (1800, 900))),
        word="Túi như bản vẽ <này>.",
    )
    assert page.status == 200
    assert page.css(".said")
    told = session.scalars(sa.select(Notice).where(Notice.kind == "inquiry.word")).all()
    assert {one.user_id for one in told} == {seller.user.id}
    here = signed_in(browser, seller)
    seen = here.get(where)
    assert "Túi như bản vẽ <này>." in seen.css("#words")[0].text()
    assert not seen.css("#words button:not(form.panel button)"), "only who sent a file takes it away"
    pdf, photo = (node.attributes["href"] or "" for node in seen.css("#words .files a"))
    stranger = signed_in(browser, make.make_buyer(session))
    official = signed_in(browser, make.make_officer(session))
    for address in (pdf, photo, f"{photo}?small=1"):
        answer = here.client.get(address)
        assert answer.status_code == 200
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert answer.headers["cache-control"] == "private, no-cache", "after signing out nothing is shown"
        held = {"If-None-Match": answer.headers["etag"]}
        again = here.client.get(address, headers=held)
        assert (again.status_code, again.content) == (304, b"")
        assert stranger.client.get(address, headers=held).status_code == 404
        assert MAKER.encode() not in answer.content
        assert stranger.client.get(address).status_code == 404
        assert official.client.get(address).status_code == 403
        assert browser().client.get(address, follow_redirects=False).status_code == 303
    given = here.client.get(pdf)
    assert given.content == sheets.sheet()
    assert given.headers["content-type"] == "application/pdf"
    assert given.headers["content-disposition"].startswith("attachment;")
    assert quote("bản vẽ.pdf") in given.headers["content-disposition"]
    assert here.client.get(photo).headers["content-disposition"].startswith("inline;")
    small, large = (here.client.get(f"{photo}{which}") for which in ("?small=1", ""))
    assert len(small.content) < len(large.content)
    assert small.headers["etag"] != large.headers["etag"]
    other = trade.make_inquiry(session, buyer, trade.make_listing(session, seller, title="Lúa khác")[0])
    wrong = pdf.replace(f"/{inquiry.id}/", f"/{other.id}/")
    assert here.client.get(wrong).status_code == 404
    rows = session.scalars(sa.select(StoredFile)).all()
    assert {(one.kind, one.party_id, one.added_by) for one in rows} == {
        ("word", buyer.party.id, buyer.user.id)
    }
    assert len(lying(settings)) == 3


def test_words_alone_and_files_alone_will_do_and_nothing_does_not(
    session: Session, asking: Browser, inquiry: Inquiry
) -> None:
    where = f"/inquiries/{inquiry.id}"
    assert asking.get(where).form("/words").send(word="Chỉ một lời.").status == 200
    assert send(asking, where, "/words", ("a.pdf", sheets.sheet())).status == 200
    assert [one.text for one in session.scalars(sa.select(Remark).order_by(Remark.id))] == [
        "Chỉ một lời.",
        "",
    ]
    empty = send(asking, where, "/words")
    assert empty.status == 422
    assert empty.form("/words").error("word")
    assert make.count_rows(session, Remark) == 2


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("hợp đồng.pdf", b"MZ" + b"\0" * 500)], "hợp đồng.pdf không phải ảnh hoặc PDF"),
        ([("a.pdf", sheets.sheet()), ("b.pdf", sheets.with_script())], "b.pdf có mã chạy"),
        ([("a.zip", sheets.packed())], "a.zip không phải"),
        ([(f"{n}.pdf", sheets.sheet(n)) for n in range(6)], "tối đa 5 tệp"),
        ([("to.pdf", sheets.sheet() + b"\0" * 10 * 2**20)], "to.pdf quá lớn: tối đa 10 MB"),
        ([("rất to.pdf", sheets.sheet() + b"\0" * 60 * 2**20)], "quá lớn: mỗi tệp tối đa 10 MB"),
    ],
    ids=["program", "script", "archive", "six", "large", "too large to be read"],
)
def test_what_is_refused_is_said_beside_the_field_and_keeps_what_was_typed(
    session: Session,
    settings: Settings,
    asking: Browser,
    inquiry: Inquiry,
    files: list[tuple[str, bytes]],
    said: str,
) -> None:
    page = send(asking, f"/inquiries/{inquiry.id}", "/words", *files, word="Xem hợp đồng.")
    assert page.status == 422
    form = page.form("/words")
    assert said in form.error("files")
    assert form.fields["word"] == "Xem hợp đồng."
    assert page.css(".problems a[href='#f-files']")
    assert page.css("#f-files")
    assert not make.count_rows(session, Remark)
    assert not make.count_rows(session, StoredFile)
    assert not lying(settings)


def test_the_same_form_sent_twice_says_it_once(session: Session, asking: Browser, inquiry: Inquiry) -> None:
    form = asking.get(f"/inquiries/{inquiry.id}").form("/words")
    for _ in range(2):
        page = send(asking, "", form.action, ("a.pdf", sheets.sheet()), fields=form.fields, word="Một lần.")
        assert page.status == 200
    assert make.count_rows(session, Remark) == 1
    other = send(asking, "", form.action, ("b.pdf", sheets.sheet(9)), fields=form.fields, word="Một lần.")
    assert other.status == 409, "the same key with another file is another form"


def test_a_file_sent_by_mistake_is_taken_away_within_a_day_and_leaves_no_trace(
    app: FastAPI,
    session: Session,
    settings: Settings,
    browser: Open,
    asking: Browser,
    seller: Side,
    inquiry: Inquiry,
) -> None:
    where = f"/inquiries/{inquiry.id}"
    send(asking, where, "/words", ("a.pdf", sheets.sheet()))
    page = send(asking, where, "/words", ("b.pdf", sheets.sheet(1)), word="Còn lời này.")
    first, second = (node.attributes["action"] or "" for node in page.css("#words .files form"))
    here = signed_in(browser, seller)
    token = here.get(where).form("/words").fields["csrf_token"]
    assert here.post(first, {"csrf_token": token}).status == 404
    assert make.count_rows(session, StoredFile) == 2
    assert page.form(first).send().status == 200
    assert page.form(second).send().status == 200
    assert [one.text for one in session.scalars(sa.select(Remark))] == ["Còn lời này."]
    assert not make.count_rows(session, FileTitle)
    assert len(lying(settings)) == 2, "another's transaction may still name them"
    aged(settings, hours=23)
    assert "files:orphans" not in worker.run_due(app.state.runtime, long=False)
    aged(settings, hours=25)
    assert worker.run_due(app.state.runtime, long=False)["files:orphans"] == 2
    assert not lying(settings)
    late = send(asking, where, "/words", ("c.pdf", sheets.sheet(2)))
    form = late.form("/delete", near="#words")
    with clock.at(clock.today() + timedelta(days=2)):
        assert form.send().status == 409
        assert not asking.get(where).css("#words .files form")
    aged(settings, days=9)
    worker.run_due(app.state.runtime, long=False)
    assert len(lying(settings)) == 1, "what a row names stays"


def test_when_the_talk_has_ended_nothing_is_written_any_more(
    session: Session, settings: Settings, asking: Browser, buyer: Side, inquiry: Inquiry
) -> None:
    where = f"/inquiries/{inquiry.id}"
    form = asking.get(where).form("/words")
    inquiries.withdraw(session, actor=buyer.actor, party_id=buyer.party.id, inquiry_id=inquiry.id)
    session.commit()
    page = send(asking, "", form.action, ("a.pdf", sheets.sheet()), fields=form.fields, word="Trễ rồi.")
    assert page.status == 409
    assert page.css(".problems")
    assert not page.css("form[action$='/words']")
    assert not lying(settings)


def test_whoever_may_not_write_is_refused_before_a_file_is_read(
    session: Session, browser: Open, inquiry: Inquiry, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = signed_in(browser, make.make_buyer(session))
    token = stranger.get("/account/notices/choices").form("/choices").fields["csrf_token"]
    read: list[object] = []
    monkeypatch.setattr(receiving, "store_of", lambda request: read.append(request))
    path = f"/inquiries/{inquiry.id}/words"
    answer = send(stranger, "", path, ("a.pdf", sheets.sheet()), fields={"csrf_token": token})
    assert answer.status == 404
    assert not read
