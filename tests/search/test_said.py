"""What a question says with numbers, and what it does not."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import said, vietnamese

ON = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("10 tấn", [("volume", 10_000_000)]),
        ("10tan lúa", [("volume", 10_000_000)]),
        ("500kg", [("volume", 500_000)]),
        ("trên 1.234,5 kg", [("volume", 1_234_500)]),
        ("ít nhất 5 tạ", [("volume", 500_000)]),
        ("số lượng 200 đôi", [("pieces", 200)]),
        ("30 con", [("heads", 30)]),
        ("20 con/kg", [("size", 20)]),
        ("cỡ 20", [("size", 20)]),
        ("size 30", [("size", 30)]),
        ("20-30 con/kg", [("size", 20)]),
        ("20 pcs/kg", [("size", 20)]),
        ("5% tấm", [("broken", 5)]),
        ("tấm 5%", [("broken", 5)]),
        ("dưới 9000", [("price", 9_000)]),
        ("giá dưới 9.000 đ/kg", [("price", 9_000)]),
        ("tối đa 9,5 nghìn", [("price", 9_500)]),
        ("under 120k", [("price", 120_000)]),
        ("tháng 12", [("month", "2026-12")]),
        ("thang 3", [("month", "2027-03")]),
        ("t12", [("month", "2026-12")]),
        ("3/2027", [("month", "2027-03")]),
        ("in December", [("month", "2026-12")]),
        ("OCOP 4 sao", [("stars", 4)]),
        ("4 sao", [("stars", 4)]),
        ("túi 5kg", [("pack", "tui 5kg")]),
        # A number alone says nothing, and neither does what is forbidden rather than wanted.
        ("ST25", []),
        ("OM 18", []),
        ("1006.30", []),
        ("dưới 10 tấn", []),
        ("giá 8000-9000 đ/kg", [("price", 9_000)]),
        ("từ 8 đến 9k", [("price", 9_000)]),
        # Who wants five to ten takes what has five.
        ("từ 5 đến 10 tấn", [("volume", 5_000_000)]),
        ("10-20 tấn", [("volume", 10_000_000)]),
        ("5 tạ đến 1 tấn", [("volume", 500_000)]),
        ("nửa tấn", [("volume", 500_000)]),
        ("chục tấn", [("volume", 10_000_000)]),
        ("3 tấn rưỡi", [("volume", 3_500_000)]),
        ("3tấn7", [("volume", 3_700_000)]),
        ("20 MT", [("volume", 20_000_000)]),
        ("1 triệu con", [("heads", 1_000_000)]),
        ("500k con", [("heads", 500_000)]),
        ("200 cuộn", [("pieces", 200)]),
        ("30-40 con", [("size", 30)]),
        ("20 tới 30 con/kg", [("size", 20)]),
        ("size 40-50", [("size", 40)]),
        ("100c/kg", [("size", 100)]),
        ("dưới 30 con", [("size", 1)]),
        ("dưới 50 cái", []),
        ("20-30 cái", []),
        ("500-900 con", []),
        ("size 30 - 5 tấn", [("size", 30), ("volume", 5_000_000)]),
        ("tháng 3 - 10 tấn", [("month", "2027-03"), ("volume", 10_000_000)]),
        ("3 con 1 kg", [("size", 3)]),
        ("dưới 300k 1 đôi", [("price", 300_000)]),
        ("dưới 7k5", [("price", 7_500)]),
        ("dưới 1tr2", [("price", 1_200_000)]),
        ("dưới nửa triệu", [("price", 500_000)]),
        ("rẻ hơn 200k", [("price", 200_000)]),
        ("30k trở xuống", [("price", 30_000)]),
        ("80-90k", [("price", 90_000)]),
        ("dưới 120", [("price", 120_000)]),
        ("bao nhiêu 1 ký", [("pack", "bao nhieu 1 ky")]),
        ("tháng 12 đến tháng 2", [("month", ("2026-12", "2027-01", "2027-02"))]),
        ("tháng sau", [("month", "2026-12")]),
        ("lúa dưới 999999999.999.999.999 tr", []),
        ("0,500 tấn", [("volume", 500_000)]),
        ("tháng 13", []),
        ("31/40", []),
        ("0 kg", []),
        ("may mắn", []),
        ("OCOP 9 sao", []),
    ],
)
def test_numbers_are_understood(text: str, found: list[tuple[str, object]]) -> None:
    assert [(one.what, one.value) for one in said.find(vietnamese.nfc(text), on=ON)] == found


def test_several_are_found_in_their_order() -> None:
    text = "mua tôm sú 20-30 con/kg 5 tấn tháng 12 dưới 150k túi 5kg"
    found = said.find(text, on=ON)
    assert [one.what for one in found] == ["size", "volume", "month", "price", "pack"]
    assert [text[one.start : one.end] for one in found][1:4] == ["5 tấn", "tháng 12", "dưới 150k"]
    assert found[0].most == 30


@given(st.text(max_size=60) | st.text(alphabet="0123456789.,/-% tankgcontháđ<", max_size=60))
def test_any_text_is_read_and_nothing_twice(text: str) -> None:
    line = vietnamese.nfc(text)
    found = said.find(line, on=ON)
    assert all(0 <= one.start < one.end <= len(line) for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
