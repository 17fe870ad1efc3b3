"""Inboxes: made by whoever asks or by the first message for them, listed, let go of.

Rules of this module:

* An inbox that is deleted or whose time is up gives its name up in one short transaction, however much mail it has,
  and is then no inbox for anybody. Its mail is hidden and removed a piece at a time (`upkeep`), its row with the last.
* A name gets its row, its password and counters of its own together. Who comes when it has expired finds it gone, even
  if nobody has looked yet.
* Whether there is an inbox is asked by one statement a batch, or by none where all are remembered (`Database.inboxes`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Row, Select

from pillarbox.box import credentials
from pillarbox.box.store import DEFAULT_INBOX, Inbox, InboxPage, InboxQuery
from pillarbox.events import Event
from pillarbox.mail.inbox import Named
from pillarbox.storage import journal, rows
from pillarbox.storage.database import Database, Done, KnownInbox
from pillarbox.storage.tables import EXPIRING, GONE, counter, inbox, message
from pillarbox.storage.totals import OF_AN_INBOX

PIECE = 500
"""Inboxes let go of, or removed, in one transaction."""

THERE = sa.not_(GONE)

_COLUMNS = ("id", "name", "created_at", "expires_at", "password")


# Found


def find(connection: Connection, name: str) -> int | None:
    """By the name alone: no inbox that is gone has one that can be asked for."""
    return connection.execute(sa.select(inbox.c.id).where(inbox.c.name == name)).scalar()


def password(connection: Connection, name: str) -> str | None:
    """None when there is no such inbox, or an older program has made it and it has none yet."""
    return connection.execute(sa.select(inbox.c.password).where(inbox.c.name == name)).scalar() or None


def one(connection: Connection, name: str) -> Inbox | None:
    found = _listed(connection, _ALL.where(inbox.c.name == name))
    return found[0] if found else None


def listed(connection: Connection) -> tuple[Inbox, ...]:
    """Every inbox, by name."""
    return _listed(connection, _ALL)


def page(connection: Connection, query: InboxQuery) -> InboxPage:
    like = inbox.c.name.contains(query.part, autoescape=True) if query.part else sa.true()
    wanted = _ALL.where(like).limit(query.limit + 1)
    if query.after is not None:
        wanted = wanted.where(inbox.c.name > query.after)
    found = _listed(connection, wanted)
    items = found[: query.limit]
    return InboxPage(items, items[-1].name if len(found) > query.limit else None, _count(connection, like))


def recent(connection: Connection, limit: int, also: Collection[str]) -> InboxPage:
    last = sa.select(inbox.c.id).where(THERE).order_by(inbox.c.id.desc()).limit(limit)
    found = _listed(connection, _ALL.where(inbox.c.id.in_(last) | inbox.c.name.in_(also)))
    return InboxPage(found, None, _count(connection, sa.true()))


def _count(connection: Connection, like: ColumnElement[bool]) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(inbox).where(THERE, like)).scalar_one()


def _counter(name: str) -> sa.ScalarSelect[Any]:
    return sa.select(counter.c.value).where(counter.c.inbox_id == inbox.c.id, counter.c.name == name).scalar_subquery()


_ALL = (
    sa.select(inbox, _counter("messages").label("total"), _counter("unread").label("unread"))
    .where(THERE)
    .order_by(inbox.c.name)
)


def _listed(connection: Connection, query: Select[Any]) -> tuple[Inbox, ...]:
    return tuple(map(_value, connection.execute(query)))


def _value(row: Row[Any]) -> Inbox:
    return Inbox(
        name=row.name,
        created_at=rows.moment(row.created_at),
        expires_at=rows.moment_or_none(row.expires_at),
        total=row.total,
        unread=row.unread,
        password=row.password,
    )


# Made


@dataclass(slots=True)
class Making:
    """An order for a new inbox, which stays for `ttl_us` microseconds, or until it is deleted.

    `made` is the inbox; the count is 0, and it stays None, when there is one of that name.
    """

    database: Database
    name: str
    ttl_us: int | None
    made: Inbox | None = None

    def __call__(self, connection: Connection) -> Done:
        known, expired = _known(connection, self.database, [self.name])
        if known:
            return Done(0)
        now = self.database.now(connection)
        expires_at = None if self.ttl_us is None else now + self.ttl_us
        _release(connection, self.database, [expired[name].id for name in expired])
        ((_, _, _, _, secret),) = _insert(connection, self.database, [self.name], now, expires_at)
        self.made = Inbox(self.name, rows.moment(now), rows.moment_or_none(expires_at), 0, 0, secret)
        return Done(1, _tell(connection, self.database, [self.name]))


def settle(
    connection: Connection, database: Database, wishes: Sequence[Sequence[Named]]
) -> tuple[list[tuple[str, int]], list[str]]:
    """For each message, by what it names, the inbox that it is in as (name, id); and the names that were made."""
    if not wishes:
        return [], []
    known, expired = _known(connection, database, {one.name for wish in wishes for one in wish} | {DEFAULT_INBOX})
    made: dict[str, None] = {}
    names = []
    for wish in wishes:
        chosen = next((one.name for one in wish if one.makes or one.name in known or one.name in made), DEFAULT_INBOX)
        if chosen not in known:
            made[chosen] = None
        names.append(chosen)
    ids = {name: one.id for name, one in known.items()}
    if made:
        _release(connection, database, [expired[name].id for name in made if name in expired])
        ids |= {row[1]: row[0] for row in _insert(connection, database, list(made), database.now(connection), None)}
    return [(name, ids[name]) for name in names], list(made)


def _known(
    connection: Connection, database: Database, names: Collection[str]
) -> tuple[Mapping[str, KnownInbox], Mapping[str, KnownInbox]]:
    """Those of the inboxes that there are, and those whose time is up."""
    remembered = database.inboxes
    found: dict[str, KnownInbox] = {}
    if remembered is not None:
        found = {name: remembered[name] for name in names if name in remembered}
    asked = [name for name in names if name not in found]
    if asked:
        marks = ", ".join("?" * len(asked))
        statement = f"SELECT name, id, expires_at FROM inbox WHERE name IN ({marks})"
        looked_up = {row[0]: KnownInbox(*row[1:]) for row in database.query(connection, statement, tuple(asked))}
        if remembered is not None:
            remembered.update(looked_up)
        found |= looked_up
    if all(one.expires_at is None for one in found.values()):
        return found, {}
    now = database.now(connection)
    expired = {name: one for name, one in found.items() if one.expires_at is not None and one.expires_at <= now}
    return {name: one for name, one in found.items() if name not in expired}, expired


def _insert(
    connection: Connection, database: Database, names: Sequence[str], now: int, expires_at: int | None
) -> list[tuple[int, str, int, int | None, str]]:
    """The rows, in the order of `_COLUMNS`."""
    given = database.allocate(connection, inbox, len(names))
    new = [(one, name, now, expires_at, credentials.password()) for one, name in zip(given, names, strict=True)]
    database.insert(connection, "inbox", _COLUMNS, new)
    zeros = [(row[0], total, 0) for row in new for total in OF_AN_INBOX]
    database.insert(connection, "counter", ("inbox_id", "name", "value"), zeros)
    if database.inboxes is not None:
        database.inboxes.update({row[1]: KnownInbox(row[0], expires_at) for row in new})
    return new


def prepare(connection: Connection, database: Database) -> None:
    """See that there is a default inbox, and that each has a password."""
    settle(connection, database, [()])
    without = connection.execute(sa.select(inbox.c.id).where(inbox.c.password == "", THERE)).scalars().all()
    for one in without:
        connection.execute(sa.update(inbox).where(inbox.c.id == one).values(password=credentials.password()))


# Let go of


def release(connection: Connection, *, database: Database, name: str) -> Done:
    """Count 0 when there is no such inbox."""
    found = find(connection, name)
    if found is None:
        return Done(0)
    _release(connection, database, [found])
    return Done(1, _tell(connection, database, [name]))


def expire(connection: Connection, *, database: Database) -> Done:
    """Let go of some inboxes whose time is up; count 0 when there is none."""
    due = sa.select(inbox.c.id, inbox.c.name).where(_expired(database.now(connection)))
    found = connection.execute(due.order_by(inbox.c.expires_at).limit(PIECE)).all()
    _release(connection, database, [row.id for row in found])
    return Done(len(found), _tell(connection, database, [row.name for row in found]))


def _expired(now: int) -> ColumnElement[bool]:
    return sa.and_(EXPIRING, THERE, inbox.c.expires_at <= now)


def next_expiry(connection: Connection, database: Database) -> float | None:
    """Seconds until the next inbox expires, 0 when one should have; None when none will."""
    first = connection.execute(sa.select(sa.func.min(inbox.c.expires_at)).where(EXPIRING, THERE)).scalar()
    return None if first is None else max(0.0, (first - database.now(connection)) / 1_000_000)


def _release(connection: Connection, database: Database, ids: Sequence[int]) -> None:
    if not ids:
        return
    nameless = sa.literal("/") + sa.cast(inbox.c.id, sa.String)
    released = sa.update(inbox).where(inbox.c.id.in_(ids)).values(was=inbox.c.name, name=nameless)
    for name in connection.execute(released.returning(inbox.c.was)).scalars():
        if database.inboxes is not None:
            database.inboxes.pop(name, None)


def empty(connection: Connection) -> Sequence[int]:
    """Some inboxes that are gone and hold no message any more."""
    holding = sa.exists().where(message.c.inbox_id == inbox.c.id)
    return connection.execute(sa.select(inbox.c.id).where(GONE, ~holding).limit(PIECE)).scalars().all()


def remove(connection: Connection, *, ids: Sequence[int]) -> Done:
    """The rows of inboxes that are `empty`, for good: nothing finds its way into one any more."""
    connection.execute(sa.delete(counter).where(counter.c.inbox_id.in_(ids)))
    connection.execute(sa.delete(inbox).where(inbox.c.id.in_(ids), GONE))
    return Done(len(ids))


def _tell(connection: Connection, database: Database, names: Sequence[str]) -> Sequence[Event]:
    return journal.write(connection, database, [Event(kind="inbox.changed", inbox=name) for name in names])
