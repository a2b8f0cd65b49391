"""``market figures`` as scripts and people use it: text and JSON, rows, verify, and one clear line when it
cannot be answered.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from market import clock, commands
from market.__main__ import main
from market.db import Database
from market.engine import make_engine
from market.places import queries as places
from market.settings import Settings
from market.spreadsheets import reading
from market.statistics import indicators, shown
from tests.make import REFORM, environment, make_buyer, make_unit
from tests.profiles import Profile
from tests.trade import deliver, make_link, make_listing

EVE = REFORM - timedelta(days=1)
TODAY = date(2026, 6, 10)


@pytest.fixture
def filled(profile: Profile, tmp_path: Path) -> Settings:
    """A filled database of the test's own."""
    return profile.own(tmp_path / "figures", like=profile.made_once("figures", _fill))


def _fill(database: Database) -> None:
    """Two cooperatives since 2024 in old Xã Vĩnh Hưng and old Xã Phước Long; an agreement of each in May
    2026, one of paddy, one of mats by the piece; a delivery of 1,234.5 kg.
    """
    commands.migrate(database)
    with database.session(write=True) as session, clock.at(date(2024, 5, 6)):
        vinh_hung, phuoc_long = (places.resolve(session, text=code, on=EVE) for code in ("31894", "31876"))
        paddy = make_unit(session, place_id=vinh_hung.id, members=40)
        mats = make_unit(session, place_id=phuoc_long.id, members=7)
        buyer = make_buyer(session)
        clock.move(date(2026, 5, 4))
        listing, _ = make_listing(session, paddy)
        link = make_link(session, paddy, buyer, listing, volume=4_000_000)
        listing, _ = make_listing(session, mats, product="chieu-lac", volumes=(500,))
        make_link(session, mats, buyer, listing, volume=30)
        clock.move(date(2026, 5, 20))
        deliver(session, paddy, buyer, link, 1_234_500)


