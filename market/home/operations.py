"""The OpenAPI document as the page shows it: the operations with their parameters. Read from the document
itself, so that the page cannot say anything else; what is for readers is said in their language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from market.web.language import say
from market.words import Words


@dataclass(frozen=True, slots=True)
class Told:
    """A parameter: its name, what it is for, and the values it may have if they are few."""

    name: str
    words: str
    values: str
    many: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation. ``answer`` names the schema of what it answers, ``body`` that of what it takes; ``own``:
    it needs a token.
    """

    id: str
    method: str
    path: str
    words: str
    parameters: tuple[Told, ...]
    answer: str
    body: str
    own: bool


def of_document(document: Mapping[str, Any]) -> list[Operation]:
    """All operations in the document's order."""
    return [
        _operation(path, method, told)
        for path, methods in sorted(document["paths"].items())
        for method, told in methods.items()
    ]


def _operation(path: str, method: str, told: Mapping[str, Any]) -> Operation:
    done = told["responses"].get("200") or told["responses"]["201"]
    return Operation(
        id=told["operationId"],
        method=method.upper(),
        path=path,
        words=say(Words(told["summary"])),
        parameters=tuple(_parameters(told.get("parameters", ()))),
        answer=_schema(done),
        body=_schema(told["requestBody"]) if "requestBody" in told else "",
        own="security" in told,
    )


def _schema(told: Mapping[str, Any]) -> str:
    """The name of the schema of an answer or a body; of files, in which kinds they are sent."""
    content = told["content"]
    if "application/json" not in content:
        return ", ".join(content)
    name: str = content["application/json"]["schema"].get("$ref", "")
    return name.rpartition("/")[2]


def _parameters(found: Any) -> Iterator[Told]:
    for one in found:
        schema = one["schema"]
        values = schema.get("items", schema).get("enum", ())
        words = say(Words(one["description"]))
        yield Told(one["name"], words, ", ".join(values), "items" in schema)
