"""The log: a line of JSON a record in production, with the request's number, slow statements without their
values, and nothing that names a person or opens something.
"""

from __future__ import annotations

import io
import json
import logging
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market import logs
from market.accounts import codes
from market.db import Database
from market.engine import make_engine
from tests import make, processes
from tests.pages import Browser
from tests.profiles import Profile
from tests.server import serve

Open = Callable[[], Browser]
SECRETS = (
    "ten.nguoi@vidu.test",
    "0912 345 678",
    "+84912345678",
    "clk_abcdefghijklmnopqrstuvwxyz",
    "postgresql://market:hidden@db/market",
    "/account/open/AbCdEfGhIjKlMnOp",
    "Authorization: Bearer abcdefghijklmnopqrstuvwxyz",
    "password='hidden'",
    "MARKET_SECRET_KEY=hidden",
    "duplicate key\nDETAIL:  Key (name)=(hidden) already exists.",
)


@pytest.fixture
def written() -> Iterator[list[dict[str, object]]]:
    """What the market's log writes, line by line."""
    lines: list[dict[str, object]] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(self.format(record)))

    keeper, log = Keeper(), logging.getLogger("market")
    keeper.setFormatter(logs.Json())
    level = log.level
    log.addHandler(keeper)
    log.setLevel(logging.INFO)
    yield lines
    log.removeHandler(keeper)
    log.setLevel(level)


@pytest.mark.parametrize("formatter", [logs.Json(), logs.Lines()])
def test_what_names_a_person_or_opens_something_is_blotted_out(formatter: logging.Formatter) -> None:
    for secret in SECRETS:
        try:
            raise ValueError(secret)
        except ValueError:
            record = logging.LogRecord("market", logging.ERROR, "", 1, "%s", (secret,), sys.exc_info())
        record.statement = secret
        line = formatter.format(record)
        for part in ("nguoi@", "345", "clk_a", "hidden", "AbCdEf", "abcdefghij"):
            assert part not in line, (secret, line)


def test_a_line_goes_where_standard_error_leads_when_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    root, market = logging.getLogger(), logging.getLogger("market")
    before, levels = root.handlers[:], (root.level, market.level)
    first, second = io.StringIO(), io.StringIO()
    try:
        monkeypatch.setattr(sys, "stderr", first)
        logs.set_up(make.make_settings())
        monkeypatch.setattr(sys, "stderr", second)
        first.close()
        market.warning("a line of the second command")
    finally:
        root.handlers[:] = before
        root.setLevel(levels[0])
        market.setLevel(levels[1])
    assert second.getvalue().count("a line of the second command") == 1
    assert "Logging error" not in second.getvalue()


@pytest.mark.parametrize("formatter", [logs.Json(), logs.Lines()])
def test_the_number_of_a_request_is_told_whole(formatter: logging.Formatter) -> None:
    number = "0912345678abcdef"  # one of ours may well be so
    record = logging.LogRecord("market", logging.ERROR, "", 1, "0912345678", (), None)
    token = logs.request_id.set(number)
    line = formatter.format(record)
    logs.request_id.reset(token)
    assert number in line
    assert line.count("0912345678") == 1


def test_a_request_is_a_line_by_its_number_and_its_route(
    app: FastAPI, session: Session, browser: Open, written: list[dict[str, object]]
) -> None:
    account = make.make_account(session)
    token = codes.make_link(session, user_id=account.user.id, path="/account")
    session.commit()
    here = browser()
    answer = here.get(f"/account/open/{token}?x=hidden", headers={"X-Request-ID": "from-the-proxy_1"})
    form = here.get("/account/sign-in").form("/account/sign-in")
    refused = form.send(login=account.login, password="not the password")
    assert answer.response.headers["x-request-id"] == "from-the-proxy_1"
    for given in ("short", "x" * 65, "a b c d e f g", 'evil"}{12345'):
        number = here.get("/about", headers={"X-Request-ID": given}).response.headers["x-request-id"]
        assert number != given
    lines = [one for one in written if one["log"] == "market.request"]
    assert (
        lines[0].items()
        >= {
            "request": "from-the-proxy_1",
            "method": "GET",
            "route": "/account/open/{token}",
            "status": 200,
            "level": "info",
        }.items()
    )
    assert lines[0]["statements"]
    assert lines[2]["request"] == refused.response.headers["x-request-id"]
    assert (lines[2]["route"], lines[2]["status"]) == ("/account/sign-in", 422)
    whole = json.dumps(written)
    for part in (token, "hidden", account.login, "not the password", "testclient"):
        assert part not in whole


def test_a_slow_statement_is_told_of_without_its_values(
    profile: Profile, tmp_path: Path, written: list[dict[str, object]]
) -> None:
    database = Database(make_engine(profile.own(tmp_path).database, slow_ms=1))
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)"
    with database.reading() as session:
        session.scalar(sa.text(f"{numbers} SELECT count(*) FROM n WHERE :word <> ''"), {"word": "hidden"})
    database.close()
    # On a busy machine any small statement may have taken as long.
    [line] = [one for one in written if one["log"] == "market.sql" and "i < 200000" in str(one["statement"])]
    assert line["words"] == "slow statement"
    assert isinstance(line["ms"], int)
    assert "hidden" not in json.dumps(written)


@pytest.mark.profiles("server")
def test_several_processes_count_together(profile: Profile, tmp_path: Path) -> None:

    with serve(profile.own(tmp_path / "served"), workers=2) as served:
        for _ in range(30):  # over connections of their own, so that both processes answer some
            with processes.client(served.url) as client:
                assert client.get("/healthz").status_code == 200
        with processes.client(served.url) as client:
            told = client.get("/metrics").text
    line = 'market_http_requests_total{method="GET",route="/healthz",status="200"}'
    [counted] = [float(one.rsplit(" ", 1)[1]) for one in told.splitlines() if one.startswith(line)]
    assert counted >= 30
    told_of = re.findall(r"^# TYPE (\S+)", told, re.MULTILINE)
    assert len(told_of) == len(set(told_of)), "each is told of once"
    assert "market_index_up 1.0" in told.splitlines()
