"""A program that asks the market: it follows the OpenAPI document, and every answer it gets is checked for
manners (kind, marks, how long it may be kept) and against the schema that is declared for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsonschema
from fastapi import FastAPI

from tests.pages import Browser

API = "/api/v1"
#: Of the people that tests/make.py makes: how their numbers, mail addresses and names are written.
PERSONAL = ("912000111", "912000222", "912 000 111", "@vidu.test", "Người thứ")
Document = Mapping[str, Any]


class Program:
    """Asks without cookies, as a browser that nobody signed in with."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        app: Any = browser.client.app
        assert isinstance(app, FastAPI)
        self.document: dict[str, Any] = app.state.api_document()

    def get(self, path: str, *, headers: Mapping[str, str] | None = None, **fields: Any) -> Any:
        """The answer as it came."""
        self.browser.before()
        return self.browser.client.get(path, params=fields or None, headers=dict(headers or {}))

    def ask(self, path: str, **fields: Any) -> Any:
        """What an operation answers, checked against what is declared for it."""
        response = self.get(API + path, **fields)
        assert response.status_code == 200, response.text
        assert response.headers["content-type"] == "application/json"
        assert response.headers["cache-control"] == "public, max-age=60"
        assert response.headers["etag"].removeprefix("W/").strip('"').isalnum()
        assert "set-cookie" not in response.headers
        body = response.json()
        fits(self.document, declared(self.document, API + path, 200), body)
        return body

    def refused(self, path: str, status: int, *, lang: str = "", **fields: Any) -> dict[str, str]:
        """What is wrong by field; the answer is a problem document that says so."""
        given = {**fields, "lang": lang} if lang else fields
        whole = path if path.startswith("/listings.atom") else API + path
        response = self.get(whole, **given)
        assert response.status_code == status, response.text
        assert response.headers["content-type"] == "application/problem+json"
        assert response.headers["cache-control"] == "private, no-cache"
        body = response.json()
        fits(self.document, {"$ref": "#/components/schemas/Problem"}, body)
        assert body["status"] == status
        assert body["type"] == "about:blank"
        return {one["field"]: one["detail"] for one in body.get("errors", ())}


def declared(document: Document, path: str, status: int) -> dict[str, Any]:
    """The schema that the document declares for the answer of the operation at an address."""
    parts = path.split("/")
    for template, methods in document["paths"].items():
        shape = template.split("/")
        alike = (a == b or a.startswith("{") for a, b in zip(shape, parts, strict=False))
        if len(shape) == len(parts) and all(alike):
            content = methods["get"]["responses"][str(status)]["content"]
            found: dict[str, Any] = next(iter(content.values()))["schema"]
            return found
    raise AssertionError(f"no operation at {path}")


def fits(document: Document, schema: Mapping[str, Any], body: Any) -> None:
    """Refuse what is not as declared; so are fields that a schema does not name."""
    wrong = [
        f"{'/'.join(map(str, one.absolute_path))}: {one.message}"
        for one in _checker(document, schema).iter_errors(body)
    ]
    assert not wrong, "\n".join(wrong)
    model = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    assert set(body) <= set(model["properties"])


def _checker(document: Document, schema: Mapping[str, Any]) -> Any:
    whole = {**schema, "components": document["components"]}
    return jsonschema.Draft202012Validator(whole)
