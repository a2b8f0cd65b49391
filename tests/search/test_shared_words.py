"""Which goods stand first for a word that many share, on every engine: the main ones of the catalogue,
however their names and other names go on.
"""

import pytest

from search.index import Index
from search.query import Query, Term
from tests.search.documents import make_document

GOODS = {"tom-su": 10, "tom-kho": 20, "muoi-tom": 30, "cha-bong-tom": 40}


@pytest.fixture
def shrimp(index: Index) -> Index:
    """Shrimp of four sorts; the less it is one, the smaller its id."""
    named = {
        "tom-su": ("Tôm sú loại tốt", ("Penaeus monodon", "sú", "tôm sú oxy")),
        "tom-kho": ("Tôm khô có sẵn", ("khô tôm", "khô tôm đất")),
        "muoi-tom": ("Muối tôm xuất khẩu", ("muối ớt tôm",)),
        "cha-bong-tom": ("Chà bông tôm hàng tuyển", ("ruốc tôm", "tôm chà bông")),
    }
    index.rebuild(
        [
            make_document(id_, title=title, words=words, product=slug, position=GOODS[slug])
            for id_, (slug, (title, words)) in enumerate(reversed(named.items()), start=1)
        ]
    )
    return index


@pytest.mark.parametrize("unfinished", [False, True])
@pytest.mark.parametrize("goods", [tuple(GOODS), ()], ids=["as goods", "as a word"])
def test_the_main_goods_stand_first(shrimp: Index, goods: tuple[str, ...], unfinished: bool) -> None:
    asked = Query("tôm", terms=(Term(("tôm",), goods),), goods=goods, unfinished=unfinished)
    assert shrimp.search(asked).ids[:2] == (4, 3)


def test_a_name_that_goods_share_tells_none_apart(index: Index) -> None:
    index.rebuild(
        [
            make_document(1, title="Khô cá lóc", words=("Channa striata", "khô lóc"), position=2),
            make_document(2, title="Cá lóc", words=("Channa striata", "cá quả", "cá chuối"), position=1),
        ]
    )
    assert index.search(Query("channa striata")).ids == (2, 1)
