"""Accounts: making them, who may act for whom, what was agreed to, and telling a party's people. Signing in
and out is in sessions.py, one-time codes in codes.py, passwords in passwords.py, addresses in logins.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts import codes, logins, passwords, queries
from market.accounts.models import (
    DUTIES,
    POWERS,
    SEAT,
    ApiToken,
    Consent,
    Membership,
    OfficerDuty,
    Person,
    SignIn,
    User,
)
from market.accounts.tokens import hash_token, new_token
from market.db import lock, refused_by_database
from market.errors import Conflict, Invalid, NotFound
from market.events import Actor
from market.notices import service as notices
from market.words import Words, t

#: The version of the texts on the page "About the market" that a person agrees to.
TERMS_VERSION = "2026-01"
PRIVACY_VERSION = "2026-01"

#: Where the token of a one-time link stands.
OPENING = "/account/open/"
TAKEN = t("There is an account with this already. Please sign in, or reset the password.")


def create_user(
    session: Session,
    *,
    name: str,
    email: str | None = None,
    phone: str | None = None,
    password: str | None = None,
    password_hash: str | None = None,
    is_admin: bool = False,
    is_demo: bool = False,
    must_change_password: bool = False,
    language: str = "vi",
) -> User:
    """An account with its person. ``password_hash`` may be handed in instead of a password, to hash once for
    many. Refuses (Invalid, with the field) a missing or taken address and a weak password.
    """
    kept_email, kept_phone = read_addresses(session, email=email, phone=phone)
    if not name.strip():
        raise Invalid(t("Please fill this in."), field="name")
    if password is not None:
        passwords.check_strength(password)
        password_hash = passwords.make_hash(password)
    user = User(
        password_hash=password_hash,
        is_admin=is_admin,
        is_demo=is_demo,
        must_change_password=must_change_password,
        language=language,
        created_at=clock.now(),
    )
    session.add(user)
    session.flush()  # the person is kept under the account's id
    session.add(Person(user_id=user.id, name=name.strip(), email=kept_email, phone=kept_phone))
    with refused_by_database(Invalid(TAKEN, field="email" if kept_email else "phone")):
        session.flush()  # later checks for taken addresses, and sign-ins, look the person up
    return user


def read_addresses(
    session: Session, *, email: str | None, phone: str | None
) -> tuple[str | None, str | None]:
    """E-mail and phone in the form that is kept; refuses what cannot be read, none at all, and taken ones."""
    kept_email = kept_phone = None
    if email:
        kept_email = logins.read_email(email)
        if kept_email is None:
            raise Invalid(t("This is no e-mail address. Please write it as ten@congty.vn."), field="email")
    if phone:
        kept_phone = logins.read_phone(phone)
        if kept_phone is None:
            raise Invalid(t("This is no phone number. Please write it as 0912 345 678."), field="phone")
    if kept_email is None and kept_phone is None:
        raise Invalid(t("Please give a phone number or an e-mail address."), field="phone")
    for column, value, field in ((Person.email, kept_email, "email"), (Person.phone, kept_phone, "phone")):
        if value and session.scalar(sa.select(Person.user_id).where(column == value)) is not None:
            raise Invalid(TAKEN, field=field)
    return kept_email, kept_phone


def grant_membership(
    session: Session,
    *,
    user_id: int,
    party_id: int,
    powers: Iterable[str] = POWERS,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Membership:
    """Let a person act for a party with these powers (of ``POWERS``) from a day on."""
    chosen = frozenset(powers)
    if chosen - frozenset(POWERS):
        raise Invalid(t("Please choose one of the values in the list."), field="powers")
    membership = Membership(
        user_id=user_id,
        party_id=party_id,
        **{f"can_{power}": power in chosen for power in POWERS},
        valid_from=valid_from or clock.today(),
        valid_to=valid_to,
    )
    session.add(membership)
    return membership


def grant_duties(
    session: Session,
    *,
    user_id: int,
    place_id: int,
    duties: Iterable[str] = DUTIES,
    valid_from: date | None = None,
) -> list[OfficerDuty]:
    """Make the person an officer for a place and all below it, with these duties (of ``DUTIES``, or
    ``SEAT`` to see and change nothing).
    """
    chosen = list(dict.fromkeys(duties))
    if not chosen or set(chosen) - {*DUTIES, SEAT}:
        raise Invalid(t("Please choose one of the values in the list."), field="duties")
    rows = [
        OfficerDuty(user_id=user_id, place_id=place_id, duty=duty, valid_from=valid_from or clock.today())
        for duty in chosen
    ]
    session.add_all(rows)
    return rows


def close_account(session: Session, *, user_id: int) -> None:
    """Nobody signs in with it or is told anything any more; what is held stays until it is over or erased."""
    now = clock.now()
    session.get_one(User, user_id).is_active = False
    for table in (SignIn, ApiToken):
        mine = sa.update(table).where(table.user_id == user_id, table.revoked_at.is_(None))
        session.execute(mine.values(revoked_at=now))


def keep_an_administrator(session: Session, *, without: int) -> None:
    """Refuse (Conflict) where nobody but this person could administer any more."""
    by_id = sa.select(User).where(User.is_admin, User.is_active).order_by(User.id)
    known = session.scalars(by_id).all()
    for one in known:
        lock(session, one)  # two who take each other's rights away would leave nobody
    if {one.id for one in known if one.is_admin and one.is_active} == {without}:
        raise Conflict(t("This is the last administrator's account. Another one has to be made first."))


def record_consents(session: Session, *, user_id: int) -> None:
    """Note that the person agreed to today's terms and to the use of the data, each in a row of its own."""
    for purpose, version in (("terms", TERMS_VERSION), ("privacy", PRIVACY_VERSION)):
        session.add(Consent(user_id=user_id, purpose=purpose, text_version=version, given_at=clock.now()))


