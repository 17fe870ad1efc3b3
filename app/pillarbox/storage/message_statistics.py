"""Figures about messages, taken from the newest that are like what is wanted (`considered`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, CompoundSelect, Connection, Select

from pillarbox.box.statistics import Bucket, MessageStatistics, Sized
from pillarbox.mail.query import Node
from pillarbox.storage import rows
from pillarbox.storage.choice import choice
from pillarbox.storage.considered import Considered, counts, most
from pillarbox.storage.database import Database
from pillarbox.storage.tables import message, recipient


def considered(connection: Connection, database: Database, inbox: str | None, q: Node | None) -> Considered | None:
    """None when there cannot be any: an unknown inbox."""
    chosen = choice(connection, database, inbox=inbox, q=q)
    if chosen is None:
        return None
    source = message if chosen.key is message.c.id else chosen.key.table
    others = tuple(one for one in chosen.conditions if one is not chosen.first)
    found = Considered(message, message.c.received_at, source, chosen.key, chosen.first, others)
    return found.bounded(connection)


def of_messages(connection: Connection, chosen: Considered, edges: Sequence[datetime]) -> MessageStatistics:
    """All figures come from one statement, which reads the messages once."""
    at = _bucket(chosen.at, [rows.micros(edge) for edge in edges], 0, len(edges) - 1).label("bucket")
    columns = (message.c.id, message.c.size, message.c.mail_from, at)
    found = chosen.within(edges[0], edges[-1]).select(*columns).cte("found")
    one = found.c
    number = sa.func.count()
    to = sa.select(recipient.c.address, sa.func.count(sa.distinct(one.id)))
    middle = sa.select((number - 1) // 2).select_from(found).scalar_subquery()
    figures: CompoundSelect[Any] = sa.union_all(
        sa.select(sa.literal("bucket"), sa.cast(one.bucket, sa.Text), number, sa.func.sum(one.size)).group_by(
            one.bucket
        ),
        most(connection, "sender", sa.select(one.mail_from, number), one.mail_from),
        most(connection, "recipient", to.where(recipient.c.message_id == one.id), recipient.c.address),
        _sized("median", sa.select(one.id, one.size).order_by(one.size, one.id).offset(middle)),
        _sized("largest", sa.select(one.id, one.size).order_by(one.size.desc(), one.id.desc())),
    )
    read: defaultdict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for kind, name, first, second in connection.execute(figures):
        read[kind].append((name, int(first), int(second)))
    counted = {int(name): Bucket(messages, octets) for name, messages, octets in read["bucket"]}
    return MessageStatistics(
        messages=sum(bucket.messages for bucket in counted.values()),
        octets=sum(bucket.octets for bucket in counted.values()),
        buckets=tuple(counted.get(place, Bucket()) for place in range(len(edges) - 1)),
        senders=counts(read["sender"]),
        recipients=counts(read["recipient"]),
        median=next((Sized(*row[1:]) for row in read["median"]), None),
        largest=next((Sized(*row[1:]) for row in read["largest"]), None),
        complete=chosen.complete(connection, edges[0]),
    )


def _sized(kind: str, found: Select[Any]) -> Select[Any]:
    few = found.limit(1).subquery()
    return sa.select(sa.literal(kind), sa.literal(""), few.c.id, few.c.size)


def _bucket(at: ColumnElement[int], edges: Sequence[int], low: int, high: int) -> ColumnElement[int]:
    """The number of the edge that `at` comes behind, between two of them: halved again and again, as in a book."""
    if high - low == 1:
        return sa.literal(low)
    middle = (low + high) // 2
    return sa.case((at < edges[middle], _bucket(at, edges, low, middle)), else_=_bucket(at, edges, middle, high))
