"""What `search/index.py` promises of finding and ordering, held against every engine.

Writing and racing stand in `test_writing.py`, what only the embedded engine does in `test_embedded.py`.
"""

import random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from search import words
from search.documents import ListingDocument
from search.errors import SearchRefused
from search.index import Index
from search.query import FACETS, SORTS, Query, Sort, Term
from tests.search import brute
from tests.search.documents import MONTHS, SECTORS, STANDARDS, WORDS, make_document


def _found(index: Index, text: str, **changes: object) -> list[int]:
    return list(index.search(Query(text, **changes)).ids)


@st.composite
def queries(draw: st.DrawFn) -> Query:
    """Any combination of filters; a text of one word or none, so that brute force needs no ranking."""

    def some(*values: str) -> tuple[str, ...]:
        return tuple(draw(st.lists(st.sampled_from(values), max_size=2, unique=True)))

    def maybe(*values: int) -> int | None:
        return draw(st.none() | st.sampled_from(values))

    terms = None
    if draw(st.booleans()):
        spellings = some(*WORDS, "tôm sú", "mu", "zz")
        terms = (Term(spellings, some("p1", "p4")),) if spellings else ()
    return Query(
        terms=terms,
        goods=some("p1", "p4"),
        unfinished=draw(st.booleans()),
        text=draw(st.just("") | st.sampled_from(WORDS) | st.sampled_from(["t", "mu", "st2", "ngh", "zz"])),
        sectors=some(*SECTORS),
        products=some("p1", "p2", "p3", "nowhere"),
        places=some("commune-1", "district-0", "district-3", "province"),
        standards=some(*STANDARDS),
        months=some(*MONTHS),
        ocop_min=maybe(0, 3, 4, 5),
        volume_min=maybe(0, 1, 2_000),
        price_max=maybe(4_999, 20_000, 2**63 - 1),
        sizes=some("20", "30", "31", "99"),
        broken_max=maybe(4, 5, 2**63 - 1),
        limit=1_000,
    )


@given(query=queries())
@example(query=Query("t", goods=("p1",), unfinished=True, limit=1000))  # some only begin it, none of the rest
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_hits_total_and_facets_equal_brute_force(
    filled: Index, market: list[ListingDocument], query: Query
) -> None:
    page = filled.search(query)
    expected = brute.matching(market, query)
    assert set(page.ids) == {one.id for one in expected}
    assert len(page.ids) == page.total == len(expected)
    assert page.facets == brute.facets(market, query)


def test_choosing_one_value_leaves_its_sisters_counted(filled: Index) -> None:
    free = filled.search(Query()).facets
    chosen = filled.search(Query(sectors=("rice",))).facets
    assert chosen["sector"] == free["sector"]
    assert sum(chosen["product"].values()) == free["sector"]["rice"]


def test_only_the_facets_asked_for_are_counted(filled: Index) -> None:
    assert list(filled.search(Query(facets=("month", "sector"))).facets) == ["month", "sector"]
    assert filled.search(Query(facets=())).facets == {}
    assert tuple(filled.search(Query()).facets) == FACETS


@pytest.mark.parametrize("sort", [sort for sort in SORTS if sort != "relevance"])
def test_sorted_pages_stand_in_exact_order(filled: Index, market: list[ListingDocument], sort: Sort) -> None:
    expected = [one.id for one in sorted(market, key=brute.KEYS[sort])]
    assert _found(filled, "", sort=sort, limit=1_000) == expected
    tom = brute.matching(market, Query("tôm"))
    expected = [one.id for one in sorted(tom, key=brute.KEYS[sort])]
    assert _found(filled, "tôm", sort=sort, limit=1_000) == expected


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("text", ["", "tôm", "gao s", "cua gạch muối"])
def test_pages_have_neither_duplicates_nor_holes(
    request: pytest.FixtureRequest, filled: Index, sort: Sort, text: str
) -> None:
    # Over two servers each page is two requests: hit by hit it goes to the end in the long form.
    two_servers = request.node.callspec.params["filled"] == "two servers"
    _walk(filled, sort, text, singly=25 if two_servers else 1_000)


@pytest.mark.soak
@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("text", ["", "tôm", "gao s", "cua gạch muối"])
def test_hits_one_by_one_have_neither_duplicates_nor_holes(filled: Index, sort: Sort, text: str) -> None:
    _walk(filled, sort, text, singly=1_000)


