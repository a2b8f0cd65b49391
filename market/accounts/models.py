"""Accounts: who signs in and for whom they may act. What is personal (name, phone, e-mail) stands in
``persons`` alone, so that a person can be erased without touching a deed or a figure. The parties
themselves are in parties/.
"""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Key, between, one_of

#: What a membership lets a person do for a party, strongest first.
POWERS = ("bind", "trade", "deliver", "view")
#: What an officer answers for.
DUTIES = ("register", "certificates", "figures", "trade_data", "moderation")
#: A read-only seat stands where duties do: it sees what ``SEEN`` are about, and changes nothing.
SEAT = "view"
SEEN = ("register", "certificates", "figures")
#: ``second`` and ``second_link``: the first step of signing in is done, by the password or by a link.
CODE_PURPOSES = ("reset", "open", "handover", "second", "second_link")


class User(Base):
    """An account. It holds nothing personal."""

    __tablename__ = "users"

    id: Mapped[Key]
    password_hash: Mapped[str | None]
    is_admin: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(default="vi")
    created_at: Mapped[datetime]


class Person(Base):
    """The person behind an account; erased on request. E-mail and phone are kept normalised (E.164)."""

    __tablename__ = "persons"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(unique=True)
    phone: Mapped[str | None] = mapped_column(unique=True)


class Membership(Base):
    """A person may act for a party, with these powers, from a day to a day."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("user_id", "party_id", "valid_from"),)

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    can_bind: Mapped[bool] = mapped_column(default=False)
    can_trade: Mapped[bool] = mapped_column(default=False)
    can_deliver: Mapped[bool] = mapped_column(default=False)
    can_view: Mapped[bool] = mapped_column(default=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class OfficerDuty(Base):
    """An officer's place (with all below it) and one duty there, or a seat, from a day to a day."""

    __tablename__ = "officer_duties"
    __table_args__ = (
        one_of("duty", (*DUTIES, SEAT)),
        UniqueConstraint("user_id", "place_id", "duty", "valid_from"),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    duty: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class SignIn(Base):
    """A server-side session. The cookie holds the token, the table its hash."""

    __tablename__ = "sign_ins"

    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("memberships.id"))
    device: Mapped[str]
    #: Begun by the one-time link of a message, without a password.
    by_link: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class ApiToken(Base):
    """A machine's bearer token: hashed, named, revocable."""

    __tablename__ = "api_tokens"

    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_on: Mapped[date | None]


class OneTimeCode(Base):
    """A short code or link token, hashed: to reset a password, or to open one page from an SMS."""

    __tablename__ = "one_time_codes"
    __table_args__ = (one_of("purpose", CODE_PURPOSES), Index("ix_one_time_codes_hash", "code_hash"))

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    purpose: Mapped[str]
    code_hash: Mapped[str]
    path: Mapped[str | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class SecondFactor(Base):
    """That a person signs in with a code of an app, too. The secret that the app keeps is worked out from
    ``salt`` and the secret key of the settings (totp.py): no table holds it.
    """

    __tablename__ = "second_factors"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    salt: Mapped[str]
    begun_at: Mapped[datetime]
    #: From the first right code on it is asked for.
    confirmed_at: Mapped[datetime | None]
    #: The step of time of the last code that counted: none counts twice.
    last_step: Mapped[int | None]
    #: What a security key that is being added has to sign; it serves once.
    key_challenge: Mapped[str | None]
    key_begun_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """What serves once in place of the app's code, hashed with the factor's salt."""

    __tablename__ = "recovery_codes"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    code_hash: Mapped[str]
    used_at: Mapped[datetime | None]


class SecurityKey(Base):
    """What serves in place of the app's code as often as one likes: a security key or passkey. Its
    credential's id and its public key (COSE) stand as Base64 for addresses; the private key never leaves it.
    """

    __tablename__ = "security_keys"
    __table_args__ = (between("counter", 0, 2**32 - 1),)

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str]
    credential_id: Mapped[str] = mapped_column(unique=True)
    public_key: Mapped[str]
    #: How often it says that it has signed; 0 of those that do not count.
    counter: Mapped[int]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class FactorRule(Base):
    """From which day on every officer needs a second factor (None: nobody does); the last row holds."""

    __tablename__ = "factor_rules"

    id: Mapped[Key]
    required_from: Mapped[date | None]
    made_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]


class FailedTry(Base):
    """A failed sign-in or code, by a hash of the name that was tried: what throttling counts."""

    __tablename__ = "failed_tries"
    __table_args__ = (Index("ix_failed_tries_recent", "key_hash", "at"),)

    id: Mapped[Key]
    key_hash: Mapped[str]
    at: Mapped[datetime]


class Consent(Base):
    """What a person agreed to: purpose, the version of the text, when given and when withdrawn."""

    __tablename__ = "consents"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    purpose: Mapped[str]
    text_version: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
