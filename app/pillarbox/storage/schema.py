"""The schema at start-up: made, brought up to date, left alone or refused.

Rules of this module:

* `schema_info` says which revision a database is at and which is the oldest program that can live with it; a program
  is known by the revision that it was made for. Revisions are numbers of four digits and compare as text.
* A new database is made from the metadata and stamped. Alembic is imported only to upgrade an older one.
* Everything happens in one transaction under the writers' lock: it is done or it is not, and by one node only.
"""

from __future__ import annotations

import logging
import sqlite3
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

from pillarbox.errors import DatabaseError
from pillarbox.resources import folder
from pillarbox.storage.database import Database
from pillarbox.storage.tables import counter, metadata, schema_info
from pillarbox.storage.trouble import Trouble, explain

REVISION = "0008"
"""What this program was made for: the newest file in migrations/versions."""

COMPATIBLE_FROM = "0004"
"""The oldest program that can live with REVISION, as its migration states."""

TOTALS = ("messages", "unread", "bytes", "sessions", "transcripts", "events_trimmed", "sessions_heard")
"""The counters of the whole store. `transcripts` is in octets as they are kept; `events_trimmed` is the id of the
newest event that is no longer kept, `sessions_heard` that of the last one that was looked at for sessions to search."""

log = logging.getLogger(__name__)


def settle(database: Database) -> None:
    """Bring the database to a schema that this program can work with. Raises DatabaseError."""
    try:
        with database.write(patient=True) as connection:
            _settle(connection, database)
            for statement in database.search.tuning:
                connection.exec_driver_sql(statement)
    except sa.exc.SQLAlchemyError as error:
        log.debug("The schema could not be settled", exc_info=True)
        trouble = explain(error)
        raise DatabaseError(
            f"The schema of {database.url} could not be brought up to date ({trouble.sentence.rstrip('.').lower()}): "
            f"{_mend(error, trouble, database)}, or use another --database."
        ) from error


def _mend(error: sa.exc.SQLAlchemyError, trouble: Trouble, database: Database) -> str:
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return "put a copy in its place, move it away"
    if trouble.wide:
        return "mend that"
    return "see that its user may create tables" if database.shared else "put a copy in its place"


def _settle(connection: Connection, database: Database) -> None:
    tables = set(sa.inspect(connection).get_table_names())
    if set(metadata.tables) - tables == {schema_info.name}:
        raise DatabaseError(
            f"{database.url} has lost the table {schema_info.name}, which says what version of Pillarbox wrote it: "
            "put a copy in its place, or use another --database."
        )
    if schema_info.name not in tables:
        # A server's database may be shared with others as long as no name is taken; a file is somebody's whole.
        foreign = tables & {*metadata.tables, "search", "session_search"} if database.shared else tables
        if foreign:
            raise DatabaseError(
                f"{database.url} holds the tables of another program ({', '.join(sorted(foreign)[:3])}): "
                "use another --database."
            )
        make(connection, database)
        return
    found = connection.execute(sa.select(schema_info)).one()
    if found.revision > REVISION:
        if found.compatible_from > REVISION:
            raise DatabaseError(
                f"{database.url} was written by a newer Pillarbox (schema {found.revision}; this one knows "
                f"{REVISION}): install that version, or use another --database."
            )
        log.info("The database is of a newer version (schema %s) that this one can use", found.revision)
    elif found.revision < REVISION:
        log.info("Upgrading the database from schema %s to %s", found.revision, REVISION)
        upgrade(connection, database, found.revision)


def make(connection: Connection, database: Database) -> None:
    """Make every table in an empty database and stamp it."""
    metadata.create_all(connection, checkfirst=False)
    for statement in (*database.search.ddl, *database.session_search.ddl):
        connection.exec_driver_sql(statement)
    connection.execute(schema_info.insert().values(revision=REVISION, compatible_from=COMPATIBLE_FROM))
    connection.execute(counter.insert(), [{"inbox_id": 0, "name": name, "value": 0} for name in TOTALS])


def upgrade(connection: Connection, database: Database, revision: str | None, migrations: Path | None = None) -> None:
    """Run every migration after `revision`, all of them for None, in the caller's transaction."""
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    from pillarbox.storage.search_rows import write_all

    config = Config()
    config.set_main_option("script_location", str(migrations or folder("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    config.attributes["write_search_rows"] = partial(write_all, connection, database)
    script = ScriptDirectory.from_config(config)
    # Alembic keeps the revision in a table of its own, which lives only as long as it works: schema_info is the record.
    if revision is not None:
        MigrationContext.configure(connection).stamp(script, revision)
    command.upgrade(config, "head")
    connection.exec_driver_sql("DROP TABLE alembic_version")
    head = script.get_revision("head")
    assert head is not None
    connection.execute(sa.delete(schema_info))
    connection.execute(schema_info.insert().values(revision=head.revision, compatible_from=head.module.compatible_from))
