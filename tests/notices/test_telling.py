"""An inquiry tells the other side: in the application, by e-mail, or by an SMS whose link opens it once. The
mail server and the gateway are real.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import clock, worker
from market.accounts import service as accounts
from market.accounts.models import OneTimeCode, SignIn
from market.events import EventRow
from market.inquiries import service as inquiries
from market.inquiries.models import Inquiry
from market.notices import jobs
from market.notices.models import Message, Notice
from market.parties import service as parties
from market.runtime import Runtime
from tests import make, trade
from tests.notices.ways_out import Gateway, Mailbox, text_of
from tests.pages import Browser

Open = Callable[[], Browser]
LETTERS = "Công ty Thủy sản Ngọc Hiển – Đất Mũi"
LINK = re.compile(r"https?://\S+?(/account/open/[A-Za-z0-9_-]+)")


def asked(session: Session, *, seller: dict[str, str], buyer: str = LETTERS) -> tuple[make.Side, Inquiry]:
    """A seller's person with these addresses is asked for four tonnes; nothing else waits to be sent."""
    unit = make.make_unit(session, user=seller)
    company = make.make_buyer(session, name=buyer)
    for table in (Message, Notice, OneTimeCode):
        session.execute(sa.delete(table))
    listing, _ = trade.make_listing(session, unit)
    return unit, trade.make_inquiry(session, company, listing)


def test_the_seller_is_told_in_the_application_and_by_mail(
    session: Session, sender: Runtime, box: Mailbox, phones: Gateway
) -> None:
    unit, inquiry = asked(session, seller={"email": "htx@vidu.test", "phone": "0912345678"})
    [notice] = session.scalars(sa.select(Notice)).all()
    assert (notice.user_id, notice.party_id, notice.path) == (
        unit.user.id,
        unit.party.id,
        f"/inquiries/{inquiry.id}",
    )
    assert jobs.send_due(sender) == 1
    assert box.recipients == ["htx@vidu.test"]
    assert phones.got == [], "who has an e-mail address gets no SMS"
    [mail] = box.mails
    assert mail["Subject"] == f"{LETTERS} hỏi mua 4 tấn. Lúa ST25."
    assert f"http://127.0.0.1:8000/inquiries/{inquiry.id}" in text_of(mail)
    assert "{" not in text_of(mail)
    assert mail["Content-Language"] == "vi"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "Chợ Liên Kết" in mail["From"]
    assert abs(parsedate_to_datetime(mail["Date"]) - clock.now()) < timedelta(minutes=1)


def test_vietnamese_letters_arrive_whole_over_a_line_of_seven_bits(
    session: Session, sender: Runtime, box: Mailbox
) -> None:
    asked(session, seller={"email": "htx@vidu.test"})
    jobs.send_due(sender)
    assert box.raw[0].isascii(), "whatever stands between may know seven bits only"
    assert LETTERS in text_of(box.mails[0])
    assert LETTERS in box.mails[0]["Subject"]
    assert max(len(line) for line in box.raw[0].splitlines()) <= 998


def test_mail_is_in_the_language_of_its_reader(session: Session, sender: Runtime, box: Mailbox) -> None:
    asked(session, seller={"email": "htx@vidu.test", "language": "en"})
    jobs.send_due(sender)
    [mail] = box.mails
    assert mail["Subject"] == f"{LETTERS} asks to buy 4 tonnes. ST25 fragrant paddy."
    assert mail["Content-Language"] == "en"
    assert text_of(mail).startswith("Dear Sir or Madam")


@pytest.mark.parametrize(
    "name",
    [
        "Công ty A\r\nBcc: khac@vidu.test",
        "Công ty A\nTo: khac@vidu.test\n\nThân thư giả",
        "Công ty A\u2028Bcc: khac@vidu.test",
        "=?utf-8?q?Bcc=3A_khac=40vidu.test?=",
        "Công ty {base_url} {0} {link} %s",
    ],
)
def test_a_partys_name_adds_no_header_and_no_address(
    session: Session, sender: Runtime, box: Mailbox, name: str
) -> None:
    asked(session, seller={"email": "htx@vidu.test"}, buyer=name)
    assert jobs.send_due(sender) == 1
    [mail] = box.mails
    assert box.recipients == ["htx@vidu.test"]
    assert mail["To"] == "htx@vidu.test"
    assert set(mail.keys()) == {
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Content-Language",
        "Auto-Submitted",
        "Content-Type",
        "MIME-Version",
    } | ({"X-Peer"} & set(mail.keys()))
    assert "\n" not in mail["Subject"]
    assert "hỏi mua 4 tấn" in mail["Subject"]


def test_a_phone_alone_gets_an_sms_whose_link_opens_the_inquiry_once(
    app: FastAPI, session: Session, browser: Open, phones: Gateway
) -> None:
    unit, inquiry = asked(session, seller={"phone": "0912345678"})
    assert worker.run_due(app.state.runtime, long=False)["messages"] == 1
    [sms] = phones.got
    assert sms["to"] == "+84912345678"
    assert sms["text"].startswith(f"{LETTERS} hỏi mua 4 tấn.")
    found = LINK.search(sms["text"])
    assert found, sms["text"]
    assert sms["text"].count("http") == 1

    phone = browser()
    for _ in range(3):
        page = phone.get(found[1])
        assert page.status == 200
        assert make.count_rows(session, SignIn) == 0, "who only looks, as previewers do, uses nothing up"
        assert LETTERS not in page.text
        assert unit.party.name not in page.text
    opened = page.form(found[1]).send()
    assert opened.path == f"/inquiries/{inquiry.id}"
    assert opened.status == 200
    assert LETTERS in opened.text
    assert opened.css("form[action^='/links/agree/']"), "and may be answered there"

    assert phone.get(found[1]).path == f"/inquiries/{inquiry.id}", "the same person is led on"
    other = browser()
    assert other.get(found[1]).status == 404
    token = other.get("/account/sign-in").form("/account/sign-in").fields["csrf_token"]
    again = other.post(found[1], {"csrf_token": token})
    assert again.status == 404
    assert "session" not in other.client.cookies
    assert other.get(f"/inquiries/{inquiry.id}").path == "/account/sign-in"


