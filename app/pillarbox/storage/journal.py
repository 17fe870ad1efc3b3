"""The event table: what happened, in order, for those who missed it.

Rules of this module:

* An event is written in the transaction of what it tells. Its row refers, its value (for those who listen in this
  process) carries: on replay the summary or the session is read as it is by then.
* A message that has been deleted since is skipped on replay; its message.deleted comes later in the same journal.
* Kept for an hour, 100,000 rows at most, though no row goes before it was looked at for sessions to search.
* The id of the newest one trimmed is kept, so that "too old" is exact. The
  newest row of all stays, so that the last id is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from pillarbox.box.store import Replay
from pillarbox.events import Event
from pillarbox.storage import messages, rows, sessions, totals
from pillarbox.storage.database import Database, Done
from pillarbox.storage.tables import counter, event
from pillarbox.storage.totals import WHOLE

KEPT_US = 3_600 * 1_000_000
KEPT_ROWS = 100_000
TRIM_ROWS = 5_000
"""Rows removed in one transaction."""

_COLUMNS = ("id", "at", "kind", "inbox", "ref", "data")


def write(connection: Connection, database: Database, events: Sequence[Event]) -> list[Event]:
    """The same events with their ids and time, written."""
    if not events:
        return []
    now = database.now(connection)
    at = rows.moment(now)
    told: list[Event] = []
    written: list[tuple[Any, ...]] = []
    for event_id, one in zip(database.allocate(connection, event, len(events)), events, strict=True):
        ref = one.summary.id if one.summary else one.session.id if one.session else None
        data = rows.to_json(one.ids) if one.ids else None
        written.append((event_id, now, one.kind, one.inbox, ref, data))
        told.append(Event(one.kind, event_id, at, one.inbox, one.session_id, one.summary, one.ids, one.session))
    database.insert(connection, "event", _COLUMNS, written)
    database.announce(connection)
    return told


def last_id(connection: Connection) -> int:
    return connection.execute(sa.select(sa.func.max(event.c.id))).scalar() or 0


def since(connection: Connection, event_id: int, limit: int) -> Replay:
    """Up to `limit` events after `event_id`, ascending."""
    last = last_id(connection)
    if is_gone(connection, event_id) or event_id > last:
        return Replay((), reset=True)
    found: list[Event] = []
    while len(found) < limit and event_id < last:
        events, event_id = page(connection, event_id, limit - len(found))
        found.extend(events)
    return Replay(tuple(found), reset=False)


def is_gone(connection: Connection, event_id: int) -> bool:
    """Whether something that came after that event is no longer kept."""
    return event_id < _trimmed(connection)


def page(connection: Connection, event_id: int, limit: int) -> tuple[list[Event], int]:
    """The events of up to `limit` rows after `event_id`, and the id of the last row: there is at least one."""
    query = sa.select(event).where(event.c.id > event_id).order_by(event.c.id).limit(limit)
    found = connection.execute(query).all()
    return _values(connection, found), found[-1].id


def _values(connection: Connection, page: Sequence[Row[Any]]) -> list[Event]:
    summaries = messages.summaries(connection, {row.ref for row in page if row.kind.startswith("message.")} - {None})
    seen = sessions.by_id(connection, {row.ref for row in page if row.kind.startswith("session.")})
    found: list[Event] = []
    for row in page:
        common = {"kind": row.kind, "id": row.id, "at": rows.moment(row.at), "inbox": row.inbox}
        if row.kind in {"message.added", "message.changed"}:
            if (summary := summaries.get(row.ref)) is not None:
                found.append(Event(**common, summary=summary, session_id=summary.session_id))
        elif row.kind in {"session.opened", "session.closed"}:
            if (session := seen.get(row.ref)) is not None:
                found.append(Event(**common, session=session, session_id=session.id))
        else:
            found.append(Event(**common, ids=tuple(row.data or ())))
    return found


def _trimmed(connection: Connection) -> int:
    query = sa.select(counter.c.value).where(counter.c.inbox_id == WHOLE, counter.c.name == "events_trimmed")
    return int(connection.execute(query).scalar_one())


def due(connection: Connection, database: Database) -> int:
    """The id of the newest event that is too old or one too many."""
    too_old = sa.select(sa.func.max(event.c.id)).where(event.c.at < database.now(connection) - KEPT_US)
    last = last_id(connection)
    return min(max(connection.execute(too_old).scalar() or 0, last - KEPT_ROWS), last - 1)


def trim(connection: Connection, *, database: Database) -> Done:
    """Remove some rows that are due; count 0 when none is left."""
    bound = min(due(connection, database), totals.read(connection)["sessions_heard"])
    some = sa.select(event.c.id).where(event.c.id <= bound).order_by(event.c.id).limit(TRIM_ROWS)
    gone = connection.execute(some).scalars().all()
    if not gone:
        return Done(0)
    connection.execute(sa.delete(event).where(event.c.id <= gone[-1]))
    connection.execute(
        sa.update(counter).where(counter.c.inbox_id == WHOLE, counter.c.name == "events_trimmed").values(value=gone[-1])
    )
    return Done(len(gone))
