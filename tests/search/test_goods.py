"""Which goods are meant where a question names several, or says more of one than its name."""

from datetime import date

import pytest

from search import reading, several
from search.lexicon import GROUP, NAME, Good, Lexicon
from search.mending import Word


def _good(slug: str, *names: str, groups: tuple[str, ...] = ()) -> Good:
    return Good.of(slug, [*((name, NAME) for name in names), *((group, GROUP) for group in groups)])


LEXICON = Lexicon(
    (
        _good("lua-st25", "Lúa ST25", "ST25 paddy", groups=("Lúa", "Paddy")),
        _good("gao-st25", "Gạo ST25", "ST25 rice", "1006.30.50", groups=("Gạo", "Rice")),
        _good("gao-om18", "Gạo OM18", groups=("Gạo", "Rice")),
        _good("gao-tai-nguyen", "Gạo Tài Nguyên", groups=("Gạo", "Rice")),
        _good("gao-lut", "Gạo lứt", "Brown rice", groups=("Gạo", "Rice")),
        _good("nep", "Nếp", "1006.30.30", groups=("Nếp",)),
        _good("cam-gao", "Cám gạo", "Rice bran", groups=("Phụ phẩm", "By-products")),
        _good("lua-giong", "Lúa giống", "hạt giống lúa", "Rice seed", groups=("Giống", "Seed")),
        _good("tom-su", "Tôm sú", "Black tiger shrimp", groups=("Tôm nguyên liệu", "Raw shrimp")),
        _good("tom-the", "Tôm thẻ chân trắng", "tôm thẻ", groups=("Tôm nguyên liệu", "Raw shrimp")),
        _good("tom-kho", "Tôm khô", "Dried shrimp", groups=("Tôm chế biến",)),
        _good("cua-gach", "Cua gạch", groups=("Cua",)),
        _good("cua-giong", "Cua giống", groups=("Giống", "Seed")),
        _good("ca-keo", "Cá kèo", groups=("Cá",)),
        _good("kho-ca-keo", "Khô cá kèo", groups=("Khô", "Dried fish")),
        _good("muoi-tom", "Muối tôm", groups=("Tôm chế biến",)),
        _good("muoi-den", "Muối đen", "muối biển", groups=("Muối", "Salt")),
        _good("muoi-ot", "Muối ớt", "muối chấm", groups=("Muối", "Salt")),
        _good("nhan", "Nhãn", groups=("Trái cây",)),
        _good("artemia", "Artemia sinh khối", "artemia tươi", "artemia"),
        _good("trung", "Trứng artemia", groups=("Artemia",)),
        _good("thung-ro", "thúng", "rổ", "nia", groups=("Đan đát",)),
        _good("ca-ro-phi", "Cá rô phi", groups=("Cá",)),
    )
)


def read(text: str) -> reading.Reading:
    return reading.understand(text, LEXICON, on=date(2026, 11, 25))


@pytest.mark.parametrize(
    ("text", "goods"),
    [
        ("lúa giống ST25", ("lua-giong",)),
        ("ST25 rice seed", ("lua-giong",)),
        ("gạo lứt ST25", ("gao-lut",)),
        ("st25 brown rice", ("gao-lut",)),
        ("cám gạo om18", ("cam-gao",)),
        ("cám gạo tài nguyên", ("cam-gao",)),
        ("tôm sú khô", ("tom-kho",)),
        ("dried black tiger shrimp", ("tom-kho",)),
        ("cua gạch giống", ("cua-giong",)),
    ],
)
def test_a_sort_only_describes_what_is_made_of_it(text: str, goods: tuple[str, ...]) -> None:
    assert read(text).goods == goods


@pytest.mark.parametrize(
    ("text", "goods"),
    [
        ("tôm sú, tôm khô", {"tom-su", "tom-kho"}),
        ("tôm sú tôm thẻ 5 tấn", {"tom-su", "tom-the"}),
        ("cần mua cua gạch và cá kèo", {"cua-gach", "ca-keo"}),
        ("gạo st25; lúa st25", {"gao-st25", "lua-st25"}),
        ("gạo ST25, loại ngon, giao tận nơi", {"gao-st25"}),
        ("muối đen, muối biển", {"muoi-den"}),
        ("gạo, ST25", {"gao-st25"}),
        ("cua, loại gạch son", {"cua-gach"}),
        ("cua, muối", {"cua-gach", "muoi-den", "muoi-ot"}),
    ],
)
def test_goods_that_are_listed_are_all_meant(text: str, goods: set[str]) -> None:
    assert set(read(text).goods) == goods


