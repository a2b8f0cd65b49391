"""Things to trade with, made through the services where there is one: ``make_<thing>(session, **changes)``.
Each maker gives sensible values, so that a test only says what it is about.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from market import clock
from market.accounts import passwords
from market.accounts import service as accounts
from market.accounts.models import DUTIES, POWERS, User
from market.certificates import service as certificates
from market.certificates.claims import Claim
from market.certificates.models import Certificate
from market.events import Actor
from market.notices import service as notices
from market.parties import service as parties
from market.parties.models import Party
from market.places import queries as places
from market.places.models import Place
from market.settings import Settings
from market.spreadsheets import outcome
from market.spreadsheets.models import Upload
from market.spreadsheets.report import Report
from market.words import t

#: A day for tests that live on one (the fixture ``on_a_day``).
TODAY = date(2026, 3, 10)
PASSWORD = "a long enough password"
SHELL = Actor(channel="shell")
REFORM = date(2025, 7, 1)

_numbers = count(1)


@cache
def password_hash() -> str:
    """The hash of the one password of all tests, made once."""
    return passwords.make_hash(PASSWORD)


@dataclass(frozen=True, slots=True)
class Side:
    """A party with the person who acts for it; the person signs in with ``login`` and ``PASSWORD``."""

    party: Party
    user: User
    login: str

    @property
    def actor(self) -> Actor:
        return Actor(self.user.id, self.party.id)


@dataclass(frozen=True, slots=True)
class Account:
    """A person who acts for no party: an officer, an administrator, a newcomer."""

    user: User
    login: str

    @property
    def actor(self) -> Actor:
        return Actor(self.user.id)


def make_settings(folder: Path | None = None, **changes: Any) -> Settings:
    """Settings with their data in a folder, of the embedded profile unless changed, whatever the environment
    says.
    """
    kept = changes if folder is None else {"data_dir": folder, **changes}
    return Settings(_env_file=None, secret_key="a key that only tests know, long enough", **kept)


def environment(settings: Settings) -> dict[str, str]:
    """The settings of a profile as a process is given them. What it writes does not hang on how fast the
    machine is: statements are not told of as slow.
    """
    names = ("data_dir", "database_url", "search_url", "search_key", "search_index", "secret_key")
    given = {f"MARKET_{name.upper()}": str(getattr(settings, name)) for name in names}
    return {**given, "MARKET_SLOW_SQL_MS": "0"}


def some_commune(session: Session, *, index: int = 0) -> Place:
    """A commune valid on the clock's day: of old district 960 before July 2025, of Cà Mau after."""
    today = clock.today()
    asked = (str(session.get_bind().engine.url), today < REFORM, index)
    known = session.get(Place, _communes[asked]) if asked in _communes else None
    if known is not None:
        return known
    if today < REFORM:
        district = places.find_place(session, code="960", on=today)
        assert district is not None
        found = places.list_children(session, place_id=district.id, on=today)[index]
    else:
        found = places.list_communes(session, on=today)[index]
    _communes[asked] = found.id
    return found


#: Communes looked up before, by database: nearly every test needs one.
_communes: dict[tuple[str, bool, int], int] = {}


def make_account(session: Session, **changes: Any) -> Account:
    """A person with an e-mail address (unless a phone number is given) and the tests' password."""
    number = next(_numbers)
    values: dict[str, Any] = {"name": f"Người thứ {number}", "password_hash": password_hash(), **changes}
    if not values.get("email") and not values.get("phone"):
        values["email"] = f"nguoi{number}@vidu.test"
    user = accounts.create_user(session, **values)
    session.commit()
    return Account(user, values.get("email") or values["phone"])


def make_user(session: Session, **changes: Any) -> User:
    """The account alone."""
    return make_account(session, **changes).user


def _make_side(session: Session, values: dict[str, Any], powers: tuple[str, ...], confirm: bool) -> Side:
    account = make_account(session, **values.pop("user", {}))
    party = parties.register_party(session, actor=account.actor, **values)
    accounts.grant_membership(session, user_id=account.user.id, party_id=party.id, powers=powers)
    if confirm:
        parties.confirm_party(session, actor=SHELL, party_id=party.id)
    session.commit()
    return Side(party, account.user, account.login)


