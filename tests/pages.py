"""A browser without JavaScript for tests: goes through HTTP, and every page it gets is checked for manners
(title, one h1, unique ids, labels, language, form actions, the token in each form).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Protocol, Self
from urllib.parse import urlsplit

from fastapi import FastAPI
from selectolax.lexbor import LexborHTMLParser, LexborNode
from starlette.testclient import TestClient

from market.accounts import current, sessions
from market.accounts import service as accounts
from market.db import Database

Fields = Mapping[str, Any]


class Form:
    """A form on a page, with the values that stand in it."""

    def __init__(self, node: LexborNode, page: Page) -> None:
        self.node = node
        self.page = page
        self.action = node.attributes.get("action") or page.path
        self.method = (node.attributes.get("method") or "get").lower()
        self.fields: dict[str, Any] = {}
        for control in node.css("input[name], select[name], textarea[name]"):
            self._take(control)

    def _take(self, control: LexborNode) -> None:
        name = control.attributes["name"] or ""
        kind = control.attributes.get("type") or ""
        if control.tag == "textarea":
            self.fields[name] = control.text()
        elif control.tag == "select":
            chosen = control.css_first("option[selected]") or control.css_first("option")
            self.fields[name] = (chosen.attributes.get("value") or "") if chosen else ""
        elif kind in ("radio", "checkbox"):
            if "checked" in control.attributes:
                self._add(name, control.attributes.get("value") or "on")
        elif kind != "submit":
            self.fields[name] = control.attributes.get("value") or ""

    def _add(self, name: str, value: str) -> None:
        held = self.fields.get(name)
        self.fields[name] = value if held is None else [*(held if isinstance(held, list) else [held]), value]

    def error(self, name: str) -> str:
        """The message beside a field, "" without one."""
        found = self.node.css_first(f"#e-{name.replace('.', '-')}")
        return found.text().strip() if found else ""

    def send(self, **changes: Any) -> Page:
        """Submit with these changes (``None`` leaves a field out; names' dots are written ``__``)."""
        fields = {**self.fields, **{name.replace("__", "."): value for name, value in changes.items()}}
        fields = {name: value for name, value in fields.items() if value is not None}
        if self.method == "get":
            return self.page.browser.get(self.action, **fields)
        return self.page.browser.post(self.action, fields)


class Page:
    """An answer as a person sees it."""

    def __init__(self, response: Any, browser: Browser) -> None:
        self.response = response
        self.browser = browser
        self.status: int = response.status_code
        self.path = urlsplit(str(response.url)).path
        self.html = (
            LexborHTMLParser(response.text) if "html" in response.headers.get("content-type", "") else None
        )
        if self.html is not None and "<html" in response.text:
            check_manners(self)

    @property
    def text(self) -> str:
        """All the words, single-spaced."""
        assert self.html is not None
        body = self.html.body
        return " ".join((body.text(separator=" ") if body else "").split())

    @property
    def heading(self) -> str:
        node = self.css("h1")[0]
        return " ".join(node.text().split())

    def css(self, selector: str) -> list[LexborNode]:
        assert self.html is not None, f"{self.status}: {self.response.text[:200]}"
        return self.html.css(selector)

    def links(self) -> list[str]:
        return [node.attributes.get("href") or "" for node in self.css("a[href]")]

    def form(self, action: str = "", *, near: str = "") -> Form:
        """The one form whose action ends so (or the first in the element that ``near`` selects)."""
        nodes = self.css(f"{near} form" if near else "main form")
        found = [
            node
            for node in nodes
            if (node.attributes.get("action") or self.path).split("?")[0].endswith(action)
        ]
        assert found, f"no form to {action!r} on {self.path}: {[n.attributes.get('action') for n in nodes]}"
        return Form(found[0], self)

    def follow(self, words: str) -> Page:
        """Go where the link with these words leads."""
        for node in self.css("a[href]"):
            if words in " ".join(node.text().split()):
                return self.browser.get(node.attributes["href"] or "")
        raise AssertionError(f"no link says {words!r} on {self.path}")


class Browser:
    """A person's browser: cookies, redirects followed, no JavaScript."""

    def __init__(self, app: FastAPI, before: Callable[[], None] = lambda: None) -> None:
        self.client = TestClient(app, raise_server_exceptions=False)
        self.before = before

    def __enter__(self) -> Self:
        self.client.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self.client.__exit__(*error)

    def beside(self, other: Browser) -> Self:
        """Share the event loop of an open one: by itself it would start a new one for every request."""
        self.client.portal = other.client.portal
        return self

    def get(self, path: str, *, headers: Mapping[str, str] | None = None, **fields: Any) -> Page:
        self.before()
        return Page(self.client.get(path, params=fields or None, headers=headers), self)

    def post(self, path: str, fields: Fields, *, headers: Mapping[str, str] | None = None) -> Page:
        self.before()
        return Page(self.client.post(path, data=dict(fields), headers=headers), self)

    def sign_in(self, login: str, password: str = "") -> Page:
        """Sign in: by the form with a password, without one beside the form, which is quicker."""
        if not password:
            return self._enter(login)
        answer = (
            self.get("/account/sign-in")
            .form("/account/sign-in")
            .send(login=login, password=password, next="/about")
        )
        assert answer.status == 200, answer.text
        assert "/account/sign-in" not in answer.path, answer.text
        return answer

    def _enter(self, login: str) -> Page:
        database: Database = self.client.app.state.database
        with database.session(write=True) as session:
            user = accounts.get_by_login(session, login=login)
            token = sessions.open_session(session, user=user, device="test").token
            session.commit()
        self.client.cookies.set(current.COOKIE, token)
        return self.get("/about")


class HasLogin(Protocol):
    """Whoever signs in: a side, an account."""

    @property
    def login(self) -> str: ...


def signed_in(browser: Callable[[], Browser], who: HasLogin) -> Browser:
    """A browser in which this person has signed in."""
    here = browser()
    here.sign_in(who.login)
    return here


def check_manners(page: Page) -> None:
    """What every page owes its readers."""
    assert page.html is not None
    where = f"{page.path} ({page.status})"
    title = page.css("title")
    assert title, f"{where}: no title"
    assert title[0].text().replace("· Chợ Liên Kết", "").strip(), f"{where}: an empty title"
    assert len(page.css("h1")) == 1, f"{where}: {len(page.css('h1'))} h1"
    assert page.css("html[lang]"), f"{where}: no language"
    ids = Counter(node.attributes["id"] for node in page.css("[id]"))
    twice = {one for one, times in ids.items() if times > 1}
    assert not twice, f"{where}: ids twice: {twice}"
    labelled = {node.attributes.get("for") for node in page.css("label[for]")}
    for control in page.css("input, select, textarea"):
        kind = control.attributes.get("type")
        inside = control.parent
        while inside is not None and inside.tag != "label":
            inside = inside.parent
        if kind not in ("hidden", "submit") and not inside and not control.attributes.get("aria-label"):
            assert control.attributes.get("id") in labelled, f"{where}: no label for {control.html}"
    for node in page.css("form"):
        if (node.attributes.get("method") or "get").lower() == "post":
            assert node.attributes.get("action"), f"{where}: a form without an action"
            assert node.css("input[name=csrf_token]"), f"{where}: a form without its token"
    # A data block is no script: no browser runs it.
    inline = "[style], style, script:not([src]):not([type='application/ld+json'])"
    assert not page.css(inline), f"{where}: something inline"
    assert not page.css("[onclick], [onchange], [onsubmit]"), f"{where}: an inline handler"
