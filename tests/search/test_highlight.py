"""Shown texts cut where they match."""

from hypothesis import given
from hypothesis import strategies as st

from search.highlight import mark


def test_words_are_marked_with_their_accents_and_beginnings_in_part() -> None:
    parts = (("Tôm", True), (" ", False), ("sú", True), (" sinh thái", False))
    assert mark("Tôm sú sinh thái", {"tom", "su"}) == parts
    assert mark("Gạo Đông Hải", (), begun="do") == (("Gạo ", False), ("Đô", True), ("ng Hải", False))
    assert mark("Gạo (ST25)", {"st25"}) == (("Gạo (", False), ("ST25", True), (")", False))
    assert mark("", {"a"}) == ()


some_words = st.sets(st.text(alphabet="abcd", min_size=1, max_size=3))


@given(st.text(max_size=40), some_words, st.sampled_from(["", "a", "do"]))
def test_nothing_of_the_text_is_lost(text: str, words: set[str], begun: str) -> None:
    assert "".join(part for part, _ in mark(text, words, begun=begun)) == text
