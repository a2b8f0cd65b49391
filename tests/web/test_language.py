"""Words, numbers and plurals in each language's way."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from market import clock
from market.web import language
from market.web.context import speaking
from market.words import Money, Named, Volume, t


def test_vietnamese_has_one_form_for_all_numbers() -> None:
    with speaking("vi"):
        for n in (0, 1, 2, 516):
            said = language.ngettext("%(n)s listing", "%(n)s listings", n) % {"n": n}
            assert said == f"{n} tin chào bán"
    with speaking("en"):
        assert language.ngettext("%(n)s listing", "%(n)s listings", 1) == "%(n)s listing"


@pytest.mark.parametrize(
    ("thing", "vi", "en"),
    [
        (Volume(1_234_500, "gram"), "1,234 tấn", "1.234 tonnes"),
        (Volume(999_500, "gram"), "999,5 kg", "999.5 kg"),
        (Volume(1_000_000, "gram"), "1 tấn", "1 tonne"),
        (Volume(1, "piece"), "1 cái", "1 piece"),
        (Volume(20, "piece"), "20 cái", "20 pieces"),
        (Money(9_500), "9.500 đ", "9,500 đ"),
        (Named("Lúa", "Paddy"), "Lúa", "Paddy"),
        (date(2022, 3, 25), "25/3/2022", "25 Mar 2022"),
        (t("Agreed"), "Đã thỏa thuận", "Agreed"),
    ],
)
def test_each_language_writes_its_own_way(thing: object, vi: str, en: str) -> None:
    with speaking("vi"):
        assert language.say(thing) == vi
    with speaking("en"):
        assert language.say(thing) == en


@pytest.mark.parametrize(
    ("amount", "piece", "vi", "en"),
    [
        (1, Named("đôi", "pair"), "1 đôi", "1 pair"),
        (1_000, Named("đôi", "pair"), "1.000 đôi", "1,000 pairs"),
        (2, Named("cây", "knife"), "2 cây", "2 knives"),
    ],
)
def test_pieces_are_counted_by_their_name(amount: int, piece: Named, vi: str, en: str) -> None:
    for spoken, said in (("vi", vi), ("en", en)):
        with speaking(spoken):
            assert language.volume(amount, "piece", piece) == said


@pytest.mark.parametrize(
    ("seconds", "vi", "en"),
    [
        (-20, "vừa xong", "just now"),
        (-61, "1 phút trước", "1 minute ago"),
        (-7_200, "2 giờ trước", "2 hours ago"),
        (3 * 86_400 + 5, "còn 3 ngày", "3 days left"),
    ],
)
def test_how_long_since_or_until(seconds: int, vi: str, en: str) -> None:
    now = clock.now()
    with clock.at(now):
        for spoken, said in (("vi", vi), ("en", en)):
            with speaking(spoken):
                assert language.ago(now + timedelta(seconds=seconds)) == said
