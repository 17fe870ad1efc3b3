"""Messages read: pages of summaries, one message with its envelope, its bytes.

Rules of this module:

* Newest first, and a page is found by key: `before` is the id that the page before ended with. Never OFFSET.
* A total is taken from the counters where there is one, else counted no further than `MAX_TOTAL`, and in a large store
  no longer than `COUNTING`: a page does not wait for it.
* Hidden messages are not there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from time import thread_time
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Select

from pillarbox.box.store import MessagePage, MessageQuery, StoredMessage
from pillarbox.mail.envelope import Envelope, Recipient, Sender
from pillarbox.mail.message import Lint, Summary
from pillarbox.storage import body, inboxes, rows, totals
from pillarbox.storage.choice import Choice, choice
from pillarbox.storage.database import Database
from pillarbox.storage.search import Search
from pillarbox.storage.tables import INBOX_NAME, VISIBLE, inbox, lint, message, message_tag, raw, recipient, tag

MAX_TOTAL = 10_000

COUNTING = 0.002
"""Seconds of work after which no further piece than the second is counted; what is found then is a total that is not
exact."""

_LISTED = sa.select(message, INBOX_NAME.label("inbox"))
_ANY_HIDDEN = sa.select(sa.exists().where(message.c.hidden_at.is_not(None)))


def page(connection: Connection, database: Database, query: MessageQuery) -> MessagePage:
    cursor = newest(connection)
    if query.after is not None and query.after >= cursor:
        return MessagePage((), None, 0, total_exact=True, cursor=cursor)
    chosen = choice(connection, database, inbox=query.inbox, q=query.q, after=query.after)
    if chosen is None:
        return MessagePage((), None, 0, total_exact=True, cursor=cursor)
    source, key, conditions = chosen[:3]
    listed = _LISTED.select_from(source.join(inbox, inbox.c.id == message.c.inbox_id)).where(*conditions)
    if query.before is not None:
        listed = listed.where(key < query.before)
    order = key.asc() if query.oldest_first else key.desc()
    found = connection.execute(listed.order_by(order).limit(query.limit + 1)).all()
    items = tuple(_complete(connection, found[: query.limit]))
    exact = True
    if not query.counted:
        total, exact = len(found), len(found) <= query.limit and query.before is None
    elif query.q is None and query.after is None:
        scope = totals.WHOLE if query.inbox is None else inboxes.find(connection, query.inbox)
        total = totals.read(connection, scope or totals.WHOLE)["messages"]
    elif query.before is None and len(found) <= query.limit:
        total = len(found)
    else:
        total, exact = _counted(connection, chosen, cursor, database.search)
        total = max(total, len(found))
    return MessagePage(
        items=items,
        next=items[-1].id if len(found) > query.limit else None,
        total=min(total, MAX_TOTAL),
        total_exact=exact and total <= MAX_TOTAL,
        cursor=cursor,
    )


def newest(connection: Connection) -> int:
    """The newest id in the store, 0 when it is empty."""
    return connection.execute(sa.select(sa.func.max(message.c.id))).scalar() or 0


def _counted(connection: Connection, chosen: Choice, newest: int, search: Search) -> tuple[int, bool]:
    """How many there are, as far as one more than MAX_TOTAL, and whether that is known: after `COUNTING` seconds those
    among the newest are as many as there are at least.

    Where no message is hidden the search table counts by itself, without a look at each message's row.
    """
    source, key, conditions, indexed = chosen[:4]
    if indexed and not connection.execute(_ANY_HIDDEN).scalar():
        source, conditions = search.table, conditions[1:]
    some = sa.select(sa.literal(1)).select_from(source).where(*conditions)
    total, upto = 0, newest
    deadline = thread_time() + COUNTING
    while upto > 0 and total <= MAX_TOTAL:
        total += count(connection, some.where(key <= upto, key > upto - search.piece))
        if upto < newest and thread_time() > deadline:
            upto -= search.piece
            break
        upto -= search.piece
    return total, upto <= 0 or total > MAX_TOTAL


def count(connection: Connection, found: Select[Any]) -> int:
    """How many rows, counted as far as one more than MAX_TOTAL."""
    limited = found.limit(MAX_TOTAL + 1).subquery()
    return connection.execute(sa.select(sa.func.count()).select_from(limited)).scalar_one()


def summaries(connection: Connection, ids: Collection[int]) -> dict[int, Summary]:
    """By id, as far as they are there and not hidden."""
    if not ids:
        return {}
    listed = _LISTED.join(inbox, inbox.c.id == message.c.inbox_id).where(message.c.id.in_(ids), VISIBLE)
    return {summary.id: summary for summary in _complete(connection, connection.execute(listed).all())}


def one(connection: Connection, message_id: int) -> StoredMessage | None:
    listed = _LISTED.join(inbox, inbox.c.id == message.c.inbox_id).where(message.c.id == message_id, VISIBLE)
    row = connection.execute(listed).one_or_none()
    if row is None:
        return None
    query = sa.select(recipient).where(recipient.c.message_id == message_id).order_by(recipient.c.position)
    found = connection.execute(query).all()
    recipients = [Recipient(one.address, rows.params(one.params)) for one in found]
    sender = Sender(row.mail_from, rows.params(row.mail_from_params))
    tags = _tags(connection, [message_id])[message_id]
    summary = rows.summary(row, [(one.address, one.role) for one in found], tuple(sorted(tags)))
    return StoredMessage(summary, Envelope(sender, tuple(recipients)), row.segment, _lint_of(connection, row))


def _lint_of(connection: Connection, row: sa.Row[Any]) -> tuple[Lint, ...]:
    if not row.lint_count:
        return ()
    return rows.findings(connection.execute(sa.select(lint.c.findings).where(lint.c.message_id == row.id)).scalar_one())


def findings(connection: Connection, ids: Collection[int]) -> dict[int, tuple[Lint, ...]]:
    """By id, for those that are there, not hidden and not without findings."""
    query = (
        sa.select(lint.c.message_id, lint.c.findings)
        .join(message, message.c.id == lint.c.message_id)
        .where(lint.c.message_id.in_(ids), VISIBLE)
    )
    return {row.message_id: rows.findings(row.findings) for row in connection.execute(query)}


def raw_of(connection: Connection, message_id: int) -> tuple[str, bytes] | None:
    """Encoding and body, to be unpacked by `body.unpack` when the connection has been given back."""
    query = (
        sa.select(raw.c.encoding, raw.c.body)
        .join(message, message.c.id == raw.c.message_id)
        .where(raw.c.message_id == message_id, VISIBLE)
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
    tags = _tags(connection, ids)
    return [rows.summary(row, recipients[row.id], tuple(sorted(tags[row.id]))) for row in found]


def _tags(connection: Connection, ids: Collection[int]) -> defaultdict[int, list[str]]:
    tags: defaultdict[int, list[str]] = defaultdict(list)
    tagged = (
        sa.select(message_tag.c.message_id, tag.c.name)
        .join(tag, tag.c.id == message_tag.c.tag_id)
        .where(message_tag.c.message_id.in_(ids))
    )
    for message_id, name in connection.execute(tagged):
        tags[message_id].append(name)
    return tags
