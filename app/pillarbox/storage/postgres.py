"""PostgreSQL as a store: any number of nodes on one database.

Rules of this module:

* `write` takes an advisory lock for its whole transaction, so that ids become visible in their order and "everything
  after id N" misses nothing.
* New rows go in by COPY, which costs a tenth of an INSERT each; values as they are, because nothing is parsed but
  numbers.
* What a node has written is announced to the others in the transaction itself (see `bell`): they hear of it when it
  has been committed, and not otherwise.
* Nobody is waited for without end: not for the lock, not for a server that has gone away, and a node that has stopped
  in the middle of a transaction keeps the others from writing no longer than `STANDSTILL`.
* psycopg is an extra: it is imported when a PostgreSQL URL is opened.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Table
from sqlalchemy.engine import URL

from pillarbox.errors import DatabaseError, StoreUnavailable
from pillarbox.storage import totals
from pillarbox.storage.bell import CHANNEL, Bell
from pillarbox.storage.database import Done, Row, insert_statement
from pillarbox.storage.search_postgres import PostgresSearch
from pillarbox.storage.session_search_postgres import PostgresSessionSearch
from pillarbox.storage.tables import metadata
from pillarbox.storage.trouble import HELD, explain

# An index of some rows is one of the same rows here. `tables` says it of SQLite only: saying it of PostgreSQL loads all
# of that dialect, which a start on SQLite does without.
for _table in metadata.tables.values():
    for _index in _table.indexes:
        _index.dialect_options["postgresql"]["where"] = _index.dialect_options["sqlite"]["where"]

WRITER_LOCK = 0x70696C6C6172
"""The advisory lock of the writers: "pillar" in ASCII. It is a lock of this database alone."""

CONNECT_TIMEOUT = 5
"""Seconds until a server that does not answer counts as gone."""

LOCK_TIMEOUT = 5.0
"""Seconds that a write waits for another: as long as with SQLite. Nodes hold the lock for tenths of one."""

STANDSTILL = 30.0
"""Seconds without a word after which the server ends a transaction of ours, and its lock with it."""

_ALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 4, "tcp_user_timeout": 30_000}
"""libpq's: a server whose machine has vanished is known as gone after 30 seconds, not after hours."""

# CASE, because nothing else says which of two functions is called first.
_BEGIN = (
    "SELECT CASE WHEN set_config('lock_timeout', %s, true) || "
    "set_config('idle_in_transaction_session_timeout', %s, true) IS NOT NULL THEN pg_advisory_xact_lock(%s) END"
)

_HOLDERS = (
    "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND classid = %s AND objid = %s "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)

log = logging.getLogger(__name__)


