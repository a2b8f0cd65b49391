"""Columns and lines: zero-based, in proportion, with their words, and nothing that a page may not bear."""

from __future__ import annotations

import re
import sys

import pytest
from markupsafe import Markup
from selectolax.lexbor import LexborHTMLParser, LexborNode

from market.statistics import plots
from market.web.context import speaking

NAMES = ("I/26", "II/26", "III/26")


def _columns() -> Markup:
    series = [("Agreed", [10e6, None, 4e6]), ("Delivered", [5e6, 20e6, None])]
    return plots.columns(NAMES, series, title='Agreed & "delivered" <t>', unit="kg")


def _line(values: list[float | None]) -> Markup:
    return plots.line(NAMES, values, title="Share", unit="share")


def _all(drawn: Markup, css: str) -> list[LexborNode]:
    return LexborHTMLParser(f"<body>{drawn}</body>").css(css)


def _number(node: LexborNode, name: str) -> float:
    return float(node.attributes[name] or "nan")


def _words(drawn: Markup, css: str) -> list[str]:
    return [node.text() for node in _all(drawn, css)]


def test_columns_stand_on_zero_and_keep_their_proportions() -> None:
    drawn = _columns()
    agreed, delivered = (_all(drawn, f".serie-{at} rect") for at in (0, 1))
    assert len(agreed) == len(delivered) == 2, "nothing is drawn where nothing is known"
    heights = [_number(one, "height") for one in (*agreed, *delivered)]
    assert heights == pytest.approx([heights[3] / 2, heights[3] / 5, heights[3] / 4, heights[3]], abs=0.2)
    feet = [_number(one, "y") + _number(one, "height") for one in (*agreed, *delivered)]
    assert feet == pytest.approx([feet[0]] * 4, abs=0.2)
    assert _words(drawn, "rect title") == ["10 tấn", "4 tấn", "5 tấn", "20 tấn"]
    assert _words(drawn, ".axis.x text") == [*NAMES, "", "", ""], "no column is as wide as the picture"
    assert _words(drawn, ".axis.y text") == ["0 kg", "8 tấn", "16 tấn"]


def test_a_line_leaps_over_what_is_not_known_and_says_each_value() -> None:
    drawn = _line([0.5, None, 1.0])
    first, second = _all(drawn, "circle")
    assert _words(drawn, "circle title") == _words(drawn, "text.value") == ["50 %", "100 %"]
    [path] = _all(drawn, ".series .line")
    assert len(re.findall(r"[\d.]+ [\d.]+", path.attributes["d"] or "")) == 2
    base = max(float(re.findall(r"[\d.]+", one.attributes["d"] or "")[1]) for one in _all(drawn, ".y path"))
    assert (base - _number(second, "cy")) == pytest.approx(2 * (base - _number(first, "cy")), abs=0.3)
    assert [word for word in _words(drawn, ".axis.x text") if word] == list(NAMES)


@pytest.mark.parametrize(
    "drawn", [_columns(), _line([0.1, 0.2, 0.3]), _line([None, None, None]), _line([0.0] * 3)]
)
def test_a_picture_bears_nothing_that_pages_may_not(drawn: Markup) -> None:
    [svg] = _all(drawn, "svg")
    assert svg.attributes["role"] == "img"
    assert svg.attributes["aria-label"] in ('Agreed & "delivered" <t>', "Share")
    assert not _all(drawn, "style, script, defs, desc, [style], [id], [fill], [onload]")
    assert "<!--" not in drawn
    assert "No data" not in drawn
    assert not re.search(r"\d\.\d\d", drawn), "a tenth of a step is as fine as eyes are"
    assert len(drawn) < 5_000


def test_of_many_names_every_other_one_stands() -> None:
    months = [f"{month}/26" for month in range(1, 13)]
    drawn = plots.columns(months, [("Volume", [1.0] * 12)], title="Volume", unit="kg")
    assert _words(drawn, ".axis.x text") == months[::2]
    assert len(_all(drawn, ".serie-0 rect")) == 12


def test_what_draws_leaves_no_way_to_import_behind() -> None:
    _columns()
    assert all(hasattr(finder, "find_spec") for finder in sys.meta_path)


def test_the_same_is_drawn_in_each_language() -> None:
    for code, words in (("vi", "2,5 tấn"), ("en", "2.5 tonnes"), ("vi", "2,5 tấn")):
        with speaking(code):
            drawn = plots.columns(NAMES, [("", [2.5e6, None, None])], title="", unit="kg")
        assert _words(drawn, "rect title") == [words]
