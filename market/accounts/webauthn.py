"""Security keys as browsers know them (W3C, Web Authentication, level 2): what a page asks of a key, and
whether what comes back is its answer. Type, challenge, host, presence and signature are checked by the
library; the origin, the kinds of signature and the bounds here. Nothing here knows the database.

The key comes after the password, so it is enough that somebody touches it: neither its PIN nor a fingerprint
is asked for (``userVerification`` "discouraged"), and it need not keep anything. Which make it is of does not
matter (attestation "none").
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from fido2 import cbor
from fido2.cose import ES256, RS256, CoseKey, EdDSA
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationConveyancePreference,
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialParameters,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from market.accounts.totp import ISSUER

#: What every key speaks; the standard wants the first of all, Windows Hello may have the last alone.
ALGORITHMS = (ES256.ALGORITHM, EdDSA.ALGORITHM, RS256.ALGORITHM)
#: Bytes: the standard's longest id, and an RSA key of 4096 bits with its frame.
LONGEST_ID = 1023
LONGEST_KEY = 700
TOUCH = UserVerificationRequirement.DISCOURAGED


@dataclass(frozen=True, slots=True)
class Site:
    """For which host keys are made (the standard's RP id), and on which origin they have to be asked."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key as it introduced itself: id and public key (COSE) as Base64 for addresses."""

    credential_id: str
    public_key: str
    counter: int


def site_of(base_url: str) -> Site | None:
    """The market's site; None where no browser would use a key: with an address of numbers, or without TLS
    (but for localhost).
    """
    parts = urlsplit(base_url)
    try:
        # What browsers call a host with Vietnamese letters.
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError:
        return None
    safe = parts.scheme == "https" or (parts.scheme == "http" and host == "localhost")
    if not host or not safe or _is_number(host):
        return None
    usual = {"https": 443, "http": 80}[parts.scheme]
    return Site(host, f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, usual) else ""))


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def ask_new(
    site: Site, *, challenge: bytes, handle: bytes, login: str, name: str, known: Sequence[str]
) -> str:
    """What a page gives the browser to make a key known (JSON, bytes as Base64 for addresses). ``handle``
    names the person to the key and says nothing of them; keys of the ids ``known`` are not taken again.
    """
    options, _ = _server(site).register_begin(
        PublicKeyCredentialUserEntity(id=handle, name=login, display_name=name),
        credentials=_descriptors(known),
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=TOUCH,
        challenge=challenge,
    )
    return json.dumps(dict(options.public_key))


def ask(site: Site, *, challenge: bytes, known: Sequence[str]) -> str:
    """What a page gives the browser to have one of the keys of these ids answer, in the same form."""
    options, _ = _server(site).authenticate_begin(
        credentials=_descriptors(known), user_verification=TOUCH, challenge=challenge
    )
    return json.dumps(dict(options.public_key))


def read_new(site: Site, *, challenge: bytes, answer: str) -> NewKey | None:
    """The key whose introduction this is; None of whatever is none, or is none to this challenge."""
    try:
        response = RegistrationResponse.from_dict(json.loads(answer))
        made = _server(site).register_complete(_state(challenge), response)
        one = made.credential_data
        if one is None or response.response.client_data.cross_origin:
            return None
        public_key = cbor.encode(dict(one.public_key))
        fits = len(one.credential_id) <= LONGEST_ID and len(public_key) <= LONGEST_KEY
        if not fits or one.public_key.ALGORITHM not in ALGORITHMS:
            return None
        return NewKey(websafe_encode(one.credential_id), websafe_encode(public_key), made.counter)
    except Exception:  # the library raises whatever it trips over in what people send
        return None


def read_answer(
    site: Site, *, challenge: bytes, answer: str, known: Mapping[str, str]
) -> tuple[str, int] | None:
    """The id of the key that signed the challenge, of those ``known`` (public keys by their ids), and its
    counter; None of whatever is no such answer.
    """
    try:
        response = AuthenticationResponse.from_dict(json.loads(answer))
        keys = [_credential(*one) for one in known.items()]
        used = _server(site).authenticate_complete(_state(challenge), keys, response)
        if response.response.client_data.cross_origin:
            return None
        return websafe_encode(used.credential_id), response.response.authenticator_data.counter
    except Exception:  # as above
        return None


def _server(site: Site) -> Fido2Server:
    server = Fido2Server(
        PublicKeyCredentialRpEntity(id=site.host, name=ISSUER),
        attestation=AttestationConveyancePreference.NONE,
        # This very origin: the library would take those of hosts below as well.
        verify_origin=lambda origin: origin == site.origin,
    )
    server.allowed_algorithms = [
        PublicKeyCredentialParameters(type=PublicKeyCredentialType.PUBLIC_KEY, alg=one) for one in ALGORITHMS
    ]
    return server


def _state(challenge: bytes) -> dict[str, Any]:
    """What the library would have kept since it asked."""
    return {"challenge": websafe_encode(challenge), "user_verification": TOUCH}


def _descriptors(known: Sequence[str]) -> list[PublicKeyCredentialDescriptor]:
    kind = PublicKeyCredentialType.PUBLIC_KEY
    return [PublicKeyCredentialDescriptor(type=kind, id=websafe_decode(one)) for one in known]


def _credential(credential_id: str, public_key: str) -> AttestedCredentialData:
    key: Any = cbor.decode(websafe_decode(public_key))
    return AttestedCredentialData.create(Aaguid.NONE, websafe_decode(credential_id), CoseKey.parse(key))
