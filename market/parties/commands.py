"""``market user add``: an account with a role, for the first administrator and for the officers. A buyer's
or a cooperative's account is bound to a party by its code. ``market user reset-second-step``: for the
administrator who has lost the telephone, and nobody else is one.
"""

from __future__ import annotations

import argparse

from sqlalchemy.orm import Session

from market import clock
from market.accounts import factors
from market.accounts import service as accounts
from market.errors import Invalid
from market.events import Actor
from market.parties import queries
from market.parties import service as parties
from market.parties.models import Party
from market.places import queries as places
from market.settings import Settings
from market.shell import Commands, database, read_secret
from market.words import t

#: Whoever runs the installation.
SHELL = Actor(channel="shell")
ROLES = ("buyer", "cooperative", "officer", "admin")


def register(commands: Commands) -> None:
    """Add the commands."""
    user = commands.add_parser("user", help="accounts").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    add = user.add_parser(
        "add", help="add an account; the password is asked for, or read from standard input"
    )
    add.add_argument("--role", required=True, choices=ROLES)
    add.add_argument("--login", required=True, help="e-mail or phone number")
    add.add_argument("--name", default="", help="the person's name")
    add.add_argument("--party", default="", help="code of the party acted for; a buyer may get a new one")
    add.add_argument("--place", default="", help="code of an officer's place; without, the province")
    add.set_defaults(run=run_add_user)
    reset = user.add_parser(
        "reset-second-step", help="let somebody who has lost telephone and recovery codes in by the password"
    )
    reset.add_argument("--login", required=True, help="e-mail or phone number of the account")
    reset.set_defaults(run=run_reset_second_step)


def run_add_user(args: argparse.Namespace, settings: Settings) -> int:
    """Add the account with its role."""
    with database(settings) as opened:
        # Refused before anybody types a password; checked again when it is written.
        with opened.reading() as session:
            _check(session, args)
        password = read_secret("Password: ")
        with opened.writing() as session:
            party = _check(session, args)
            if args.role == "buyer" and party is None:
                party = _new_buyer(session, args.name or args.login)
            by_email = "@" in args.login
            user = accounts.create_user(
                session,
                name=args.name or args.login,
                email=args.login if by_email else None,
                phone=None if by_email else args.login,
                password=password,
                is_admin=args.role == "admin",
            )
            if party is not None:
                accounts.grant_membership(session, user_id=user.id, party_id=party.id)
            if args.role == "officer":
                accounts.grant_duties(session, user_id=user.id, place_id=_place(session, args.place))
    return 0


def _new_buyer(session: Session, name: str) -> Party:
    """A buyer of that name, which whoever runs the installation knows."""
    party = parties.register_party(
        session, actor=SHELL, kind="company", name=name, place_id=None, buyer_kind="other"
    )
    return parties.confirm_party(session, actor=SHELL, party_id=party.id)


def _place(session: Session, text: str) -> int:
    """The place that an officer answers for: the province, unless another one is named."""
    if not text:
        return places.province_on(session, day=clock.today()).id
    return places.resolve(session, text=text, on=clock.today()).id


def run_reset_second_step(args: argparse.Namespace, settings: Settings) -> int:
    """Take the second step of signing in away; the person is told."""
    with database(settings) as opened, opened.writing() as session:
        user = accounts.get_by_login(session, login=args.login)
        factors.reset(session, actor=SHELL, user_id=user.id)
    return 0


def _check(session: Session, args: argparse.Namespace) -> Party | None:
    """The party of the role, if it has one; refuses what does not fit together."""
    if args.role == "officer":
        _place(session, args.place)
    if args.role not in ("buyer", "cooperative") or (args.role == "buyer" and not args.party):
        return None
    party = queries.find_by_code(session, args.party) if args.party else None
    if party is None:
        raise Invalid(t("--party: say for which party, by its code."))
    if (not party.is_unit) if args.role == "cooperative" else (party.is_unit and not party.buyer_kind):
        raise Invalid(t("--party: this party does not go with the role."))
    return party
