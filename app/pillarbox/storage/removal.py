"""Messages and sessions removed for good, a piece at a time: purged after a deletion, or retired by retention.

Rules of this module:

* What to remove is chosen beforehand, outside the writer; each function is the body of one transaction and looks again
  whether it may: a message that was pinned or restored meanwhile stays. `written` are their search rows, made before.
* What still counted is counted out and told as message.deleted; what was deleted before has been told then.
* A session that retention takes the last message of goes with it, once it has ended: nobody else asks for it. A session
  is never removed while it is open or while a message, be it deleted, refers to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from pillarbox.storage import changes
from pillarbox.storage.database import Database, Done, Row
from pillarbox.storage.tables import WITHOUT_MESSAGES, message, segment, session
from pillarbox.storage.totals import Totals

ENDED = session.c.outcome != "open"
RETIRABLE = sa.and_(message.c.hidden_at.is_(None), sa.not_(message.c.pinned))


def hidden_before(us: int) -> ColumnElement[bool]:
    """Deleted before that time (microseconds)."""
    # Said twice because SQLite uses a partial index only where the query has its condition.
    return sa.and_(message.c.hidden_at < us, message.c.hidden_at.is_not(None))


def purge(
    connection: Connection, *, database: Database, ids: Sequence[int], written: Mapping[int, Row], before: int
) -> Done:
    """Those of these messages that were deleted before that time and have not been restored."""
    query = sa.select(message.c.id).where(message.c.id.in_(ids), hidden_before(before))
    gone = connection.execute(query).scalars().all()
    _delete(connection, database, gone, written)
    return Done(len(gone))


def retire(
    connection: Connection,
    *,
    database: Database,
    ids: Sequence[int],
    written: Mapping[int, Row],
    sessions: Sequence[int],
) -> Done:
    """Those of these messages that are neither pinned nor deleted, and of these sessions that hold no message.

    The count is that of the messages.
    """
    query = sa.select(message.c.id, message.c.session_id).where(message.c.id.in_(ids), RETIRABLE)
    found = connection.execute(query).all()
    gone = [row.id for row in found]
    events = changes.count(connection, database, gone, -1) if gone else ()
    _delete(connection, database, gone, written)
    left = {row.session_id for row in found if row.session_id is not None}
    _delete_sessions(connection, database, sorted(left.union(sessions)))
    return Done(len(gone), events)


def _delete(connection: Connection, database: Database, ids: Sequence[int], written: Mapping[int, Row]) -> None:
    if ids:
        database.search.remove(connection, ids, written)
        connection.execute(sa.delete(message).where(message.c.id.in_(ids)))


def _delete_sessions(connection: Connection, database: Database, ids: Sequence[int]) -> None:
    if not ids:
        return
    query = sa.select(session.c.id).where(session.c.id.in_(ids), ENDED, WITHOUT_MESSAGES)
    gone = connection.execute(query).scalars().all()
    if not gone:
        return
    octets = sa.select(sa.func.coalesce(sa.func.sum(sa.func.length(segment.c.entries)), 0))
    totals = Totals()
    totals.sessions(-len(gone))
    totals.transcripts(-int(connection.execute(octets.where(segment.c.session_id.in_(gone))).scalar_one()))
    totals.write(connection, database)
    search = database.session_search
    connection.execute(sa.delete(search.table).where(search.key.in_(gone)))
    connection.execute(sa.delete(session).where(session.c.id.in_(gone)))
