"""SQLite as a store: one file, one process, one writing connection, a pool of reading ones.

Rules of this module:

* The path is the file's own, whatever symbolic links lead to it, and it has no other: the lock goes by the path.
* A new file gets `auto_vacuum` and then WAL before anything else: neither can be had later without a rewrite.
* We say BEGIN ourselves (`isolation_level=None`): IMMEDIATE to write, so that a transaction never fails half way for
  want of the lock; plain to read, which is a snapshot.
* SQLAlchemy owns the connections and the transactions; what every batch says goes straight to the driver, because a
  statement costs 2 µs there and 20 on the way through.
* A file that is moved or removed can be written to all the same, and nobody would find what is in it: before each
  transaction it is looked at whether it is in its place (SQLite itself does so only without WAL).
* `synchronous=FULL` is the promise that what was acknowledged survives a power cut; a temporary store does without.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, Table
from sqlalchemy.pool import QueuePool

from pillarbox import clock
from pillarbox.errors import DatabaseError, StoreUnavailable
from pillarbox.storage import totals
from pillarbox.storage.database import Done, KnownInbox, Row, insert_statement
from pillarbox.storage.locks import FileLock
from pillarbox.storage.search_sqlite import AUTOMERGE, SqliteSearch
from pillarbox.storage.session_search_rows import SqliteSessionSearch
from pillarbox.storage.trouble import FileGone, NoRoom, explain

BUSY_TIMEOUT = 5_000
"""Milliseconds to wait for another program that has the file open, such as a shell or a backup."""

CHECKPOINT_PAGES = 4_000
"""Pages in the WAL (16 MB) before it is copied into the file; pages that change with every batch are copied once."""

CHUNKS = (64, 32)
"""Rows a statement, or else all when they are fewer: few different statements, which stay prepared, serve all batches.
64 of our widest row are far below 32,766 values."""

OURS = "pillarbox"
"""A missing folder of this name is made, the default path's; any other missing folder is a mistake to point out."""

_SET = "INSERT INTO search (search, rank) VALUES (?, ?)"

RESERVE = 32 * 1024 * 1024
SHARE = 8
"""Octets of the disk that mail leaves free, on a small disk a part of it: without room SQLite can neither write down a
deletion nor copy its WAL into the file, and a full disk would stay full whatever is deleted."""

SPARE_PAGES = 1_000
"""Free pages kept (4 MB), to be written again without growing the file."""


