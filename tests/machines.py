"""A program that asks the market: it follows the OpenAPI document, and every answer it gets is checked for
manners (kind, marks, how long it may be kept) and against the schema that is declared for it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import jsonschema
from fastapi import FastAPI
from sqlalchemy.orm import Session

from market.accounts import service as accounts
from market.accounts.models import User
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


class Trader(Program):
    """A program with a token: each of its answers has a status and a schema that its operation declares."""

    def __init__(self, browser: Browser, session: Session, user: User) -> None:
        super().__init__(browser)
        self.token = accounts.add_token(session, user_id=user.id, name="test")
        session.commit()

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str = "",
        raw: bytes | None = None,
        **more: str | bytes,
    ) -> Any:
        """The answer as it came, checked against what is declared for it."""
        headers = {"Authorization": f"Bearer {self.token}", **more}
        if key:
            headers["Idempotency-Key"] = key
        content = raw if raw is not None or body is None else json.dumps(body).encode()
        self.browser.before()
        response = self.browser.client.request(method, API + path, content=content, headers=headers)
        check_declared(self.document, method, path, response)
        return response

    def does(self, method: str, path: str, body: Any = None, *, key: str = "") -> Any:
        """What is answered to what is done."""
        response = self.send(method, path, body, key=key)
        assert response.status_code in (200, 201), response.text
        return response.json()

    def look(self, path: str) -> Any:
        """What is read of one's own: nobody else may keep it."""
        response = self.send("GET", path)
        assert response.status_code == 200, response.text
        assert response.headers["cache-control"] == "private, no-cache"
        assert response.headers["vary"] == "Authorization"
        return response.json()

    def wrong(self, method: str, path: str, status: int, body: Any = None, **what: Any) -> dict[str, str]:
        """What is wrong by field."""
        response = self.send(method, path, body, **what)
        assert response.status_code == status, response.text
        return {one["field"]: one["detail"] for one in response.json().get("errors", ())}


def check_declared(document: Document, method: str, path: str, response: Any) -> None:
    """An answer is of a kind that its operation declares, and has the declared schema."""
    plain = path.split("?")[0]
    schema = declared(document, API + plain, response.status_code, method.lower())
    kind = response.headers["content-type"].partition(";")[0]
    if schema.get("format") == "binary":  # a file: of one of the kinds that are declared
        assert kind in ("image/webp", "application/pdf")
        return
    if response.status_code < 400:
        assert response.headers["content-type"] == "application/json"
    else:
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["status"] == response.status_code
    assert (response.status_code == 401) is ("www-authenticate" in response.headers)
    fits(document, schema, response.json())


def declared(document: Document, path: str, status: int, method: str = "get") -> dict[str, Any]:
    """The schema that the document declares for the answer of the operation at an address."""
    parts = path.split("/")
    for template, methods in document["paths"].items():
        shape = template.split("/")
        alike = (a == b or a.startswith("{") for a, b in zip(shape, parts, strict=False))
        # "mine" is an address of its own.
        if len(shape) == len(parts) and all(alike) and ("mine" in shape) is ("mine" in parts):
            if method not in methods:
                continue
            told = methods[method]["responses"]
            assert str(status) in told, f"{method} {path} answers {status}, which is not declared"
            content = told[str(status)]["content"]
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
