"""Columns and lines over time, drawn by pygal. Of what it draws the shapes and the words stay; what it adds
for a script and for colours of its own is taken out, because pages bear neither (Content-Security-Policy).
The one style sheet dresses the classes that it gives (``serie-0``, ``rect``, ``dot``), in the dark and on
paper too.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from functools import cache, lru_cache, partial
from typing import Any

from markupsafe import Markup

from market.statistics import present
from market.web.context import language

WIDTH, HEIGHT = 640, 280
#: Letters as they are on a telephone, where they are largest: room is made for these.
_LETTERS = 22
_SIZES = {f"{what}_font_size": _LETTERS for what in ("label", "major_label", "value")}
#: So many names stand side by side; of more every other one does.
_MOST_NAMES = 9
#: A column is no wider than it would be among so many.
_FEWEST = 6
#: What nobody sees without the script.
_UNSEEN = ("titles", "plot tooltip-overlay", "background")
_PLACES = ("class", "x", "y", "width", "height", "cx", "cy", "r", "d", "transform")

Values = Sequence[float | None]


def columns(names: Sequence[str], series: Sequence[tuple[str, Values]], *, title: str, unit: str) -> Markup:
    """Columns from zero: over each name one of each series, a name with its values (None draws nothing) in
    base units of ``unit``, as figures have it.
    """
    missing = _FEWEST - len(names)
    held = tuple((called, tuple(values)) for called, values in series)
    return _draw("Bar", (*names, *[""] * missing), held, title, unit, language())


def line(names: Sequence[str], values: Values, *, title: str, unit: str) -> Markup:
    """A line over a base at zero, a dot and its words for each value; it leaps over what is None."""
    # Room between the words of the first and those of the axis.
    held = ((title, (None, *values)),)
    return _draw("Line", ("", *names), held, title, unit, language())


# What the dashboard shows stays the same for a while, and each picture takes ten milliseconds.
@lru_cache(maxsize=200)
def _draw(
    kind: str,
    names: tuple[str, ...],
    series: tuple[tuple[str, tuple[float | None, ...]], ...],
    title: str,
    unit: str,
    _language: str,
) -> Markup:
    """``_language`` is the one that numbers are written in."""
    # Over the highest dot of a line stand its words.
    more = {"print_values": True, "margin_top": _LETTERS + 12} if kind == "Line" else {}
    charts, etree, style = _library()
    chart = getattr(charts, kind)(
        width=WIDTH, height=HEIGHT, margin=6, margin_right=26, css=[], js=[], style=style,
        show_legend=False, include_x_axis=True, show_x_guides=False, min_scale=2, max_scale=4, dots_size=5,
        value_formatter=partial(present.written, unit=unit), no_data_text="", truncate_label=-1,
        x_labels_major_every=2, show_minor_x_labels=len(names) <= _MOST_NAMES, **more,
    )  # fmt: skip
    chart.x_labels = list(names)
    for called, values in series:
        chart.add(called, list(values))
    drawn = chart.render_tree()
    _strip(drawn, etree)
    drawn.attrib.clear()
    drawn.attrib.update(
        {"class": "plot", "viewBox": f"0 0 {WIDTH} {HEIGHT}", "role": "img", "aria-label": title}
    )
    return Markup(etree.tostring(drawn, encoding="unicode"))  # noqa: S704 - the tree writes texts as texts


@cache
def _library() -> tuple[Any, Any, Any]:
    """pygal, its trees and a style; loaded for the first chart, since that takes a fifth of a second."""
    import pygal
    from pygal.etree import etree
    from pygal.style import Style

    # It leaves a way to import of its own behind, in a form that Python warns of at each later import.
    sys.meta_path[:] = [finder for finder in sys.meta_path if hasattr(finder, "find_spec")]
    return pygal, etree, Style(**_SIZES)


def _strip(node: Any, etree: Any) -> None:
    """Leave the shapes, where they lie and what they are; what a shape says becomes its title."""
    said = next((one.text for one in node if one.get("class") == "value" and one.tag == "desc"), None)
    for one in list(node):
        if (
            not isinstance(one.tag, str)
            or one.tag in ("defs", "title", "desc")
            or one.get("class") in _UNSEEN
        ):
            node.remove(one)
            continue
        for name, value in list(one.attrib.items()):
            del one.attrib[name]
            if name in _PLACES and value:
                one.attrib[name] = value if name == "class" else re.sub(r"\d+\.\d+", _shorter, value)
        _strip(one, etree)
        if said is not None and one.tag in ("rect", "circle"):
            etree.SubElement(one, "title").text = said
            said = None


def _shorter(number: re.Match[str]) -> str:
    return f"{float(number[0]):.1f}".removesuffix(".0")
