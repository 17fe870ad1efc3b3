"""What is over the limits, oldest first: measured and chosen in one snapshot, outside the writer.

Rules of this module:

* Chosen by reading only, and by id: `removal.retire` looks again. Two nodes that choose at the same time choose the
  same, and what the other has removed is not there to be removed, so nothing goes that need not.
* Pinned messages are never chosen and do not count as messages; they do take room.
* A message is left alone for `FRESH_US`, so that whoever was told 250 can read it, in a flood too.
* Age is what `received_at` says; "oldest" among messages is the order in which they came into this store.
* Sessions go by age as messages do; by number when there are twice as many as messages are kept; by room in one line
  with the messages, by when they began.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from pillarbox.box.store import Keep
from pillarbox.storage import removal, totals
from pillarbox.storage.database import Database
from pillarbox.storage.removal import ENDED, RETIRABLE
from pillarbox.storage.tables import PINNED, WITHOUT_MESSAGES, message, segment, session

CHOSEN = 2_000
"""Messages, and sessions, chosen at a time; then the limits are looked at anew."""

FRESH_US = 2 * 1_000_000

AHEAD_US = 60 * 1_000_000
"""How far the clock of another node may be ahead."""

SESSIONS_A_MESSAGE = 2


class Old(NamedTuple):
    """One message or session; `octets` is what it is taken to occupy."""

    at: int
    id: int
    octets: int
    session: bool


@dataclass(frozen=True, slots=True)
class Due:
    """What has to go next, oldest first, and how much may still come: None where there is no limit, below 0 where more
    can go in a moment.
    """

    gone: Sequence[Old]
    messages: int | None
    octets: int | None


def due(connection: Connection, database: Database, keep: Keep) -> Due:
    """Nothing in `gone` when all limits are kept, or nothing is left that may be removed."""
    found = totals.read(connection)
    now = database.now(connection)
    aged = now - int(keep.age * 1_000_000) if keep.age else 0
    room = keep.octets - database.used(connection) if keep.octets else None
    messages = keep.messages - found["messages"] + _pinned(connection) if keep.messages else None
    sessions = keep.messages * SESSIONS_A_MESSAGE - found["sessions"] if keep.messages else None
    line = _Line(aged, _over(room), _over(messages), _over(sessions))
    gone = list(line.leave(_oldest(connection, line, now)))
    if not gone and not _is_fresh(_newest(connection), now):
        # Only what must stay is left: looking again is of no use before something comes.
        messages, room = (None if left is None else max(0, left) for left in (messages, room))
    return Due(gone, messages, room)


def _is_fresh(at: int, now: int) -> bool:
    """One with a date to come, which an import can have, is not fresh until then."""
    return now - FRESH_US <= at < now + AHEAD_US


def _newest(connection: Connection) -> int:
    """When it came; 0 when there is none."""
    query = sa.select(message.c.received_at).order_by(message.c.id.desc()).limit(1)
    return connection.execute(query).scalar() or 0


def _over(left: int | None) -> int:
    return max(0, -left) if left is not None else 0


@dataclass(slots=True)
class _Line:
    """What is over each limit: older than `aged`, and so many octets, messages and sessions."""

    aged: int
    octets: int
    messages: int
    sessions: int

    def leave(self, oldest: Iterator[Old]) -> Iterator[Old]:
        """Those of the oldest that have to go."""
        for one in oldest:
            many = self.sessions if one.session else self.messages
            if one.at >= self.aged and self.octets <= 0 and many <= 0:
                continue
            self.octets -= one.octets
            if one.session:
                self.sessions -= 1
            else:
                self.messages -= 1
            yield one


def _oldest(connection: Connection, line: _Line, now: int) -> Iterator[Old]:
    """The oldest messages and sessions in one line, as far as any limit may concern them."""
    messages: list[Old] = []
    if line.aged or line.octets or line.messages:
        query = sa.select(message.c.received_at, message.c.id, message.c.size).where(RETIRABLE)
        found = connection.execute(query.order_by(message.c.id).limit(CHOSEN)).all()
        messages = [_message(*row) for row in found if not _is_fresh(row.received_at, now)]
    whole = len(messages) < CHOSEN
    fresh = now - FRESH_US
    # Among sessions that hold messages those that do not are looked for only as far back as it matters.
    until = fresh if whole else messages[-1].at
    sessions: list[Old] = []
    if line.octets or line.sessions:
        sessions = _sessions(connection, fresh if line.sessions else until)
    elif line.aged:
        sessions = _sessions(connection, min(line.aged, fresh))
    if len(sessions) == CHOSEN:
        # Later messages wait for their turn: there may be more sessions before them.
        messages = [one for one in messages if one.at <= sessions[-1].at or one.at < line.aged or line.messages]
    return heapq.merge(messages, sessions)


def _sessions(connection: Connection, before: int) -> list[Old]:
    octets = sa.select(sa.func.coalesce(sa.func.sum(sa.func.length(segment.c.entries)), 0))
    size = octets.where(segment.c.session_id == session.c.id).scalar_subquery()
    query = sa.select(session.c.started_at, session.c.id, session.c.ended_at, size.label("octets")).where(
        session.c.started_at < before, ENDED, WITHOUT_MESSAGES
    )
    found = connection.execute(query.order_by(session.c.started_at, session.c.id).limit(CHOSEN)).all()
    return [
        Old(row.started_at, row.id, int(row.octets) + totals.SESSION, True)
        for row in found
        if row.ended_at is None or row.ended_at < before
    ]


def _pinned(connection: Connection) -> int:
    query = sa.select(sa.func.count()).select_from(message).where(PINNED, message.c.hidden_at.is_(None))
    return int(connection.execute(query).scalar_one())


def hidden(connection: Connection, before: int) -> list[Old]:
    """Messages that were deleted before that time, oldest first.

    In the order of their ids, as they lie in the file: what is freed at its end last is found first when it is cut off.
    """
    query = sa.select(message.c.received_at, message.c.id, message.c.size).where(removal.hidden_before(before))
    found = connection.execute(query.order_by(message.c.id).limit(CHOSEN))
    return [_message(*row) for row in found]


def _message(at: int, number: int, size: int) -> Old:
    return Old(at, number, size + totals.MESSAGE, False)
