"""Messages read: pages of summaries, one message with its envelope, its bytes.

Rules of this module:

* Newest first, and a page is found by key: `before` is the id that the page before ended with. Never OFFSET.
* A total is taken from the counters where there is one, else counted no further than `MAX_TOTAL`.
* Hidden messages are not there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, FromClause, Select

from pillarbox.box.store import MessagePage, MessageQuery, StoredMessage
from pillarbox.mail.envelope import Envelope, Recipient, Sender
from pillarbox.mail.message import Lint, Summary
from pillarbox.storage import body, inboxes, rows, totals
from pillarbox.storage.search import Search, inbox_flag, wanted
from pillarbox.storage.tables import inbox, lint, message, message_tag, raw, recipient, tag

MAX_TOTAL = 10_000

_LISTED = sa.select(message, inbox.c.name.label("inbox"))
_VISIBLE = message.c.hidden_at.is_(None)


def page(connection: Connection, search: Search, query: MessageQuery) -> MessagePage:
    cursor = newest(connection)
    chosen = choice(connection, search, inbox=query.inbox, q=query.q or None, after=query.after)
    if chosen is None:
        return MessagePage((), None, 0, total_exact=True, cursor=cursor)
    source, key, conditions = chosen
    listed = _LISTED.select_from(source.join(inbox, inbox.c.id == message.c.inbox_id)).where(*conditions)
    if query.before is not None:
        listed = listed.where(key < query.before)
    found = connection.execute(listed.order_by(key.desc()).limit(query.limit + 1)).all()
    items = tuple(_complete(connection, found[: query.limit]))
    total = None
    if not query.q and query.after is None:
        scope = totals.WHOLE if query.inbox is None else inboxes.find(connection, query.inbox)
        total = totals.read(connection, scope or totals.WHOLE)["messages"]
    else:
        total = count(connection, sa.select(sa.literal(1)).select_from(source).where(*conditions))
    return MessagePage(
        items=items,
        next=items[-1].id if len(found) > query.limit else None,
        total=min(total, MAX_TOTAL),
        total_exact=total <= MAX_TOTAL,
        cursor=cursor,
    )


def newest(connection: Connection) -> int:
    """The newest id in the store, 0 when it is empty."""
    return connection.execute(sa.select(sa.func.max(message.c.id))).scalar() or 0


def choice(
    connection: Connection, search: Search, *, inbox: str | None, q: str | None, after: int | None = None
) -> tuple[FromClause, ColumnElement[int], list[ColumnElement[bool]]] | None:
    """The visible messages of an inbox, with the words of `q`, above `after`: where to select from, the id to order
    by, and the conditions. None when there cannot be any: an unknown inbox, or a `q` without a single word.
    """
    inbox_id = inboxes.find(connection, inbox) if inbox is not None else None
    if inbox is not None and inbox_id is None:
        return None
    conditions: list[ColumnElement[bool]] = [_VISIBLE]
    source: FromClause = message
    key: ColumnElement[int] = message.c.id
    if q is not None:
        words = wanted(q)
        if not words:
            return None
        source = search.table.join(message, message.c.id == search.key)
        key = search.key
        conditions.append(search.matches(words, [inbox_flag(inbox_id)] if inbox_id is not None else []))
    elif inbox_id is not None:
        conditions.append(message.c.inbox_id == inbox_id)
    if after is not None:
        conditions.append(key > after)
    return source, key, conditions


def count(connection: Connection, found: Select[Any]) -> int:
    """How many rows, counted as far as one more than MAX_TOTAL."""
    limited = found.limit(MAX_TOTAL + 1).subquery()
    return connection.execute(sa.select(sa.func.count()).select_from(limited)).scalar_one()


def summaries(connection: Connection, ids: Collection[int]) -> dict[int, Summary]:
    """By id, as far as they are there and not hidden."""
    if not ids:
        return {}
    listed = _LISTED.join(inbox, inbox.c.id == message.c.inbox_id).where(message.c.id.in_(ids), _VISIBLE)
    return {summary.id: summary for summary in _complete(connection, connection.execute(listed).all())}


def one(connection: Connection, message_id: int) -> StoredMessage | None:
    listed = _LISTED.join(inbox, inbox.c.id == message.c.inbox_id).where(message.c.id == message_id, _VISIBLE)
    row = connection.execute(listed).one_or_none()
    if row is None:
        return None
    query = sa.select(recipient).where(recipient.c.message_id == message_id).order_by(recipient.c.position)
    recipients = [Recipient(found.address, rows.params(found.params)) for found in connection.execute(query)]
    sender = Sender(row.mail_from, rows.params(row.mail_from_params))
    return StoredMessage(
        _complete(connection, [row])[0], Envelope(sender, tuple(recipients)), row.segment, _lint_of(connection, row)
    )


def _lint_of(connection: Connection, row: sa.Row[Any]) -> tuple[Lint, ...]:
    if not row.lint_count:
        return ()
    return rows.findings(connection.execute(sa.select(lint.c.findings).where(lint.c.message_id == row.id)).scalar_one())


def findings(connection: Connection, ids: Collection[int]) -> dict[int, tuple[Lint, ...]]:
    """By id, for those that are there, not hidden and not without findings."""
    query = (
        sa.select(lint.c.message_id, lint.c.findings)
        .join(message, message.c.id == lint.c.message_id)
        .where(lint.c.message_id.in_(ids), _VISIBLE)
    )
    return {row.message_id: rows.findings(row.findings) for row in connection.execute(query)}


def raw_of(connection: Connection, message_id: int) -> tuple[str, bytes] | None:
    """Encoding and body, to be unpacked by `body.unpack` when the connection has been given back."""
    query = (
        sa.select(raw.c.encoding, raw.c.body)
        .join(message, message.c.id == raw.c.message_id)
        .where(raw.c.message_id == message_id, _VISIBLE)
    )
    found = connection.execute(query).one_or_none()
    return None if found is None else (found.encoding, found.body)


def bytes_of(found: tuple[str, bytes] | None) -> bytes | None:
    return None if found is None else body.unpack(*found)


def _complete(connection: Connection, found: Collection[sa.Row[Any]]) -> list[Summary]:
    """Summaries of message rows, with the recipients and tags that stand in tables of their own."""
    if not found:
        return []
    ids = [row.id for row in found]
    recipients: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    query = (
        sa.select(recipient.c.message_id, recipient.c.address, recipient.c.role)
        .where(recipient.c.message_id.in_(ids))
        .order_by(recipient.c.message_id, recipient.c.position)
    )
    for message_id, address, role in connection.execute(query):
        recipients[message_id].append((address, role))
    tags: defaultdict[int, list[str]] = defaultdict(list)
    tagged = (
        sa.select(message_tag.c.message_id, tag.c.name)
        .join(tag, tag.c.id == message_tag.c.tag_id)
        .where(message_tag.c.message_id.in_(ids))
    )
    for message_id, name in connection.execute(tagged):
        tags[message_id].append(name)
    return [rows.summary(row, recipients[row.id], tuple(sorted(tags[row.id]))) for row in found]
