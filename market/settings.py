"""The settings: MARKET_* from the environment, with ``.env`` read where present. Unsafe or missing
values stop a production start with one line that names the setting (``checked``).
"""

from __future__ import annotations

import ipaddress
import os
import re
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from market.errors import Misconfigured

DEVELOPMENT_KEY = "development-only-not-for-production"


#: What may stand in a file of its own, whose name MARKET_..._FILE gives: it is secret, or holds a password.
IN_FILES = (
    *("secret_key", "password_key", "search_key", "database_url", "replica_url", "smtp_url", "sms_url"),
)


class _Files(PydanticBaseSettingsSource):
    """Settings out of files, as containers are handed their secrets: those that the environment names, then
    those that ``.env`` does.
    """

    def __init__(self, settings_cls: type[BaseSettings], dotenv: PydanticBaseSettingsSource) -> None:
        super().__init__(settings_cls)
        written = dotenv.env_vars if isinstance(dotenv, DotEnvSettingsSource) else {}
        self._named = (os.environ, {name.upper(): value for name, value in written.items()})

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        raise NotImplementedError  # all are read at once

    def __call__(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for field in IN_FILES:
            name = f"MARKET_{field.upper()}"
            for named in self._named:
                path = named.get(f"{name}_FILE")
                if path and field not in found:
                    if named.get(name):
                        raise Misconfigured(f"{name}_FILE: {name} is set as well: set one of them")
                    found[field] = _content(f"{name}_FILE", Path(path))
        return found


def _content(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as failure:
        why = getattr(failure, "strerror", None) or "it is no text"
        raise Misconfigured(f"{name}: {path} cannot be read: {why}") from None


class Settings(BaseSettings):
    """What ``surface.md`` of the project's docs promises, one field a setting."""

    model_config = SettingsConfigDict(env_prefix="MARKET_", env_file=".env", extra="ignore")

    env: Literal["development", "production"] = "development"
    data_dir: Path = Path("data")
    database_url: str = ""
    replica_url: str = ""
    #: Seconds by which what is read from the replica may be behind.
    replica_seconds: int = Field(default=5, ge=1, le=60)
    search_url: str = ""
    search_key: str = ""
    search_index: str = "market"
    secret_key: str = DEVELOPMENT_KEY
    #: What passwords are passed through before they are hashed: today's key, then older ones; empty: nothing.
    password_key: str = ""
    base_url: str = "http://127.0.0.1:8000"
    trusted_proxies: str = ""
    smtp_url: str = ""
    sms_url: str = ""
    operator: str = ""
    files_dir: Path | None = None
    #: ClamAV's daemon, which looks through what people send; empty: nobody does.
    scanner_url: str = ""
    file_mb: int = Field(default=10, ge=1, le=50)
    language: Literal["vi", "en"] = "vi"
    #: From which level on the log tells; empty: info (a line a request) in production, else warning.
    log: Literal["", "debug", "info", "warning", "error"] = ""
    #: Milliseconds from which a statement is told of as slow; 0: never.
    slow_sql_ms: int = Field(default=500, ge=0, le=600_000)
    #: Hours within which an authority's request to take something down is carried out.
    takedown_hours: int = Field(default=24, ge=1, le=744)
    #: Working days within which a complaint is answered.
    complaint_days: int = Field(default=7, ge=1, le=60)
    #: Working days within which a person's request about own data is answered, days until use of them stops.
    data_answer_days: int = Field(default=2, ge=1, le=30)
    data_stop_days: int = Field(default=15, ge=1, le=60)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is handed over, the environment, files that it names, ``.env``."""
        return init_settings, env_settings, _Files(settings_cls, dotenv_settings), dotenv_settings

    @field_validator("data_dir", "files_dir", mode="before")
    @classmethod
    def _somewhere(cls, value: Any, info: ValidationInfo) -> Any:
        """Left empty, as a line of .env that is only uncommented, a folder is the usual one, not this one."""
        return cls.model_fields[str(info.field_name)].default if value == "" else value

    @property
    def production(self) -> bool:
        return self.env == "production"

    @property
    def password_keys(self) -> tuple[str, ...]:
        """The keys of passwords, today's first."""
        return tuple(re.findall(r"[^\s,]+", self.password_key))

    @property
    def log_level(self) -> str:
        """The level of the log."""
        return self.log or ("info" if self.production else "warning")

    @property
    def embedded_index(self) -> bool:
        """Whether the index lies in the data folder; the web process then keeps it and does the jobs."""
        return not self.search_url

    @property
    def database(self) -> str:
        """The database's URL; without one, SQLite in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir / 'market.sqlite'}"

    @property
    def index_dir(self) -> Path:
        """Where the embedded index keeps its files."""
        return self.data_dir / "index"

    @property
    def file_bytes(self) -> int:
        """The largest paper that is taken (a photo of a listing has a bound of its own)."""
        return self.file_mb * 2**20

    @property
    def files(self) -> Path:
        return self.files_dir or self.data_dir / "files"


#: The ways out: how their addresses are written, and the port of each scheme.
WAYS_OUT = {
    "MARKET_SMTP_URL": ("smtp://user:password@host:port", {"smtp": 25, "smtps": 465}),
    "MARKET_SMS_URL": ("https://host/path", {"http": 80, "https": 443}),
}


def way_out(setting: str, url: str) -> tuple[str, int]:
    """Host and port of a way out; ``Misconfigured`` when the address is written in another way."""
    shape, ports = WAYS_OUT[setting]
    try:
        parts = urlsplit(url)
        host, port, usual = parts.hostname, parts.port, ports[parts.scheme]
    except (ValueError, KeyError):
        host = None
    # After a bare / in a password, host and port are parts of it: nothing of them is said.
    if not host or "@" in url.partition(parts.netloc)[2]:
        raise Misconfigured(f"{setting}: write it as {shape}, and in it @ as %40, / as %2F")
    return host, port or usual


def check_ways_out(settings: Settings) -> None:
    """Before serving and working: ``Misconfigured`` when a way out is written as none. Messages would wait
    for it without a word to whoever started the program.
    """
    for setting, url in (("MARKET_SMTP_URL", settings.smtp_url), ("MARKET_SMS_URL", settings.sms_url)):
        if url:
            way_out(setting, url)


def scanner_at(url: str) -> tuple[str, int] | str:
    """Host and port of the virus scanner, or the path of its socket; ``Misconfigured`` when the address is
    written in another way.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or 3310
    except ValueError:
        parts, host, port = urlsplit(""), None, 0
    beside = parts.query or parts.fragment
    if parts.scheme == "tcp" and host and "@" not in parts.netloc and not (parts.path.strip("/") or beside):
        return host, port
    if parts.scheme == "unix" and not parts.netloc and len(parts.path) > 1 and not beside:
        return parts.path
    raise Misconfigured("MARKET_SCANNER_URL: write it as tcp://host:3310 or unix:///run/clamav/clamd.ctl")


def checked(settings: Settings) -> Settings:
    """The same settings, or ``Misconfigured`` naming the first that production may not run with."""
    _check_proxies(settings.trusted_proxies)
    _check_password_keys(settings)
    if settings.scanner_url:
        scanner_at(settings.scanner_url)
    if not settings.production:
        return settings
    if settings.secret_key == DEVELOPMENT_KEY or len(settings.secret_key) < 32:
        raise Misconfigured("MARKET_SECRET_KEY: set a random value of at least 32 characters")
    if not settings.base_url.startswith("https://") or not urlsplit(settings.base_url).hostname:
        raise Misconfigured("MARKET_BASE_URL: production needs the public https:// address")
    if not settings.operator:
        raise Misconfigured("MARKET_OPERATOR: name the operator and its registration number")
    return settings


def _check_proxies(listed: str) -> None:
    for one in listed.split(",") if listed else ():
        try:
            ipaddress.ip_network(one.strip())
        except ValueError:
            raise Misconfigured(
                f"MARKET_TRUSTED_PROXIES: {one.strip()!r} is no address and no network as 172.30.57.0/24"
            ) from None


def _check_password_keys(settings: Settings) -> None:
    keys = settings.password_keys
    if any(len(one) < 32 for one in keys):
        raise Misconfigured(
            "MARKET_PASSWORD_KEY: each key is a random value of at least 32 characters, today's first, "
            "with commas between"
        )
    if len({*keys, settings.secret_key}) <= len(keys):
        raise Misconfigured("MARKET_PASSWORD_KEY: no key twice, and none that is MARKET_SECRET_KEY as well")


def load() -> Settings:
    """Read the settings, or ``Misconfigured`` naming the one that cannot be read."""
    try:
        return checked(Settings())
    except UnicodeDecodeError as wrong:
        raise Misconfigured(f".env: it is no UTF-8 text: {wrong.reason}") from None
    except ValidationError as wrong:
        first = wrong.errors()[0]
        name = "MARKET_" + "_".join(str(part) for part in first["loc"]).upper()
        raise Misconfigured(f"{name}: {first['msg']}") from None
