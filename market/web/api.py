"""Tools for the JSON API that know no feature: parameters that are read strictly and described once, answers
that say whether they have changed, the words of a refusal, and the OpenAPI document. The operations are in
each feature's api.py. What is answered never depends on who asks or in which language: it may be kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema
from starlette.routing import BaseRoute

from market.errors import InvalidFields
from market.web.context import LANGUAGES
from market.words import Named, Words, t

PREFIX = "/api/v1"
PROBLEM = "application/problem+json"
#: So many wrong parameters are told at once.
MOST_TOLD = 20

#: Kilograms with up to three decimals, or whole pieces.
Amount = Annotated[
    int | float, WithJsonSchema({"type": "number", "description": "kg with up to three decimals, or pieces"})
]
Count = Annotated[int, Field(ge=0)]


class Model(BaseModel):
    """What an answer is made of: nothing in it that is not declared."""

    model_config = ConfigDict(extra="forbid")


class Name(Model):
    """A name that the data hold in both languages."""

    vi: str
    en: str

    @classmethod
    def of(cls, named: Named) -> Name:
        return cls(vi=named.vi, en=named.en)


class WrongField(Model):
    """A parameter that cannot be taken, and why, in the language asked for."""

    field: str
    detail: str


class Problem(Model):
    """A refusal (RFC 9457)."""

    type: str = Field(description="always about:blank: the status says what kind it is")
    title: str
    status: int
    detail: str
    errors: list[WrongField] = Field(default=[], description="left out where no parameter is to blame")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an address. ``schema`` is its JSON Schema, of one value where several may come."""

    name: str
    words: Words
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"}, hash=False)
    many: bool = False

    def described(self) -> dict[str, Any]:
        """As the OpenAPI document has it."""
        schema: dict[str, Any] = dict(self.schema)
        if self.many:
            schema = {"type": "array", "items": schema}
        told: dict[str, Any] = {
            "name": self.name,
            "in": "query",
            "required": False,
            "description": str(self.words),
            "schema": schema,
        }
        return {**told, "style": "form", "explode": True} if self.many else told


LANG = Parameter(
    "lang",
    t("Language of the words of a refusal; without it Accept-Language decides"),
    {"type": "string", "enum": list(LANGUAGES)},
)


def parameters(*own: Parameter) -> dict[str, Any]:
    """The parameters of an operation for the OpenAPI document."""
    return {"parameters": [one.described() for one in (*own, LANG)]}


def read(request: Request, *own: Parameter) -> dict[str, Any]:
    """The parameters as given, empty ones left out: text, or a list where one may be repeated.

    Refuses with all that is wrong what would otherwise be passed over in silence: a name that is not known,
    a second value where one is meant, a language that is none.
    """
    known = {one.name: one for one in (*own, LANG)}
    given, wrong = {}, {}
    params = request.query_params
    for name in dict.fromkeys(params):
        if name not in known:
            wrong[name[:60]] = t("There is no such parameter.")
            continue
        values = [value for value in params.getlist(name) if value != ""]
        if len(values) > 1 and not known[name].many:
            wrong[name] = t("Give this once.")
        elif values:
            given[name] = values if known[name].many else values[0]
    if given.get(LANG.name, LANGUAGES[0]) not in LANGUAGES:
        wrong[LANG.name] = t("Please choose one of the values in the list.")
    refuse(wrong)
    return given


def refuse(wrong: Mapping[str, Words]) -> None:
    """Refuse with these words beside their parameters, if there are any."""
    if wrong:
        raise InvalidFields(dict(list(wrong.items())[:MOST_TOLD]))


def answer(
    request: Request,
    body: BaseModel,
    *,
    links: Mapping[str, str | None] | None = None,
    unsteady: Iterable[str] = (),
) -> Response:
    """The answer as JSON, or 304. ``links`` are told in a header, too, by their relation.

    ``unsteady`` fields (how long it took) do not make another answer: its mark is a weak one then.
    """
    loose = set(unsteady)
    content = body.model_dump_json().encode()
    mark = etag(body.model_dump_json(exclude=loose).encode(), weak=True) if loose else etag(content)
    told = [f'<{address}>; rel="{relation}"' for relation, address in (links or {}).items() if address]
    headers = {"Link": ", ".join(told)} if told else {}
    return kept(request, content, media_type="application/json", mark=mark, headers=headers)


def etag(content: bytes, *, weak: bool = False) -> str:
    """The mark of these very bytes; ``weak``: of what they mean."""
    return ("W/" if weak else "") + f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def kept(
    request: Request,
    content: bytes,
    *,
    media_type: str,
    mark: str = "",
    seconds: int = 60,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An answer that anybody may keep for a while and then ask whether it still holds (304)."""
    mark = mark or etag(content)
    told = {"ETag": mark, "Cache-Control": f"public, max-age={seconds}", **(headers or {})}
    held = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if "*" in held or mark.removeprefix("W/") in held:
        return Response(status_code=304, headers=told)
    return Response(content, media_type=media_type, headers=told)


def _problem(words: str) -> dict[str, Any]:
    reference = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    return {"description": words, "content": {PROBLEM: {"schema": reference}}}


#: What stands in the operations' paths.
_IN_PATHS = {
    "listing_id": t("Number of a listing, as in the address of its page"),
    "code": t("Code of a unit, as in the address of its page"),
}
#: What operations answer besides what they were asked for.
WRONG: dict[int | str, dict[str, Any]] = {
    304: {"description": "What you hold (If-None-Match) still holds"},
    422: _problem("A parameter cannot be taken; nothing was looked for"),
    503: _problem("The database does not answer just now"),
}
MISSING: dict[int | str, dict[str, Any]] = {404: _problem("There is nothing here that is public"), **WRONG}


def document(routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """The OpenAPI document of these routes."""
    made = get_openapi(
        title="Chợ Liên Kết",
        version="1",
        description=(
            "What the market shows to everybody, for programs: listings, products, places, cooperatives and "
            "the figures of ended periods. Amounts are kilograms with up to three decimals, or pieces; "
            "prices are đồng for one of these. Days are days in Asia/Ho_Chi_Minh. Answers carry an ETag. "
            "Refusals are problem documents (RFC 9457)."
        ),
        routes=routes,
    )
    for methods in made["paths"].values():
        for told in methods.values():
            for one in told["parameters"]:
                if one["in"] == "path":
                    one["description"] = str(_IN_PATHS[one["name"]])
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    template = "#/components/schemas/{model}"
    schemas[WrongField.__name__] = WrongField.model_json_schema(ref_template=template)
    schemas[Problem.__name__] = {
        name: part
        for name, part in Problem.model_json_schema(ref_template=template).items()
        if name != "$defs"
    }
    return made
