"""Figures about mail and sessions together: what `Store.extent` and `Store.statistics` read."""

from __future__ import annotations

from sqlalchemy import Connection

from pillarbox.box.statistics import (
    Bucket,
    Extent,
    MessageStatistics,
    SessionStatistics,
    Statistics,
    StatisticsQuery,
)
from pillarbox.mail.query import Node
from pillarbox.storage import message_statistics, session_statistics
from pillarbox.storage.considered import extent
from pillarbox.storage.database import Database


def whole(connection: Connection, database: Database, inbox: str | None, q: Node | None) -> Extent | None:
    found = message_statistics.considered(connection, database, inbox, q)
    extents = [] if found is None else [extent(connection, found)]
    if q is None:
        extents.append(extent(connection, session_statistics.all_of_them(connection, database.session_search, inbox)))
    there = [one for one in extents if one is not None]
    return Extent(min(one.first for one in there), max(one.last for one in there)) if there else None


def read(connection: Connection, database: Database, query: StatisticsQuery) -> Statistics:
    edges = query.edges
    found = message_statistics.considered(connection, database, query.inbox, query.q)
    if found is None:
        messages = MessageStatistics(buckets=(Bucket(),) * (len(edges) - 1))
    else:
        messages = message_statistics.of_messages(connection, found, edges)
    if query.q is None:
        every = session_statistics.all_of_them(connection, database.session_search, query.inbox)
        complete = every.complete(connection, edges[0])
        sessions = session_statistics.of_sessions(connection, every.within(edges[0], edges[-1]), complete=complete)
    elif found is None:
        sessions = SessionStatistics()
    else:
        brought = session_statistics.that_brought(found.within(edges[0], edges[-1]))
        sessions = session_statistics.of_sessions(connection, brought, complete=messages.complete)
    return Statistics(messages, sessions)