def test_a_link_signs_in_for_two_hours_and_holds_for_three_days(
    app: FastAPI, session: Session, browser: Open, phones: Gateway
) -> None:
    start = datetime(2026, 3, 2, 3, tzinfo=UTC)
    with clock.at(start):
        asked(session, seller={"phone": "0912345678"})
        jobs.send_due(app.state.runtime)
    found = LINK.search(phones.got[0]["text"])
    assert found
    with clock.at(start + timedelta(days=3, minutes=1)):
        late = browser().get(found[1])
        assert late.status == 404
        assert "Đường dẫn này đã" in late.text
    with clock.at(start + timedelta(days=2)):
        phone = browser()
        phone.get(found[1]).form(found[1]).send()
        assert phone.get("/account").path == "/account"
    with clock.at(start + timedelta(days=2, hours=2, minutes=1)):
        assert phone.get("/account").path == "/account/sign-in"


def test_the_link_acts_for_the_party_it_was_about(
    app: FastAPI, session: Session, browser: Open, phones: Gateway
) -> None:
    unit, inquiry = asked(session, seller={"phone": "0912345678"})
    second = make.make_buyer(session)
    accounts.grant_membership(session, user_id=unit.user.id, party_id=second.party.id)
    session.commit()
    jobs.send_due(app.state.runtime)
    found = LINK.search(phones.got[0]["text"])
    assert found
    opened = browser().get(found[1]).form(found[1]).send()
    assert opened.path == f"/inquiries/{inquiry.id}"
    assert unit.party.name in opened.css("a.me")[0].text()


def test_a_guessed_link_opens_nothing(browser: Open) -> None:
    here = browser()
    for token in ("x", "a" * 24, "a" * 60, "...", "%00", "a" * 61, "Ω"):
        assert here.get(f"/account/open/{token}").status == 404, token


def test_a_link_is_kept_as_a_hash_and_the_sms_is_forgotten_once_sent(
    session: Session, sender: Runtime, phones: Gateway
) -> None:
    asked(session, seller={"phone": "0912345678"})
    jobs.send_due(sender)
    found = LINK.search(phones.got[0]["text"])
    assert found
    token = found[1].rsplit("/", 1)[1]
    session.expire_all()
    [message] = session.scalars(sa.select(Message)).all()
    assert (message.state, message.subject, message.body) == ("sent", "", "")
    [code] = session.scalars(sa.select(OneTimeCode)).all()
    assert token not in (code.code_hash, code.path)


def test_who_has_done_something_is_not_told_of_it_but_colleagues_are(
    session: Session, sender: Runtime, box: Mailbox
) -> None:
    unit = make.make_unit(session)
    company = make.make_buyer(session, user={"email": "mot@vidu.test"})
    colleague = make.make_account(session, email="hai@vidu.test")
    accounts.grant_membership(session, user_id=colleague.user.id, party_id=company.party.id)
    listing, _ = trade.make_listing(session, unit)
    inquiry = trade.make_inquiry(session, company, listing)
    session.execute(sa.delete(Message))
    inquiries.make_offer(
        session,
        actor=unit.actor,
        party_id=unit.party.id,
        inquiry_id=inquiry.id,
        proposal=trade.propose(3 * trade.TONNE),
    )
    session.commit()
    jobs.send_due(sender)
    assert sorted(box.recipients) == ["hai@vidu.test", "mot@vidu.test"]


def test_events_hold_no_persons_words(session: Session) -> None:
    person = {"name": "Trần Văn Thử", "email": "rieng@vidu.test", "phone": "0912345678"}
    unit = make.make_unit(session, user=person, name="HTX Tên Riêng", confirm=False)
    parties.refuse_party(
        session, actor=make.SHELL, party_id=unit.party.id, reason="Thiếu giấy của Trần Văn Thử"
    )
    parties.confirm_party(session, actor=make.SHELL, party_id=unit.party.id, reference="GCN riêng")
    parties.rename_party(session, actor=make.SHELL, party_id=unit.party.id, name="HTX Tên Mới")
    parties.hand_over_code(session, actor=make.SHELL, party_id=unit.party.id, user_id=unit.user.id)
    listing, _ = trade.make_listing(session, unit)
    company = make.make_buyer(session, name="Công ty Tên Riêng")
    inquiry = inquiries.send_inquiry(
        session,
        actor=company.actor,
        buyer_id=company.party.id,
        listing_id=listing.id,
        proposal=trade.propose(),
        remark="Gọi cho Trần Văn Thử",
    )
    inquiries.decline(
        session,
        actor=unit.actor,
        party_id=unit.party.id,
        inquiry_id=inquiry.id,
        reason="price",
        remark="Gọi lại 0912345678",
    )
    session.commit()
    rows = session.scalars(sa.select(EventRow)).all()
    assert len(rows) >= 8
    for row in rows:
        said = str(row.data)
        for words in ("Trần", "Thử", "vidu.test", "912", "Riêng", "riêng", "Mới", "Gọi"):
            assert words not in said, f"{row.name}: {said}"
