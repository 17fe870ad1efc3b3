"""The search rows of all messages, made again from what is kept of each: after their form has changed.

Rules of this module:

* Called by a migration, in its transaction: the table is empty, and nobody writes meanwhile.
* Reads only columns that the first schema had: later migrations have not run yet. Whether lint found anything is read
  from the count, which is what lists show.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from pillarbox.mail.envelope import Envelope, Recipient, Sender
from pillarbox.mail.parse import digest
from pillarbox.storage import body, rows
from pillarbox.storage.database import Database
from pillarbox.storage.search import searchable
from pillarbox.storage.tables import message, raw, recipient

PIECE = 200
"""Messages that are read together; their bytes are in memory one by one."""

TOLD = 10_000
"""Messages between two lines of the log."""

log = logging.getLogger(__name__)


def write_search_rows(connection: Connection, database: Database) -> int:
    """The number of messages."""
    of_all = connection.execute(sa.select(sa.func.count()).select_from(message)).scalar_one()
    done = last = 0
    some = sa.select(message.c.id, message.c.inbox_id, message.c.mail_from, message.c.lint_count)
    while found := connection.execute(some.where(message.c.id > last).order_by(message.c.id).limit(PIECE)).all():
        _write(connection, database, found)
        last = found[-1].id
        if done // TOLD != (done := done + len(found)) // TOLD:
            log.info("%d of %d messages are searchable again", done, of_all)
    return done


def _write(connection: Connection, database: Database, found: Sequence[Any]) -> None:
    ids = [row.id for row in found]
    recipients: defaultdict[int, list[Recipient]] = defaultdict(list)
    query = sa.select(recipient.c.message_id, recipient.c.address).where(recipient.c.message_id.in_(ids))
    for message_id, address in connection.execute(query.order_by(recipient.c.message_id, recipient.c.position)):
        recipients[message_id].append(Recipient(address))
    search = database.search
    written = []
    for row in found:
        kept = sa.select(raw.c.encoding, raw.c.body).where(raw.c.message_id == row.id)
        octets = body.unpack(*connection.execute(kept).one())
        envelope = Envelope(Sender(row.mail_from), tuple(recipients[row.id]))
        content = search.content(searchable(envelope, rows.fitted(digest(octets)), lint=row.lint_count > 0))
        written.append(search.row(row.id, row.inbox_id, content))
    database.insert(connection, "search", search.columns, written)
