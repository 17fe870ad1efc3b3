"""What messages are marked with, counted for a list of links: pins and tags.

Rules of this module:

* Nothing is counted further than `MOST`, so that it costs the same however many there are.
* Hidden messages count for nothing; a look at each message's row is spared while none is hidden.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Connection

from pillarbox.box.store import Marks, Tagged
from pillarbox.storage.tables import HIDDEN, PINNED, VISIBLE, message, message_tag, tag

MOST = 1_000

_ANY_HIDDEN = sa.select(sa.exists().where(HIDDEN))


def marks(connection: Connection, tags: int) -> Marks:
    """The `tags` newest tags that a message has, by name."""
    hidden = bool(connection.execute(_ANY_HIDDEN).scalar())
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


def _counted(connection: Connection, tag_id: int, hidden: bool) -> tuple[int, bool]:
    """How many messages, and whether that is all of them."""
    some = sa.select(sa.literal(1)).select_from(message_tag).where(message_tag.c.tag_id == tag_id)
    if hidden:
        some = some.join(message, message.c.id == message_tag.c.message_id).where(VISIBLE)
    total = connection.execute(sa.select(sa.func.count()).select_from(some.limit(MOST + 1).subquery())).scalar_one()
    return min(total, MOST), total <= MOST
