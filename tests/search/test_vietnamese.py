"""Folding, accent tokens and the alphabet of `search/vietnamese.py`, on names of places and goods."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import vietnamese


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Muối Bạc Liêu", "muoi bac lieu"),
        ("ĐÔNG HẢI", "dong hai"),
        ("Ngan Dừa – Hồng Dân", "ngan dua hong dan"),
        ('Gạo "Một Bụi Đỏ" (ST25), 5% tấm', "gao mot bui do st25 5 tam"),
        ("20 con/kg", "20 con kg"),
        ("31/40", "31 40"),
        ("Artemia franciscana", "artemia franciscana"),
        ("  \t\n ", ""),
        ("", ""),
        ("m²", "m2"),
        ("５ kg", "5 kg"),
        ("Café Ñandú", "cafe nandu"),
        ("a\ud800b\0c", "a b c"),
        ("🦐tôm🦐sú", "tom su"),
        ("中文", "中文"),
    ],
)
def test_fold_table(text: str, folded: str) -> None:
    assert vietnamese.fold(text) == folded
    assert vietnamese.fold(unicodedata.normalize("NFD", text)) == folded


def test_every_vietnamese_letter_folds_to_ascii() -> None:
    shaped = "aăâeêioôơuưy"
    tones = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
    for letter in shaped:
        plain = vietnamese.fold(letter)
        assert plain in "aeiouy"
        for tone in tones:
            toned = vietnamese.nfc(letter + tone)
            assert vietnamese.fold(toned) == vietnamese.fold(toned.upper()) == plain
    assert vietnamese.fold("đĐ") == "dd"
    tokens = {vietnamese.exact_words(vietnamese.nfc(letter + tone)) for letter in shaped for tone in tones}
    assert len(tokens) == len(shaped) * len(tones)


@pytest.mark.parametrize(
    "words",
    [
        ("muối", "mười", "muỗi", "muoi"),
        ("lúa", "lụa", "lừa", "lua"),
        ("đào", "đảo", "dao", "dào"),
        ("cua", "của"),
        ("kèo", "kẹo"),
        ("tấm", "tám", "tắm", "tam"),
        ("cần", "cân", "cạn", "can"),
        ("thuê", "thuế", "thue"),
    ],
)
def test_words_that_fold_alike_keep_apart_exactly(words: tuple[str, ...]) -> None:
    assert len({vietnamese.fold(word) for word in words}) == 1
    assert len({vietnamese.exact_words(word) for word in words}) == len(words)


@pytest.mark.parametrize(
    ("old", "new"), [("hòa", "hoà"), ("thúy", "thuý"), ("khỏe", "khoẻ"), ("ủy", "uỷ"), ("lõa", "loã")]
)
def test_old_and_new_tone_placement_are_one(old: str, new: str) -> None:
    assert vietnamese.fold(old) == vietnamese.fold(new)
    assert vietnamese.tone_words(old) == vietnamese.tone_words(new)
    assert vietnamese.sort_key(old) == vietnamese.sort_key(new)


def test_tone_words_are_for_accented_words_alone() -> None:
    assert vietnamese.tone_words("muối ST25 mười gao") == ("qmuooiqs", "qmuwowiqf")
    assert vietnamese.tone_words("đan lát") == ("qddanq", "qlatqs")
    assert vietnamese.tone_words("cua 20 con") == ()
    assert vietnamese.exact_words("cua gạch") == ("cua", "qgachqj")


REAL_ORDER = [
    "An Trạch",
    "An Xuyên",
    "Ấp 2",
    "Ấp 10",
    "Bạc Liêu",
    "Cà Mau",
    "Châu Thới",
    "Đầm Dơi",
    "Định Thành",
    "Đông Hải",
    "Gành Hào",
    "Giá Rai",
    "Hiệp Thành",
    "Hòa Bình",
    "Hồng Dân",
    "Hưng Hội",
    "Láng Tròn",
    "Long Điền",
    "Năm Căn",
    "Ngan Dừa",
    "Ninh Quới",
    "Ninh Thạnh Lợi",
    "Phong Thạnh",
    "Phước Long",
    "Vĩnh Hậu",
    "Vĩnh Lợi",
    "Vĩnh Trạch",
    "Xã Tư",
]


def test_real_places_sort_as_in_a_vietnamese_index() -> None:
    shuffled = REAL_ORDER.copy()
    random.Random(3).shuffle(shuffled)
    assert sorted(shuffled, key=vietnamese.sort_key) == REAL_ORDER


@pytest.mark.parametrize(
    "ordered",
    [
        list("aăâbcdđeêghiklmnoôơpqrstuưvxy"),
        ["ma", "mà", "mả", "mã", "má", "mạ", "mai", "măng", "mâm"],
        ["an", "anh", "ăn", "âm", "ba"],
        ["Ba", "Bà", "Bà Rịa", "Ba Tri", "Bàu"],
        ["dừa", "đan", "đước", "em"],
        ["Khóm 1", "Khóm 02", "Khóm 3", "Khóm 11", "Khóm A"],
        ["OM18", "OM576", "OM5451"],
    ],
)
def test_the_alphabet_and_the_tones(ordered: list[str]) -> None:
    keys = [vietnamese.sort_key(text) for text in ordered]
    assert keys == sorted(keys, key=lambda key: key.encode("ascii"))
    assert len(set(keys)) == len(keys)


@given(st.text())
def test_folding_is_pure_and_settles(text: str) -> None:
    folded = vietnamese.fold(text)
    assert vietnamese.fold(folded) == folded
    assert folded == " ".join(folded.split())
    assert all(sign == " " or sign.isalnum() for sign in folded)
    assert len(vietnamese.exact_words(text)) == len(folded.split())
    assert vietnamese.sort_key(text).isascii()
    assert all(word.isascii() for word in vietnamese.tone_words(text))
