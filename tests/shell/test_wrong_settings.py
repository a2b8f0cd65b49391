"""Settings that lead nowhere stop the start, or the command, with one line that names the setting and says
what to do. No traceback, and no password.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.notices.ways_out import closed_port
from tests.processes import running, wait_for
from tests.services import MASTER_KEY, OWNER, SUPERUSER, meilisearch_server
from tests.shell.conftest import Shell

#: What is started or run with them.
ATTEMPTS = (
    ("serve", "--port", "1"),
    ("worker",),
    ("worker", "--once"),
    ("index", "rebuild"),
    ("search", "lúa"),
)


@pytest.mark.profiles("embedded")
@pytest.mark.parametrize(
    "url",
    [
        "mysql://market:geheim@127.0.0.1/market",
        "geheim",
        "://",
        "postgresql:/geheim",
        "postgresql://market:geheim@127.0.0.1:port/market",
        "sqlite+aiosqlite:///geheim.sqlite",
        "postgresql://market:geheim@127.0.0.1:{port}/market",
        "postgresql://market:geheim@name.invalid/market",
    ],
)
def test_a_database_that_is_none(shell: Shell, url: str) -> None:
    shell.environment = {"MARKET_DATABASE_URL": url.format(port=closed_port())}
    for arguments in (*ATTEMPTS[:2], ("migrate",), ("figures", "--json")):
        said = shell.here(*arguments).refused()
        assert said.startswith("MARKET_DATABASE_URL: "), arguments
        assert "geheim" not in said


@pytest.mark.profiles("server")
def test_a_database_that_is_not_there_or_not_ours(shell: Shell) -> None:
    url = sa.make_url(shell.settings.database)
    for wrong in (url.set(database="nothing"), url.set(username="nobody")):
        shell.environment = {"MARKET_DATABASE_URL": wrong.render_as_string(hide_password=False)}
        for arguments in ATTEMPTS:
            assert shell.here(*arguments).refused().startswith("MARKET_DATABASE_URL: "), arguments


@pytest.mark.profiles("server")
def test_a_database_that_keeps_text_otherwise(shell: Shell) -> None:
    url = sa.make_url(shell.settings.database)
    name = f"{url.database}_ascii"
    engine = sa.create_engine(url.set(username=SUPERUSER, database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        how = f"OWNER {OWNER} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'"
        connection.exec_driver_sql(f"CREATE DATABASE {name} {how}")
    engine.dispose()
    url = url.set(database=name)
    shell.environment = {"MARKET_DATABASE_URL": url.render_as_string(hide_password=False)}
    for arguments in (*ATTEMPTS, ("migrate",)):
        said = shell.here(*arguments).refused()
        assert "MARKET_DATABASE_URL" in said
        assert "UTF8" in said


@pytest.mark.parametrize(
    ("revision", "said"), [("0003", "run 'market migrate'"), ("9999", "another version of the program")]
)
def test_a_schema_of_another_version(shell: Shell, revision: str, said: str) -> None:
    with shell.database() as database, database.writing() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = :to"), {"to": revision})
    for arguments in ATTEMPTS:
        assert said in shell.here(*arguments).refused(), arguments


@pytest.mark.profiles("server")
def test_a_search_server_that_is_none(shell: Shell) -> None:
    for url in (f"http://127.0.0.1:{closed_port()}", "nonsense", "http://name.invalid:7700"):
        shell.environment = {"MARKET_SEARCH_URL": url}
        for arguments in ATTEMPTS:
            said = shell.here(*arguments).refused()
            assert said.startswith("MARKET_SEARCH_URL: "), arguments
            assert "start Meilisearch there" in said


@pytest.mark.profiles("server")
def test_a_search_key_that_is_refused(shell: Shell) -> None:
    for key in ("", "geheim"):
        shell.environment = {"MARKET_SEARCH_KEY": key}
        for arguments in ATTEMPTS:
            said = shell.here(*arguments).refused()
            assert said.startswith("MARKET_SEARCH_KEY: "), arguments
            assert "market index key" in said
            assert "geheim" not in said


@pytest.mark.profiles("embedded")
@pytest.mark.parametrize("name", ["MARKET_SMTP_URL", "MARKET_SMS_URL"])
def test_a_way_out_that_is_written_as_none(shell: Shell, name: str) -> None:
    shell.environment = {name: "mail.example geheim"}
    for arguments in (("serve", "--port", "1"), ("worker", "--once")):
        said = shell.here(*arguments).refused()
        assert said.startswith(f"{name}: write it as "), arguments
        assert "geheim" not in said
    assert shell.here("index", "rebuild").code == 0, "what sends nothing does not mind"


@pytest.mark.profiles("server")
def test_the_applications_key_is_made_by_a_command(shell: Shell) -> None:
    made = shell.here("index", "key", stdin=MASTER_KEY + "\n")
    assert (made.code, made.err) == (0, "")
    shell.environment = {"MARKET_SEARCH_KEY": made.out.strip()}
    assert shell.here("index", "rebuild").code == 0
    assert shell.here("index", "key", "--json", stdin=MASTER_KEY + "\n").json == {"key": made.out.strip()}
    assert "master key" in shell.here("index", "key", stdin="wrong\n").refused()
    shell.environment = {"MARKET_SEARCH_URL": ""}
    assert shell.here("index", "key", stdin=MASTER_KEY + "\n").refused().startswith("MARKET_SEARCH_URL: ")


@pytest.mark.profiles("server")
def test_an_index_over_two_servers_is_made_and_verified_by_commands(shell: Shell, tmp_path: Path) -> None:
    with meilisearch_server(tmp_path / "second") as second:
        shell.environment = {"MARKET_SEARCH_URL": f"{shell.settings.search_url}, {second.url}"}
        made = shell.here("index", "key", stdin=MASTER_KEY + "\n")
        assert (made.code, made.err) == (0, "")
        shell.environment["MARKET_SEARCH_KEY"] = made.out.strip()
        assert shell.here("index", "rebuild").code == 0
        assert shell.here("index", "verify").code == 0
        told = shell.here("doctor").out
        assert f"Meilisearch at {shell.settings.search_url} and {second.url}, key accepted" in told
    assert shell.here("index", "verify").code == 1


@pytest.mark.profiles("server")
def test_a_worker_ends_in_good_order_when_it_is_told_to(shell: Shell) -> None:
    with running(shell.settings, "worker") as worker:
        wait_for(lambda: shell.here("index", "verify").code == 0, worker.log)
        worker.process.terminate()
        assert worker.process.wait(timeout=10) == 0, worker.log.read_text()
