"""Security keys in place of the app's code: added and removed by the person, part of whose second step
(factors.py) they are and with which they go, and asked when signing in (second_step.py). The app and the
recovery codes stay: whoever loses an only key is not locked out. What a key says is read in webauthn.py.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from fido2.utils import websafe_decode
from sqlalchemy.orm import Session

from market import clock
from market.accounts import factors, queries, sessions, webauthn
from market.accounts.models import SecondFactor, SecurityKey
from market.accounts.webauthn import Site
from market.db import insert_if_absent
from market.errors import Conflict, Invalid, NotFound
from market.words import t

MOST_KEYS = 5
#: From the password that opens the way for a new key until it has answered.
BEGUN_LIFE = timedelta(minutes=10)

WRONG = t("The key did not answer as it should. Please try once more, or use the code of the app.")
NO_SITE = t("Security keys can be used only at the market's own address, over a safe line.")


class WentBack(Invalid):
    """A key counted less than before: it, or what answered now, is a copy. The caller has it told by
    ``tell_copied`` after the refusal.
    """

    def __init__(self, key_id: int) -> None:
        super().__init__(
            t("This key was refused: it has counted fewer uses than before, as a copy would."), field="key"
        )
        self.key_id = key_id


def list_keys(session: Session, *, user_id: int) -> Sequence[SecurityKey]:
    """A person's keys, the oldest first."""
    mine = sa.select(SecurityKey).where(SecurityKey.user_id == user_id).order_by(SecurityKey.id)
    return session.scalars(mine).all()


def begin(session: Session, *, user_id: int, present: str, site: Site | None) -> None:
    """Open the way for one more key (``asked_new``), until it has answered. Refuses (Invalid, TooMany) a
    wrong password, (Conflict) where the second step is not on, there are keys enough or none can be used.
    """
    row = factors.own(session, user_id, present)
    if site is None:
        raise Conflict(NO_SITE)
    _check_room(session, user_id)
    row.key_challenge, row.key_begun_at = secrets.token_urlsafe(32), clock.now()


def asked_new(session: Session, *, user_id: int, secret_key: str, site: Site | None) -> str:
    """What the browser is given to make the new key known; "" once the way is closed."""
    row = session.get(SecondFactor, user_id)
    contact = queries.find_contact(session, user_id=user_id)
    challenge = _open_challenge(row) if row else None
    if challenge is None or site is None or contact is None:
        return ""
    return webauthn.ask_new(
        site,
        challenge=challenge,
        handle=_signed(secret_key, f"person:{user_id}"),
        login=contact.email or contact.phone or "",
        name=contact.name,
        known=[one.credential_id for one in list_keys(session, user_id=user_id)],
    )


def add(
    session: Session, *, user_id: int, sign_in_id: int | None, name: str, answer: str, site: Site | None
) -> None:
    """Take the new key in under a name; the way is closed, and all other sessions end, as when the second
    step was set up. Refuses (Invalid) an answer that is none, (Conflict) one that comes too late or of a key
    that is in use.
    """
    row = factors.held(session, user_id)
    challenge = _open_challenge(row)
    if challenge is None or site is None:
        raise Conflict(t("This took too long. Please begin once more."))
    _check_room(session, user_id)
    made = webauthn.read_new(site, challenge=challenge, answer=answer)
    if made is None:
        raise Invalid(t("The key did not answer as it should. Please try once more."), field="key")
    values = {"name": name, "credential_id": made.credential_id, "public_key": made.public_key}
    if not insert_if_absent(
        session, SecurityKey, user_id=user_id, counter=made.counter, created_at=clock.now(), **values
    ):
        raise Conflict(t("This key is in use already."), field="key")
    row.key_challenge = row.key_begun_at = None
    sessions.end_others(session, user_id=user_id, but=sign_in_id)
    words = t("A security key was added to your account: {name}. Was it not you? Remove it.", name=name)
    factors.tell(session, "account.key_added", user_id, words)


def remove(session: Session, *, user_id: int, sign_in_id: int | None, key_id: int, present: str) -> None:
    """Take a key out; all other sessions end, for one of them may have been opened by it. Refuses (NotFound)
    another's key, (Invalid, TooMany) a wrong password.
    """
    key = session.scalar(
        sa.select(SecurityKey).where(SecurityKey.id == key_id, SecurityKey.user_id == user_id)
    )
    if key is None:
        raise NotFound
    factors.own(session, user_id, present)
    session.delete(key)
    sessions.end_others(session, user_id=user_id, but=sign_in_id)
    words = t("A security key of your account was removed: {name}.", name=key.name)
    factors.tell(session, "account.key_removed", user_id, words)


def challenge_of(half: str, *, secret_key: str) -> bytes:
    """What a key has to sign for this half of a session: as random as the half, gone and used up with it, and
    nothing by which a script could come to it.
    """
    return _signed(secret_key, f"half:{half}")


def asked(session: Session, *, user_id: int, challenge: bytes, site: Site | None) -> str:
    """What the browser is given to have one of a person's keys answer; "" where there is none."""
    known = [one.credential_id for one in list_keys(session, user_id=user_id)] if site else []
    return webauthn.ask(site, challenge=challenge, known=known) if site and known else ""


def check(session: Session, *, user_id: int, challenge: bytes, answer: str, site: Site | None) -> None:
    """Take the answer of one of the person's keys. Refuses (Invalid, field ``key``; TooMany); the caller
    notes a wrong one by ``factors.note_wrong`` after the refusal.
    """
    factors.check_tries(session, user_id)
    keys = {one.credential_id: one for one in list_keys(session, user_id=user_id)}
    known = {one.credential_id: one.public_key for one in keys.values()}
    found = webauthn.read_answer(site, challenge=challenge, answer=answer, known=known) if site else None
    if found is None:
        raise Invalid(WRONG, field="key")
    key, counter = keys[found[0]], found[1]
    # Of keys that do not count it is 0 for ever (Web Authentication, 7.2).
    goes_on = SecurityKey.counter < counter if counter else SecurityKey.counter == 0
    taken = session.execute(
        sa.update(SecurityKey)
        .where(SecurityKey.id == key.id, goes_on)
        .values(counter=counter, last_used_at=clock.now())
        .returning(SecurityKey.id)
    ).first()
    if taken is None:
        raise WentBack(key.id)
    factors.forget_tries(session, user_id)


def tell_copied(session: Session, *, key_id: int) -> None:
    """Tell the person of a key that was refused for what it counted."""
    key = session.get(SecurityKey, key_id)
    if key is not None:
        words = t(
            "The security key {name} was refused: it has counted fewer uses than before, as a copy would. "
            "Somebody who knows your password may have one. Remove the key and change the password.",
            name=key.name,
        )
        factors.tell(session, "account.key_refused", key.user_id, words)


def _check_room(session: Session, user_id: int) -> None:
    if len(list_keys(session, user_id=user_id)) >= MOST_KEYS:
        raise Conflict(t("There are {n} keys already. Remove one before you add another.", n=MOST_KEYS))


def _open_challenge(row: SecondFactor) -> bytes | None:
    """What the new key has to sign, while the way is open."""
    if row.key_challenge is None or row.key_begun_at is None or row.key_begun_at <= clock.now() - BEGUN_LIFE:
        return None
    return websafe_decode(row.key_challenge)


def _signed(secret_key: str, said: str) -> bytes:
    return hmac.new(secret_key.encode(), f"security key:{said}".encode(), hashlib.sha256).digest()
