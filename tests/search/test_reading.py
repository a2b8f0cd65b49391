"""A question read with a small lexicon: what becomes a filter, what stays a word, which goods are meant."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import reading
from search.lexicon import GROUP, HINT, NAME, Good, Lexicon, Season
from search.query import Page
from search.reading import Reading

ON = date(2026, 11, 25)


def _good(slug: str, *names: str, group: str = "", sector: str = "") -> Good:
    return Good.of(slug, [*((name, NAME) for name in names), (group, GROUP), (sector, HINT)])


GOODS = (
    _good("gao-st25", "Gạo ST25", "ST25 rice", "1006.30.70", "1006.30", group="Gạo", sector="Lúa gạo"),
    _good("lua-st25", "Lúa ST25", "thóc ST25", "ST25 paddy", group="Lúa", sector="Lúa gạo"),
    _good("gao-mbd", "Gạo Một Bụi Đỏ Hồng Dân", "gạo Hồng Dân", group="Gạo", sector="Lúa gạo"),
    _good("gao-lut", "Gạo lứt", "brown rice", group="Gạo", sector="Lúa gạo"),
    _good("gao-huu-co", "Gạo hữu cơ", "organic rice", group="Gạo", sector="Lúa gạo"),
    _good("lua-mua", "Lúa mùa", group="Lúa", sector="Lúa gạo"),
    _good("tom-su", "Tôm sú", "black tiger shrimp", group="Tôm nguyên liệu", sector="Tôm"),
    _good("tom-the", "Tôm thẻ chân trắng", "vannamei", "tôm thẻ", group="Tôm nguyên liệu", sector="Tôm"),
    _good("muoi-tom", "Muối tôm", sector="Tôm"),
    _good("ca-keo", "Cá kèo", "mudskipper", group="Cá"),
    _good("kho-ca-keo", "Khô cá kèo", group="Khô"),
    _good("cua-gach", "Cua gạch", "roe crab", group="Cua"),
    _good("ngheu", "Nghêu", "ngao", "white clam"),
    _good("artemia", "Artemia sinh khối", "artemia tươi", "artemia"),
    _good("nhan", "Nhãn", "longan", group="Trái cây"),
    _good("nong-cu", "Búa rèn", group="Nông cụ"),
)
LEXICON = Lexicon(
    GOODS,
    places={"dong hai": ("960",), "hong dan": ("956",), "bac lieu": ("95", "954"), "vinh loi": ("958",)},
    place_names=("Đông Hải", "Hồng Dân", "Bạc Liêu", "Vĩnh Lợi"),
    standards={"vietgap": ("VIETGAP-TT", "VIETGAP-TS"), "huu co": ("ORGANIC",), "huu co usda": ("USDA",)},
    seasons=(Season("dong xuan", ("2026-11", "2026-12", "2027-01")),),
    festival_months=("2026-11", "2026-12", "2027-01", "2027-02"),
    sellers=("vinh cuong", "dong tien"),
    others=("vinh", "cuong", "dong", "tien", "ngon"),
)


def read(text: str, *as_words: str) -> Reading:
    return reading.understand(text, LEXICON, on=ON, as_words=as_words)


@pytest.mark.parametrize(
    ("text", "goods"),
    [
        ("gao st25", ("gao-st25",)),
        ("gaoj st25", ("gao-st25",)),
        ("gaost25", ("gao-st25",)),
        ("s t 25", ("gao-st25", "lua-st25")),
        ("gạo ts25", ("gao-st25",)),
        ("gạo lức", ("gao-lut",)),
        ("tomm su", ("tom-su",)),
        ("tôm th chân trắng", ("tom-the",)),
        ("tom the", ("tom-the",)),
        ("vanamei", ("tom-the",)),
        ("ca keo kho", ("kho-ca-keo",)),
        ("cá kẹo", ("ca-keo",)),
        ("ngao", ("ngheu",)),
        ("lon gan", ("nhan",)),
        ("con tôm sú", ("tom-su",)),
        ("cần thương lái mua tôm sú", ("tom-su",)),
        ("ngêu", ("ngheu",)),
        ("nghêu hấp sả", ("ngheu",)),
        ("tôm sú tươi", ("tom-su",)),
        ("artemia tươi", ("artemia",)),
        ("nhản", ("nhan",)),
        ("nhan bún", ("nhan",)),
        ("bún", ()),
        ("bua", ("nong-cu",)),
        ("1006.30", ("gao-st25",)),
        ("tôm", ("tom-su", "tom-the", "muoi-tom")),
        ("tôm nguyên liệu", ("tom-su", "tom-the")),
        ("mua tôm sú 30 con 5 tấn", ("tom-su",)),
        ("lúa mùa", ("lua-mua",)),
        ("của", ()),
        ("cua", ("cua-gach",)),
        ("HTX Vĩnh Cường", ()),
        ("xyz", ()),
        ("", ()),
    ],
)
def test_the_goods_meant(text: str, goods: tuple[str, ...]) -> None:
    assert sorted(read(text).goods) == sorted(goods)


def test_what_is_said_becomes_filters() -> None:
    said = read("tom su 20-22 con/kg dong hai 10 tấn tháng 12 dưới 150.000đ VietGAP OCOP 4 sao")
    assert said.goods == ("tom-su",)
    assert said.sizes == ("20", "21", "22")
    assert said.places == ("960",)
    assert said.place_name == "Đông Hải"
    assert said.volume_min == 10_000_000
    assert not said.pieces
    assert said.months == ("2026-12",)
    assert said.price_max == 150_000
    assert said.standards == ("VIETGAP-TT", "VIETGAP-TS")
    assert said.ocop_min == 4
    assert [one.spellings[0] for one in said.terms] == ["tom", "su"]
    assert set(said.filters) == set(reading.KINDS) - {"broken"}


def test_what_was_taken_off_stays_words() -> None:
    said = read("tôm sú Đông Hải VietGAP 10 tấn", "place", "standard", "volume")
    assert said.filters == ()
    # They lift the listings that hold them, and hide no others of the goods that are meant.
    assert set(said.optional) == {"Đông", "Hải", "VietGAP", "10", "tấn"}


def test_a_place_or_a_standard_in_the_goods_name_is_no_filter() -> None:
    assert read("gạo Hồng Dân").filters == ()
    assert read("gạo Hồng Dân").goods == ("gao-mbd",)
    assert read("gạo hữu cơ").goods == ("gao-huu-co",)
    assert read("gạo hữu cơ").filters == ()
    assert read("tôm sú hữu cơ").standards == ("ORGANIC",)
    assert read("tôm sú hữu cơ USDA").standard_name == "hữu cơ USDA"
    # Only what the name leaves over is the standard.
    assert read("gạo hữu cơ USDA").goods == ("gao-huu-co",)
    assert read("gạo hữu cơ USDA").standards == ("USDA",)
    # Another good than the one of that name: then it is where that comes from.
    assert read("gạo ST25 Hồng Dân").places == ("956",)
    # The second place says where the first is.
    assert read("gạo Hồng Dân Bạc Liêu").goods == ("gao-mbd",)
    assert read("tôm Đông Hải, Bạc Liêu").places == ("960",)


def test_accents_of_another_word_are_no_place() -> None:
    assert read("Đồng Hai").places == ()
    assert read("huyện Đông Hải").place_name == "huyện Đông Hải"
    assert read("HTX Đồng Tiến Đông Hải").places == ("960",)


@pytest.mark.parametrize("text", ["tôm sú đong hải", "tôm sú đog hải", "tom su dong hia", "tôm sú Đông Hải"])
def test_a_place_is_read_with_some_of_its_accents_or_a_slip(text: str) -> None:
    said = read(text)
    assert (said.place_name, said.goods) == ("Đông Hải", ("tom-su",))


def test_a_word_with_its_accents_is_no_slip_of_a_place() -> None:
    assert read("tôm sú Đông Mải").places == ()
    assert read("tom su dong mai").places == ("960",)


def test_a_standard_is_read_with_a_slip() -> None:
    assert read("tôm sú vietgab").standards == ("VIETGAP-TT", "VIETGAP-TS")
    assert read("tôm sú vietgapab").standards == ()


def test_seasons_and_the_days_before_tet_are_months() -> None:
    assert read("lúa vụ đông xuân").months == ("2026-11", "2026-12", "2027-01")
    assert read("gạo trước Tết").months == ("2026-11", "2026-12", "2027-01", "2027-02")
    assert read("gạo tháng 3 vụ đông xuân").months == ("2027-03",)


def test_mended_words_are_told() -> None:
    assert [(one.typed, one.meant) for one in read("gaoj ST25").mended] == [("gaoj", "gạo")]
    assert [(one.typed, one.meant) for one in read("tomm su ").mended] == [("tomm", "Tôm")]
    assert read("tôm sú").mended == ()


def test_the_last_word_may_be_half_typed() -> None:
    assert read("gạo s").unfinished
    assert read("nghê").goods == ("ngheu",)
    assert not read("tôm sú 10 tấn").unfinished
    assert not read("gạo ST25 ").unfinished


def test_sellers_words_are_required_and_mean_no_goods() -> None:
    said = read("tôm sú HTX Đồng Tiến")
    assert said.goods == ("tom-su",)
    assert [one.spellings[0] for one in said.terms] == ["tôm", "sú", "Đồng", "Tiến"]


def test_what_a_seller_does_is_no_name_of_his() -> None:
    said = read("HTX nuôi cá kèo")
    assert said.goods == ("ca-keo",)
    assert [one.spellings[0] for one in said.terms] == ["cá", "kèo"]
    assert said.optional == ("HTX", "nuôi")


def test_trade_words_are_never_required() -> None:
    said = read("cần mua tôm sú giá rẻ")
    assert [one.spellings[0] for one in said.terms] == ["tôm", "sú"]
    assert [one.spellings[0] for one in read("cần bán").terms] == ["cần", "bán"], "unless there are no others"


def test_an_answer_without_the_goods_is_missed() -> None:
    assert reading.missed(Page((), 0), ())
    assert not reading.missed(Page((1,), 1), ("a",)), "nothing counted tells nothing"
    assert reading.missed(Page((1,), 1, {"product": {"b": 1}}), ("a",))
    assert not reading.missed(Page((1,), 1, {"product": {"a": 1}}), ("a",))


ANY = st.sampled_from(("tôm", "sú", "10", "tấn", "gạo", "ST25", "Đông", "Hải", "vụ", "hữu", "cơ", "HTX", "-"))


@given(st.text(max_size=80) | st.lists(ANY).map(" ".join))
@settings(deadline=None)
def test_any_question_is_read(text: str) -> None:
    said = read(text)
    assert read(text, *reading.KINDS).filters == ()
    assert set(said.filters) <= set(reading.KINDS)
    assert all(one.spellings and all(one.spellings) for one in said.terms)
