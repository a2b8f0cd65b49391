"""What programs send to the JSON API: a body read strictly into a model, and the idempotency key under which
an operation is done once and answered alike however often it is sent. Who sends it is accounts/machine.py's;
how a body is described in the OpenAPI document stands in api.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, TypeVar

from fastapi import Request
from fastapi.responses import Response
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    ValidationError,
    WithJsonSchema,
)
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from market import once
from market.db import MAX_ID, MAX_PRICE
from market.errors import Invalid, MarketError
from market.web import api
from market.web.forms import UNREADABLE, Refused, clean_text, parse_day, words_for
from market.words import Words, t

M = TypeVar("M", bound=BaseModel)

#: More than the longest body that anybody can mean.
MOST_BYTES = 64 * 1024
#: More digits before the point, and behind it, than a number within our bounds has.
MOST_DIGITS, MOST_DECIMALS = 19, 9
DEEPEST = 8
KEY = "Idempotency-Key"
LONGEST_KEY = 200
_KEY = re.compile(rf"[\x21-\x7e]{{1,{LONGEST_KEY}}}")
_LONE = re.compile("[\ud800-\udfff]")

NO_JSON = t("The body is no JSON that can be read.")
NO_OBJECT = t("The body must be a JSON object, with the fields of this operation.")
OTHER_BODY = t(
    "Under this Idempotency-Key something else was asked before. Take a new key for a new request."
)

#: Pydantic's findings that only a program can give cause for.
_FINDINGS = {
    "extra_forbidden": t("There is no such field."),
    "string_type": t("This must be text."),
    "list_type": t("This must be a list."),
    "dict_type": t("This must be an object."),
    "model_type": t("This must be an object."),
    "bool_type": t("This must be true or false."),
}


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Refused(t("This must be a number, not text."))
    number = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or number.adjusted() >= MOST_DIGITS or exponent < -MOST_DECIMALS:
        raise Refused(t("This number cannot be meant."))
    return number


def _whole(value: Any) -> int:
    number = _number(value)
    if number != int(number):
        raise Refused(t("This must be a whole number."))
    return int(number)


def _day(value: Any) -> date:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise Refused(t("Please write the day as 2026-03-25."))
    day: date = parse_day(value)
    return day


Bool = StrictBool
Number = Annotated[Decimal, BeforeValidator(_number), WithJsonSchema({"type": "number"})]
#: A volume in its unit; that it is above zero is said by who knows the unit.
Amount = Annotated[
    Decimal, BeforeValidator(_number), WithJsonSchema({"type": "number", "exclusiveMinimum": 0})
]
Whole = Annotated[int, Field(ge=0, le=MAX_ID), BeforeValidator(_whole)]
Id = Annotated[int, Field(ge=1, le=MAX_ID), BeforeValidator(_whole)]
Days = Annotated[int, Field(ge=0, le=365), BeforeValidator(_whole)]
Count = Annotated[int, Field(ge=0, le=10**7), BeforeValidator(_whole)]
Money = Annotated[int, Field(ge=0, le=10**12, description="đồng"), BeforeValidator(_whole)]
Price = Annotated[int, Field(ge=1, le=MAX_PRICE, description="đồng per kg or piece"), BeforeValidator(_whole)]
#: What is added to a price, or taken off.
Difference = Annotated[int, Field(ge=-MAX_PRICE, le=MAX_PRICE), BeforeValidator(_whole)]
Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-03-25"]}),
]
Text = Annotated[str, BeforeValidator(clean_text), Field(max_length=200)]
Unit = Annotated[
    str,
    BeforeValidator(clean_text),
    Field(max_length=40, description="kg (the default), tonne, piece, or a pack of the product"),
]


class Body(BaseModel):
    """What a program may send: no field that is not declared."""

    model_config = ConfigDict(extra="forbid")


class Nothing(Body):
    """The body may be left out."""


async def receive(request: Request) -> bytes:
    """The body's bytes; refuses what is too long before it is all here."""
    parts, size = [], 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > MOST_BYTES:
                raise HTTPException(413)
            parts.append(part)
    except ClientDisconnect as gone:
        # Whoever gave up while sending is no fault of ours; nobody is left to read the answer.
        raise HTTPException(400) from gone
    return b"".join(parts)


