"""A security key made of software, for tests: it answers what a page asks as a browser with a key would, with
real signatures, and as wrongly as a test wants.
"""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from sqlalchemy.orm import Session

from market import clock
from market.accounts.models import SecurityKey
from tests.pages import Page

BASE = "https://cho.vidu.test"
#: Flags of the standard: somebody has touched it; a new credential stands in the answer.
TOUCHED, NEW = 1, 64


def b64(content: bytes) -> str:
    """Base64 for addresses, without its filling."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def asked_of(page: Page) -> dict[str, Any]:
    """What a page asks of a key."""
    found: dict[str, Any] = json.loads(page.css("form[data-asked]")[0].attributes["data-asked"] or "")
    return found


@dataclass(slots=True)
class Authenticator:
    """One key, with one credential for one host."""

    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    counter: int = 0
    #: 0: it does not count, as passkeys that are kept on several devices.
    step: int = 1

    @property
    def id(self) -> str:
        return b64(self.credential)

    def introduce(self, asked: dict[str, Any], *, algorithm: int = -7, **wrong: Any) -> str:
        """A new credential for what a page asks; ``wrong`` as of ``sign``."""
        public = self.private.public_key().public_numbers()
        key = {1: 2, 3: algorithm, -1: 1, -2: public.x.to_bytes(32, "big"), -3: public.y.to_bytes(32, "big")}
        new = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + cbor.encode(key)
        said = self._said(asked, "webauthn.create", **wrong)
        about = self._about(wrong.get("host") or asked["rp"]["id"], TOUCHED | NEW) + new
        made = cbor.encode({"fmt": "none", "attStmt": {}, "authData": about})
        return self._answer({"clientDataJSON": b64(said), "attestationObject": b64(made)})

    def sign(self, asked: dict[str, Any], *, touched: bool = True, **wrong: Any) -> str:
        """The answer to what a page asks. ``wrong``: another ``origin``, ``host``, ``challenge``, ``type``
        or ``crossOrigin``.
        """
        said = self._said(asked, "webauthn.get", **wrong)
        about = self._about(wrong.get("host") or asked["rpId"], TOUCHED if touched else 0)
        signed = self.private.sign(about + sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {"clientDataJSON": b64(said), "authenticatorData": b64(about), "signature": b64(signed)}
        )

    def _said(self, asked: dict[str, Any], kind: str, **wrong: Any) -> bytes:
        said = {"type": kind, "challenge": asked["challenge"], "origin": BASE, "crossOrigin": False}
        return json.dumps({**said, **{name: wrong[name] for name in said if name in wrong}}).encode()

    def _about(self, host: str, flags: int) -> bytes:
        self.counter += self.step
        return sha256(host.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _answer(self, response: dict[str, str]) -> str:
        return json.dumps({"id": self.id, "rawId": self.id, "type": "public-key", "response": response})


def make_key(session: Session, *, user_id: int, name: str = "khóa xanh") -> SecurityKey:
    """A key that stands among a person's, by which nobody can sign in."""
    number = secrets.token_hex(8)
    made = SecurityKey(
        user_id=user_id, name=name, credential_id=number, public_key=number, counter=0, created_at=clock.now()
    )
    session.add(made)
    session.flush()  # its number is asked for
    return made
