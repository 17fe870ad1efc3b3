"""Messages changed, hidden and shown again, a piece at a time.

Rules of this module:

* What a selection means is read outside the writer, by `selected`; each other function is the body of one transaction
  over some of these ids, and passes over those that have been deleted meanwhile.
* A selection never reaches mail that came after it was asked for, and every part of it starts where the one before
  ended: `below` is an id that is not reached any more.
* A deletion has a key: the `hidden_at` of all its messages, which no other deletion has.
* Events are written here and returned, to be published after the commit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from pillarbox.box.store import Change, Selection
from pillarbox.events import Event
from pillarbox.storage import inboxes, journal, messages, rows
from pillarbox.storage.choice import choice
from pillarbox.storage.database import Database, Done
from pillarbox.storage.tables import GONE, HIDDEN, INBOX_NAME, VISIBLE, inbox, message, message_tag, tag
from pillarbox.storage.totals import Totals

CHOSEN = 10_000
"""Ids of a selection that are read at a time."""

LITTLE = 200
"""Messages that are hidden in the transaction in which their inbox goes; the others follow a piece at a time."""

_GONE = sa.select(inbox.c.id).where(GONE)


def selected(
    connection: Connection, database: Database, selection: Selection, below: int, limit: int | None = None
) -> Sequence[int]:
    """The next ids, newest first, `CHOSEN` at most or `limit`. A selection that names nothing selects nothing."""
    if selection.ids is None and selection.inbox is None and selection.q is None and not selection.all:
        return ()
    chosen = choice(connection, database, inbox=selection.inbox, q=selection.q)
    if chosen is None:
        return ()
    source, key, conditions = chosen[:3]
    query = sa.select(message.c.id).select_from(source).where(*conditions, key < below)
    if selection.ids is not None:
        query = query.where(message.c.id.in_(selection.ids))
    return connection.execute(query.order_by(key.desc()).limit(limit or CHOSEN)).scalars().all()


def orphaned(connection: Connection, limit: int = CHOSEN) -> Sequence[int]:
    """Some ids of visible messages whose inbox is gone."""
    query = sa.select(message.c.id).where(message.c.inbox_id.in_(_GONE), VISIBLE)
    return connection.execute(query.limit(limit)).scalars().all()


def release(connection: Connection, *, database: Database, name: str) -> Done:
    """Let an inbox go; count 0 when there is none of that name."""
    return _with_mail(connection, database, inboxes.release(connection, database=database, name=name))


def expire(connection: Connection, *, database: Database) -> Done:
    """Let some inboxes go whose time is up; count 0 when there is none."""
    return _with_mail(connection, database, inboxes.expire(connection, database=database))


def _with_mail(connection: Connection, database: Database, done: Done) -> Done:
    """The same transaction hides what mail they had, if that was little: most inboxes are a test's."""
    if not done.count:
        return done
    hidden = hide(connection, database=database, ids=orphaned(connection, LITTLE))
    return Done(done.count, [*done.events, *hidden.events])


def change(connection: Connection, *, database: Database, ids: Sequence[int], what: Change) -> Done:
    before = messages.summaries(connection, ids)
    tagging = _Tagging(what)
    tagged: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    different: list[int] = []
    totals = Totals()
    inbox_ids = _inbox_ids(connection, before)
    for message_id, summary in before.items():
        read = what.read is not None and what.read != summary.read
        pinned = what.pinned is not None and what.pinned != summary.pinned
        if read:
            totals.messages(inbox_ids[message_id], unread=-1 if what.read else 1)
        wanted = tagging.of(summary.tags)
        if wanted != summary.tags:
            tagged[wanted].append(message_id)
        if read or pinned or wanted != summary.tags:
            different.append(message_id)
    if different:
        _set(connection, different, what)
        for names, some in tagged.items():
            _tag(connection, database, some, names)
        totals.write(connection, database)
    after = messages.summaries(connection, different)
    events = [
        Event(kind="message.changed", inbox=one.inbox, session_id=one.session_id, summary=one)
        for one in (after[message_id] for message_id in sorted(different))
    ]
    return Done(len(different), journal.write(connection, database, events))


class _Tagging:
    """What a change makes of a message's tags."""

    def __init__(self, what: Change) -> None:
        self._replacing = None if what.tags is None else _names(what.tags)
        self._added, self._removed = _names(what.add_tags), _names(what.remove_tags)

    def of(self, tags: tuple[str, ...]) -> tuple[str, ...]:
        """Sorted, as summaries have them."""
        kept = set(tags) if self._replacing is None else self._replacing
        return tuple(sorted((kept | self._added) - self._removed))


def _names(tags: Iterable[str]) -> set[str]:
    return {rows.clean(name)[: rows.MAX_INDEXED] for name in tags}


