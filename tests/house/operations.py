"""Bodies and addresses for operations, made of nothing but what the OpenAPI document says of them: those that
fit their schema, and those in which something does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import strategies as st

from tests.house.rights import TABLE
from tests.machines import API

Schema = Mapping[str, Any]
Strategy = st.SearchStrategy[Any]

DAYS = ("2026-03-10", "2026-03-20", "2026-05-01", "2025-01-01", "2199-12-31")
#: What fits no place where something else is meant.
ODD: Strategy = st.one_of(
    st.sampled_from((None, True, "", "0", "x" * 5000, "\x00", "\ud800", [], {}, -1, 0, 1.5, 2**63, 10**40)),
    st.text(max_size=5),
)


def named(document: Mapping[str, Any]) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Of each operation: its name in the rights table, its method, its path in the document, and what that
    tells of it.
    """
    by_shape = {
        (right.method.lower(), _shape(right.path)): name
        for name, right in TABLE.items()
        if right.path.startswith(API)
    }
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            yield by_shape[method, _shape(path)], method.upper(), path, told


def _shape(path: str) -> tuple[str, ...]:
    return tuple("{}" if part.startswith("{") else part for part in path.split("/"))


def fitting(document: Mapping[str, Any], schema: Schema) -> Strategy:
    """Values that fit a schema of the kind that our documents hold."""
    if "$ref" in schema:
        return fitting(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return st.one_of([fitting(document, one) for one in schema["anyOf"]])
    if "enum" in schema or "const" in schema:
        return st.sampled_from(schema.get("enum") or [schema["const"]])
    kinds = schema.get("type", "null")
    if isinstance(kinds, list):
        return st.one_of([fitting(document, {**schema, "type": kind}) for kind in kinds])
    match kinds:
        case "object":
            return _objects(document, schema)
        case "array":
            most = min(schema.get("maxItems", 3), 3)
            inner = fitting(document, schema["items"])
            return st.lists(inner, min_size=min(schema.get("minItems", 0), most), max_size=most)
        case "integer":
            return st.integers(schema.get("minimum", 0), min(schema.get("maximum", 10**6), 10**6))
        case "number":
            low = schema.get("minimum", schema.get("exclusiveMinimum", 0))
            return st.sampled_from((low + 0.5, 0.25)) | st.integers(
                int(low), int(schema.get("maximum", 10**5))
            )
        case "boolean":
            return st.booleans()
        case "string" if schema.get("format") == "date":
            return st.sampled_from(DAYS)
        case "string":
            longest = min(schema.get("maxLength", 12), 12)
            text = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=longest)
            return text | st.sampled_from(("kg", "tấn", "lua-st25", "96", "HACCP", "45-55"))
    return st.none()


def _objects(document: Mapping[str, Any], schema: Schema) -> Strategy:
    known = schema.get("properties", {})
    if not known and isinstance(schema.get("additionalProperties"), Mapping):
        keys = st.sampled_from(("moisture", "broken", "colour", "count_per_kg"))
        return st.dictionaries(keys, fitting(document, schema["additionalProperties"]), max_size=2)
    needed = set(schema.get("required", ()))
    made = {name: fitting(document, one) for name, one in known.items()}
    return st.fixed_dictionaries(
        {name: made[name] for name in made if name in needed},
        optional={name: made[name] for name in made if name not in needed},
    )


@st.composite
def spoilt(draw: st.DrawFn, body: Strategy) -> Any:
    """A body in which one thing, somewhere, is another."""
    whole = draw(body)
    at = whole
    while isinstance(at, dict | list) and at:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        key = draw(st.sampled_from(keys))
        if isinstance(at[key], dict | list) and at[key] and draw(st.booleans()):
            at = at[key]
            continue
        if isinstance(at, dict) and draw(st.booleans()):
            at[draw(st.sampled_from(("zzz", "from_", "id")))] = draw(ODD)
        else:
            at[key] = draw(ODD)
        break
    return whole
