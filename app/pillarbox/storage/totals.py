"""The counters: kept by the writer in the transaction of what they count, so that no page counts a million rows.

Messages that are hidden count nowhere. `WHOLE` stands for the whole store, every inbox has counters of its own.
"""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa
from sqlalchemy import Connection

from pillarbox.box.store import Counts
from pillarbox.storage.database import Database
from pillarbox.storage.tables import counter

WHOLE = 0
OF_AN_INBOX = ("messages", "unread", "bytes")

MESSAGE = 4_096
SESSION = 1_024
"""Octets that one is taken to occupy beside its content or its transcript: rows, words and indexes, about right for
usual mail on either database.
"""

_ADD = "ON CONFLICT (inbox_id, name) DO UPDATE SET value = counter.value + excluded.value"


class Totals:
    """What one transaction adds and takes away."""

    def __init__(self) -> None:
        self._deltas: Counter[tuple[int, str]] = Counter()

    def messages(self, inbox_id: int, *, messages: int = 0, unread: int = 0, octets: int = 0) -> None:
        for name, delta in (("messages", messages), ("unread", unread), ("bytes", octets)):
            if delta:
                self._deltas[inbox_id, name] += delta
                self._deltas[WHOLE, name] += delta

    def sessions(self, count: int) -> None:
        self._deltas[WHOLE, "sessions"] += count

    def transcripts(self, octets: int) -> None:
        """Of segments as they are kept."""
        self._deltas[WHOLE, "transcripts"] += octets

    def write(self, connection: Connection, database: Database) -> None:
        changed = [(*key, delta) for key, delta in sorted(self._deltas.items()) if delta]
        database.insert(connection, "counter", ("inbox_id", "name", "value"), changed, _ADD)


def read(connection: Connection, inbox_id: int = WHOLE) -> dict[str, int]:
    found = connection.execute(sa.select(counter.c.name, counter.c.value).where(counter.c.inbox_id == inbox_id))
    return {row.name: row.value for row in found}


def occupied(connection: Connection) -> int:
    """Octets that what is kept is taken to occupy, where the database itself cannot say."""
    found = read(connection)
    rows = found["messages"] * MESSAGE + found["sessions"] * SESSION
    return found["bytes"] + found["transcripts"] + rows


def counts(connection: Connection) -> Counts:
    found = read(connection)
    return Counts(found["messages"], found["unread"], found["bytes"], found["sessions"])