def _walk(filled: Index, sort: Sort, text: str, *, singly: int) -> None:
    whole = _found(filled, text, sort=sort, limit=1_000)
    total = filled.search(Query(text, sort=sort)).total
    for limit, until in ((1, singly), (7, total), (50, total), (299, total)):
        starts = range(0, min(until, total), limit)
        pages = [_found(filled, text, sort=sort, offset=at, limit=limit) for at in starts]
        assert all(len(page) == min(limit, total - at) for at, page in zip(starts, pages, strict=True))
        assert [id_ for page in pages for id_ in page] == whole[:until]
    assert len(whole) == total
    assert _found(filled, text, sort=sort, offset=total) == []
    assert filled.search(Query(text, sort=sort, limit=0)).total == total


def test_sold_out_stands_last_for_relevance(filled: Index, market: list[ListingDocument]) -> None:
    stock = {one.id: one.available for one in market}
    for text in ("", "tôm", "muoi gao"):
        sold_out = [stock[id_] == 0 for id_ in _found(filled, text, limit=1_000)]
        assert sold_out == sorted(sold_out)
        assert {True, False} == set(sold_out)


def test_without_words_ids_ascend_within_stock(filled: Index, market: list[ListingDocument]) -> None:
    expected = sorted(market, key=lambda one: (one.available == 0, one.id))
    assert _found(filled, "", limit=1_000) == [one.id for one in expected]


def test_accent_exact_stands_above_folded(index: Index) -> None:
    titles = {1: "mười hàng", 2: "muối hàng", 3: "muỗi hàng"}
    index.apply([make_document(id_, title=title) for id_, title in titles.items()], [])
    assert _found(index, "mười") == [1, 2, 3]
    assert _found(index, "muối") == [2, 1, 3]
    assert _found(index, "muỗi") == [3, 1, 2]
    assert _found(index, "muoi") == [1, 2, 3]


def test_a_plain_word_among_accented_ones_prefers_itself(index: Index) -> None:
    index.apply([make_document(1, title="hàng của biển"), make_document(2, title="cua biển")], [])
    assert _found(index, "cua biển") == [2, 1]
    assert _found(index, "của biển") == [1, 2]


def test_old_and_new_tone_placement_are_one_word(index: Index) -> None:
    index.apply([make_document(1, title="hoa"), make_document(2, title="khánh hoà")], [])
    assert _found(index, "hòa") == _found(index, "hoà") == [2, 1]


def test_decomposed_text_finds_composed(index: Index) -> None:
    index.apply([make_document(1, title="mu\u0323c"), make_document(2, title="mực")], [])
    assert _found(index, "mu\u031b\u0323c") == [2, 1]


def test_title_stands_above_the_other_texts(index: Index) -> None:
    index.apply(
        [
            make_document(1, description="nghêu"),
            make_document(2, cooperative="HTX Nghêu"),
            make_document(3, words=("nghêu",)),
            make_document(4, title="nghêu"),
            make_document(5, product_name="Nghêu"),
            make_document(6, place_names=("Nghêu",)),
        ],
        [],
    )
    found = _found(index, "nghêu")
    assert set(found[:2]) == {4, 5}
    assert found.index(4) < found.index(1)
    assert set(found) == {1, 2, 3, 4, 5, 6}


def test_every_text_of_a_listing_is_searched(index: Index) -> None:
    index.apply(
        [
            make_document(1, title="alpha"),
            make_document(2, description="bravo"),
            make_document(3, product_name="charlie"),
            make_document(4, product_name_en="delta"),
            make_document(5, words=("echo", "foxtrot golf")),
            make_document(6, cooperative="hotel"),
            make_document(7, cooperative_code="india-77"),
            make_document(8, place_names=("juliett",)),
        ],
        [],
    )
    for word, id_ in (("alpha", 1), ("bravo", 2), ("charlie", 3), ("delta", 4), ("golf", 5), ("hotel", 6)):
        assert _found(index, word) == [id_]
    assert _found(index, "INDIA 77") == [7]
    assert _found(index, "juliett") == [8]


