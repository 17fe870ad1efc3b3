"""Sessions read: pages, one session, its transcript. Newest first, paged by key, as messages are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Row

from pillarbox.box.store import SessionPage, SessionQuery
from pillarbox.mail import transcript as transcripts
from pillarbox.mail.session import Session
from pillarbox.mail.transcript import Transcript
from pillarbox.storage import body, rows, totals
from pillarbox.storage.messages import MAX_TOTAL, count
from pillarbox.storage.tables import message, segment, session


def page(connection: Connection, query: SessionQuery) -> SessionPage:
    cursor = connection.execute(sa.select(sa.func.max(session.c.id))).scalar() or 0
    conditions = _conditions(query)
    listed = sa.select(session).where(*conditions)
    if query.before is not None:
        listed = listed.where(session.c.id < query.before)
    found = connection.execute(listed.order_by(session.c.id.desc()).limit(query.limit + 1)).all()
    items = tuple(_complete(connection, found[: query.limit]))
    if conditions:
        total = count(connection, sa.select(sa.literal(1)).select_from(session).where(*conditions))
    else:
        total = totals.read(connection)["sessions"]
    return SessionPage(
        items=items,
        next=items[-1].id if len(found) > query.limit else None,
        total=min(total, MAX_TOTAL),
        total_exact=total <= MAX_TOTAL,
        cursor=cursor,
    )


def _conditions(query: SessionQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.outcome is not None:
        conditions.append(session.c.outcome == query.outcome)
        if query.outcome != "quit":
            conditions.append(RARE)
    if query.peer is not None:
        conditions.append(session.c.peer.icontains(query.peer, autoescape=True))
    if query.helo is not None:
        conditions.append(session.c.helo.icontains(query.helo, autoescape=True))
    if query.user is not None:
        conditions.append(session.c.auth_username == query.user)
    if query.tls is not None:
        conditions.append(session.c.tls_version.is_not(None) if query.tls else session.c.tls_version.is_(None))
    if query.since is not None:
        conditions.append(session.c.started_at >= rows.micros(query.since))
    if query.until is not None:
        conditions.append(session.c.started_at < rows.micros(query.until))
    if query.without_messages:
        conditions.append(session.c.delivered == 0)
    return conditions


RARE = session.c.outcome != sa.text("'quit'")
"""The condition of the index on outcomes, which SQLite uses only where the query says the same."""


def by_id(connection: Connection, ids: Collection[int]) -> dict[int, Session]:
    if not ids:
        return {}
    found = connection.execute(sa.select(session).where(session.c.id.in_(ids))).all()
    return {one.id: one for one in _complete(connection, found)}


def transcript(connection: Connection, session_id: int) -> tuple[str, list[tuple[int, str, bytes]]] | None:
    """The outcome and the segments in order as (first entry, encoding, entries), for `read_transcript`."""
    outcome = connection.execute(sa.select(session.c.outcome).where(session.c.id == session_id)).scalar()
    if outcome is None:
        return None
    query = (
        sa.select(segment.c.first_entry, segment.c.encoding, segment.c.entries)
        .where(segment.c.session_id == session_id)
        .order_by(segment.c.seq)
    )
    return outcome, [(first, encoding, entries) for first, encoding, entries in connection.execute(query)]


def read_transcript(session_id: int, outcome: str, segments: list[tuple[int, str, bytes]]) -> Transcript:
    blocks = [(first, transcripts.unpack(body.unpack(encoding, kept))) for first, encoding, kept in segments]
    records = iter(transcripts.settled([record for _, block in blocks for record in block]))
    entries = [entry for first, block in blocks for entry in transcripts.entries(islice(records, len(block)), first)]
    return Transcript(session_id, outcome not in {"open", "lost"}, tuple(entries))


def message_ids(connection: Connection, ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    """The messages of sessions, ascending, without deleted ones; sessions without any are missing."""
    query = (
        sa.select(message.c.session_id, message.c.id)
        .where(message.c.session_id.in_(ids), message.c.hidden_at.is_(None))
        .order_by(message.c.id)
    )
    found: defaultdict[int, list[int]] = defaultdict(list)
    for session_id, message_id in connection.execute(query):
        found[session_id].append(message_id)
    return {session_id: tuple(messages) for session_id, messages in found.items()}


def _complete(connection: Connection, found: Collection[Row[Any]]) -> list[Session]:
    if not found:
        return []
    messages = message_ids(connection, [row.id for row in found])
    return [rows.session(row, messages.get(row.id, ())) for row in found]
