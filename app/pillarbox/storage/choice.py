"""Which messages a query means: where to select them from, the id to order and page by, and the conditions.

Rules of this module:

* What is asked of words, headers and `has:` goes into one match of the search table as far as it stands together, so
  that rows come newest first and no more are looked at than are wanted. Marks, times, sizes, tags and sessions are
  conditions on the message's row beside it.
* A tag without words is looked up in its index, which has its messages by id: with many they are as near as with few.
* Where both stand within an OR or a NOT, the words become a set of ids, gathered first.
* No condition is ever NULL: NOT of it would be NULL too, and hide the row.
"""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, FromClause

from pillarbox.mail.query import (
    And,
    Code,
    Flag,
    Header,
    InInbox,
    InSession,
    Node,
    Not,
    Or,
    Received,
    Size,
    State,
    Tag,
    Text,
    leaves,
)
from pillarbox.mail.spoken import Wanted
from pillarbox.storage import inboxes, rows, session_search
from pillarbox.storage.database import Database
from pillarbox.storage.search import inbox_flag
from pillarbox.storage.tables import PINNED, UNREAD, VISIBLE, message, message_tag, tag


class Choice(NamedTuple):
    """`conditions` begin with that of visibility; `indexed`: the others ask the search table alone. `first` is the one
    of them that finds rows through an index, asked of the table that has `key`; None: all messages are looked at.
    """

    source: FromClause
    key: ColumnElement[int]
    conditions: list[ColumnElement[bool]]
    indexed: bool = False
    first: ColumnElement[bool] | None = None


def choice(
    connection: Connection, database: Database, *, inbox: str | None, q: Node | None, after: int | None = None
) -> Choice | None:
    """The visible messages of an inbox that are like `q`, above `after`. None when there cannot be any: an unknown
    inbox.
    """
    inbox_id = inboxes.find(connection, inbox) if inbox is not None else None
    if inbox is not None and inbox_id is None:
        return None
    conditions: list[ColumnElement[bool]] = [VISIBLE]
    source: FromClause = message
    key: ColumnElement[int] = message.c.id
    first: ColumnElement[bool] | None = None
    compiler = _Compiler(connection, database)
    parts = q.parts if isinstance(q, And) else () if q is None else (q,)
    worded = tuple(part for part in parts if _worded(part))
    if worded:
        search = database.search
        source = search.table.join(message, message.c.id == search.key)
        key = search.key
        flag = inbox_flag(inbox_id) if inbox_id is not None else None
        first = search.matches(connection, worded[0] if len(worded) == 1 else And(worded), flag)
    elif (tagged := next((part for part in parts if isinstance(part, Tag)), None)) is not None:
        source = message_tag.join(message, message.c.id == message_tag.c.message_id)
        key = message_tag.c.message_id
        first = message_tag.c.tag_id == _id_of(tagged)
        parts = tuple(part for part in parts if part is not tagged)
        if inbox_id is not None:
            conditions.append(message.c.inbox_id == inbox_id)
    elif inbox_id is not None:
        first = message.c.inbox_id == inbox_id
    if first is not None:
        conditions.append(first)
    others = [part for part in parts if not _worded(part)]
    conditions += [_has(part) if isinstance(part, Tag) else compiler.condition(part) for part in others]
    if after is not None:
        conditions.append(key > after)
    return Choice(source, key, conditions, indexed=bool(worded) and len(worded) == len(parts), first=first)


def asks_sessions(q: Node | None) -> bool:
    """Whether sessions that have ended must be findable by what was said in them."""
    return q is not None and any(isinstance(leaf, Code) for leaf in leaves(q))


def _worded(node: Node) -> bool:
    return all(isinstance(leaf, Text | Header | Flag) for leaf in leaves(node))


def _id_of(named: Tag) -> sa.ScalarSelect[int]:
    return sa.select(tag.c.id).where(tag.c.name == rows.clean(named.name)).scalar_subquery()


def _has(named: Tag) -> ColumnElement[bool]:
    """Asked of one message after the other; a set of ids would be gathered whole, whatever is looked at."""
    other = message_tag.alias()
    return sa.exists().where(other.c.message_id == message.c.id, other.c.tag_id == _id_of(named))


class _Compiler:
    def __init__(self, connection: Connection, database: Database) -> None:
        self._connection = connection
        self._database = database

    def condition(self, node: Node) -> ColumnElement[bool]:
        if _worded(node):
            search = self._database.search
            found = sa.select(search.key).select_from(search.table)
            return message.c.id.in_(found.where(search.matches(self._connection, node, None)))
        match node:
            case And(parts):
                return sa.and_(*map(self.condition, parts))
            case Or(parts):
                return sa.or_(*map(self.condition, parts))
            case Not(Tag() as part):
                return sa.not_(_has(part))
            case Not(part):
                return sa.not_(self.condition(part))
            case InInbox(name):
                inbox_id = inboxes.find(self._connection, name)
                return sa.false() if inbox_id is None else message.c.inbox_id == inbox_id
            case Tag():
                tagged = sa.select(message_tag.c.message_id).where(message_tag.c.tag_id == _id_of(node))
                return message.c.id.in_(tagged)
            case State(kind):
                return PINNED if kind == "pinned" else UNREAD if kind == "unread" else sa.not_(UNREAD)
            case Received(since, until):
                if since is not None:
                    return message.c.received_at >= rows.micros(since)
                return message.c.received_at < rows.micros_or_none(until)
            case Size(larger, smaller):
                return message.c.size > larger if larger is not None else message.c.size < smaller
            case InSession(session_id):
                return sa.and_(message.c.session_id.is_not(None), message.c.session_id == session_id)
            case Code(mark):
                return self._replied(mark)
        raise AssertionError(node)

    def _replied(self, mark: str) -> ColumnElement[bool]:
        """In sessions that have a row of their own by what it says, in the others by what they have said so far."""
        search, wanted = self._database.session_search, Wanted(marks=(mark,))
        unheard = session_search.unheard(self._connection)
        speaking = session_search.speaking(self._connection, unheard, wanted)
        heard = sa.select(search.key).select_from(search.table).where(search.matches(wanted))
        came_by = message.c.session_id
        said = sa.or_(came_by.in_(heard.where(search.key.not_in(unheard))), came_by.in_(speaking))
        return sa.and_(came_by.is_not(None), said)
