"""Forms as people send them: the raw values are kept whatever happens, the model gives shape and bounds, and
each error stands beside its field in the reader's language. ``refusals`` puts a service's words there too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.requests import Request

from market.db import MAX_ID
from market.errors import Invalid, MarketError
from market.web import csrf
from market.words import Words, t

M = TypeVar("M", bound=BaseModel)

#: What decoding leaves where bytes were no letters.
UNREADABLE = "\ufffd"
_LONE = re.compile("[\ud800-\udfff]")


class Refused(ValueError):
    """Raised by a field's validator: ``words`` are shown beside the field."""

    def __init__(self, words: Words) -> None:
        super().__init__(str(words))
        self.words = words


def clean_text(value: Any) -> Any:
    """NFC text without blanks around it; control characters, lone surrogates and what stands for signs that
    could not be decoded are refused."""
    if not isinstance(value, str):
        return value
    value = value.replace("\r\n", "\n").strip()
    for letter in value:
        category = unicodedata.category(letter)
        if letter == UNREADABLE or category == "Cs" or (category == "Cc" and letter not in "\n\t"):
            raise Refused(t("This holds signs that cannot be read. Please type it again."))
    return unicodedata.normalize("NFC", value)


def _empty_to_none(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def as_list(value: Any) -> Any:
    """The values of boxes that are ticked: none, one or several."""
    return [one for one in (value if isinstance(value, list) else [value]) if one]


def parse_day(value: Any) -> Any:
    """A day as 25/3/2026, 25-3-2026 or 2026-03-25."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if found := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text):
        d, m, y = (int(part) for part in found.groups())
    elif found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text):
        y, m, d = (int(part) for part in found.groups())
    else:
        raise Refused(t("Please write the day as 25/3/2026."))
    try:
        parsed = date(y, m, d)
    except ValueError:
        raise Refused(t("There is no such day.")) from None
    if not 1900 <= parsed.year <= 2200:
        raise Refused(t("This year cannot be meant."))
    return parsed


def parse_whole(value: Any) -> Any:
    """A whole number with or without thousands separators of either language."""
    if not isinstance(value, str):
        return value
    if not value.strip():
        raise Refused(t("Please fill this in."))
    text = (
        re.sub(r"[\s.,]", "", value) if re.fullmatch(r"\s*\d{1,3}([.,\s]\d{3})*\s*", value) else value.strip()
    )
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise Refused(t("Please write a whole number, as 12500."))
    return int(text)


def _at_most(value: int | None, most: int) -> int | None:
    if value is not None and value > most:
        raise Refused(t("Please give at most {n}.", n=most))
    return value


def optional_whole(most: int) -> tuple[Any, ...]:
    """An empty field is None; a number lies between 0 and ``most``."""
    return (
        AfterValidator(lambda value: _at_most(value, most)),
        BeforeValidator(parse_whole),
        BeforeValidator(_empty_to_none),
    )


Line = Annotated[str, BeforeValidator(clean_text), Field(min_length=1, max_length=200)]
OptionalLine = Annotated[str, BeforeValidator(clean_text), Field(max_length=200)]
Prose = Annotated[str, BeforeValidator(clean_text), Field(max_length=4000)]
Day = Annotated[date, BeforeValidator(parse_day)]
OptionalDay = Annotated[date | None, BeforeValidator(parse_day), BeforeValidator(_empty_to_none)]
Whole = Annotated[int, BeforeValidator(parse_whole)]
OptionalWhole = Annotated[int | None, BeforeValidator(parse_whole), BeforeValidator(_empty_to_none)]
OptionalDays = Annotated[int | None, *optional_whole(365)]
OptionalPercent = Annotated[int | None, *optional_whole(50)]
OptionalMoney = Annotated[int | None, *optional_whole(10**12)]
OptionalCount = Annotated[int | None, *optional_whole(10**7)]
Id = Annotated[int, BeforeValidator(parse_whole), Field(ge=1, le=MAX_ID)]
OptionalId = Annotated[
    int | None, Field(ge=1, le=MAX_ID), BeforeValidator(parse_whole), BeforeValidator(_empty_to_none)
]
Code = Annotated[str, BeforeValidator(clean_text), Field(pattern=r"^[A-Za-z0-9@._-]{1,60}$")]
Ticked = Annotated[bool, BeforeValidator(lambda value: value in (True, "1", "on", "yes", "true"))]


def _is_true(value: bool) -> bool:
    if not value:
        raise Refused(t("Please tick this to go on."))
    return value


MustTick = Annotated[bool, AfterValidator(_is_true), BeforeValidator(lambda v: v in (True, "1", "on", "yes"))]


def words_for(error: Mapping[str, Any]) -> Words:
    """Pydantic's finding in our words."""
    context = error.get("ctx") or {}
    if isinstance(context.get("error"), Refused):
        words: Words = context["error"].words
        return words
    match error["type"]:
        # Behind a validator of ours pydantic no longer knows that it measures text.
        case "missing" | "string_too_short" | "too_short":
            return t("Please fill this in.")
        case "string_pattern_mismatch" if error.get("input") == "":  # nothing chosen from a list
            return t("Please fill this in.")
        case "string_too_long" | "too_long":
            return t("Please use at most {n} signs.", n=context["max_length"])
        case "greater_than_equal":
            return t("Please give at least {n}.", n=context["ge"])
        case "less_than_equal":
            return t("Please give at most {n}.", n=context["le"])
        case "literal_error" | "enum":
            return t("Please choose one of the values in the list.")
    return t("This cannot be read. Please look at it again.")


@dataclass(slots=True)
class Filled(Generic[M]):
    """A form as sent: ``raw`` to show again, ``value`` if it holds, ``errors`` by field ("": the whole)."""

    raw: dict[str, Any]
    value: M | None = None
    errors: dict[str, Words] = field(default_factory=dict)
    status: int = 200

    @property
    def ok(self) -> bool:
        return not self.errors

    @property
    def valid(self) -> M:
        """The model; only to be asked of a form that is ``ok``."""
        if self.value is None:
            raise RuntimeError("the form has errors")
        return self.value

    def refuse(self, error: MarketError) -> None:
        """Put a refusal where it belongs; one of several fields beside each of them."""
        self.errors |= error.by_field or {"": error.words}
        self.status = error.status

    def get(self, name: str, default: Any = "") -> Any:
        return self.raw.get(name, default)

    def rows(self, name: str) -> list[int]:
        """The numbers of the rows of fields that the form holds as ``<name><number>.<field>``, ascending."""
        found = (re.fullmatch(rf"{name}([1-9]\d?)\.\w+", one) for one in self.raw)
        return sorted({int(match[1]) for match in found if match})


def raw_of(data: FormData) -> dict[str, Any]:
    """The text values by name; a name that comes several times gives a list."""
    raw: dict[str, Any] = {}
    for name in data:
        # A body may name an encoding that makes lone surrogates; no page could show them again.
        values = [_LONE.sub(UNREADABLE, text) for text in data.getlist(name) if isinstance(text, str)]
        if values and name != csrf.FIELD:
            raw[_LONE.sub(UNREADABLE, name)] = values[0] if len(values) == 1 else values
    return raw


def fill(model: type[M], raw: dict[str, Any]) -> Filled[M]:
    """Try the values on the model. List fields take one value as a list of one."""
    shaped = dict(raw)
    for name, info in model.model_fields.items():
        if name in shaped and _is_list(info.annotation) and not isinstance(shaped[name], list):
            shaped[name] = [shaped[name]]
        elif name in shaped and isinstance(shaped[name], list) and not _is_list(info.annotation):
            shaped[name] = shaped[name][0]
    form: Filled[M] = Filled(raw=raw)
    try:
        form.value = model.model_validate(shaped)
    except ValidationError as wrong:
        form.status = 422
        for error in wrong.errors():
            name = str(error["loc"][0]) if error["loc"] else ""
            form.errors.setdefault(name, words_for(error))
    return form


def _is_list(annotation: Any) -> bool:
    return getattr(annotation, "__origin__", None) is list


def blank(model: type[M], **values: Any) -> Filled[M]:
    """An empty form, with sensible values already in it."""
    return Filled(raw={name: value for name, value in values.items() if value is not None})


@contextmanager
def refusals(session: Session, form: Filled[Any]) -> Iterator[None]:
    """Around a service call: a refusal rolls everything back and stands beside its field."""
    try:
        yield
    except MarketError as error:
        if error.status not in (409, 422, 429):
            raise
        session.rollback()
        form.refuse(error)


def query_fields(request: Request) -> dict[str, Any]:
    """The fields of an address, as ``raw_of`` gives those of a form."""
    params = request.query_params
    found = {name: params.getlist(name) for name in params}
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def page_number(request: Request) -> int:
    """The ``page`` of an address; whatever cannot be one is the first."""
    text = request.query_params.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text) else 1


def must(value: Any, name: str) -> Any:
    """The value, or a refusal that it is missing."""
    if value in (None, ""):
        raise Invalid(t("Please fill this in."), field=name)
    return value
