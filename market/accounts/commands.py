"""``market token add``, ``list`` and ``revoke``: machines' tokens for somebody's account. ``market user add``
also grants roles with parties and is in parties/commands.py.
"""

from __future__ import annotations

import argparse

from market.accounts import queries
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
    listed = token.add_parser("list", help="an account's tokens: number, name, last used")
    listed.add_argument("--login", required=True, help="e-mail or phone number of the account")
    listed.set_defaults(run=run_list_tokens)
    revoke = token.add_parser("revoke", help="let a token open nothing any more")
    revoke.add_argument("--login", required=True, help="e-mail or phone number of the account")
    revoke.add_argument("number", type=int, help="as `market token list` says it")
    revoke.set_defaults(run=run_revoke_token)


def run_add_token(args: argparse.Namespace, settings: Settings) -> int:
    """Make a token and print it."""
    with database(settings) as opened, opened.writing() as session:
        user = accounts.get_by_login(session, login=args.login)
        token = accounts.add_token(session, user_id=user.id, name=args.name)
    print(token)
    return 0


def run_list_tokens(args: argparse.Namespace, settings: Settings) -> int:
    """Print a line a token that still opens something."""
    with database(settings) as opened, opened.reading() as session:
        user = accounts.get_by_login(session, login=args.login)
        for one in queries.list_tokens(session, user_id=user.id):
            print(f"{one.id}\t{one.name}\t{one.created_at:%Y-%m-%d}\t{one.last_used_on or '-'}")
    return 0


def run_revoke_token(args: argparse.Namespace, settings: Settings) -> int:
    """End a token."""
    with database(settings) as opened, opened.writing() as session:
        user = accounts.get_by_login(session, login=args.login)
        accounts.revoke_token(session, user_id=user.id, token_id=args.number)
    return 0
