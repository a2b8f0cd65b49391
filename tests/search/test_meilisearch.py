"""What only the search server does: silent, gone, refusing, of another version or with another's settings;
many threads at once; killed over. The promises that every engine makes are tested in `test_contract.py` and
`test_writing.py`.
"""

from __future__ import annotations

import json
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from search import meilisearch_index
from search.documents import fingerprint
from search.errors import SearchBroken, SearchUnavailable, SearchUnfit
from search.meilisearch_client import FAILURES, REST, SEARCH_TIME
from search.meilisearch_index import MeilisearchIndex
from search.query import Query
from tests.processes import wait_for
from tests.search.documents import make_document, random_documents
from tests.services import MASTER_KEY, Meilisearch, free_port, meilisearch_server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Meilisearch]:
    """A server of the test's own, to be stopped and stalled."""
    with meilisearch_server(tmp_path / "meilisearch") as found:
        yield found


@pytest.fixture
def held(server: Meilisearch) -> Iterator[MeilisearchIndex]:
    """An index on it that holds one listing."""
    index = MeilisearchIndex(server.url, key=server.key)
    index.rebuild([make_document(1)])
    yield index
    index.close()


def _seconds_until_refused(index: MeilisearchIndex) -> float:
    began = time.perf_counter()
    with pytest.raises(SearchUnavailable):
        index.search(Query())
    return time.perf_counter() - began


def test_a_silent_server_costs_each_search_a_moment_and_soon_none(
    server: Meilisearch, held: MeilisearchIndex
) -> None:
    assert server.process
    server.process.send_signal(signal.SIGSTOP)  # it still takes connections, and never answers
    try:
        for _ in range(FAILURES):
            assert SEARCH_TIME - 0.1 < _seconds_until_refused(held) < SEARCH_TIME + 1
        assert _seconds_until_refused(held) < 0.1
        with pytest.raises(SearchUnavailable):
            held.health()
    finally:
        server.process.send_signal(signal.SIGCONT)
    time.sleep(REST)
    assert held.search(Query()).ids == (1,), "and it heals by itself"


def test_while_it_is_silent_one_caller_tries_and_the_others_do_not_wait(
    server: Meilisearch, held: MeilisearchIndex
) -> None:
    server.stop()
    for _ in range(FAILURES):
        _seconds_until_refused(held)
    time.sleep(REST)
    assert server.process is None
    took: list[float] = []
    with _listening(server.port):
        threads = [
            threading.Thread(target=lambda: took.append(_seconds_until_refused(held))) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sum(one > 0.5 for one in took) == 1, took


@contextmanager
def _listening(port: int) -> Iterator[None]:
    """Something that takes connections on a port and never answers."""
    server = ThreadingHTTPServer(("127.0.0.1", port), BaseHTTPRequestHandler)
    try:
        yield
    finally:
        server.server_close()


def test_a_server_that_is_gone_heals_when_it_is_back(server: Meilisearch, held: MeilisearchIndex) -> None:
    server.stop(kill=True)
    for _ in range(FAILURES + 2):
        assert _seconds_until_refused(held) < 1
    with pytest.raises(SearchUnavailable):
        held.apply([make_document(2)], [])
    server.start()
    held.apply([make_document(2)], [])
    assert held.search(Query()).ids == (1, 2)


def test_a_key_that_is_taken_away_and_given_back(server: Meilisearch) -> None:
    key = meilisearch_index.make_key(server.url, master_key=MASTER_KEY, name="market")
    index = MeilisearchIndex(server.url, key=key)
    index.rebuild([make_document(1)])
    uid = next(one.uid for one in server.master.get_keys().results if one.key == key)
    server.master.delete_key(uid)
    with pytest.raises(SearchUnfit, match="refuses the key"):
        index.search(Query())
    with pytest.raises(SearchUnfit, match="refuses the key"):
        index.check_server()
    assert meilisearch_index.make_key(server.url, master_key=MASTER_KEY, name="market") == key
    assert index.search(Query()).ids == (1,)


def test_the_applications_key_is_for_its_own_indexes_alone(server: Meilisearch) -> None:
    key = meilisearch_index.make_key(server.url, master_key=MASTER_KEY, name="market")
    assert meilisearch_index.make_key(server.url, master_key=MASTER_KEY, name="market") == key
    own, others = MeilisearchIndex(server.url, key=key), MeilisearchIndex(server.url, key=key, name="other")
    own.check_server()
    own.rebuild([make_document(1)])
    with pytest.raises(SearchUnfit):
        others.rebuild([])
    asked = requests.get(f"{server.url}/keys", headers={"Authorization": f"Bearer {key}"}, timeout=5)
    assert asked.status_code == 403
    with pytest.raises(SearchUnfit, match="refuses the key"):
        meilisearch_index.make_key(server.url, master_key="not the master key", name="market")


def _answering(status: int, body: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@pytest.mark.parametrize(
    ("status", "body", "part"),
    [
        (200, json.dumps({"pkgVersion": "1.12.8", "commitSha": "", "commitDate": ""}), "server"),
        (200, json.dumps({"pkgVersion": "2.0.0-rc.1", "commitSha": "", "commitDate": ""}), "server"),
        (200, json.dumps({"pkgVersion": "new", "commitSha": "", "commitDate": ""}), "url"),
        (200, json.dumps(["something else"]), "url"),
        (200, "<html>a page</html>", "url"),
        (404, "", "url"),
        (500, "{", "url"),
    ],
)
def test_what_is_no_server_of_a_known_version_is_unfit(status: int, body: str, part: str) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _answering(status, body))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.server_address[1]}"
        with pytest.raises(SearchUnfit) as unfit:
            MeilisearchIndex(url, key="any").check_server()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert unfit.value.part == part
    assert url in str(unfit.value)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{port}", "ftp://127.0.0.1", "nonsense", "http://[", "http://"]
)
def test_an_address_that_leads_nowhere_is_unfit(url: str) -> None:
    index = MeilisearchIndex(url.format(port=free_port()), key="any")
    with pytest.raises(SearchUnfit) as unfit:
        index.check_server()
    assert unfit.value.part == "url"
    with pytest.raises(SearchUnavailable):
        index.search(Query())


