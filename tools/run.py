"""What ``make run`` does once things are set up: migrate, load the demo when the data folder is empty, say
the address and the demo accounts, serve.
"""

from __future__ import annotations

import argparse
import os
import sys
import time

import sqlalchemy as sa

from market import settings
from market.__main__ import main as market
from market.accounts.models import User
from market.shell import database


def run() -> int:
    """The whole way from a set-up checkout to a served page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args().port
    # Whatever .env leads to elsewhere, this shows the embedded profile.
    os.environ |= {"MARKET_DATABASE_URL": "", "MARKET_SEARCH_URL": ""}
    if code := market(["migrate"]):
        return code
    with database(settings.load()) as opened, opened.reading() as session:
        is_empty = session.scalar(sa.select(User.id).limit(1)) is None
    if is_empty:
        print("Loading the demo data, once ...", flush=True)
        start = time.monotonic()
        if code := market(["demo"]):
            return code
        print(f"... done in {time.monotonic() - start:.0f} s")
    print(
        f"""
Chợ Liên Kết is served at http://127.0.0.1:{port}  (Ctrl-C stops it)

Demo accounts, all with the password  cho-lien-ket-demo
  nguoimua@demo.test   a buyer
  htx@demo.test        a cooperative's manager
  canbo@demo.test      a provincial officer
  quantri@demo.test    the administrator
""",
        flush=True,
    )
    return market(["serve", "--port", str(port)])


if __name__ == "__main__":
    sys.exit(run())
