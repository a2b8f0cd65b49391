"""Passwords: kept as Argon2id hashes and nothing else. The parameters are OWASP's smallest, because a sign-in
holds SQLite's one writer while it hashes; a stronger choice here is taken up at each person's next sign-in.
So is a key (``use_keys``), with which they pass through HMAC-SHA-256 before: whoever has the database alone
cannot even try passwords then. Argon2's own input for a secret is one that its library does not offer.
"""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Iterable, Sequence
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

#: How a hash under a key begins; the key's name and Argon2's hash follow.
KEYED = "hmac-sha256$"
#: Signs of a key's name.
NAME_LENGTH = 8
#: The keys by their names, today's first.
_keys: dict[str, bytes] = {}

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


def use_keys(keys: Sequence[str]) -> None:
    """From now on this process hashes under the first of these keys, or under none where there is none; what
    was made under the others, or under none, still serves. Said once, when the process begins.
    """
    global _keys
    _keys = {_name_of(key): key.encode() for key in keys}


def names_of(keys: Iterable[str]) -> list[str]:
    """What keys are called: so that a hash can say by which it was made, and nothing of the key."""
    return [_name_of(key) for key in keys]


def _name_of(key: str) -> str:
    return hmac.digest(key.encode(), b"the name of a key of passwords", "sha256").hex()[:NAME_LENGTH]


def make_hash(password: str) -> str:
    """The hash to keep. The same letters typed in composed or decomposed form are the same password."""
    name = next(iter(_keys), "")
    made = _hasher.hash(_passed(name, password))
    return f"{KEYED}{name}{made}" if name else made


def matches(kept: str | None, password: str) -> bool:
    """Whether this is the password; takes as long when there is none to compare with, and when the key is not
    there that it was kept under.
    """
    there = kept is not None and not lacks_key(kept)
    name, made = _parts(kept if kept and there else _nobody)
    try:
        return _hasher.verify(made, _passed(name, password)) and there
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with other parameters than today's, or under another key or none."""
    name, made = _parts(kept)
    return name != next(iter(_keys), "") or _hasher.check_needs_rehash(made)


def lacks_key(kept: str) -> bool:
    """Whether the hash was made under a key that this process does not have: nothing compares with it."""
    name, _ = _parts(kept)
    return bool(name) and name not in _keys


def names() -> list[str]:
    """What the keys are called that this process has."""
    return list(_keys)


def _parts(kept: str) -> tuple[str, str]:
    """The name of the key, empty where there is none, and Argon2's hash."""
    if not kept.startswith(KEYED):
        return "", kept
    at = len(KEYED) + NAME_LENGTH
    return kept[len(KEYED) : at], kept[at:]


def _passed(name: str, password: str) -> bytes:
    """What is hashed of a password under a key."""
    return hmac.digest(_keys[name], _bytes(password), "sha256") if name else _bytes(password)


def _bytes(password: str) -> bytes:
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
