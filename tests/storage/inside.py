"""The way into a database past the store: to look at rows, and to make it fail."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

from tests.storage.cluster import Cluster


class Inside(Protocol):
    @property
    def url(self) -> str: ...

    def rows(self, statement: str) -> list[tuple[Any, ...]]: ...

    def run(self, *statements: str) -> None: ...

    def refuse(self, table: str, column: str, value: str) -> None:
        """From now on the database itself refuses such a row."""


class SqliteInside:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"sqlite:///{path}"

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.path)) as connection:
            return list(connection.execute(statement))

    def run(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)

    def refuse(self, table: str, column: str, value: str) -> None:
        self.run(
            f"CREATE TRIGGER refusal BEFORE INSERT ON {table} WHEN NEW.{column} = '{value}' "
            "BEGIN SELECT RAISE(ABORT, 'refused by the test'); END"
        )


class PostgresInside:
    def __init__(self, cluster: Cluster, name: str) -> None:
        self.cluster = cluster
        self.name = name
        self.url = cluster.url(name)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with self.cluster.connect(self.name) as connection:
            return connection.execute(statement.encode()).fetchall()

    def run(self, *statements: str) -> None:
        with self.cluster.connect(self.name) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def wait_for_a_writer(self) -> None:
        """Return when somebody stands in line for the writers' lock."""
        waiting = b"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        with self.cluster.connect(self.name) as connection:
            for _ in range(100_000):
                if connection.execute(waiting).fetchone() != (0,):
                    return
        raise AssertionError("nobody waits for the lock")

    def refuse(self, table: str, column: str, value: str) -> None:
        self.run(f"ALTER TABLE {table} ADD CONSTRAINT refusal CHECK ({column} <> '{value}')")


def count(inside: Inside, table: str) -> int:
    number = inside.rows(f"SELECT count(*) FROM {table}")[0][0]
    assert isinstance(number, int)
    return number


def indexed(inside: Inside) -> list[int]:
    """The messages that the search index has words of."""
    sqlite = isinstance(inside, SqliteInside)
    query = "SELECT DISTINCT doc FROM search_words ORDER BY 1" if sqlite else "SELECT message_id FROM search ORDER BY 1"
    return [row[0] for row in inside.rows(query)]


def totals(inside: Inside) -> dict[tuple[int, str], int]:
    """Every counter as it should be, counted the long way."""
    ((transcripts,),) = inside.rows("SELECT coalesce(sum(length(entries)), 0) FROM segment")
    counted: dict[tuple[int, str], int] = {
        (0, "sessions"): count(inside, "session"),
        (0, "transcripts"): int(transcripts),
    }
    scopes: Sequence[tuple[int, str]] = [(0, ""), *((row[0], f"AND inbox_id = {row[0]}") for row in _inboxes(inside))]
    for inbox_id, condition in scopes:
        query = f"SELECT count(*), coalesce(sum(size), 0) FROM message WHERE hidden_at IS NULL {condition}"
        ((messages, octets),) = inside.rows(query)
        ((unread, _),) = inside.rows(f"{query} AND NOT read")
        counted |= {(inbox_id, "messages"): messages, (inbox_id, "unread"): unread, (inbox_id, "bytes"): int(octets)}
    return counted


def counters(inside: Inside) -> dict[tuple[int, str], int]:
    """Every counter as the store keeps it."""
    query = "SELECT inbox_id, name, value FROM counter WHERE name NOT IN ('events_trimmed', 'sessions_heard')"
    return {(inbox_id, name): value for inbox_id, name, value in inside.rows(query)}


def _inboxes(inside: Inside) -> list[tuple[Any, ...]]:
    return inside.rows("SELECT id FROM inbox")