def make_unit(
    session: Session, *, powers: tuple[str, ...] = POWERS, confirm: bool = True, **changes: Any
) -> Side:
    """A confirmed cooperative with a manager who has all powers (``user={...}`` changes the person)."""
    values: dict[str, Any] = {
        "kind": "cooperative",
        "name": f"Hợp tác xã Nuôi trồng thủy sản Vĩnh Hậu {next(_numbers)}",
        "fields": ("shrimp",),
        "members": 40,
        "households": 32,
        "phone": "+84912000111",
        **changes,
    }
    values.setdefault("place_id", some_commune(session).id)
    return _make_side(session, values, powers, confirm)


def make_buyer(
    session: Session, *, powers: tuple[str, ...] = POWERS, confirm: bool = True, **changes: Any
) -> Side:
    """A confirmed company that exports, with a person who has all powers."""
    values: dict[str, Any] = {
        "kind": "company",
        "name": f"Công ty Thủy sản Bạc Liêu {next(_numbers)}",
        "buyer_kind": "exporter",
        "destination": "export",
        "phone": "+84912000222",
        **changes,
    }
    values.setdefault("place_id", some_commune(session, index=1).id)
    return _make_side(session, values, powers, confirm)


def paper(**changes: Any) -> Claim:
    """What a certificate's paper says: VietGAP for crops unless changed, with an end in two years."""
    values: dict[str, Any] = {
        "standard": "VIETGAP-TT",
        "number": f"VG-{next(_numbers)}",
        "issuer": "Trung tâm Chất lượng nông lâm thủy sản vùng 5",
        "valid_from": clock.today() - timedelta(days=30),
        "valid_to": clock.today() + timedelta(days=700),
    }
    return Claim(**values | changes)


def make_claim(session: Session, unit: Side, *, verified: bool = False, **changes: Any) -> Certificate:
    """A certificate that a unit has entered, and that an officer has verified if asked for."""
    made = certificates.claim(session, actor=unit.actor, unit_id=unit.party.id, said=paper(**changes))
    if verified:
        certificates.verify(
            session,
            actor=make_officer(session).actor,
            places=None,
            certificate_id=made.id,
            version=made.version,
            ground="original",
        )
    session.commit()
    return made


def make_officer(
    session: Session, *, place_id: int | None = None, duties: tuple[str, ...] = DUTIES, **changes: Any
) -> Account:
    """An officer with all duties for the whole province, or for a place."""
    account = make_account(session, **changes)
    if place_id is None:
        place_id = places.province_on(session, day=clock.today()).id
    accounts.grant_duties(session, user_id=account.user.id, place_id=place_id, duties=duties)
    session.commit()
    return account


def make_admin(session: Session, **changes: Any) -> Account:
    """The administrator."""
    return make_account(session, is_admin=True, **changes)


def make_upload(session: Session, who: Side | Account) -> Upload:
    """A file that somebody has sent and that has been looked at: it would bring in a listing."""
    report = Report("listings", rows=1)
    report.counts["new"] = 1
    made = Upload(
        user_id=who.user.id,
        party_id=who.party.id if isinstance(who, Side) else None,
        kind="listings",
        name="vụ mùa.xlsx",
        file=f"file{next(_numbers)}",
        state="checked",
        report=outcome.keep(report),
        sent_at=clock.now(),
        checked_at=clock.now(),
    )
    session.add(made)
    session.commit()
    return made


def count_rows(session: Session, table: type[Any], *where: sa.ColumnElement[bool]) -> int:
    """How many rows there are."""
    return session.scalar(sa.select(sa.func.count()).select_from(table).where(*where)) or 0


def queue_messages(session: Session, *addresses: str) -> list[int]:
    """A message to each address, by mail or SMS as the address is; gives their ids."""
    made = [
        notices.queue_message(
            session,
            user_id=None,
            channel="email" if "@" in address else "sms",
            address=address,
            language="vi",
            subject=t("Your code to choose a new password"),
            body=t("Please fill this in."),
        )
        for address in addresses
    ]
    session.commit()
    return [message.id for message in made]