def test_a_listing_of_one_of_those_listed_holds_every_term() -> None:
    assert all(set(term.products) == {"tom-su", "tom-kho"} for term in read("tôm sú, tôm khô").terms)


def test_a_part_is_read_once_however_often_it_is_said() -> None:
    typed = [Word(word, ("", word), word) for word in ["tom", "su,", "cua", "gach,"] * 80]
    counted = frozenset(word.pair for word in typed)
    assert len(several._parts(LEXICON, typed, counted)) == 2
    assert set(read("tôm sú, cua gạch, " * 80).goods) == {"tom-su", "cua-gach"}


@pytest.mark.parametrize(
    ("text", "among"),
    [
        ("cua tươi", {"cua-gach", "cua-giong"}),
        ("muối ướp cá", {"muoi-den", "muoi-ot"}),
        ("muối chấm trái cây", {"muoi-ot"}),
        ("tom kho lam ca", {"tom-kho"}),
    ],
)
def test_what_is_named_first_is_what_it_is(text: str, among: set[str]) -> None:
    assert read(text).goods
    assert set(read(text).goods) <= among


def test_one_word_with_other_accents_is_no_whole_name() -> None:
    assert read("cá rô").goods == ("ca-ro-phi",)


@pytest.mark.parametrize("text", ["muối tôn", "muối tômm"])
def test_a_strange_word_is_a_slip_of_what_stands_beside_its_neighbour(text: str) -> None:
    assert read(text).goods == ("muoi-tom",)


def test_a_word_with_another_tone_is_no_slip() -> None:
    assert read("muối tốn").goods != ("muoi-tom",)


def test_a_customs_code_keeps_the_digits_that_it_repeats() -> None:
    assert read("HS 1006.30.30").goods == read("10063030").goods == ("nep",)


def test_initials_are_the_name() -> None:
    said = read("TTCT 5 tấn")
    assert said.goods == ("tom-the",)
    assert [one.typed for one in said.mended] == ["TTCT"]
    assert said.mended[0].meant.lower() == "tôm thẻ chân trắng"
    assert read("TCT").goods == ("tom-the",)


def test_what_bears_its_accents_is_no_english_word() -> None:
    assert read("shrimp thẻ").goods == ("tom-the",)
    assert read("the shrimp").goods != ("tom-the",)


def test_what_is_begun_is_the_beginning_of_something_that_there_is() -> None:
    assert read("artemia si").goods == ("artemia",)


def test_a_field_of_work_behind_a_sellers_kind_is_what_it_makes() -> None:
    assert read("tổ hợp tác đan đát").goods == ("thung-ro",)


def test_what_sort_of_seller_it_is_need_not_stand_in_a_listing() -> None:
    said = read("HTX Vĩnh Cường gạo ST25")
    assert said.goods == ("gao-st25",)
    assert [term.spellings for term in said.terms] == [("Vĩnh",), ("Cường",), ("gạo",), ("ST25",)]
    assert said.optional == ("HTX",)


def test_all_of_it_broken_is_broken_rice() -> None:
    assert read("100% broken rice").broken_max is None
    assert read("5% broken rice").broken_max == 5


#: Names that say the same of several goods, and words that are no names.
FEW = Lexicon(
    (
        _good("tom-the", "Tôm thẻ", "Litopenaeus vannamei", groups=("Tôm nguyên liệu", "Raw shrimp")),
        _good("dong-lanh", "Tôm thẻ đông lạnh", "Frozen vannamei", "Litopenaeus vannamei"),
        _good("banh-sua", "Bánh phồng sữa", groups=("Bánh",)),
        _good("banh-tom", "Bánh phồng tôm", groups=("Bánh",)),
        _good("to-yen", "Tổ yến", "Edible bird's nest", "0410"),
        _good("dao", "Dao rèn", "8211"),
    )
)


@pytest.mark.parametrize(
    ("text", "goods"),
    [
        ("Litopenaeus vannamei frozen", ("dong-lanh",)),
        ("frozen Litopenaeus vannamei", ("dong-lanh",)),
        ("Litopenaeus vannamei 5 tấn", ("tom-the", "dong-lanh")),
        ("bánh phồng tôm Sa Giang", ("banh-tom",)),
        ("bánh phồng Sua", ("banh-sua",)),
        ("bánh phồng sa", ("banh-sua",)),
        ("HS", ()),
        ("mã HS 8211", ("dao",)),
        ("8211", ("dao",)),
        ("tổ yến 8211", ("to-yen",)),
    ],
)
def test_what_a_name_says_is_more_than_a_guess(text: str, goods: tuple[str, ...]) -> None:
    assert reading.understand(text, FEW, on=date(2026, 11, 25)).goods == goods
