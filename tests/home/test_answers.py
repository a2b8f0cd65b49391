"""What every kind of answer carries, whether the process is alive and ready, and how long files are kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from market.app import create_app
from market.db import Database
from market.settings import Settings
from market.web import pages
from market.web.context import ContextMiddleware
from tests import make
from tests.pages import Browser
from tests.profiles import Profile

Open = Callable[[], Browser]


def check_headers(headers: dict[str, str], where: str) -> None:
    """The headers that no answer may lack."""
    policy = headers.get("content-security-policy", "")
    assert "default-src 'none'" in policy, where
    assert "frame-ancestors 'none'" in policy, where
    assert "form-action 'self'" in policy, where
    assert "base-uri 'none'" in policy, where
    assert "unsafe" not in policy, where
    assert not re.search(r"https?:|\*", policy), where
    assert headers["x-content-type-options"] == "nosniff", where
    assert headers["referrer-policy"] == "same-origin", where
    assert headers["x-frame-options"] == "DENY", where
    assert headers["cross-origin-opener-policy"] == "same-origin", where
    assert "camera=()" in headers["permissions-policy"], where
    assert "publickey-credentials-get=(self)" in headers["permissions-policy"], where
    assert re.fullmatch("[0-9a-f]{16}", headers["x-request-id"]), where


def test_every_kind_of_answer_carries_the_same_headers(app: FastAPI, session: Session, browser: Open) -> None:
    def fail() -> None:
        raise RuntimeError

    app.add_api_route("/broken", fail)
    app.add_api_route("/api/broken", fail)
    here = browser()
    here.client.follow_redirects = False
    answers = {
        f"{method} {path}": here.client.request(method, path, headers=headers)
        for method, path, headers in (
            ("GET", "/", {}),
            ("GET", "/listings", {"HX-Request": "true"}),
            ("GET", "/language/en", {}),
            ("GET", "/account", {}),
            ("GET", "/no-such-page", {}),
            ("GET", "/listings/abc", {}),
            ("POST", "/account/sign-in", {}),
            ("POST", "/about", {}),
            ("PUT", "/", {}),
            ("GET", "/healthz", {}),
            ("GET", "/readyz", {}),
            ("GET", "/static/app.css", {}),
            ("GET", "/static/none", {}),
            ("GET", "/api/v1/none", {}),
            ("GET", "/broken", {}),
            ("GET", "/api/broken", {}),
        )
    }
    for where, answer in answers.items():
        check_headers(dict(answer.headers), where)
    statuses = {answer.status_code for answer in answers.values()}
    assert statuses == {200, 303, 403, 404, 405, 500}
    ids = [answer.headers["x-request-id"] for answer in answers.values()]
    assert len(set(ids)) == len(ids), "each request has a number of its own"


def test_a_page_is_kept_by_nobody_and_says_what_it_depends_on(session: Session, browser: Open) -> None:
    here = browser()
    here.sign_in(make.make_unit(session).login)
    for path in ("/", "/listings", "/cooperatives", "/account", "/inquiries", "/no-such-page"):
        headers = here.get(path).response.headers
        assert headers["cache-control"] == "private, no-cache", path
        for name in ("HX-Request", "Cookie"):
            assert name in headers["vary"], path


def test_production_asks_for_safe_lines_and_cookies(
    settings: Settings, database: Database, session: Session
) -> None:
    settings.env = "production"
    settings.base_url = "https://cho.vidu.test"
    with Browser(create_app(settings, database=database, background=False)) as here:
        answer = here.get("/account/sign-in").response
        assert "max-age=" in answer.headers["strict-transport-security"]
        here.client.follow_redirects = False
        cookies = [*answer.headers.get_list("set-cookie")]
        cookies += here.get("/language/en").response.headers.get_list("set-cookie")
        assert len(cookies) == 2
        for cookie in cookies:
            assert cookie.startswith("__Host-")
            assert "Path=/;" in cookie
            assert "Domain" not in cookie
            assert "Secure" in cookie
            assert "HttpOnly" in cookie
            assert "samesite=lax" in cookie.lower()


def test_who_has_just_written_is_known_by_such_a_cookie() -> None:
    for secure, name in ((True, "__Host-wrote"), (False, "wrote")):
        noting = ContextMiddleware(PlainTextResponse(""), default_language="vi", secure=secure, apart=5)
        here = TestClient(noting)
        assert not here.get("/").headers.get_list("set-cookie")
        [cookie] = here.post("/").headers.get_list("set-cookie")
        assert cookie.startswith(f"{name}=1; Max-Age=6; Path=/; HttpOnly; SameSite=Lax")
        assert cookie.endswith("; Secure") == secure


def test_files_are_kept_for_ever_under_their_own_hash_only(browser: Open) -> None:
    here = browser()
    page = here.get("/")
    linked = [node.attributes.get("href") or "" for node in page.css("link[rel]:not([rel=manifest])")]
    linked += [node.attributes.get("src") or "" for node in page.css("script")]
    assert len(linked) >= 3
    for address in linked:
        assert address.startswith("/static/"), "nothing comes from elsewhere"
        file = pages.ROOT / address.split("?")[0].lstrip("/")
        if not file.is_file():
            continue  # fetched at set-up
        answer = here.client.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    plain = here.client.get("/static/app.css")
    assert plain.headers["cache-control"] == "public, max-age=300"
    assert (
        here.client.get("/static/app.css", headers={"If-None-Match": plain.headers["etag"]}).status_code
        == 304
    )


def test_no_file_beside_the_static_ones_is_served(browser: Open) -> None:
    here = browser()
    for path in (
        "../app.py",
        "..%2fapp.py",
        "%2e%2e/app.py",
        "....//app.py",
        "/etc/passwd",
        "%00",
        "vendor/",
        "",
    ):
        assert here.client.get("/static/" + path).status_code in (404, 405), path


def test_alive_needs_nothing_and_ready_needs_database_and_index(browser: Open) -> None:
    here = browser()
    assert here.client.get("/healthz").json() == {"alive": True}
    ready = here.client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "database": True, "index": True})


def test_without_its_index_it_is_not_ready_and_says_which_part(
    profile: Profile, settings: Settings, app: FastAPI, browser: Open
) -> None:
    here = browser()
    profile.lose_index(settings)
    answer = here.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "database": True, "index": False}
    assert here.client.get("/healthz").status_code == 200
    for path in ("/", "/listings", "/listings?q=lúa", "/cooperatives"):
        assert here.get(path).status == 200, "pages are answered from the database"


@pytest.mark.profiles("embedded")
def test_an_index_that_another_process_holds_is_not_ready(
    settings: Settings, app: FastAPI, database: Database, session: Session
) -> None:
    # The first application holds the folder's lock; the second comes up all the same.
    with Browser(create_app(settings, database=database, background=False)) as second:
        assert second.client.get("/readyz").json() == {"ready": False, "database": True, "index": False}
        assert second.get("/listings").status == 200


def test_without_its_database_it_is_not_ready_but_alive(profile: Profile, tmp_path: Path) -> None:
    settings = profile.own(tmp_path / "data")
    with Browser(create_app(settings, background=False)) as here:
        assert here.client.get("/readyz").json()["database"]
        here.client.app.state.database.close()
        profile.lose_database(settings)
        answer = here.client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["database"] is False
        assert here.client.get("/healthz").status_code == 200
        page = here.client.get("/")
        assert page.status_code in (500, 503)
        for word in ("sqlite", "no database", "postgres", "tests_"):
            assert word not in page.text.lower()