def choose_language(session: Session, *, user_id: int, language: str) -> None:
    """In which language mails and messages to the person are written."""
    if language not in ("vi", "en"):
        raise Invalid(t("Please choose one of the values in the list."), field="language")
    session.get_one(User, user_id).language = language


def add_token(session: Session, *, user_id: int, name: str) -> str:
    """A bearer token for a machine; it is given out this once and kept as a hash."""
    token = "clk_" + new_token()
    session.add(
        ApiToken(
            token_hash=hash_token(token), user_id=user_id, name=name.strip()[:200], created_at=clock.now()
        )
    )
    return token


def revoke_token(session: Session, *, user_id: int, token_id: int) -> None:
    """End one of the person's own tokens; refuses NotFound for another's, or one that has ended."""
    token = session.get(ApiToken, token_id)
    if token is None or token.user_id != user_id or token.revoked_at is not None:
        raise NotFound(t("There is no such token."))
    token.revoked_at = clock.now()


def get_by_login(session: Session, *, login: str) -> User:
    """The account with this e-mail or phone number; refuses NotFound."""
    user = queries.find_by_login(session, login=login)
    if user is None:
        raise NotFound(t("No account has this e-mail address or phone number."))
    return user


def address_of(session: Session, *, user_id: int) -> queries.Contact:
    """The person's own addresses as they are kept; refuses NotFound."""
    contact = queries.find_contact(session, user_id=user_id)
    if contact is None:
        raise NotFound
    return contact


def tell_party(session: Session, *, party_id: int, kind: str, words: Words, path: str, actor: Actor) -> None:
    """Tell the active members of a party, except whoever did it in the party's own name: a notice each, and,
    as each has chosen for the kind's topic, an e-mail (without an address an SMS whose link opens that one
    page once), the same with the day's other news, or nothing more. While the demonstration makes its past
    (channel "demo") nothing leaves the application.
    """
    for person, how in queries.list_told(session, party_id=party_id, kind=kind):
        if actor.party_id == party_id and actor.user_id == person.user_id:
            continue
        _tell(session, person, how, kind=kind, words=words, path=path, actor=actor, party_id=party_id)


def tell_user(
    session: Session,
    *,
    user_id: int,
    kind: str,
    words: Words,
    path: str,
    actor: Actor,
    opens: bool = True,
) -> None:
    """Tell one person, for no party in particular. Without ``opens`` the link of an SMS lets nobody in: it
    goes where perhaps somebody else reads it by now.
    """
    found = queries.find_told(session, user_id=user_id, kind=kind)
    if found is not None:
        person, how = found
        _tell(
            session, person, how, kind=kind, words=words, path=path, actor=actor, party_id=None, opens=opens
        )


def _tell(
    session: Session,
    person: queries.Contact,
    how: str,
    *,
    kind: str,
    words: Words,
    path: str,
    actor: Actor,
    party_id: int | None,
    opens: bool = True,
) -> None:
    to = notices.Recipient(person.user_id, person.language)
    if how == "at_once" and actor.channel != "demo":
        to = recipient(session, person, path, opens=opens)
    elif how == "daily" and actor.channel != "demo":
        to = notices.Recipient(person.user_id, person.language, waits=True)
    notices.notify(session, to=to, kind=kind, words=words, path=path, party_id=party_id)


def ask_party(
    session: Session, *, party_id: int, power: str, kind: str, words: Words, path: str, actor: Actor
) -> int:
    """Ask those who may answer for a party (who have the ``power``): a notice each and, at once whatever they
    chose, a message whose link opens that one page once. Says how many were asked; in the
    past that the demonstration makes nothing leaves the application.
    """
    able = queries.list_able(session, party_id=party_id, power=power)
    for person in able:
        to = notices.Recipient(person.user_id, person.language)
        if actor.channel != "demo":
            to = recipient(session, person, path, once=True)
        notices.notify(session, to=to, kind=kind, words=words, path=path, party_id=party_id)
    return len(able)


def recipient(
    session: Session, person: queries.Contact, path: str, *, once: bool = False, opens: bool = True
) -> notices.Recipient:
    """By which way a page reaches a person: e-mail, else an SMS with a link made for it, else none. With
    ``once`` an e-mail has such a link, too; without ``opens`` an SMS has none.
    """
    if person.email and not once:
        return notices.Recipient(person.user_id, person.language, "email", person.email, path)
    if person.email:
        link = OPENING + codes.make_link(session, user_id=person.user_id, path=path)
        return notices.Recipient(person.user_id, person.language, "email", person.email, link)
    if person.phone:
        link = OPENING + codes.make_link(session, user_id=person.user_id, path=path) if opens else path
        return notices.Recipient(person.user_id, person.language, "sms", person.phone, link)
    return notices.Recipient(person.user_id, person.language)