class PostgresDatabase:
    shared = True

    def __init__(self, url: URL) -> None:
        """Raises DatabaseError when the driver is missing, the server out of reach or its encoding not UTF8."""
        self.url = url.render_as_string(hide_password=True)
        self.search = PostgresSearch()
        self.session_search = PostgresSessionSearch()
        self.inboxes = None
        try:
            import psycopg
        except ImportError:
            raise DatabaseError(
                "PostgreSQL needs the package psycopg: pip install 'pillarbox[postgresql]', "
                "or use a sqlite:/// --database."
            ) from None
        self._broken = (psycopg.OperationalError, psycopg.InternalError)
        self._name = secrets.token_hex(8)
        options: dict[str, Any] = {
            "connect_args": {"connect_timeout": CONNECT_TIMEOUT, "application_name": "pillarbox", **_ALIVE},
            "hide_parameters": True,
        }
        self._writer = sa.create_engine(url, pool_size=1, max_overflow=0, pool_pre_ping=True, **options)
        self._reader = sa.create_engine(
            url, pool_size=8, max_overflow=40, pool_pre_ping=True, isolation_level="REPEATABLE READ", **options
        ).execution_options(postgresql_readonly=True)
        self._listener = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT", **options)
        try:
            with self._writer.connect() as connection:
                encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
        except sa.exc.SQLAlchemyError as error:
            self._dispose()
            raise DatabaseError(_unreachable(self.url, error)) from None
        if encoding != "UTF8":
            self._dispose()
            raise DatabaseError(
                f"The database {self.url} has the encoding {encoding}: make one with CREATE DATABASE … ENCODING 'UTF8'."
            )

    @contextmanager
    def write(self, *, patient: bool = False) -> Iterator[Connection]:
        with self._writer.connect() as connection, connection.begin():
            try:
                if patient:
                    self._queue_up(connection)
                else:
                    limits = (_milliseconds(LOCK_TIMEOUT), _milliseconds(STANDSTILL), WRITER_LOCK)
                    connection.exec_driver_sql(_BEGIN, limits)
                yield connection
            except self._broken as error:
                # COPY goes past SQLAlchemy, which therefore has not seen that the connection is no more.
                connection.invalidate(error)
                raise

    def _queue_up(self, connection: Connection) -> None:
        """Take the lock however long that lasts, and say so when it lasts."""
        try:
            with connection.begin_nested():
                connection.exec_driver_sql(_BEGIN, (_milliseconds(LOCK_TIMEOUT), "0", WRITER_LOCK))
        except sa.exc.SQLAlchemyError as error:
            if explain(error) != HELD:
                raise
            holders = connection.exec_driver_sql(_HOLDERS, (WRITER_LOCK >> 32, WRITER_LOCK & 0xFFFFFFFF)).scalars()
            log.warning(
                "Another node holds the database, to upgrade it or because it has stopped: waiting for it. "
                "SELECT pg_terminate_backend(%s) would end that.",
                ", ".join(str(pid) for pid in holders) or "its pid",
            )
            connection.exec_driver_sql(_BEGIN, ("0", "0", WRITER_LOCK))

    @contextmanager
    def read(self) -> Iterator[Connection]:
        try:
            with self._reader.connect() as connection:
                yield connection
        except sa.exc.SQLAlchemyError as error:
            raise StoreUnavailable(explain(error).sentence) from error

    def check(self, connection: Connection) -> None:
        connection.exec_driver_sql("SELECT 1")

    def check_room(self) -> None:
        """The server's disk is the server's."""

    def allocate(self, connection: Connection, table: Table, count: int) -> Sequence[int]:
        ids = connection.exec_driver_sql(
            "SELECT nextval(%s::regclass) FROM generate_series(1, %s)", (f"{table.name}_id_seq", count)
        )
        return list(ids.scalars())

    def insert(
        self, connection: Connection, table: str, columns: tuple[str, ...], rows: Sequence[Row], conflict: str = ""
    ) -> None:
        if not rows:
            return
        if conflict:
            connection.exec_driver_sql(insert_statement(table, columns, conflict, mark="%s"), list(rows))
            return
        names = ", ".join(f'"{column}"' for column in columns)
        # Text COPY would write every octet of a body as two; nothing else is large.
        binary = table == "raw"
        driver: Any = connection.connection.driver_connection
        form = " WITH (FORMAT binary)" if binary else ""
        with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN{form}") as copy:
            if binary:
                copy.set_types(["int8", "text", "bytea"])
            for row in rows:
                copy.write_row(row)

    def query(self, connection: Connection, statement: str, values: Row) -> list[Row]:
        return [tuple(row) for row in connection.exec_driver_sql(statement.replace("?", "%s"), values)]

    def announce(self, connection: Connection) -> None:
        connection.exec_driver_sql("SELECT pg_notify(%s, %s)", (CHANNEL, self._name))

    def bell(self) -> Bell:
        return Bell(self._listener.connect, self._name)

    def now(self, connection: Connection) -> int:
        found = connection.exec_driver_sql("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint").scalar()
        assert isinstance(found, int)
        return found

    def octets(self, connection: Connection) -> int:
        found = connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar()
        assert isinstance(found, int)
        return found

    def used(self, connection: Connection) -> int:
        """As reckoned: a table does not become smaller by what is removed from it."""
        return totals.occupied(connection)

    def compact(self, connection: Connection, *, pages: int, start: bool) -> Done:
        """Autovacuum does it."""
        return Done(0)

    def gather(self, connection: Connection, *, pages: int) -> Done:
        """A GIN index has one part."""
        return Done(0)

    def shrink(self, connection: Connection, *, seconds: float) -> Done:
        """Autovacuum does it."""
        return Done(0)

    def cut(self) -> None:
        """Autovacuum does it."""

    def close(self) -> None:
        self._dispose()

    def _dispose(self) -> None:
        self._reader.dispose()
        self._writer.dispose()
        self._listener.dispose()


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))


def _unreachable(url: str, error: sa.exc.SQLAlchemyError) -> str:
    orig = getattr(error, "orig", None)
    said = str(orig or error).strip().splitlines()
    reason = said[-1].strip() if said else "no answer"
    return f"The database {url} cannot be reached ({reason}): start it, or mend --database."
