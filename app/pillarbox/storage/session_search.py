"""What was said in sessions, made findable: when the search rows are made, and of what.

Rules of this module:

* Only sessions that have ended have a row. It is made after the end, when somebody searches or when nothing else is to
  do, so that taking mail costs nothing more; what has no row yet, or is still open, is read as it stands.
* The counter `sessions_heard` is the id of the last event that was looked at: every end is an event. Events are not
  trimmed beyond it.
* Rows are computed outside the writer; writing them checks that nobody else was quicker.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice

import sqlalchemy as sa
from sqlalchemy import Connection

from pillarbox.mail import spoken, transcript
from pillarbox.mail.spoken import Said, Wanted
from pillarbox.mail.transcript import Record
from pillarbox.storage import body, rows
from pillarbox.storage.database import Database, Done, Row
from pillarbox.storage.session_search_rows import SessionSearch
from pillarbox.storage.tables import WITHOUT_QUIT, counter, event, segment, session
from pillarbox.storage.totals import WHOLE

HEARD = "sessions_heard"

log = logging.getLogger(__name__)

EVENTS = 500
"""Events that are looked at in one step."""

PIECE = 200
"""Sessions that are read in one query."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The rows of the sessions that ended between two events."""

    after: int
    upto: int
    rows: tuple[Row, ...]
    ids: tuple[int, ...]


def heard(connection: Connection) -> int:
    """The id of the last event that was looked at."""
    query = sa.select(counter.c.value).where(counter.c.inbox_id == WHOLE, counter.c.name == HEARD)
    return int(connection.execute(query).scalar_one())


def gather(connection: Connection, search: SessionSearch) -> Piece | None:
    """The sessions that ended in the next events, ready to be written; None when nothing more has happened."""
    after = heard(connection)
    next_ones = sa.select(event.c.id, event.c.kind, event.c.ref).where(event.c.id > after)
    found = connection.execute(next_ones.order_by(event.c.id).limit(EVENTS)).all()
    if not found:
        return None
    ids = tuple(dict.fromkeys(row.ref for row in found if row.kind == "session.closed"))
    made = tuple(search.row(session_id, one) for session_id, one in _all_said(connection, ids))
    return Piece(after, found[-1].id, made, ids)


def write(connection: Connection, *, database: Database, piece: Piece) -> Done:
    """Count 0 when these events have been looked at meanwhile."""
    moved = connection.execute(
        sa.update(counter)
        .where(counter.c.inbox_id == WHOLE, counter.c.name == HEARD, counter.c.value == piece.after)
        .values(value=piece.upto)
    )
    if not moved.rowcount:
        return Done(0)
    search = database.session_search
    # A session that was given up as lost, and whose node was only asleep, ends a second time.
    connection.execute(sa.delete(search.table).where(search.key.in_(piece.ids)))
    # One may have been removed since its row was computed.
    there = set(connection.execute(sa.select(session.c.id).where(session.c.id.in_(piece.ids))).scalars())
    made = [row for row in piece.rows if row[0] in there]
    database.insert(connection, "session_search", search.columns, made)
    return Done(len(made))


def unheard(connection: Connection) -> list[int]:
    """The sessions that are still open, and those that have ended since rows were made last."""
    still_open = sa.select(session.c.id).where(session.c.outcome == "open", WITHOUT_QUIT)
    ended = sa.select(event.c.ref).where(event.c.id > heard(connection), event.c.kind == "session.closed")
    return sorted({*connection.execute(still_open).scalars(), *connection.execute(ended).scalars()})


def speaking(connection: Connection, ids: Sequence[int], wanted: Wanted) -> list[int]:
    """Those of these sessions that have said all of it so far."""
    return [session_id for session_id, said in _all_said(connection, ids) if said.has(wanted)]


def _all_said(connection: Connection, ids: Sequence[int]) -> Iterator[tuple[int, Said]]:
    for start in range(0, len(ids), PIECE):
        some = ids[start : start + PIECE]
        query = sa.select(session.c.id, session.c.peer, session.c.auth_username, session.c.reason)
        facts = connection.execute(query.where(session.c.id.in_(some)).order_by(session.c.id)).all()
        spoken_of = _lines(connection, some)
        speaker, records = next(spoken_of, (None, iter(())))
        for row in facts:
            more = [rows.clean(text) for text in (row.peer, row.reason) if text is not None]
            user = rows.clean_or_none(row.auth_username)
            if row.id == speaker:
                yield row.id, spoken.said(islice(records, spoken.MAX_LINES), more, user)
                speaker, records = next(spoken_of, (None, iter(())))
            else:
                yield row.id, spoken.said((), more, user)


def _lines(connection: Connection, ids: Collection[int]) -> Iterator[tuple[int, Iterator[Record]]]:
    """The records of each session that has any, by id; a session's are read before the next session's."""
    query = (
        sa.select(segment.c.session_id, segment.c.encoding, segment.c.entries)
        .where(segment.c.session_id.in_(ids))
        .order_by(segment.c.session_id, segment.c.seq)
    )
    for session_id, segments in groupby(connection.execute(query), key=lambda row: row.session_id):
        yield session_id, chain.from_iterable(_records(*row) for row in segments)


def _records(session_id: int, encoding: str, entries: bytes) -> list[Record]:
    """A segment that cannot be read is passed over: it must not keep all other sessions from being found."""
    try:
        return transcript.unpack(body.unpack(encoding, entries))
    except (ValueError, LookupError):
        source = {"session_id": session_id}
        log.warning("A part of the session cannot be read, and is not searched", exc_info=True, extra=source)
        return []
