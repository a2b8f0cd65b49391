"""The lexicon that the catalogue gives: names in other words, and in short."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from market.listings import lexicon
from search import reading


@pytest.mark.parametrize(
    ("text", "goods"),
    [
        ("ngao giống", {"so-giong"}),
        ("thóc giống", {"lua-giong"}),
        ("khô cá quả", {"kho-ca-loc"}),
        ("cá kèo một nắng", {"kho-ca-keo"}),
        ("chiếu cói", {"chieu-lac"}),
        ("tôm sú cấp đông", {"tom-su-dong-lanh"}),
        ("banana prawn", {"tom-bac"}),
        ("dried mudskipper", {"kho-ca-keo"}),
        ("TTCT", {"tom-the"}),
        ("sú QCCT", {"tom-su-quang-canh"}),
        ("TCX", {"tom-cang-xanh"}),
        ("lúa gạo ST25", {"lua-st25", "gao-st25"}),
        ("tôm sú, cua gạch", {"tom-su", "cua-gach"}),
        ("10063030", {"nep"}),
        ("mã HS 8211", {"dao-ngan-dua"}),
        ("dried cá kèo", {"kho-ca-keo"}),
        ("crab giống", {"cua-giong"}),
        ("post TTCT", {"tom-giong-the"}),
        ("snack tôm", {"banh-phong-tom"}),
        ("tôm thẻ giống Nam Miền Trung", {"tom-giong-the"}),
    ],
)
def test_goods_are_known_by_what_people_call_them(
    session: Session, on_a_day: date, text: str, goods: set[str]
) -> None:
    known = lexicon.make(session, on=on_a_day)
    assert set(reading.understand(text, known, on=on_a_day).goods) == goods


def test_other_words_say_the_same_alone(session: Session, on_a_day: date) -> None:
    known = lexicon.make(session, on=on_a_day)
    prawns, shrimps = (reading.understand(word, known, on=on_a_day).goods for word in ("prawn", "shrimp"))
    assert prawns == shrimps
    assert len(prawns) > 10
