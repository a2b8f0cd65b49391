"""What the benchmarks measure us against must itself answer rightly: a rival that misses what it holds, or
counts wrongly, would make us look good.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.lib.rows import SEVERAL, SINGLE, row
from benchmarks.lib.sqlite_rival import SqliteRival
from tests.search.documents import make_document

DOCUMENTS = [
    make_document(
        1, title="Đao Ngan Dừa rèn tay", product="dao", product_name="Dao Ngan Dừa", sector="craft"
    ),
    make_document(2, title="Chiếu lác", product="chieu", description="Cùng làng với dao Ngan Dừa."),
    make_document(3, title="Dao Ngan Dừa", product="dao", product_name="Dao Ngan Dừa", available=0),
    make_document(
        4,
        title="Tôm sú",
        product="tom-su",
        product_name="Tôm sú",
        standards=("ASC", "VIETGAP-TS"),
        months=("2026-03", "2026-04"),
        price_from=180_000,
    ),
    make_document(5, title="Tôm sú oxy", product="tom-su", product_name="Tôm sú", standards=("ASC",)),
]


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteRival]:
    rival = SqliteRival(Path(tmp_path_factory.mktemp("rivals")) / "rivals.sqlite")
    rival.fill(DOCUMENTS)
    yield rival
    rival.close()


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("đao ngan dừa", (1, 2, 3)),  # the name above a mention, what is sold out below all
        ("dao ngan du", (1, 2, 3)),  # the last word begun
        ("DAO NGAN DUA", (1, 2, 3)),
        ("tom su vietgap", (4,)),
        ("oxy xoxy", (5,)),  # nothing holds both
        ('"tôm" -NOT* (sú', (5, 4)),  # no sign says anything; the shorter text first
        ("xoxy", ()),
        ("?!", ()),
    ],
)
def test_sqlite_finds_what_it_holds(sqlite: SqliteRival, text: str, ids: tuple[int, ...]) -> None:
    assert sqlite.search(text).ids == ids


def test_sqlite_counts_what_it_found(sqlite: SqliteRival) -> None:
    found = sqlite.search("tom su")
    rows = [row(document) for document in DOCUMENTS if document.id in (4, 5)]
    assert found.total == 2
    for facet in SINGLE:
        assert found.facets[facet] == Counter(str(getattr(one, facet)) for one in rows), facet
    for facet in SEVERAL:
        assert found.facets.get(facet, {}) == Counter(v for one in rows for v in getattr(one, facet)), facet
