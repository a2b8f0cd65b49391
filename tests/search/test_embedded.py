"""What only the embedded engine does: a folder killed over, broken, locked, outdated, read from outside.

The promises every engine makes are tested in `test_contract.py` and `test_writing.py`.
"""

import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from search import embedded_schema, words
from search.embedded_index import EmbeddedIndex
from search.errors import SearchError, SearchRefused, SearchUnavailable
from search.query import Query
from tests.disks import small_disk
from tests.search.documents import make_document, random_documents

ROOT = Path(__file__).parents[2]


def _made(folder: Path, *ids: int) -> None:
    index = EmbeddedIndex(folder, writable=True)
    index.rebuild(make_document(id_) for id_ in ids)
    index.close()


def _ids(index: EmbeddedIndex) -> tuple[int, ...]:
    return index.search(Query(limit=1_000)).ids


def test_on_a_disk_that_is_full_it_is_searched_on_and_followed_once_there_is_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", megabytes=4) as disk:
        folder = disk.folder / "index"
        _made(folder, 1, 2)
        index = EmbeddedIndex(folder, writable=True)
        index.apply([make_document(3)], [1])
        disk.fill()
        with pytest.raises(SearchError):
            index.apply([make_document(id_) for id_ in range(10, 500)], [2])
        if disk.is_real:
            assert _ids(index) == (2, 3), "half a change is none"
        disk.make_room()
        index.apply([make_document(4)], [2])
        assert set(_ids(index)) == {3, 4}
        index.close()


def test_killed_at_random_every_acknowledged_change_is_kept(tmp_path: Path) -> None:
    _made(tmp_path)
    dice = random.Random()
    put: set[int] = set()
    deleted: set[int] = set()
    for round_ in range(1, 6):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.search.applier", str(tmp_path), str(round_ * 10_000)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        time.sleep(dice.uniform(0.05, 0.5))
        process.kill()
        said = process.stdout.read()
        process.wait()
        for line in said.splitlines(keepends=True):
            word, *ids = line.split()
            if line.endswith("\n"):  # a line cut short acknowledges nothing
                {"put": put, "deleted": deleted}[word].update(int(one) for one in ids)
        reader = EmbeddedIndex(tmp_path, writable=False)
        held = {id_ for id_, _ in reader.fingerprints()}
        reader.close()
        assert put - deleted <= held | _taken_without_word(put)
        assert not deleted & held
    assert len(put) > 10