def parse(raw: bytes) -> dict[str, Any]:
    """The JSON object that the body is, no body being an empty one. Numbers with a point are Decimals."""
    if not raw.strip():
        return {}
    try:
        found = json.loads(
            raw.decode(),
            parse_int=_read_whole,
            parse_float=_read_point,
            parse_constant=Decimal,
            object_pairs_hook=_object,
        )
    except (ValueError, RecursionError):
        raise MarketError(NO_JSON) from None
    if not isinstance(found, dict):
        raise Invalid(NO_OBJECT)
    _check_depth(found)
    return found


def _check_depth(found: Any) -> None:
    """Refuse what is nested deeper than anything that is meant: whoever walks through it would fall."""
    level = [found]
    for _ in range(DEEPEST):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
    if any(isinstance(one, dict | list) for one in level):
        raise Invalid(t("The body is nested too deeply."))


def _read_whole(text: str) -> int | Decimal:
    # Python refuses to read thousands of digits as an int; the field will refuse them as a number.
    return int(text) if len(text) <= MOST_DIGITS + 1 else Decimal(text)


def _read_point(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("Infinity")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    api.refuse({_named(name): t("There is no such field.") for name in found if _LONE.search(name)})
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        api.refuse({_named(name): t("Give this once.") for name in found if names.count(name) > 1})
    return found


def fit(model: type[M], given: Mapping[str, Any]) -> M:
    """The body as the model; refuses with all that is wrong, each by its path (``schedule.0.volume``)."""
    try:
        return model.model_validate(given)
    except ValidationError as wrong:
        found: dict[str, Words] = {}
        for error in wrong.errors(include_url=False):
            path = ".".join(_named(str(part)) for part in error["loc"])
            found.setdefault(path, _words(error))
        api.refuse(found)
        raise  # never reached: there is always something wrong


def _words(error: Mapping[str, Any]) -> Words:
    if error["type"] == "too_long" and isinstance(error["input"], list | dict):
        return t("Please give at most {n}.", n=error["ctx"]["max_length"])
    return _FINDINGS.get(error["type"]) or words_for(error)


def _named(name: str) -> str:
    return _LONE.sub(UNREADABLE, name)[:60]


@dataclass(frozen=True, slots=True)
class Made:
    """What an operation answers; ``location`` is the address of what was made."""

    body: BaseModel
    status: int = 200
    location: str | None = None


def answer_once(
    request: Request,
    session: Session,
    *,
    user_id: int | None,
    given: Mapping[str, Any],
    work: Callable[[], Made],
) -> Response:
    """Do the work and answer; under a key of the user's that was used before for the same, the answer of that
    time. Of several at the same instant one works and the others wait for it. What is refused leaves the key
    free. Refuses (Conflict) a key under which another operation was asked, or one with another body.
    """
    key = _key(request)
    if key is None:
        return _response(*_written(work()))
    scope = f"{user_id}:api"
    told = json.dumps(given, sort_keys=True, default=str)
    body_hash = once.digest(request.method, request.url.path, told)
    answer = once.seen(session, scope=scope, key=key, body_hash=body_hash, refusal=OTHER_BODY)
    if answer:
        return _response(*json.loads(answer), again=True)
    written = _written(work())
    once.answered(session, scope=scope, key=key, answer=json.dumps(written))
    return _response(*written)


def do_once(
    request: Request,
    session: Session,
    *,
    user_id: int | None,
    raw: bytes,
    model: type[M],
    work: Callable[[M], Made],
) -> Response:
    """Read the body into its model, do the work on it and answer, as ``answer_once``."""
    given = parse(raw)
    # A key is looked up first: another body under it is that, whatever else is wrong with it.
    return answer_once(request, session, user_id=user_id, given=given, work=lambda: work(fit(model, given)))


def _key(request: Request) -> str | None:
    sent = request.headers.getlist(KEY)
    if not sent:
        return None
    if len(sent) > 1 or not _KEY.fullmatch(sent[0]):
        raise Invalid(
            t("A key is 1 to {n} letters, digits and signs, without blanks.", n=LONGEST_KEY), field=KEY
        )
    return sent[0]


def _written(made: Made) -> tuple[str, int, str | None]:
    return made.body.model_dump_json(by_alias=True), made.status, made.location


def _response(text: str, status: int, location: str | None, *, again: bool = False) -> Response:
    headers = {"Location": location} if location else {}
    if again:
        headers["Idempotent-Replayed"] = "true"
    return Response(text, status_code=status, media_type="application/json", headers=headers)
