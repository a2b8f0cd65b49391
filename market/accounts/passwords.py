"""Passwords: kept as Argon2id hashes and nothing else. The parameters are OWASP's smallest, because a sign-in
holds SQLite's one writer while it hashes; a stronger choice here is taken up at each person's next sign-in.
"""

from __future__ import annotations

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from market.errors import Invalid
from market.words import t

SHORTEST = 10
LONGEST = 200

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
#: What a password is compared with when there is no such account: the answer takes as long.
_nobody = _hasher.hash("nobody has this password")

_COMMON = frozenset(("1234567890", "0123456789", "password123", "matkhau123", "qwertyuiop", "1111111111"))


def check_strength(password: str, *, field: str = "password") -> None:
    """Refuse (Invalid) a password that is too short, too long, or among the first that anyone would try."""
    if len(password) < SHORTEST:
        raise Invalid(t("Please choose a password of at least {n} signs.", n=SHORTEST), field=field)
    if len(password) > LONGEST:
        raise Invalid(t("Please use at most {n} signs.", n=LONGEST), field=field)
    if password.lower() in _COMMON or len(set(password)) < 4:
        raise Invalid(t("This password is too easy to guess. Please choose another one."), field=field)


def make_hash(password: str) -> str:
    """The hash to keep. The same letters typed in composed or decomposed form are the same password."""
    return _hasher.hash(_bytes(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether this is the password; takes as long when there is none to compare with."""
    try:
        return _hasher.verify(kept or _nobody, _bytes(password)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(kept)


def _bytes(password: str) -> bytes:
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
