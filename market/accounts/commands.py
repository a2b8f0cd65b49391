"""``market token add``: a machine's token for somebody's account. ``market user add`` also grants roles with
parties and is in parties/commands.py.
"""

from __future__ import annotations

import argparse

from market.accounts import service as accounts
from market.settings import Settings
from market.shell import Commands, database


def register(commands: Commands) -> None:
    """Add the commands."""
    token = commands.add_parser("token", help="API tokens").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    add = token.add_parser("add", help="make an API token; it is printed this once")
    add.add_argument("--login", required=True, help="e-mail or phone number of the account")
    add.add_argument("--name", default="", help="what the token is for")
    add.set_defaults(run=run_add_token)


def run_add_token(args: argparse.Namespace, settings: Settings) -> int:
    """Make a token and print it."""
    with database(settings) as opened, opened.writing() as session:
        user = accounts.get_by_login(session, login=args.login)
        token = accounts.add_token(session, user_id=user.id, name=args.name)
    print(token)
    return 0
