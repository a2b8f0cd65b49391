"""What belongs to one request and is asked for from anywhere below: its language, its id, its CSRF secret.
Set by a pure ASGI middleware, because a context variable that a synchronous dependency sets is lost.
People choose their language by a cookie; programs, which keep none, ask for theirs in each request.
"""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from market import logs
from market.web.cookies import name_of

LANGUAGES = ("vi", "en")
LANGUAGE_COOKIE = "language"
CSRF_COOKIE = "csrf"
#: Says that a browser has just written something, and is to see it: not from a replica.
WROTE_COOKIE = "wrote"

#: One policy for every page: nothing inline, nothing from elsewhere.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
#: Of what a browser can do that a page may ask for, ours ask for security keys alone.
PERMISSIONS_POLICY = (
    "geolocation=(), camera=(), microphone=(), "
    "publickey-credentials-get=(self), publickey-credentials-create=(self)"
)
#: Of the rare page that is made to stand in pages of others: it does nothing, and knows nobody.
FRAMED_POLICY = "default-src 'none'; style-src 'self'; form-action 'none'; frame-ancestors *; base-uri 'none'"


@dataclass(slots=True)
class RequestContext:
    """The request's own facts; ``csrf_asked`` says that a page wrote a form and needs the cookie."""

    language: str
    request_id: str
    csrf_secret: str
    csrf_is_new: bool
    csrf_asked: bool = False


_current: ContextVar[RequestContext | None] = ContextVar("request_context", default=None)
_language: ContextVar[str] = ContextVar("language", default="vi")


def current() -> RequestContext | None:
    """The request being answered, if any."""
    return _current.get()


def language() -> str:
    """The language in which words are said just now."""
    return _language.get()


class speaking:
    """Say words in another language for a while (a mail's reader, a test)."""

    def __init__(self, code: str) -> None:
        self.code = code if code in LANGUAGES else "vi"

    def __enter__(self) -> None:
        self._token = _language.set(self.code)

    def __exit__(self, *_: Any) -> None:
        _language.reset(self._token)


def _cookies(scope: Scope) -> dict[str, str]:
    raw = b"; ".join(v for k, v in scope["headers"] if k == b"cookie").decode("latin-1")
    try:
        return {k: morsel.value for k, morsel in SimpleCookie(raw).items()}
    except CookieError:
        return {}


def _given_id(scope: Scope) -> str:
    """The number that a proxy or a program has given the request, if it is one that a log can carry."""
    given = b"".join(v for k, v in scope["headers"] if k == b"x-request-id").decode("latin-1")
    return given if re.fullmatch(r"[A-Za-z0-9_-]{8,64}", given) else ""


def for_machine(path: str) -> bool:
    """Whether programs read what stands at this address: refusals are problem documents there."""
    return (
        (path.startswith("/api/") and path != "/api/docs")
        or path.startswith("/open-data/")
        or path.endswith(".atom")
    )


def _asked_language(scope: Scope) -> str:
    """The language that a program asks for: ``lang`` in the address, else by Accept-Language; "" if none."""
    query = scope.get("query_string", b"").decode("latin-1")
    chosen = parse_qs(query).get("lang", [""])[-1] if "lang=" in query else ""
    if chosen in LANGUAGES:
        return chosen
    accepted = b",".join(v for k, v in scope["headers"] if k == b"accept-language").decode("latin-1")
    liked: dict[str, float] = {}
    for part in accepted[:500].lower().split(","):
        found = re.fullmatch(r"\s*(vi|en)(?:-[a-z0-9-]+)?\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?)\s*)?", part)
        if found:
            weight = float(found[2]) if found[2] else 1.0
            liked[found[1]] = max(weight, liked.get(found[1], 0.0))
    best = max(liked, key=lambda code: liked[code], default="")
    return best if best and liked[best] > 0 else ""


class ContextMiddleware:
    """Sets the request's context and the headers that every answer carries."""

    def __init__(self, app: ASGIApp, *, default_language: str, secure: bool, apart: int = 0) -> None:
        self.app = app
        #: Seconds by which a replica may be behind; 0 without one.
        self.apart = apart
        self.default_language = default_language
        self.secure = secure
        self._language_cookie = name_of(LANGUAGE_COOKIE, secure=secure)
        self._csrf_cookie = name_of(CSRF_COOKIE, secure=secure)
        self._wrote_cookie = name_of(WROTE_COOKIE, secure=secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        cookies = _cookies(scope)
        chosen = (
            _asked_language(scope) if for_machine(scope["path"]) else cookies.get(self._language_cookie, "")
        )
        held = cookies.get(self._csrf_cookie, "")
        context = RequestContext(
            language=chosen if chosen in LANGUAGES else self.default_language,
            request_id=_given_id(scope) or secrets.token_hex(8),
            csrf_secret=held if len(held) == 32 and held.isalnum() else secrets.token_hex(16),
            csrf_is_new=not (len(held) == 32 and held.isalnum()),
        )
        _current.set(context)
        _language.set(context.language)
        logs.request_id.set(context.request_id)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._dress(message, scope, context)
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _dress(self, message: Message, scope: Scope, context: RequestContext) -> None:
        headers: list[tuple[bytes, bytes]] = message["headers"]
        names = {name.lower() for name, _ in headers}

        def add(name: str, value: str) -> None:
            if name.encode() not in names:
                headers.append((name.encode(), value.encode("latin-1")))

        add("x-request-id", context.request_id)
        add("x-content-type-options", "nosniff")
        add("referrer-policy", "same-origin")
        if (b"content-security-policy", FRAMED_POLICY.encode()) not in headers:
            add("x-frame-options", "DENY")
        add("cross-origin-opener-policy", "same-origin")
        add("permissions-policy", PERMISSIONS_POLICY)
        if self.secure:
            add("strict-transport-security", "max-age=31536000; includeSubDomains")
        add("content-security-policy", CONTENT_SECURITY_POLICY)
        if scope["path"].startswith("/static/"):
            versioned = b"v=" in scope.get("query_string", b"")
            add(
                "cache-control", "public, max-age=31536000, immutable" if versioned else "public, max-age=300"
            )
        else:
            add("cache-control", "private, no-cache")
        flags = "; Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if self.secure else "")
        if self.apart and scope["method"] not in ("GET", "HEAD", "OPTIONS") and message["status"] < 400:
            wrote = f"{self._wrote_cookie}=1; Max-Age={self.apart + 1}{flags}"
            headers.append((b"set-cookie", wrote.encode()))
        if context.csrf_asked and context.csrf_is_new:
            headers.append((b"set-cookie", f"{self._csrf_cookie}={context.csrf_secret}{flags}".encode()))