class SqliteDatabase:
    shared = False

    def __init__(self, path: Path | None) -> None:
        """`path` None makes a file in a private temporary folder. Raises DatabaseError."""
        self._folder = Path(tempfile.mkdtemp(prefix="pillarbox-")) if path is None else None
        self._path = self._folder / "pillarbox.db" if self._folder else Path(os.path.realpath(path or ""))
        self._synchronous = "OFF" if self._folder else "FULL"
        self.url = f"sqlite:///{self._path}"
        self.search = SqliteSearch()
        self.session_search = SqliteSessionSearch()
        self.inboxes: dict[str, KnownInbox] = {}
        self._last: dict[str, int] = {}
        _check_place(self._path)
        self._lock = FileLock(self._path)
        try:
            _prepare(self._path)
        except DatabaseError:
            self._lock.release()
            raise
        self._file = _file_at(self._path)
        self._writer = self._engine("BEGIN IMMEDIATE", pool_size=1, max_overflow=0)
        self._reader = self._engine("BEGIN", pool_size=8, max_overflow=40)
        self._writing = self._writer.connect()

    def _open(self) -> sqlite3.Connection:
        self._find()  # else a new file would be made
        return sqlite3.connect(self._path, check_same_thread=False, cached_statements=400)

    def _engine(self, begin: str, **pool: Any) -> Engine:
        url = sa.URL.create("sqlite", database=str(self._path))
        engine = sa.create_engine(
            url,
            poolclass=QueuePool,
            creator=self._open,
            hide_parameters=True,
            **pool,
        )
        reading = begin == "BEGIN"

        @sa.event.listens_for(engine, "connect")
        def connected(connection: sqlite3.Connection, record: object) -> None:
            connection.isolation_level = None
            connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT}")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA synchronous = {self._synchronous}")
            # Some builds of SQLite fill what is deleted with zeros, which takes up to ten times as long.
            connection.execute("PRAGMA secure_delete = OFF")
            connection.execute("PRAGMA query_only = ON" if reading else "PRAGMA cache_size = -65536")
            connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")

        @sa.event.listens_for(engine, "begin")
        def begun(connection: Connection) -> None:
            _driver(connection).execute(begin)

        return engine

    @contextmanager
    def write(self, *, patient: bool = False) -> Iterator[Connection]:
        """The file is this process's alone: nobody upgrades it who would have to be waited for."""
        try:
            self._find()
            with self._writing.begin():
                yield self._writing
        except BaseException:
            self._last.clear()
            self.inboxes.clear()
            raise

    @contextmanager
    def read(self) -> Iterator[Connection]:
        try:
            with self._reader.connect() as connection:
                yield connection
        except (sa.exc.SQLAlchemyError, sqlite3.Error, FileGone) as error:
            raise StoreUnavailable(explain(error).sentence) from error

    def check(self, connection: Connection) -> None:
        self._find()
        connection.exec_driver_sql("SELECT 1")

    def check_room(self) -> None:
        try:
            disk = os.statvfs(self._path)
        except OSError:
            return  # `write` says what is wrong with the file
        if disk.f_bavail * disk.f_frsize < min(RESERVE, disk.f_blocks * disk.f_frsize // SHARE):
            raise NoRoom(self._path)

    def _find(self) -> None:
        if _file_at(self._path) != self._file:
            raise FileGone(self._path)

    def allocate(self, connection: Connection, table: Table, count: int) -> Sequence[int]:
        """Nobody else gives out ids of this file, so the last one is known without asking for it."""
        last = self._last.get(table.name)
        if last is None:
            found = self.query(connection, "SELECT seq FROM sqlite_sequence WHERE name = ?", (table.name,))
            last = int(found[0][0]) if found else 0
        self._last[table.name] = last + count
        return range(last + 1, last + 1 + count)

    def insert(
        self, connection: Connection, table: str, columns: tuple[str, ...], rows: Sequence[Row], conflict: str = ""
    ) -> None:
        """Many rows a statement: the interpreter's lock changes hands once a statement, and the loop wants it too."""
        driver = _driver(connection)
        start = 0
        while left := len(rows) - start:
            # FTS5 writes out what it has gathered whenever a statement of several rows begins: there all go in one.
            size = left if left <= CHUNKS[-1] or table == "search" else next(size for size in CHUNKS if size <= left)
            values = tuple(chain.from_iterable(rows[start : start + size]))
            driver.execute(insert_statement(table, columns, conflict, rows=size), values)
            start += size

    def query(self, connection: Connection, statement: str, values: Row) -> list[Row]:
        return _driver(connection).execute(statement, values).fetchall()

    def announce(self, connection: Connection) -> None:
        """There is no other node."""

    def bell(self) -> None:
        """There is no other node."""

    def now(self, connection: Connection) -> int:
        return clock.wall_ns() // 1000

    def octets(self, connection: Connection) -> int:
        """The file and what waits in the WAL beside it; the file system knows both."""
        parts = (self._path, self._path.with_name(f"{self._path.name}-wal"))
        return sum(part.stat().st_size for part in parts if part.exists())

    def used(self, connection: Connection) -> int:
        """Pages in use, for content, rows, index, transcripts, events; less the share of deleted mail."""
        pages, free, size = (
            int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())
            for name in ("page_count", "freelist_count", "page_size")
        )
        hidden = "SELECT count(*), coalesce(sum(size), 0) FROM message WHERE hidden_at IS NOT NULL"
        messages, octets = map(int, self.query(connection, hidden, ())[0])
        deleted = octets + messages * totals.MESSAGE
        taken = (pages - free) * size
        return taken - taken * deleted // (totals.occupied(connection) + deleted) if deleted else taken

    def compact(self, connection: Connection, *, pages: int, start: bool) -> Done:
        driver = _driver(connection)
        # A negative number takes the whole index up. Meanwhile batches of mail merge nothing by themselves: they would
        # do it without measure where little is left.
        if start:
            driver.execute(_SET, ("automerge", 0))
        done = _merge(driver, -pages if start else pages)
        if not done.count:
            driver.execute(_SET, ("automerge", AUTOMERGE))
        return done

    def gather(self, connection: Connection, *, pages: int) -> Done:
        return _merge(_driver(connection), pages)

    def shrink(self, connection: Connection, *, seconds: float) -> Done:
        free = int(connection.exec_driver_sql("PRAGMA freelist_count").scalar_one())
        driver = _driver(connection)
        until = clock.monotonic() + seconds
        pages = 0
        # One by one: the driver does but the first step of a statement without columns, and the cost of a page differs.
        while pages < free - SPARE_PAGES and clock.monotonic() < until:
            driver.execute("PRAGMA incremental_vacuum(1)")
            pages += 1
        return Done(pages)

    def cut(self) -> None:
        """A file becomes smaller when its WAL has been copied into it, which in quiet times may be never."""
        try:
            with closing(self._open()) as connection:
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        except (sqlite3.Error, FileGone) as error:
            raise StoreUnavailable(explain(error).sentence) from error

    def close(self) -> None:
        self._reader.dispose()
        self._writing.close()
        self._writer.dispose()
        self._lock.release()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)


