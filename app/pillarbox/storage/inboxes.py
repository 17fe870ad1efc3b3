"""Inboxes: a name gets its row, and counters of its own, when the first message for it comes."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy import Connection

from pillarbox.box.store import Inbox
from pillarbox.storage import rows
from pillarbox.storage.database import Database
from pillarbox.storage.tables import counter, inbox
from pillarbox.storage.totals import OF_AN_INBOX


def find(connection: Connection, name: str) -> int | None:
    return connection.execute(sa.select(inbox.c.id).where(inbox.c.name == name)).scalar()


def ids(connection: Connection, database: Database, names: Collection[str]) -> tuple[dict[str, int], list[str]]:
    """The ids of inboxes by name, and the names of those that were made just now."""
    if not names:
        return {}, []
    remembered = database.inboxes
    if remembered is not None and all(name in remembered for name in names):
        return remembered, []
    statement = "SELECT id FROM inbox WHERE name = ?"
    known = {name: row[0] for name in names for row in database.query(connection, statement, (name,))}
    made = sorted(set(names) - known.keys())
    if made:
        given = database.allocate(connection, inbox, len(made))
        now = database.now(connection)
        known.update(zip(made, given, strict=True))
        new = [(known[name], name, now, None) for name in made]
        database.insert(connection, "inbox", ("id", "name", "created_at", "expires_at"), new)
        zeros = [(known[name], total, 0) for name in made for total in OF_AN_INBOX]
        database.insert(connection, "counter", ("inbox_id", "name", "value"), zeros)
    if remembered is not None:
        remembered.update(known)
    return known, made


def listed(connection: Connection) -> tuple[Inbox, ...]:
    """Every inbox, by name."""
    totals: dict[tuple[int, str], int] = {
        (inbox_id, name): value for inbox_id, name, value in connection.execute(sa.select(counter))
    }
    return tuple(
        Inbox(
            name=row.name,
            created_at=rows.moment(row.created_at),
            expires_at=rows.moment_or_none(row.expires_at),
            total=totals[row.id, "messages"],
            unread=totals[row.id, "unread"],
        )
        for row in connection.execute(sa.select(inbox).order_by(inbox.c.name))
    )
