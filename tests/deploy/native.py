"""The processes of docker-compose.yml without containers: their own commands, settings and secret files, and
the proxy's own configuration, with addresses and folders of this machine in the place of theirs. A second
machine, which a network namespace stands for, shares database and search server with this one.
"""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import sqlalchemy as sa

from search import meilisearch_index
from tests.house.test_compose import SERVER, fill, services
from tests.pages import Browser
from tests.processes import Running, answers, wait_for
from tests.services import MEILISEARCH, ROOT, free_port

DEPLOY = ROOT / "deploy" / "nginx"
OPERATOR = "Liên minh HTX thử nghiệm, 1800000000"


class Remote(Browser):
    """A browser on the other side of the proxy."""

    def __init__(self, stack: Stack) -> None:
        client: Any = httpx2.Client(base_url=stack.url, verify=stack.trust, follow_redirects=True, timeout=30)
        self.client = client
        stack.browsers.append(client)
        self.before = lambda: None


@dataclass(frozen=True)
class Host:
    """A second machine: a network namespace of its own, with a line to this one."""

    name: str = ""
    #: Where it finds this machine, and this machine it.
    here: str = "127.0.0.1"
    there: str = "127.0.0.1"

    def command(self, *command: str) -> tuple[str, ...]:
        """The same over there."""
        return ("ip", "netns", "exec", self.name, *command) if self.name else command


@contextmanager
def another_host() -> Iterator[Host]:
    """A second machine until the block ends. Only root can make one; for others it is this one."""
    if os.getuid():
        yield Host()
        return
    number = os.getpid() % 16_000
    line = f"10.57.{number // 64}.{number % 64 * 4}".rpartition(".")
    host = Host(f"market{os.getpid()}", *(f"{line[0]}.{int(line[2]) + end}" for end in (1, 2)))
    inside = ("ip", "-n", host.name)
    _run("ip", "netns", "add", host.name)
    try:
        _run("ip", "link", "add", f"m{number}", "type", "veth", "peer", "name", "eth0", "netns", host.name)
        _run("ip", "addr", "add", f"{host.here}/30", "dev", f"m{number}")
        _run("ip", "link", "set", f"m{number}", "up")
        _run(*inside, "addr", "add", f"{host.there}/30", "dev", "eth0")
        _run(*inside, "link", "set", "eth0", "up")
        _run(*inside, "link", "set", "lo", "up")
        yield host
    finally:
        _run("ip", "netns", "del", host.name)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"


@dataclass
class Stack:
    """What runs, by the names of the services."""

    folder: Path
    database: str
    host: Host
    https: int = field(default_factory=free_port)
    http: int = field(default_factory=free_port)
    running: dict[str, list[Running]] = field(default_factory=dict)
    web: list[str] = field(default_factory=list)
    search: str = ""
    browsers: list[Any] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"https://localhost:{self.https}"

    @property
    def secrets(self) -> Path:
        return self.folder / "secrets"

    @property
    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.secrets / "tls_certificate"))

    def environment(self, name: str) -> dict[str, str]:
        """The settings that the file hands to a service."""
        given = {"MARKET_BASE_URL": self.url, "MARKET_OPERATOR": OPERATOR}
        filled = {
            key: fill(value, given).replace("/run/secrets", str(self.secrets))
            for key, value in services(SERVER)[name]["environment"].items()
            if value is not None
        }
        here = {
            "MARKET_SEARCH_URL": self.search,
            "MARKET_TRUSTED_PROXIES": f"127.0.0.1,{self.host.here}",
            "MARKET_DATA_DIR": str(self.folder / "files"),
        }
        outside = {key: value for key, value in os.environ.items() if not key.startswith("MARKET_")}
        return {**outside, "PYTHONPATH": str(ROOT), **filled, **(here if name != "search" else {})}

    def start(self, name: str, *command: str, **more: str) -> Running:
        """Start a process of a service."""
        log = self.folder / f"{name}.log"
        environment = {**(self.environment(name) if name != "proxy" else os.environ), **more}
        with log.open("ab") as file:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                cwd=self.folder,
                env=environment,
                start_new_session=True,
            )
        made = Running(process, log)
        self.running.setdefault(name, []).append(made)
        return made

    def stop(self) -> None:
        """End what still runs, those before it first."""
        for client in self.browsers:
            client.close()
        for one in [one for many in reversed(self.running.values()) for one in many]:
            if one.process.poll() is None:
                one.kill()

    def wait(self, one: Running, url: str) -> None:
        """Until it answers there."""
        wait_for(lambda: one.process.poll() is not None or answers(url), one.log, seconds=90)
        assert one.process.poll() is None, one.log.read_text()


