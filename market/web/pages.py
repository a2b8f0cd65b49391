"""Pages and blocks: one template a page; htmx gets the one named block that the route offers, everybody else
the whole page. Also redirects, with one sentence that says what was done.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any
from urllib.parse import quote, urlencode

import jinja2
from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

from market.settings import Settings
from market.web import cookies, csrf, drawn, language
from market.web.context import LANGUAGE_COOKIE
from market.web.context import language as spoken
from market.web.page_context import PageContext, names
from market.words import Words

ROOT = Path(__file__).parent.parent
FLASH_COOKIE = "said"
#: Every header that decides what an address answers.
VARY = "HX-Request, HX-Boosted, HX-History-Restore-Request, Cookie"


@cache
def _static_version(name: str) -> str:
    path = ROOT / "static" / name
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else "missing"


def static(name: str) -> str:
    """The address of a static file, with its contents' hash so that it may be cached for ever."""
    return f"/static/{name}?v={_static_version(name)}"


def address(path: str, fields: Mapping[str, Any], **changes: Any) -> str:
    """An address with these query fields, some changed; empty ones are left out."""
    merged = {**fields, **changes}
    pairs = [
        (name, str(item))
        for name, value in merged.items()
        for item in (value if isinstance(value, list | tuple) else [value])
        if item not in (None, "", False)
    ]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def absolute(request: Request, path: str) -> str:
    """One of our own addresses with its beginning: as the settings name the market, else as it was asked."""
    settings: Settings = request.app.state.settings
    known = "base_url" in settings.model_fields_set
    return (settings.base_url if known else str(request.base_url)).rstrip("/") + path


def nl2br(text: str) -> Markup:
    """Text with its line breaks kept."""
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


class _Compiled(jinja2.BytecodeCache):
    """Templates compiled once a process, however many applications it makes (a test run makes hundreds)."""

    def __init__(self) -> None:
        self._kept: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if kept := self._kept.get(bucket.key + bucket.checksum):
            bucket.code = kept

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None, "it was just compiled"
        self._kept[bucket.key + bucket.checksum] = bucket.code


_compiled = _Compiled()


def make_environment(settings: Settings) -> jinja2.Environment:
    """The templates' environment: strict, escaping, speaking the request's language, with our macros."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=not settings.production,
        bytecode_cache=_compiled,
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        language.gettext,
        language.ngettext,
        newstyle=True,
        pgettext=language.pgettext,
        npgettext=language.npgettext,
    )
    env.filters.update(nl2br=nl2br)
    env.globals.update(
        say=language.say,
        number=language.number,
        percent=language.percent,
        volume=language.volume,
        money=_unbroken_money,
        per_unit=language.per_unit,
        day=language.day,
        moment=language.moment,
        month=language.month,
        ago=language.ago,
        address=address,
        static=static,
        language=spoken,
        csrf=lambda: csrf.field(settings.secret_key),
        once=lambda: Markup('<input type="hidden" name="once" value="{}">').format(secrets.token_hex(12)),
        operator=settings.operator,
        file_mb=settings.file_mb,
    )
    ui: Any = env.get_template("ui.html").module  # its macros are known when it is read
    env.globals.update(ui=ui, listing_card=drawn.kept(ui.listing_card))
    return env


def _unbroken_money(amount: int) -> str:
    """An amount whose đồng does not stand alone on the next line of a small screen."""
    return language.money(amount).replace(" ", "\N{NO-BREAK SPACE}")


def _wants_block(request: Request) -> bool:
    headers = request.headers
    return (
        headers.get("hx-request") == "true"
        and "hx-boosted" not in headers
        and "hx-history-restore-request" not in headers
    )


def page(
    request: Request,
    context: PageContext,
    *,
    block: str | None = None,
    status: int = 200,
) -> HTMLResponse:
    """The page, or its one ``block`` when htmx asks. A status of 400 or above will not be committed."""
    env: jinja2.Environment = request.app.state.templates
    if status >= 400:
        request.state.refused = True
    full = {
        "request": request,
        "who": getattr(request.state, "who", None),
        "said": _read_flash(request),
        "path": request.url.path,
        "here": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        **names(context),
    }
    found = env.get_template(context.template)
    if block and _wants_block(request):
        body = "".join(found.blocks[block](found.new_context(full)))
    else:
        body = found.render(full)
    response = HTMLResponse(body, status_code=status, headers={"Vary": VARY})
    if cookies.read(request, FLASH_COOKIE) and not _wants_block(request):
        cookies.drop(request, response, FLASH_COOKIE)
    return response


def piece(request: Request, template: str, macro: str, *things: Any) -> Markup:
    """A piece of a page by a macro of a template; it knows the things alone, and nothing of who looks."""
    env: jinja2.Environment = request.app.state.templates
    drawn: Markup = getattr(env.get_template(template).module, macro)(*things)
    return drawn


def own_path(text: object, default: str = "/") -> str:
    """The text as one of our own addresses, fit for a header; whatever leads elsewhere is the default."""
    if not isinstance(text, str) or not text.startswith("/") or text.startswith("//") or "\\" in text:
        return default
    return quote(text[:2000], safe="/?&=#%:;,+@!$'()*~-._[]", errors="replace")


def redirect(request: Request, to: str, *, saying: Words | None = None) -> Response:
    """Send the browser on: 303, or for htmx a 204 that names the place. ``to`` is one of our own paths."""
    to = own_path(to)
    if request.headers.get("hx-request") == "true" and "hx-boosted" not in request.headers:
        # As a boosted request the new page is asked for whole; else it would answer with its block alone.
        place = {"path": to, "target": "body", "headers": {"HX-Boosted": "true"}}
        response = Response(status_code=204, headers={"HX-Location": json.dumps(place)})
    else:
        response = Response(status_code=303, headers={"Location": to})
    response.headers["Vary"] = VARY
    if saying is not None:
        settings: Settings = request.app.state.settings
        value = base64.urlsafe_b64encode(language.say(saying).encode()).decode()
        marked = f"{value}.{_flash_mark(settings.secret_key, value)}"
        cookies.keep(request, response, FLASH_COOKIE, marked, seconds=120)
    return response


def remember_language(request: Request, response: Response, chosen: str) -> None:
    """Give the browser the cookie that says the language of its pages."""
    cookies.keep(request, response, LANGUAGE_COOKIE, chosen, seconds=365 * 86400)


def _flash_mark(secret_key: str, value: str) -> str:
    said = b"said:" + value.encode("utf-8", "surrogatepass")
    return hmac.new(secret_key.encode(), said, hashlib.sha256).hexdigest()[:32]


def _read_flash(request: Request) -> str | None:
    value, _, mark = cookies.read(request, FLASH_COOKIE).partition(".")
    settings: Settings = request.app.state.settings
    expected = _flash_mark(settings.secret_key, value)
    # As bytes: a cookie may hold any letter, and the comparison raises on text beyond ASCII.
    if not value or not hmac.compare_digest(mark.encode("utf-8", "surrogatepass"), expected.encode()):
        return None
    try:
        return base64.urlsafe_b64decode(value).decode()
    except ValueError:
        return None
