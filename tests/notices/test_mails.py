"""A mail is text and a page that say the same, from a real mail server: escaped, one thing to press, who runs
the market, and where to choose otherwise.
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market.accounts import codes
from market.accounts import service as accounts
from market.events import CLOCK
from market.notices import jobs, letters
from market.notices.letters import Letter, Line
from market.notices.models import Message
from market.notices.senders import Mailer
from market.runtime import Runtime
from market.settings import Settings
from market.words import Volume, t
from tests import make
from tests.notices.ways_out import Mailbox, html_of, text_of

BASE = "http://127.0.0.1:8000"


@pytest.fixture(autouse=True)
def _operated(settings: Settings) -> None:
    settings.operator = "Sở <Thử> & Chi cục, số 12"


def tell(session: Session, account: make.Account, party: str = "Công ty Thử", path: str = "/links/7") -> None:
    words = t("{party} asks to buy {volume}.", party=party, volume=Volume(4_000_000, "gram"))
    accounts.tell_user(
        session, user_id=account.user.id, kind="inquiry.sent", words=words, path=path, actor=CLOCK
    )
    session.commit()


@pytest.mark.parametrize(("language", "words"), [("vi", "hỏi mua 4 tấn."), ("en", "asks to buy 4 tonnes.")])
@pytest.mark.every_case
def test_text_and_page_say_the_same_in_the_readers_language(
    session: Session, sender: Runtime, box: Mailbox, language: str, words: str
) -> None:
    tell(session, make.make_account(session, language=language))
    assert jobs.send_due(sender) == 1
    [mail] = box.mails
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert box.raw[0].isascii()
    page, text = html_of(mail), text_of(mail)
    root, body = page.css_first("html"), page.body
    assert root is not None
    assert body is not None
    assert root.attributes["lang"] == language
    shown = body.text(separator=" ")
    for said in (f"Công ty Thử {words}", "Sở <Thử> & Chi cục, số 12"):
        assert said in text
        assert said in shown
    pressed = [node.attributes["href"] for node in page.css("table table a")]
    assert pressed == [f"{BASE}/links/7"], "one thing to press"
    for path in ("/links/7", letters.CHOICES):
        assert BASE + path in text
        assert page.css(f"a[href='{BASE}{path}']")
    assert not page.css("script, style, img, link, [style]"), "nothing that a mail program would not show"


def test_a_hostile_name_stays_text_in_both(session: Session, sender: Runtime, box: Mailbox) -> None:
    name = '<img src=x onerror=alert(1)>"><a href="https://khac.test">{0}{base_url}%s'
    tell(session, make.make_account(session), party=name, path="/links/7?a=1&b='\"><b>")
    jobs.send_due(sender)
    [mail] = box.mails
    page = html_of(mail)
    assert page.body is not None
    assert not page.css("img, b > b, a[href^='https://khac.test']")
    assert name in page.body.text()
    assert name in text_of(mail)
    assert page.css("table table a")[0].attributes["href"] == f"{BASE}/links/7?a=1&b='\"><b>"


def test_a_code_comes_without_anything_to_press_or_to_choose(
    session: Session, sender: Runtime, box: Mailbox
) -> None:
    account = make.make_account(session)
    codes.ask_reset(session, login=account.login)
    session.commit()
    jobs.send_due(sender)
    [mail] = box.mails
    assert "15 phút" in text_of(mail)
    assert "http" not in text_of(mail)
    assert not html_of(mail).css("a")


def test_a_letter_is_kept_whole(session: Session) -> None:
    words = t("{party} asks to buy {volume}.", party="A", volume=Volume(1, "gram"))
    letter = Letter(
        words,
        Line(words, "/a"),
        lines=(Line(words, "/b"), Line(t("Save"), "/c")),
        more=t("… and {n} more", n=3),
        stop=Line(t("Delete"), "/d"),
        chosen=True,
    )
    assert letters.kept(letters.keep(letter)) == letter
    assert letters.kept(letters.keep(Letter(words))) == Letter(words)


def test_what_is_said_is_forgotten_once_sent(session: Session, sender: Runtime, box: Mailbox) -> None:
    tell(session, make.make_account(session))
    jobs.send_due(sender)
    session.expire_all()
    [message] = session.scalars(sa.select(Message)).all()
    assert (message.state, message.subject, message.body) == ("sent", "", "")


def test_a_subject_of_any_length_arrives_with_all_its_spaces(
    sender: Runtime, session: Session, box: Mailbox
) -> None:
    words = "Bên kia đã ghi lại thỏa thuận qua điện thoại với anh/chị. Vui lòng cho biết có đúng không."
    subjects = [words[start:].strip() for start in range(0, len(words) - 1, 3)] + ["Plain words " * 12]
    mailer = Mailer(sender.settings.smtp_url, base_url=BASE)
    for number, subject in enumerate(subjects):
        mailer.send(
            to="demo@example.test",
            subject=subject,
            body="a",
            html="<p>a</p>",
            message_id=f"<{number}@demo.test>",
            language="vi",
        )
    mailer.close()
    assert [mail["Subject"] for mail in box.mails] == [subject.strip() for subject in subjects]
    assert max(len(line) for raw in box.raw for line in raw.split(b"\r\n")) <= 78, "RFC 2047 and 5322"