@dataclass(slots=True)
class Hiding:
    """The steps of one deletion; `key` names it once there was something to hide."""

    key: int | None = None

    def __call__(self, connection: Connection, *, database: Database, ids: Sequence[int]) -> Done:
        key = self.key
        if key is None:
            newest = connection.execute(sa.select(sa.func.max(message.c.hidden_at)).where(HIDDEN)).scalar() or 0
            key = max(database.now(connection), newest + 1)
        done = hide(connection, database=database, ids=ids, at=key)
        if done.count:
            self.key = key
        return done


def hide(connection: Connection, *, database: Database, ids: Sequence[int], at: int | None = None) -> Done:
    visible = sa.select(message.c.id).where(message.c.id.in_(ids), message.c.hidden_at.is_(None))
    found = connection.execute(visible).scalars().all()
    if not found:
        return Done(0)
    values = {"hidden_at": database.now(connection) if at is None else at}
    connection.execute(sa.update(message).where(message.c.id.in_(found)).values(values))
    return Done(len(found), count(connection, database, found, -1))


def deleted(connection: Connection, key: int, after: int = 0, limit: int = CHOSEN) -> Sequence[int]:
    """Ids above `after` of what that deletion hid and can be shown again, ascending."""
    query = sa.select(message.c.id).where(message.c.hidden_at == key, HIDDEN, message.c.inbox_id.not_in(_GONE))
    return connection.execute(query.where(message.c.id > after).order_by(message.c.id).limit(limit)).scalars().all()


def restore(connection: Connection, *, database: Database, ids: Collection[int], key: int | None = None) -> Done:
    """Show those of the messages again that are hidden, by the deletion `key` if one is given, and whose inbox is
    there; they are told as added.
    """
    by = HIDDEN if key is None else message.c.hidden_at == key
    hidden = sa.select(message.c.id).where(message.c.id.in_(ids), by)
    found = connection.execute(hidden.where(message.c.inbox_id.not_in(_GONE)).order_by(message.c.id)).scalars().all()
    if not found:
        return Done(0)
    connection.execute(sa.update(message).where(message.c.id.in_(found)).values(hidden_at=None))
    count(connection, database, found, 1)
    shown = messages.summaries(connection, found)
    events = [
        Event(kind="message.added", inbox=one.inbox, session_id=one.session_id, summary=one) for one in shown.values()
    ]
    return Done(len(found), journal.write(connection, database, events))


def _inbox_ids(connection: Connection, ids: Iterable[int]) -> dict[int, int]:
    query = sa.select(message.c.id, message.c.inbox_id).where(message.c.id.in_(list(ids)))
    return {row.id: row.inbox_id for row in connection.execute(query)}


def _set(connection: Connection, ids: Sequence[int], what: Change) -> None:
    values = {name: value for name, value in (("read", what.read), ("pinned", what.pinned)) if value is not None}
    if values:
        connection.execute(sa.update(message).where(message.c.id.in_(ids)).values(values))


def _tag(connection: Connection, database: Database, ids: Sequence[int], names: Sequence[str]) -> None:
    connection.execute(sa.delete(message_tag).where(message_tag.c.message_id.in_(ids)))
    if not names:
        return
    known = {name: tag_id for tag_id, name in connection.execute(sa.select(tag).where(tag.c.name.in_(names)))}
    missing = [name for name in names if name not in known]
    if missing:
        given = list(zip(missing, database.allocate(connection, tag, len(missing)), strict=True))
        database.insert(connection, "tag", ("id", "name"), [(tag_id, name) for name, tag_id in given])
        known.update(given)
    tagged = [(message_id, known[name]) for message_id in ids for name in names]
    database.insert(connection, "message_tag", ("message_id", "tag_id"), tagged)


def count(connection: Connection, database: Database, ids: Sequence[int], sign: int) -> Sequence[Event]:
    """Count messages in (1) or out (-1); out is told as message.deleted, one event an inbox."""
    totals = Totals()
    gone: defaultdict[str, list[int]] = defaultdict(list)
    query = (
        sa.select(message.c.id, message.c.inbox_id, message.c.read, message.c.size, INBOX_NAME)
        .join(inbox, inbox.c.id == message.c.inbox_id)
        .where(message.c.id.in_(ids))
        .order_by(message.c.id)
    )
    for message_id, inbox_id, read, size, name in connection.execute(query):
        totals.messages(inbox_id, messages=sign, unread=0 if read else sign, octets=sign * size)
        gone[name].append(message_id)
    totals.write(connection, database)
    if sign > 0:
        return ()
    events = [Event(kind="message.deleted", inbox=name, ids=tuple(ids)) for name, ids in gone.items()]
    return journal.write(connection, database, events)
