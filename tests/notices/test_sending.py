"""What becomes of a message when the way out is closed, slow, or says no: tried again later, given up, never
sent twice. The servers are real; time passes by the clock.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.notices import jobs, senders
from market.notices.models import Message
from market.runtime import Runtime
from market.settings import Settings
from market.words import pack, t
from tests import make
from tests.notices import ways_out
from tests.notices.ways_out import Gateway, Mailbox

START = datetime(2026, 3, 2, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _on_a_day() -> Iterator[None]:
    with clock.at(START):
        yield


def kept(session: Session, message_id: int) -> Message:
    session.expire_all()
    return session.get_one(Message, message_id)


def send_at(sender: Runtime, minutes: float) -> int:
    with clock.at(START + timedelta(minutes=minutes)):
        return jobs.send_due(sender)


def test_refused_for_now_is_tried_again_later_under_the_same_id(
    session: Session, sender: Runtime, box: Mailbox
) -> None:
    box.at_data = ["451 come back later"]
    box.refuse["ban@vidu.test"] = "450 busy"
    first, second = make.queue_messages(session, "mot@vidu.test", "ban@vidu.test")
    assert send_at(sender, 0) == 2
    assert send_at(sender, 1.9) == 0, "not before two minutes have passed"
    assert kept(session, first).body, "what is still to be said is kept"
    assert kept(session, second).error == "recipient refused (450)"
    box.refuse.clear()
    assert send_at(sender, 2) == 2
    assert sorted(box.recipients) == ["ban@vidu.test", "mot@vidu.test"]
    for message_id in (first, second):
        message = kept(session, message_id)
        assert (message.state, message.attempts, message.error, message.body) == ("sent", 2, None, "")
        assert message.sent_at == START + timedelta(minutes=2)
    assert {mail["Message-ID"] for mail in box.mails} == {
        kept(session, first).message_id,
        kept(session, second).message_id,
    }
    assert send_at(sender, 10_000) == 0


def test_what_was_queued_by_a_clock_that_was_ahead_does_not_wait_for_that_day(
    session: Session, sender: Runtime, box: Mailbox
) -> None:
    with clock.at(START + timedelta(days=400)):
        [message_id] = make.queue_messages(session, "mot@vidu.test")
    assert send_at(sender, 0) == 0, "somebody may still be sending it"
    assert send_at(sender, 1.9) == 0
    assert send_at(sender, 2) == 1
    assert send_at(sender, 10_000) == 0
    assert box.recipients == ["mot@vidu.test"]
    assert kept(session, message_id).state == "sent"


def test_an_id_is_the_same_at_every_try(session: Session, sender: Runtime, phones: Gateway) -> None:
    phones.statuses = [500, 503, 429]
    [message_id] = make.queue_messages(session, "+84912345678")
    for minutes in (0, 2, 7, 37):
        assert send_at(sender, minutes) == 1
    assert len({sms["id"] for sms in phones.got}) == 1
    assert len(phones.got) == 4
    assert kept(session, message_id).state == "sent"


def test_pauses_grow_and_after_eight_tries_it_is_given_up(
    session: Session, sender: Runtime, phones: Gateway
) -> None:
    phones.statuses = [500] * 20
    [message_id] = make.queue_messages(session, "+84912345678")
    tries, minutes = [], 0.0
    while kept(session, message_id).state == "queued":
        assert len(tries) <= jobs.MOST_ATTEMPTS, "it is never given up"
        assert send_at(sender, minutes - 0.1) == 0, "sooner than the pause says"
        assert send_at(sender, minutes) == 1
        tries.append(minutes)
        minutes = (kept(session, message_id).due_at - START) / timedelta(minutes=1)
    assert tries == [0, 2, 7, 37, 157, 277, 397, 517]
    message = kept(session, message_id)
    assert (message.state, message.attempts, message.body, message.subject) == ("failed", 8, "", "")
    assert message.error == "the gateway answered 500"
    assert message.sent_at is None
    assert send_at(sender, 100_000) == 0
    assert len(phones.got) == 8


def test_an_address_refused_for_good_is_not_tried_again_and_holds_up_nobody(
    session: Session, sender: Runtime, box: Mailbox
) -> None:
    box.refuse["khong@vidu.test"] = "550 no such person"
    gone, fine = make.queue_messages(session, "khong@vidu.test", "co@vidu.test")
    assert send_at(sender, 0) == 2
    message = kept(session, gone)
    assert (message.state, message.attempts, message.body) == ("failed", 1, "")
    assert message.error == "recipient refused (550)"
    assert kept(session, fine).state == "sent"
    assert send_at(sender, 10_000) == 0
    assert box.recipients == ["co@vidu.test"]


def test_what_a_server_that_is_set_up_wrongly_refuses_is_sent_once_it_is_put_right(
    session: Session, sender: Runtime, box: Mailbox
) -> None:
    box.refuse_all = "554 5.7.1 relay access denied"
    ids = make.queue_messages(session, "mot@vidu.test", "hai@vidu.test")
    assert send_at(sender, 0) == 2
    assert {kept(session, one).state for one in ids} == {"queued"}
    box.refuse_all = ""
    box.at_data = ["550 5.7.26 not from here"]
    assert send_at(sender, 2) == 2
    assert send_at(sender, 7) == 1
    assert sorted(box.recipients) == ["hai@vidu.test", "mot@vidu.test"]


def test_contents_refused_for_good_are_not_sent_again(
    session: Session, sender: Runtime, box: Mailbox
) -> None:
    box.at_data = ["554 not this"]
    refused, fine = make.queue_messages(session, "mot@vidu.test", "hai@vidu.test")
    assert send_at(sender, 0) == 2
    assert (kept(session, refused).state, kept(session, fine).state) == ("failed", "sent")


def test_a_server_that_hangs_up_on_one_address_still_gets_the_next(
    session: Session, sender: Runtime, box: Mailbox
) -> None:
    box.refuse["ban@vidu.test"] = "421 closing"
    hung_up, fine = make.queue_messages(session, "ban@vidu.test", "co@vidu.test")
    send_at(sender, 0)
    assert kept(session, hung_up).state == "queued"
    assert kept(session, fine).state == "sent"


def test_an_address_in_letters_of_its_own_goes_where_it_can_and_is_refused_where_it_cannot(
    session: Session, sender: Runtime, box: Mailbox, settings: Settings
) -> None:
    [able] = make.queue_messages(session, "thư@vidu.test")
    send_at(sender, 0)
    assert kept(session, able).state == "sent"
    assert box.recipients == ["thư@vidu.test"]
    with ways_out.smtp(smtputf8=False) as plain:
        settings.smtp_url = plain.url
        unable, fine = make.queue_messages(session, "thư@vidu.test", "co@vidu.test")
        send_at(sender, 0)
        assert plain.recipients == ["co@vidu.test"]
    assert (kept(session, unable).state, kept(session, fine).state) == ("failed", "sent")


def test_nobody_at_the_other_end_leaves_everything_waiting(
    session: Session, sender: Runtime, settings: Settings
) -> None:
    settings.smtp_url = f"smtp://127.0.0.1:{ways_out.closed_port()}"
    settings.sms_url = f"http://127.0.0.1:{ways_out.closed_port()}/"
    ids = make.queue_messages(session, "mot@vidu.test", "+84912345678")
    send_at(sender, 0)
    for message_id in ids:
        message = kept(session, message_id)
        assert (message.state, message.attempts) == ("queued", 1)
        assert message.error
        assert message.body


def test_a_closed_way_out_costs_one_message_one_try_and_the_others_none(
    session: Session, sender: Runtime, settings: Settings, phones: Gateway
) -> None:
    settings.smtp_url = f"smtp://127.0.0.1:{ways_out.closed_port()}"
    ids = make.queue_messages(session, *(f"so{number}@vidu.test" for number in range(10)))
    [sms] = make.queue_messages(session, "+84912345678")
    send_at(sender, 0)
    assert sum(kept(session, one).attempts for one in ids) == 1
    assert kept(session, sms).state == "sent", "the other way is open"
    with ways_out.smtp() as box:
        settings.smtp_url = box.url
        send_at(sender, 2)
        assert len(box.mails) == 10


def test_who_accepts_and_never_answers_is_left_after_a_while(
    session: Session, sender: Runtime, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(senders, "TIMEOUT", 0.3)
    ids = make.queue_messages(session, "mot@vidu.test", "hai@vidu.test", "+84912345678", "+84912345679")
    with ways_out.silent() as mail_port, ways_out.silent() as sms_port:
        settings.smtp_url = f"smtp://127.0.0.1:{mail_port}"
        settings.sms_url = f"http://127.0.0.1:{sms_port}/"
        took = _seconds(sender)
    assert took < 2, "each way is waited for once"
    assert {kept(session, one).state for one in ids} == {"queued"}
    assert sum(kept(session, one).attempts for one in ids) == 2


def test_an_answer_without_an_end_is_not_listened_to(
    session: Session, sender: Runtime, phones: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(senders, "TIMEOUT", 0.5)
    phones.drips = 6
    [message_id] = make.queue_messages(session, "+84912345678")
    assert _seconds(sender) < 3
    assert kept(session, message_id).state == "sent"


def _seconds(sender: Runtime) -> float:
    """How long a round of sending takes, by a clock that goes on."""
    start = time.monotonic()
    jobs.send_due(sender)
    return time.monotonic() - start


def test_a_message_that_cannot_be_read_fails_alone(session: Session, sender: Runtime, box: Mailbox) -> None:
    broken, lacking, fine = make.queue_messages(session, "mot@vidu.test", "hai@vidu.test", "ba@vidu.test")
    session.get_one(Message, broken).body = "{"
    session.get_one(Message, lacking).body = json.dumps(pack(t("{party} asks to buy {volume}.")))
    session.commit()
    send_at(sender, 0)
    assert kept(session, fine).state == "sent"
    for message_id in (broken, lacking):
        message = kept(session, message_id)
        assert message.state == "failed"
        assert message.error == "cannot be put into words"
    assert box.recipients == ["ba@vidu.test"]


@pytest.mark.parametrize("address", ["a@vidu.test\r\nBcc: b@vidu.test", "a@vidu.test\nX: y", "@"])
def test_an_address_that_is_none_fails_alone(
    session: Session, sender: Runtime, box: Mailbox, address: str
) -> None:
    wrong, fine = make.queue_messages(session, "a@vidu.test", "co@vidu.test")
    # Nothing lets such an address in; the sender does not lean on that.
    session.get_one(Message, wrong).address = address
    session.commit()
    send_at(sender, 0)
    assert kept(session, fine).state == "sent"
    assert kept(session, wrong).state == "failed"
    assert box.recipients == ["co@vidu.test"]


def test_without_a_way_out_messages_wait(session: Session, sender: Runtime, settings: Settings) -> None:
    ids = make.queue_messages(session, "mot@vidu.test", "+84912345678")
    assert send_at(sender, 0) == 0
    with ways_out.gateway() as phones:
        settings.sms_url = phones.url
        assert send_at(sender, 5) == 1
        assert [sms["to"] for sms in phones.got] == ["+84912345678"]
    assert (kept(session, ids[0]).state, kept(session, ids[0]).attempts) == ("queued", 0)


def test_who_was_killed_after_sending_sends_again_under_the_same_id(
    session: Session, sender: Runtime, box: Mailbox
) -> None:
    [message_id] = make.queue_messages(session, "mot@vidu.test")
    # What stands in the database when the process dies between sending and noting it.
    assert jobs._claim(sender, message_id) is not None
    assert send_at(sender, 1) == 0
    assert send_at(sender, 2) == 1
    assert box.mails[0]["Message-ID"] == kept(session, message_id).message_id


def test_two_senders_at_once_send_each_message_once(own: Runtime, box: Mailbox, phones: Gateway) -> None:
    with own.database.session(write=True) as session:
        make.make_unit(session)
        session.execute(sa.delete(Message))
        make.queue_messages(session, *(f"so{number}@vidu.test" for number in range(6)))
        make.queue_messages(session, *(f"+8491234567{number}" for number in range(6)))
    box.slowly = 0.05  # so that one is still sending when the other looks
    begin = threading.Barrier(3)

    def send() -> None:
        begin.wait()
        jobs.send_due(own)

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(box.recipients) == [f"so{number}@vidu.test" for number in range(6)]
    assert sorted(sms["to"] for sms in phones.got) == [f"+8491234567{number}" for number in range(6)]
    with own.database.reading() as session:
        rows = session.execute(sa.select(Message.state, Message.attempts)).all()
        assert {tuple(row) for row in rows} == {("sent", 1)}
