"""What saved searches tell: new listings that fit, once each, at once or in the morning, and nothing is lost
when the index is late or away. The mail server is a real one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import clock, worker
from market.listings import indexing, saved, saved_news
from market.listings import jobs as listing_jobs
from market.listings import service as listings
from market.listings.models import Listing
from market.listings.saved_models import SavedSearch, Told
from market.notices import choices
from market.notices import jobs as notice_jobs
from market.notices.models import Message, Notice
from market.runtime import Runtime
from search.errors import SearchUnavailable
from tests import make
from tests.listings.goods import make_listing
from tests.make import TODAY
from tests.notices import ways_out
from tests.pages import Browser

NOON = datetime.combine(TODAY, time(12), clock.LOCAL)


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


@pytest.fixture
def runtime(app: FastAPI) -> Runtime:
    found: Runtime = app.state.runtime
    return found


@pytest.fixture
def box(runtime: Runtime) -> Iterator[ways_out.Mailbox]:
    """A mail server that the settings point to."""
    with ways_out.smtp() as found:
        runtime.settings.smtp_url = found.url
        yield found


@pytest.fixture
def unit(session: Session) -> make.Side:
    return make.make_unit(session)


def later(**span: float) -> None:
    clock.move(clock.now() + timedelta(**span))


def keep(session: Session, account: make.Account, often: str = "at_once", **fields: Any) -> SavedSearch:
    found, _ = saved.save(session, user_id=account.user.id, fields=fields, often=often, language="vi")
    session.execute(sa.delete(Message))
    session.commit()
    later(minutes=1)
    return found


def publish(session: Session, unit: make.Side, title: str = "Tôm sú oxy", **changes: Any) -> Listing:
    values: dict[str, Any] = {"product": "tom-su", "price_from": 180_000, "volume": 800_000, **changes}
    return make_listing(session, unit, title=title, **values)


def look(runtime: Runtime) -> int:
    """Index what waits, then look for news once; says how many messages that made."""
    indexing.sync(runtime.database, runtime.the_index())
    return saved_news.tell_new(runtime, seconds=60)


def told(session: Session) -> list[int]:
    session.expire_all()
    return list(session.scalars(sa.select(Told.listing_id).order_by(Told.listing_id)))


def test_a_new_listing_that_fits_is_told_in_the_application_and_by_mail(
    session: Session, runtime: Runtime, unit: make.Side, box: ways_out.Mailbox, browser: Callable[[], Browser]
) -> None:
    account = make.make_account(session, email="mua@vidu.test")
    old = publish(session, unit, title="Tôm cũ")
    later(minutes=1)
    search = keep(session, account, q="tom su", price_max="200000")
    new = publish(session, unit)
    publish(session, unit, title="Tôm đắt", price_from=300_000)
    publish(session, unit, title="Gạo", product="gao-st25")
    later(minutes=1)
    done = worker.run_due(runtime, long=False)
    assert (done["listings:saved"], done["messages"]) == (1, 1)
    assert told(session) == [new.id]
    assert old.id != new.id
    [notice] = session.scalars(sa.select(Notice).where(Notice.kind == "listings.found")).all()
    assert notice.user_id == account.user.id
    [mail] = box.mails
    assert mail["To"] == "mua@vidu.test"
    assert mail["Subject"].startswith("Tôm sú oxy, ")
    body = ways_out.text_of(mail)
    assert f"http://127.0.0.1:8000/listings/{new.id}" in body
    assert "800 kg, 180.000 đ/kg" in body
    assert "{" not in body
    path = saved.stop_path(runtime.settings.secret_key, saved_id=search.id, user_id=account.user.id)
    assert mail["List-Unsubscribe"] == f"<http://127.0.0.1:8000{path}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"List-Unsubscribe: <http://127.0.0.1:8000{path}>\r\n".encode() in box.raw[0]
    # One press on it, by a mail program that knows no page of ours.
    assert browser().post(path, {"List-Unsubscribe": "One-Click"}).status == 200
    session.expire_all()
    assert session.scalars(sa.select(SavedSearch.often)).all() == ["never"]
    [message] = session.scalars(sa.select(Message)).all()
    assert (message.state, message.unsubscribe) == ("sent", None)


def test_nothing_is_told_twice_and_each_search_hears_of_its_own(
    session: Session, runtime: Runtime, unit: make.Side
) -> None:
    one, other = make.make_account(session), make.make_account(session)
    keep(session, one, q="tôm")
    keep(session, other, sector=["rice"])
    shrimp = publish(session, unit)
    rice = publish(session, unit, title="Gạo thơm", product="gao-st25")
    later(minutes=1)
    assert look(runtime) == 2
    assert [look(runtime) for _ in range(3)] == [0, 0, 0]
    listings.pause(session, actor=unit.actor, listing_id=shrimp.id)
    later(days=2)
    listings.publish(session, actor=unit.actor, listing_id=shrimp.id)
    session.commit()
    later(minutes=1)
    assert look(runtime) == 0
    # Nor by a process that has looked at nothing yet.
    saved_news._progress.clear()
    assert look(runtime) == 0
    assert told(session) == [shrimp.id, rice.id]


def test_a_round_that_takes_too_long_is_gone_on_with(
    session: Session, runtime: Runtime, unit: make.Side
) -> None:
    for _ in range(3):
        keep(session, make.make_account(session), q="tôm")
    publish(session, unit)
    later(minutes=1)
    indexing.sync(runtime.database, runtime.the_index())
    # One is told in each, and one stands for the rest.
    assert [saved_news.tell_new(runtime, seconds=0) for _ in range(4)] == [2, 2, 1, 0]
    assert len(told(session)) == 3
    keep(session, make.make_account(session), q="tôm")
    publish(session, unit, title="Tôm sú nữa")
    later(minutes=1)
    indexing.sync(runtime.database, runtime.the_index())
    saved_news.tell_new(runtime, seconds=0)
    assert worker.run_due(runtime, long=False)["listings:saved"] == 3, (
        "who asks for all goes on until all are told"
    )


def test_a_listing_that_comes_back_is_new_to_whoever_has_not_heard_of_it(
    session: Session, runtime: Runtime, unit: make.Side
) -> None:
    old = publish(session, unit)
    listings.pause(session, actor=unit.actor, listing_id=old.id)
    session.commit()
    later(days=20)
    for number in range(3):
        publish(session, unit, title=f"Tôm sú {number}")
    later(hours=1)
    keep(session, make.make_account(session), q="tôm sú")
    listings.publish(session, actor=unit.actor, listing_id=old.id)
    session.commit()
    later(minutes=1)
    assert look(runtime) == 1
    assert told(session) == [old.id]


def test_what_is_indexed_late_is_told_late_and_not_lost(
    session: Session, runtime: Runtime, unit: make.Side
) -> None:
    keep(session, make.make_account(session), q="tôm")
    listing = publish(session, unit)
    for _ in range(3):
        later(hours=2)
        assert saved_news.tell_new(runtime) == 0, "the index has not followed yet"
    assert look(runtime) == 1
    assert told(session) == [listing.id]
    assert look(runtime) == 0


@pytest.mark.parametrize("often", ["at_once", "daily"])
def test_while_the_index_is_away_the_news_wait(
    session: Session, runtime: Runtime, unit: make.Side, often: str
) -> None:
    keep(session, make.make_account(session), often, q="tôm")
    publish(session, unit)
    indexing.sync(runtime.database, runtime.the_index())
    later(days=1)
    index, runtime.index = runtime.index, None
    for _ in range(2):
        with pytest.raises(SearchUnavailable):
            saved_news.tell_new(runtime)
    runtime.index = index
    assert saved_news.tell_new(runtime) == 1


def test_daily_news_come_in_one_message_after_seven_in_the_morning(
    session: Session, runtime: Runtime, unit: make.Side, box: ways_out.Mailbox
) -> None:
    keep(session, make.make_account(session, email="sang@vidu.test"), "daily", q="tôm")
    for number in range(saved_news.MOST_NAMED + 3):
        publish(session, unit, title=f"Tôm sú đợt {number:02}")
        later(seconds=2)
    assert look(runtime) == 0, "not on the day it was saved"
    morning = NOON.replace(hour=6, minute=59) + timedelta(days=1)
    clock.move(morning)
    assert look(runtime) == 0
    later(minutes=2)
    assert look(runtime) == 1
    notice_jobs.send_due(runtime)
    [mail] = box.mails
    body = ways_out.text_of(mail)
    assert mail["Subject"].startswith("23 tin mới")
    assert body.count("/listings/") - body.count("/listings/saved/") == saved_news.MOST_NAMED
    assert "Tôm sú đợt 22" in body, "the newest are named"
    assert "Tôm sú đợt 01" not in body
    assert "và 3 tin nữa" in body
    publish(session, unit, title="Tôm trưa")
    later(hours=4)
    assert look(runtime) == 0, "once a day"
    clock.move(morning + timedelta(days=1, minutes=5))
    assert look(runtime) == 1
    clock.move(morning + timedelta(days=2, minutes=5))
    assert look(runtime) == 0, "no news, no message"


def test_who_is_told_by_phone_gets_an_sms(session: Session, runtime: Runtime, unit: make.Side) -> None:
    keep(session, make.make_account(session, phone="0912345678"), q="tôm")
    publish(session, unit)
    later(minutes=1)
    assert look(runtime) == 1
    [message] = session.scalars(sa.select(Message)).all()
    assert (message.channel, message.address) == ("sms", "+84912345678")


def test_never_means_never_and_starting_again_looks_ahead_only(
    session: Session, runtime: Runtime, unit: make.Side
) -> None:
    account = make.make_account(session)
    search = keep(session, account, "never", q="tôm")
    publish(session, unit)
    later(minutes=1)
    assert look(runtime) == 0
    saved.change_often(session, user_id=account.user.id, saved_id=search.id, often="at_once")
    session.commit()
    assert look(runtime) == 0
    later(minutes=1)
    new = publish(session, unit, title="Tôm sú mới")
    later(minutes=1)
    assert look(runtime) == 1
    assert told(session) == [new.id]


@pytest.mark.parametrize("often", ["at_once", "daily"])
@pytest.mark.parametrize("address", [{"email": "a@vidu.test"}, {"phone": "0912345678"}])
def test_who_wants_news_in_the_application_alone_gets_no_message(
    session: Session, runtime: Runtime, unit: make.Side, often: str, address: dict[str, str]
) -> None:
    account = make.make_account(session, **address)
    keep(session, account, often, q="tôm")
    choices.choose(session, user_id=account.user.id, hows={"searches": "inside"})
    new = publish(session, unit)
    later(days=1)
    look(runtime)
    assert told(session) == [new.id]
    assert make.count_rows(session, Notice, Notice.kind == "listings.found") == 1
    assert make.count_rows(session, Message) == 0


def test_a_closed_account_is_told_nothing(session: Session, runtime: Runtime, unit: make.Side) -> None:
    account = make.make_account(session)
    keep(session, account, q="tôm")
    account.user.is_active = False
    session.merge(account.user)
    publish(session, unit)
    later(minutes=1)
    assert look(runtime) == 0


def test_what_holds_only_some_of_the_words_was_not_asked_for(
    session: Session, runtime: Runtime, unit: make.Side
) -> None:
    keep(session, make.make_account(session), q="xi măng cốt thép cho đầm nuôi tôm")
    publish(session, unit)
    later(minutes=1)
    assert look(runtime) == 0


def test_a_filter_that_means_nothing_any_more_widens_nothing(
    session: Session, runtime: Runtime, unit: make.Side
) -> None:
    search = keep(session, make.make_account(session), q="tôm", standard=["VIETGAP-TS"])
    assert search.fields["standard"] == ["VIETGAP-TS"]
    session.execute(
        sa.update(SavedSearch).values(fields={"q": "tôm", "standard": ["A-STANDARD-OF-THE-PAST"]})
    )
    session.commit()
    publish(session, unit)
    later(minutes=1)
    assert look(runtime) == 0


def test_a_listing_taken_back_before_the_look_is_not_told(
    session: Session, runtime: Runtime, unit: make.Side
) -> None:
    keep(session, make.make_account(session), q="tôm")
    gone = publish(session, unit)
    indexing.sync(runtime.database, runtime.the_index())
    listings.withdraw(session, actor=unit.actor, listing_id=gone.id)
    session.commit()
    later(minutes=1)
    assert saved_news.tell_new(runtime) == 0


def test_the_table_of_what_was_told_is_pruned(session: Session, runtime: Runtime, unit: make.Side) -> None:
    keep(session, make.make_account(session), q="tôm")
    publish(session, unit, to_date=TODAY + timedelta(days=300))
    later(minutes=1)
    assert look(runtime) == 1
    assert saved_news.prune(runtime) == 0
    for _ in range(91):
        later(days=1)
        assert look(runtime) == 0
    assert saved_news.prune(runtime) == 1
    saved_news._progress.clear()
    assert look(runtime) == 0, "pruned or not, it is not told again"


def test_the_jobs_are_run_by_the_worker() -> None:
    assert {"listings:saved", "listings:told"} <= {job.name for job in listing_jobs.JOBS}
    assert set(listing_jobs.JOBS) <= set(worker.jobs())