def _taken_without_word(put: set[int]) -> set[int]:
    """Listings that may have gone in the moment of a kill: taken out, but not yet said to be."""
    last = {one // 10_000: one for one in sorted(put)}
    return {one - 2 for one in last.values() if (one - 2) % 4 == 0}


def test_an_empty_folder_says_how_to_make_an_index(tmp_path: Path) -> None:
    with pytest.raises(SearchUnavailable, match="market index rebuild"):
        EmbeddedIndex(tmp_path / "nothing", writable=False)
    assert not (tmp_path / "nothing").exists()
    index = EmbeddedIndex(tmp_path / "nothing", writable=True)
    for call in (index.health, lambda: index.apply([make_document(1)], []), lambda: index.apply([], [])):
        with pytest.raises(SearchUnavailable, match="market index rebuild"):
            call()
    assert index.rebuild([make_document(1)]) == 1
    assert _ids(index) == (1,)
    index.close()


def _no_pointer(folder: Path) -> None:
    (folder / "current").unlink()


def _garbled_pointer(folder: Path) -> None:
    (folder / "current").write_bytes(b"\xff[]{")


def _strange_pointer(folder: Path) -> None:
    (folder / "current").write_text("[]")


def _outward_pointer(folder: Path) -> None:
    signature = embedded_schema.signature()
    (folder / "current").write_text(f'{{"generation": "../..", "signature": "{signature}"}}')


def _older_version(folder: Path) -> None:
    (folder / "current").write_text('{"generation": "generation-000001", "signature": "older"}')


def _no_generation(folder: Path) -> None:
    for path in (folder / "generation-000001").iterdir():
        path.unlink()
    (folder / "generation-000001").rmdir()


def _garbled_meta(folder: Path) -> None:
    (folder / "generation-000001" / "meta.json").write_text("{")


def _empty_files(folder: Path) -> None:
    for path in (folder / "generation-000001").iterdir():
        if path.suffix in {".idx", ".term", ".fast", ".store"}:
            # Anew, as a lost disk leaves them: emptied in place they would be torn from under the engine's
            # threads that still have them mapped, which kills the process.
            path.unlink()
            path.touch()


DAMAGES = (
    _no_pointer,
    _garbled_pointer,
    _strange_pointer,
    _outward_pointer,
    _older_version,
    _no_generation,
    _garbled_meta,
    _empty_files,
)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_folder_is_named_and_rebuilt(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    _made(tmp_path, 1, 2, 3)
    damage(tmp_path)
    with pytest.raises(SearchUnavailable, match="market index rebuild"):
        EmbeddedIndex(tmp_path, writable=False)
    index = EmbeddedIndex(tmp_path, writable=True)
    with pytest.raises(SearchUnavailable, match="market index rebuild"):
        index.search(Query())
    assert index.rebuild([make_document(4)]) == 1
    assert _ids(index) == (4,)
    index.close()
    assert _ids(EmbeddedIndex(tmp_path, writable=False)) == (4,)


def test_only_one_may_write(tmp_path: Path) -> None:
    index = EmbeddedIndex(tmp_path, writable=True)
    index.rebuild([make_document(1)])
    with pytest.raises(SearchUnavailable, match="locked"):
        EmbeddedIndex(tmp_path, writable=True)
    reader = EmbeddedIndex(tmp_path, writable=False)
    for call in (lambda: reader.apply([], [1]), lambda: reader.rebuild([])):
        with pytest.raises(SearchRefused):
            call()
    index.close()
    EmbeddedIndex(tmp_path, writable=True).close()
    assert _ids(reader) == (1,)


def test_a_reader_follows_changes_and_rebuilds(tmp_path: Path) -> None:
    index = EmbeddedIndex(tmp_path, writable=True)
    index.rebuild([make_document(1)])
    reader = EmbeddedIndex(tmp_path, writable=False)
    for id_ in range(2, 12):
        index.apply([make_document(id_)], [])
        assert _ids(reader) == tuple(range(1, id_ + 1))
        if id_ % 3 == 0:
            index.rebuild(make_document(one) for one in range(1, id_ + 1))
            assert _ids(reader) == tuple(range(1, id_ + 1))
    index.close()
    assert len(_ids(reader)) == 11


def test_a_rebuild_leaves_one_generation_behind(tmp_path: Path) -> None:
    _made(tmp_path, 1)
    (tmp_path / "generation-000007").mkdir()  # what a killed rebuild leaves
    _made(tmp_path, 1, 2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current", "generation-000008", "lock"]


def test_the_signature_follows_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    before = embedded_schema.signature()
    assert before == embedded_schema.signature()
    monkeypatch.setattr(words, "cut", lambda text: [(text, text)])
    assert embedded_schema.signature() != before


def test_ties_longer_than_a_page_are_broken_by_id(tmp_path: Path) -> None:
    index = EmbeddedIndex(tmp_path, writable=True)
    index.rebuild([])
    documents = [make_document(id_, title="tôm") for id_ in random.Random(5).sample(range(1, 999), 120)]
    for start in range(0, 120, 40):
        index.apply(documents[start : start + 40], [])
    for sort in ("relevance", "newest", "price", "volume", "ending"):
        for offset in (0, 5, 60, 118):
            page = index.search(Query("tôm", sort=sort, offset=offset, limit=5))
            assert page.ids == tuple(sorted(one.id for one in documents)[offset : offset + 5])
    index.close()


def test_small_changes_stay_quick(tmp_path: Path) -> None:
    index = EmbeddedIndex(tmp_path, writable=True)
    index.rebuild(random_documents(seed=9, count=500))
    began = time.perf_counter()
    for id_ in range(1, 61):
        index.apply([make_document(id_)], [])
    # A bound for a broken writer (reopened, or waiting for its merges each time), not a benchmark.
    assert (time.perf_counter() - began) / 60 < 0.25
    index.close()
