"""What messages are marked with, counted for a list of links: pins and tags.

Rules of this module:

* Nothing is counted further than `MOST`, so that it costs the same however many there are.
* Hidden messages count for nothing; a look at each message's row is spared while no more than that are hidden.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Connection

from pillarbox.box.store import Marks, Tagged
from pillarbox.storage.tables import HIDDEN, PINNED, VISIBLE, message, message_tag, tag

MOST = 1_000

_HIDDEN = sa.select(message.c.id).where(HIDDEN).limit(MOST + 1)


def marks(connection: Connection, tags: int) -> Marks:
    """The `tags` newest tags that a message has, by name."""
    hidden = _hidden(connection)
    used = sa.exists().where(message_tag.c.tag_id == tag.c.id)
    newest = connection.execute(sa.select(tag).where(used).order_by(tag.c.id.desc()).limit(tags)).all()
    found = [Tagged(row.name, *_counted(connection, row.id, hidden)) for row in newest]
    pinned = sa.select(message.c.id).where(PINNED, VISIBLE).limit(MOST + 1)
    total = len(connection.execute(pinned).all())
    return Marks(
        pinned=min(total, MOST),
        pinned_exact=total <= MOST,
        tags=tuple(sorted((one for one in found if one.total), key=lambda one: one.name.casefold())),
    )


def _hidden(connection: Connection) -> dict[int, int] | None:
    """How many of a tag's messages are hidden, by its id; None when too many messages are, to look at them all."""
    ids = connection.execute(_HIDDEN).scalars().all()
    if len(ids) > MOST:
        return None
    if not ids:
        return {}
    of_tag = sa.select(message_tag.c.tag_id, sa.func.count().label("number"))
    found = of_tag.where(message_tag.c.message_id.in_(ids)).group_by(message_tag.c.tag_id)
    return {row.tag_id: row.number for row in connection.execute(found)}


def _counted(connection: Connection, tag_id: int, hidden: dict[int, int] | None) -> tuple[int, bool]:
    """How many messages, and whether that is all of them: those that are not hidden of its newest."""
    less = 0 if hidden is None else hidden.get(tag_id, 0)
    some = sa.select(message_tag.c.message_id).where(message_tag.c.tag_id == tag_id)
    newest = some.order_by(message_tag.c.message_id.desc()).limit(MOST + 1 + less).subquery()
    total = connection.execute(sa.select(sa.func.count()).select_from(newest)).scalar_one()
    exact = total - less <= MOST
    if hidden is None:
        there = newest.join(message, message.c.id == newest.c.message_id)
        total = connection.execute(sa.select(sa.func.count()).select_from(there).where(VISIBLE)).scalar_one()
    return min(total - less, MOST), exact
