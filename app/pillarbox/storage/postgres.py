"""PostgreSQL as a store: any number of nodes on one database.

Rules of this module:

* `write` takes an advisory lock for its whole transaction, so that ids become visible in their order and "everything
  after id N" misses nothing.
* New rows go in by COPY, which costs a tenth of an INSERT each; values as they are, because nothing is parsed but
  numbers.
* psycopg is an extra: it is imported when a PostgreSQL URL is opened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Table
from sqlalchemy.engine import URL

from pillarbox.errors import DatabaseError, StoreUnavailable
from pillarbox.storage.database import Done, Row, insert_statement
from pillarbox.storage.search_postgres import PostgresSearch
from pillarbox.storage.session_search_rows import PostgresSessionSearch
from pillarbox.storage.trouble import explain

WRITER_LOCK = 0x70696C6C6172
"""The advisory lock of the writers: "pillar" in ASCII. It is a lock of this database alone."""

CONNECT_TIMEOUT = 5
"""Seconds until a server that does not answer counts as gone."""


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
        self._broken = psycopg.OperationalError
        options: dict[str, Any] = {
            "connect_args": {"connect_timeout": CONNECT_TIMEOUT, "application_name": "pillarbox"},
            "pool_pre_ping": True,
            "hide_parameters": True,
        }
        self._writer = sa.create_engine(url, pool_size=1, max_overflow=0, **options)
        self._reader = sa.create_engine(
            url, pool_size=8, max_overflow=40, isolation_level="REPEATABLE READ", **options
        ).execution_options(postgresql_readonly=True)
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
    def write(self) -> Iterator[Connection]:
        with self._writer.connect() as connection, connection.begin():
            try:
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (WRITER_LOCK,))
                yield connection
            except self._broken as error:
                # COPY goes past SQLAlchemy, which therefore has not seen that the connection is no more.
                connection.invalidate(error)
                raise

    @contextmanager
    def read(self) -> Iterator[Connection]:
        try:
            with self._reader.connect() as connection:
                yield connection
        except sa.exc.SQLAlchemyError as error:
            raise StoreUnavailable(explain(error).sentence) from error

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

    def now(self, connection: Connection) -> int:
        found = connection.exec_driver_sql("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint").scalar()
        assert isinstance(found, int)
        return found

    def octets(self, connection: Connection) -> int:
        found = connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar()
        assert isinstance(found, int)
        return found

    def compact(self, connection: Connection, *, start: bool) -> Done:
        """Autovacuum does it."""
        return Done(0)

    def shrink(self, connection: Connection) -> Done:
        """Autovacuum does it."""
        return Done(0)

    def close(self) -> None:
        self._dispose()

    def _dispose(self) -> None:
        self._reader.dispose()
        self._writer.dispose()


def _unreachable(url: str, error: sa.exc.SQLAlchemyError) -> str:
    orig = getattr(error, "orig", None)
    said = str(orig or error).strip().splitlines()
    reason = said[-1].strip() if said else "no answer"
    return f"The database {url} cannot be reached ({reason}): start it, or mend --database."
