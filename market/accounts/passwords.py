"""Passwords: kept as Argon2id hashes and nothing else. The parameters are OWASP's smallest, because a sign-in
holds SQLite's one writer while it hashes; a stronger choice here is taken up at each person's next sign-in.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import pairwise
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from market.errors import Invalid
from market.words import t
from search import vietnamese

#: ASVS 4.0.3, 2.1.1 and 2.1.2.
SHORTEST = 12
LONGEST = 128

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
#: What a password is compared with when there is no such account: the answer takes as long. Of nobody knows
#: what, with the parameters above.
_nobody = "$argon2id$v=19$m=19456,t=2,p=1$BCbSZE+Nd1eSIqAw189V6Q$bVhv8FGfr2WQQbppXvdkmH1/y9KwjPJrTRXmXGnie1Y"

#: The 30,000 passwords most often found in breaches; the file says whose list it is.
_COMMON = Path(__file__).parent / "data" / "common_passwords.txt"
#: What people here would try first and the list does not know.
_LOCAL = frozenset(
    (
        *("matkhau", "anhyeuem", "emyeuanh", "toiyeuem", "tinhyeu", "khongbiet", "vietnam", "hochiminh"),
        *("hanoi", "saigon", "cantho", "baclieu", "camau", "cholienket", "lienket", "hoptacxa", "nongdan"),
        *("quantri", "canbo", "admin", "administrator"),
        "!@#$%^&*()_+",  # the row of digits with Shift
    )
)
DIGITS = "0123456789"
#: So few signs over and over, or letters and digits besides other signs, make no password by themselves.
FEW = 6


def check_strength(password: str, *, field: str = "password") -> None:
    """Refuse (Invalid) a password that is too short, too long, or among the first that anyone would try."""
    if len(password) < SHORTEST:
        raise Invalid(t("Please choose a password of at least {n} signs.", n=SHORTEST), field=field)
    if len(password) > LONGEST:
        raise Invalid(t("Please use at most {n} signs.", n=LONGEST), field=field)
    if _is_easy(password):
        raise Invalid(t("This password is too easy to guess. Please choose another one."), field=field)


@cache
def _known() -> frozenset[str]:
    lines = _COMMON.read_text("utf-8").splitlines()
    return _LOCAL.union(line for line in lines if not line.startswith("#"))


def _is_easy(password: str) -> bool:
    """Whether it is a common one, however it is written and whatever digits stand around it, or no more than
    a run of digits or the same few signs over and over.
    """
    plain = "".join(sign for sign in vietnamese.fold(password) if sign.isalnum())
    bare = plain.strip(DIGITS)
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(plain)} if plain.isdecimal() else set()
    if len(plain) > FEW:
        again = any(plain == (plain[:n] * len(plain))[: len(plain)] for n in range(1, FEW + 1))
    else:  # of other signs above all: it is they that may not be the same few
        again = len(set(password)) <= FEW
    known = any(one in _known() for one in (plain, bare, password))
    return known or len(steps) == 1 or again


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