def test_the_last_word_may_be_a_beginning(index: Index) -> None:
    index.apply([make_document(1, title="trứng artemia"), make_document(2, title="trứng vịt")], [])
    assert _found(index, "art") == [1]
    assert _found(index, "trứng ar") == [1]
    assert _found(index, "trứ") == [1, 2]
    assert _found(index, "vị") == [2]
    assert _found(index, "art trứng") == [1, 2]  # only the last may be a beginning; then most must do


def test_a_whole_word_stands_above_a_longer_one(index: Index) -> None:
    index.apply([make_document(1, title="cuaron"), make_document(2, title="cua")], [])
    assert _found(index, "cua") == [2, 1]


def test_all_words_are_wanted_and_most_when_nothing_holds_all(index: Index) -> None:
    index.apply(
        [
            make_document(1, title="gạo ST25 hữu cơ"),
            make_document(2, title="gạo ST25"),
            make_document(3, title="gạo"),
        ],
        [],
    )
    assert _found(index, "gạo ST25 hữu") == [1]
    assert index.search(Query("gạo ST25 hữu")).understood["all_words"] is True
    index.apply([make_document(4, title="muối xyz")], [])
    page = index.search(Query("gạo ST25 xyz"))
    assert (page.ids, page.total) == ((1, 2), 2)
    assert page.understood["all_words"] is False
    assert _found(index, "zyx") == []
    # A filter that leaves nothing does not change what the words mean.
    assert _found(index, "gạo ST25 hữu", sectors=("rice",)) == []


def test_words_that_no_listing_holds_do_not_count(index: Index) -> None:
    titles = {1: "gạo ST25 hữu cơ", 2: "gạo ST25", 3: "gạo"}
    index.apply([make_document(id_, title=title) for id_, title in titles.items()], [])
    page = index.search(Query("xyz gạo zyx ST25"))
    assert (page.ids, page.total) == ((1, 2), 2)
    assert page.understood["not_found"] == ("xyz", "zyx")
    assert page.understood["all_words"] is True
    assert page.understood["words"] == ("gao", "st25")
    # What is begun counts as found, whatever the filters leave of it; what is not the last is not begun.
    assert index.search(Query("gạo hữ", sectors=("rice",))).understood["not_found"] == ()
    assert index.search(Query("hữ gạo")).understood["not_found"] == ("hu",)
    assert index.search(Query("zyx xyz")).understood["all_words"] is False


def test_a_term_is_held_in_any_of_its_ways(index: Index) -> None:
    index.apply(
        [
            make_document(1, title="gạo lứt"),
            make_document(2, title="gạo lức"),
            make_document(3, title="tấm", product="gao-lut"),
            make_document(4, title="lứt"),
            make_document(5, title="gạo nâu"),
        ],
        [],
    )
    gao, lut = Term(("gạo",), ("gao-lut",)), Term(("lức", "lứt", "gạo nâu"), ("gao-lut",))
    for sort in SORTS:
        page = index.search(Query(terms=(gao, lut), sort=sort))
        assert set(page.ids) == {1, 2, 3, 5}, sort
        assert page.total == 4
        assert page.facets["product"] == {"hang": 3, "gao-lut": 1}
    assert index.search(Query(terms=(Term(("",)),))).total == 5, "a term without words asks for nothing"


def test_the_goods_meant_stand_above_all_others_in_stock(index: Index) -> None:
    index.apply(
        [
            make_document(1, title="tôm sú tươi ngon"),
            make_document(2, title="tôm", product="tom-su"),
            make_document(3, title="tôm sú", product="tom-su"),
            make_document(4, title="tôm sú", product="tom-su", available=0),
            make_document(5, title="tôm càng sú", available=0),
        ],
        [],
    )
    terms = (Term(("tôm",), ("tom-su",)), Term(("sú",), ("tom-su",)))
    found = _found(index, "tôm sú", terms=terms, goods=("tom-su",))
    assert found == [3, 2, 1, 4, 5]
    whole = [_found(index, "", terms=terms, goods=("tom-su",), offset=at, limit=2) for at in (0, 2, 4)]
    assert [id_ for page in whole for id_ in page] == found
    assert _found(index, "", goods=("tom-su",)) == [2, 3, 1, 4, 5], "goods alone order too"


def test_a_finished_word_begins_no_other(index: Index) -> None:
    index.apply([make_document(1, title="cuaron"), make_document(2, title="cua")], [])
    assert _found(index, "cua", unfinished=False) == [2]
    assert _found(index, "cu", unfinished=False) == []