def test_an_index_that_is_not_there_is_broken_and_telling_it_makes_none(server: Meilisearch) -> None:
    index = MeilisearchIndex(server.url, key=server.key)
    for call in (
        index.health,
        lambda: index.search(Query()),
        lambda: index.apply([make_document(1)], [2]),
        lambda: list(index.fingerprints()),
    ):
        with pytest.raises(SearchBroken, match="market index rebuild"):
            call()
    assert server.master.get_raw_indexes()["results"] == [], "an index by accident would have no settings"
    index.rebuild([make_document(1)])
    index.health()


def test_an_index_with_the_settings_of_another_version_is_broken(
    server: Meilisearch, held: MeilisearchIndex
) -> None:
    master = server.master
    task = master.index("market-listings").update_settings({"displayedAttributes": ["id", "signature-0"]})
    master.wait_for_task(task.task_uid)
    with pytest.raises(SearchBroken, match="another version"):
        held.health()
    with pytest.raises(SearchBroken, match="another version"):
        held.apply([make_document(2)], [])
    held.rebuild([make_document(2)])
    held.health()
    assert held.search(Query()).ids == (2,)
    assert [one["uid"] for one in master.get_raw_indexes()["results"]] == ["market-listings"]


def test_a_task_that_fails_is_an_error_and_not_a_change(server: Meilisearch, held: MeilisearchIndex) -> None:
    refused = held._first.index("market-listings").add_documents([{"no": "id"}], primary_key="no")
    with pytest.raises(SearchUnavailable, match="documentAdditionOrUpdate failed"):
        held._first.finish(refused)
    assert held.search(Query()).total == 1


def test_many_threads_share_an_index(server: Meilisearch, held: MeilisearchIndex) -> None:
    held.rebuild(random_documents(seed=3, count=60))
    failed: list[Exception] = []

    def look(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(10):
            try:
                assert held.search(Query(dice.choice(["tôm", "gạo", "", "muối biển"]))).total >= 0
                held.health()
            except Exception as error:
                failed.append(error)

    threads = [threading.Thread(target=look, args=(seed,)) for seed in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_killed_at_random_every_acknowledged_change_is_kept(
    server: Meilisearch, held: MeilisearchIndex
) -> None:
    dice = random.Random()
    acknowledged = {1: fingerprint(make_document(1))}
    for round_ in range(3):
        stop = threading.Event()

        def write(first: int = 100 * (round_ + 1), stop: threading.Event = stop) -> None:
            for id_ in range(first, first + 100):
                document = make_document(id_, title=f"chuyến {id_}")
                try:
                    held.apply([document], [])
                except SearchUnavailable:
                    return
                acknowledged[id_] = fingerprint(document)
                if stop.is_set():
                    return

        writer = threading.Thread(target=write)
        writer.start()
        before = len(acknowledged)
        wait_for(lambda before=before: len(acknowledged) > before + 1, seconds=60)
        time.sleep(dice.uniform(0, 0.3))
        server.stop(kill=True)
        stop.set()
        writer.join()
        server.start()
        assert acknowledged.items() <= dict(held.fingerprints()).items()
    assert len(acknowledged) > 5