def _merge(driver: sqlite3.Connection, pages: int) -> Done:
    """FTS5, "The 'merge' Command": less than two changes mean that there was nothing to do."""
    before = driver.total_changes
    driver.execute(_SET, ("merge", pages))
    changes = driver.total_changes - before
    return Done(changes if changes >= 2 else 0)


def _driver(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def _file_at(path: Path) -> tuple[int, int] | None:
    """Device and inode; None when there is none to be reached."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _check_place(path: Path) -> None:
    folder = path.parent
    if not folder.exists() and folder.name == OURS:
        try:
            folder.mkdir(mode=0o700, parents=True)
        except OSError as error:
            raise DatabaseError(
                f"The folder {folder} cannot be made ({error.strerror}): use another --database."
            ) from None
    if not folder.is_dir():
        raise DatabaseError(f"There is no folder {folder} for the database: make it, or use another --database.")
    if path.is_dir():
        raise DatabaseError(f"{path} is a folder: --database wants the path of a file.")
    if not os.access(folder, os.W_OK | os.X_OK) or (path.exists() and not os.access(path, os.R_OK | os.W_OK)):
        raise DatabaseError(f"{path} cannot be written: mend its permissions, or use another --database.")
    if path.exists() and path.stat().st_nlink > 1:
        raise DatabaseError(
            f"{path} is also known by another name (a hard link), by which a second Pillarbox could open it: "
            "remove the other name, or use another --database."
        )


def _prepare(path: Path) -> None:
    """Make the file if there is none, readable for nobody else, and see that it is a database in WAL mode."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        new = path.stat().st_size == 0
        connection = sqlite3.connect(path, isolation_level=None)
    except (OSError, sqlite3.Error):
        raise DatabaseError(f"{path} cannot be opened: mend its permissions, or use another --database.") from None
    try:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT}")
        if new:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        if mode != "wal":
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.Error as error:
        raise DatabaseError(_why(path, error)) from None
    finally:
        connection.close()
    if mode != "wal":
        raise DatabaseError(f"The file system of {path} cannot hold a WAL database: put --database on a local disk.")


def _why(path: Path, error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_NOTADB:
        return f"{path} is not a database: move it away, or use another --database."
    if code == sqlite3.SQLITE_CORRUPT:
        return f"{path} is damaged: put a copy in its place, move it away, or use another --database."
    sentence = explain(error).sentence.rstrip(".")
    return f"{path} cannot be used: {sentence[0].lower()}{sentence[1:]}; mend that, or use another --database."
