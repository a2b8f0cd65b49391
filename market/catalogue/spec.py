"""Qualities as values: read from forms, compared, shown. Pure functions over definitions that queries.py
fetches; nothing here knows the database. A value is JSON: a key gives [low, high], whole numbers scaled by
the definition's decimals, or the code of a choice. The reading of numbers itself stands in numbers.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from market.catalogue import numbers
from market.errors import Invalid
from market.words import Named, t
from search import vietnamese

PREFIX = "spec."

#: Units whose name depends on the language; all others are written alike in both.
UNIT_NAMES = {
    "con/kg": Named("con/kg", "pcs/kg"),
    "con/lb": Named("con/lb", "pcs/lb"),
    "kg/con": Named("kg/con", "kg each"),
    "ngày": Named("ngày", "days"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a choice."""

    code: str
    name: Named


@dataclass(frozen=True, slots=True)
class Definition:
    """One quality of a product; ``low`` and ``high`` bound a range and are scaled as its values are."""

    key: str
    kind: Literal["range", "choice"]
    name: Named
    unit: str | None = None
    decimals: int = 0
    low: int = 0
    high: int = 0
    lower_is_better: bool | None = None
    is_state: bool = False
    choices: tuple[Choice, ...] = ()

    @property
    def field(self) -> str:
        """The name of the form field."""
        return PREFIX + self.key


Spec = dict[str, Any]
Answer = Literal["yes", "no", "unknown"]


def parse(definitions: Sequence[Definition], raw: Mapping[str, str]) -> Spec:
    """The value that the form fields ``spec.<key>`` say; an empty field says nothing.

    A range is '45-55', '≤ 14,5', '≥ 97' or '20', a choice its code or its name. Refuses Invalid with the
    field: what is no number, lies outside the bounds, has too many decimals, or belongs to another product.
    """
    known = {definition.field: definition for definition in definitions}
    value: Spec = {}
    for field, text in raw.items():
        if not field.startswith(PREFIX) or not text.strip():
            continue
        definition = known.get(field)
        if definition is None:
            raise Invalid(t("This product is not described by such a quality."), field=field)
        if definition.kind == "choice":
            value[definition.key] = _parse_choice(definition, text)
        else:
            value[definition.key] = _parse_range(definition, text)
    return {definition.key: value[definition.key] for definition in definitions if definition.key in value}


def read(definitions: Sequence[Definition], given: Mapping[str, Any]) -> Spec:
    """The value that a program says: for a range a number or [low, high] where null is an open end, for a
    choice its code; text is read as ``parse`` does, null says nothing. Numbers come as int or Decimal.
    """
    known = {definition.key: definition for definition in definitions}
    value: Spec = {}
    for key, said in given.items():
        definition = known.get(key)
        if definition is None:
            words = t("This product is not described by such a quality.")
            raise Invalid(words, field=PREFIX + key)
        if isinstance(said, str):
            value |= parse([definition], {definition.field: said})
        elif said is not None:
            value[key] = _bounded(definition, *_ends(definition, said))
    return {definition.key: value[definition.key] for definition in definitions if definition.key in value}


def tell(definitions: Sequence[Definition], value: Mapping[str, Any]) -> dict[str, str | list[int | float]]:
    """The value as ``read`` reads it back: a code, or [low, high]."""
    return {
        one.key: held if isinstance(held, str) else [tell_end(end, one.decimals) for end in held]
        for one in definitions
        if (held := value.get(one.key)) is not None
    }


def tell_end(end: int, decimals: int) -> int | float:
    """An end of a range as JSON has it."""
    whole = end % 10**decimals == 0
    return end // 10**decimals if whole else float(numbers.scaled(end, decimals))


def serves(offered: Mapping[str, Any], demanded: Mapping[str, Any]) -> Answer:
    """Whether goods of the offered quality meet the demanded one.

    'no' where a promised range leaves the demanded one or a choice differs; else 'unknown' where the offer
    does not say something that is demanded; else 'yes'.
    """
    unknown = False
    for key, wanted in demanded.items():
        promised = offered.get(key)
        if promised is None:
            unknown = True
        elif isinstance(wanted, str) or isinstance(promised, str):
            if wanted != promised:
                return "no"
        elif promised[0] < wanted[0] or promised[1] > wanted[1]:
            return "no"
    return "unknown" if unknown else "yes"


def state_of(
    value: Mapping[str, Any], definitions: Iterable[Definition]
) -> tuple[tuple[str, str | None], ...]:
    """What keeps goods apart, as a key to group by: each state with the choice made, None where unsaid."""
    return tuple((d.key, value.get(d.key)) for d in sorted(definitions, key=lambda d: d.key) if d.is_state)


