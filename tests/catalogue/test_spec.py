"""Qualities: read from forms, compared, shown and read again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.catalogue import spec
from market.errors import Invalid
from market.words import Named

SIZE = spec.Definition("size", "range", Named("Cỡ", "Size"), "con/kg", 0, 1, 100_000, True)
MOISTURE = spec.Definition("moisture", "range", Named("Độ ẩm", "Moisture"), "%", 1, 80, 400, True)
WEIGHT = spec.Definition("weight", "range", Named("Trọng lượng", "Weight"), "kg/con", 2, 1, 3000, False)
AGE = spec.Definition("age", "range", Named("Tuổi", "Age"), "ngày", 0, 1, 60)
STATE = spec.Definition(
    "state",
    "choice",
    Named("Tươi hay khô", "Fresh or dry"),
    is_state=True,
    choices=(
        spec.Choice("fresh", Named("lúa tươi", "fresh")),
        spec.Choice("dry", Named("lúa khô", "dry")),
    ),
)
ORIGIN = spec.Definition(
    "origin", "choice", Named("Nguồn", "Origin"), choices=(spec.Choice("wild", Named("thiên nhiên", "wild")),)
)
ALL = [SIZE, MOISTURE, WEIGHT, AGE, STATE, ORIGIN]


def one(definition: spec.Definition, text: str) -> Any:
    return spec.parse(ALL, {definition.field: text}).get(definition.key)


@pytest.mark.parametrize(
    ("definition", "text", "value"),
    [
        (SIZE, "45-55", [45, 55]),
        (SIZE, " 45 – 55 con/kg ", [45, 55]),
        (SIZE, "45 đến 55", [45, 55]),
        (SIZE, "từ 45 đến 55", [45, 55]),
        (SIZE, "45 to 55 pcs/kg", [45, 55]),
        (SIZE, "31/40", [31, 40]),
        (SIZE, "20", [20, 20]),
        (SIZE, "20 con/kg", [20, 20]),
        (SIZE, "< 8", [1, 7]),
        (SIZE, "> 8", [9, 100_000]),
        (SIZE, "1.200-12,000", [1200, 12_000]),
        (MOISTURE, "≤ 14,5", [80, 145]),
        (MOISTURE, "<=14.5%", [80, 145]),
        (MOISTURE, "không quá 14,5 %", [80, 145]),
        (MOISTURE, "at most 14.50", [80, 145]),
        (MOISTURE, "≥ 12", [120, 400]),
        (MOISTURE, "ít nhất 12", [120, 400]),
        (MOISTURE, "từ 12", [120, 400]),
        (MOISTURE, "14.5", [145, 145]),
        (MOISTURE, "12,5-14.5", [125, 145]),
        (WEIGHT, "0,5-1,25 kg/con", [50, 125]),
        (WEIGHT, "0.5 kg each", [50, 50]),
        (AGE, "12-15 ngày", [12, 15]),
        (AGE, "12-15 days", [12, 15]),
        (STATE, "dry", "dry"),
        (STATE, "Lúa khô", "dry"),
        (STATE, "lua tuoi", "fresh"),
        (STATE, "", None),
        (SIZE, "   ", None),
    ],
)
def test_a_quality_is_read_in_either_way_of_writing(
    definition: spec.Definition, text: str, value: Any
) -> None:
    assert one(definition, text) == value


@pytest.mark.parametrize(
    ("definition", "text", "words"),
    [
        (SIZE, "lớn", "write a number"),
        (SIZE, "-5", "write a number"),
        (SIZE, "45-55-60", "write a number"),
        (SIZE, "45-", "write a number"),
        (SIZE, "≤", "write a number"),
        (SIZE, "9" * 100, "write a number"),
        (SIZE, "55-45", "smaller number stands first"),
        (SIZE, "20,5", "at most 0 decimals"),
        (MOISTURE, "14,55", "at most 1 decimals"),
        (SIZE, "0", "between 1 and 100000"),
        (SIZE, "200000", "between 1 and 100000"),
        (MOISTURE, "≤ 60", "between 8.0 and 40.0"),
        (STATE, "ướt", "choose one"),
        (STATE, "…", "choose one"),
    ],
)
def test_what_cannot_be_read_is_refused_beside_its_field(
    definition: spec.Definition, text: str, words: str
) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        one(definition, text)
    assert refused.value.field == definition.field


def test_a_quality_of_another_product_is_refused_and_other_fields_are_left_alone() -> None:
    with pytest.raises(Invalid) as refused:
        spec.parse([SIZE], {"spec.moisture": "14"})
    assert refused.value.field == "spec.moisture"
    assert spec.parse([SIZE], {"spec.moisture": " ", "volume": "12 tấn", "spec.size": "20"}) == {
        "size": [20, 20]
    }


@pytest.mark.parametrize(
    ("offered", "demanded", "answer"),
    [
        ({}, {}, "yes"),
        ({"size": [45, 55]}, {}, "yes"),
        ({"size": [45, 55]}, {"size": [40, 60]}, "yes"),
        ({"size": [45, 55]}, {"size": [45, 55]}, "yes"),
        ({"size": [45, 56]}, {"size": [45, 55]}, "no"),
        ({"size": [44, 55]}, {"size": [45, 55]}, "no"),
        ({"state": "dry"}, {"state": "dry"}, "yes"),
        ({"state": "dry"}, {"state": "fresh"}, "no"),
        ({}, {"size": [45, 55]}, "unknown"),
        ({"state": "dry"}, {"state": "dry", "size": [45, 55]}, "unknown"),
        ({"state": "dry"}, {"state": "fresh", "size": [45, 55]}, "no"),
        ({"state": "dry"}, {"state": [1, 2]}, "no"),
    ],
)
def test_goods_serve_a_demand_as_the_glossary_says(
    offered: dict[str, Any], demanded: dict[str, Any], answer: str
) -> None:
    assert spec.serves(offered, demanded) == answer


def test_fresh_and_dry_are_never_summed_and_neither_are_said_and_unsaid() -> None:
    dry, fresh, unsaid = {"state": "dry", "size": [1, 2]}, {"state": "fresh"}, {"size": [3, 4]}
    assert spec.same_state(dry, {"state": "dry"}, ALL)
    assert spec.same_state(unsaid, {}, ALL)
    assert not spec.same_state(dry, fresh, ALL)
    assert not spec.same_state(dry, unsaid, ALL)
    assert spec.same_state({"origin": "wild"}, {}, ALL), "an origin is no state"


def test_a_value_is_shown_in_each_language_in_the_definitions_order() -> None:
    value = {"state": "dry", "moisture": [80, 145], "size": [1200, 12_000], "weight": [125, 3000]}
    assert spec.show(ALL, value, "vi") == [
        ("Cỡ", "1.200–12.000 con/kg"),
        ("Độ ẩm", "≤ 14,5 %"),
        ("Trọng lượng", "≥ 1,25 kg/con"),
        ("Tươi hay khô", "lúa khô"),
    ]
    assert spec.show(ALL, value, "en") == [
        ("Size", "1,200–12,000 pcs/kg"),
        ("Moisture", "≤ 14.5 %"),
        ("Weight", "≥ 1.25 kg each"),
        ("Fresh or dry", "dry"),
    ]


def test_an_answer_that_left_the_catalogue_is_shown_by_its_code() -> None:
    assert spec.show(ALL, {"state": "wet"}, "vi") == [("Tươi hay khô", "wet")]


@st.composite
def values(draw: st.DrawFn) -> spec.Spec:
    value: spec.Spec = {}
    for definition in ALL:
        if not draw(st.booleans()):
            continue
        if definition.kind == "choice":
            value[definition.key] = draw(st.sampled_from([choice.code for choice in definition.choices]))
        else:
            ends = st.integers(definition.low, definition.high)
            value[definition.key] = sorted((draw(ends), draw(ends)))
    return value


@given(values(), st.sampled_from(["vi", "en"]))
def test_what_is_shown_is_read_back_unchanged(value: spec.Spec, language: str) -> None:
    shown = {
        definition.field: spec.show_one(definition, value[definition.key], language)
        for definition in ALL
        if definition.key in value
    }
    assert spec.parse(ALL, shown) == value


@given(values(), values())
def test_serving_agrees_with_its_rule_piece_by_piece(offered: spec.Spec, demanded: spec.Spec) -> None:
    answers = [spec.serves(offered, {key: wanted}) for key, wanted in demanded.items()]
    expected = "no" if "no" in answers else "unknown" if "unknown" in answers else "yes"
    assert spec.serves(offered, demanded) == expected
    assert spec.serves(demanded, demanded) == "yes"
    assert spec.serves({}, demanded) == ("unknown" if demanded else "yes")


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    for definition in ALL:
        try:
            value = one(definition, text)
        except Invalid:
            continue
        assert value is None or isinstance(value, str) or definition.low <= value[0] <= value[1]
