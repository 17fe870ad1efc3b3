"""Nodes: which process writes which sessions, and what becomes of the sessions of one that died.

On SQLite there is one process: any session still open when it starts is lost. On PostgreSQL a node is dead when its
heart has been silent for 30 s (it beats every ten); whichever node beats next says so. One that was only asleep writes
its sessions' true state over it.
"""

from __future__ import annotations

import os
import socket

import sqlalchemy as sa
from sqlalchemy import Connection

from pillarbox.events import Event
from pillarbox.storage import journal, sessions
from pillarbox.storage.database import Database
from pillarbox.storage.tables import WITHOUT_QUIT, node, session

SILENCE = 30.0
"""Seconds without a heartbeat after which a node is dead."""

BEATS = 3
"""Heartbeats within that time."""

LOST = "The server stopped in the middle of this session."

PROBE = 256 * 1024
"""Octets written to see whether a full disk has room again."""


def register(connection: Connection, database: Database) -> int:
    """The id of this process, which has just started."""
    now = database.now(connection)
    (node_id,) = database.allocate(connection, node, 1)
    host = socket.gethostname()
    connection.execute(node.insert().values(id=node_id, host=host, pid=os.getpid(), started_at=now, heartbeat_at=now))
    return node_id


def beat(connection: Connection, database: Database, node_id: int) -> None:
    connection.execute(sa.update(node).where(node.c.id == node_id).values(heartbeat_at=database.now(connection)))


def probe(connection: Connection, node_id: int, octets: int) -> None:
    """Write that many octets, to be taken away again by a second call with 0."""
    value = bytes(octets) if octets else None
    connection.execute(sa.update(node).where(node.c.id == node_id).values(probe=value))


def lose_sessions(connection: Connection, database: Database, node_id: int, silence: float) -> list[Event]:
    """Mark the open sessions of nodes that have been silent for `silence` seconds; the events, written."""
    lost = sa.update(session).where(session.c.outcome == "open", WITHOUT_QUIT, session.c.node_id != node_id)
    if database.shared:
        alive = database.now(connection) - int(silence * 1_000_000)
        lost = lost.where(session.c.node_id.in_(sa.select(node.c.id).where(node.c.heartbeat_at < alive)))
    values = {"outcome": "lost", "reason": sa.func.coalesce(session.c.reason, LOST)}
    ids = connection.execute(lost.values(values).returning(session.c.id)).scalars().all()
    found = sessions.by_id(connection, ids)
    events = [Event(kind="session.closed", session_id=one, session=found[one]) for one in sorted(found)]
    return journal.write(connection, database, events)