def same_state(a: Mapping[str, Any], b: Mapping[str, Any], definitions: Iterable[Definition]) -> bool:
    """Whether amounts of the two may be summed: every state is the same, or unsaid on both sides."""
    states = list(definitions)
    return state_of(a, states) == state_of(b, states)


def show(definitions: Sequence[Definition], value: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    """Label and text of what the value says, in the definitions' order; a limit is shown by its sign."""
    return [
        (say(definition.name, language), show_one(definition, value[definition.key], language))
        for definition in definitions
        if value.get(definition.key) is not None
    ]


def show_one(definition: Definition, value: Any, language: str) -> str:
    """One quality in words that ``parse`` reads back: '45–55 con/kg', '≤ 14,5 %', 'lúa khô'."""
    if definition.kind == "choice":
        names = {choice.code: choice.name for choice in definition.choices}
        return say(names[value], language) if value in names else str(value)
    low, high = (numbers.show(end, definition.decimals, language) for end in value)
    if value[0] == value[1]:
        text = low
    elif value[0] <= definition.low < value[1] < definition.high:
        text = f"≤ {high}"
    elif value[1] >= definition.high > value[0] > definition.low:
        text = f"≥ {low}"
    else:
        text = f"{low}–{high}"
    return f"{text} {unit_name(definition, language)}" if definition.unit else text


def unit_name(definition: Definition, language: str) -> str:
    """The unit as the language writes it; empty where there is none."""
    unit = definition.unit or ""
    return say(UNIT_NAMES[unit], language) if unit in UNIT_NAMES else unit


def say(name: Named, language: str) -> str:
    """The name in the language; Vietnamese where we have no other."""
    return name.en if language == "en" else name.vi


def _parse_choice(definition: Definition, text: str) -> str:
    wanted = text.strip()
    folded = vietnamese.fold(wanted)
    for choice in definition.choices:
        if wanted == choice.code or folded in (
            vietnamese.fold(choice.name.vi),
            vietnamese.fold(choice.name.en),
        ):
            return choice.code
    raise Invalid(t("{name}: choose one of the answers.", name=definition.name), field=definition.field)


def _parse_range(definition: Definition, text: str) -> list[int]:
    units = (unit_name(definition, "vi"), unit_name(definition, "en"), definition.unit or "")
    limits = numbers.read_limits(text, definition.decimals, units)
    if limits is None:
        raise Invalid(
            t("{name}: write a number, a range as 45-55, or a limit as ≤ 20.", name=definition.name),
            field=definition.field,
        )
    if limits.too_fine:
        raise Invalid(
            t("{name}: at most {count} decimals.", name=definition.name, count=definition.decimals),
            field=definition.field,
        )
    return _bounded(definition, limits.low, limits.high)


def _ends(definition: Definition, said: Any) -> tuple[int | None, int | None]:
    """Both ends of a range, scaled; a bare number is both."""
    ends = said if isinstance(said, list) else [said, said]
    if definition.kind == "choice":
        raise Invalid(t("{name}: choose one of the answers.", name=definition.name), field=definition.field)
    if len(ends) != 2 or any(isinstance(end, bool) or not _is_number(end) for end in ends):
        words = t("{name}: write a number, or a list of the lowest and the highest.", name=definition.name)
        raise Invalid(words, field=definition.field)
    scaled = [None if end is None else Decimal(str(end)).scaleb(definition.decimals) for end in ends]
    if any(end is not None and end != int(end) for end in scaled):
        words = t("{name}: at most {count} decimals.", name=definition.name, count=definition.decimals)
        raise Invalid(words, field=definition.field)
    low, high = (None if end is None else int(end) for end in scaled)
    return low, high


def _is_number(value: Any) -> bool:
    """A number, not too long to be reckoned with, or None."""
    if value is None:
        return True
    if not isinstance(value, int | float | Decimal):
        return False
    number = Decimal(str(value))
    return number.is_finite() and abs(number.adjusted()) < numbers.LONGEST


def _bounded(definition: Definition, low: int | None, high: int | None) -> list[int]:
    """The range with its open ends closed; refuses one turned round, or out of the quality's bounds."""
    low = definition.low if low is None else low
    high = definition.high if high is None else high
    if not definition.low <= low <= high <= definition.high:
        if definition.low <= high < low <= definition.high:
            words = t("{name}: the smaller number stands first.", name=definition.name)
        else:
            words = t(
                "{name} lies between {low} and {high}.",
                name=definition.name,
                low=numbers.scaled(definition.low, definition.decimals),
                high=numbers.scaled(definition.high, definition.decimals),
            )
        raise Invalid(words, field=definition.field)
    return [low, high]
