"""The clock is set ahead by mistake and put back: history and current values agree, news leave once, nobody
is kept out, and what falls due waits to see whether it is put back.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, worker
from market.accounts import digest, throttle
from market.db import Database
from market.errors import TooMany
from market.links import deliveries, silence
from market.links import service as links
from market.links.models import Delivery
from market.listings import saved, saved_news
from market.listings import service as listings
from market.notices.models import Waiting
from market.parties import service as parties
from market.runtime import Runtime
from market.settings import Settings
from market.statistics import kept, publication, verify
from market.statistics.dashboard_models import KeptOverview
from market.statistics.models import Publication
from tests import rules
from tests.make import SHELL, TODAY, make_account, make_buyer, make_unit
from tests.trade import TONNE, deliver, make_inquiry, make_link, make_listing, record

NOON = datetime.combine(TODAY, time(12), clock.LOCAL)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("ahead", [HOUR, DAY])
def test_what_is_done_after_it_was_put_back_counts_after_what_was_done_before(
    session: Session, ahead: timedelta
) -> None:
    with clock.at(NOON - DAY):
        seller, buyer = make_unit(session), make_buyer(session)
        clock.move(NOON + ahead)
        listing, _ = make_listing(session, seller)
        link = make_link(session, seller, buyer, listing, volume=4 * TONNE)
        first = make_inquiry(session, buyer, listing, volume=TONNE)
        delivery = record(session, seller, link, TONNE)
        parties.change_status(session, actor=SHELL, party_id=seller.party.id, status="suspended")
        parties.rename_party(session, actor=SHELL, party_id=seller.party.id, name="Tên của ngày mai")
        session.commit()
        clock.move(NOON)
        listings.pause(session, actor=SHELL, listing_id=listing.id)
        links.agree_link(session, actor=seller.actor, party_id=seller.party.id, inquiry_id=first.id)
        deliveries.confirm_delivery(
            session, actor=buyer.actor, party_id=buyer.party.id, link_id=link.id, delivery_id=delivery.id
        )
        links.end_link(session, actor=buyer.actor, party_id=buyer.party.id, link_id=link.id)
        parties.change_status(session, actor=SHELL, party_id=seller.party.id, status="active")
        parties.rename_party(session, actor=SHELL, party_id=seller.party.id, name="Tên của hôm nay")
        session.commit()
        for later in (timedelta(), ahead, 2 * DAY):
            clock.move(NOON + later)
            assert verify.everything(session) == []
            rules.check_volumes(session)
            rules.check_links(session)
            rules.check_commitments(session)


def test_what_falls_due_waits_until_a_clock_that_jumped_is_trusted() -> None:
    with clock.at(NOON):
        watch, patient = worker.Watch(settles=0.0), worker.Watch()
        clock.move(NOON + HOUR)
        assert not patient.steady()
        assert not patient.steady(), "not the next time either"
        assert watch.steady(), "but once it has stayed so long enough"
        clock.move(NOON)
        assert patient.steady(), "put back it is what it was"
        clock.move(NOON - HOUR)
        assert not patient.steady()


def test_who_failed_while_it_was_ahead_is_not_kept_out(session: Session) -> None:
    key, rule = throttle.key("sign-in", "0901"), {"most": 1, "within": timedelta(minutes=15)}
    with clock.at(NOON + DAY):
        throttle.note(session, key)
        with pytest.raises(TooMany):
            throttle.check(session, key, **rule)
        clock.move(NOON)
        throttle.check(session, key, **rule)
        throttle.note(session, key)
        with pytest.raises(TooMany):
            throttle.check(session, key, **rule)


def test_a_saved_search_misses_nothing_of_the_time_between(
    session: Session, settings: Settings, database: Database
) -> None:
    account, runtime = make_account(session), Runtime(settings, database)
    with clock.at(NOON + DAY):
        row, _ = saved.save(
            session, user_id=account.user.id, fields={"q": "lua"}, often="at_once", language="vi"
        )
        saved_news.tell_new(runtime)
        clock.move(NOON)
        session.commit()
        saved_news.tell_new(runtime)
        session.refresh(row)
        assert row.looked_at <= clock.now()
        assert row.since <= clock.now() - saved_news.OVERLAP
        assert row.daily_on <= clock.today()


def test_news_of_the_day_written_a_year_ahead_are_told_this_evening(
    session: Session, settings: Settings, database: Database
) -> None:
    account = make_account(session, email="mot@vidu.test")
    evening = digest.last_evening(NOON)
    for ahead in (DAY * 365, HOUR):
        with clock.at(NOON + ahead):
            notice = digest.notices.notify(
                session, to=digest.notices.Recipient(account.user.id, "vi"), kind="inquiry.sent",
                words=digest.t("One piece of news on Chợ Liên Kết."), path="/inquiries",
            )  # fmt: skip
            session.flush()
            session.add(Waiting(notice_id=notice.id, user_id=account.user.id, since=clock.now()))
            session.commit()
    with clock.at(NOON):
        assert digest.gather(Runtime(settings, database)) == 1
        left = session.scalars(sa.select(Waiting.since)).all()
        assert left == [(NOON + HOUR).astimezone(left[0].tzinfo)], "the hour's skew waits for its evening"
        assert evening < NOON


def test_nobody_is_taken_to_be_silent_who_was_reminded_just_now(
    session: Session,
) -> None:
    with clock.at(NOON):
        seller, buyer = make_unit(session), make_buyer(session)
        listing, _ = make_listing(session, seller)
        link = make_link(session, seller, buyer, listing)
        deliver(session, seller, buyer, link, TONNE)
        session.execute(sa.update(Delivery).values(state="recorded", confirmed_at=None, confirmed_by=None))
        session.commit()
        for after, silent in ((timedelta(days=30), False), (timedelta(days=31), True)):
            clock.move(NOON + after)
            for _ in silence.REMINDERS:
                for delivery_id in silence.list_to_remind(session):
                    silence.remind(session, delivery_id)
            session.commit()
            assert bool(silence.list_silent(session)) is silent


def test_figures_that_were_counted_ahead_are_counted_again(session: Session) -> None:
    with clock.at(NOON):
        seller, buyer = make_unit(session), make_buyer(session)
        listing, _ = make_listing(session, seller)
        make_link(session, seller, buyer, listing)
        year = TODAY.year
        session.add(Publication(year=year, made_at=NOON + 40 * DAY))
        session.flush()
        assert year in publication.list_due(session), "what is known until then is nobody's to see now"
        ahead = KeptOverview(state="before", counted_at=NOON + HOUR)
        assert kept._is_due(ahead, "now", clock.now())
