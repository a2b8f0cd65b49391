"""``market index`` and ``market search``, with nobody serving; beside a serving process: test_beside.py."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

from market import worker
from market.changes import Change, IndexState
from market.listings import commands, jobs
from market.listings import service as listings
from market.listings.models import Listing
from tests import make, trade
from tests.shell.conftest import Shell


@pytest.fixture(autouse=True)
def _listening() -> None:
    worker.subscribe_all()


def stocked(shell: Shell, count: int = 3) -> list[int]:
    """So many published listings in the database; the index knows nothing of them yet."""
    with shell.database() as database, database.session(write=True) as session:
        unit = make.make_unit(session, name="HTX Lúa Tôm Thử Nghiệm")
        return [trade.make_listing(session, unit, title=f"Lúa ST25 đợt {n}")[0].id for n in range(count)]


def behind_its_back(shell: Shell, listing_id: int, **values: Any) -> None:
    """Change a listing without telling the index."""
    with shell.database() as database, database.writing() as session:
        session.execute(sa.update(Listing).where(Listing.id == listing_id).values(**values))


def test_rebuild_sync_and_verify_without_a_server(shell: Shell) -> None:
    ids = stocked(shell)
    never = shell.here("index", "verify")
    assert never.code == 1
    assert "market index rebuild" in never.err
    assert "Traceback" not in never.err

    rebuilt = shell.process("index", "rebuild")
    assert (rebuilt.code, rebuilt.out, rebuilt.err) == (0, "index: 3 listings\n", "")
    synced = shell.here("index", "sync", "--json")
    assert (synced.code, synced.err) == (0, "")
    assert set(synced.json) == {"changes"}
    fine = shell.here("index", "verify")
    assert (fine.code, fine.out, fine.err) == (0, "index: 3 listings\nno difference\n", "")
    assert shell.here("index", "verify", "--json").json == {
        "listings": 3, "missing": [], "beyond": [], "stale": [], "waiting": 0,
    }  # fmt: skip

    behind_its_back(shell, ids[0], title="Một tên khác")
    behind_its_back(shell, ids[1], state="paused")
    differs = shell.here("index", "verify")
    assert differs.code == 1
    assert f"out of date: {ids[0]}\n" in differs.out
    assert f"not to be in the index: {ids[1]}\n" in differs.out
    found = shell.here("index", "verify", "--json")
    assert found.code == 1
    assert (found.json["stale"], found.json["beyond"], found.json["missing"]) == ([ids[0]], [ids[1]], [])
    assert shell.here("index", "verify").code == 1, "looking mends nothing"

    assert shell.here("index", "rebuild", "--json").json == {"listings": 2}
    assert shell.here("index", "verify").code == 0
    behind_its_back(shell, ids[1], state="published")
    found = shell.here("index", "verify", "--json")
    assert (found.code, found.json["missing"]) == (1, [ids[1]])


@pytest.mark.profiles(
    "embedded"
)  # where a search server is, verifying follows first, as beside a serving one
def test_what_waits_is_said_and_sync_pushes_it(shell: Shell) -> None:
    [listing_id] = stocked(shell, 1)
    assert shell.here("index", "rebuild").code == 0
    with shell.database() as database, database.writing() as session:
        row = session.get_one(Listing, listing_id)
        listings.pause(session, actor=make.SHELL, listing_id=row.id)
    waits = shell.here("index", "verify")
    assert waits.code == 1
    assert "waiting changes: " in waits.out
    assert "market index sync" in waits.out
    with shell.database() as database, database.reading() as session:
        waiting = make.count_rows(session, Change)
    assert waiting >= 1
    assert shell.here("index", "sync").code == 0
    assert shell.here("index", "verify", "--json").json == {
        "listings": 0, "missing": [], "beyond": [], "stale": [], "waiting": 0,
    }  # fmt: skip


def test_a_search_gives_what_a_buyer_would_get(shell: Shell) -> None:
    ids = stocked(shell)
    assert shell.here("index", "rebuild").code == 0
    done = shell.here("search", "lua st25", "--limit", "2", "--json")
    assert (done.code, done.err) == (0, "")
    answer = done.json
    assert set(answer) == {"total", "took_ms", "hits", "facets", "understood"}
    assert answer["total"] == 3
    assert len(answer["hits"]) == 2
    for hit in answer["hits"]:
        assert set(hit) >= {
            "id", "title", "product", "product_name", "sector", "cooperative", "place", "available", "unit",
            "price_from", "price_to",
        }  # fmt: skip
        assert hit["id"] in ids
        assert (hit["product"], hit["sector"], hit["unit"]) == ("lua-st25", "rice", "kg")
        assert (hit["available"], hit["price_from"]) == (10_000, 9400)
        assert hit["cooperative"] == "HTX Lúa Tôm Thử Nghiệm"
    assert answer["facets"]["sector"] == {"rice": 3}
    assert all(isinstance(counts, dict) for counts in answer["facets"].values())
    assert isinstance(answer["took_ms"], int | float)
    rest = shell.here("search", "lua st25", "--limit", "2", "--offset", "2", "--json").json
    assert {hit["id"] for hit in answer["hits"] + rest["hits"]} == set(ids)
    assert "Lúa" in done.out, "letters are written as letters"


def test_a_search_is_filtered_and_sorted_as_asked(shell: Shell) -> None:
    stocked(shell)
    with shell.database() as database, database.session(write=True) as session:
        dear = trade.make_listing(session, make.make_unit(session), price_from=99_000, title="Lúa đắt")[0].id
    assert shell.here("index", "rebuild").code == 0

    def found(*arguments: str) -> list[int]:
        return [hit["id"] for hit in shell.here("search", *arguments, "--json").json["hits"]]

    assert found("", "--sort", "price")[-1] == dear
    assert dear not in found("", "--filter", "price_max=10000")
    assert found("lúa", "--filter", "sector=shrimp") == []
    assert len(found("--limit", "0")) == 0
    assert len(found("--filter", "sector=rice", "--filter", "product=lua-st25")) == 4
    lines = shell.here("search", "lúa đắt").out.splitlines()
    assert lines[0].startswith("1 listings") or lines[0].startswith("4 listings")
    assert any(line.startswith(f"{dear}\tLúa đắt\t") for line in lines)


def test_a_search_that_cannot_be_is_refused_in_one_line(shell: Shell) -> None:
    stocked(shell, 1)
    assert "market index rebuild" in shell.here("search", "lúa").refused()
    assert shell.here("index", "rebuild").code == 0
    for wrong in (
        "sector",
        "colour=red",
        "=",
        "sector=gold",
        "ocop=9",
        "month=2026-13",
        "price_max=rẻ",
        "place=x",
    ):
        assert shell.here("search", "lúa", "--filter", wrong, "--json").refused(), wrong
    for arguments in (("--limit", "-1"), ("--limit", "1001"), ("--offset", "x"), ("--sort", "magic")):
        done = shell.here("search", "lúa", *arguments)
        assert (done.code, done.out) == (2, ""), arguments


@pytest.mark.profiles("embedded")
def test_a_serving_process_that_never_answers_is_waited_for_only_so_long(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    from search.embedded_index import EmbeddedIndex

    monkeypatch.setattr(commands, "PATIENCE", 0.4)
    holder = EmbeddedIndex(shell.folder / "index", writable=True)
    try:
        refused = shell.here("index", "rebuild").refused()
        assert "has not answered" in refused
        told = shell.here("index", "verify", "--json")
        assert told.code == 1
        assert "has not answered" in json.loads(told.out)["error"]
    finally:
        holder.close()
    with shell.database() as database, database.reading() as session:
        assert make.count_rows(session, IndexState, IndexState.name.startswith(jobs.REQUEST)) == 0


@pytest.mark.profiles("server")
def test_a_process_that_holds_the_index_is_waited_for_only_so_long(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    stocked(shell, 1)
    monkeypatch.setattr(commands, "PATIENCE", 0.4)
    with shell.database() as database, database.exclusive(jobs.LOCK) as mine:
        assert mine
        told = shell.here("index", "rebuild", "--json")
        assert told.code == 1
        assert "another process" in told.json["error"]
    assert shell.here("index", "rebuild").code == 0
