"""From a URL to an open database of its kind.

`sqlite://` is a file in a private temporary folder, deleted at close; `sqlite:///path` is a file;
`postgresql+psycopg://user:password@host/name` is a server. Anything else is a DatabaseError that says so.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from pillarbox.errors import DatabaseError
from pillarbox.storage.database import Database
from pillarbox.storage.sqlite import SqliteDatabase

KINDS = "sqlite:///PATH, sqlite:// (temporary) or postgresql+psycopg://USER:PASSWORD@HOST/NAME"


def open_database(url: str) -> Database:
    """Raises DatabaseError; the sentence names what is wrong and the mend, never a password."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise DatabaseError(f"The database URL cannot be read: use {KINDS}.") from None
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"}:
        return SqliteDatabase(_sqlite_path(parsed))
    if parsed.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        from pillarbox.storage.postgres import PostgresDatabase

        return PostgresDatabase(parsed.set(drivername="postgresql+psycopg"))
    raise DatabaseError(f"Pillarbox has no store for {parsed.drivername}:// databases: use {KINDS}.")


def _sqlite_path(url: URL) -> Path | None:
    if url.host or url.query:
        raise DatabaseError(
            f"The database URL {url.render_as_string()} has a host or parameters, which a file has not: use {KINDS}."
        )
    if url.database == ":memory:":
        raise DatabaseError("Pillarbox keeps no database in memory: use sqlite://, which is deleted at exit.")
    try:
        return Path(url.database).expanduser() if url.database else None
    except RuntimeError:
        raise DatabaseError(
            f"The database path {url.database} begins with the home of a user there is not: write the path out."
        ) from None
