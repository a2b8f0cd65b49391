"""What `search/index.py` promises of changing an index: at once, for good, again and again, under races.

Finding and ordering stand in `test_contract.py`.
"""

import threading
import time
from collections.abc import Iterator

import pytest

from search.documents import ListingDocument, fingerprint
from search.errors import SearchRefused, SearchUnavailable
from search.index import Index
from search.query import Query
from tests.search.documents import make_document, random_documents


def test_a_change_is_found_when_apply_returns(index: Index) -> None:
    for round_ in range(1, 20):
        index.apply([make_document(round_, title=f"chuyến{round_}")], [])
        assert index.search(Query(f"chuyến{round_}")).ids == (round_,)
    index.apply([make_document(3, title="khác")], [4])
    assert index.search(Query("chuyến3")).ids == ()
    assert index.search(Query("khác")).ids == (3,)
    assert index.search(Query()).total == 18


def test_applying_again_changes_nothing(index: Index) -> None:
    documents = random_documents(seed=1, count=20)
    gone = [one.id for one in documents[:5]]
    index.apply(documents, [])
    index.apply(documents[5:], gone)
    once = list(index.fingerprints())
    index.apply(documents[5:], gone)
    index.apply([], gone)
    index.apply([], [])
    assert list(index.fingerprints()) == once
    assert index.search(Query(limit=100)).total == len(once) == 15


def test_an_id_put_and_deleted_at_once_is_gone(index: Index) -> None:
    index.apply([make_document(1), make_document(2)], [1])
    assert index.search(Query()).ids == (2,)


def test_the_last_of_two_documents_with_one_id_stays(index: Index) -> None:
    twice = [make_document(1, title="cũ"), make_document(1, title="mới")]
    index.apply(twice, [])
    assert list(index.fingerprints()) == [(1, fingerprint(twice[1]))]
    assert index.rebuild(twice) == 1
    assert list(index.fingerprints()) == [(1, fingerprint(twice[1]))]


def test_ids_outside_the_range_are_refused_and_deleting_them_does_nothing(index: Index) -> None:
    index.apply([make_document(1)], [])
    for wrong in (0, -1, 2**63):
        with pytest.raises(SearchRefused):
            index.apply([make_document(2), make_document(wrong)], [1])
        index.apply([], [wrong])
    assert index.search(Query()).ids == (1,)


def test_fingerprints_are_those_of_the_documents(index: Index) -> None:
    documents = random_documents(seed=2, count=50)
    index.rebuild(documents)
    assert list(index.fingerprints()) == sorted((one.id, fingerprint(one)) for one in documents)


def test_a_rebuild_forgets_what_is_not_given(index: Index) -> None:
    index.apply(random_documents(seed=3, count=30), [])
    assert index.rebuild(iter([make_document(5), make_document(7)])) == 2
    assert index.search(Query()).ids == (5, 7)
    index.apply([make_document(6)], [7])
    assert index.search(Query()).ids == (5, 6)


def test_a_rebuild_that_fails_leaves_the_old_index(index: Index) -> None:
    index.apply([make_document(1)], [])

    def failing() -> Iterator[ListingDocument]:
        yield make_document(2)
        raise LookupError("the database went away")

    with pytest.raises(LookupError):
        index.rebuild(failing())
    assert index.search(Query()).ids == (1,)
    index.apply([make_document(3)], [])
    assert index.search(Query()).ids == (1, 3)


def test_a_rebuild_follows_what_changes_meanwhile(index: Index) -> None:
    index.rebuild([make_document(9)])
    changes = [
        ([make_document(2, title="mới"), make_document(4)], [1]),
        ([make_document(1, title="mới")], [4, 0, 2**63]),
    ]
    asked = iter([*changes, None])
    count = index.rebuild([make_document(one) for one in (1, 2, 3)], lambda: next(asked))
    assert count == 3
    assert index.search(Query()).ids == (1, 2, 3)
    assert index.search(Query("mới")).ids == (1, 2)
    assert [id_ for id_, _ in index.fingerprints()] == [1, 2, 3]


def test_a_rebuild_ends_though_its_writers_never_do(index: Index) -> None:
    ids = iter(range(1, 1_000))
    count = index.rebuild([], lambda: ([make_document(next(ids))], []))
    assert 0 < count < 1_000
    assert index.search(Query()).total == count


def test_a_rebuild_whose_meanwhile_fails_leaves_the_old_index(index: Index) -> None:
    index.apply([make_document(1)], [])

    def failing() -> None:
        raise LookupError("the database went away")

    with pytest.raises(LookupError):
        index.rebuild([make_document(2)], failing)
    assert index.search(Query()).ids == (1,)


def test_a_closed_index_says_so(index: Index) -> None:
    index.close()
    index.close()
    for call in (
        lambda: index.search(Query()),
        lambda: index.apply([make_document(1)], []),
        lambda: index.rebuild([]),
        lambda: list(index.fingerprints()),
        index.health,
    ):
        with pytest.raises(SearchUnavailable):
            call()


def test_searches_are_never_empty_while_others_apply_and_rebuild(index: Index) -> None:
    documents = random_documents(seed=4, count=80)
    index.rebuild(documents)
    wrong: list[object] = []
    stop = threading.Event()
    answered = 0

    def look() -> None:
        nonlocal answered
        try:
            while not stop.is_set():
                page = index.search(Query("t", limit=100))
                if page.total < 40 or len(page.ids) != page.total or len(set(page.ids)) != page.total:
                    wrong.append(page)
                if index.search(Query()).total != 80 or sum(1 for _ in index.fingerprints()) != 80:
                    wrong.append("some listings were missing")
                answered += 1
                time.sleep(0.005)  # the writers are to have their turn
        except Exception as error:
            wrong.append(error)

    def write(start: int) -> None:
        try:
            for round_ in range(12):
                index.apply(documents[start + round_ % 5 :: 9], [])
        except Exception as error:
            wrong.append(error)

    def remake() -> None:
        try:
            for _ in range(4):
                index.rebuild(documents)
        except Exception as error:
            wrong.append(error)

    readers = [threading.Thread(target=look) for _ in range(3)]
    writers = [threading.Thread(target=write, args=(start,)) for start in (0, 3)]
    writers.append(threading.Thread(target=remake))
    for thread in readers + writers:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in readers:
        thread.join()
    assert wrong == []
    assert answered > 10
    assert dict(index.fingerprints()) == {one.id: fingerprint(one) for one in documents}
