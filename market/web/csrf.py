"""Protection against requests that another site makes in a person's name: what the browser says of the
request's origin, and a token in every form that only our pages can know. Both must hold.
"""

from __future__ import annotations

import hashlib
import hmac

from markupsafe import Markup
from starlette.requests import Request

from market.errors import NotAllowed
from market.web.context import current
from market.words import t

FIELD = "csrf_token"


def token(secret_key: str) -> str:
    """The token that goes with this request's CSRF cookie."""
    context = current()
    if context is None:
        raise RuntimeError("a form is only written within a request")
    context.csrf_asked = True
    return _sign(secret_key, context.csrf_secret)


def _sign(secret_key: str, secret: str) -> str:
    return hmac.new(secret_key.encode(), b"csrf:" + secret.encode(), hashlib.sha256).hexdigest()


def field(secret_key: str) -> Markup:
    """The hidden field for a form."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token(secret_key))


def check(request: Request, sent: str) -> None:
    """Refuse a form from elsewhere, or one whose token does not go with the cookie."""
    site = request.headers.get("sec-fetch-site")
    context = current()
    fresh = context is None or context.csrf_is_new
    expected = "" if context is None else _sign(request.app.state.settings.secret_key, context.csrf_secret)
    # As bytes: the comparison refuses text beyond ASCII by raising.
    same = hmac.compare_digest(sent.encode("utf-8", "surrogatepass"), expected.encode())
    if site not in (None, "same-origin", "none") or fresh or not same:
        raise NotAllowed(
            t("The page was open for too long, or came from elsewhere. Open it again and resend.")
        )
