"""What the database's container runs when its volume is new, on a real PostgreSQL."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import sqlalchemy as sa

from market import commands, schema
from market.backup import tools
from market.db import Database
from market.engine import make_engine
from tests.profiles import Profile
from tests.services import ROOT, SUPERUSER


@pytest.mark.profiles("server")
def test_the_market_owns_its_database_and_may_do_nothing_else(profile: Profile, tmp_path: Path) -> None:
    beside = Database(make_engine(profile.own(tmp_path).database))
    psql = tools.find(beside).folder / "psql"
    beside.close()
    name = f"market_{os.getpid()}"
    (tmp_path / "market_password").write_text("m" * 64)
    script = (ROOT / "deploy" / "postgres" / "owner.sql").read_text()
    script = script.replace("/run/secrets", str(tmp_path)).replace(" market", f" {name}")
    whole = beside.engine.url.set(database="postgres", username=SUPERUSER)
    address = whole.set(drivername="postgresql").render_as_string(hide_password=False)
    # As the image runs it.
    asked = [str(psql), "-v", "ON_ERROR_STOP=1", "--no-password", "--no-psqlrc", address]
    done = subprocess.run(asked, input=script, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    own = Database(make_engine(whole.set(database=name, username=name, password="m" * 64)))
    commands.migrate(own)
    schema.check_log(own)
    assert not schema.may_do_everything(own)
    with (
        own.engine.connect() as connection,
        pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
    ):
        connection.exec_driver_sql("SET session_replication_role = replica")
    own.close()