def test_an_optional_word_lifts_and_hides_nothing(index: Index) -> None:
    index.apply([make_document(1, title="gạo"), make_document(2, title="gạo túi 5kg")], [])
    assert _found(index, "gạo", terms=(Term(("gạo",)),), optional=("túi", "5kg", "zyx")) == [2, 1]


def test_letters_and_digits_apart_are_a_code(index: Index) -> None:
    index.apply([make_document(1, title="lúa OM 18"), make_document(2, title="lúa OM18")], [])
    assert set(_found(index, "om18")) == {1, 2}
    assert _found(index, "om 18") == [1]


def test_a_long_text_is_cut_and_says_so(filled: Index) -> None:
    page = filled.search(Query(" ".join(f"w{n}" for n in range(30))))  # none of them anywhere
    assert page.understood["dropped"] == 30 - words.MOST_WORDS
    assert page.understood["words"] == tuple(f"w{n}" for n in range(words.MOST_WORDS))


def test_most_of_many_words_is_as_exact_as_all(index: Index) -> None:
    titles = ["a b c d e f", "a b c d e", "a b c d", "a b c", "f e d c b a", "b d f a"]
    index.apply([make_document(id_, title=title) for id_, title in enumerate(titles, 1)], [])
    index.apply([make_document(7, title="xyz")], [])
    page = index.search(Query("a b c d e f xyz"))
    assert (set(page.ids), page.total) == ({1, 2, 3, 5, 6}, 5)
    assert page.ids[0] in (1, 5), "whoever holds more of them stands above"


def test_a_verified_listing_stands_above_its_equal(index: Index) -> None:
    index.apply(
        [make_document(1, title="nghêu"), make_document(2, title="nghêu", verified=True)],
        [],
    )
    assert set(_found(index, "nghêu")) == {1, 2}


HOSTILE = (
    "\0",
    "\ud800",
    "a\udfff b",
    "🦐🦐 tôm 🦐",
    "x" * 10_000,
    "tôm " * 5_000,
    " ".join(str(number) for number in range(3_000)),
    '"tôm sú',
    'title:tôm AND (OR NOT +-"~*?[TO]{}^2 /.*/ \\',
    "* . .* ) ( [ ] { } + ? | ^ $ \\",
    "-tôm",
    "'; DROP TABLE listings; --",
    "\u202etôm\u202c\u200b\ufeff",
    "a\u0301" * 3_000,
    "\u0323\u0301",
    "中文 ไทย العربية",
    "\r\n\t\x1b[31m",
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("sort", ["relevance", "price"])
def test_hostile_text_is_answered(filled: Index, text: str, sort: Sort) -> None:
    page = filled.search(Query(text, sort=sort))
    assert len(page.ids) == min(page.total, 20)


def test_hostile_values_of_filters_find_nothing(filled: Index) -> None:
    for value in HOSTILE:
        page = filled.search(Query(places=(value,), products=("",), facets=("place",)))
        assert page.total == 0


@given(text=st.text(st.characters(), max_size=60), seed=st.integers(0, 99))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_answered(filled: Index, text: str, seed: int) -> None:
    dice = random.Random(seed)
    mixed = f"{dice.choice(WORDS)} {text} {dice.choice(WORDS)[:2]}"
    for one in (text, mixed):
        page = filled.search(Query(one))
        assert len(page.ids) == min(page.total, 20)


def test_a_document_of_hostile_text_is_kept_and_found(index: Index) -> None:
    document = make_document(
        2**63 - 1,
        title="nghêu \ud800\0 " + "x" * 100_000,
        description="y" * 70_000 + " \udfff 🦐",
        words=("", "\0"),
        places=("\ud800", "", "z" * 70_000),
        product="'\"",
    )
    index.apply([document], [])
    assert _found(index, "nghêu") == [2**63 - 1]
    assert _found(index, "x" * 50) == [2**63 - 1]


def test_out_of_range_questions_are_refused() -> None:
    for wrong in (
        {"sort": "random"},
        {"facets": ("colour",)},
        {"offset": -1},
        {"limit": 1_001},
        {"offset": 10**9},
        {"price_max": 2**63},
    ):
        with pytest.raises(SearchRefused):
            Query(**wrong)
