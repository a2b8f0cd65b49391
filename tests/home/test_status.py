"""The state of the installation: a page for officers, and the same as metrics for this machine or a token."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from market import clock, worker
from market.accounts import service as accounts
from market.changes import LISTING, touch
from market.listings import freshness
from market.listings.freshness import IndexBatch
from market.notices.models import Message
from tests import make, trade
from tests.pages import Browser, signed_in

pytestmark = pytest.mark.usefixtures("on_a_day")

Open = Callable[[], Browser]


def fact(here: Browser, name: str) -> str:
    page = here.get("/department/status")
    assert page.status == 200
    for node in page.css("dl.facts > div"):
        if (node.css_first("dt").text() if node.css_first("dt") else "") == name:
            return " ".join(node.css_first("dd").text().split())
    raise AssertionError(f"no {name!r}: {page.text}")


def test_an_officer_sees_what_is_held_waits_and_lags(app: FastAPI, session: Session, browser: Open) -> None:
    trade.make_listing(session, make.make_unit(session))
    worker.run_due(app.state.runtime)
    session.add(IndexBatch(drained_at=clock.now(), lags_ms=[100, 200, 1250]))
    freshness.note_rebuilt(session, 1)
    touch(session, LISTING, [1])
    session.execute(sa.delete(Message))
    make.queue_messages(session, "mot@vidu.test")
    clock.move(clock.now() + timedelta(seconds=40))
    here = signed_in(browser, make.make_officer(session))
    assert fact(here, "Tin trong bộ tìm kiếm") == "1"
    assert fact(here, "Thay đổi chưa tìm thấy được") == "1"
    assert fact(here, "Thay đổi cũ nhất đã chờ") == "40 giây"
    assert fact(here, "95 trên 100 thay đổi tìm thấy được sau không quá") == "1,25 giây"
    assert fact(here, "Thư và tin nhắn chờ gửi") == "1"
    assert fact(here, "Cơ sở dữ liệu").startswith(("SQLite 3.", "PostgreSQL 1"))
    assert "10/3/2026" in fact(here, "Lần dựng lại gần nhất")
    assert "/department/status" in here.get("/department").links()


def test_it_says_that_the_index_is_away(app: FastAPI, session: Session, browser: Open) -> None:
    app.state.runtime.index = None
    here = signed_in(browser, make.make_admin(session))
    assert fact(here, "Tin trong bộ tìm kiếm") == "–"
    assert here.get("/department/status").css(".notice[role=status]")


def test_nobody_else_sees_it(session: Session, buyer: make.Side, browser: Open) -> None:
    assert browser().get("/department/status").path == "/account/sign-in"
    assert signed_in(browser, buyer).get("/department/status").status == 403


def test_requests_and_statements_are_measured(app: FastAPI, session: Session, browser: Open) -> None:
    here = signed_in(browser, make.make_officer(session))

    def told() -> dict[str, float]:
        with TestClient(app, client=("127.0.0.1", 5000)) as machine:
            return measured(machine.get("/metrics").text)

    before, before_page = told(), int(fact(here, "Yêu cầu đã trả lời").replace(".", ""))
    here.get("/listings/123456789")
    after = told()
    route = "/listings/{listing_id}"
    name = f"market_http_requests_totalGET{route}404"
    assert after[name] == before.get(name, 0) + 1
    assert after[f"market_http_request_seconds_count{route}"] >= 1
    assert after["market_sql_seconds_count"] > before["market_sql_seconds_count"]
    assert not any("123456789" in one for one in after), "no address is kept, only its route"
    assert int(fact(here, "Yêu cầu đã trả lời").replace(".", "")) >= before_page + 3
    assert fact(here, "Thư và tin nhắn đã gửi trong một ngày") == "0"


def measured(text: str) -> dict[str, float]:
    assert len(set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))) == text.count("# TYPE "), (
        "each told of once"
    )
    return {
        sample.name + "".join(sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_metrics_for_the_machine_itself(app: FastAPI, session: Session) -> None:
    session.add(IndexBatch(drained_at=clock.now(), lags_ms=[100, 200, 1250]))
    touch(session, LISTING, [1, 2])
    session.commit()
    clock.move(clock.now() + timedelta(seconds=3))
    with TestClient(app, client=("127.0.0.1", 5000)) as here:
        answer = here.get("/metrics")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain; version=")
        found = measured(answer.text)
        assert found["market_index_up"] == 1
        assert found["market_index_listings"] == 0
        assert found["market_index_waiting"] == 2
        assert found["market_index_oldest_waiting_seconds"] == 3
        assert found["market_index_lag_seconds0.5"] == 0.2
        assert found["market_index_lag_seconds0.95"] == found["market_index_lag_seconds1"] == 1.25
        app.state.runtime.index = None
        found = measured(here.get("/metrics").text)
        assert found["market_index_up"] == 0
        assert "market_index_listings" not in found


def test_metrics_for_others_with_an_administrators_token_alone(app: FastAPI, session: Session) -> None:
    def token(account: make.Account) -> str:
        made = accounts.add_token(session, user_id=account.user.id, name="test")
        session.commit()
        return made

    good, weak = token(make.make_admin(session)), token(make.make_officer(session))
    with TestClient(app, follow_redirects=False, client=("203.0.113.9", 5000)) as there:
        assert there.get("/metrics").status_code == 303
        for bearer, status in ((good, 200), (weak, 403), ("clk_guessed", 303)):
            answer = there.get("/metrics", headers={"Authorization": f"Bearer {bearer}"})
            assert answer.status_code == status, bearer


def test_whoever_comes_by_a_proxy_of_this_machine_is_not_here(app: FastAPI) -> None:
    for name in ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"):
        with TestClient(app, follow_redirects=False, client=("127.0.0.1", 5000)) as here:
            assert here.get("/metrics", headers={name: "203.0.113.9"}).status_code == 303
