"""Words taken back to what was meant: keystrokes, southern spelling, slips, codes, words run together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import keystrokes, spelling, vietnamese
from search.lexicon import NAME, Good, Lexicon
from search.mending import mend
from search.words import cut


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gaoj", "gạo"),
        ("gajo", "gạo"),
        ("muoois", "muối"),
        ("ddan", "đan"),
        ("dand", "đan"),
        ("tomo", "tôm"),
        ("trawngs", "trắng"),
        ("huyeets", "huyết"),
        ("nguwowif", "người"),
        ("dduowngf", "đường"),
        ("quar", "quả"),
        ("giof", "giò"),
        ("thuyr", "thủy"),
        ("tom6", "tôm"),
        ("to6m", "tôm"),
        ("su1", "sú"),
        ("ga5o", "gạo"),
        ("d9an", "đan"),
        ("ruou75", "rượu"),
        ("ddt8", "đt8"),
        ("d9t8", "đt8"),
    ],
)
def test_keystrokes_give_the_word(typed: str, meant: str) -> None:
    assert meant in keystrokes.undo(typed)


@pytest.mark.parametrize("typed", ["gạo", "a", "", "g ạo", "x" * 30, "日本", "gao", "trắngs", "123", "-"])
def test_what_is_no_keystroke_gives_nothing(typed: str) -> None:
    assert keystrokes.undo(typed) == ()


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789đạ", max_size=14))
def test_any_keystrokes_are_taken(typed: str) -> None:
    for made in keystrokes.undo(typed):
        assert made != typed
        assert vietnamese.nfc(made) == made


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("luc", "lut"),
        ("gat", "gac"),
        ("chau", "trau"),
        ("xo", "so"),
        ("vua", "dua"),
        ("dia", "via"),
        ("qua", "hoa"),
        ("hoang", "quang"),
        ("tom", ""),
    ],
)
def test_southern_spelling(typed: str, meant: str) -> None:
    assert (meant in spelling.southern(typed)) == bool(meant)
    assert typed not in spelling.southern(typed)


def test_only_with_a_glide_are_these_heads_alike() -> None:
    assert "hoe" not in spelling.southern("que")


@pytest.mark.parametrize(
    ("typed", "meant", "one"),
    [
        ("th", "the", True),
        ("tomm", "tom", True),
        ("trabg", "trang", True),
        ("ts25", "st25", True),
        ("om5415", "om5451", True),
        ("tom", "tom", False),
        ("tom", "mot", False),
        ("gao", "muoi", False),
    ],
)
def test_one_slip(typed: str, meant: str, *, one: bool) -> None:
    assert spelling.one_slip(typed, meant) is one
    assert spelling.one_slip(meant, typed) is one


letters = st.text(alphabet="abc", min_size=0, max_size=6)


@given(letters, letters)
def test_one_slip_is_within_two(one: str, other: str) -> None:
    if spelling.one_slip(one, other):
        assert spelling.two_slips(one, other)


def test_codes_that_look_alike() -> None:
    assert "om18" in spelling.as_code("0m18")
    assert "st25" in spelling.as_code("5t25")
    assert spelling.as_code("gao") == frozenset()


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    names = {"gao-st25": ["Gạo ST25"], "tom-su": ["Tôm sú"], "cas": ["cas đỏ"], "om18": ["Lúa OM18"]}
    goods = [Good.of(slug, [(name, NAME) for name in held]) for slug, held in names.items()]
    return Lexicon(goods, others={"cuong"})


def _mended(lexicon: Lexicon, text: str) -> list[str]:
    words = [(piece, pair) for piece in text.split() for pair in cut(piece)]
    return [word.pair[1] for word in mend(lexicon, words)]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("gaoj st25", ["gao", "st25"]),
        ("tomsu", ["tom", "su"]),
        ("gaost25", ["gao", "st25"]),
        ("s t 25", ["st25"]),
        ("ST-25", ["st25"]),
        ("om 18", ["om18"]),
        ("cas", ["cas"]),  # a known word is left alone, though it is 'cá' as well
        ("Cuong", ["cuong"]),
        ("tomsugao", ["tom", "su", "gao"]),  # but behind a whole name
        ("om18bao50kg", ["om18", "bao50kg"]),
        ("gaost25tui5kg", ["gao", "st25", "tui5kg"]),
        ("om1850kg", ["om1850kg"]),
        ("sugao", ["sugao"]),  # words that stand side by side in no name
        ("xyzf", ["xyzf"]),
        ("", []),
    ],
)
def test_only_unknown_words_become_known_ones(lexicon: Lexicon, typed: str, words: list[str]) -> None:
    assert _mended(lexicon, typed) == words


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("st225", True), ("sst25", True), ("om118", False), ("st26", False), ("st2", False)],
)
def test_a_code_with_a_sign_twice_is_a_slip(lexicon: Lexicon, typed: str, *, meant: bool) -> None:
    assert ("st25" in dict(lexicon.like(typed))) is meant
