"""What all of the API owes programs: a document that holds, strict parameters, answers that say whether they
have changed, refusals in the language asked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from fastapi import FastAPI
from fastapi.openapi.models import OpenAPI
from sqlalchemy.orm import Session

from market.listings import service as listings
from market.web.context import speaking
from market.web.language import say
from market.words import Words
from tests import make, trade
from tests.house.hostile import every_route
from tests.machines import API, Program
from tests.pages import Browser

Open = Callable[[], Browser]


@pytest.fixture
def program(browser: Open) -> Program:
    return Program(browser())


Operation = tuple[str, str, dict[str, Any]]


def operations(document: dict[str, Any]) -> list[Operation]:
    """Path, method and what is told of every operation."""
    return [
        (path, method, told)
        for path, methods in document["paths"].items()
        for method, told in methods.items()
    ]


def test_the_document_is_a_whole_and_valid_one(program: Program) -> None:
    answer = program.get(f"{API}/openapi.json")
    assert answer.status_code == 200
    document = answer.json()
    assert document == program.document
    assert document["openapi"].startswith("3.1")
    OpenAPI.model_validate(document)
    schemas = document["components"]["schemas"]
    assert "HTTPValidationError" not in schemas, "refusals are problem documents"
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    references = {part.split('"')[0] for part in json.dumps(document).split('"$ref": "')[1:]}
    assert references == {f"#/components/schemas/{name}" for name in schemas}, "none dangles, none is idle"
    ids = [told["operationId"] for _, _, told in operations(document)]
    assert len(set(ids)) == len(ids)
    for path, method, told in operations(document):
        assert told["summary"], path
        assert told["description"], path
        named = {one["name"] for one in told["parameters"] if one["in"] == "path"}
        assert named == {part.strip("{}") for part in path.split("/") if part.startswith("{")}, path
        assert all(one["description"] for one in told["parameters"]), path
        keys = [(one["name"], one["in"]) for one in told["parameters"]]
        assert len(set(keys)) == len(keys), path
        for one in told["parameters"]:
            jsonschema.Draft202012Validator.check_schema(one["schema"])
        own = ["401", "403"] if "security" in told else []
        writes = ["400", "404", "409", "413", "429"] if method != "get" else []
        for status in ("422", "503", *(["404"] if named else []), *own, *writes):
            (kind,) = told["responses"][status]["content"]
            assert kind == "application/problem+json", path
        if method == "get":
            continue
        assert told["security"] == [{"bearer": []}], path
        assert "Idempotency-Key" in [one["name"] for one in told["parameters"]], path
        kinds = told["requestBody"]["content"]
        if "multipart/form-data" in kinds:
            # Files, whose bytes no schema describes.
            assert "application/json" not in kinds, path
            continue
        (content,) = kinds.values()
        for example in content["examples"].values():
            whole = {**content["schema"], "components": document["components"]}
            jsonschema.Draft202012Validator(whole).validate(example["value"])


def test_the_document_has_the_operations_of_the_api_and_no_pages(app: FastAPI, program: Program) -> None:
    known = {
        (route.path, method.lower())
        for route in every_route(app)
        for method in route.methods or ()
        if route.path.startswith(f"{API}/") and route.path != f"{API}/openapi.json"
    }
    assert {(path, method) for path, method, _ in operations(program.document)} == known
    assert {("/api/v1/listings", "get"), ("/api/v1/inquiries", "post")} <= known


@pytest.mark.parametrize("code", ["vi", "en"])
def test_the_page_for_people_lists_every_operation_and_parameter(
    program: Program, browser: Open, code: str
) -> None:
    here = browser()
    page = here.get(f"/language/{code}", next="/api/docs")
    assert page.status == 200
    assert page.path == "/api/docs"
    assert {"vi": "Tìm trong các tin đang bán", "en": "Search the published listings"}[code] in page.text
    for path, method, told in operations(program.document):
        assert f"{method.upper()} {path}" in page.text
        section = page.css(f"#{told['operationId']}")[0].parent
        assert section is not None
        assert [node.text() for node in section.css("td:first-child code")] == [
            one["name"] for one in told["parameters"]
        ]
        with speaking(code):
            for one in told["parameters"]:
                assert say(Words(one["description"])) in section.text()
    sources = [node.attributes.get("src") or "" for node in page.css("script")]
    assert all(source.startswith("/static/") for source in sources)
    assert "/api/v1/openapi.json" in page.links()


@pytest.fixture
def addresses(session: Session, program: Program) -> list[str]:
    """An address of every operation that reads what is public."""
    unit = make.make_unit(session)
    listing, _ = trade.make_listing(session, unit)
    filled = {"{listing_id}": str(listing.id), "{code}": unit.party.code}
    found = []
    for path, method, told in operations(program.document):
        if method != "get" or "security" in told:
            continue
        for name, value in filled.items():
            path = path.replace(name, value)
        found.append(path)
    return [*found, f"{API}/openapi.json", "/listings.atom", "/sitemap.xml", "/robots.txt"]


def test_what_has_not_changed_is_not_sent_again(program: Program, addresses: list[str]) -> None:
    for path in addresses:
        first = program.get(path)
        assert first.status_code == 200, path
        mark = first.headers["etag"]
        for held in (mark, f'"other", {mark}', "*", mark.removeprefix("W/")):
            again = program.get(path, headers={"If-None-Match": held})
            assert (again.status_code, again.content) == (304, b""), (path, held)
            assert again.headers["etag"] == mark
            assert again.headers["cache-control"].startswith("public, max-age=")
        other = program.get(path, headers={"If-None-Match": '"other"'})
        assert other.status_code == 200
        assert mark.startswith("W/") is path.endswith("/listings"), "how long it took makes its mark weak"


def test_another_answer_has_another_mark(session: Session, program: Program) -> None:
    unit = make.make_unit(session)
    listing, (lot,) = trade.make_listing(session, unit)
    path = f"{API}/listings/{listing.id}"
    before = program.get(path).headers["etag"]
    listings.change_volume(session, actor=unit.actor, lot_id=lot.id, volume=trade.TONNE)
    session.commit()
    after = program.get(path, headers={"If-None-Match": before})
    assert after.status_code == 200
    assert after.headers["etag"] != before


def test_an_unknown_or_repeated_parameter_is_refused_everywhere(
    program: Program, addresses: list[str]
) -> None:
    for path in addresses:
        if path.startswith((API, "/listings.atom")) and not path.endswith("openapi.json"):
            short = path.removeprefix(API)
            assert set(program.refused(short, 422, colour="red")) == {"colour"}, path
            assert set(program.refused(short, 422, lang="xx")) == {"lang"}, path
            assert set(program.refused(f"{short}?lang=vi&lang=en", 422)) == {"lang"}, path


@pytest.mark.parametrize(
    ("lang", "accepted", "words"),
    [
        ("", "", "Không có tham số này."),
        ("en", "", "There is no such parameter."),
        ("", "en-GB,en;q=0.9", "There is no such parameter."),
        ("", "fr, en;q=0.5, vi;q=0.1", "There is no such parameter."),
        ("", "en;q=0.4, vi-VN", "Không có tham số này."),
        ("", "en;q=0, *", "Không có tham số này."),
        ("vi", "en", "Không có tham số này."),
        ("", ";;q=,en;q=9,\x7f", "Không có tham số này."),
    ],
)
def test_a_refusal_speaks_the_language_asked_for(
    program: Program, lang: str, accepted: str, words: str
) -> None:
    fields = {"lang": lang} if lang else {}
    answer = program.get(f"{API}/places", headers={"Accept-Language": accepted}, colour="red", **fields)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "colour", "detail": words}]
    assert answer.headers["vary"] == "Accept-Language"


@pytest.mark.parametrize(
    "path", ["/none", "/listings/0", "/listings/abc", "/listings/9223372036854775807", "/cooperatives/NO-1"]
)
def test_what_is_not_there_is_a_problem_document(program: Program, path: str) -> None:
    assert program.refused(path, 404) == {}
    english = program.get(API + path, lang="en").json()
    assert english["title"] == "Not found"


def test_the_cookie_of_a_browser_decides_nothing(session: Session, browser: Open) -> None:
    here = browser()
    plain = Program(here)
    trade.make_listing(session, make.make_unit(session))
    before = plain.get(f"{API}/listings/0")
    here.get("/language/en")
    here.sign_in(make.make_unit(session).login)
    assert plain.get(f"{API}/listings/0").json() == before.json()


def test_what_is_not_told_of_is_not_possible(program: Program) -> None:
    for path, methods in (
        ("/listings", ("PUT", "DELETE")),
        ("/products", ("POST", "PATCH")),
        ("/figures", ("POST",)),
    ):
        for method in methods:
            answer = program.browser.client.request(method, API + path, json={})
            assert answer.status_code == 405
            assert answer.headers["content-type"] == "application/problem+json"
