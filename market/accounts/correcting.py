"""A person's own details put right by the person, and agreement taken back. What an account holds at all is
in models.py; who asks for more (to stop, to erase) is heard in moderation/.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock, events
from market.accounts import logins, sessions
from market.accounts import service as accounts
from market.accounts.models import Consent, Person, User
from market.db import refused_by_database
from market.errors import Invalid, NotFound
from market.events import Actor, Event
from market.words import t


def correct_person(
    session: Session, *, actor: Actor, user_id: int, name: str, email: str, phone: str, present: str
) -> None:
    """Change the name, e-mail address and phone number that a person is known by; the password shows that it
    is the person. Refuses (Invalid, with the field) what cannot be read, is taken, or leaves no address;
    (TooMany) after too many wrong passwords, which the caller notes by ``sessions.note_wrong_password``.
    """
    user, person = session.get_one(User, user_id), session.get(Person, user_id)
    if person is None:
        raise NotFound
    sessions.check_present(session, user, present)
    if not name.strip():
        raise Invalid(t("Please fill this in."), field="name")
    kept_email = logins.read_email(email) if email.strip() else None
    kept_phone = logins.read_phone(phone) if phone.strip() else None
    if email.strip() and kept_email is None:
        raise Invalid(t("This is no e-mail address. Please write it as ten@congty.vn."), field="email")
    if phone.strip() and kept_phone is None:
        raise Invalid(t("This is no phone number. Please write it as 0912 345 678."), field="phone")
    if kept_email is None and kept_phone is None:
        raise Invalid(t("Please give a phone number or an e-mail address."), field="phone")
    for column, value, field in ((Person.email, kept_email, "email"), (Person.phone, kept_phone, "phone")):
        others = sa.select(Person.user_id).where(column == value, Person.user_id != user_id)
        if value and session.scalar(others) is not None:
            raise Invalid(accounts.TAKEN, field=field)
    if (person.email, person.phone) != (kept_email, kept_phone):
        # Before it is changed: a message goes to where the person was reached until now. It opens nothing:
        # a telephone that was lost, or a number that has gone to others, may be why it is changed.
        words = t("The e-mail address or phone number of your account was changed. Was it not you? Tell us.")
        accounts.tell_user(
            session,
            user_id=user_id,
            kind="account.corrected",
            words=words,
            path="/account/data",
            actor=actor,
            opens=False,
        )
    person.name, person.email, person.phone = name.strip(), kept_email, kept_phone
    with refused_by_database(Invalid(accounts.TAKEN, field="email" if kept_email else "phone")):
        session.flush()  # a key may speak: somebody else took the address at this instant
    events.record(session, Event("account.corrected", user_id, actor))


def withdraw_consent(session: Session, *, actor: Actor, user_id: int, consent_id: int) -> Consent:
    """Take an agreement back; refuses NotFound for somebody else's, or one that was taken back before."""
    consent = session.get(Consent, consent_id)
    if consent is None or consent.user_id != user_id or consent.withdrawn_at is not None:
        raise NotFound
    consent.withdrawn_at = clock.now()
    data = {"purpose": consent.purpose, "version": consent.text_version}
    events.record(session, Event("consent.withdrawn", consent_id, actor, data))
    return consent
