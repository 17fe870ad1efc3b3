"""Figures about messages, taken from the newest that are like what is wanted (`considered`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from pillarbox.box.statistics import Bucket, MessageStatistics, Sized
from pillarbox.mail.query import Node
from pillarbox.storage import rows
from pillarbox.storage.choice import choice
from pillarbox.storage.considered import Considered, top
from pillarbox.storage.database import Database
from pillarbox.storage.tables import message, recipient


def considered(connection: Connection, database: Database, inbox: str | None, q: Node | None) -> Considered | None:
    """None when there cannot be any: an unknown inbox."""
    chosen = choice(connection, database, inbox=inbox, q=q)
    if chosen is None:
        return None
    source = message if chosen.key is message.c.id else chosen.key.table
    others = tuple(one for one in chosen.conditions if one is not chosen.first)
    return Considered(message, message.c.received_at, source, chosen.key, chosen.first, others)


def of_messages(connection: Connection, found: Considered, edges: Sequence[datetime]) -> MessageStatistics:
    found = found.within(edges[0], edges[-1])
    buckets = _buckets(connection, found, edges)
    number = sum(bucket.messages for bucket in buckets)
    middle = (message.c.size, message.c.id)
    to = found.select(recipient.c.address, sa.func.count(sa.distinct(message.c.id)))
    return MessageStatistics(
        messages=number,
        octets=sum(bucket.octets for bucket in buckets),
        buckets=buckets,
        senders=top(connection, found.select(message.c.mail_from, sa.func.count()), message.c.mail_from),
        recipients=top(connection, to.where(recipient.c.message_id == message.c.id), recipient.c.address),
        median=_sized(connection, found, *middle, offset=max(0, number - 1) // 2),
        largest=_sized(connection, found, message.c.size.desc(), message.c.id.desc()),
        complete=found.complete(connection, edges[0]),
    )


def _sized(connection: Connection, found: Considered, *order: ColumnElement[Any], offset: int = 0) -> Sized | None:
    query = found.select(message.c.id, message.c.size).order_by(*order).limit(1).offset(offset)
    row = connection.execute(query).first()
    return None if row is None else Sized(row.id, row.size)


def _buckets(connection: Connection, found: Considered, edges: Sequence[datetime]) -> tuple[Bucket, ...]:
    number = _bucket(found.at, [rows.micros(edge) for edge in edges], 0, len(edges) - 1).label("bucket")
    query = found.select(number, sa.func.count(), sa.func.sum(message.c.size)).group_by(sa.literal_column("bucket"))
    counted = {bucket: Bucket(messages, int(octets)) for bucket, messages, octets in connection.execute(query)}
    return tuple(counted.get(bucket, Bucket()) for bucket in range(len(edges) - 1))


def _bucket(at: ColumnElement[int], edges: Sequence[int], low: int, high: int) -> ColumnElement[int]:
    """The number of the edge that `at` comes behind, between two of them: halved again and again, as in a book."""
    if high - low == 1:
        return sa.literal(low)
    middle = (low + high) // 2
    return sa.case((at < edges[middle], _bucket(at, edges, low, middle)), else_=_bucket(at, edges, middle, high))
