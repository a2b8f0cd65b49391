"""Volumes and prices as typed, and the value of a line."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.catalogue import amounts
from market.db import MAX_PIECES, MAX_PRICE, MAX_VOLUME
from market.errors import Invalid
from market.words import Named

PACKS = [
    amounts.PackSize("gia", Named("giạ", "giạ (bushel)"), 20_000, True),
    amounts.PackSize("bao-25kg", Named("bao 25 kg", "25 kg sack"), 25_000),
    amounts.PackSize("bao-50kg", Named("bao 50 kg", "50 kg sack"), 50_000),
    amounts.PackSize("tui-5kg", Named("túi 5 kg", "5 kg bag"), 5_000),
]
DOZENS = [
    amounts.PackSize("chuc", Named("chục", "ten"), 10),
    amounts.PackSize("thung", Named("thùng 24 hũ", "carton of 24 jars"), 24),
]
PAIR = Named("đôi", "pair")


def grams(text: str, language: str = "vi") -> int:
    return amounts.parse_volume(text, unit="gram", language=language, packs=PACKS)


def pieces(text: str, language: str = "vi") -> int:
    return amounts.parse_volume(text, unit="piece", language=language, packs=DOZENS, piece=PAIR)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("500", "vi", 500_000),
        ("500kg", "vi", 500_000),
        ("500 Ký", "vi", 500_000),
        ("12 tấn", "vi", 12_000_000),
        ("12 tan", "vi", 12_000_000),
        ("1,5 tấn", "vi", 1_500_000),
        ("1.5 tấn", "vi", 1_500_000),
        ("2 tạ", "vi", 200_000),
        ("250 g", "vi", 250),
        ("1.234", "vi", 1_234_000),
        ("1.234", "en", 1_234),
        ("1,234", "en", 1_234_000),
        ("1,234", "vi", 1_234),
        ("1.234,5", "vi", 1_234_500),
        ("1,234.5", "en", 1_234_500),
        ("1,234.5", "vi", 1_234_500),
        ("1.234.567", "vi", 1_234_567_000),
        ("1.234.567", "en", 1_234_567_000),
        ("0.125", "vi", 125),
        ("1 234 kg", "vi", 1_234_000),
        ("12 tonnes", "en", 12_000_000),
        ("2 giạ", "vi", 40_000),
        ("2,5 giạ", "vi", 50_000),
        ("3 bao 50kg", "vi", 150_000),
        ("3 bao-25kg", "vi", 75_000),
        ("3 50 kg sacks", "en", 150_000),
        ("4 túi", "vi", 20_000),
        ("4 bags", "en", 20_000),
        ("１２ tấn", "vi", 12_000_000),
    ],
)
def test_a_weight_is_read_as_people_write_it(text: str, language: str, expected: int) -> None:
    assert grams(text, language) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("200", 200), ("200 đôi", 200), ("1 pair", 1), ("20 pairs", 20), ("3 chục", 30), ("2 thùng", 48),
     ("2 cartons of 24 jars", 48), ("1.200 đôi", 1200), ("0,5 chục", 5)],
)  # fmt: skip
def test_pieces_are_read_as_people_write_them(text: str, expected: int) -> None:
    assert pieces(text) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "as a number"),
        ("nhiều", "as a number"),
        ("-5 kg", "as a number"),
        ("1.23.4", "as a number"),
        ("1,2,3", "as a number"),
        ("12.34,56", "as a number"),
        ("9" * 80, "as a number"),
        ("0", "between"),
        ("0 kg", "between"),
        ("1000001 tấn", "between"),
        ("0,5 g", "whole grams"),
        ("0,0005", "whole grams"),
        ("5 đôi", "no unit"),
        ("5 kg tươi", "no unit"),
        ("3 bao", "several sizes"),
        ("3 sacks", "several sizes"),
    ],
)
def test_a_weight_that_cannot_be_taken_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        grams(text)
    assert refused.value.field == "volume"


@pytest.mark.parametrize(
    ("text", "words"), [("1,5 đôi", "whole pieces"), ("5 kg", "no unit"), ("10^9", "no unit")]
)
def test_pieces_that_cannot_be_taken_are_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        pieces(text)


def test_the_bounds_themselves_are_taken() -> None:
    assert grams("1000000 tấn") == MAX_VOLUME
    assert grams("1 g") == 1
    assert pieces("1000000000") == MAX_PIECES
    with pytest.raises(Invalid):
        pieces("1000000001")


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("6800", "vi", 6800),
        ("6.800", "vi", 6800),
        ("6.800", "en", 6800),
        ("6,800 đ/kg", "en", 6800),
        ("6.800đ", "vi", 6800),
        ("120k", "vi", 120_000),
        ("6,8 nghìn", "vi", 6800),
        ("6.8k/kg", "en", 6800),
        ("1,2 triệu", "vi", 1_200_000),
        ("1.200k", "vi", 1_200_000),
        ("1.200 k", "en", 1200),
        ("350.000 đồng/kg", "vi", 350_000),
        ("100.000.000 VND", "vi", MAX_PRICE),
    ],
)
def test_a_price_is_read_as_people_write_it(text: str, language: str, expected: int) -> None:
    assert amounts.parse_price(text, language=language) == expected


@pytest.mark.parametrize(
    "text", ["", "rẻ", "0", "6,85", "6800 USD", "100.000.001", "-1", "1,2345k", "6800/tấn"]
)
def test_a_price_that_cannot_be_taken_is_refused_beside_its_field(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        amounts.parse_price(text, language="vi", field="price.0")
    assert refused.value.field == "price.0"


def test_a_value_is_rounded_half_up() -> None:
    assert amounts.value(500, 1, "gram") == 1
    assert amounts.value(499, 1, "gram") == 0
    assert amounts.value(12_000_000, 6800, "gram") == 81_600_000
    assert amounts.value(3, 120_000, "piece") == 360_000


@given(st.integers(1, MAX_VOLUME), st.integers(1, MAX_PRICE))
def test_a_value_is_within_half_a_dong_of_the_exact_one(volume: int, price: int) -> None:
    off = amounts.value(volume, price, "gram") - Fraction(volume * price, 1000)
    assert Fraction(-1, 2) < off <= Fraction(1, 2)


@given(st.integers(1, MAX_VOLUME), st.sampled_from(["vi", "en"]))
def test_every_weight_written_out_in_a_language_is_read_back(volume: int, language: str) -> None:
    text = f"{volume // 1000:,}.{volume % 1000:03d}"
    if language == "vi":
        text = text.translate(str.maketrans(",.", ".,"))
    assert grams(f"{text} kg", language) == volume


@given(st.text(max_size=40), st.sampled_from(["vi", "en"]))
def test_any_text_is_a_volume_within_bounds_or_refused_in_words(text: str, language: str) -> None:
    try:
        volume = grams(text, language)
    except Invalid:
        return
    assert 1 <= volume <= MAX_VOLUME


def test_a_price_for_another_unit_is_named() -> None:
    for typed in ("9.500.000 đ/tấn", "9.500.000 đ tấn"):
        with pytest.raises(Invalid) as refused:
            amounts.parse_price(typed, language="vi")
        assert refused.value.words.values == {"unit": "tấn"}


@pytest.mark.parametrize(
    ("price", "known", "asked"),
    [
        (9_500, (), ""),
        (9_500_000, (), "tonne"),
        (9, (), "thousands"),
        (499, (), "thousands"),
        (500, (), ""),
        # Paddy at the price of 100 kg, shrimp in thousands: seen only beside what is asked for the goods.
        (950_000, (), ""),
        (950_000, (9_400,), "tonne"),
        (950_000, (9_400, 940_000), ""),
        (950_000, (None, 0), ""),
        (2_600, (250_000, None), "thousands"),
        (250_000, (9_400, 2_000_000), ""),
        # What is as dear, or as cheap, as the goods are is not asked about.
        (1_500_000, (2_000_000,), ""),
        (1_500_000, (200_000,), "tonne"),
        (400, (450,), ""),
        (400, (2_000,), "thousands"),
    ],
)
def test_a_price_that_looks_like_one_for_another_unit_is_asked_about(
    price: int, known: tuple[int | None, ...], asked: str
) -> None:
    typed = f"{price:,}"
    doubt = amounts.doubt_of_price(price, typed, unit="gram", known=known)
    assert (asked in str(doubt)) if asked else doubt is None
    assert amounts.doubt_of_price(price, amounts.meant(typed), unit="gram", known=known) is None
    assert amounts.parse_price(amounts.meant(typed), language="en") == price
    assert amounts.doubt_of_price(price, typed, unit="piece", known=known) is None


def test_pay_for_work_may_be_little() -> None:
    assert amounts.doubt_of_price(200, "200", unit="gram", little=True) is None
    assert amounts.doubt_of_price(2_000_000, "2000000", unit="gram", little=True)


@pytest.mark.parametrize("text", ["1.200.000", "1.200.000đ", "1200 nghìn", "1,2 triệu", "1,2tr đồng"])
def test_whatever_was_typed_is_read_with_its_unit_behind_it(text: str) -> None:
    assert amounts.parse_price(amounts.meant(text), language="vi") == 1_200_000
