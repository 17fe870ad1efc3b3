"""Sessions read: pages, one session, its transcript. Newest first, paged by key, as messages are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, FromClause, Row

from pillarbox.box.store import SessionPage, SessionQuery
from pillarbox.mail import transcript as transcripts
from pillarbox.mail.session import Session
from pillarbox.mail.spoken import Wanted, inbox_mark
from pillarbox.mail.transcript import Lines, Record, Transcript
from pillarbox.storage import body, inboxes, rows, session_search, totals
from pillarbox.storage.messages import MAX_TOTAL, count
from pillarbox.storage.session_search_rows import SessionSearch
from pillarbox.storage.tables import WITHOUT_QUIT, message, segment, session


def page(connection: Connection, search: SessionSearch, query: SessionQuery) -> SessionPage:
    cursor = connection.execute(sa.select(sa.func.max(session.c.id))).scalar() or 0
    conditions = _conditions(query)
    if query.inbox is not None:
        conditions.append(of_inbox(connection, search, query.inbox))
    chosen: list[tuple[FromClause, ColumnElement[int], list[ColumnElement[bool]]]]
    if query.said:
        source: FromClause = search.table.join(session, session.c.id == search.key)
        unheard = session_search.unheard(connection)
        chosen = [(source, search.key, [*conditions, search.matches(query.said), session.c.id.not_in(unheard)])]
        speaking = session_search.speaking(connection, unheard, query.said)
        chosen += [(session, session.c.id, [*conditions, session.c.id.in_(speaking)])] if speaking else []
        total = sum(count(connection, sa.select(sa.literal(1)).select_from(one).where(*of)) for one, _, of in chosen)
    elif conditions:
        chosen = [(session, session.c.id, conditions)]
        total = count(connection, sa.select(sa.literal(1)).select_from(session).where(*conditions))
    else:
        chosen = [(session, session.c.id, conditions)]
        total = totals.read(connection)["sessions"]
    found: list[Row[Any]] = []
    for source, key, of in chosen:
        listed = sa.select(session).select_from(source).where(*of)
        if query.before is not None:
            listed = listed.where(key < query.before)
        found += connection.execute(listed.order_by(key.desc()).limit(query.limit + 1)).all()
    found.sort(key=lambda row: row.id, reverse=True)
    items = tuple(_complete(connection, found[: query.limit]))
    return SessionPage(
        items=items,
        next=items[-1].id if len(found) > query.limit else None,
        total=min(total, MAX_TOTAL),
        total_exact=total <= MAX_TOTAL,
        cursor=cursor,
    )


def in_clear(connection: Connection, ids: Collection[int]) -> Collection[int]:
    """Those of these sessions in which a client logged in without TLS."""
    if not ids:
        return ()
    clear = sa.select(session.c.id).where(session.c.auth_mechanism.is_not(None), session.c.tls_version.is_(None))
    return connection.execute(clear.where(session.c.id.in_(ids))).scalars().all()


def _conditions(query: SessionQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.outcome is not None:
        conditions.append(session.c.outcome == query.outcome)
        if query.outcome != "quit":
            conditions.append(WITHOUT_QUIT)
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


def of_inbox(connection: Connection, search: SessionSearch, name: str) -> ColumnElement[bool]:
    """By what was said, and by the messages. Those of a large inbox are not gathered first: with them in so many
    sessions a page is full before long.
    """
    wanted = Wanted(marks=(inbox_mark(name),))
    unheard = session_search.unheard(connection)
    speaking = session_search.speaking(connection, unheard, wanted)
    named: list[sa.Select[Any]] = [
        sa.select(search.key).select_from(search.table).where(search.matches(wanted), search.key.not_in(unheard)),
        sa.select(session.c.id).where(session.c.id.in_(speaking)),
    ]
    inbox_id = inboxes.find(connection, name)
    if inbox_id is None:
        return session.c.id.in_(sa.union_all(*named))
    inside = message.c.inbox_id == inbox_id
    if totals.read(connection, inbox_id)["messages"] > MAX_TOTAL:
        brought = sa.exists().where(message.c.session_id == session.c.id, inside)
        return sa.or_(session.c.id.in_(sa.union_all(*named)), brought)
    brought_by = sa.select(message.c.session_id).where(inside, message.c.session_id.is_not(None))
    return session.c.id.in_(sa.union_all(*named, brought_by))


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
    blocks = [(first, _records(encoding, kept)) for first, encoding, kept in segments]
    records = iter(transcripts.settled([record for _, block in blocks for record in block]))
    entries = [entry for first, block in blocks for entry in transcripts.entries(islice(records, len(block)), first)]
    return Transcript(session_id, outcome not in UNFINISHED, tuple(entries))


UNFINISHED = {"open", "lost"}


def lines(connection: Connection, session_id: int, start: int, limit: int) -> Lines | None:
    """Entries `start` to `start + limit`, from the segments that hold them and the last one, which says the total.

    Where they end within a message that came in chunks, what follows is read up to where that message is complete.
    """
    outcome = connection.execute(sa.select(session.c.outcome).where(session.c.id == session_id)).scalar()
    if outcome is None:
        return None
    own = segment.c.session_id == session_id
    from_seq = max(0, start - 1)  # the entry before the first is wanted too
    holding = sa.select(sa.func.max(segment.c.seq)).where(own, segment.c.first_entry <= from_seq).scalar_subquery()
    columns = sa.select(segment.c.first_entry, segment.c.encoding, segment.c.entries).where(own)
    part = columns.where(segment.c.seq >= holding).order_by(segment.c.seq)
    blocks = _blocks(connection, part.where(segment.c.first_entry < start + limit))
    if _within_chunks([record for _, block in blocks for record in block]):
        after = part.where(segment.c.first_entry >= start + limit).limit(CHUNKED_SEGMENTS)
        blocks += _blocks(connection, after)
    last = connection.execute(columns.order_by(segment.c.seq.desc()).limit(1)).first()
    total = 0
    if last is not None:
        known = blocks and blocks[-1][0] == last.first_entry
        total = last.first_entry + len(blocks[-1][1] if known else _records(last.encoding, last.entries))
    if not blocks:
        return Lines(None, (), total, outcome not in UNFINISHED)
    # Entries are made only of what is asked for: a fast client says ten thousand lines in one segment.
    records = transcripts.settled([record for _, block in blocks for record in block])
    first = blocks[0][0]
    before = transcripts.entries(records[start - 1 - first : start - first], start - 1) if start > first else []
    entries = transcripts.entries(records[start - first : start - first + limit], start)
    return Lines(next(iter(before), None), tuple(entries), total, outcome not in UNFINISHED)


def _records(encoding: str, kept: bytes) -> list[Record]:
    return transcripts.unpack(body.unpack(encoding, kept))


def _blocks(connection: Connection, query: sa.Select[Any]) -> list[tuple[int, list[Record]]]:
    """The segments of a query as (first entry, records)."""
    return [(first, _records(encoding, kept)) for first, encoding, kept in connection.execute(query)]


def segments_from(connection: Connection, session_id: int, start: int) -> list[tuple[int, list[Record]]]:
    """The segments with entries from `start` on, as (first entry, records); all begin there or later but the first."""
    own = segment.c.session_id == session_id
    holding = sa.select(sa.func.max(segment.c.seq)).where(own, segment.c.first_entry <= start).scalar_subquery()
    columns = sa.select(segment.c.first_entry, segment.c.encoding, segment.c.entries)
    return _blocks(
        connection, columns.where(own, segment.c.seq >= sa.func.coalesce(holding, 0)).order_by(segment.c.seq)
    )


CHUNKED_SEGMENTS = 100
"""Segments after a part that are looked through for the end of a message in chunks: one for each second it takes."""


def _within_chunks(records: list[Record]) -> bool:
    content = next((record for record in reversed(records) if record.kind == "data"), None)
    return content is not None and content.offset is not None and content.message_id is None


def segment_start(connection: Connection, session_id: int, seq: int) -> int | None:
    query = sa.select(segment.c.first_entry).where(segment.c.session_id == session_id, segment.c.seq == seq)
    return connection.execute(query).scalar()


def message_ids(connection: Connection, ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    """The messages of sessions, ascending, without deleted ones; sessions without any are missing."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    # Most batches ask it: put together by SQLAlchemy it would cost more than the answer.
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    marks = ", ".join([mark] * len(ids))
    query = f"SELECT session_id, id FROM message WHERE session_id IN ({marks}) AND hidden_at IS NULL ORDER BY id"
    for session_id, message_id in connection.exec_driver_sql(query, tuple(ids)):
        found[session_id].append(message_id)
    return {session_id: tuple(messages) for session_id, messages in found.items()}


def _complete(connection: Connection, found: Collection[Row[Any]]) -> list[Session]:
    if not found:
        return []
    messages = message_ids(connection, [row.id for row in found])
    return [rows.session(row, messages.get(row.id, ())) for row in found]
