"""The database, and with `engine.py` the only place where the two dialects differ: sessions, column types,
the naming convention that migrations rely on. No table lives here; each feature's models.py holds its own.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar

import sqlalchemy as sa
from psycopg.errors import DiskFull, QueryCanceled
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker

from market.unchanged import WATCH, Watch

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

#: Bounds of the glossary's Amounts: 10^9 kg in grams, 10^8 đ a kg or piece, 10^13 đ a contract.
MAX_VOLUME = 10**12
MAX_PIECES = 10**9
MAX_PRICE = 10**8
MAX_VALUE = 10**13
#: Ids and all other integers fit 64 bits on both databases.
MAX_ID = 2**63 - 1


#: Text in the order of its bytes on both databases, whatever the locale of PostgreSQL is: names are ordered
#: by a stored key, all other text is codes.
Text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware UTC moment. SQLite forgets zones, so they are taken off going in and put on coming out."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        return dialect.type_descriptor(sa.DateTime(timezone=dialect.name != "sqlite"))

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("a moment without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class seconds_between(sa.sql.functions.FunctionElement[int]):
    """Whole seconds from one moment to another, as a column."""

    type = sa.BigInteger()
    inherit_cache = True
    name = "seconds_between"


@compiles(seconds_between)
def _seconds_between(element: Any, compiler: Any, **kw: Any) -> str:
    earlier, later = (compiler.process(one, **kw) for one in element.clauses)
    if compiler.dialect.name == "sqlite":
        return f"(CAST(strftime('%s', {later}) AS INTEGER) - CAST(strftime('%s', {earlier}) AS INTEGER))"
    return f"CAST(EXTRACT(EPOCH FROM ({later} - {earlier})) AS BIGINT)"


class Ids(sa.TypeDecorator[Sequence[int]]):
    """Ids as one value of a statement: an array with PostgreSQL, JSON with SQLite."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.Text())
        return dialect.type_descriptor(postgresql.ARRAY(sa.BigInteger()))

    def process_bind_param(self, value: Sequence[int] | None, dialect: sa.Dialect) -> Any:
        ids = list(value or ())
        return json.dumps(ids) if dialect.name == "sqlite" else ids


class among(sa.sql.functions.FunctionElement[bool]):
    """Whether a column is one of the ids that a statement is given under a name. It is one statement however
    many they are: it is put together once, and what the database has prepared for it serves again.
    """

    type = sa.Boolean()
    inherit_cache = True
    name = "among"

    def __init__(self, column: Any, name: str) -> None:
        super().__init__(column, sa.bindparam(name, type_=Ids()))

    def self_group(self, against: Any = None) -> Any:
        """A condition as it stands: compared with 1, as SQLAlchemy would write it, SQLite uses no index."""
        return self


@compiles(among)
def _among(element: Any, compiler: Any, **kw: Any) -> str:
    column, ids = (compiler.process(one, **kw) for one in element.clauses)
    if compiler.dialect.name == "sqlite":
        return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - a column and a mark
    return f"{column} = ANY ({ids})"


class Base(DeclarativeBase):
    """All tables. Integers are 64 bits wide (SQLite's own keys stay INTEGER), dicts are JSON."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
        str: Text,
        datetime: UtcDateTime(),
        date: sa.Date(),
        dict[str, Any]: sa.JSON(),
        list[str]: sa.JSON(),
    }


Key = Annotated[int, mapped_column(primary_key=True)]


def one_of(column: str, values: tuple[str, ...], *, name: str | None = None) -> sa.CheckConstraint:
    """A CHECK that a text column holds one of the known codes (NULL passes)."""
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=name or column)


def between(column: str, low: int, high: int, *, name: str | None = None) -> sa.CheckConstraint:
    """A CHECK that a number stays within its bounds (NULL passes)."""
    return sa.CheckConstraint(f"{column} BETWEEN {low} AND {high}", name=name or column)


class Database:
    """An engine with its ways to open a session: to read, to write, and to look something up for a page."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._reading = sessionmaker(engine, expire_on_commit=False)
        # A page's SELECTs each see what is committed then, in a transaction or out of one: to begin and end
        # it is two ways to the server and back. On SQLite it is what makes them agree, and costs nothing.
        alone = engine if self.is_sqlite else engine.execution_options(isolation_level="AUTOCOMMIT")
        self._watch = Watch(engine.url.database) if self.is_sqlite and engine.url.database else None
        self._looking = sessionmaker(alone, expire_on_commit=False, info={WATCH: self._watch})
        # Set on the engine: an option of one connection is lost after its first commit or rollback.
        self._writing = sessionmaker(engine.execution_options(sqlite_write=True), expire_on_commit=False)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def session(self, *, write: bool) -> Session:
        """A session of one transaction."""
        return (self._writing if write else self._reading)()

    def looking(self) -> Session:
        """A session that looks something up for a page: it changes nothing, and may keep no snapshot."""
        return self._looking()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only looks, in one transaction."""
        with self.session(write=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back when anything is raised."""
        with self.session(write=True) as session, session.begin():
            yield session

    @contextmanager
    def exclusive(self, name: str, *, patience: float = 0.0) -> Iterator[bool]:
        """Say whether this is the only process that does ``name`` now, and keep it so within the block.

        Waits up to ``patience`` seconds for another one to be done. Whoever dies lets go at once: PostgreSQL
        by an advisory lock of one connection, beside SQLite by the lock of a file.
        """
        with self._file_lock(name) if self.is_sqlite else self._advisory_lock(name) as try_it:
            give_up = time.monotonic() + patience
            while not (mine := try_it()) and time.monotonic() < give_up:
                time.sleep(0.05)
            yield mine

    @contextmanager
    def _advisory_lock(self, name: str) -> Iterator[Callable[[], bool]]:
        number = _number_of(name)
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            taken = False

            def try_it() -> bool:
                nonlocal taken
                taken = bool(connection.scalar(sa.select(sa.func.pg_try_advisory_lock(number))))
                return taken

            try:
                yield try_it
            finally:
                if taken:
                    connection.execute(sa.select(sa.func.pg_advisory_unlock(number)))

    @contextmanager
    def _file_lock(self, name: str) -> Iterator[Callable[[], bool]]:
        with open(f"{self.engine.url.database}.{name}.lock", "w") as file:

            def try_it() -> bool:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    return False
                return True

            yield try_it

    def close(self) -> None:
        if self._watch is not None:
            self._watch.close()
        self.engine.dispose()


