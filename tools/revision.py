"""Write a migration from the difference between the models and a migrated, empty database.

Usage: python tools/revision.py "what changes". Read the file it writes before committing it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import alembic.command
import alembic.config

from market import features
from market.db import Database
from market.engine import make_engine


def main(message: str) -> None:
    """Migrate an empty database to the head, compare, write the revision."""
    features.load_models()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(make_engine(f"sqlite:///{folder}/market.sqlite"))
        config = alembic.config.Config()
        config.set_main_option("script_location", str(Path("market/migrations")))
        config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
        last = max(int(one.name[:4]) for one in Path("market/migrations/versions").glob("[0-9]*.py"))
        with database.engine.connect() as connection:
            config.attributes["connection"] = connection
            alembic.command.upgrade(config, "head")
            alembic.command.revision(config, message, autogenerate=True, rev_id=f"{last + 1:04d}")
        database.close()


if __name__ == "__main__":
    main(sys.argv[1])