@dataclass(frozen=True, slots=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[list[str]]:
        return [line.split("\t") for line in self.out.splitlines()]

    @property
    def document(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Answer]


@pytest.fixture
def run(filled: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs ``market figures`` in this process, on 10 June 2026."""

    def run_it(*arguments: str, settings: Settings = filled, command: str = "figures") -> Answer:
        for name, value in environment(settings).items():
            monkeypatch.setenv(name, value)
        with clock.at(TODAY):
            code = main([command, *arguments])
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return run_it


def test_figures_come_as_lines_in_the_order_of_the_list(run: Run) -> None:
    answer = run("--period", "2026-05")
    assert (answer.code, answer.err) == (0, "")
    codes = [line[0] for line in answer.lines]
    assert list(dict.fromkeys(codes)) == [indicator.code for indicator in indicators.ALL]
    assert {line[1] for line in answer.lines} == {"96"}
    assert {line[2] for line in answer.lines} == {"2026-05"}
    found = {(line[0], line[4]): line[3] for line in answer.lines}
    assert found["cooperatives", "cooperative"] == "2"
    assert found["members", "person"] == "47"
    assert found["contracted_volume", "kg"] == "4000"
    assert found["contracted_volume", "piece"] == "30"
    assert found["delivered_volume", "kg"] == "1234.5"
    assert ("delivered_volume", "piece") not in found
    assert found["fulfilment", "share"] == "-"


def test_json_is_one_document_with_the_promised_keys(run: Run) -> None:
    answer = run(
        "--period", "2026-05", "--indicator", "contracted_volume", "--indicator", "cooperatives", "--json"
    )
    assert (answer.code, answer.err) == (0, "")
    shared = {"place": "96", "period": "2026-05", "sector": None, "product": None, "status": "final"}
    assert answer.document == {
        "figures": [
            {"indicator": "contracted_volume", **shared, "value": 4000, "unit": "kg", "rows": 1},
            {"indicator": "contracted_volume", **shared, "value": 30, "unit": "piece", "rows": 1},
            {"indicator": "cooperatives", **shared, "value": 2, "unit": "cooperative", "rows": 2},
        ]
    }


def test_they_are_exported_as_they_are_told(run: Run, tmp_path: Path) -> None:
    told = run("--json").document["figures"]
    for file in (tmp_path / "so-lieu.csv", tmp_path / "so-lieu.xlsx"):
        answer = run("figures", str(file), command="export")
        assert (answer.code, answer.out, answer.err) == (0, "", "")
        heads, *rows = reading.read(file.read_bytes())[0].rows
        assert tuple(heads) == shown.FIELDS
        assert [row[0] for row in rows] == [one["indicator"] for one in told]
        assert "1234.5" in {str(row[5]) for row in rows}


def test_several_may_be_asked_for_in_a_row(run: Run) -> None:
    asked = run("--indicator", "cooperatives", "links_new", "--json").document["figures"]
    assert [one["indicator"] for one in asked] == ["cooperatives", "links_new"]


def test_without_a_period_stocks_are_of_the_day_and_flows_of_its_year(run: Run) -> None:
    found = run("--indicator", "cooperatives", "--indicator", "links_new", "--json").document["figures"]
    assert [(one["period"], one["value"], one["status"]) for one in found] == [
        ("2026-06-10", 2, "running"),
        ("2026", 2, "running"),
    ]


def test_as_of_asks_for_what_was_known_then_in_the_province_of_then(run: Run) -> None:
    def cooperatives(day: str) -> tuple[str, int]:
        (one,) = run("--as-of", day, "--indicator", "cooperatives", "--json").document["figures"]
        return one["place"], one["value"]

    assert cooperatives("2024-05-05") == ("95", 0)
    assert cooperatives("2024-05-06") == ("95", 2)
    assert cooperatives("2025-06-30") == ("95", 2)
    assert cooperatives("2025-07-01") == ("96", 2)


@pytest.mark.parametrize(
    ("place", "as_of", "name", "value"),
    [
        # 31894 was Xã Vĩnh Hưng and is Xã Châu Thới, which took it in.
        ("31894", "2025-06-30", "31894", 1),
        ("31894", "2026-06-10", "31894", 1),
        # 31876 was Xã Phước Long and is Xã Vĩnh Phước, elsewhere: never the one for the other.
        ("31876", "2025-06-30", "31876", 1),
        ("31876@2022-01-01", "2026-06-10", "31876", 1),
        ("95@2022-01-01", "2026-06-10", "95", 2),
        ("96", "2025-06-30", "96", 2),
    ],
)
def test_a_place_is_read_as_of_the_day_or_of_its_own_date(
    run: Run, place: str, as_of: str, name: str, value: int
) -> None:
    answer = run("--place", place, "--as-of", as_of, "--indicator", "cooperatives", "--json")
    (one,) = answer.document["figures"]
    assert (one["place"], one["value"]) == (name, value)


def test_rows_re_add_to_their_figure(run: Run) -> None:
    for code in ("members", "contracted_volume", "contracted_value", "delivered_volume", "inquiries_sent"):
        figures = run("--indicator", code, "--period", "2026-05", "--json").document["figures"]
        rows = run("rows", "--indicator", code, "--period", "2026-05", "--json").document["rows"]
        for figure in figures:
            mine = [row for row in rows if row["unit"] == figure["unit"]]
            assert figure["value"] == sum(row["value"] for row in mine), code
            assert figure["rows"] == len(mine) > 0, code
        assert len(rows) == sum(figure["rows"] for figure in figures)
        assert set(rows[0]) == {"part", "key", "value", "unit", "links", "party"}


def test_rows_of_a_share_say_which_side_they_stand_on(run: Run) -> None:
    answer = run("rows", "--indicator", "match_rate", "--period", "2026-05")
    assert answer.code == 0
    assert sorted((line[0], line[2], line[3]) for line in answer.lines) == [
        ("over", "1", "inquiry"),
        ("over", "1", "inquiry"),
        ("under", "1", "inquiry"),
        ("under", "1", "inquiry"),
    ]


def test_verify_is_content_with_what_the_services_wrote(run: Run) -> None:
    answer = run("verify")
    assert (answer.code, answer.out.strip(), answer.err) == (0, "every stored value equals its history", "")
    assert run("verify", "--json").document == {"differences": []}


def test_verify_ends_with_one_and_names_each_difference(run: Run, filled: Settings) -> None:
    database = Database(make_engine(filled.database))
    with database.writing() as session:
        session.connection().exec_driver_sql("UPDATE links SET volume = volume + 1 WHERE id = 1")
        session.connection().exec_driver_sql("UPDATE parties SET members = 41 WHERE id = 1")
    database.close()
    answer = run("verify", settings=filled)
    wanted = [
        "link 1: volume is 4000001, its history says 4000000",
        "party 1: members is 41, its history says 40",
    ]
    assert (answer.code, answer.out.splitlines()) == (1, wanted)
    as_json = run("verify", "--json", settings=filled)
    assert (as_json.code, as_json.document) == (1, {"differences": wanted})


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--period", "2026-13"], "“2026-13” is no period"),
        (["--period", "2026-02-30"], "is no period"),
        (["--period", "2026-02-01..2026-01-01"], "ends before it begins"),
        (["--place", "99999"], "No place has the code 99999"),
        (["--place", "958@2025-07-01"], "No place has the code 958"),
        (["--place", "96@yesterday"], "2022-01-01"),
        # Two places bore this code, neither of them on that day.
        (["--place", "31900", "--as-of", "1899-12-31"], "31900 named several places"),
        (["--indicator", "cooperative"], "“cooperative” is no figure"),
        (["--as-of", "31/12/2021"], "Write the day as 2021-12-31"),
        (["--as-of", "2021-02-29"], "Write the day as 2021-12-31"),
        (["--as-of", "1996-12-31"], "No province is known for 1996-12-31"),
        (["rows", "--indicator", "nobody"], "is no figure"),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_what_cannot_be_answered_is_refused_in_one_line(
    run: Run, arguments: list[str], said: str, as_json: bool
) -> None:
    answer = run(*arguments, *(["--json"] if as_json else []))
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("market: ")
    assert said in answer.err
    assert answer.err.count("\n") == 1
    assert "Traceback" not in answer.err


def test_rows_of_none_or_of_several_are_wrong_usage(run: Run) -> None:
    for arguments in (("rows",), ("rows", "--indicator", "members", "--indicator", "groups")):
        answer = run(*arguments)
        assert (answer.code, answer.out) == (2, "")
        assert "--indicator" in answer.err
    assert run("close", command="period").code == 2


def test_an_ambiguous_code_is_answered_with_what_to_write_instead(run: Run) -> None:
    refused = run("--place", "31900", "--as-of", "1899-12-31")
    written = [word.strip(",.") for word in refused.err.split() if word.startswith("31900@")]
    assert len(set(written)) == 2
    for key in written:
        answer = run("--place", key, "--indicator", "cooperatives", "--json")
        assert (answer.code, answer.document["figures"][0]["place"]) == (0, "31900")


def test_a_database_that_is_not_there_yet_is_said(run: Run, profile: Profile, tmp_path: Path) -> None:
    answer = run(settings=profile.empty(tmp_path))
    assert (answer.code, answer.out) == (1, "")
    assert "market migrate" in answer.err


@pytest.mark.parametrize("arguments", [["columns"], ["--unknown"], ["--period"]])
def test_wrong_usage_ends_with_two(run: Run, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        run(*arguments)
    assert left.value.code == 2
