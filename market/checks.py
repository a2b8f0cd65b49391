"""What ``market doctor`` looks at. Each look says in words what there is, or raises what is wrong and what
to do. It writes and makes nothing and says no password. What it needs of an earlier one is in ``Seen``; where
that is missing, it says what was not looked at. The command is in doctor.py.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import sqlalchemy as sa

from market import clock, replica, scanner, schema, settings
from market.accounts import passwords
from market.accounts import queries as accounts
from market.changes import Change
from market.db import Database
from market.engine import make_engine
from market.errors import Misconfigured
from market.events import EventRow
from market.listings import pictures
from market.notices.models import Message
from market.runtime import Runtime
from market.settings import Settings
from market.spreadsheets import reading
from search.addresses import addresses
from search.errors import SearchError
from search.query import Query

#: Seconds to wait for a mail server to take a connection, or for another process to end its writing.
PATIENCE = 5
#: What waits longer than this is followed by nobody.
LATE = timedelta(minutes=5)
#: Messages that were given up are told of for so long.
GIVEN_UP = timedelta(days=7)
#: How far the database's clock may be from this machine's.
APART = timedelta(seconds=5)
#: Bytes that the disk of the data should have left.
LEAST_FREE = 10**9
#: Part of a password has ended up in the port, host or name: nothing of them is said.
BARE_SIGNS = (
    "MARKET_DATABASE_URL: the port is a number, in a password @ is written as %40, : as %3A, / as %2F"
)


@dataclass(slots=True)
class Seen:
    """What later looks need of earlier ones. ``database`` is one in memory until the real one is opened;
    ``lacking`` says why its tables cannot be read, ``open_ways`` by which channels messages can leave.
    """

    settings: Settings
    database: Database
    answers: bool = False
    lacking: str = "the database does not answer"
    open_ways: list[str] = field(default_factory=list)


Look = Callable[[Seen], str]


def what_is_set(seen: Seen) -> str:
    """The settings can be read and are safe."""
    settings.load()
    file = Path(".env").absolute()
    return f"{seen.settings.env}, from the environment{f' and {file}' if file.is_file() else ''}"


def the_database(seen: Seen) -> str:
    """It is there, of a fit version, and can be written."""
    file = _sqlite_file(seen.settings.database)
    if file and not file.is_file():
        seen.lacking = f"there is no database yet: {schema.MIGRATE}"
        raise Misconfigured(f"there is no SQLite file {file} yet: {schema.MIGRATE}")
    seen.database = Database(make_engine(seen.settings.database))
    if file:
        sa.event.listen(seen.database.engine, "connect", _hurry)
    schema.check_server(seen.database)
    seen.answers, seen.lacking = True, "the tables are not those of this program"
    if file:
        _take_the_writers_place(seen.database, file)
        return f"SQLite in {file}"
    with seen.database.engine.connect() as connection:
        version = ".".join(str(part) for part in connection.dialect.server_version_info or ())
        read_only = connection.scalar(sa.text("SHOW transaction_read_only")) == "on"
    url = seen.database.engine.url
    if read_only:
        raise Misconfigured(
            f"MARKET_DATABASE_URL: PostgreSQL takes no writes to {url.database}: give the primary's address"
        )
    return f"PostgreSQL {version}, {url.database} on {url.host or 'this machine'}{_replica(seen)}"


def _replica(seen: Seen) -> str:
    """Whether the replica, where there is one, follows."""
    found = replica.from_settings(seen.settings, seen.database.engine, pool_size=1)
    if found is None:
        return ""
    try:
        if not found.look():
            raise Misconfigured(
                "MARKET_REPLICA_URL: no replica that follows: it does not hold what the primary does; "
                "until it does, the primary answers everything"
            )
    except sa.exc.DBAPIError as failure:
        raise Misconfigured(
            f"MARKET_REPLICA_URL: it does not answer: {schema.reason(failure)}; the primary answers for it"
        ) from failure
    finally:
        found.stop()
    return ", and its replica follows"


def _take_the_writers_place(database: Database, file: Path) -> None:
    try:
        with database.session(write=True) as session:
            session.connection()
    except sa.exc.OperationalError as failure:
        why = schema.reason(failure)
        advice = "another process writes to it" if "locked" in why else "let this account write to it"
        raise Misconfigured(f"{file} cannot be written: {why}: {advice}") from failure


def _sqlite_file(address: str) -> Path | None:
    try:
        url = sa.make_url(address)
    except sa.exc.ArgumentError:
        return None  # make_engine has words for it
    except ValueError as no_port:
        raise Misconfigured(BARE_SIGNS) from no_port
    if url.get_backend_name() == "sqlite":
        return Path(url.database or "").absolute()
    if "@" in f"{url.host}{url.database}":
        raise Misconfigured(BARE_SIGNS)
    return None


def _hurry(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
    connection.cursor().execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")


def the_schema(seen: Seen) -> str:
    """The tables are those of this version."""
    if not seen.answers:
        raise Misconfigured(f"not looked at: {seen.lacking}")
    found = schema.check(seen.database)
    seen.lacking = ""
    grows = _the_log(seen)
    if found != schema.newest():
        return f"version {found}, which is newer than this program's {schema.newest()} and serves it; {grows}"
    return f"version {found}; {grows}"


def _the_log(seen: Seen) -> str:
    schema.check_log(seen.database)
    if not schema.may_do_everything(seen.database):
        return "the log of events only grows"
    words = "MARKET_DATABASE_URL: this account is a superuser, which may change the log of events"
    if seen.settings.production:
        raise Misconfigured(f"{words}: give one that owns this database and may do nothing else")
    return words


def the_passwords(seen: Seen) -> str:
    """Each can be compared with what is typed."""
    if seen.lacking:
        return f"not looked at: {seen.lacking}"
    with seen.database.reading() as session:
        counted = accounts.passwords_by_key(session)
    without = counted.pop("", 0)
    names = passwords.names_of(seen.settings.password_keys)
    gone = {name: count for name, count in counted.items() if name not in names}
    if gone:
        raise Misconfigured(
            f"MARKET_PASSWORD_KEY: {sum(gone.values())} passwords stand under a key that is not there "
            f"({', '.join(sorted(gone))}): put it back behind today's; until then these people get in by "
            "choosing a new password with a code"
        )
    if not names:
        return f"{without} under no key: MARKET_PASSWORD_KEY is not set"
    today = counted.get(names[0], 0)
    waiting = sum(counted.values()) - today + without
    return f"{today} under today's key {names[0]}, {waiting} are renewed at the next sign-in"


def the_engine(seen: Seen) -> str:
    """The index answers a search as this program asks it. Opened for reading, beside whoever keeps it."""
    found = seen.settings
    runtime = Runtime.open(found, seen.database, access="read")
    servers = [] if found.embedded_index else addresses(found.search_url)
    shown = {one: re.sub("//.*@", "//***@", one, flags=re.DOTALL) for one in servers}
    try:
        runtime.check_search()
        index = runtime.the_index()
        index.health()
        held = index.search(Query(limit=1, facets=())).total
    except (Misconfigured, SearchError) as failure:
        words = str(failure)
        for one in servers:
            words = words.replace(one, shown[one])
        raise Misconfigured(words) from failure
    finally:
        runtime.close()
    where = (
        f"Meilisearch at {' and '.join(shown.values())}, key accepted"
        if servers
        else str(found.index_dir.absolute())
    )
    return f"{where}: {held} listings"


def the_changes(seen: Seen) -> str:
    """The index follows the database."""
    if seen.lacking:
        return f"waiting changes not looked at: {seen.lacking}"
    with seen.database.reading() as session:
        count, oldest = session.execute(sa.select(sa.func.count(), sa.func.min(Change.touched_at))).one()
    return _in_time(seen, f"waiting changes: {count}", oldest)


def _in_time(seen: Seen, words: str, oldest: datetime | None) -> str:
    age = clock.now() - oldest if oldest else timedelta()
    if age <= LATE:
        return words
    who = "serve" if seen.settings.embedded_index else "worker"
    raise Misconfigured(
        f"{words}, the oldest for {age // timedelta(minutes=1)} min: is 'market {who}' running?"
    )


def data_folder(seen: Seen) -> str:
    """There is a place for the data."""
    return _folder("MARKET_DATA_DIR", seen.settings.data_dir.absolute())


def files_folder(seen: Seen) -> str:
    """There is a place for what people upload."""
    return _folder("MARKET_FILES_DIR", seen.settings.files.absolute())


def _folder(setting: str, folder: Path) -> str:
    there = next(one for one in (folder, *folder.parents) if os.path.lexists(one))
    if not there.is_dir():
        raise Misconfigured(f"{setting}: {there} is no folder")
    if not os.access(there, os.W_OK | os.X_OK):
        raise Misconfigured(f"{setting}: {there} cannot be written by this account")
    free = shutil.disk_usage(there).free
    left = f"{free / 10**9:.1f} GB free"
    if free < LEAST_FREE:
        raise Misconfigured(f"{setting}: {folder} has only {left}: make room")
    return f"{folder}{'' if there == folder else ' (not there yet)'}, {left}"


def the_scanner(seen: Seen) -> str:
    """Files are looked through, those too that are as long as any that is taken."""
    url = seen.settings.scanner_url
    if not url:
        return "MARKET_SCANNER_URL is not set, so files are not looked through for viruses"
    most = max(seen.settings.file_bytes, pictures.MOST_BYTES, reading.MOST_BYTES)
    try:
        found = scanner.version(url)
        scanner.scan(url, BytesIO(bytes(most)))
    except scanner.ScannerUnavailable as failure:
        raise Misconfigured(
            f"MARKET_SCANNER_URL: {url}: {failure}: no file is taken until it answers"
        ) from None
    except scanner.NotLookedThrough:
        raise Misconfigured(
            f"MARKET_SCANNER_URL: it does not look through files of {most // 10**6} MB, which are taken: "
            "raise its StreamMaxLength and MaxFileSize"
        ) from None
    return f"virus scanner: {found}"


def by_mail(seen: Seen) -> str:
    """E-mail can leave."""
    return _way(seen, "email", "MARKET_SMTP_URL", seen.settings.smtp_url)


def by_sms(seen: Seen) -> str:
    """SMS can leave."""
    return _way(seen, "sms", "MARKET_SMS_URL", seen.settings.sms_url)


def _way(seen: Seen, channel: str, setting: str, url: str) -> str:
    if not url:
        if not seen.settings.production:
            return f"{setting} is not set, which is fine in development"
        if not (seen.settings.smtp_url or seen.settings.sms_url):
            raise Misconfigured(f"{setting} is not set: set it to {settings.WAYS_OUT[setting][0]}")
        return f"{setting} is not set, so nobody is told by {channel}"
    host, port = settings.way_out(setting, url)
    try:
        socket.create_connection((host, port), timeout=PATIENCE).close()
    except (OSError, UnicodeError) as failure:
        why = getattr(failure, "strerror", None) or failure
        raise Misconfigured(f"{setting}: nothing answers at {host} port {port}: {why}") from failure
    seen.open_ways.append(channel)
    return f"{channel}: {host} port {port} answers"


def the_messages(seen: Seen) -> str:
    """What has an open way leaves in time."""
    if seen.lacking:
        return f"messages not looked at: {seen.lacking}"
    waits = Message.state == "queued"
    given_up = sa.and_(Message.state == "failed", Message.due_at > clock.now() - GIVEN_UP)
    with seen.database.reading() as session:
        waiting, failed = (
            session.scalar(sa.select(sa.func.count()).select_from(Message).where(which))
            for which in (waits, given_up)
        )
        # Each try moves the time at which a message is due: one that is long due was tried by nobody.
        oldest = session.scalar(
            sa.select(sa.func.min(Message.due_at)).where(waits, Message.channel.in_(seen.open_ways))
        )
    return _in_time(seen, f"waiting messages: {waiting}, given up in {GIVEN_UP.days} days: {failed}", oldest)


def local_time(_seen: Seen) -> str:
    """The days of Việt Nam are known."""
    local = clock.now().astimezone(clock.LOCAL)
    if local.utcoffset() != timedelta(hours=7):
        raise Misconfigured(f"{clock.LOCAL} is not seven hours ahead of UTC: install Python's tzdata anew")
    return f"{local:%Y-%m-%d %H:%M:%S} in {clock.LOCAL}"


def database_time(seen: Seen) -> str:
    """The database lives at the same time."""
    if not seen.answers:
        return f"not compared with the database's: {seen.lacking}"
    if seen.database.is_sqlite:
        return "SQLite has no other"
    with seen.database.engine.connect() as connection:
        apart = abs(connection.scalars(sa.text("SELECT clock_timestamp()")).one() - clock.now())
    if apart > APART:
        raise Misconfigured(
            f"the database's is {apart.total_seconds():.0f} s away: set both machines' by NTP"
        )
    return "the database's agrees"


def written_time(seen: Seen) -> str:
    """Nothing was written later than now."""
    if seen.lacking:
        return f"not compared with what was written: {seen.lacking}"
    with seen.database.reading() as session:
        newest = session.scalar(sa.select(sa.func.max(EventRow.at)))
    if newest is not None and newest > clock.now() + LATE:
        until = f"{newest.astimezone(clock.LOCAL):%Y-%m-%d %H:%M}"
        raise Misconfigured(
            f"something was written at {until}, which is to come: the clock is behind, or was ahead then"
        )
    return "nothing was written later than now"


CHECKS: dict[str, tuple[Look, ...]] = {
    "settings": (what_is_set,),
    "database": (the_database,),
    "schema": (the_schema,),
    "passwords": (the_passwords,),
    "index": (the_engine, the_changes),
    "files": (data_folder, files_folder, the_scanner),
    "mail": (by_mail, by_sms, the_messages),
    "clock": (local_time, database_time, written_time),
}

#: What the others build on.
FIRST = ("database", "schema")
