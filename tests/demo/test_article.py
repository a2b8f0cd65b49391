"""The demo lives through its years by the services; at the end of 2021 stand the figures of the article,
reached and not written in.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from market import clock, commands, worker
from market.changes import Change
from market.db import Database
from market.demo import commands as demo
from market.engine import make_engine
from market.settings import Settings
from market.statistics import drilldown, figures, indicators, periods, report, report_text, verify
from market.web import language
from market.web.context import speaking
from tests import rules
from tests.make import environment
from tests.profiles import Profile


@pytest.fixture
def loaded(profile: Profile, tmp_path: Path) -> Settings:
    """A database of the test's own with the demo up to the middle of 2022."""
    return profile.own(tmp_path / "demo", like=profile.made_once("demo", load))


def load(database: Database) -> None:
    commands.migrate(database)
    worker.subscribe_all()
    with clock.at(date(2022, 7, 15)):
        demo.load(database)


def _market(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "market", *arguments],
        env={**environment(settings), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def _value(document: dict[str, Any], code: str) -> Any:
    return next(one["value"] for one in document["figures"] if one["indicator"] == code)


def test_the_articles_figures_come_out(loaded: Settings) -> None:
    answer = _market(loaded, "figures", "--as-of", "2021-12-31", "--json")
    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout)
    wanted = {"groups": 514, "cooperatives": 191, "members": 35_571, "linked_cooperatives": 47}
    assert {code: _value(found, code) for code in wanted} == wanted
    assert _value(found, "trading_cooperatives") > 47
    assert all(one["place"] == "95" for one in found["figures"])


def test_the_half_year_of_2022_follows(loaded: Settings) -> None:
    found = json.loads(_market(loaded, "figures", "--as-of", "2022-06-30", "--json").stdout)
    wanted = {"groups": 517, "cooperatives": 203, "members": 37_060}
    assert {code: _value(found, code) for code in wanted} == wanted


def test_every_stored_value_equals_its_history(loaded: Settings) -> None:
    database = Database(make_engine(loaded.database))
    with database.reading() as session:
        assert list(verify.differences(session)) == []
        rules.check_volumes(session)
        rules.check_links(session)
    database.close()


def test_figures_equal_the_rows_they_open_to(loaded: Settings) -> None:
    database = Database(make_engine(loaded.database))
    as_of, period = date(2022, 6, 30), periods.parse("2022-H1")
    with database.reading() as session:
        for code in ("cooperatives", "members", "links_new", "delivered_value", "inquiries_sent"):
            indicator = indicators.get(code)
            (figure,) = figures.compute(
                session, indicators=[indicator], period=period, place=None, as_of=as_of
            )
            rows = drilldown.rows(session, indicator=indicator, period=period, place=None, as_of=as_of)
            assert figure.value == sum(row.value for row in rows), code
            assert figure.value, code
    database.close()


def test_verify_names_what_was_tampered_with(loaded: Settings, profile: Profile, tmp_path: Path) -> None:
    database = Database(make_engine(loaded.database))
    with database.writing() as session:
        session.connection().exec_driver_sql("UPDATE lots SET volume = volume + 1 WHERE id = 1")
    database.close()
    answer = _market(loaded, "figures", "verify")
    assert answer.returncode == 1
    assert answer.stdout.startswith("lot 1: volume")


def test_the_demo_refuses_a_filled_database(loaded: Settings) -> None:
    answer = _market(loaded, "demo")
    assert answer.returncode == 1
    assert "--force" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_what_was_lived_through_is_not_late_for_the_index(loaded: Settings) -> None:
    database = Database(make_engine(loaded.database))
    with database.reading() as session:
        first, last = session.execute(
            sa.select(sa.func.min(Change.touched_at), sa.func.max(Change.touched_at))
        ).one()
    database.close()
    assert first == last
    assert clock.day_of(first) == date(2022, 7, 15)


def test_the_report_of_2021_says_the_articles_figures_and_whose_they_are(loaded: Settings) -> None:
    database = Database(make_engine(loaded.database))
    with clock.at(date(2022, 7, 15)), database.reading() as session, speaking("vi"):
        made = report.make(session, report.find_period(session, "2021"))
        wanted = {"groups": 514, "cooperatives": 191, "linked_cooperatives": 47}
        assert {code: made.value(code) for code in wanted} == wanted
        members = [made.of("KT09", "cooperative"), made.of("KT10", "group")]
        assert sum(one or 0 for one in members) == 35_571
        text = " ".join(
            language.say(words) for part in report_text.sections(made) for words in part.paragraphs
        )
        for number in ("191 hợp tác xã", "514 tổ hợp tác", "35.571 thành viên", "47 hợp tác xã"):
            assert number in text
        source = language.say(report_text.source(made))
        assert "demo" in source
        assert "Sở Nông nghiệp và Phát triển nông thôn tỉnh Bạc Liêu" in source
    database.close()
