"""The day's news in one message: at six in the evening, once, whatever is restarted; what has been read is
left out, and without news nothing is sent. Mail server and gateway are real; the day passes by the clock.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import clock, worker
from market.accounts import digest
from market.accounts import service as accounts
from market.events import CLOCK
from market.notices import choices, jobs
from market.notices import service as notices
from market.notices.mails import Writer
from market.notices.models import Message, Notice, Waiting
from market.notices.senders import Mailer
from market.notices.topics import TOPICS
from market.runtime import Runtime
from market.words import Volume, t
from tests import make
from tests.notices.ways_out import Gateway, Mailbox, html_of, text_of
from tests.pages import Browser

MONDAY = date(2026, 3, 2)
BASE = "http://127.0.0.1:8000"


def at(hour: int, minute: int = 0, *, day: int = 0) -> datetime:
    """A moment of the local day, so many days after Monday."""
    return datetime.combine(MONDAY + timedelta(days=day), time(hour, minute), clock.LOCAL)


@pytest.fixture(autouse=True)
def _on_monday() -> Iterator[None]:
    with clock.at(at(10)):
        yield


def make_reader(session: Session, **changes: str) -> make.Account:
    """Somebody who wants everything once a day."""
    account = make.make_account(session, **changes)
    hows = {topic: "daily" for topic in TOPICS if topic != "searches"}
    choices.choose(session, user_id=account.user.id, hows=hows)
    session.commit()
    return account


def tell(session: Session, account: make.Account, number: int, kind: str = "inquiry.sent") -> None:
    accounts.tell_user(
        session,
        user_id=account.user.id,
        kind=kind,
        words=t(
            "{party} asks to buy {volume}.", party=f"Công ty {number}", volume=Volume(number * 10**6, "gram")
        ),
        path=f"/inquiries/{number}",
        actor=CLOCK,
    )
    session.commit()


def evening(runtime: Runtime, moment: datetime) -> int:
    """What the two jobs do at a moment; says how many messages were written."""
    clock.move(moment)
    written = digest.gather(runtime)
    jobs.send_due(runtime)
    return written


def test_a_day_of_news_is_one_mail_at_six_and_the_evenings_go_with_the_next(
    session: Session, sender: Runtime, box: Mailbox
) -> None:
    account = make_reader(session, email="ngay@vidu.test")
    for number, hour in ((1, 10), (2, 13), (3, 17)):
        clock.move(at(hour))
        tell(session, account, number)
        assert evening(sender, at(hour, 30)) == 0
    assert evening(sender, at(17, 59)) == 0
    assert box.mails == []
    assert evening(sender, at(18)) == 1
    [mail] = box.mails
    assert mail["To"] == "ngay@vidu.test"
    assert mail["Subject"] == "Anh/chị có 3 tin mới trên Chợ Liên Kết."
    text = text_of(mail)
    said = [f"Công ty {number} hỏi mua {number} tấn.\n{BASE}/inquiries/{number}\n" for number in (1, 2, 3)]
    assert [text.index(line) for line in said] == sorted(text.index(line) for line in said)
    links = [node.attributes["href"] for node in html_of(mail).css("li a")]
    assert links == [f"{BASE}/inquiries/{number}" for number in (1, 2, 3)]
    assert f"{BASE}/account/notices\n" in text

    tell(session, account, 4)
    clock.move(at(19))
    tell(session, account, 5)
    for later in (at(18, 1), at(23, 59), at(9, day=1), at(17, 59, day=1)):
        assert evening(sender, later) == 0
    assert evening(sender, at(18, day=1)) == 1
    assert "Công ty 5" in text_of(box.mails[1])
    assert "Công ty 4" in text_of(box.mails[1])
    assert "Công ty 3" not in text_of(box.mails[1])
    assert evening(sender, at(18, day=2)) == 0, "no news, no mail"
    assert len({mail["Message-ID"] for mail in box.mails}) == len(box.mails) == 2
    assert make.count_rows(session, Waiting) == 0


def test_what_has_been_read_or_silenced_since_is_left_out(
    session: Session, sender: Runtime, box: Mailbox
) -> None:
    some, none = make_reader(session, email="mot@vidu.test"), make_reader(session, email="hai@vidu.test")
    for account in (some, none):
        tell(session, account, 1)
        tell(session, account, 2, "link.ended")
        tell(session, account, 3)
    first = session.scalars(sa.select(sa.func.min(Notice.id)).where(Notice.user_id == some.user.id)).one()
    notices.mark_read(session, user_id=some.user.id, notice_id=first)
    choices.choose(session, user_id=some.user.id, hows={"agreements": "inside"})
    notices.mark_all_read(session, user_id=none.user.id)
    session.commit()
    assert evening(sender, at(18)) == 1
    [mail] = box.mails
    assert mail["To"] == "mot@vidu.test"
    assert mail["Subject"] == "Anh/chị có 1 tin mới trên Chợ Liên Kết."
    assert "Công ty 3" in text_of(mail)
    assert not re.search("Công ty [12]", text_of(mail))


def test_who_leaves_the_daily_message_loses_nothing_that_waits(
    session: Session, sender: Runtime, box: Mailbox
) -> None:
    account = make_reader(session, email="ngay@vidu.test")
    tell(session, account, 1)
    choices.choose(session, user_id=account.user.id, hows={"inquiries": "at_once"})
    tell(session, account, 2)
    jobs.send_due(sender)
    assert [mail["Subject"] for mail in box.mails] == ["Công ty 2 hỏi mua 2 tấn."]
    assert evening(sender, at(18)) == 1
    assert "Công ty 1" in text_of(box.mails[1])
    assert "Công ty 2" not in text_of(box.mails[1])


def test_in_the_readers_language(session: Session, sender: Runtime, box: Mailbox) -> None:
    account = make_reader(session, language="en")
    tell(session, account, 1)
    assert evening(sender, at(18)) == 1
    assert box.mails[0]["Subject"] == "One piece of news on Chợ Liên Kết."
    assert "Công ty 1 asks to buy 1 tonne." in text_of(box.mails[0])


def test_a_long_day_is_cut_and_says_so(session: Session, sender: Runtime, box: Mailbox) -> None:
    account = make_reader(session)
    for number in range(1, digest.MOST_LINES + 4):
        tell(session, account, number)
    assert evening(sender, at(18)) == 1
    [mail] = box.mails
    assert len(html_of(mail).css("li")) == digest.MOST_LINES
    assert "53 tin mới" in mail["Subject"]
    assert "và 3 tin báo nữa" in text_of(mail)


def test_a_phone_alone_gets_the_count_and_one_link_that_opens_the_news_once(
    app: FastAPI, session: Session, phones: Gateway, browser: Callable[[], Browser]
) -> None:
    account = make_reader(session, phone="0912345678")
    for number in (1, 2):
        tell(session, account, number)
    assert "messages" not in worker.run_due(app.state.runtime, long=False)
    clock.move(at(18))
    done = worker.run_due(app.state.runtime, long=False)
    assert (done["accounts.digest"], done["messages"]) == (1, 1)
    [sms] = phones.got
    found = re.fullmatch(rf"Anh/chị có 2 tin mới trên Chợ Liên Kết\. {BASE}(/account/open/\S+)", sms["text"])
    assert found, sms["text"]
    opened = browser().get(found[1]).form(found[1]).send()
    assert opened.path == "/account/notices"
    assert "Công ty 2 hỏi mua 2 tấn." in opened.text
    assert browser().get(found[1]).status == 404
    assert "accounts.digest" not in worker.run_due(app.state.runtime, long=False)


def test_who_has_no_account_any_more_is_told_nothing(session: Session, sender: Runtime) -> None:
    account = make_reader(session)
    tell(session, account, 1)
    account.user.is_active = False
    session.merge(account.user)
    session.commit()
    assert evening(sender, at(18)) == 0
    assert (make.count_rows(session, Message), make.count_rows(session, Waiting)) == (0, 0)


def test_a_night_without_the_worker_only_delays_it(session: Session, sender: Runtime, box: Mailbox) -> None:
    account = make_reader(session)
    tell(session, account, 1)
    clock.move(at(20))
    tell(session, account, 2)
    assert evening(sender, at(8, day=1)) == 1, "the evening's message, in the morning"
    assert "Công ty 2" not in text_of(box.mails[0]), "what came after six is the next day's"
    assert evening(sender, at(18, day=1)) == 1
    assert "Công ty 2" in text_of(box.mails[1])


def test_killed_between_acceptance_and_note_the_same_mail_goes_again(
    session: Session, sender: Runtime, box: Mailbox
) -> None:
    account = make_reader(session)
    tell(session, account, 1)
    clock.move(at(18))
    assert digest.gather(sender) == 1
    [row] = session.scalars(sa.select(Message)).all()
    # The server has taken the mail, and the process dies before it has noted that.
    claimed = jobs._claim(sender, row.id)
    assert claimed is not None
    mailer = Mailer(sender.settings.smtp_url, base_url=sender.settings.base_url)
    jobs._mail(mailer, Writer(sender.settings), sender, claimed)
    mailer.close()
    again = Runtime(sender.settings, sender.database)
    assert evening(again, at(18, 1)) == 0, "started anew it gathers no second one"
    assert len(box.mails) == 1
    assert evening(again, at(18, 3)) == 0
    one, other = box.mails
    expected = digest.message_id(sender.settings.secret_key, user_id=account.user.id, day=MONDAY)
    assert one["Message-ID"] == other["Message-ID"] == expected
    assert text_of(one) == text_of(other)
    assert evening(again, at(23)) == 0
    assert len(box.mails) == 2


def test_what_was_committed_late_waits_for_the_next_day(
    session: Session, sender: Runtime, box: Mailbox
) -> None:
    account = make_reader(session)
    tell(session, account, 1)
    assert evening(sender, at(18)) == 1
    clock.move(at(17, 59))  # written before six, by a transaction that ends after the message was made
    tell(session, account, 2)
    assert [evening(sender, at(18, 1)), evening(sender, at(18, 2))] == [0, 0]
    assert make.count_rows(session, Waiting) == 1
    assert evening(sender, at(18, day=1)) == 1
    assert "Công ty 2" in text_of(box.mails[1])


def test_two_who_gather_at_once_write_one(own: Runtime, box: Mailbox) -> None:
    with own.database.session(write=True) as session:
        account = make_reader(session)
        tell(session, account, 1)
    clock.move(at(18))
    begin, written = threading.Barrier(3), []

    def gather() -> None:
        begin.wait()
        written.append(digest.gather(own))

    threads = [threading.Thread(target=gather) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(written) == [0, 0, 1]
    jobs.send_due(own)
    assert len(box.mails) == 1