def _number_of(name: str) -> int:
    """What PostgreSQL knows a lock by."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)


def is_full(failure: sa.exc.OperationalError) -> bool:
    """Whether the database refused because its disk takes no more."""
    told: Any = failure.orig
    return isinstance(told, DiskFull) or getattr(told, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL


def is_too_long(failure: sa.exc.OperationalError) -> bool:
    """Whether the database ended a statement that took longer than a page's may (``engine.LONGEST``)."""
    return isinstance(failure.orig, QueryCanceled)


def lock(session: Session, row: Base) -> None:
    """Hold a row until the transaction ends and read it anew: what is decided on it then stays true.

    Order, so that nobody waits for each other in a ring: party, listing, inquiry, lots by id, links by id,
    commitments. On SQLite a writing session holds everything from its start.
    """
    if session.get_bind().dialect.name != "sqlite":
        session.flush()  # reading anew would forget what this transaction has yet to write
        # Not against rows that only refer to this one: those are written beside it all the time.
        session.refresh(row, with_for_update={"key_share": True})


def take_turns(session: Session, name: str) -> None:
    """Wait until no other transaction does ``name``, and keep it until this one ends. On SQLite a writing
    session does so from its start.
    """
    if session.get_bind().dialect.name != "sqlite":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_number_of(name))))


def not_before(column: Any, value: date, *where: sa.ColumnElement[bool]) -> sa.ColumnElement[Any]:
    """The value, or the latest that stands in the column of these rows where that is later: a row of history
    is never written behind those before it, though the clock was ahead and has been put back.
    """
    last = sa.select(sa.func.max(column)).where(*where).scalar_subquery()
    given = sa.literal(value, column.type)
    return sa.case((last > given, last), else_=given)


_FOR_MANY = {"enable_nestloop": "off", "work_mem": "'64MB'"}


@contextmanager
def joining_many(session: Session) -> Iterator[None]:
    """For SELECTs that join many rows that other SELECTs in them have worked out, as figures do.

    How many those will be PostgreSQL can only guess, and guesses few: it may go through all of one for each
    row of another, which takes minutes where sorting or hashing both takes a second. And each sort or hash
    gets more memory than the few megabytes that suit many small statements at once.
    """
    if session.get_bind().dialect.name == "sqlite":
        yield
        return
    for name, value in _FOR_MANY.items():
        session.execute(sa.text(f"SET {name} = {value}"))
    try:
        yield
    finally:
        with suppress(sa.exc.DBAPIError):  # of a transaction that failed it is taken back by itself
            for name in _FOR_MANY:
                session.execute(sa.text(f"RESET {name}"))


@contextmanager
def refused_by_database(refusal: Exception) -> Iterator[None]:
    """A CHECK or UNIQUE that speaks within the block is this refusal, like any other."""
    try:
        yield
    except IntegrityError as broken:
        raise refusal from broken


def insert_if_absent(session: Session, table: Any, **values: Any) -> bool:
    """Insert unless a row with the same unique key stands already; says whether it was this call that did.

    RETURNING decides, not the row count: under contention the count let several callers through.
    """
    dialect_insert: Any = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    key = sa.inspect(table).primary_key[0] if hasattr(table, "__mapper__") else sa.literal_column("1")
    statement = dialect_insert(table).values(**values).on_conflict_do_nothing().returning(key)
    return session.execute(statement).first() is not None


def insert_or_update(session: Session, table: type[Base], key: Mapping[str, Any], **values: Any) -> None:
    """Insert a row with this unique key, or give the one that stands these values."""
    if not insert_if_absent(session, table, **key, **values):
        session.execute(sa.update(table).filter_by(**key).values(**values))