def _command(name: str, **instead: str) -> list[str]:
    """How the file starts a service, with other arguments in some places."""
    program, *rest = [instead.get(one, one) for one in services(SERVER)[name]["command"]]
    return [str(ROOT / ".venv" / "bin" / program), *rest]


def write_secrets(stack: Stack) -> None:
    """As docs/operation/server.md makes them."""
    stack.secrets.mkdir(parents=True)
    url = sa.make_url(stack.database).render_as_string(hide_password=False)
    for name, content in {
        "database_url": url,
        "secret_key": "s" * 64,
        "password_key": "p" * 64,
        "search_key": "",
        "replica_url": "",
        "smtp_url": "",
        "sms_url": "",
        "meilisearch": f'master_key = "{"m" * 64}"\n',
    }.items():
        (stack.secrets / name).write_text(content)
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", stack.secrets / "tls_key", "-out", stack.secrets / "tls_certificate"),
        ],
        check=True,
        capture_output=True,
    )


def start_search(stack: Stack) -> None:
    """The search server, and the application's key on it."""
    port = free_port()
    stack.search = f"http://{stack.host.here}:{port}"
    data = {"MEILI_HTTP_ADDR": f"{stack.host.here}:{port}", "MEILI_DB_PATH": str(stack.folder / "index")}
    stack.wait(stack.start("search", str(MEILISEARCH), **data), stack.search + "/health")
    assert not answers(stack.search + "/indexes"), "not without a key"
    key = meilisearch_index.make_key(stack.search, master_key="m" * 64, name="market")
    (stack.secrets / "search_key").write_text(key)


def start_proxy(stack: Stack) -> None:
    """nginx with the file's own configuration."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program, "nginx is missing: make setup"
    servers = "\n".join(
        f"server {one.removeprefix('http://')} max_fails=2 fail_timeout=3s;" for one in stack.web
    )
    work = stack.folder / "proxy"
    work.mkdir()
    written = (DEPLOY / "nginx.conf").read_text()
    for was, now in {
        "/tmp/": f"{work}/",  # all that it writes; the others below may lead there as well
        "server web:8000 max_fails=2 fail_timeout=3s resolve;": servers,
        "listen 8080;": f"listen 127.0.0.1:{stack.http};",
        "listen 8443 ": f"listen 127.0.0.1:{stack.https} ",
        "/run/secrets": str(stack.secrets),
        "/etc/market": str(DEPLOY),
    }.items():
        assert was in written, was
        written = written.replace(was, now)
    (work / "nginx.conf").write_text(written)
    # As root its processes would become another account's, who may not look into the tests' folders.
    more = "daemon off; user root;" if os.getuid() == 0 else "daemon off;"
    begin = (program, "-p", str(work), "-e", "stderr", "-c", str(work / "nginx.conf"), "-g", more)
    stack.wait(stack.start("proxy", *begin), f"http://127.0.0.1:{stack.http}/proxy-alive")


@contextmanager
def started(folder: Path, database: str) -> Iterator[Stack]:
    """All of it on a migrated database, until the block ends: a web process here with all else, the other
    with the worker on a second machine.
    """
    with ExitStack() as ending:
        host = ending.enter_context(another_host())
        stack = Stack(folder, database, host)
        write_secrets(stack)
        ending.callback(stack.stop)
        start_search(stack)
        for where, address in ((Host(), "127.0.0.1"), (host, host.there)):
            port = str(free_port())
            stack.start("web", *where.command(*_command("web", **{"0.0.0.0": address, "8000": port})))
            stack.web.append(f"http://{address}:{port}")
        stack.start("worker", *host.command(*_command("worker")))
        for one, url in zip(stack.running["web"], stack.web, strict=True):
            stack.wait(one, url + "/healthz")
        start_proxy(stack)
        wait_for(lambda: answers(stack.web[0] + "/readyz"), stack.folder / "worker.log", seconds=90)
        yield stack
