"""Which words with accents can be Vietnamese ones."""

import pytest

from search import spelling
from search.words import cut

WELL = (
    "dẻo bún ướp ngộp khuỷu nghiêng thuở quyển giếng yến rượu chuối thủy thuỷ hoà khoẻ đường xoài quẹo ghẹ kỹ"
)


@pytest.mark.parametrize("word", WELL.split())
def test_a_word_that_was_meant(word: str) -> None:
    [(token, _)] = cut(word)
    assert spelling.is_syllable(token)


@pytest.mark.parametrize(
    "word", ["ngêu", "gạoo", "nếo", "cẻm", "tớmm", "ghạo", "kà", "shrímp", "st25", "gao"]
)
def test_a_word_that_may_be_a_slip(word: str) -> None:
    [(token, _)] = cut(word)
    assert not spelling.is_syllable(token)


@pytest.mark.parametrize(
    ("typed", "meant", "alike"),
    [
        ("lức", "lứt", True),
        ("dống", "giống", True),
        ("xò", "sò", True),
        ("nhản", "nhãn", True),
        ("đấc", "đất", True),
        ("rày", "rài", True),
        ("xô", "sò", False),
        ("đông", "giống", False),
        ("dông", "giống", False),
        ("đò", "giò", False),
    ],
)
def test_what_may_sound_alike_with_its_accents(typed: str, meant: str, alike: bool) -> None:
    [(token, _)], [(other, _)] = cut(typed), cut(meant)
    assert spelling.may_sound_alike(token, [other]) is alike
