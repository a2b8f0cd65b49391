"""Tools for the JSON API that know no feature: parameters that are read strictly and described once, answers
that say whether they have changed, the words of a refusal, and the OpenAPI document. The operations are in
each feature's api.py. What is public never depends on who asks or in which language: it may be kept. What
programs send is read in sent.py.
"""

from __future__ import annotations

import hashlib
import re
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
from market.web.pages import absolute, address
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

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Name(Model):
    """A name that the data hold in both languages."""

    vi: str
    en: str

    @classmethod
    def of(cls, named: Named) -> Name:
        return cls(vi=named.vi, en=named.en)


class Paged(Model):
    """A page of a list of one's own."""

    total: Count
    page: int
    pages: Count
    next: str | None
    prev: str | None


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
    """A parameter of an address. ``schema`` is its JSON Schema, of one value where several may come.
    ``place``: where it is given.
    """

    name: str
    words: Words
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"}, hash=False)
    many: bool = False
    place: str = "query"

    def described(self) -> dict[str, Any]:
        """As the OpenAPI document has it."""
        schema: dict[str, Any] = dict(self.schema)
        if self.many:
            schema = {"type": "array", "items": schema}
        told: dict[str, Any] = {
            "name": self.name,
            "in": self.place,
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


PAGE = Parameter(
    "page", t("Number of the page, from 1"), {"type": "integer", "minimum": 1, "maximum": 500, "default": 1}
)
KEY = Parameter(
    "Idempotency-Key",
    t("Sent again under the same key the same request is not done again, and answered as before"),
    {"type": "string", "minLength": 1, "maxLength": 200},
    place="header",
)


def parameters(*own: Parameter) -> dict[str, Any]:
    """The parameters of an operation for the OpenAPI document."""
    return {"parameters": [one.described() for one in (*own, LANG)]}


def private(*own: Parameter) -> dict[str, Any]:
    """The same for an operation that needs a token."""
    return {**parameters(*own), "security": [{"bearer": []}]}


def writes(body: type[BaseModel], example: Mapping[str, Any], **more: Mapping[str, Any]) -> dict[str, Any]:
    """The same for one that writes, with its body and examples of it (``more``: others by their names)."""
    _bodies[body.__name__] = body
    examples = {"example": {"value": example}, **{name: {"value": value} for name, value in more.items()}}
    content = {"schema": {"$ref": _TEMPLATE.format(model=body.__name__)}, "examples": examples}
    needed = any(info.is_required() for info in body.model_fields.values())
    sent = {"required": needed, "content": {"application/json": content}}
    return {**private(KEY), "requestBody": sent}


def uploads(
    field: str, *kinds: str, beside: Mapping[str, Any] | None = None, needed: bool = True
) -> dict[str, Any]:
    """The same for one that takes files: one as the whole body, of these kinds, or several in a form, with
    fields ``beside`` them. In the form they are ``needed``, or not.
    """
    file = {"type": "string", "format": "binary"}
    form = {
        "type": "object",
        "required": [field] if needed else [],
        "properties": {field: {"type": "array", "minItems": 1, "items": file}, **(beside or {})},
    }
    content = {**{kind: {"schema": file} for kind in kinds}, "multipart/form-data": {"schema": form}}
    return {**private(KEY), "requestBody": {"required": True, "content": content}}


_TEMPLATE = "#/components/schemas/{model}"
#: The bodies that operations take, by the names of their schemas.
_bodies: dict[str, type[BaseModel]] = {}


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


def page_of(given: Mapping[str, Any]) -> int:
    """The ``page`` that was asked for; refuses what is no number of one."""
    return number_of(given, PAGE) or 1


def number_of(given: Mapping[str, Any], parameter: Parameter) -> int | None:
    """A whole number from 1 up to the ``maximum`` of its parameter, below 10,000; None where none is given.
    Refuses what is none.
    """
    text, most = given.get(parameter.name), int(parameter.schema["maximum"])
    if text is None:
        return None
    if not re.fullmatch("[0-9]{1,4}", text) or not 1 <= int(text) <= most:
        refuse({parameter.name: t("Please give a number from 1 to {n}.", n=most)})
    return int(text)


def choice_of(given: Mapping[str, Any], *parameters: Parameter) -> None:
    """Refuse values that are none of those their parameters may have."""
    refuse(
        {
            one.name: t("Please choose one of the values in the list.")
            for one in parameters
            if given.get(one.name, one.schema["enum"][0]) not in one.schema["enum"]
        }
    )


def beside(
    request: Request, path: str, given: Mapping[str, Any], *, page: int, pages: int
) -> dict[str, str | None]:
    """The addresses of the page before and the page after, by their relation."""

    def of_page(number: int) -> str:
        return absolute(request, address(path, given, page=number))

    return {
        "next": of_page(page + 1) if page < pages else None,
        "prev": of_page(min(page - 1, pages)) if page > 1 and pages else None,
    }


def paging(
    request: Request, path: str, given: Mapping[str, Any], *, page: int, total: int, size: int
) -> dict[str, Any]:
    """What a page says of itself (the fields of ``Paged``)."""
    pages = -(-total // size)
    return {
        "total": total,
        "page": page,
        "pages": pages,
        **beside(request, path, given, page=page, pages=pages),
    }


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
    secret: bool = False,
) -> Response:
    """The answer as JSON, or 304. ``links`` are told in a header, too, by their relation.

    ``unsteady`` fields (how long it took) do not make another answer: its mark is a weak one then. What is
    ``secret`` is for the asker alone.
    """
    loose = set(unsteady)
    content = body.model_dump_json(by_alias=True).encode()
    mark = etag(body.model_dump_json(exclude=loose).encode(), weak=True) if loose else etag(content)
    told = [f'<{address}>; rel="{relation}"' for relation, address in (links or {}).items() if address]
    headers = {"Link": ", ".join(told)} if told else {}
    if secret:
        headers |= {"Cache-Control": "private, no-cache", "Vary": "Authorization"}
    return kept(request, content, media_type="application/json", mark=mark, headers=headers)


def answer_page(request: Request, body: Paged) -> Response:
    """The answer of a page of one's own, with its neighbours' addresses in the header, too."""
    return answer(request, body, links={"next": body.next, "prev": body.prev}, secret=True)


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
    "lot_id": t("Number of a lot, as one's own listing tells it"),
    "inquiry_id": t("Number of an inquiry, as in the address of its page"),
    "link_id": t("Number of an agreement, as in the address of its page"),
    "delivery_id": t("Number of a delivery, as the agreement tells it"),
    "amendment_id": t("Number of the other terms, as the agreement tells it"),
    "certificate_id": t("Number of a certificate, as one's list tells it"),
    "file_id": t("Number of a file, as the list of files tells it"),
    "check": t("Code of what has to pass, as the agreement's terms tell it"),
    "photo": t("Name of a photo, as the list of the listing's photos tells it"),
    "demand_id": t("Number of a demand, as in the address of its page"),
}
#: What operations answer besides what they were asked for.
WRONG: dict[int | str, dict[str, Any]] = {
    304: {"description": "What you hold (If-None-Match) still holds"},
    422: _problem("A parameter cannot be taken; nothing was looked for"),
    503: _problem("The database does not answer just now"),
}
MISSING: dict[int | str, dict[str, Any]] = {404: _problem("There is nothing here that is public"), **WRONG}
#: What operations for one's own answer besides.
_OWN: dict[int | str, dict[str, Any]] = {
    401: {
        **_problem("No token, or one that is not known or was revoked"),
        "headers": {"WWW-Authenticate": {"schema": {"type": "string"}}},
    },
    403: _problem("The token's person may not do this"),
}
PRIVATE: dict[int | str, dict[str, Any]] = {**WRONG, **_OWN}
THEIRS: dict[int | str, dict[str, Any]] = {404: _problem("There is nothing of the asker's here"), **PRIVATE}
#: And those that write.
WRITTEN: dict[int | str, dict[str, Any]] = {
    **_OWN,
    400: _problem("The body is no JSON"),
    404: _problem("There is nothing of the asker's here"),
    409: _problem("It stands otherwise by now, or the key was used for another request; nothing is changed"),
    413: _problem("The body is too long"),
    422: _problem("Something in the body cannot be taken: see errors; nothing is changed"),
    429: {
        **_problem("Too many changes in a minute"),
        "headers": {"Retry-After": {"schema": {"type": "integer"}, "description": "seconds"}},
    },
    503: _problem("The database does not answer just now"),
}


def document(routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """The OpenAPI document of these routes."""
    made = get_openapi(
        title="Chợ Liên Kết",
        version="1",
        description=(
            "The market for programs. Everybody reads listings, products, places, cooperatives and the "
            "figures of ended periods; with a token a program trades as its person may. Amounts are "
            "kilograms with up to three decimals, or pieces; prices are đồng for one of these. Days are days "
            "in Asia/Ho_Chi_Minh. Answers to GET carry an ETag. Refusals are problem documents (RFC 9457)."
        ),
        routes=routes,
    )
    for methods in made["paths"].values():
        for told in methods.values():
            for one in told["parameters"]:
                if one["in"] == "path":
                    one["description"] = str(_IN_PATHS[one["name"]])
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    made["components"]["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    for name, body in _bodies.items():
        schema = body.model_json_schema(ref_template=_TEMPLATE)
        schemas |= {**schema.pop("$defs", {}), name: schema}
    schemas[WrongField.__name__] = WrongField.model_json_schema(ref_template=_TEMPLATE)
    schemas[Problem.__name__] = {
        name: part
        for name, part in Problem.model_json_schema(ref_template=_TEMPLATE).items()
        if name != "$defs"
    }
    return made
