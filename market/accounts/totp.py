"""The codes of an authenticator app: RFC 6238 (by time) over RFC 4226 (HMAC-SHA-1, six digits), as all apps
make them. Ten lines of hmac: a library for them would be one more to keep, and tells only whether a code is
right, not of which step, which is what keeps a code from counting twice. Nothing here knows the database.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from urllib.parse import quote, urlencode

STEP = 30
DIGITS = 6
#: A telephone's clock may be a step before or behind.
NEAR = (0, -1, 1)
ISSUER = "Chợ Liên Kết"


def secret_of(secret_key: str, *, user_id: int, salt: str) -> bytes:
    """What the app keeps: worked out, so that neither the database nor a backup of it holds it."""
    said = f"second factor:{user_id}:{salt}".encode()
    return hmac.new(secret_key.encode(), said, hashlib.sha256).digest()[:20]


def code_at(secret: bytes, step: int, *, digits: int = DIGITS) -> str:
    """The code of one step (RFC 4226, 5.3)."""
    made = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()
    at = made[-1] & 15
    number = int.from_bytes(made[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}d}"


def step_at(moment: datetime) -> int:
    """Which step of time a moment lies in."""
    return int(moment.timestamp()) // STEP


def find_step(secret: bytes, code: str, moment: datetime) -> int | None:
    """The step near the moment whose code this is."""
    now, found = step_at(moment), None
    for apart in NEAR:
        if hmac.compare_digest(code_at(secret, now + apart).encode(), code.encode()):
            found = now + apart
    return found


def typed(secret: bytes) -> str:
    """The secret as it is typed into an app: Base32 in groups of four."""
    letters = base64.b32encode(secret).decode()
    return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def address(secret: bytes, *, login: str) -> str:
    """What the QR code says to the app."""
    label = quote(f"{ISSUER}:{login}")
    fields = {"secret": base64.b32encode(secret).decode(), "issuer": ISSUER}
    return f"otpauth://totp/{label}?{urlencode(fields, quote_via=quote)}"
