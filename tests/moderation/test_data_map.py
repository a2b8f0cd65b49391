"""Every column that holds text is of one kind of the data map, and each personal one stands in
docs/privacy.md; what is kept for a while is deleted when it is over, and nothing else is.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, features
from market.accounts import service as accounts
from market.accounts.models import ApiToken
from market.db import Base
from market.events import Actor
from market.moderation import data_map, data_requests, hiding, retention
from market.moderation import service as moderation
from market.moderation.data_models import DataRequest, DataRequestWords
from market.moderation.data_requests import Clocks
from market.moderation.models import Appeal, AppealWords, Report, ReportWords
from market.notices.models import Message, Notice
from market.spreadsheets.models import Upload
from tests import make, trade
from tests.make import count_rows

PRIVACY = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text("utf-8")


def test_every_text_is_of_one_kind() -> None:
    features.load_models()
    held = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if not isinstance(column.type, sa.Integer | sa.Boolean | sa.Date | sa.DateTime | sa.TypeDecorator)
    }
    told = Counter(name for kind in data_map.KINDS for name in data_map.columns(kind))
    assert held - set(told) == set(), "in no kind of the map"
    assert set(told) - held == set(), "there is no such column"
    assert [name for name, times in told.items() if times > 1] == []


def test_every_personal_column_stands_in_the_document() -> None:
    table = PRIVACY.split("## The data map")[1].split("## How long")[0]
    named = set(re.findall(r"`(\w+\.\w+)`", table))
    assert named == set(data_map.columns("personal"))


def test_the_document_tells_the_periods_that_hold() -> None:
    days = {str(one.days) for one in retention.PERIODS if one.days > 1}
    told = set(re.findall(r"(\d+) days", PRIVACY))
    assert days <= told


def _some_of_each(session: Session) -> make.Side:
    """Something of each period, ended today."""
    side, officer = make.make_unit(session), make.make_officer(session)
    listing, _ = trade.make_listing(session, side)
    made = moderation.report(
        session,
        actor=Actor(),
        source="a",
        party_id=side.party.id,
        listing_id=listing.id,
        reason="price",
        words="x",
        contact="y",
    )
    moderation.act(session, actor=officer.actor, report_id=made.id, reason="price", words="z", whole=False)
    hidden = session.get_one(Report, made.id).hiding_id
    assert hidden is not None
    hiding.appeal(session, actor=side.actor, hiding_id=hidden, words="x")
    other = make.make_officer(session)
    hiding.decide(session, actor=other.actor, hiding_id=hidden, outcome="kept", answer="x")
    asked = data_requests.ask(
        session,
        actor=side.actor,
        user_id=side.user.id,
        kind="correct",
        words="x",
        clocks=Clocks(2, 15),
        understood=False,
    )
    data_requests.answer(session, actor=officer.actor, request_id=asked.id, accept=False, words="x")
    accounts.add_token(session, user_id=side.user.id, name="x")
    session.flush()
    session.execute(sa.update(ApiToken).values(revoked_at=clock.now()))
    session.execute(sa.update(Message).values(state="sent"))
    upload = make.make_upload(session, side)
    upload.state, upload.done_at = "applied", clock.now()
    session.commit()
    return side


def test_what_is_over_is_deleted_and_nothing_before_its_day(session: Session) -> None:
    _some_of_each(session)
    rows = {
        "tokens": ApiToken,
        "messages": Message,
        "notices": Notice,
        "uploads": Upload,
        "reports": ReportWords,
        "appeals": AppealWords,
        "requests": DataRequestWords,
    }
    began = clock.now()
    for code, table in rows.items():
        assert count_rows(session, table), code
        days = next(one.days for one in retention.PERIODS if one.code == code)
        with session.begin_nested() as nested:
            count = count_rows(session, table)
            retention.delete_over(session, now=began + timedelta(days=days - 1))
            assert count_rows(session, table) == count, code
            retention.delete_over(session, now=clock.now() + timedelta(days=days, minutes=1))
            assert count_rows(session, table) == 0, code
            nested.rollback()
    retention.delete_over(session, now=began + timedelta(days=10_000))
    # That something was decided, and by whom, stays.
    for kept in (Report, Appeal, DataRequest):
        assert count_rows(session, kept) == 1


def test_what_waits_is_kept_however_old_it_is(session: Session) -> None:
    side = make.make_unit(session)
    listing, _ = trade.make_listing(session, side)
    moderation.report(
        session,
        actor=Actor(),
        source="a",
        party_id=side.party.id,
        listing_id=listing.id,
        reason="price",
        words="x",
        contact="y",
    )
    make.make_upload(session, side)
    session.commit()
    retention.delete_over(session, now=clock.now() + timedelta(days=10_000))
    assert count_rows(session, ReportWords) == 1
    assert count_rows(session, Upload) == 1
