"""Random tokens: made here, given out once, kept as a hash. They are long, so a plain hash is enough."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """A token that nobody can guess, fit for a cookie or an address."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
